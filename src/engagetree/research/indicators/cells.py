"""Breakdowns: which cells an indicator is counted in, and the one query that counts them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engagetree.engine import name
from engagetree.research.indicators.books import Books
from engagetree.research.model import Cell

Dimensions = tuple[str, ...]


def wanted(books: Books, key: str, usual: Iterable[Dimensions]) -> list[Dimensions]:
    """The whole, the usual breakdowns, and those tables that the institution declared."""
    declared = [t.by for t in books.definition.published if t.indicator == key]
    return list(dict.fromkeys([(), *usual, *declared]))


def grouped(books: Books, aggregates: str, source: str, sets: Iterable[Dimensions]) -> list[tuple[Cell, dict[str, Any]]]:
    """The aggregates of a relation in every cell of these breakdowns, in one pass, in the order of the sets and their categories."""
    every = list(dict.fromkeys(sets))
    names = list(dict.fromkeys(d for s in every for d in s))
    columns = "".join(f"{name(d)} AS {name('by_' + d)}, " for d in names)
    called = ", ".join("(" + ", ".join(name(d) for d in s) + ")" for s in every)
    rows = books.dicts(f"SELECT {columns}{aggregates} FROM {source} GROUP BY GROUPING SETS ({called})")
    found = [(tuple((d, str(row.pop(f"by_{d}"))) for d in names if row[f"by_{d}"] is not None), _rest(row)) for row in rows]
    order = {frozenset(s): i for i, s in enumerate(every)}
    return sorted(found, key=lambda one: (order[frozenset(d for d, _ in one[0])], one[0]))


def _rest(row: dict[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in row.items() if not column.startswith("by_")}


def chosen(rows: Iterable[tuple[Cell, dict[str, Any]]], sets: Iterable[Dimensions]) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Those rows that stand in one of these breakdowns, each cell in the order in which its table was declared."""
    shown = {frozenset(s): s for s in sets}
    for cell, row in rows:
        table = shown.get(frozenset(d for d, _ in cell))
        if table is not None:
            told = dict(cell)
            yield tuple((d, told[d]) for d in table), row
