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
from engagetree.tables import DERIVABLE, KEYS, STATED


def settle(con: duckdb.DuckDBPyConnection, staged: Staged, table: str, known_files: Sequence[str], several: bool = False) -> dict[int, int]:
    """Moves the rows that the Parquet files have already from the staged `table` to `again(table)`; returns how many, by file.

    An event is known by (source, event_id, participant) if it has an id, otherwise by its content. A row of a register is known if the
    valid row of its key, the one with the highest seq, says the same. Where the staged table holds the rows of several files, its column
    `nth` says which comes when, and what an earlier one said is known to the later.
    """
    if table not in staged.tables or not (known_files or several):
        return {}
    name = staged.tables[table]
    known = parquet(known_files) if known_files else None
    if table == "events":
        queries = [*(_known_events(con, name, known) if known else []), *([_said_before(name)] if several else [])]
    else:
        queries = [_known_rows(name, table, known, table in DERIVABLE and table in staged.account.derived, several)]
    if not queries:
        return {}
    con.execute(f"CREATE OR REPLACE TEMP TABLE settled AS {' UNION ALL '.join(queries)}")
    if not count(con, "settled"):
        return {}
    con.execute(f"CREATE OR REPLACE TEMP TABLE {again(name)} AS SELECT * FROM {name} WHERE rowid IN (SELECT place FROM settled)")
    con.execute(f"DELETE FROM {name} WHERE rowid IN (SELECT place FROM settled)")
    if not several:
        return {0: count(con, again(name))}
    return dict(con.execute(f"SELECT nth, count(*) FROM {again(name)} GROUP BY nth").fetchall())


def again(name: str) -> str:
    """The temporary table of the rows of a staged table that the lake had already; there is none where there are no such rows."""
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


def _said_before(name: str) -> str:
    """Query for the events that an earlier one of the staged files has."""
    parts = []
    for columns, when in ((CONTENT, "event_id IS NULL"), (BY_ID, "event_id IS NOT NULL")):
        first = f"min(nth) OVER (PARTITION BY {_listed(columns)})"
        parts.append(f"SELECT place FROM (SELECT rowid AS place, nth, {first} AS first FROM {name} WHERE {when}) WHERE nth > first")
    return " UNION ALL ".join(parts)


def _semi(name: str, known: str, columns: Sequence[str], where: str) -> str:
    return f"SELECT s.rowid AS place FROM {name} s SEMI JOIN {known} k ON {_same(columns)} WHERE {where}"


def _same(names: Sequence[str]) -> str:
    return " AND ".join(f"k.{quoted(n)} IS NOT DISTINCT FROM s.{quoted(n)}" for n in names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def _known_rows(name: str, table: str, known: str | None, derived: bool, several: bool) -> str:
    """Query for the rows of a register that say what the row of their key says that was valid before their own file.

    What was derived from acts is held against what was derived before, and against what somebody stated; a statement against statements.
    """
    key, columns = _listed(KEYS[table]), list(targets(table))
    rows = f"SELECT {_listed(columns)}, {'nth' if several else '0'} AS nth, rowid AS place FROM {name}"
    ranks = (f"seq < {STATED}", f"seq >= {STATED}") if derived else (f"seq >= {STATED}",) if table in DERIVABLE else ("TRUE",)
    valid = [
        f"SELECT {_listed(columns)}, {-1 - n} AS nth FROM {known} WHERE {rank} "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY seq DESC) = 1"
        for n, rank in enumerate(ranks if known else ())
    ]
    said = f"({rows})" + "".join(f" UNION ALL (SELECT *, NULL AS place FROM ({v}))" for v in valid)
    before = f"max(nth) OVER (PARTITION BY {key} ORDER BY greatest(nth, -1) RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    with_before = f"(SELECT *, {before} AS before FROM ({said}))"
    return (
        f"SELECT s.place FROM {with_before} s SEMI JOIN ({said}) k ON {_same(columns)} AND (k.nth = s.before OR k.nth = -2) "
        "WHERE s.place IS NOT NULL"
    )
