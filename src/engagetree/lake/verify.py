"""Is the workspace whole? What the head names is there, the ledger and the lake agree, and, if asked, every byte is as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engagetree.engine import connect_duckdb, literals
from engagetree.lake import delta
from engagetree.lake.durable import sha256, together
from engagetree.lake.snapshot import Snapshot
from engagetree.lake.upkeep import WHAT as UPKEEP
from engagetree.ledger import DataFile, ImportRow

if TYPE_CHECKING:
    from engagetree.lake.store import Lake

MEND = "Put it back from the last backup."


def verify(lake: Lake, deep: bool = False) -> list[str]:
    """Everything that is wrong, in words; empty where all is well. `deep` reads every byte, about a second for each gigabyte."""
    head, files = lake.ledger.inventory()
    snapshot = Snapshot(head.seq, head.versions, lake.folder.absolute(), {})
    damaged = list(_tables_open(snapshot))
    if damaged:
        return [*damaged, *lake.ledger.damage()]
    found = [*_files_agree(snapshot, files), *_files_there(snapshot, files), *_imports_hold(snapshot, lake.ledger.imports("done"))]
    if deep:
        whole = [file for file in files if (snapshot.folder / file.table / file.path).is_file()]
        found += _bytes_hold(snapshot.folder, whole)
        found += [] if found else _rows_hold(snapshot, lake.ledger.imports())
    return found + lake.ledger.damage()


def _tables_open(snapshot: Snapshot) -> Iterator[str]:
    for table in sorted(snapshot.versions):
        try:
            snapshot.listed(table)
        except delta.TableDamagedError as error:
            yield str(error)


def _files_agree(snapshot: Snapshot, files: Iterable[DataFile]) -> Iterator[str]:
    """Two books of the same thing: Delta's log and the ledger."""
    lake = {(table, file.path): (file.bytes, file.rows) for table in snapshot.versions for file in snapshot.listed(table)}
    ledger = {(file.table, file.path): (file.bytes, file.rows) for file in files}
    for table, path in sorted(lake.keys() | ledger.keys()):
        one, other = lake.get((table, path)), ledger.get((table, path))
        if one != other:
            yield f"{table}/{path}: the lake has {_said(one)}, the ledger has {_said(other)}"


def _said(file: tuple[int, int] | None) -> str:
    return f"{file[0]} bytes with {file[1]} rows" if file else "no such file"


def _files_there(snapshot: Snapshot, files: Iterable[DataFile]) -> Iterator[str]:
    for file in files:
        path = snapshot.folder / file.table / file.path
        if not path.is_file():
            yield f"{file.table}/{file.path}: the file is missing. {MEND}"
        elif path.stat().st_size != file.bytes:
            yield f"{file.table}/{file.path}: it has {path.stat().st_size} bytes, written were {file.bytes}. {MEND}"


def _imports_hold(snapshot: Snapshot, done: Iterable[ImportRow]) -> Iterator[str]:
    """What the ledger calls done has left its mark in every table that it says it wrote."""
    claims = [(table, row) for row in done if row.what != UPKEEP for table, version in row.tables.items() if version > 0]
    for table in sorted({table for table, _row in claims}):
        ids = [row.import_id for other, row in claims if other == table]
        absent = delta.without_part(snapshot.folder / table, snapshot.versions[table], ids)
        yield from (f"{table}: import {import_id} is done, but the lake does not know it" for import_id in absent)


def _bytes_hold(folder: Path, files: list[DataFile]) -> list[str]:
    digests = together(sha256, [folder / file.table / file.path for file in files])
    changed = [file for file, digest in zip(files, digests, strict=True) if digest != file.sha256]
    return [f"{f.table}/{f.path}: its bytes are not as they were written. {MEND}" for f in changed]


def _rows_hold(snapshot: Snapshot, imports: Iterable[ImportRow]) -> Iterator[str]:
    """Every row says which import brought it, and that import is done."""
    done = {row.import_id for row in imports if row.state == "done"}
    for table in sorted(snapshot.versions):
        schema = snapshot.schema(table)
        if schema is None or "import_id" not in schema.names or not snapshot.files(table):
            continue
        with connect_duckdb() as con:
            query = f"SELECT DISTINCT import_id FROM read_parquet({literals(snapshot.files(table))}, hive_partitioning = false)"
            seen = {value for (value,) in con.execute(query).fetchall()}
        yield from (f"{table}: rows of import {import_id}, which is not done" for import_id in sorted(seen - done - {None}))
