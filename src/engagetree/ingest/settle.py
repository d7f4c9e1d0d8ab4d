"""Against the lake: rows that it has already are merged; what a register says anew is a change and stays.

Merged rows are put aside rather than forgotten: when the import that said them first is withdrawn, this one still says them.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from engagetree.engine import name as quoted
from engagetree.engine import parquet
from engagetree.ingest.account import Staged
from engagetree.ingest.merge import BY_ID, CONTENT
from engagetree.ingest.rows import count
from engagetree.ingest.shape import targets
from engagetree.tables import KEYS


def settle(con: duckdb.DuckDBPyConnection, staged: Staged, table: str, known_files: Sequence[str]) -> int:
    """Moves the rows that the Parquet files have already from the staged `table` to `again(table)`; returns how many.

    An event is known by (source, event_id, participant) if it has an id, otherwise by its content. A row of a register is known if the
    valid row of its key, the one with the highest seq, says the same.
    """
    if not known_files or table not in staged.tables:
        return 0
    name = staged.tables[table]
    known = parquet(known_files)
    queries = _known_events(con, name, known) if table == "events" else [_known_rows(name, table, known)]
    if not queries:
        return 0
    con.execute(f"CREATE OR REPLACE TEMP TABLE settled AS {' UNION ALL '.join(queries)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {again(name)} AS SELECT * FROM {name} WHERE rowid IN (SELECT place FROM settled)")
    con.execute(f"DELETE FROM {name} WHERE rowid IN (SELECT place FROM settled)")
    return count(con, again(name))


def again(name: str) -> str:
    """The temporary table of the rows of a staged table that the lake had already; there is none where the lake was empty."""
    return f"{name}_again"


def _known_events(con: duckdb.DuckDBPyConnection, name: str, known: str) -> list[str]:
    """Queries for the staged events that are known: by content and by id, as far as the file has such rows."""
    row = con.execute(f'SELECT count(*), count(event_id), epoch_us(min("at")), epoch_us(max("at")) FROM {name}').fetchall()[0]
    assert row is not None
    rows, ids, first, last = row
    queries = []
    if rows > ids:
        within = f'event_id IS NULL AND "at" >= make_timestamptz({first}) AND "at" <= make_timestamptz({last})'
        queries.append(_semi(name, f"(SELECT * FROM {known} WHERE {within})", CONTENT, "s.event_id IS NULL"))
    if ids:
        queries.append(_semi(name, f"(SELECT * FROM {known} WHERE event_id IS NOT NULL)", BY_ID, "s.event_id IS NOT NULL"))
    return queries


def _semi(name: str, known: str, columns: Sequence[str], where: str) -> str:
    return f"SELECT s.rowid AS place FROM {name} s SEMI JOIN {known} k ON {_same(columns)} WHERE {where}"


def _same(names: Sequence[str]) -> str:
    return " AND ".join(f"k.{quoted(n)} IS NOT DISTINCT FROM s.{quoted(n)}" for n in names)


def _known_rows(name: str, table: str, known: str) -> str:
    key = ", ".join(quoted(k) for k in KEYS[table])
    valid = f"SELECT * FROM {known} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY seq DESC) = 1"
    return f"SELECT s.rowid AS place FROM {name} s SEMI JOIN ({valid}) k ON {_same(list(targets(table)))}"
