"""How much was done and how many came: events, attendances, hours, reach by estimate; each kept apart from the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engagetree.engine import literal
from engagetree.research.indicators.activities import ACTS, REASONS
from engagetree.research.indicators.books import UNKNOWN, Books, share
from engagetree.research.indicators.cells import Dimensions, chosen, grouped, wanted
from engagetree.research.model import Cell, Value
from engagetree.research.vocabulary import COUNTED

USUAL: dict[str, tuple[Dimensions, ...]] = {
    "events": (("type",), ("depth",), ("audience",), ("sector",), ("type", "depth", "audience")),
    "attendances": (("type",), ("depth",), ("audience",), ("sector",), ("type", "depth"), ("count_method",)),
    "participant_hours": (("type",), ("depth",)),
    "non_academic_share": (("type",), ("depth",)),
}
"""The breakdowns that every return has."""

KEYS = ("excluded", *USUAL, "series", "estimated_reach", "registrations", "no_show_rate")

SUMS = f"""count(*) FILTER (begins) AS events, sum(open_days) FILTER (begins) AS open_days, count(open_days) FILTER (begins) AS open_days_n,
    sum(a) AS attended, count(*) FILTER (a IS NOT NULL) AS counted, count(*) FILTER (begins AND a IS NULL) AS uncounted,
    count(*) FILTER (a IS NOT NULL AND NOT begins) AS earlier,
    {", ".join(f"bool_or(method = '{m}') AS m_{m}" for m in COUNTED)},
    sum(hours) AS hours, sum(hours_n) AS hours_n, sum(greatest(coalesce(a, 0) - hours_n, 0)) AS hours_missing,
    sum(outside) AS outside, sum(affiliated) AS affiliated, sum(greatest(coalesce(a, 0) - affiliated, 0)) AS unaffiliated"""


def values(books: Books) -> Iterator[Value]:
    """Every value of extent that is counted from the activities."""
    if not books.has("activities"):
        for key in KEYS:
            yield books.none(key, "there is no register of activities")
        return
    yield from _left_out(books)
    sets = {key: wanted(books, key, usual) for key, usual in USUAL.items()}
    every = dict.fromkeys(s for found in sets.values() for s in found)
    source = f"(SELECT *, coalesce(method, {literal(UNKNOWN)}) AS count_method FROM {ACTS} WHERE why IS NULL AND (begins OR a > 0))"
    rows = grouped(books, f"{SUMS}, count(*) FILTER (begins AND until > {literal(books.year.until)}) AS onward", source, every)
    makers = {"events": _events, "attendances": _attendances, "participant_hours": _hours, "non_academic_share": _non_academic}
    for key, make in makers.items():
        for cell, row in chosen(rows, sets[key]):
            yield from make(books, cell, row)
    whole = rows[0][1] if rows else {}
    yield from _beside(books, whole)
    yield from _estimates(books)
    yield from _registrations(books)


def _left_out(books: Books) -> Iterator[Value]:
    rows = books.rows(f"SELECT why, count(*) FROM {ACTS} WHERE why IS NOT NULL AND (begins OR starts_on IS NULL) GROUP BY why")
    found = dict(rows)
    total = sum(found.values())
    yield books.value("excluded", total, n=total)
    for why in REASONS:
        if why in found:
            yield books.value("excluded", found[why], (("reason", why),), n=found[why])


def _events(books: Books, cell: Cell, row: dict[str, Any]) -> Iterator[Value]:
    if row["events"] or not cell:
        goes_on = row["onward"] and not cell
        notes = (f"{_events_said(row['onward'])} began in this year and ended in the next; counted here alone",) if goes_on else ()
        yield books.value("events", row["events"], cell, n=row["events"], missing=0, notes=notes)


def _attendances(books: Books, cell: Cell, row: dict[str, Any]) -> Iterator[Value]:
    if ("count_method", UNKNOWN) in cell:
        return
    notes = []
    if row["uncounted"]:
        notes.append(f"{_events_said(row['uncounted'])} not counted; estimates stand under estimated reach")
    if row["earlier"]:
        notes.append(f"{_events_said(row['earlier'])} of another year with attendances in this one")
    more = {"missing": row["uncounted"], "notes": tuple(notes), "count_method": ", ".join(m for m in sorted(COUNTED) if row[f"m_{m}"])}
    if not row["counted"]:
        if row["events"] or not cell:
            yield books.none("attendances", "nobody counted who came", cell, **more)
        return
    yield books.value("attendances", row["attended"], cell, n=round(row["attended"]), **more)


def _events_said(n: int) -> str:
    return f"{n:,} {'event' if n == 1 else 'events'}"


def _hours(books: Books, cell: Cell, row: dict[str, Any]) -> Iterator[Value]:
    missing = round(row["hours_missing"] or 0)
    if row["hours"] is None:
        if row["events"] or not cell:
            yield books.none("participant_hours", "no hours are on file", cell, missing=missing)
        return
    notes = (f"without the hours of {missing:,} attendances that nobody recorded",) if missing else ()
    yield books.value("participant_hours", row["hours"], cell, n=round(row["hours_n"] or 0), missing=missing, notes=notes)


def _non_academic(books: Books, cell: Cell, row: dict[str, Any]) -> Iterator[Value]:
    known, unknown = row["affiliated"] or 0, row["unaffiliated"] or 0
    if row["counted"] or not cell:
        yield share(books, "non_academic_share", row["outside"] or 0, known, unknown, cell, "no affiliation is on file")


def _beside(books: Books, whole: dict[str, Any]) -> Iterator[Value]:
    series = books.rows(f"SELECT count(DISTINCT series) FROM {ACTS} WHERE why IS NULL AND begins")[0][0]
    yield books.value("series", series, n=series)
    if whole.get("open_days_n"):
        yield books.value("open_days", whole["open_days"], n=whole["open_days_n"])


def _estimates(books: Books) -> Iterator[Value]:
    """For each way of counting that is no count: the sums of the lower and of the upper ends, never added to one another."""
    rows = books.rows(f"""SELECT estimate, count(*), sum(low), sum(high), count(*) FILTER (high IS NULL) FROM {ACTS}
        WHERE why IS NULL AND estimate IS NOT NULL GROUP BY estimate ORDER BY estimate""")
    if not rows:
        yield books.none("estimated_reach", "no estimate and no band is on file")
    for method, n, low, high, open_ended in rows:
        upper = None if open_ended else float(high)
        point = low if upper is not None and low == upper and method != "band" else None
        notes = (f"{open_ended:,} of {_events_said(n)} open-ended",) if open_ended else ()
        more = {"interval": "" if point is not None else "band", "reason": "" if point is not None else "a sum of bands is a range"}
        yield books.value(
            "estimated_reach", point, (("count_method", method),), low=float(low), high=upper, n=n, count_method=method, notes=notes, **more
        )


def _registrations(books: Books) -> Iterator[Value]:
    row = books.dicts(f"""SELECT sum(registered) AS all_of, count(registered) AS events,
        count(*) FILTER (begins AND registered IS NULL) AS missing,
        sum(registered) FILTER (a IS NOT NULL) AS both, sum(a) FILTER (registered IS NOT NULL) AS came,
        count(*) FILTER (a IS NOT NULL AND registered IS NOT NULL) AS n_both,
        count(*) FILTER (a > registered) AS walked_in FROM {ACTS} WHERE why IS NULL AND (begins OR a > 0)""")[0]
    if not row["events"]:
        yield books.none("registrations", "no registrations are on file")
        yield books.none("no_show_rate", "no registrations are on file")
        return
    yield books.value("registrations", row["all_of"], n=round(row["all_of"]), missing=row["missing"], count_method="registration_only")
    yield _no_show(books, row)


def _no_show(books: Books, row: dict[str, Any]) -> Value:
    both, came = row["both"] or 0.0, row["came"] or 0.0
    if came > both:
        return books.none("no_show_rate", "more came than had registered, so who did not come is not known", missing=row["missing"])
    notes = (f"at {_events_said(row['walked_in'])} more came than had registered",) if row["walked_in"] else ()
    return share(books, "no_show_rate", both - came, both, nothing="no event has both numbers", missing=row["missing"], notes=notes)
