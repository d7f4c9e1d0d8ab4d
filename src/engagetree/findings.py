"""The shape of an answer: small frozen values that every door shows in its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Node:
    """One node of a metric tree: the score, a signal, or a driver.

    All of `value`, `low`, `high`, `points` and `headroom` are on 0–100; `None` means unknown, with the `reason` in words.
    `weight` is the share of the whole score that this node carries after renormalising over what is known (0–1),
    `declared` the one in the definition. points = weight × value, headroom = weight × (100 − value).
    """

    key: str
    label: str
    level: str  # score | signal | driver
    value: float | None
    weight: float
    declared: float
    points: float | None = None
    headroom: float | None = None
    low: float | None = None
    high: float | None = None
    taken: float | None = None
    offered: float | None = None
    unit: str = ""  # of taken and offered: sessions, prompts, hours, weeks …
    how: str = ""  # how it is normalised, in words: "share", "against 3 a week", "relative to the cohort"
    combine: str = ""  # for a signal: mean | product
    reason: str = ""
    accountable: str = ""
    advice: str = ""
    children: tuple[Node, ...] = ()
    change: float | None = None  # of its points since the period before: what it did to the score
    leverage: float | None = None  # points of the whole score that one more act is worth; only for one person's drivers
    act: str = ""  # which act that is: "the next session", "one task still open", "one more question"


@dataclass(frozen=True)
class Point:
    """One period of a history."""

    period: str
    as_of: datetime  # end of the period, in the programme's zone
    score: float | None
    low: float | None
    high: float | None
    band: str | None  # key
    coverage: float | None
    signals: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """Why a participant's (or a cohort's mean) number is what it is."""

    subject: str  # participant id or cohort name
    is_cohort: bool
    n: int  # participants behind it
    unscored: int  # of them without a score
    cohort: str | None
    owner: str | None
    period: str
    as_of: datetime
    version: str
    validated: bool
    score: float | None
    low: float | None
    high: float | None
    band: str | None  # key
    coverage: float | None
    reason: str  # why there is no score, or what is not known
    sentence: str
    easiest: str | None  # key of the signal with the most points to gain
    tree: Node
    history: tuple[Point, ...] = ()
    unknown: tuple[str, ...] = ()  # what is not known and why, one sentence each
    since: datetime | None = None  # the end of the period that changes are counted from
    validation: str = ""  # what came of holding the version against an outcome, in one sentence
    came: float = 0.0  # of the change of a mean: what those did who joined, left, or are scored on one side only

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        from dataclasses import asdict

        return asdict(self)
