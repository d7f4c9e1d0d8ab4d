"""The facts taken out again: the tables that can be imported, as they stand, in files that `import` reads.

Events come with whose they are by everything decided so far, on the sessions of the list, and without those that were taken back.
There is no name and no address in them: those are in the people table only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from engagetree.cells import SIGNS
from engagetree.engine import duck, literal, parquet, quoted
from engagetree.errors import EngagetreeError, NotFound, near
from engagetree.ingest.shape import IMPORTED, targets
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts, is_plain
from engagetree.pipeline import current
from engagetree.tables import LAKE

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

FORMATS = ("csv", "parquet")
GUARDED, APOSTROPHE = f"^('*[{SIGNS}])", "'\\1"
"""What gets an apostrophe before it, which `import` takes away again; so does what has apostrophes there already."""
IDS = 8
"""Letters of an import's id in an event's id that is made here."""


@dataclass(frozen=True)
class Exported:
    """One file: the table in it and its rows."""

    path: Path
    table: str
    rows: int


def export(work: Workspace, folder: Path, tables: Sequence[str] = (), form: str = "csv", *, replace: bool = False) -> list[Exported]:
    """Write a file for each table that has rows (or each one named). Files that are there already are kept, unless `replace`.

    Raises NotFound for a table that there is not, and EngagetreeError where a file is in the way or the folder cannot be written to.
    """
    for table in tables:
        if table not in IMPORTED:
            raise NotFound(
                f"table {table}", "there is no such table to export", near(table, IMPORTED) or f"There are {', '.join(IMPORTED)}."
            )
    if form not in FORMATS:
        raise NotFound(f"format {form}", "there is no such format", f"Choose {' or '.join(FORMATS)}.")

    def read(snapshot: Snapshot) -> list[Exported]:
        named = [t for t in IMPORTED if t in tables] or [t for t in IMPORTED if snapshot.rows(t)]
        if not named:
            raise EngagetreeError("export", "nothing was imported yet", "Begin with `engagetree import FILE`.")
        out = {table: folder / f"{table}.{form}" for table in named}
        if there := [path for path in out.values() if path.exists()]:
            files = ", ".join(p.name for p in there)
            if not replace:
                raise EngagetreeError(str(folder), f"it has {files} already", "Choose another folder, or say --replace.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [Exported(path, table, _write(work, snapshot, table, path, form)) for table, path in out.items()]
        except OSError as error:
            raise EngagetreeError(str(folder), error.strerror or str(error), "Choose a folder that you may write to.") from None

    return work.lake.read(read)


def _write(work: Workspace, snapshot: Snapshot, table: str, path: Path, form: str) -> int:
    """Write one table to its file, as a whole or not at all. Returns its rows."""
    part = path.with_name(f".{path.name}.part")
    with duck(work.root / "spill") as con:
        con.register("standing", current(con, snapshot, table) if table != "events" else LAKE[table].empty_table())
        source = _events(snapshot) if table == "events" and snapshot.rows(table) else "standing"
        cells = [_cell(c, kind) if form == "csv" else quoted(c) for c, kind in targets(table).items()]
        kind = "(FORMAT csv, HEADER)" if form == "csv" else "(FORMAT parquet, COMPRESSION zstd)"
        order = ", ".join(quoted(c) for c in ("at", *(c for c in targets(table) if c != "at"))) if table == "events" else "ALL"
        con.execute("SET preserve_insertion_order = true")
        try:
            query = f"SELECT {', '.join(cells)} FROM (SELECT * FROM {source} ORDER BY {order})"
            rows = int(con.execute(f"COPY ({query}) TO {literal(str(part))} {kind}").fetchall()[0][0])
            part.replace(path)
        except duckdb.IOException as error:  # no right to write there, or no room left
            raise OSError(str(error).removeprefix("IO Error: ")) from None
        finally:
            part.unlink(missing_ok=True)
    return rows


def _events(snapshot: Snapshot) -> str:
    """Events as they stand. Two that became one and the same by a decision (a telephone and a laptop of one person) keep apart by an id."""
    files = snapshot.files("events")
    if is_plain(snapshot):
        return parquet(files)
    content = ", ".join(quoted(c) for c in targets("events") if c != "event_id")
    again = f"event_id IS NULL AND row_number() OVER (PARTITION BY event_id, {content} ORDER BY import_id, line) > 1"
    made = f"CASE WHEN {again} THEN left(import_id, {IDS}) || ':' || line ELSE event_id END"
    return f"(SELECT * REPLACE ({made} AS event_id) FROM {acts(snapshot, files)} WHERE participant IS NOT NULL)"


def _cell(column: str, kind: str) -> str:
    """A cell as text in CSV: times in UTC to the microsecond, and nothing that a spreadsheet would run."""
    cell = quoted(column)
    if kind == "time":
        written = f"strftime(timezone('UTC', {cell}), '%Y-%m-%dT%H:%M:%S.%fZ')"
        return f"replace({written}, '.000000Z', 'Z') AS {cell}"
    if kind == "text":
        return f"regexp_replace({cell}, {literal(GUARDED)}, {literal(APOSTROPHE)}) AS {cell}"
    return cell
