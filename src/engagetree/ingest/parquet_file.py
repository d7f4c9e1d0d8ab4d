"""Opening Parquet: read where it lies, its types kept."""

from __future__ import annotations

from pathlib import Path

import duckdb

from engagetree.engine import literal
from engagetree.engine import name as quoted
from engagetree.errors import ImportRefused
from engagetree.ingest.dialect import MOST_COLUMNS
from engagetree.ingest.opened import Cell, Opened


def open_parquet(con: duckdb.DuckDBPyConnection, path: Path, name: str) -> Opened:
    """The file's columns; a row's line is its number, from 1, plus 1, as if there were a header. Raises ImportRefused."""
    source = f"read_parquet({literal(str(path))}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        row = con.execute(f"SELECT count(*) FROM {source}").fetchall()[0]
    except duckdb.Error as e:
        raise ImportRefused(name, f"the Parquet file cannot be read ({_brief(e)})", "It may be cut off: copy or export it again.") from None
    headers = [(str(d[0]), str(d[1])) for d in described if d[0] != "file_row_number"]
    if len(headers) > MOST_COLUMNS:
        raise ImportRefused(name, f"the file has {len(headers):,} columns", f"At most {MOST_COLUMNS}: export fewer.")
    assert row is not None
    cells = tuple(Cell(h, f"c{i}", kind) for i, (h, kind) in enumerate(headers))
    picked = ", ".join([*(f"{quoted(c.header)} AS {c.at}" for c in cells), "file_row_number + 2 AS line"])
    return Opened(f"(SELECT {picked} FROM {source})", cells, int(row[0]))


def _brief(error: duckdb.Error) -> str:
    first = str(error).splitlines()[0].split(": ", 1)[-1]
    return first.replace("'", "").split(" in file")[0].split(" /")[0][:120].rstrip(" .:")
