"""What a programme hopes for: outcomes against which the score is held. They stand beside the score and are no part of its version."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING = "none"
"""Written in `inside` where no signal is part of the outcome."""

WHEN = {
    "end": "acts in the `within` days after the end of the person's cohort",
    "later_cohort": "any such act of the same person in a cohort that began after theirs had ended",
}
"""After what a behaviour counts."""


@dataclass(frozen=True)
class Behaviour:
    """An outcome that events tell: acts of these kinds, later than the cohort."""

    taken: tuple[str, ...]
    within: int = 28  # days
    after: str = "end"  # end | later_cohort


@dataclass(frozen=True)
class Outcome:
    """`inside` names the signals (or `signal.driver`) that are part of the outcome; None where nobody has said.

    Its value is 1 or 0, or any number with `at_least`. `good` is the value to be hoped for: 0 for something like dropping out.
    """

    key: str
    label: str
    inside: tuple[str, ...] | None = None
    good: int = 1
    at_least: float | None = None
    behaviour: Behaviour | None = None
    line: int = 0

    @property
    def hoped(self) -> str:
        """The good side in words."""
        return self.label if self.good else f"Not {self.label[:1].lower()}{self.label[1:]}"
