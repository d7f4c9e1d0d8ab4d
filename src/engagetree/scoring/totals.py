"""Sums become scores: running totals of everybody as arrays, one element a seat, moved on period by period.

What was offered by the calendar is the same for a whole cohort, so it is a difference of two running totals per person: between joining,
or the start of the window, and leaving, or the end of the period. Nobody multiplies participants by items.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engagetree.definition.model import Definition
from engagetree.formula import Vector, columns, vector
from engagetree.formula.columns import Column
from engagetree.formula.measure import Scored, measured
from engagetree.scoring.calendar import Period
from engagetree.scoring.offers import Offers
from engagetree.scoring.step import SEATS, totals

Moments = NDArray[np.int64]
"""Microseconds since 1970 in UTC."""


@dataclass(frozen=True)
class People:
    """The roster in the order of participants; `cohort` numbers `offers.cohorts`. Open ends are closed."""

    participant: pa.Array
    owner: pa.Array
    cohort: NDArray[np.int32]
    joined: Moments
    left: Moments
    since: Moments  # when both the person and the cohort had begun
    until: Moments  # when either of them ended

    def __len__(self) -> int:
        return len(self.participant)

    def seats(self, cohorts: Sequence[str]) -> pa.Table:
        """The table `seats` for an engine."""
        named = pa.DictionaryArray.from_arrays(pa.array(self.cohort), pa.array(cohorts, pa.string())).cast(pa.string())
        places = pa.array(np.arange(len(self), dtype=np.int32))
        times = [pa.array(m).cast(SEATS.field("joined_at").type) for m in (self.joined, self.left)]
        return pa.table([self.participant, places, named, *times], schema=SEATS)


@dataclass(frozen=True)
class Excused:
    """Excused items, one element a person and item: since when it counts as offered, what it weighs, and when it was taken all the same."""

    seat: NDArray[np.int64]
    opened: Moments
    due: Moments
    weight: NDArray[np.float64]  # item × driver
    taken: NDArray[np.int64]  # item × driver


def lately(definition: Definition) -> dict[str, int]:
    """Totals that are of the last so many periods only."""
    return {n: c.driver.last for c in columns(definition) if c.driver.last for n in ((c.taken, c.offered) if c.personal else (c.taken,))}


def curves(definition: Definition) -> list[tuple[str, Column, bool]]:
    """(name of the total, driver, chances?) of everything that is offered by the calendar and not by what the person did."""
    out = []
    for c in columns(definition):
        if not c.personal and not (not c.driver.is_share and c.driver.per == "total"):
            out.append((c.offered, c, False))
            if c.chances != c.offered:
                out.append((c.chances, c, True))
    return out


@dataclass
class Totals:
    """Everybody's running totals under one definition."""

    definition: Definition
    offers: Offers
    people: People
    periods: Sequence[Period]
    window_starts: Sequence[float]  # epoch seconds, one a period
    excused: Excused | None = None

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing taken yet."""
        self.taken = {n: np.zeros(len(self.people)) for n in totals(self.definition)}
        self.lately: dict[str, deque[Vector]] = {n: deque(maxlen=k) for n, k in lately(self.definition).items()}

    def begin(self) -> None:
        """A new period: of what counts only lately, the oldest leaves."""
        for recent in self.lately.values():
            recent.append(np.zeros(len(self.people)))

    @cached_property
    def hours(self) -> frozenset[str]:
        """Totals that are shown in hours. They are added up in seconds, so that the same comes out however time is cut."""
        return frozenset(c.offered for c in columns(self.definition) if c.personal and not c.driver.is_share)

    def resume(self, stored: pa.Table) -> None:
        """Take over the totals that are stored beside the scores of the period before."""
        self.clear()
        seat = _places(stored["participant"], self.people.participant)
        for name, total in self.taken.items():
            if name in self.lately:  # a sum over some periods does not say what each of them added
                continue
            value = stored[name].to_numpy(zero_copy_only=False)
            total[seat] = np.rint(value * 3600.0) if name in self.hours else value

    def add(self, sums: pa.Table, rows: NDArray[np.bool_]) -> None:
        """Add what the engine summed for a period: those rows of the table."""
        # Only what is counted when due can have been taken before, so that sums of that kind have fewer columns.
        self._add([n for n in self.taken if n in sums.column_names], sums, rows)

    def add_lately(self, sums: pa.Table, rows: NDArray[np.bool_]) -> None:
        """The same for a period that the stored totals hold already."""
        self._add(list(self.lately), sums, rows)

    def _add(self, names: Sequence[str], sums: pa.Table, rows: NDArray[np.bool_]) -> None:
        seat = sums["seat"].to_numpy(zero_copy_only=False)[rows]
        for name in names:
            into = self.lately[name][-1] if name in self.lately else self.taken[name]
            into[seat] += np.nan_to_num(sums[name].to_numpy(zero_copy_only=False)[rows])

    def scores(self, i: int) -> pa.Table:
        """The scores table of period `i`, in the order of participants: everybody who is a member in it."""
        period, people = self.periods[i], self.people
        ends, starts = (int(m.timestamp() * 1e6) for m in (period.ends, period.starts))
        # Who is a member before their cohort starts is carried along, but not yet counted.
        here = np.flatnonzero((people.joined < ends) & (people.until > starts))
        counted = people.since[here] < ends
        sums = {n: sum(self.lately[n], np.zeros(len(self.people))) if n in self.lately else v for n, v in self.taken.items()}
        now = {n: (v[here] / 3600.0 if n in self.hours else v[here]) for n, v in sums.items()}
        now |= self._offered(i, here)
        found = measured(self.definition, now, people.cohort[here], counted)
        return self._table(period.key, here, counted, found, now)

    def _offered(self, i: int, here: NDArray[np.intp]) -> dict[str, Vector]:
        cohort, ends = self.people.cohort[here], int(self.periods[i].ends.timestamp() * 1e6)
        gone = self.people.left[here] < ends
        out = {}
        for name, *_ in curves(self.definition):
            end, start = self._by_cohort[name]
            base, left = self._by_person[name]
            total = np.where(gone, left[here], end[i][cohort]) - np.maximum(base[here], start[i][cohort])
            out[name] = np.maximum(total, 0.0)
        if self.excused is not None:
            self._excuse(i, here, out)
        return out | {c.offered: np.ones(len(here)) for c in columns(self.definition) if not c.driver.is_share and c.driver.per == "total"}

    @cached_property
    def _by_cohort(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """For each total: period × cohort, offered by the end of the period and by the start of its window."""
        ends, starts = np.array([p.ends.timestamp() for p in self.periods]), np.array(self.window_starts)
        out = {}
        for name, c, chances in curves(self.definition):
            each = [self.offers.curve(c, cohort, chances) for cohort in self.offers.cohorts]
            since = starts
            if c.driver.last:
                since = np.array([self.periods[max(0, i - c.driver.last + 1)].starts.timestamp() for i in range(len(ends))])
            out[name] = (np.array([curve(ends) for curve in each]).T, np.array([curve(since) for curve in each]).T)
        return out

    @cached_property
    def _by_person(self) -> dict[str, tuple[Vector, Vector]]:
        """For each total: what the cohort had been offered when a person joined, and when they left."""
        out = {}
        for name, c, chances in curves(self.definition):
            pair = np.zeros((2, len(self.people)))
            for k, cohort in enumerate(self.offers.cohorts):
                mine, curve = self.people.cohort == k, self.offers.curve(c, cohort, chances)
                pair[0][mine], pair[1][mine] = (curve(m[mine] / 1e6) for m in (self.people.joined, self.people.left))
            out[name] = (pair[0], pair[1])
        return out

    def _excuse(self, i: int, here: NDArray[np.intp], offered: dict[str, Vector]) -> None:
        """What leaves the denominator: excused, offered by now, and not taken all the same."""
        assert self.excused is not None
        e, ends, since = self.excused, int(self.periods[i].ends.timestamp() * 1e6), int(self.window_starts[i] * 1e6)
        for name, c, chances in curves(self.definition):
            at = e.due if c.due else e.opened
            weight = e.weight[:, c.index]
            out = (at < ends) & (at >= since) & (e.taken[:, c.index] >= ends) & (weight > 0)
            less = np.bincount(e.seat[out], np.ones(int(out.sum())) if chances else weight[out], minlength=len(self.people))
            offered[name] = np.maximum(offered[name] - less[here], 0.0)

    def _table(self, key: str, here: NDArray[np.intp], counted: NDArray[np.bool_], found: Scored, now: dict[str, Vector]) -> pa.Table:
        seats = pa.array(here)
        words = {
            "participant": self.people.participant.take(seats),
            "cohort": _named(self.people.cohort[here], self.offers.cohorts),
            "owner": self.people.owner.take(seats),
            "counted": pa.array(counted),
        }
        kept = {n: _known(now[n]) for n in names_kept(self.definition)}
        return _row_order(self.definition, words, found, kept, _named(np.zeros(len(here), dtype=np.int8), [key]))


def names_kept(definition: Definition) -> list[str]:
    """Names of the totals that are stored beside a score, each once."""
    return list(dict.fromkeys(n for c in columns(definition) for n in (c.taken, c.offered, c.chances)))


def restated(definition: Definition, stored: pa.Table) -> pa.Table:
    """Stored scores under another definition that measures the same acts: of the totals beside them it makes its own scores."""
    now = {n: vector(stored, n) for n in names_kept(definition)}
    cohort = stored["cohort"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    found = measured(definition, now, cohort, stored["counted"].to_numpy(zero_copy_only=False))
    words = {n: stored[n] for n in ("participant", "cohort", "owner", "counted")}
    return _row_order(definition, words, found, {n: stored[n] for n in now}, stored["period"])


def _row_order(definition: Definition, words: dict[str, Any], found: Scored, kept: dict[str, Any], period: Any) -> pa.Table:
    """The columns of the scores table in their order."""
    numbers = {n: _known(getattr(found, n)) for n in ("score", "low", "high", "coverage")}
    band = _named(found.band, [b.key for b in definition.bands])
    values = {n: _known(v) for n, v in found.signals.items()}
    relative = {n: _known(v) for n, v in found.relative.items()}
    return pa.table({**words, **numbers, "band": band, **values, **kept, **relative, "period": period})


def _known(value: Vector) -> pa.Array:
    """What is not a number is unknown."""
    return pa.array(value, mask=np.isnan(value))


def _named(codes: NDArray[np.integer], names: Sequence[str]) -> pa.Array:
    """Numbers as the words that they stand for; a negative one is unknown."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names, pa.string()))


def _places(wanted: pa.ChunkedArray, among: pa.Array) -> NDArray[np.int64]:
    """Where each of the wanted stands among the others, which hold all of them."""
    found: NDArray[np.int64] = pc.index_in(wanted, value_set=among).to_numpy(zero_copy_only=False)
    return found
