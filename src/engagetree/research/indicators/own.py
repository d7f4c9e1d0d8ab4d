"""An institution's own indicators: rows of one register, counted, summed or divided, in the year and by its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from engagetree.engine import literal, literals, name
from engagetree.research.definition_model import Condition, Own
from engagetree.research.indicators.activities import ACTS
from engagetree.research.indicators.books import BOUNDS, UNKNOWN, Books, words
from engagetree.research.model import Cell, Indicator, Value
from engagetree.research.registers import REGISTERS

DAY = {
    "codevelopment": '"on"',
    "recommendations": "made_on",
    "outputs": "published_on",
    "mentions": "coalesce(mentioned_on, retrieved_on)",
    "coded": '"on"',
    "ratings": '"on"',
    "impacts": '"on"',
}
"""The day on which a row lies. Every other register has spans, or lies with its activity."""


def values(books: Books) -> Iterator[Value]:
    """Every own indicator, whole and by each of its columns."""
    for own, indicator in zip(books.definition.own, books.definition.indicators, strict=True):
        if not books.has(own.register):
            yield _value(books, indicator, (), reason=f"the register {own.register} has no rows")
            continue
        rows = f"(SELECT * FROM {_rows(books, own.register)} WHERE {_all(own.of, own.register)})"
        for column in ("", *own.by):
            yield from _split(books, own, indicator, rows, column)


def _rows(books: Books, register: str) -> str:
    """SQL: the register's rows of the year; activities and attendances are those that count, at the depth that the evidence carries."""
    r = books.of(register)
    if register == "activities":
        depth = f"nullif(b.depth, {literal(UNKNOWN)}) AS depth"
        return f"(SELECT r.* REPLACE ({depth}) FROM {r} r JOIN {ACTS} b ON b.activity = r.activity AND b.why IS NULL AND b.begins)"
    if register == "attendances":
        return f"""(SELECT r.* FROM {r} r JOIN {ACTS} b ON b.activity = r.activity AND b.why IS NULL
            WHERE {books.within('coalesce(r."on", b.starts_on)')} AND (r.role IS NULL OR r.role <> 'staff'))"""
    return f"(SELECT * FROM {r} WHERE {books.within(DAY[register]) if register in DAY else books.active()})"


def _split(books: Books, own: Own, indicator: Indicator, rows: str, column: str) -> Iterator[Value]:
    met, known = _all(own.where, own.register), _known(own.where)
    one, two = (name(c) if c else "NULL::DOUBLE" for c in (own.column, own.over))
    by = f"coalesce({name(column)}::VARCHAR, {literal(UNKNOWN)})" if column else "''"
    found = books.dicts(f"""SELECT {by} AS category, count(*) AS whole, count(*) FILTER ({met}) AS part, count(*) FILTER ({known}) AS known,
        sum({one}) FILTER ({met}) AS total, count({one}) FILTER ({met}) AS valued,
        sum({one}) FILTER ({met} AND {two} IS NOT NULL) AS upper, sum({two}) FILTER ({met} AND {one} IS NOT NULL) AS lower,
        count(*) FILTER ({met} AND {one} IS NOT NULL AND {two} IS NOT NULL) AS both FROM {rows} GROUP BY 1 ORDER BY 1""")
    if not found and not column:
        found = [dict.fromkeys(("whole", "part", "known", "valued", "both"), 0) | {"total": None, "upper": None, "lower": None}]
    for row in found:
        yield _made(books, own, indicator, ((column, row["category"]),) if column else (), row)


def _made(books: Books, own: Own, indicator: Indicator, cell: Cell, row: dict[str, Any]) -> Value:
    if own.kind == "count":
        return _value(books, indicator, cell, row["part"], n=row["part"], missing=row["whole"] - row["known"])
    if own.kind == "share":
        return _share(books, indicator, cell, row)
    top, bottom, n = {
        "sum": (row["total"], 1.0, row["valued"]),
        "mean": (row["total"], float(row["valued"]), row["valued"]),
        "ratio": (row["upper"], row["lower"], row["both"]),
    }[own.kind]
    missing = row["part"] - n
    if top is None or not bottom:
        reason = f"{own.column} is on file nowhere" if not n else f"{own.over} sums to 0"
        return _value(books, indicator, cell, reason=reason, n=n, missing=missing)
    parts = {} if own.kind == "sum" else {"numerator": float(top), "denominator": float(bottom)}
    return _value(books, indicator, cell, top / bottom, n=n, missing=missing, **parts)


def _share(books: Books, indicator: Indicator, cell: Cell, row: dict[str, Any]) -> Value:
    part, known, missing = row["part"], row["known"], row["whole"] - row["known"]
    more: dict[str, Any] = {"n": known, "missing": missing, "numerator": float(part), "denominator": float(known)}
    if not known:
        return _value(books, indicator, cell, reason="it is known of no row", **more)
    if missing:
        more |= {"low": part / row["whole"], "high": (part + missing) / row["whole"], "interval": BOUNDS}
    return _value(books, indicator, cell, part / known, **more)


def _value(books: Books, indicator: Indicator, cell: Cell, value: float | None = None, **more: Any) -> Value:
    given = {"unit": indicator.unit, "counts": indicator.counts, "definition_version": books.definition.version} | more
    return Value(indicator.key, books.year.key, cell, None if value is None else float(value), **given)


def _all(conditions: tuple[Condition, ...], register: str) -> str:
    return " AND ".join(_sql(c, register) for c in conditions) or "TRUE"


def _known(conditions: tuple[Condition, ...]) -> str:
    """SQL: every column that is asked is on file. `known` itself always is an answer."""
    return " AND ".join(f"{name(c.column)} IS NOT NULL" for c in conditions if c.how != "known") or "TRUE"


def _sql(c: Condition, register: str) -> str:
    """SQL: a condition; null never fulfils one."""
    column = name(c.column)
    if c.how == "known":
        return f"{column} IS {'NOT ' if c.value else ''}NULL"
    several = c.value if isinstance(c.value, tuple) else (c.value,)
    if pa.types.is_list(REGISTERS[register].field(c.column).type):
        return f"coalesce(list_has_any({column}, {literals(several)}), FALSE)"
    one = literal(c.value)
    tests = {
        "is": f"{column} = {one}",
        "at_least": f"{column} >= {one}",
        "at_most": f"{column} <= {one}",
    }
    test = tests.get(c.how) or f"{column} {'NOT ' if c.how == 'not' else ''}IN {words(several)}"
    return f"coalesce({test}, FALSE)"
