"""Opening CSV: DuckDB reads it as text with a dialect held fixed; a file with anything odd in it goes record by record instead."""

from __future__ import annotations

from pathlib import Path

import duckdb

from engagetree.engine import literal
from engagetree.ingest.careful import careful
from engagetree.ingest.dialect import Dialect, look
from engagetree.ingest.opened import Broken, Cell, Opened, fresh
from engagetree.ingest.survey import LONGEST_LINE, survey
from engagetree.ingest.text_file import ready


def open_csv(
    con: duckdb.DuckDBPyConnection, path: Path, scratch: Path, name: str, *, encoding: str | None = None, delimiter: str | None = None
) -> Opened:
    """The file's cells as text in a temporary table, with their lines. Raises ImportRefused where it cannot be read as a whole."""
    text = ready(path, encoding, scratch, name)
    try:
        dialect = look(text, delimiter, name)
        seen = survey(text, name)
        table = None if seen.careful else _quick(con, text, dialect, seen.lines)
        relation = f"(SELECT *, rowid + {dialect.header_lines + 1} AS line FROM {table})"
        broken: tuple[Broken, ...] = ()
        if table is None:
            records = careful(text, dialect, scratch)
            table = relation = load_numbered(con, records.path, len(dialect.header))
            broken = records.broken
            records.path.unlink()
    finally:
        if text != path:
            text.unlink(missing_ok=True)
    row = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    assert row is not None
    cells = tuple(Cell(h, f"c{i}") for i, h in enumerate(dialect.header))
    return Opened(relation, cells, int(row[0]), (table,), broken, dialect.delimiter)


def read(path: Path, delimiter: str, columns: list[str], skip: int) -> str:
    """SQL of the file's cells as text, after `skip` lines; DuckDB raises where a record is broken."""
    types = ", ".join(f"{literal(c)}: 'VARCHAR'" for c in columns)
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=false, skip={skip}, delim={literal(delimiter)}, "
        f"quote='\"', escape='\"', columns={{{types}}}, strict_mode=true, null_padding=false, max_line_size={4 * LONGEST_LINE})"
    )


def in_order(con: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Runs a statement that must keep the file's order, because a row's line is counted from its place."""
    row = con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()[0]
    con.execute("SET preserve_insertion_order = true")
    try:
        con.execute(statement)
    finally:
        con.execute(f"SET preserve_insertion_order = {literal(bool(row and row[0]))}")


def _quick(con: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect, lines: int) -> str | None:
    """The file by DuckDB alone, or None where a record is broken or lines and records do not go together one to one."""
    raw = fresh("cells")
    columns = [f"c{i}" for i in range(len(dialect.header))]
    try:
        in_order(con, f"CREATE TEMP TABLE {raw} AS SELECT * FROM {read(path, dialect.delimiter, columns, dialect.header_lines)}")
    except duckdb.Error:
        return None
    row = con.execute(f"SELECT count(*) FROM {raw}").fetchall()[0]
    if row is None or row[0] != lines - dialect.header_lines:
        con.execute(f"DROP TABLE {raw}")
        return None
    return raw


def load_numbered(con: duckdb.DuckDBPyConnection, path: Path, width: int) -> str:
    """A table from a CSV file of our own making: no header, comma, each record's line in front of `width` cells."""
    raw = fresh("cells")
    columns = ["line", *(f"c{i}" for i in range(width))]
    con.execute(f"CREATE TEMP TABLE {raw} AS SELECT * REPLACE (line::BIGINT AS line) FROM {read(path, ',', columns, 0)}")
    return raw
