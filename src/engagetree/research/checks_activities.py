"""What is doubtful in activities: when they were, who else reports them, how deep they are said to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engagetree.research.checks_looked import Looked, said, unless_none
from engagetree.research.duplicates import alike
from engagetree.research.guards.depth import less_than_claimed
from engagetree.research.guards.kinds import of_every_year, unbacked
from engagetree.research.model import Guarded


def two_years(looked: Looked) -> Iterator[Guarded]:
    m, d = looked.calendar.month, looked.calendar.day

    def number(day: str) -> str:
        return f"year({day}) - (month({day}) * 100 + day({day}) < {m * 100 + d})::INT"

    a = looked.sources["activities"]
    where = f"until IS NOT NULL AND {number('starts_on')} <> {number('(until - 1)')}"
    yield from unless_none(
        looked,
        f"SELECT activity FROM {a} WHERE {where}",
        "RG-01",
        "note",
        "activity|activities",
        "<lies|lie> in two reporting years",
        "Each counts once, in the year of its first day. Give its occurrences rows of their own if they are events of their own.",
    )


def no_day(looked: Looked) -> Iterator[Guarded]:
    query = f"SELECT activity FROM {looked.sources['activities']} WHERE starts_on IS NULL"
    yield from unless_none(
        looked,
        query,
        "RG-02",
        "warning",
        "activity|activities",
        "<has|have> no day, and so <counts|count> in no year",
        "Give `starts_on`, or import with --year.",
    )


def doubles(looked: Looked) -> Iterator[Guarded]:
    by: dict[str, list[Mapping[str, Any]]] = {}
    for row in looked.duplicates:
        by.setdefault(str(row["same_as"]), []).append(row)
    if by:
        some = [
            f"“{rows[0]['title']}” of {rows[0]['starts_on']} is {kept}; also {', '.join(str(r['activity']) for r in rows[:3])}"
            for kept, rows in by.items()
        ]
        n = sum(len(rows) for rows in by.values())
        yield said(
            "RG-03",
            "warning",
            n,
            some,
            "record|records",
            "<stands|stand> for an event that another department reported too, and <does|do> not count again",
            "If two of them are different events, give them different titles, venues or organisers.",
        )


def maybe_doubles(looked: Looked) -> Iterator[Guarded]:
    a = looked.sources["activities"]
    base = f"({alike(a)})"
    several = "count(DISTINCT reporter) > 1 AND count(place) < count(*)"
    nowhere = f"SELECT min(activity) FROM {base} WHERE what IS NOT NULL GROUP BY what, day HAVING {several}"
    yield from unless_none(
        looked,
        nowhere,
        "RG-04",
        "note",
        "event|events",
        "may be reported by several departments, but nobody says where it was; every record counts",
        "Give venue or organiser, and they are recognised.",
    )
    twice = f"SELECT min(activity) FROM {base} WHERE what IS NOT NULL GROUP BY what, day, place, reporter HAVING count(*) > 1"
    yield from unless_none(
        looked,
        twice,
        "RG-05",
        "note",
        "event|events",
        "<stands|stand> there more than once with one title, day and department, and <counts|count> as often",
        "Right for several sessions of a day. Otherwise mend the file and import it again under the same ids.",
    )


def two_reporters(looked: Looked) -> Iterator[Guarded]:
    if ever := looked.ever.get("activities"):
        query = f"SELECT activity FROM {ever} WHERE department IS NOT NULL GROUP BY activity HAVING count(DISTINCT department) > 1"
        yield from unless_none(
            looked,
            query,
            "RG-06",
            "warning",
            "activity|activities",
            "came under one id from several departments; the last import is valid",
            "Look whether the ids mean the same. If not, put the department in front of them.",
        )


def depth(looked: Looked) -> Iterator[Guarded]:
    """EM-03 of every year at once, in the words in which a report says it of its own."""
    yield from less_than_claimed(unbacked(looked.con, of_every_year(looked.sources["activities"])))
