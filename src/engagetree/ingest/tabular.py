"""The reader for any CSV, Parquet or XLSX file: by a column map, or by a header that has our own column names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Account, Staged
from engagetree.ingest.bound import Bound, bind
from engagetree.ingest.csv_file import open_csv
from engagetree.ingest.formats import form
from engagetree.ingest.identifiers import Identified, identified, seen
from engagetree.ingest.mapping import ColumnMap, default_map
from engagetree.ingest.opened import Opened
from engagetree.ingest.parquet_file import open_parquet
from engagetree.ingest.refused import keep_refused
from engagetree.ingest.rows import judge, valued
from engagetree.ingest.straight import Straight, straight
from engagetree.ingest.times import in_order


@dataclass(frozen=True)
class Asked:
    """What was said about a file: a map, or the name of the table, or neither."""

    map: ColumnMap | None = None
    table: str | None = None
    order: str | None = None  # what comes first in its dates, where the map does not say it

    def mapped(self, header: list[str]) -> ColumnMap:
        """The map of a file with this header. Raises ImportRefused where the table stays open."""
        m = self.map or default_map(header, self.table)
        return replace(m, formats=in_order(self.order)) if self.order and not m.formats else m


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
    going = _straight(con, path, asked, zone, scratch)
    opened = going.opened if going else open_file(con, path, asked.map, scratch)
    try:
        m = going.map if going else asked.mapped([c.header for c in opened.cells])
        found = Identified(opened, m, {}) if going else identified(con, opened, m)
        bound = going.bound if going else bind(con, found.opened, found.map, zone, path.name)
        judged = going.judged if going else judge(con, found.opened, bound)
        refused = keep_refused(con, opened, judged.bad, scratch, path.name)
        tool = m.constants.get("source") or "file"
        people, said = seen(con, found, valued(bound, found.opened.relation), judged.table, judged.bad, tool)
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
        notes=(*opened.notes, *judged.notes, *found.notes, *said, *_notes(bound, opened)),
    )
    return Staged({m.table: judged.table, **({"seen": people} if people else {})}, account, {"keyed": True} if found.keyed else {})


def _straight(con: duckdb.DuckDBPyConnection, path: Path, asked: Asked, zone: str | None, scratch: Path) -> Straight | None:
    if form(path) != "text":
        return None
    encoding, delimiter = (asked.map.encoding, asked.map.delimiter) if asked.map else (None, None)
    return straight(con, path, asked.mapped, zone, scratch, encoding=encoding, delimiter=delimiter)


def _notes(bound: Bound, opened: Opened) -> list[str]:
    notes = []
    if not opened.rows and not opened.broken:
        notes.append("the file has a header and no rows")
    if bound.ignored:
        notes.append(f"columns ignored: {', '.join(bound.ignored)}")
    if bound.zone_assumed:
        notes.append(f"times without a zone are read as {bound.zone_assumed}")
    return notes
