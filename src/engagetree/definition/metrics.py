"""The metrics around the score, and the tree in which they stand, as checked, frozen values.

No score depends on them, so they are no part of a definition's version; what they say has a fingerprint of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

PERCENT = ("stickiness", "retention", "net_active_ratio", "adoption", "repeat_use", "cadence", "outcome_rate")
"""Kinds of metric that are a share, told in percent."""

UNITS = {"people": "people", "active": "people", "acts": "acts", "uses_per_adopter": "uses", "score": "points", "signal": "points"}
UNITS |= dict.fromkeys(PERCENT, "%") | {"nps": "points from −100 to 100", "purpose": "", "calculated": ""}
"""What each kind of metric is measured in where the definition does not say."""

SILENT = ("purpose",)
"""Kinds of metric without a number."""


@dataclass(frozen=True)
class Metric:
    """One number beside the score, with who answers for it.

    A *qualifying act* is an event of a kind in `taken` by somebody on the roster. `window` is counted back from the end of the period that
    is asked for. What each `kind` means stands in `metric_fields.KINDS`; its exact arithmetic in `tree.formulas`.
    """

    key: str
    label: str
    kind: str
    accountable: str
    responsible: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    on: tuple[str, ...] = ()  # only acts (of a feature: uses) on items of these kinds
    feature: tuple[str, ...] = ()  # adoption: the kinds of event that are a use of the feature
    among: str = "active"  # adoption: active | eligible
    offered: tuple[str, ...] = ()  # kinds of item
    window: str = ""  # period | 7_days | 28_days | month | programme
    per: str = "window"  # active: window (distinct in all of it) | day (the mean over its days)
    back: int = 0  # active, acts: so many windows before the last one
    way: str = "windows"  # retention: windows | day_n | session_k | cohort_return
    bound: str = ""  # retention: bounded (exactly then) | unbounded (then or later)
    after: int = 1  # retention, net_active_ratio: so many windows, days or sessions later
    outcome: str = ""
    at_least: float = 1.0  # outcome_rate: from this value on it counts as reached
    finite: bool = False  # nps: the people on the roster are all there are
    signal: str = ""
    source: str = ""  # the tool it comes from: no value for those whom it did not see
    unit: str = ""
    direction: str = "higher"  # higher | lower | neither: what is better
    threshold: float | None = None
    line: int = 0

    @property
    def measured_in(self) -> str:
        return self.unit or UNITS[self.kind]

    @property
    def looks_back(self) -> str:
        """Its window, also where the definition leaves it out."""
        return self.window or ("programme" if self.kind in ("nps", "outcome_rate") else "28_days")


@dataclass(frozen=True)
class Composition:
    """How a parent is made of its children, exactly. `weights` are those of a mean; a ratio is the one child in `of` over `over`."""

    parent: str
    by: str  # sum | mean | product | ratio
    of: tuple[str, ...]
    weights: tuple[float, ...] = ()
    over: str = ""
    line: int = 0

    @property
    def children(self) -> tuple[str, ...]:
        return (*self.of, self.over) if self.over else self.of


@dataclass(frozen=True)
class Evidence:
    """What an influence rests on, and since when."""

    status: str  # believed | observed | tested | refuted
    date: date
    method: str = ""
    n: int | None = None
    effect: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Influence:
    """A hypothesis: `cause` is thought to move `effect`, `lag` later. Never added up."""

    cause: str
    effect: str
    direction: str  # raises | lowers
    lag: str  # "2 weeks"
    evidence: Evidence
    line: int = 0


@dataclass(frozen=True)
class ProgrammeTree:
    """Where the score stands among the metrics. The score's own signals and drivers hang in it by themselves."""

    root: str
    composes: tuple[Composition, ...] = ()
    influences: tuple[Influence, ...] = ()
    line: int = 0

    def made_of(self, key: str) -> Composition | None:
        return next((c for c in self.composes if c.parent == key), None)

    def causes(self, key: str) -> Iterator[Influence]:
        return (i for i in self.influences if i.effect == key)
