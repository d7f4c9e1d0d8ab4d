"""Large logs of a platform, by SQL: one temporary table of judged rows becomes events, what was offered, who was seen, and the account.

A reader of a log makes a table with the columns of `JUDGED`, one row for each row of the file; everything else is the same for all.
Rows are counted as they stand in the file, the header and blank lines are none: a row is kept where it is an act of somebody, merged
where it says what another row says too, refused else, with its reason.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from engagetree.engine import literal
from engagetree.ingest.account import Account, Staged
from engagetree.ingest.merge import merge_events
from engagetree.ingest.opened import Opened, fresh
from engagetree.ingest.persons import a_person
from engagetree.ingest.refused import keep_refused
from engagetree.ingest.rows import count, with_week

JUDGED = pa.schema(
    [
        ("line", pa.int64()),
        ("event_id", pa.string()),
        ("who_kind", pa.string()),  # as Handle.kind, null: nobody
        ("who", pa.string()),
        ("name", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("kind", pa.string()),
        ("item", pa.string()),
        ("amount", pa.float64()),
        ("item_kind", pa.string()),  # null: nothing that is offered
        ("title", pa.string()),
        ("again", pa.bool_()),  # it says what another row says
        ("bad", pa.string()),  # the kind of reason why it is refused, null: it is not
        ("reason", pa.string()),
    ]
)
"""The columns of a judged row."""

SPECIFIC = ("quiz", "forum", "task", "form", "prompt", "course")
"""Kinds of item that say more than `page`."""


def staged(
    con: duckdb.DuckDBPyConnection, name: str, tool: str, opened: Opened, judged: str, scratch: Path, notes: tuple[str, ...] = (),
    cohort: str | None = None, refused_rows: Path | None = None,
) -> Staged:  # fmt: skip
    """The judged rows as staged tables. `judged` and the tables of `opened` are dropped.

    `refused_rows` is the refused file of a reader that has written it in its own layout; otherwise it is a CSV.
    """
    bad, keyed = fresh("refused"), fresh("keyed")
    con.execute(f"CREATE TEMP TABLE {bad} AS SELECT line, bad AS kind, coalesce(reason, bad) AS reason FROM {judged} WHERE bad IS NOT NULL")
    said_again = count(con, f"{judged} WHERE bad IS NULL AND again")
    value = r"trim(regexp_replace(who, '\s+', ' ', 'g'))"
    own = f"who_kind || ':' || {literal(tool)} || ':' || {value}"
    key = f"CASE WHEN who_kind = 'email' THEN 'email:' || lower({value}) ELSE {own} END"
    con.execute(f"CREATE TEMP TABLE {keyed} AS SELECT *, {key} AS handle FROM {judged} WHERE bad IS NULL AND NOT again")
    tables = {"events": _events(con, keyed, tool), "items": _items(con, keyed, tool, cohort), "seen": _seen(con, keyed, tool)}
    merged, more = merge_events(con, tables["events"], "events", bad)
    lost = keep_refused(con, opened, bad, scratch, name)
    if refused_rows is not None and lost.file is not None:
        lost.file.unlink()
        lost = replace(lost, file=refused_rows)
    refused = sum(lost.reasons.values())
    kept = count(con, tables["events"])
    read = opened.rows + len(opened.broken)
    account = Account(
        source=name, read=read, kept=kept, merged=merged + said_again, refused=refused,
        by_table={t: n for t in ("events", "items") if (n := count(con, tables[t]))}, refusals=lost.first, reasons=lost.reasons,
        refused_file=lost.file, notes=(*opened.notes, *notes, *more), derived=("items",),
    )  # fmt: skip
    for table in (bad, keyed, judged, *opened.tables):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    return Staged({t: n for t, n in tables.items() if count(con, n)}, account)


def _events(con: duckdb.DuckDBPyConnection, keyed: str, tool: str) -> str:
    table = fresh("staged_events")
    picked = f'event_id, handle AS participant, "at", kind, item, amount, {literal(tool)} AS source, line'
    con.execute(f"CREATE TEMP TABLE {table} AS {with_week(con, f'SELECT {picked} FROM {keyed}')}")
    return table


def _items(con: duckdb.DuckDBPyConnection, keyed: str, tool: str, cohort: str | None) -> str:
    """What was offered, as far as somebody ever opened it. A log does not say from when on: it counts from the cohort's start."""
    table = fresh("staged_items")
    kinds = ", ".join(literal(k) for k in SPECIFIC)
    kind = f"coalesce(min(item_kind) FILTER (WHERE item_kind IN ({kinds})), min(item_kind))"
    con.execute(
        f"CREATE TEMP TABLE {table} AS SELECT item, {kind} AS kind, {literal(cohort)}::VARCHAR AS cohort, NULL::VARCHAR AS parent, "
        "arg_min(title, line) AS title, NULL::TIMESTAMPTZ AS opens_at, NULL::TIMESTAMPTZ AS closes_at, NULL::DOUBLE AS seconds, "
        f"FALSE AS final, {literal(tool)} AS source, min(line) AS line FROM {keyed} "
        "WHERE item IS NOT NULL AND item_kind IS NOT NULL GROUP BY item"
    )
    return table


def _seen(con: duckdb.DuckDBPyConnection, keyed: str, tool: str) -> str:
    table = fresh("staged_seen")
    con.execute(
        f'CREATE TEMP TABLE {table} AS SELECT handle, any_value(who_kind) AS kind, arg_min(trim(who), line) AS "value", '
        f"arg_min(name, line) AS name, {literal(tool)} AS tool, TRUE AS person, NULL::VARCHAR AS same_as FROM {keyed} GROUP BY handle"
    )
    named = con.execute(f"SELECT handle, coalesce(name, CASE WHEN kind = 'name' THEN \"value\" END) FROM {table}").fetchall()
    nobody = [h for h, shown in named if shown and not a_person(shown)]
    if nobody:
        con.register("nobody", pa.table({"handle": nobody}))
        con.execute(f"UPDATE {table} SET person = FALSE WHERE handle IN (SELECT handle FROM nobody)")
        con.unregister("nobody")
    return table
