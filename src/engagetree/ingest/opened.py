"""A file that has been opened: a relation of raw cells in DuckDB, not yet judged."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from engagetree.ingest.account import Refusal

_numbers = itertools.count(1)


def fresh(stem: str) -> str:
    """A name for a temporary table that nobody has yet in this process."""
    return f"{stem}_{next(_numbers)}"


@dataclass(frozen=True)
class Cell:
    """A column of the file: its header, where it stands in the relation (`c0`, `c1`, …), its DuckDB type."""

    header: str
    at: str
    kind: str = "VARCHAR"


@dataclass(frozen=True)
class Broken(Refusal):
    """A record that could not be taken apart; `kind` is its reason without the particulars."""

    kind: str = ""


@dataclass(frozen=True)
class Opened:
    """`relation` (something to select from) has `line` and the cells; `broken` are records that never got that far.

    `tables` are the temporary tables beneath it, to be dropped when the rows have been judged.
    """

    relation: str
    cells: tuple[Cell, ...]
    rows: int
    tables: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    delimiter: str = ","
    notes: tuple[str, ...] = ()
