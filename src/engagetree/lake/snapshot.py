"""One state of the lake: what a head named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from engagetree.lake.delta import LakeFile, list_files, table_schema

KEPT = 64  # lists of files that a lake remembers


@dataclass(frozen=True)
class Snapshot:
    """The tables at the versions of one head. It never changes, but its files may be deleted an hour after they were replaced."""

    seq: int
    versions: Mapping[str, int]
    folder: Path
    lists: dict[tuple[str, int], tuple[LakeFile, ...]] = field(default_factory=dict, repr=False, compare=False)

    def files(self, table: str, partitions: Collection[str] | None = None) -> list[str]:
        """Absolute paths of a table's live files, of all partitions or of these; empty where the table has none.

        Read them with `hive_partitioning = false`: the partition column lies in the files; DuckDB would make a date of the folder's.
        """
        folder = self.folder / table
        return [f"{folder}/{file.path}" for file in self.listed(table, partitions)]

    def partitions(self, table: str) -> list[str]:
        """The values by which a table is split, sorted; empty for a table that is not split."""
        return sorted({file.partition for file in self.listed(table) if file.partition is not None})

    def rows(self, table: str, partitions: Collection[str] | None = None) -> int:
        """How many rows there are, without reading them."""
        return sum(file.rows for file in self.listed(table, partitions))

    def schema(self, table: str) -> pa.Schema | None:
        """The columns of a table, or None where it does not exist yet."""
        return table_schema(self.folder / table, self.versions[table]) if table in self.versions else None

    def listed(self, table: str, partitions: Collection[str] | None = None) -> tuple[LakeFile, ...]:
        """The live files with their partition, rows and bytes."""
        if table not in self.versions:
            return ()
        files = self._remembered(table)
        if partitions is None:
            return files
        wanted = set(partitions)
        return tuple(file for file in files if file.partition in wanted)

    def _remembered(self, table: str) -> tuple[LakeFile, ...]:
        key = (table, self.versions[table])
        if key not in self.lists:
            while len(self.lists) >= KEPT:
                self.lists.pop(next(iter(self.lists)), None)
            self.lists[key] = list_files(self.folder / table, self.versions[table])
        return self.lists[key]
