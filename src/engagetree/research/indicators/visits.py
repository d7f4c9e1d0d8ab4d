"""The attendances of the books, read once: `research_visits`, without the staff who delivered and without activities that are left out,
each with its day, its activity's number and depth, and one bit for each cell in which people are counted; and their sums by activity.
"""

from __future__ import annotations

from engagetree.engine import literal
from engagetree.research.indicators.activities import BASE, SEEN
from engagetree.research.indicators.books import Books
from engagetree.research.indicators.cells import Dimensions, chosen, grouped, wanted
from engagetree.research.model import Cell
from engagetree.research.vocabulary import COUNT_METHODS, COUNTED, DEPTHS

VISITS = "research_visits"
USUAL: tuple[Dimensions, ...] = (("type",), ("depth",), ("audience",), ("sector",))
MASK = 62
"""Cells that one whole number can hold."""

LEVEL = {d: i for i, d in enumerate(DEPTHS)}
METHODS = (*COUNTED, *(m for m in COUNT_METHODS if m not in COUNTED))
"""In the order of their numbers: the counts first."""

SIGNED = METHODS.index("registration_only")


def tables(books: Books) -> list[Dimensions]:
    """The breakdowns in which distinct people are counted."""
    return wanted(books, "unique_participants", USUAL)


def cells(books: Books) -> list[Cell]:
    """The cells of these breakdowns in the order of their bits."""
    rows = grouped(books, "count(*) AS n", f"{BASE} WHERE why IS NULL", tables(books))
    return [cell for cell, _ in chosen(rows, tables(books)) if cell]


def masks(n: int) -> list[str]:
    """The columns that hold so many bits."""
    return [f"m{i}" for i in range(max(1, -(-n // MASK)))]


def visits(books: Books) -> None:
    """Make both tables. Only what the year and the time to follow up after it can need is kept."""
    bits = cells(books)
    said = ", ".join(f"({_mask(bits[i * MASK : (i + 1) * MASK])}) AS {m}" for i, m in enumerate(masks(len(bits))))
    level = " ".join(f"WHEN {literal(d)} THEN {i}" for d, i in LEVEL.items())
    method = " ".join(f"WHEN {literal(m)} THEN {i}" for i, m in enumerate(METHODS))
    coded = f"(CASE WHEN r.method IS NULL THEN {METHODS.index('register')} ELSE CASE r.method {method} ELSE {len(METHODS)} END END)"
    last = f"{literal(books.year.until)} + {books.definition.floors.follow_up_days}"
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {VISITS} AS
        SELECT r.person, b.number, coalesce(r."on", b.starts_on) AS d, b.level, {", ".join(f"b.{m}" for m in masks(len(bits)))}, r.hours,
               (r.status IS NULL OR r.status <> 'registered') AS came,
               CASE r.affiliation WHEN 'non_academic' THEN TRUE WHEN 'academic' THEN FALSE END AS outside,
               {coded}::TINYINT AS method
        FROM {books.of("attendances")} r JOIN (
            SELECT activity, number, starts_on, (CASE depth {level} ELSE -1 END)::TINYINT AS level, {said} FROM {BASE} WHERE why IS NULL) b
            ON b.activity = r.activity
        WHERE (r.role IS NULL OR r.role <> 'staff') AND coalesce(r."on", b.starts_on) >= {literal(books.year.starts)}
          AND coalesce(r."on", b.starts_on) < {last}""")
    _sums(books)


def _mask(bits: list[Cell]) -> str:
    """SQL: the bits of an activity."""
    tests = (" AND ".join(f"{d} = {literal(c)}" for d, c in cell) for cell in bits)
    return " + ".join(f"CASE WHEN {test} THEN {1 << i}::BIGINT ELSE 0 END" for i, test in enumerate(tests)) or "0::BIGINT"


def _sums(books: Books) -> None:
    """By activity, what lies in the year; `ever` counts what lies after it too, so that a size is not taken for another year's register."""
    here, counted = books.within("d"), f"method < {len(COUNTED)}"
    came = f"{here} AND {counted} AND came"
    names = " ".join(f"WHEN {i} THEN {literal(m)}" for i, m in enumerate(METHODS))
    books.con.execute(f"""CREATE OR REPLACE TEMP TABLE {SEEN} AS
        SELECT * EXCLUDE (code, other_code), CASE code {names} END AS rows_method, CASE other_code {names} END AS other_method FROM (
            SELECT number, count(*) FILTER ({counted} AND came) AS ever, count(*) FILTER ({came}) AS came,
                   count(person) FILTER ({came}) AS known, count(*) FILTER ({here} AND NOT came) AS absent,
                   sum(hours) FILTER ({came}) AS rows_hours, count(hours) FILTER ({came}) AS rows_hours_n,
                   count(*) FILTER ({came} AND outside) AS rows_outside, count(*) FILTER ({came} AND NOT outside) AS rows_inside,
                   count(*) FILTER ({here} AND came AND method = {SIGNED}) AS signed,
                   count(*) FILTER ({here} AND came AND method <> {SIGNED} AND NOT {counted}) AS other,
                   min(method) FILTER ({came}) AS code, min(method) FILTER ({here} AND method > {SIGNED}) AS other_code
            FROM {VISITS} GROUP BY number)""")
