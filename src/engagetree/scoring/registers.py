"""Registers become the small tables that folding and scoring join to: who is a member when, what is offered when, and to whom."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engagetree.definition.model import Definition
from engagetree.formula.columns import Column, columns
from engagetree.formula.columns import members as kinds_of
from engagetree.scoring.calendar import Period
from engagetree.scoring.fold import CLOCK, MEMBERS, PLACES
from engagetree.scoring.offers import EARLY, LATE, Item, Offers, Outage
from engagetree.scoring.step import PEOPLE, curves, excused_schema, frame_schema, offers_schema, weights_schema

BLIND = -1.0
"""The weight of an item that nobody could see being taken: nothing of it counts, and a stay in it is no exposure either."""


def items_of(table: pa.Table) -> tuple[Item, ...]:
    """The items register as values; rows that are not valid any more are already gone."""
    names = [n for n in Item.__dataclass_fields__ if n in table.column_names]
    rows = table.select(names).to_pylist()
    return tuple(Item(**{**r, "final": bool(r.get("final"))}) for r in rows)


def outages_of(table: pa.Table) -> tuple[Outage, ...]:
    """The outages register as values."""
    return tuple(
        Outage(r["source"], r["from_at"] or EARLY, r["until_at"] or LATE, r["cohort"], r["reason"] or "") for r in table.to_pylist()
    )


def members(roster: pa.Table) -> pa.Table:
    """Who was a member when: open ends closed, no cohort written as the empty string."""
    out = [
        roster["participant"],
        _filled(roster["cohort"], ""),
        _filled(roster["joined_at"], EARLY),
        _filled(roster["left_at"], LATE),
    ]
    return pa.table([c.cast(f.type) for c, f in zip(out, MEMBERS, strict=True)], schema=MEMBERS)


def places(offers: Offers) -> pa.Table:
    """Items by cohort, for folding."""
    rows = [
        (i.item, c, i.kind, i.parent, i.opens_at, i.ends_at, offers.blind(i, c)) for c, items in offers.by_cohort.items() for i in items
    ]
    return _rows(rows, PLACES)


def weights(definition: Definition, offers: Offers, periods: Sequence[Period]) -> pa.Table:
    """Items by cohort with their weight for each driver, for scoring."""
    ends, keys = [p.ends for p in periods], [*(p.key for p in periods), None]
    names = columns(definition)
    rows = []
    for cohort, items in offers.by_cohort.items():
        for i in items:
            per = [_weight(offers, i, cohort, c) for c in names]
            opened, due = (offers.offered_at(i, cohort, late) for late in (False, True))
            rows.append((i.item, cohort, opened, due, keys[bisect_right(ends, due)], *per))
    return _rows(rows, weights_schema(definition))


def _weight(offers: Offers, item: Item, cohort: str, c: Column) -> float:
    if c.driver.while_present and not offers.belongs(item, c):  # a session: its prompts count unless their own tool was down
        return BLIND if offers.down(c.driver.source, cohort, item.opens_at) else 0.0
    if offers.blind(item, cohort, c):
        return BLIND
    if c.driver.is_share:
        return offers.weight(item, c) if offers.belongs(item, c) else 0.0
    return 1.0 if not c.driver.on or item.kind in c.driver.on else 0.0


def frame(definition: Definition, offers: Offers, roster: pa.Table) -> pa.Table:
    """One row a participant, with what the cohort had been offered when they joined and left."""
    people = members(roster)
    cohort = people["cohort"].to_numpy(zero_copy_only=False)
    joined, left = seconds(people["joined_at"]), seconds(people["left_at"])
    starts = np.array([offers.spans[c][0].timestamp() if c in offers.spans else 0.0 for c in cohort])
    ends = np.array([offers.spans[c][1].timestamp() if c in offers.spans else 0.0 for c in cohort])
    numbers: list[pa.Array] = []
    for _, column, chances in curves(definition):
        for at in (joined, left):
            numbers.append(pa.array(_by_cohort(offers, cohort, at, lambda c: offers.curve(column, c, chances))))  # noqa: B023
    times = [instants(np.maximum(joined, starts)), instants(np.minimum(left, ends))]
    arrays = [people["participant"], people["cohort"], roster["owner"], people["joined_at"], people["left_at"], *times, *numbers]
    return pa.table(arrays, schema=frame_schema(definition))


def _by_cohort(offers: Offers, cohort: NDArray[np.object_], at: NDArray[np.float64], curve_of: object) -> NDArray[np.float64]:
    out = np.zeros(len(at))
    for c in offers.cohorts:
        mine = cohort == c
        out[mine] = curve_of(c)(at[mine])  # type: ignore[operator]
    return out


def offered_by(definition: Definition, offers: Offers, periods: Sequence[Period], start: int, stop: int) -> pa.Table:
    """For each of the periods [start, stop), what every cohort had been offered by its end and by the start of its window."""
    made = curves(definition)
    ends = np.array([p.ends.timestamp() for p in periods[start:stop]])
    starts = np.array([window_start(definition, periods, i).timestamp() for i in range(start, stop)])
    grid = {(s, c): (offers.curve(col, c, ch)(ends), offers.curve(col, c, ch)(starts)) for s, col, ch in made for c in offers.cohorts}
    rows = [
        (c, periods[start + i].key, *(float(v[i]) for s, *_ in made for v in grid[s, c]))
        for i in range(stop - start)
        for c in offers.cohorts
    ]
    return _rows(rows, offers_schema(definition))


def window_start(definition: Definition, periods: Sequence[Period], i: int) -> datetime:
    """Where the window of period `i` begins: nowhere for a cumulative one."""
    return EARLY if not definition.window else periods[max(0, i - definition.window + 1)].starts


def clock(definition: Definition, periods: Sequence[Period], start: int, stop: int) -> pa.Table:
    """A row for each of the periods [start, stop), with the zone's offset before and after a change of clocks inside it."""
    rows = []
    for i in range(start, stop):
        p, first = periods[i], periods[max(0, i - definition.window + 1)] if definition.window else periods[i]
        begun = day_begun(definition, periods, i)
        before, switch, after = offsets(begun, p.ends, definition.tz)
        rows.append((p.key, first.key, p.starts, p.ends, window_start(definition, periods, i), begun, before, switch, after))
    return _rows(rows, CLOCK)


def day_begun(definition: Definition, periods: Sequence[Period], i: int) -> datetime:
    """When the local day began in which a period starts, as far as the programme holds it: only sessions divide days."""
    starts = periods[i].starts
    midnight = datetime.combine(starts.astimezone(definition.tz).date(), time(), definition.tz).astimezone(UTC)
    return min(starts, max(midnight, periods[0].starts)) if definition.period == "session" else starts


def offsets(starts: datetime, ends: datetime, zone: ZoneInfo) -> tuple[int, datetime, int]:
    """Offset from UTC in seconds at `starts`, the moment it changes before `ends` (or `ends`), and the offset from then on.

    >>> offsets(datetime(2025, 3, 24, tzinfo=UTC), datetime(2025, 3, 31, tzinfo=UTC), ZoneInfo("Europe/Madrid"))
    (3600, datetime.datetime(2025, 3, 30, 1, 0, tzinfo=datetime.timezone.utc), 7200)
    """

    def at(t: float) -> int:
        offset = datetime.fromtimestamp(t, UTC).astimezone(zone).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    low, high = int(starts.timestamp()), int(ends.timestamp())
    first, last = at(low), at(high - 1)
    if first == last:
        return first, ends, first
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) == first else (low, middle)
    return first, datetime.fromtimestamp(high, UTC), last


def excused(
    definition: Definition, offers: Offers, roster: pa.Table, excusals: pa.Table, taken: Mapping[tuple[str, str, str], datetime]
) -> pa.Table:
    """Excused items by participant, with when they were taken all the same; `taken` maps (participant, item, tally kind) to a moment."""
    people = {str(m["participant"]): m for m in members(roster).to_pylist()}
    names, rows, done = columns(definition), [], set()
    for e in excusals.to_pylist():
        who, m = e["participant"], people.get(e["participant"])
        if m is None:
            continue
        for i in offers.by_cohort.get(m["cohort"], ()):
            if (who, i.item) in done or not excuses(e, i):
                continue
            done.add((who, i.item))
            cohort, per = m["cohort"], list[object]()
            for c in names:
                # What was offered before they joined or after they left never entered the denominator, so it cannot leave it.
                theirs = m["joined_at"] <= offers.offered_at(i, cohort, c.due) < m["left_at"]
                counts = theirs and offers.belongs(i, c) and not offers.blind(i, cohort, c)
                per += [offers.weight(i, c) if counts else 0.0]
                per += [min(taken.get((who, i.item, kind), LATE) for kind in (c.act, *kinds_of(c.act)))]
            rows.append((who, offers.offered_at(i, cohort, False), offers.offered_at(i, cohort, True), *per))
    return _rows(rows, excused_schema(definition))


def excuses(excusal: Mapping[str, object], item: Item) -> bool:
    """Whether an excusal is about this item: by its name, by that of its session, or by when it opens."""
    if excusal["item"] is not None:
        return excusal["item"] in (item.item, item.parent)
    opens, since, until = item.opens_at, excusal["from_at"] or EARLY, excusal["until_at"] or LATE
    return opens is not None and since <= opens < until  # type: ignore[operator]


def seconds(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """A column of instants as epoch seconds."""
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False) / 1e6)


def instants(at: NDArray[np.float64]) -> pa.Array:
    """Epoch seconds as instants."""
    return pa.array((at * 1e6).round().astype(np.int64)).cast(PEOPLE[-1][1])


def _filled(column: pa.ChunkedArray, value: object) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.fill_null(column, pa.scalar(value, column.type))


def _rows(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    made = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.table([pa.array(list(c), f.type) for c, f in zip(made, schema, strict=True)], schema=schema)


def consecutive(periods: Sequence[Period]) -> bool:
    """Whether periods follow one another without a gap, as running totals need."""
    return all(a.ends == b.starts for a, b in pairwise(periods))
