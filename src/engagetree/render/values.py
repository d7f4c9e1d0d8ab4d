"""What a report and the terminal are made from: plain frozen values, filled by the workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engagetree.definition.model import Definition
from engagetree.evidence.study import Study
from engagetree.findings import Explanation
from engagetree.render.figure import Figure
from engagetree.tree.history import History
from engagetree.tree.metrics import Metrics
from engagetree.tree.programme import Programme


@dataclass(frozen=True)
class BandCounts:
    """How many participants were in each band at the end of one period. `counts` has a number for each band key."""

    period: str
    as_of: datetime  # end of the period, in the programme's zone
    counts: dict[str, int]
    unknown: int = 0  # on the roster, without a score

    @property
    def total(self) -> int:
        return sum(self.counts.values()) + self.unknown


@dataclass(frozen=True)
class Slip:
    """A participant whose score fell. `clear` says that it fell by more than its uncertainty allows."""

    participant: str
    from_score: float
    to_score: float
    since: datetime  # end of the period that `from_score` belongs to
    reason_sentence: str
    clear: bool
    band: str | None  # key, now


@dataclass(frozen=True)
class RankRow:
    """One line of a ranking. `change` is against four periods ago, `clear` as in `Slip`, `place` the best and the worst place."""

    participant: str
    score: float | None
    low: float | None
    high: float | None
    band: str | None  # key
    cohort: str | None = None
    signals: dict[str, float | None] = field(default_factory=dict)
    coverage: float | None = None
    change: float | None = None
    clear: bool = False
    reason: str = ""  # why there is no score
    place: tuple[int, int] | None = None
    among: int = 0  # how many have a place


@dataclass(frozen=True)
class Mark:
    """A moment to be drawn and named on every time line: a change of the definition, a message that was sent."""

    at: datetime
    label: str


@dataclass(frozen=True)
class ReportData:
    """Everything that one report shows.

    `scores` are the latest scores of everybody on the roster, `None` for no score; `people` those who are listed with their breakdown;
    `people_total` the size of the roster.
    """

    definition: Definition
    as_of: datetime
    version: str
    generated_at: datetime
    whole: Explanation
    cohorts: tuple[Explanation, ...]
    people: tuple[Explanation, ...]
    people_total: int
    scores: tuple[float | None, ...]
    bands_over_time: tuple[BandCounts, ...]
    slipping: tuple[Slip, ...]
    unknown: tuple[str, ...]
    sources: tuple[tuple[str, datetime | None, int], ...]  # source, its last event, events kept
    account: tuple[str, ...]  # read = kept + merged + refused, in words, a line for each import
    validated: bool = False
    never_validated_note: str = ""
    attribution: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    around: Programme | None = None  # the programme tree, where the definition has one
    metrics: Metrics | None = None
    groups: tuple[Figure, ...] = ()  # groups of people side by side, and through time
    by: str = "cohort"  # the attribute of the roster that makes them
    versions: History | None = None  # everybody's mean under every version, where there is more than one
    validation: str = ""  # what came of holding the version against an outcome, in one sentence
    evidence: Study | None = None  # the findings behind that
