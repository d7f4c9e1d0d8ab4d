"""Distinct people, and whether they come again: needs pseudonyms, and without them says so.

`research_people` holds one row a person with a first day in the year: `k` is 16 × that day + 14 − the deepest level of that day (−1 where
no depth is on file), so that one number carries both and the smallest is the first; the masks hold one bit for each cell of the breakdowns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engagetree.engine import literal
from engagetree.research.indicators.activities import ACTS
from engagetree.research.indicators.books import Books, share
from engagetree.research.indicators.cells import chosen, grouped
from engagetree.research.indicators.visits import LEVEL, MASK, VISITS, cells, masks, tables
from engagetree.research.model import Cell, Value
from engagetree.stats.estimate import NoAnswer
from engagetree.stats.proportions import wilson
from engagetree.stats.survival import by_then

PEOPLE = "research_people"
NO_IDS = "bounds by attendances without a pseudonym"


def values(books: Books) -> Iterator[Value]:
    """Unique participants, follow-up and escalation."""
    if not books.has("attendances") or not books.rows(f"SELECT 1 FROM {ACTS} WHERE why IS NULL AND ids > 0 LIMIT 1"):
        reason = "attendances have no pseudonyms" if books.has("attendances") else "there is no register of attendances"
        for key in ("unique_participants", "follow_up_rate", "follow_up_estimate", "escalation_rate"):
            yield books.none(key, reason)
        return
    bits = cells(books)
    _people(books, bits)
    yield from _unique(books, bits)
    yield from _again(books)


def _people(books: Books, bits: list[Cell]) -> None:
    said = ", ".join(f"bit_or({m}) AS {m}" for m in masks(len(bits)))
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {PEOPLE} AS
        SELECT person, min((d - DATE '1970-01-01') * 16 + 14 - level) AS k, {said}
        FROM {VISITS} WHERE came AND person IS NOT NULL AND {books.within("d")} GROUP BY person""")


def _unique(books: Books, bits: list[Cell]) -> Iterator[Value]:
    """Distinct people in every cell; those counted without a pseudonym may each be one more."""
    counts = "".join(f", count(*) FILTER (m{i // MASK} & {1 << i % MASK} <> 0)" for i in range(len(bits)))
    found = books.rows(f"SELECT count(*){counts} FROM {PEOPLE}")[0]
    people = dict(zip([(), *bits], found, strict=True))
    shown = tables(books)
    source = f"(SELECT * FROM {ACTS} WHERE why IS NULL AND a > 0)"
    for cell, row in chosen(grouped(books, "sum(greatest(a - ids, 0)) AS unknown, sum(ids) AS ids", source, shown), shown):
        n, unknown = people.get(cell, 0), round(row["unknown"] or 0)
        if not row["ids"]:
            yield books.none("unique_participants", "attendances have no pseudonyms", cell, missing=unknown)
            continue
        more = {"low": float(n), "high": float(n + unknown), "interval": NO_IDS} if unknown else {}
        notes = (f"{unknown:,} attendances have no pseudonym",) if unknown else ()
        yield books.value("unique_participants", n, cell, n=n, missing=unknown, count_method="register", notes=notes, **more)


@dataclass(frozen=True)
class Again:
    """So many people of one length of watching: `days` until they came again or were last seen, at most the window."""

    days: int
    came: bool  # again, deep enough
    watched: bool  # for the whole window
    known: bool  # the depth of the first day
    deeper: bool
    n: int


Test = Callable[[Again], bool]


def _again(books: Books) -> Iterator[Value]:
    floors, until = books.definition.floors, _observed(books)
    window = floors.follow_up_days
    groups = [Again(*row) for row in books.rows(_AGAIN.format(**_again_parts(books, until)))]
    notes = (f"observed until {until}; within {window} days at {floors.qualifying_depth} or deeper",)
    yield _rate(books, "follow_up_rate", groups, lambda g: g.watched, lambda g: g.came, notes)
    yield _estimate(books, groups, window, notes)
    yield _rate(books, "escalation_rate", groups, lambda g: g.watched and g.known, lambda g: g.deeper, notes[:1])


def _observed(books: Books) -> object:
    """The first day of which the books know nothing: after the last attendance or delivered activity on file, and not after today."""
    last = books.rows(f"""SELECT max(d) FROM (SELECT max("on") AS d FROM {books.of("attendances")} UNION ALL
        SELECT max(starts_on) FROM {ACTS} WHERE why IS NULL)""")[0][0]
    following = books.rows(f"SELECT ({literal(last)} + 1)::DATE")[0][0] if last else books.today
    return min(following, books.today)


def _again_parts(books: Books, until: object) -> dict[str, object]:
    return {
        "visits": VISITS,
        "people": PEOPLE,
        "window": books.definition.floors.follow_up_days,
        "deep": LEVEL[books.definition.floors.qualifying_depth],
        "until": literal(until),
    }


_AGAIN = """
    WITH first AS (SELECT rowid AS p, person, DATE '1970-01-01' + (k // 16)::INTEGER AS d0, (14 - k % 16) AS level0 FROM {people}),
    later AS (
        SELECT f.p, min(v.d) FILTER (v.level >= {deep}) AS again, max(v.level) AS deepest
        FROM {visits} v JOIN first f ON v.came AND f.person = v.person AND v.d > f.d0 AND v.d <= f.d0 + {window} AND v.d < {until}
        GROUP BY f.p),
    each AS (
        SELECT again IS NOT NULL AS came, {until} - d0 > {window} AS watched, level0 >= 0 AS known,
               coalesce(deepest > level0, FALSE) AS deeper,
               CASE WHEN again IS NOT NULL THEN again - d0 ELSE least({window}, {until} - d0 - 1) END AS days
        FROM first LEFT JOIN later USING (p) WHERE d0 < {until})
    SELECT days, came, watched, known, deeper, count(*) FROM each GROUP BY ALL"""


def _rate(books: Books, key: str, groups: list[Again], of: Test, when: Test, notes: tuple[str, ...]) -> Value:
    """A share of the people who were watched long enough; the others are missing."""
    whole = sum(g.n for g in groups if of(g))
    part = sum(g.n for g in groups if of(g) and when(g))
    missing = sum(g.n for g in groups) - whole
    found = wilson(part, whole)
    ends: dict[str, Any] = {} if isinstance(found, NoAnswer) else {"low": found.low, "high": found.high}
    nothing = "nobody was observed for the whole window"
    return share(books, key, part, whole, missing, nothing=nothing, interval="95 % Wilson", notes=notes, **ends)


def _estimate(books: Books, groups: list[Again], window: int, notes: tuple[str, ...]) -> Value:
    counts: dict[int, list[int]] = {}
    for g in groups:
        counts.setdefault(g.days, [0, 0])[0 if g.came else 1] += g.n
    found = by_then([(days, came, lost) for days, (came, lost) in counts.items()], window)
    n = sum(g.n for g in groups)
    if isinstance(found, NoAnswer):
        return books.none("follow_up_estimate", found.reason, n=n, notes=notes)
    return books.value("follow_up_estimate", found.value, low=found.low, high=found.high, interval="95 % Kaplan–Meier", n=n, notes=notes)
