"""From raw cells to a table: what can be read is kept, what cannot is refused with its reason, what is said twice is merged."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from engagetree.engine import literal
from engagetree.engine import name as quoted
from engagetree.ingest.bound import Bound
from engagetree.ingest.columns import Fault
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
    table, bad = fresh(f"staged_{bound.table}"), fresh("refused")
    faults = [*(f for c in bound.columns for f in c.faults), *_spans(bound)]
    wrong = " OR ".join(f"coalesce({f.when}, FALSE)" for f in faults)
    named = ", ".join(f"{quoted('v_' + c.name)} AS {quoted(c.name)}" for c in bound.columns)
    judged = f"SELECT {named}, line, ({wrong}) AS wrong FROM {valued(bound, opened.relation)}"
    con.execute(f"CREATE TEMP TABLE {table} AS {with_week(con, judged, 'wrong') if bound.table == 'events' else judged}")
    con.execute(f"CREATE TEMP TABLE {bad} (line BIGINT, kind VARCHAR, reason VARCHAR)")
    if count(con, f"{table} WHERE wrong"):
        few = f"(SELECT * FROM {opened.relation} WHERE line IN (SELECT line FROM {table} WHERE wrong))"
        reasons = ", ".join(f"CASE WHEN {f.when} THEN {f.says} END" for f in faults)
        con.execute(f"INSERT INTO {bad} SELECT line, {_first(faults)}, concat_ws('; ', {reasons}) FROM {valued(bound, few)}")
        con.execute(f"DELETE FROM {table} WHERE wrong")
    con.execute(f"ALTER TABLE {table} DROP COLUMN wrong")
    merge = merge_events if bound.table == "events" else merge_register
    merged, notes = merge(con, table, bound.table, bad)
    kept, refused = count(con, table), count(con, bad)
    return Judged(table, bad, kept, merged, refused, notes)


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


def with_week(con: duckdb.DuckDBPyConnection, query: str, unless: str = "FALSE") -> str:
    """The rows of a query on events with the Monday of their UTC week: a join with all weeks is cheaper than formatting dates."""
    mondays = f"unnest(generate_series(DATE '{EARLIEST}', DATE '{LATEST}', INTERVAL 7 DAY))::DATE AS monday"
    known = f"SELECT monday::VARCHAR AS \"week\", (monday - DATE '{EARLIEST}')::BIGINT // 7 AS n FROM (SELECT {mondays})"
    con.execute(f"CREATE TEMP TABLE IF NOT EXISTS weeks AS {known}")  # a table, so that its size is known and it becomes the small side
    number = f'(epoch_us(CASE WHEN NOT {unless} THEN "at" END) - 345600000000) // 604800000000'
    return f'SELECT e.*, w."week" FROM ({query}) e LEFT JOIN weeks w ON w.n = {number}'


def _spans(bound: Bound) -> list[Fault]:
    """Spans that end before they begin."""
    names = {c.name for c in bound.columns}
    return [Fault(f"v_{b} < v_{a}", f"{b} lies before {a}", f"'{b} lies before {a}'") for a, b in SPANS if a in names and b in names]


def _first(faults: list[Fault]) -> str:
    whens = " ".join(f"WHEN {f.when} THEN {literal(f.kind)}" for f in faults)
    return f"CASE {whens} END"
