"""Events of one period become tallies: counts and sums by participant, item and kind, so that scoring never reads an event.

Beside plain counts, folding derives, once and for every definition:

* `present` for each session: seconds present, the union of the person's intervals clipped to the session;
* `prompted:<kind>` for each session: how many items of that kind were opened in it while the person was there;
* `unmet:<kind>` for each such item that was taken although the person was not seen there when it opened;
* `any:a,b` and `days:a,b`, where a definition asks for acts of several kinds as one, or for distinct days.

A tally is *fresh* where no earlier period holds an act of that participant, item and kind: counting fresh tallies counts every item once.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from engagetree.formula.columns import PRESENCE, members
from engagetree.tables import EVENTS, TALLIES, UTC

CLOCK = pa.schema(
    [
        ("key", pa.string()),
        ("first_key", pa.string()),
        ("starts", UTC),
        ("ends", UTC),
        ("window_starts", UTC),
        ("day_begun", UTC),
        ("offset", pa.int64()),
        ("switch_at", UTC),
        ("offset_after", pa.int64()),
    ]
)
"""One row a period that is worked on: its name, that of the first period of its window, when its first local day began, and the zone's
offset from UTC in seconds before and after `switch_at`."""

PLACES = pa.schema(
    [
        ("item", pa.string()),
        ("cohort", pa.string()),
        ("kind", pa.string()),
        ("parent", pa.string()),
        ("opens_at", UTC),
        ("closes_at", UTC),
        ("blind", pa.bool_()),
    ]
)
"""Items, one row for each cohort they are offered to; `blind` where the item's own source was down when it opened."""

MEMBERS = pa.schema([("participant", pa.string()), ("cohort", pa.string()), ("joined_at", UTC), ("left_at", UTC)])
"""The roster with open ends closed: `joined_at` and `left_at` are never null."""

Table = Any  # an Ibis table expression; Ibis publishes no precise types


def unbound(name: str, schema: pa.Schema) -> Table:
    """A table known by name and schema only: expressions are built once and run on any engine."""
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)


def fold(derived: tuple[str, ...] = (), prompts: bool = True) -> Table:
    """The tallies of the period in `clock`, from the tables `events`, `places`, `members`, `earlier` (fresh tallies of earlier periods)."""
    clock, people = unbound("clock", CLOCK), unbound("members", MEMBERS)
    places, earlier = unbound("places", PLACES), unbound("earlier", TALLIES)
    events = unbound("events", EVENTS)
    events = events.join(people, "participant").filter(_["at"] >= _.joined_at, _["at"] < _.left_at)
    events = events.select("participant", "cohort", "at", "kind", "item", "amount").cross_join(clock)
    acts = events.filter(~_.kind.isin(PRESENCE), _["at"] >= _.starts, _["at"] < _.ends)
    cells = _cells(acts, places, clock)
    stays = _stays(events.filter(_.kind.isin(PRESENCE)), places)
    cells = cells.union(_present(stays))
    anys = [_any(cells, kind) for kind in derived if kind.startswith("any:")]
    cells = reduce(lambda a, b: a.union(b), anys, cells)
    counts = _tally(cells.filter(~_.old), fresh=_.took.cast("int64")).union(_fresh(cells.filter(_.old), earlier.filter(_.fresh == 1)))
    parts = [counts, *(_days(events, kind) for kind in derived if kind.startswith("days:"))]
    if prompts:
        parts.append(_prompted(stays, places))
        parts += [_unmet(counts, kind, stays, earlier, places, people) for kind in derived if kind.startswith("unmet:")]
    return reduce(lambda a, b: a.union(b), parts)


def _cells(acts: Table, places: Table, clock: Table) -> Table:
    cells = acts.group_by("participant", "item", "kind").agg(
        cohort=_.cohort.arbitrary(), n=_.count(), amount=_.amount.sum(), first_at=_["at"].min(), last_at=_["at"].max()
    )
    opens = places.cross_join(clock).select("item", "cohort", "opens_at", known=ibis.literal(True), began=_.starts)
    cells = cells.left_join(opens, ["item", "cohort"])
    # An act before an item opened is kept, but does not take the item; nor does one on an item that nobody announced.
    took = _.known.fill_null(False) & (_.last_at >= _.opens_at).fill_null(True)
    # Only what was open before this period can have been taken before it.
    old = (_.opens_at < _.began).fill_null(True)
    return cells.select("participant", "item", "kind", "n", "amount", "first_at", "last_at", took=took, old=took & old)


def _any(cells: Table, kind: str) -> Table:
    return (
        cells.filter(_.kind.isin(members(kind)), _.item.notnull())
        .group_by("participant", "item")
        .agg(n=_.n.sum(), amount=_.amount.sum(), first_at=_.first_at.min(), last_at=_.last_at.max(), took=_.took.any(), old=_.old.any())
        .mutate(kind=ibis.literal(kind))
        .select("participant", "item", "kind", "n", "amount", "first_at", "last_at", "took", "old")
    )


def _fresh(cells: Table, earlier: Table) -> Table:
    before = earlier.select("participant", "item", "kind", seen=_.fresh)
    cells = cells.left_join(before, ["participant", "item", "kind"])
    return _tally(cells, fresh=(_.took & _.seen.isnull()).cast("int64"))


def _days(events: Table, kind: str) -> Table:
    """Local days with an act, each in the period of its first one: a period that ends with a session divides a day."""
    offset = ibis.ifelse(_["at"] < _.switch_at, _.offset, _.offset_after)
    day = ((_seconds(_["at"]) + offset) / 86400).floor()
    cells = (
        events.filter(_.kind.isin(members(kind)), _["at"] >= _.day_begun, _["at"] < _.ends)
        .select("participant", "at", "starts", day=day)
        .group_by("participant", "day", "starts")
        .agg(first=_["at"].min(), last=_["at"].max())
        .filter(_["first"] >= _.starts)
        .group_by("participant")
        .agg(n=_.count(), first_at=_["first"].min(), last_at=_["last"].max())
    )
    return _tally(
        cells.mutate(item=ibis.null("string"), kind=ibis.literal(kind), amount=ibis.null("float64")), fresh=ibis.literal(0, "int64")
    )


def _stays(events: Table, places: Table) -> Table:
    """Segments [begins, ends) in epoch seconds during which a person was present in a session that opened in this period.

    Depth counts devices: +1 at a join, −1 at a leave. A missing leave lasts to the session's end, a leave without a join counts from
    its start.
    """
    sessions = places.filter(_.opens_at.notnull(), _.closes_at.notnull()).select("item", "cohort", "opens_at", "closes_at")
    seen = events.join(sessions, ["item", "cohort"]).filter(_.opens_at >= _.starts, _.opens_at < _.ends)
    seen = seen.select(
        "participant", "cohort", "item", "kind", "amount",
        opens=_seconds(_.opens_at), closes=_seconds(_.closes_at), t=_seconds(_["at"]),
    )  # fmt: skip
    visit = ["participant", "cohort", "item"]
    each = seen.group_by(visit).agg(rows=_.count(), whole=((_.kind == "present") & _.amount.notnull()).sum())
    # Most people are seen once, from when to when: that needs no ordering.
    plain = seen.semi_join(each.filter(_.rows == 1, _.whole == 1), visit)
    once = plain.mutate(begins=_clipped(plain, plain.t), ends=_clipped(plain, plain.t + _whole(plain.amount)))
    once = once.select(*visit, "begins", "ends", joined=ibis.literal(1, "int64"))
    often = _depths(seen.semi_join(each.filter((_.rows != 1) | (_.whole != 1)), visit), visit)
    return once.union(often).filter(_.ends > _.begins)


def _clipped(session: Table, t: Any) -> Any:
    return ibis.greatest(session.opens, ibis.least(session.closes, t))


def _depths(seen: Table, visit: list[str]) -> Table:
    """Segments of visits with several joins and leaves, by counting devices."""
    ins = seen.filter(_.kind != "leave").mutate(delta=ibis.literal(1, "int64"))
    outs = seen.filter((_.kind == "leave") | ((_.kind == "present") & _.amount.notnull()))
    outs = outs.mutate(t=_.t + ibis.ifelse(_.kind == "present", _whole(_.amount.fill_null(0.0)), 0), delta=ibis.literal(-1, "int64"))
    moves = ins.union(outs)
    # In the order in which it happened: clipped to the start, a leave before a join would come after it.
    moves = moves.mutate(happened=moves.t, t=_clipped(moves, moves.t))
    order = ["happened", ibis.desc("delta")]
    moves = moves.mutate(
        depth=_.delta.sum().over(ibis.cumulative_window(group_by=visit, order_by=order)),
        until=_.t.lead().over(ibis.window(group_by=visit, order_by=order)).fill_null(_.closes),
        nth=ibis.row_number().over(ibis.window(group_by=visit, order_by=order)),
    )
    moves = moves.mutate(lowest=_.depth.min().over(ibis.window(group_by=visit)))
    # Somebody who left without a join was there from the start: so many devices more at every moment.
    moves = moves.mutate(missing=ibis.greatest(-_.lowest, 0))
    begins = ibis.ifelse((_.nth == 0) & (_.missing > 0), _.opens, _.t)
    there = (_.depth + _.missing > 0) | ((_.nth == 0) & (_.missing > 0))
    ends = ibis.ifelse(_.depth + _.missing > 0, _.until, _.t)
    return moves.filter(there).select(*visit, begins=begins, ends=ends, joined=(_.delta > 0).cast("int64"))


def _present(stays: Table) -> Table:
    spans = stays.group_by("participant", "item").agg(
        n=_.joined.sum(), amount=(_.ends - _.begins).sum().cast("float64"), first=_.begins.min(), last=_.ends.max()
    )
    return spans.select(
        "participant", "item", kind=ibis.literal("present"), n=_.n, amount=_.amount,
        first_at=_instant(_["first"]), last_at=_instant(_["last"]), took=ibis.literal(True), old=ibis.literal(False),
    )  # fmt: skip


def _prompted(stays: Table, places: Table) -> Table:
    prompts = places.filter(_.parent.notnull(), _.opens_at.notnull(), ~_.blind)
    prompts = prompts.select("cohort", "kind", item=_.parent, opens=_seconds(_.opens_at))
    met = stays.join(prompts, ["item", "cohort"]).filter(_.opens >= _.begins, _.opens < _.ends)
    cells = met.group_by("participant", "item", "kind").agg(n=_.count(), first=_.opens.min(), last=_.opens.max())
    cells = cells.mutate(
        kind=ibis.literal("prompted:").concat(cells.kind),
        amount=ibis.null("float64"),
        first_at=_instant(_["first"]),
        last_at=_instant(_["last"]),
    )
    return _tally(cells, fresh=ibis.literal(1, "int64"))


def _unmet(counts: Table, kind: str, stays: Table, earlier: Table, places: Table, people: Table) -> Table:
    """What was taken of the things put in a session by somebody who was not seen there. Of sessions of earlier periods only the first
    and the last moment of a stay are known."""
    asked = places.filter(_.parent.notnull(), _.opens_at.notnull()).select("item", "cohort", session=_.parent, opens=_seconds(_.opens_at))
    taken = counts.filter(_.kind == kind.partition(":")[2], _.fresh == 1)
    taken = taken.join(people.select("participant", "cohort"), "participant").join(asked, ["item", "cohort"])
    there = stays.select("participant", "begins", "ends", session=_.item)
    before = earlier.filter(_.kind == "present").select(
        "participant", begins=_seconds(_.first_at), ends=_seconds(_.last_at), session=_.item
    )
    met = taken.join(there.union(before), ["participant", "session"]).filter(_.opens >= _.begins, _.opens < _.ends)
    unmet = taken.anti_join(met.select("participant", "item"), ["participant", "item"])
    unmet = unmet.mutate(kind=ibis.literal(kind), n=ibis.literal(1, "int64"), amount=ibis.null("float64"))
    return _tally(unmet, fresh=ibis.literal(1, "int64"))


def _seconds(instant: Any) -> Any:
    # Whole seconds that have passed; DuckDB's own epoch is a fraction and would be rounded, Spark's is not.
    return instant.epoch_seconds().cast("float64").floor().cast("int64")


def _whole(amount: Any) -> Any:
    return amount.floor().cast("int64")


def _instant(seconds: Any) -> Any:
    return seconds.cast("int64").as_timestamp("s").cast("timestamp('UTC', 6)")


def _tally(cells: Table, fresh: Any) -> Table:
    # By way of a double, or Ibis drops the cast: it takes a sum of integers for an integer, DuckDB makes it a 128-bit one.
    return cells.select(
        "participant", "item", "kind", n=_.n.cast("float64").cast("int64"), amount=_.amount.cast("float64"), fresh=fresh,
        first_at=_.first_at, last_at=_.last_at,
    )  # fmt: skip
