"""How far people took part: levels as the evidence carries them, never a mean of levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engagetree.engine import literal
from engagetree.research.indicators.activities import ACTS
from engagetree.research.indicators.books import UNKNOWN, Books, share
from engagetree.research.indicators.cells import Dimensions, chosen, grouped, wanted
from engagetree.research.model import Cell, Value
from engagetree.research.vocabulary import DEPTHS

LEVELS = tuple(DEPTHS)
INVOLVED = "D3"
BY_DEPTH = "bounds by events of unknown depth"

KEYS = ("depth_activities", "involved_share", "median_depth", "depth_hours", "depth_fit", "depth_capped", "feedback_closure")

CROSSWALK: tuple[dict[str, str], ...] = (
    {"depth": "D0", "arnstein": "manipulation, therapy"},
    {
        "depth": "D1",
        "iap2": "Inform",
        "arnstein": "informing",
        "rest": "outreach and education",
        "wellcome": "transmit",
        "nihr": "engagement",
        "casrai": "dissemination",
    },
    {
        "depth": "D2",
        "iap2": "Consult",
        "arnstein": "consultation",
        "rest": "consultation",
        "wellcome": "receive",
        "nihr": "consultation",
        "casrai": "engagement",
    },
    {
        "depth": "D3",
        "iap2": "Involve",
        "arnstein": "placation",
        "rest": "cooperation",
        "wellcome": "receive or collaborate",
        "nihr": "consultation or collaboration",
        "casrai": "engagement",
    },
    {
        "depth": "D4",
        "iap2": "Collaborate",
        "arnstein": "partnership",
        "rest": "collaboration",
        "wellcome": "collaborate",
        "nihr": "collaboration, co-production",
        "casrai": "co-production",
    },
    {
        "depth": "D5",
        "iap2": "Empower",
        "arnstein": "delegated power, citizen control",
        "rest": "partnership",
        "nihr": "user-led",
        "casrai": "co-production",
    },
)
"""What other ladders call a level, approximately: a close match, never an exact one. A ladder that is not named has no such level."""


def values(books: Books) -> Iterator[Value]:
    """Every value of depth that is counted from the activities."""
    if not books.has("activities"):
        for key in KEYS:
            yield books.none(key, "there is no register of activities")
        return
    yield from _levels(books)
    yield from _hours(books)
    yield from _fit(books)
    yield from _capped(books)
    yield from _feedback(books)


def _here(books: Books) -> str:
    return f"(SELECT * FROM {ACTS} WHERE why IS NULL AND begins)"


def _levels(books: Books) -> Iterator[Value]:
    """Distribution, share from D3 on, and median, from one count of events by level in every cell."""
    tables: Mapping[str, list[Dimensions]] = {
        "depth_activities": [(), ("type",), *_declared(books, "depth_activities")],
        "involved_share": wanted(books, "involved_share", (("type",), ("audience",))),
        "median_depth": wanted(books, "median_depth", (("type",),)),
    }
    every = dict.fromkeys(s for sets in tables.values() for s in sets)
    counts = ", ".join(f"count(*) FILTER (depth = {literal(d)}) AS {d}" for d in LEVELS)
    rows = grouped(books, f"{counts}, count(*) FILTER (depth = {literal(UNKNOWN)}) AS unknown", _here(books), every)
    for cell, row in chosen(rows, tables["depth_activities"]):
        yield from _distribution(books, cell, row)
    for cell, row in chosen(rows, tables["involved_share"]):
        deep = sum(row[d] for d in LEVELS if d >= INVOLVED)
        yield _known(books, "involved_share", deep, row, cell)
    for cell, row in chosen(rows, tables["median_depth"]):
        yield _median(books, cell, row)


def _declared(books: Books, key: str) -> list[Dimensions]:
    """Declared tables of an indicator that is always split by depth: what remains beside it."""
    return [tuple(d for d in t.by if d != "depth") for t in books.definition.published if t.indicator == key]


def _distribution(books: Books, cell: Cell, row: dict[str, Any]) -> Iterator[Value]:
    for level in LEVELS:
        yield _known(books, "depth_activities", row[level], row, (*cell, ("depth", level)))


def _known(books: Books, key: str, part: int, row: dict[str, Any], cell: Cell) -> Value:
    """A share of the events whose depth is known, with the bounds that the others leave."""
    known, unknown = sum(row[d] for d in LEVELS), row["unknown"]
    if not known or not unknown:
        return share(books, key, part, known, unknown, cell, "no depth is on file", interval="")
    ends = {"low": part / (known + unknown), "high": (part + unknown) / (known + unknown), "interval": BY_DEPTH}
    return share(books, key, part, known, unknown, cell, **ends)


def _median(books: Books, cell: Cell, row: dict[str, Any]) -> Value:
    """The lower of the two in the middle; a note where they differ."""
    n = sum(row[d] for d in LEVELS)
    if not n:
        return books.none("median_depth", "no depth is on file", cell, n=0, missing=row["unknown"])
    lower, upper = (_at(row, place) for place in ((n + 1) // 2, n // 2 + 1))
    notes = (f"the middle lies between {lower} and {upper}",) if lower != upper else ()
    return books.value("median_depth", None, cell, level=lower, n=n, missing=row["unknown"], notes=notes)


def _at(row: dict[str, Any], place: int) -> str:
    """The level of the event at this place from below, from 1."""
    reached = 0
    for level in LEVELS:
        reached += row[level]
        if reached >= place:
            return level
    return LEVELS[-1]


def _hours(books: Books) -> Iterator[Value]:
    rows = dict(books.rows(f"SELECT depth, sum(hours) FROM {ACTS} WHERE why IS NULL AND hours IS NOT NULL GROUP BY depth"))
    persons = dict(books.rows(f"SELECT depth, sum(hours_n) FROM {ACTS} WHERE why IS NULL AND hours IS NOT NULL GROUP BY depth"))
    known = sum(h for d, h in rows.items() if d != UNKNOWN)
    notes = (f"without {rows[UNKNOWN]:,.0f} hours at events of unknown depth",) if rows.get(UNKNOWN) else ()
    for level in LEVELS:
        yield share(
            books,
            "depth_hours",
            rows.get(level, 0.0),
            known,
            cell=(("depth", level),),
            nothing="no hours at a known depth are on file",
            n=round(sum(persons.get(d) or 0 for d in LEVELS)),
            missing=round(persons.get(UNKNOWN) or 0),
            notes=notes,
        )


def _fit(books: Books) -> Iterator[Value]:
    both = f"depth <> {literal(UNKNOWN)} AND intended IS NOT NULL"
    sums = f"""count(*) FILTER ({both} AND depth >= intended) AS fits, count(*) FILTER ({both}) AS both,
        count(*) FILTER (NOT ({both})) AS missing"""
    for cell, row in grouped(books, sums, _here(books), wanted(books, "depth_fit", (("type",),))):
        yield share(books, "depth_fit", row["fits"], row["both"], cell=cell, nothing="no event has both depths", missing=row["missing"])


def _capped(books: Books) -> Iterator[Value]:
    rows = books.rows(f"""SELECT claimed, depth, count(*) FROM {_here(books)}
        WHERE claimed <> depth AND depth <> {literal(UNKNOWN)} GROUP BY ALL ORDER BY claimed DESC, depth""")
    total = sum(n for *_, n in rows)
    yield books.value("depth_capped", total, n=total, notes=tuple(f"{n:,} claimed as {c} counted as {d}" for c, d, n in rows))
    for claimed in dict.fromkeys(c for c, *_ in rows):
        n = sum(k for c, _, k in rows if c == claimed)
        yield books.value("depth_capped", n, (("claimed", claimed),), n=n)


def _feedback(books: Books) -> Iterator[Value]:
    """Of events from D2 on whose time to tell is over. An event told late did not tell in time."""
    days = books.definition.floors.feedback_days
    over = f"(until + {days} <= {literal(books.today)})"
    told = f"fed_back_on IS NOT NULL AND fed_back_on < until + {days}"
    deep = "depth >= 'D2' AND depth LIKE 'D_'"
    sums = f"""count(*) FILTER ({deep} AND {over} AND {told}) AS told, count(*) FILTER ({deep} AND {over}) AS due,
        count(*) FILTER ({deep} AND NOT {over}) AS pending"""
    for cell, row in grouped(books, sums, _here(books), wanted(books, "feedback_closure", (("type",),))):
        notes = (f"{row['pending']:,} whose time is not over are left out",) if row["pending"] else ()
        nothing = "no event at D2 or deeper whose time to tell is over"
        yield share(books, "feedback_closure", row["told"], row["due"], cell=cell, nothing=nothing, notes=notes)
