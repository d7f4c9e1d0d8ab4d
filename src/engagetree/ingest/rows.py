"""From raw cells to a table: what can be read is kept, what cannot is refused with its reason, what is said twice is merged."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from engagetree.cells import Fault
from engagetree.engine import literal
from engagetree.engine import name as quoted
from engagetree.ingest.bound import Bound
from engagetree.ingest.merge import merge_events, merge_register
from engagetree.ingest.opened import Opened, fresh
from engagetree.ingest.shape import SPANS
from engagetree.ingest.times import EARLIEST, LATEST


@dataclass(frozen=True)
class Judged:
    """`table` holds the rows kept, `bad` (line, kind, reason) those refused; `merged` said nothing new."""

    table: str
    bad: str
    kept: int
    merged: int
    refused: int
    notes: tuple[str, ...] = ()


def judge(con: duckdb.DuckDBPyConnection, opened: Opened, bound: Bound) -> Judged:
    """Judges every row of the opened file. `kept + merged + refused` is the number of its rows."""
    table, bad = told_apart(con, opened, bound)
    return merged_up(con, table, bound.table, bad)


def told_apart(con: duckdb.DuckDBPyConnection, opened: Opened, bound: Bound) -> tuple[str, str]:
    """The rows that can be read, and (line, kind, reason) of those that cannot: two new tables."""
    table, bad = fresh(f"staged_{bound.table}"), empty_bad(con)
    faults = [*(f for c in bound.columns for f in c.faults), *_spans(bound)]
    wrong = " OR ".join(f"coalesce({f.when}, FALSE)" for f in faults) or "FALSE"
    named = ", ".join(f"{quoted('v_' + c.name)} AS {quoted(c.name)}" for c in bound.columns)
    judged = f"SELECT {named}, line, ({wrong}) AS wrong FROM {valued(bound, opened.relation)}"
    con.execute(f"CREATE TEMP TABLE {table} AS {with_week(con, judged, 'wrong') if bound.table == 'events' else judged}")
    if count(con, f"{table} WHERE wrong"):
        few = f"(SELECT * FROM {opened.relation} WHERE line IN (SELECT line FROM {table} WHERE wrong))"
        reasons = ", ".join(f"CASE WHEN {f.when} THEN {f.says} END" for f in faults)
        con.execute(f"INSERT INTO {bad} SELECT line, {_first(faults)}, concat_ws('; ', {reasons}) FROM {valued(bound, few)}")
        con.execute(f"DELETE FROM {table} WHERE wrong")
    con.execute(f"ALTER TABLE {table} DROP COLUMN wrong")
    return table, bad


def empty_bad(con: duckdb.DuckDBPyConnection) -> str:
    """A new table for refused rows."""
    bad = fresh("refused")
    con.execute(f"CREATE TEMP TABLE {bad} (line BIGINT, kind VARCHAR, reason VARCHAR)")
    return bad


def merged_up(con: duckdb.DuckDBPyConnection, table: str, kind: str, bad: str) -> Judged:
    """The rows of a table of this kind, repeats merged."""
    merge = merge_events if kind == "events" else merge_register
    merged, notes = merge(con, table, kind, bad)
    return Judged(table, bad, count(con, table), merged, count(con, bad), notes)


def valued(bound: Bound, relation: str) -> str:
    """Every column twice: as it stands in the file (`x_…`) and as a value (`v_…`), each worked out once."""
    raw = ", ".join(f"{c.raw} AS {quoted('x_' + c.name)}" for c in bound.columns)
    values = ", ".join(f"{c.value} AS {quoted('v_' + c.name)}" for c in bound.columns)
    return f"(SELECT *, {values} FROM (SELECT line, {raw} FROM {relation}))"


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a table."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    assert row is not None
    return int(row[0])


WEEK, FIRST_MONDAY = 604_800_000_000, 345_600_000_000
"""Microseconds of a week, and from 1970 to its first Monday."""


def monday(at: str) -> str:
    """The Monday of a moment's UTC week as text. The moment must lie in the range of dates."""
    return f"(DATE '{EARLIEST}' + (7 * ((epoch_us({at}) - {FIRST_MONDAY}) // {WEEK}))::INTEGER)::VARCHAR"


def with_week(con: duckdb.DuckDBPyConnection, query: str, unless: str = "FALSE") -> str:
    """The rows of a query on events with the Monday of their UTC week: a join with all weeks is cheaper than formatting dates."""
    mondays = f"unnest(generate_series(DATE '{EARLIEST}', DATE '{LATEST}', INTERVAL 7 DAY))::DATE AS monday"
    known = f"SELECT monday::VARCHAR AS \"week\", (monday - DATE '{EARLIEST}')::BIGINT // 7 AS n FROM (SELECT {mondays})"
    con.execute(f"CREATE TEMP TABLE IF NOT EXISTS weeks AS {known}")  # a table, so that its size is known and it becomes the small side
    number = f'(epoch_us(CASE WHEN NOT {unless} THEN "at" END) - {FIRST_MONDAY}) // {WEEK}'
    return f'SELECT e.*, w."week" FROM ({query}) e LEFT JOIN weeks w ON w.n = {number}'


def _spans(bound: Bound) -> list[Fault]:
    """Spans that end before they begin."""
    names = {c.name for c in bound.columns}
    return [Fault(f"v_{b} < v_{a}", f"{b} lies before {a}", f"'{b} lies before {a}'") for a, b in SPANS if a in names and b in names]


def _first(faults: list[Fault]) -> str:
    whens = " ".join(f"WHEN {f.when} THEN {literal(f.kind)}" for f in faults)
    return f"CASE {whens} END"
