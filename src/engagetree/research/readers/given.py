"""What comes in and what goes out: raw cells of a file, and a register's rows with the account of those that were refused."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

_numbers = itertools.count(1)


def fresh(stem: str) -> str:
    """A name for a temporary table that nobody has yet in this process."""
    return f"research_{stem}_{next(_numbers)}"


@dataclass(frozen=True)
class Given:
    """Raw cells as a relation of DuckDB: `line`, and one column for each (header, column). Whoever opened the file counts its lines.

    `spotless`: rows with control characters have been set aside already.
    """

    name: str
    relation: str
    cells: tuple[tuple[str, str], ...]
    rows: int
    spotless: bool = False

    @property
    def header(self) -> list[str]:
        """The headers as they stand."""
        return [h for h, _ in self.cells]


@dataclass(frozen=True)
class Asked:
    """What is known beside the file: the institution's own words, what fills cells that the file does not have."""

    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """`table` holds the rows kept, with `line`; `bad` (line, kind, reason) those refused. read = kept + merged + refused."""

    register: str
    table: str
    bad: str
    read: int
    kept: int
    merged: int
    refused: int
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
