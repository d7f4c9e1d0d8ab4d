"""Coded evidence, counted: items by code and polarity, cases against, how much was coded twice and how far coders agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engagetree.engine import literal
from engagetree.research.model import Value, Year
from engagetree.research.quality.agreement import alpha
from engagetree.research.quality.rated import coefficient

if TYPE_CHECKING:
    import duckdb

LEAST_DOUBLE_CODED = 0.2
CONTESTED = "contested"
POLARITIES = {"+": "+", "-": "−", "−": "−", "–": "−", "positive": "+", "negative": "−", "mixed": "mixed"}
"""How a polarity may be written, and how it is kept."""


def values(con: duckdb.DuckDBPyConnection, coded: str, year: Year, least_twice: float = LEAST_DOUBLE_CODED) -> Iterator[Value]:
    """All values of coded evidence in a year, from the register `coded` (SQL); nothing where there is none.

    `least_twice` is the share of items that a second coder must have seen.
    """
    rows = f"({_rows(coded, year)})"
    items, twice, negative, coders = con.execute(
        f"""SELECT count(*), count(*) FILTER (coders >= 2), count(*) FILTER (against), max(all_coders) FROM (
              SELECT item, count(DISTINCT coder) AS coders, bool_or(coalesce(negative_case, FALSE)) AS against,
                     (SELECT count(DISTINCT coder) FROM {rows}) AS all_coders
              FROM {rows} GROUP BY item)"""
    ).fetchall()[0]
    if not items:
        return
    yield from _by_code(con, rows, year)
    yield Value("negative_cases", year.key, value=float(negative), unit="items", n=items)
    yield _double(items, twice, year.key, least_twice)
    yield _agreement(con, rows, year.key, _notes(con, rows, int(coders or 0)))


def _rows(coded: str, year: Year) -> str:
    words = ", ".join(f"({literal(word)}, {literal(kept)})" for word, kept in POLARITIES.items())
    return f"""
        SELECT item, code, coder, negative_case, codebook, p.kept AS polarity
        FROM {coded} AS c LEFT JOIN (VALUES {words}) AS p(word, kept) ON lower(trim(c.polarity)) = p.word
        WHERE code IS NOT NULL AND trim(code) <> '' AND "on" >= {literal(year.starts)} AND "on" < {literal(year.until)}"""


def _by_code(con: duckdb.DuckDBPyConnection, rows: str, year: Year) -> Iterator[Value]:
    found = con.execute(
        f"""SELECT code, polarity, count(*) FROM (
              SELECT item, code, CASE WHEN count(DISTINCT polarity) > 1 THEN {literal(CONTESTED)}
                                      ELSE coalesce(max(polarity), 'unknown') END AS polarity FROM {rows} GROUP BY item, code)
            GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    for code, polarity, count in found:
        cell = (("code", code), ("polarity", polarity))
        yield Value("coded_items", year.key, cell, float(count), "items", n=count)


def _double(items: int, twice: int, year: str, least: float) -> Value:
    share = twice / items
    verdict = "" if share >= least else "too few coded twice"
    return Value("double_coded_share", year, (), share, "share", n=items, numerator=float(twice), denominator=float(items), verdict=verdict)


def _notes(con: duckdb.DuckDBPyConnection, rows: str, coders: int) -> tuple[str, ...]:
    books = [row[0] for row in con.execute(f"SELECT DISTINCT codebook FROM {rows} WHERE codebook IS NOT NULL ORDER BY 1").fetchall()]
    said = f"{coders} {'coder' if coders == 1 else 'coders'}"
    if not books:
        return (said, "the codebook has no version")
    mixed = ("codebooks of different versions are not comparable",) if len(books) > 1 else ()
    return (said, f"codebook {' and '.join(books)}", *mixed)


def _agreement(con: duckdb.DuckDBPyConnection, rows: str, year: str, notes: tuple[str, ...]) -> Value:
    """Over items with two coders or more and every code given to any of them: how many of an item's coders gave it."""
    counts = con.execute(
        f"""WITH coders AS (SELECT item, count(DISTINCT coder) AS n FROM {rows} GROUP BY item HAVING n >= 2),
                 given AS (SELECT item, code, count(DISTINCT coder) AS yes FROM {rows} WHERE coder IS NOT NULL GROUP BY ALL),
                 codes AS (SELECT DISTINCT code FROM given SEMI JOIN coders USING (item))
            SELECT n - coalesce(yes, 0) AS no, coalesce(yes, 0) AS yes, item
            FROM coders CROSS JOIN codes LEFT JOIN given USING (item, code)"""
    ).fetchnumpy()
    table = np.column_stack([np.asarray(counts[column], dtype=np.float64) for column in ("no", "yes")])
    found = alpha(table, "nominal", cluster=np.asarray(counts["item"], dtype=np.str_))
    reason = "agreement undefined (no item has two coders)" if not len(table) else found.reason
    return coefficient("code_alpha", year, replace(found, reason=reason), notes, "items")
