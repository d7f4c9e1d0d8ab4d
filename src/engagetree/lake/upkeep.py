"""Upkeep: small files joined, the log summed up, files that nobody needs deleted. All of it under the writer lock, readers go on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engagetree.engine import connect_duckdb, literal, literals, name
from engagetree.lake import delta
from engagetree.lake.delta import LakeFile
from engagetree.lake.durable import make_durable, sync_all
from engagetree.lake.lock import may_delete
from engagetree.lake.recover import ASIDE

if TYPE_CHECKING:
    from engagetree.lake.change import Change
    from engagetree.lake.store import Lake

WHAT = "upkeep"
SMALL = 16 << 20  # bytes
MANY = 4  # small files in one partition


@dataclass(frozen=True)
class Upkeep:
    """What was done: files joined into fewer, files deleted, and whether a backup kept files from being deleted."""

    joined: int
    deleted: int
    held: bool


def upkeep(
    lake: Lake,
    order: Mapping[str, Sequence[str]] | None = None,
    hours: int = 1,
    who: str = "",
    on_wait: Callable[[str], None] | None = None,
) -> Upkeep:
    """Tidies the lake. `order` names the tables whose small files are joined, and the columns by which a joined file is sorted.

    Files that no state needs go when they are older than `hours`: a reader that began within that time keeps what it reads.
    """
    with lake.write(WHAT, who=who, on_wait=on_wait) as change:
        joined = sum(_join(change, table, columns) for table, columns in (order or {}).items())
        change.facts({"joined": joined})
    with lake.write(WHAT, who=who, on_wait=on_wait) as change, may_delete(lake.root) as free:
        for table, version in change.snapshot.versions.items():
            summed_up(lake.folder / table, version)
        deleted = sum(_clear(change, table, hours) for table in change.snapshot.versions) if free else 0
        _clear_aside(lake.folder / ASIDE, hours)
        change.facts({"deleted": deleted, "held": not free})
    return Upkeep(joined, deleted, not free)


def summed_up(folder: Path, version: int) -> None:
    """A durable checkpoint of an acknowledged version, unless it has one."""
    if delta.last_checkpoint(folder) < version:
        files = delta.checkpoint(folder, version)
        sync_all([*files, folder / "_delta_log"])


def _join(change: Change, table: str, columns: Sequence[str]) -> int:
    small = [file for file in change.snapshot.listed(table) if file.bytes < SMALL]
    parts = {file.partition: [other for other in small if other.partition == file.partition] for file in small}
    return sum(_rewrite(change, table, files, columns) for files in parts.values() if len(files) >= MANY)


def _rewrite(change: Change, table: str, files: list[LakeFile], columns: Sequence[str]) -> int:
    paths = [str(change.snapshot.folder / table / file.path) for file in files]
    sort = f"ORDER BY {', '.join(name(column) for column in columns)}" if columns else ""
    query = f"SELECT * FROM read_parquet({literals(paths)}, hive_partitioning = false) {sort}"
    target = change.new_file(table, files[0].partition)
    with connect_duckdb() as con:
        con.execute("SET preserve_insertion_order = true")
        con.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")
    change.replace_files(table, files)
    return len(files)


def _clear(change: Change, table: str, hours: int) -> int:
    folder, version = change.snapshot.folder / table, change.snapshot.versions[table]
    deleted, newest = delta.vacuum(folder, hours)
    make_durable(folder, version, newest)
    change.moved[table] = newest
    return deleted


def _clear_aside(folder: Path, hours: int) -> None:
    """Tables that were never finished and lie there longer than any reader reads."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if time.time() - path.stat().st_mtime > hours * 3600:
            shutil.rmtree(path)
