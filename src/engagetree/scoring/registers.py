"""Registers become the small tables that folding and scoring join to: who is a member when, what is offered when, and to whom."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
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
from engagetree.scoring.step import punctual, weights_schema
from engagetree.scoring.totals import Excused, People

BLIND = -1.0
"""The weight of an item that nobody could see being taken: nothing of it counts, and a stay in it is no exposure either."""


class ExcusedItem(NamedTuple):
    """When an item counts as opened and as due, and for each driver its weight and when it was taken all the same."""

    opened: datetime
    due: datetime
    weights: list[float]
    taken: list[datetime]


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
            by = [i.ends_at - timedelta(days=c.driver.ahead) if i.ends_at else LATE for c in punctual(definition)]
            rows.append((i.item, cohort, i.opens_at or EARLY, opened, due, *by, keys[bisect_right(ends, due)], *per))
    return _rows(rows, weights_schema(definition))


def _weight(offers: Offers, item: Item, cohort: str, c: Column) -> float:
    if c.driver.while_present and not offers.belongs(item, c):  # a session: its prompts count unless their own tool was down
        return BLIND if offers.down(c.driver.source, cohort, item.opens_at) else 0.0
    if offers.blind(item, cohort, c):
        return BLIND
    if c.driver.is_share:
        return offers.weight(item, c) if offers.belongs(item, c) else 0.0
    return 1.0 if not c.driver.on or item.kind in c.driver.on else 0.0


def people(offers: Offers, roster: pa.Table) -> People:
    """The roster as arrays in the order of participants."""
    roster = roster.sort_by("participant")
    who = members(roster)
    number = {c: k for k, c in enumerate(offers.cohorts)}
    cohort = np.array([number[c] for c in who["cohort"].to_pylist()], dtype=np.int32)
    joined, left = moments(who["joined_at"]), moments(who["left_at"])
    spans = np.array([[micros(m) for m in offers.spans[c]] for c in offers.cohorts], dtype=np.int64)
    begun, ended = np.maximum(joined, spans[cohort, 0]), np.minimum(left, spans[cohort, 1])
    whole = [c.combine_chunks() for c in (who["participant"], roster["owner"])]
    return People(whole[0], whole[1], cohort, joined, left, begun, ended)


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
) -> dict[str, list[ExcusedItem]]:
    """Excused items of each participant; `taken` maps (participant, item, tally kind) to when that was taken all the same."""
    wanted = {str(e["participant"]) for e in excusals.to_pylist()}
    here = {str(m["participant"]): m for m in members(roster).to_pylist() if m["participant"] in wanted}
    names, out = columns(definition), dict[str, dict[str, ExcusedItem]]()
    for e in excusals.to_pylist():
        who, m = e["participant"], here.get(e["participant"])
        if m is None:
            continue
        for i in offers.by_cohort.get(m["cohort"], ()):
            if i.item in out.get(who, {}) or not excuses(e, i):
                continue
            weights, moments = [], []
            for c in names:
                # What was offered before they joined or after they left never entered the denominator, so it cannot leave it.
                theirs = m["joined_at"] <= offers.offered_at(i, m["cohort"], c.due) < m["left_at"]
                counts = theirs and offers.belongs(i, c) and not offers.blind(i, m["cohort"], c)
                weights.append(offers.weight(i, c) if counts else 0.0)
                moments.append(min(taken.get((who, i.item, kind), LATE) for kind in (c.act, *kinds_of(c.act))))
            opened, due = (offers.offered_at(i, m["cohort"], late) for late in (False, True))
            out.setdefault(who, {})[i.item] = ExcusedItem(opened, due, weights, moments)
    return {who: list(items.values()) for who, items in out.items()}


def excused_of(people: People, items: Mapping[str, Sequence[ExcusedItem]]) -> Excused | None:
    """The excused items of these people as arrays; None where they have none."""
    import pyarrow.compute as pc

    names = pa.array(list(items), pa.string())
    seats = dict(zip(items, pc.index_in(names, value_set=people.participant).to_pylist(), strict=True))
    rows = [(seats[who], i) for who, mine in items.items() for i in mine if seats[who] is not None]
    if not rows:
        return None
    opened, due = (np.array([micros(m) for m in at], dtype=np.int64) for at in ([i.opened for _, i in rows], [i.due for _, i in rows]))
    taken = np.array([[micros(m) for m in i.taken] for _, i in rows], dtype=np.int64)
    return Excused(np.array([seat for seat, _ in rows], dtype=np.int64), opened, due, np.array([i.weights for _, i in rows]), taken)


def excuses(excusal: Mapping[str, object], item: Item) -> bool:
    """Whether an excusal is about this item: by its name, by that of its session, or by when it opens."""
    if excusal["item"] is not None:
        return excusal["item"] in (item.item, item.parent)
    opens, since, until = item.opens_at, excusal["from_at"] or EARLY, excusal["until_at"] or LATE
    return opens is not None and since <= opens < until  # type: ignore[operator]


def micros(moment: datetime) -> int:
    """An instant as microseconds since 1970."""
    return round(moment.timestamp() * 1e6)


def moments(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """A column of instants as microseconds since 1970."""
    out: NDArray[np.int64] = column.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return out


def _filled(column: pa.ChunkedArray, value: object) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.fill_null(column, pa.scalar(value, column.type))


def _rows(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    made = list(zip(*rows, strict=True)) if rows else [() for _ in schema]
    return pa.table([pa.array(list(c), f.type) for c, f in zip(made, schema, strict=True)], schema=schema)
