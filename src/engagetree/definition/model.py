"""A programme's definition as a checked, frozen value. `read.py` makes one from YAML; nothing changes one afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from engagetree.definition.metrics import Metric, ProgrammeTree
from engagetree.definition.outcomes import Outcome

ON_THE_LINE = 1e-9
"""A score that is less than this below a band's lower end stands on it: sums of binary fractions make 59.99999999999999 of a plain 60."""


@dataclass(frozen=True)
class Raci:
    """Who answers for a signal or driver. `accountable` is one role or person; the others are any number."""

    accountable: str = ""
    responsible: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Driver:
    """One behaviour beneath a signal: *taken* of *offered*, or an amount against a target.

    A driver with `normalise="share"` divides what was taken by what was offered:

    * `count="items"`: offered items with at least one act of a kind in `taken`, of those offered;
    * `count="length"`: the same, each item weighing its length in seconds;
    * `count="presence"`: seconds present, of the length of the items attended.

    Every other driver is a rate, acts per exposure. `measure` says what of an act counts: `acts` (how many), `amount`, `days`
    (distinct active days), `items` (distinct items touched). `per` says what it is divided by: `day` or `week` on the roster,
    `hour_present`, `total` (nothing), or the kind of an item (acts per such item offered). The rate x then becomes 0–1 by
    `target` min(1, x/target), `saturating` 1 − 2^(−x/half), `range` (x − floor)/(target − floor), or `percentile` (rank in the cohort).
    """

    key: str
    label: str
    taken: tuple[str, ...]
    normalise: str = "share"  # share | target | saturating | percentile | range
    weight: float = 1.0  # inside a signal that is a mean; the weights of one signal sum to 1
    # share
    offered: tuple[str, ...] = ()  # kinds of item
    count: str = "items"  # items | length | presence
    when: str = "opened"  # opened | due: from when on an item counts as offered
    final: bool = False  # only items marked final
    in_time: bool = False  # only what was taken before it closed
    ahead: float = 0.0  # so many days before it closed
    while_present: bool = False  # items whose parent the person attended, opened while they were there
    # rates
    measure: str = "acts"  # acts | amount | days | items
    per: str = "total"  # day | week | hour_present | total | the kind of an item
    on: tuple[str, ...] = ()  # rates: only acts on items of these kinds; empty: any act of the kind
    target: float | None = None
    half: float | None = None
    floor: float = 0.0
    last: int = 0  # only the last so many periods; 0: the whole window
    cap: float | None = None  # at most this much for one activity (item and kind) in one period
    source: str | None = None  # the tool it comes from: no value while that tool was down
    unit: str = ""  # what is counted, in words: "sessions", "prompts"
    owners: Raci = field(default_factory=Raci)
    line: int = 0

    @property
    def is_share(self) -> bool:
        return self.normalise == "share"


@dataclass(frozen=True)
class Signal:
    key: str
    label: str
    weight: float  # the weights of all signals sum to 1
    drivers: tuple[Driver, ...]
    combine: str = "mean"  # mean | product
    owners: Raci = field(default_factory=Raci)
    advice: str = ""  # one concrete next thing when this signal is weak
    line: int = 0


@dataclass(frozen=True)
class Band:
    """Half-open [at_least, the next higher band's at_least), on the unrounded score."""

    key: str
    label: str
    at_least: float
    signals: str = ""  # what it signals
    do: str = ""  # what to do


@dataclass(frozen=True)
class Definition:
    """A programme and how its score is made.

    `period` is `day`, `week`, `month` or `session`, in `zone`. `window` is 0 for cumulative, else the number of trailing periods.
    `fingerprint` is the version: the first 12 hex digits of a SHA-256 over everything that can change a number or a word shown with it.
    """

    programme: str
    title: str
    zone: str
    period: str
    window: int
    signals: tuple[Signal, ...]
    bands: tuple[Band, ...]  # highest first
    min_coverage: float = 0.4
    starts: datetime | None = None  # UTC; null: with the first thing offered
    ends: datetime | None = None
    reason: str = ""  # why this version is as it is
    metrics: tuple[Metric, ...] = ()  # beside the score: no part of the version
    tree: ProgrammeTree | None = None
    outcomes: tuple[Outcome, ...] = ()  # beside the score, too
    fingerprint: str = ""
    text: str = ""  # the YAML it was read from
    path: str = ""

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def drivers(self) -> Iterator[tuple[Signal, Driver]]:
        """Every driver with its signal, in the order of the definition."""
        for signal in self.signals:
            for driver in signal.drivers:
                yield signal, driver

    def band(self, score: float | None) -> Band | None:
        """The band of an unrounded score; none for no score."""
        if score is None:
            return None
        return next((b for b in self.bands if score >= b.at_least - ON_THE_LINE), None)
