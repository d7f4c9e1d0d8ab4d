"""What became of every row of an import: read = kept + merged + refused, always."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 1_000
"""Refusals that an account carries for display; the refused file holds them all."""


@dataclass(frozen=True)
class Refusal:
    """One row that was not taken. `line` counts from 1 in the source file, 0 where the row has no line of its own."""

    line: int
    reason: str
    row_text: str
    file: str = ""


@dataclass(frozen=True)
class FileCount:
    """The account of one file of a source that comes in several."""

    file: str
    read: int
    kept: int
    merged: int
    refused: int

    def __post_init__(self) -> None:
        assert self.read == self.kept + self.merged + self.refused, self


@dataclass(frozen=True)
class Account:
    """Every row of an import. `kept` rows reached a table, `merged` ones say nothing new, `refused` ones are in `refused_file`.

    `by_table` counts the rows of each table made; `derived` names tables made beside another one from the same source rows,
    so they do not count as kept. `reasons` counts refusals by kind.
    """

    source: str
    read: int
    kept: int
    merged: int
    refused: int
    by_table: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    refused_file: Path | None = None
    notes: tuple[str, ...] = ()
    files: tuple[FileCount, ...] = ()
    derived: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert self.read == self.kept + self.merged + self.refused, (self.read, self.kept, self.merged, self.refused)

    def settled(self, merged: Mapping[str, int]) -> Account:
        """The account after `settle` found rows that the lake had already: `merged` of each table move from kept to merged."""
        moved = sum(n for table, n in merged.items() if table not in self.derived)
        left = {table: n - merged.get(table, 0) for table, n in self.by_table.items()}
        return replace(self, kept=self.kept - moved, merged=self.merged + moved, by_table=left)

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON; the refusals shown are those carried."""
        from dataclasses import asdict

        return {**asdict(self), "refused_file": str(self.refused_file) if self.refused_file else None}


def total(files: Iterable[FileCount]) -> tuple[int, int, int, int]:
    """(read, kept, merged, refused) over several files."""
    rows = tuple(files)
    return sum(f.read for f in rows), sum(f.kept for f in rows), sum(f.merged for f in rows), sum(f.refused for f in rows)


@dataclass(frozen=True)
class Staged:
    """Tables ready to be settled and written: `tables` maps a table's name to a temporary table of the connection.

    Each has the columns of `engagetree.tables` without import_id and seq, plus `line`. `facts` holds what a source says of itself,
    such as its cohorts. Of a table in `loose` the rows lie in Arrow still, and its name stands for them: it can be read and not be changed.
    """

    tables: Mapping[str, str]
    account: Account
    facts: Mapping[str, Any] = field(default_factory=dict)
    loose: Mapping[str, pa.Table] = field(default_factory=dict)
