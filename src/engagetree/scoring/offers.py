"""What was offered, as curves over time: how much a cohort had been offered by a moment, for each driver.

A participant's own opportunities are differences of these running totals between joining and leaving, so nobody ever multiplies
participants by items. Registers are small, so this half is plain Python and numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engagetree.formula.columns import Column

EARLY, LATE = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""What stands for an open start and an open end inside scoring."""

MOMENT = timedelta(microseconds=1)

FRAME = "course"
"""An item of this kind frames its cohort: it opens when the cohort starts and closes when it ends."""

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Epoch seconds in, the running total offered before each of them out."""


@dataclass(frozen=True)
class Item:
    """One thing offered, as the register has it; times in UTC."""

    item: str
    kind: str
    cohort: str | None = None
    parent: str | None = None
    title: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    seconds: float | None = None
    final: bool = False
    source: str | None = None

    @property
    def length(self) -> float:
        if self.seconds is not None:
            return self.seconds
        if self.opens_at and self.closes_at:
            return (self.closes_at - self.opens_at).total_seconds()
        return 0.0

    @property
    def ends_at(self) -> datetime | None:
        if self.closes_at or not (self.opens_at and self.seconds):
            return self.closes_at
        return datetime.fromtimestamp(self.opens_at.timestamp() + self.seconds, UTC)


@dataclass(frozen=True)
class Outage:
    """A tool that saw nothing during [from_at, until_at): what happened then is unknown, not zero."""

    source: str
    from_at: datetime
    until_at: datetime
    cohort: str | None = None
    reason: str = ""

    def hides(self, source: str | None, cohort: str, at: datetime | None) -> bool:
        return at is not None and source == self.source and self.cohort in (None, cohort) and self.from_at <= at < self.until_at


@dataclass(frozen=True)
class Offers:
    """Items, outages and the span of every cohort."""

    items: tuple[Item, ...]
    outages: tuple[Outage, ...]
    cohorts: tuple[str, ...]  # "" stands for no cohort
    starts: datetime  # of the programme
    ends: datetime
    framed: bool = field(default=True)  # items of kind `course` set a cohort's start and end

    @cached_property
    def by_cohort(self) -> Mapping[str, tuple[Item, ...]]:
        """The items offered to each cohort: everybody's and its own; of an item that is both, the cohort's own row is valid."""
        general = {i.item: i for i in self.items if i.cohort is None}
        own: dict[str, dict[str, Item]] = {c: dict(general) for c in self.cohorts}
        for item in self.items:
            if item.cohort in own:
                own[item.cohort][item.item] = item
        return {c: tuple(items.values()) for c, items in own.items()}

    @cached_property
    def named(self) -> Mapping[str, Mapping[str, Item]]:
        """The same by the item's name."""
        return {c: {i.item: i for i in items} for c, items in self.by_cohort.items()}

    @cached_property
    def spans(self) -> Mapping[str, tuple[datetime, datetime]]:
        """[start, end) of each cohort: its `course` item, else from the first thing offered to the end of the programme."""
        return {c: self._span(items) for c, items in self.by_cohort.items()}

    def _span(self, items: Iterable[Item]) -> tuple[datetime, datetime]:
        frames = [i for i in items if i.kind == FRAME and self.framed]
        opens = [i.opens_at for i in (frames or items) if i.opens_at]
        closes = [i.closes_at for i in frames if i.closes_at]
        start = max(self.starts, min(opens, default=self.starts))
        return start, min(self.ends, max(closes, default=self.ends))

    def offered_at(self, item: Item, cohort: str, due: bool) -> datetime:
        """From when on the item counts as offered: when it opens, or, for what is due, the last moment before it closes.

        So what is due until midnight on Sunday is due in that week.
        What is put in a session belongs to the period of that session, also after midnight.
        """
        if due:
            return item.ends_at - MOMENT if item.ends_at else item.opens_at or self.spans[cohort][0]
        held = self.named[cohort].get(item.parent or "")
        if held and held.opens_at and held.ends_at and item.opens_at and held.opens_at <= item.opens_at < held.ends_at:
            return held.opens_at
        return item.opens_at or self.spans[cohort][0]

    def blind(self, item: Item, cohort: str, column: Column | None = None) -> bool:
        """Whether the tool that should have seen the item was down when it opened; for prompts met in a session: when that opened."""
        return self.hidden(item, cohort, column) is not None

    def hidden(self, item: Item, cohort: str, column: Column | None = None) -> Outage | None:
        """The outage that hid the item, if one did."""
        at = {item.source: item.opens_at}
        if column is not None and column.driver.source:
            met = self.named[cohort].get(item.parent or "") if column.driver.while_present else None
            at.setdefault(column.driver.source, (met or item).opens_at)
        return next((o for o in self.outages for source, opened in at.items() if source and o.hides(source, cohort, opened)), None)

    def down(self, source: str | None, cohort: str, at: datetime | None) -> bool:
        """Whether the tool saw nothing of this cohort then."""
        return source is not None and any(o.hides(source, cohort, at) for o in self.outages)

    def belongs(self, item: Item, column: Column) -> bool:
        """Whether the item is one that this driver counts as offered."""
        d = column.driver
        kinds = d.offered if d.is_share else (d.per,)
        return item.kind in kinds and (item.final or not d.final)

    def weight(self, item: Item, column: Column) -> float:
        return item.length if column.driver.is_share and column.driver.count in ("length", "presence") else 1.0

    def curve(self, column: Column, cohort: str, chances: bool = False) -> Curve:
        """The running total that `column` offers to `cohort`; `chances` counts items where the driver itself counts seconds."""
        d = column.driver
        if not d.is_share and d.per == "total":
            return np.ones_like
        if not d.is_share and d.per in ("day", "week"):
            return self._elapsed(cohort, d.source, 86400.0 * (7 if d.per == "week" else 1))
        rows = [
            (self.offered_at(i, cohort, column.due).timestamp(), 1.0 if chances else self.weight(i, column))
            for i in self.by_cohort[cohort]
            if self.belongs(i, column) and not self.blind(i, cohort, column)
        ]
        return steps(rows)

    def _elapsed(self, cohort: str, source: str | None, unit: float) -> Curve:
        start, end = (m.timestamp() for m in self.spans[cohort])
        down = merged(
            (max(o.from_at.timestamp(), start), min(o.until_at.timestamp(), end))
            for o in self.outages
            if source and o.source == source and o.cohort in (None, cohort)
        )

        def elapsed(t: NDArray[np.float64]) -> NDArray[np.float64]:
            t = np.clip(t, start, end)
            lost = sum((np.clip(t, a, b) - a for a, b in down), np.zeros_like(t))
            return np.asarray((t - start - lost) / unit)

        return elapsed


def steps(rows: list[tuple[float, float]]) -> Curve:
    """A running total that jumps by a weight at each time, counting what lies *before* a moment.

    >>> import numpy as np
    >>> steps([(10.0, 1.0), (20.0, 2.0)])(np.array([10.0, 10.5, 20.0, 99.0])).tolist()
    [0.0, 1.0, 1.0, 3.0]
    """
    ordered = sorted(rows)
    times = np.array([t for t, _ in ordered], dtype=np.float64)
    totals = np.concatenate([[0.0], np.cumsum([w for _, w in ordered])]) if ordered else np.zeros(1)
    return lambda t: np.asarray(totals[np.searchsorted(times, t, side="left")])


def merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Overlapping spans united, so that two reports of one outage are not two outages.

    >>> merged([(0, 5), (3, 8), (10, 9), (20, 30)])
    [(0, 8), (20, 30)]
    """
    out: list[tuple[float, float]] = []
    for a, b in sorted(s for s in spans if s[1] > s[0]):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out
