"""The answer to "what would bring this person to 60?"."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engagetree.definition.model import Definition


@dataclass(frozen=True)
class Step:
    """One kind of act in a plan: how often, of how many that are possible (None: without limit)."""

    label: str
    what: str  # one of it: session, prompt, question
    n: int
    of: int | None
    visit: bool = False  # a session, attended from end to end


@dataclass(frozen=True)
class Reach:
    """The fewest acts that bring somebody to a target by a day. `acts` is None where it is out of reach."""

    participant: str
    definition: Definition = field(repr=False)
    period: str
    as_of: datetime
    until: datetime
    score: float | None  # now
    idle: float | None  # by then, with no further act
    target: float
    reached: float | None  # what the plan comes to
    acts: int | None
    steps: tuple[Step, ...]
    highest: float | None  # the most that is still possible
    ceiling: dict[str, float]  # what each signal can come to, by key
    over: bool  # nothing counts any more

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        return {
            "participant": self.participant, "version": self.definition.fingerprint, "period": self.period, "as_of": self.as_of.isoformat(),
            "until": self.until.isoformat(), "target": self.target, "score": self.score, "with_no_further_act": self.idle,
            "acts": self.acts,
            "score_then": self.reached, "highest_possible": self.highest, "signals_at_most": self.ceiling, "over": self.over,
            "steps": [vars(s) | {} for s in self.steps],
        }  # fmt: skip
