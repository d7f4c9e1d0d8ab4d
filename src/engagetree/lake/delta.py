"""The few verbs of Delta that the lake uses; nothing else imports `deltalake`.

deltalake never calls fsync, and a checkpoint that it writes inside a commit is not durable: the hook is off everywhere, `durable.py` does
the rest. Its `to_pyarrow_*` stay out: they can abort the process at exit.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from engagetree.errors import WorkspaceError

LOG_FILE = re.compile(r"(\d{20})\.json")
SETTINGS = {"delta.enableExpiredLogCleanup": "false", "delta.checkpointInterval": "1000000"}


class LakeFile(NamedTuple):
    """One live file of a table; `path` is relative to the table's folder."""

    path: str
    partition: str | None
    rows: int
    bytes: int


class Actions(NamedTuple):
    """What one commit does; `column` is the one that splits the table."""

    column: str | None
    added: list[LakeFile]
    removed: list[LakeFile]


class TableDamagedError(WorkspaceError):
    """A table that cannot be opened at the version that the head names."""


def log_file(folder: Path, version: int) -> Path:
    """The commit that made a version."""
    return folder / "_delta_log" / f"{version:020d}.json"


def log_versions(folder: Path) -> list[int]:
    """The versions whose commits lie in the log, sorted; empty where there is no table."""
    log = folder / "_delta_log"
    return sorted(int(found[1]) for path in log.iterdir() if (found := LOG_FILE.fullmatch(path.name))) if log.is_dir() else []


def list_files(folder: Path, version: int) -> tuple[LakeFile, ...]:
    """The live files at a version, in the order of their paths."""
    with _opening(folder, version):
        stream = _open(folder, version).get_add_actions(flatten=True)
        actions = pa.RecordBatchReader.from_stream(stream).read_all()  # pa.table() would load pandas, 0.3 s
    columns = {name: actions[name].to_pylist() for name in actions.column_names if _wanted(name)}
    split = next((values for name, values in columns.items() if name.startswith("partition.")), [None] * actions.num_rows)
    rows = zip(columns["path"], split, columns["num_records"], columns["size_bytes"], strict=True)
    return tuple(sorted(LakeFile(path, part, count or 0, size) for path, part, count, size in rows))


def _wanted(name: str) -> bool:
    return name in {"path", "num_records", "size_bytes"} or name.startswith("partition.")


def table_schema(folder: Path, version: int) -> pa.Schema:
    """The columns of a table."""
    with _opening(folder, version):
        return pa.schema(_open(folder, version).schema().to_arrow())


def same_columns(one: pa.Schema, other: pa.Schema) -> bool:
    """Whether two schemas are the same to Delta: names, order and types (a large string is a string)."""
    return _columns(one) == _columns(other)


def _columns(schema: pa.Schema) -> list[tuple[str, str]]:
    from deltalake import Schema

    plain = pa.schema([pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema])
    return [(field.name, str(field.type)) for field in Schema.from_arrow(plain).fields]


def create(folder: Path, schema: pa.Schema, column: str | None) -> None:
    """An empty table at version 0."""
    from deltalake import DeltaTable, Schema

    folder.mkdir(parents=True, exist_ok=True)
    plain = pa.schema([field.remove_metadata() for field in schema])
    DeltaTable.create(folder, Schema.from_arrow(plain), partition_by=[column] if column else None, configuration=dict(SETTINGS))


def commit(folder: Path, base: int, actions: Actions, import_ids: Sequence[str]) -> int:
    """One commit that adds and removes files together, made on version `base`; returns the version it made."""
    from deltalake.transaction import AddAction, CommitProperties, RemoveAction, Transaction

    with _opening(folder, base):
        table = _open(folder, None)
    if table.version() != base:
        raise RuntimeError(f"{folder.name} is at version {table.version()}, not at {base}: somebody writes without the lock")
    stamp = time.time_ns() // 1_000_000
    adds = [AddAction(f.path, f.bytes, _split(actions.column, f), stamp, True, json.dumps({"numRecords": f.rows})) for f in actions.added]
    removes = [RemoveAction(f.path, True, stamp, f.bytes, _split(actions.column, f)) for f in actions.removed]
    marks = CommitProperties({"import_id": import_ids[0]}, 0, [Transaction(import_id, 1) for import_id in import_ids])
    split = [actions.column] if actions.column else []
    table.create_write_transaction(
        [*removes, *adds], "append", table.schema(), split, commit_properties=marks, post_commithook_properties=_quiet()
    )
    return _made(folder, base)


def _split(column: str | None, file: LakeFile) -> dict[str, str | None]:
    return {column: file.partition} if column else {}


def _made(folder: Path, base: int) -> int:
    """The version after `base`, once its commit lies in the log (the handle itself is not told)."""
    newest = log_versions(folder)[-1]
    if newest <= base:
        raise RuntimeError(f"{folder.name}: nothing was committed after version {base}")
    return newest


def without_part(folder: Path, version: int, import_ids: list[str]) -> list[str]:
    """Those of the imports that have not written to a table up to a version."""
    with _opening(folder, version):
        table = _open(folder, version)
        return [import_id for import_id in import_ids if table.transaction_version(import_id) is None]


def restore(folder: Path, version: int) -> int:
    """A new commit that brings back the files of a version; returns the version that stands for it now."""
    base = log_versions(folder)[-1]
    _open(folder, None).restore(version, post_commithook_properties=_quiet())
    return _made(folder, base)


def last_checkpoint(folder: Path) -> int:
    """The newest version that has a checkpoint, or -1."""
    names = (path.name for path in (folder / "_delta_log").glob("*.checkpoint.parquet"))
    return max((int(name.partition(".")[0]) for name in names), default=-1)


def checkpoint(folder: Path, version: int) -> list[Path]:
    """Writes a checkpoint of a version so that opening need not read every commit; returns the files to be made durable."""
    _open(folder, version).create_checkpoint()
    log = folder / "_delta_log"
    return [log / f"{version:020d}.checkpoint.parquet", log / "_last_checkpoint"]


def vacuum(folder: Path, hours: int) -> tuple[int, int]:
    """Deletes files that no commit needs and that are older; only under the writer lock. Returns (files, newest version)."""
    table, options = _open(folder, None), {"retention_hours": hours, "enforce_retention_duration": False, "full": True}
    gone = table.vacuum(dry_run=True, **options)
    if gone:
        table.vacuum(dry_run=False, post_commithook_properties=_quiet(), **options)
    return len(gone), log_versions(folder)[-1]


def _open(folder: Path, version: int | None) -> Any:
    from deltalake import DeltaTable

    return DeltaTable(folder, version=version)


def _quiet() -> Any:
    from deltalake import PostCommitHookProperties

    return PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


@contextmanager
def _opening(folder: Path, version: int) -> Iterator[None]:
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, OSError, ValueError) as error:
        found = f"version {version} cannot be opened ({str(error).splitlines()[0][:200]})"
        raise TableDamagedError(f"table {folder.name}", found, "Run `engagetree check`; if it stays, put back the last backup.") from error
