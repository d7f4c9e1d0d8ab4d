"""The reader for any CSV, Parquet or XLSX file: by a column map, or by a header that has our own column names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Account, Staged
from engagetree.ingest.bound import Bound, bind
from engagetree.ingest.csv_file import open_csv
from engagetree.ingest.formats import form
from engagetree.ingest.mapping import ColumnMap, default_map
from engagetree.ingest.opened import Opened
from engagetree.ingest.parquet_file import open_parquet
from engagetree.ingest.refused import keep_refused
from engagetree.ingest.rows import judge


@dataclass(frozen=True)
class Asked:
    """What was said about a file: a map, or the name of the table, or neither."""

    map: ColumnMap | None = None
    table: str | None = None


def open_file(con: duckdb.DuckDBPyConnection, path: Path, m: ColumnMap | None, scratch: Path) -> Opened:
    """The file by what it holds, whatever it is called."""
    kind = form(path)
    if kind == "parquet":
        return open_parquet(con, path, path.name)
    if kind == "xlsx":
        from engagetree.ingest.workbook import open_workbook

        return open_workbook(con, path, m.sheet if m else None, scratch, path.name)
    if kind != "text":
        raise ImportRefused(path.name, f"it is a {kind}, where one file is needed", "Name the file in it, or the reader with --as.")
    return open_csv(con, path, scratch, path.name, encoding=m.encoding if m else None, delimiter=m.delimiter if m else None)


def stage_file(con: duckdb.DuckDBPyConnection, path: Path, asked: Asked, zone: str | None, scratch: Path) -> Staged:
    """One file into one table. Raises ImportRefused or DefinitionError; the connection is left as it was then."""
    opened = open_file(con, path, asked.map, scratch)
    try:
        m = asked.map or default_map([c.header for c in opened.cells], asked.table)
        bound = bind(con, opened, m, zone, path.name)
        judged = judge(con, opened, bound)
        refused = keep_refused(con, opened, judged.bad, scratch, path.name)
        con.execute(f"DROP TABLE {judged.bad}")
    finally:
        for table in opened.tables:
            con.execute(f"DROP TABLE IF EXISTS {table}")
    account = Account(
        source=path.name,
        read=opened.rows + len(opened.broken),
        kept=judged.kept,
        merged=judged.merged,
        refused=judged.refused + len(opened.broken),
        by_table={m.table: judged.kept},
        refusals=refused.first,
        reasons=refused.reasons,
        refused_file=refused.file,
        notes=(*opened.notes, *judged.notes, *_notes(bound, opened)),
    )
    return Staged({m.table: judged.table}, account)


def _notes(bound: Bound, opened: Opened) -> list[str]:
    notes = []
    if not opened.rows and not opened.broken:
        notes.append("the file has a header and no rows")
    if bound.ignored:
        notes.append(f"columns ignored: {', '.join(bound.ignored)}")
    if bound.zone_assumed:
        notes.append(f"times without a zone are read as {bound.zone_assumed}")
    return notes
