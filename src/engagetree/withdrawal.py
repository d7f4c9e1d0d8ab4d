"""Undo: an import is withdrawn as one thing, and everything is as if it had never been.

Its rows go. Rows of later imports that had said the same, and were merged, take their place: they were put aside in `repeats-…` for this.
Folding and scoring go back to the first moment that any of it could have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from engagetree import identity
from engagetree.engine import duck, literal, parquet, quoted, rows_of
from engagetree.errors import NotFound, near
from engagetree.ingest import BY_ID, CONTENT, targets
from engagetree.intake import repeats_table, touches_from
from engagetree.lake import Change, Lake
from engagetree.ledger import ImportRow
from engagetree.scoring.offers import EARLY, LATE
from engagetree.tables import LAKE

FIRST_LETTERS = 4
"""Letters of an import's id that must be typed at least."""

TABLES = tuple(table for table in LAKE if table != "tallies")


@dataclass(frozen=True)
class Withdrawn:
    """What went and what took its place, rows by table; `since` is the first moment that could have changed a score."""

    row: ImportRow
    went: dict[str, int]
    came: dict[str, int]
    since: datetime | None


def found(lake: Lake, name: str) -> ImportRow:
    """The import of this id, of the beginning of one, or of a file's name if there is one only. Raises NotFound."""
    rows = [r for r in lake.ledger.imports("done") if r.what == "import"]
    mine = [r for r in rows if len(name) >= FIRST_LETTERS and r.import_id.startswith(name)] or [r for r in rows if r.source == name]
    if len(mine) == 1:
        return mine[0]
    if mine:
        ids = ", ".join(r.import_id[:8] for r in mine)
        raise NotFound(f"import {name}", f"{len(mine)} imports are called that: {ids}", "Name one of them by its id.")
    if any(r.what == "import" and r.withdrawn is not None and name in (r.source, r.import_id[: len(name)]) for r in lake.ledger.imports()):
        raise NotFound(f"import {name}", "it was withdrawn before", "`engagetree imports` lists those that stand.")
    known = [r.source for r in rows]
    raise NotFound(f"import {name}", "there is no such import", near(name, known) or "`engagetree imports` lists them.")


def withdraw(lake: Lake, name: str, *, who: str = "", on_wait: Callable[[str], None] | None = None) -> Withdrawn:
    """Take back an import. NotFound where there is none of that name, or it was withdrawn before."""
    return take_back(lake, lambda: found(lake, name), who=who, on_wait=on_wait)


def take_back(lake: Lake, which: Callable[[], ImportRow], *, who: str = "", on_wait: Callable[[str], None] | None = None) -> Withdrawn:
    """Take back what one change wrote: an import, or a decision about people. `which` finds it, and may raise."""
    with lake.write("withdrawal", source=which().source, who=who, on_wait=on_wait) as change, duck() as con:
        row = which()
        took = [(table, *_taken_back(con, change, table, row.import_id)) for table in TABLES]
        went = {table: n for table, n, _, _ in took if n}
        came = {table: n for table, _, n, _ in took if n}
        settings = lake.ledger.fact(identity.SETTINGS, {})
        has_words = change.snapshot.rows("identities")
        handed = identity.settle(change, lake.ledger.people(), without=row.import_id, settings=settings) if has_words else None
        since = min((s for s in (handed, *(s for *_, s in took)) if s is not None), default=None)
        change.withdrawn.append(row.import_id)
        change.account({"went": went, "came": came})
        change.facts({"touches": (since or LATE).isoformat(), "withdrew": row.import_id})
        return Withdrawn(row, went, came, since)


def _taken_back(con: Any, change: Change, table: str, import_id: str) -> tuple[int, int, datetime | None]:
    """(rows that went, rows that came, from when on it matters) of one table."""
    mine = f"import_id = {literal(import_id)}"
    repeats = repeats_table(table)
    _set_aside(con, change, table, f"NOT ({mine})")
    own_repeats = sum(_count(con, parquet([f]), mine) for f in change.snapshot.files(repeats))
    files = [file for file in change.snapshot.listed(table) if _count(con, parquet([_path(change, table, file.path)]), mine)]
    if not files:
        if own_repeats:
            _rewrite_repeats(con, change, repeats, "TRUE")
        return 0, 0, None
    paths = [_path(change, table, file.path) for file in files]
    con.execute(f"CREATE OR REPLACE TEMP TABLE going AS SELECT * FROM {parquet(paths)} WHERE {mine}")
    since = _since(con, change, table)
    for file, path in zip(files, paths, strict=True):
        target = change.new_file(table, file.partition)
        _copy(con, f"SELECT * FROM {parquet([path])} WHERE NOT ({mine})", target)
    change.replace_files(table, files)
    con.execute(f"CREATE OR REPLACE TEMP TABLE coming AS {_standing_in(table)}")
    came = _count(con, "coming")
    _write(con, change, table)
    if came or own_repeats:
        _rewrite_repeats(con, change, repeats, "rowid NOT IN (SELECT place FROM coming)")
    return _count(con, "going"), came, since


def _since(con: Any, change: Change, table: str) -> datetime | None:
    """From when on the rows of `going` can have changed a score."""
    if table == "identities":
        return identity.first_act(change.snapshot, [r["handle"] for r in rows_of(con, "SELECT DISTINCT handle FROM going")])
    return touches_from(con, change.snapshot, table, "going") if table == "events" else EARLY if table != "outcomes" else None


def _set_aside(con: Any, change: Change, table: str, where: str) -> None:
    """The temporary table `repeats`: merged rows of the imports that stay."""
    files = change.snapshot.files(repeats_table(table))
    schema = LAKE[table] if "seq" in LAKE[table].names else LAKE[table].append(pa.field("seq", pa.int64()))
    con.register("nothing", schema.empty_table())
    con.execute(f"CREATE OR REPLACE TEMP TABLE repeats AS SELECT * FROM {parquet(files) if files else 'nothing'} WHERE {where}")


def _standing_in(table: str) -> str:
    """The merged rows that say what a row that goes had said: of an event the earliest import's, of a register each (the latest counts)."""
    if table != "events":
        return f"SELECT r.*, r.rowid AS place FROM repeats r SEMI JOIN going g ON {_same(tuple(targets(table)))}"
    parts = []
    for columns, when in ((BY_ID, "IS NOT NULL"), (CONTENT, "IS NULL")):
        key = ", ".join(quoted(c) for c in columns)
        matching = f"SELECT r.*, r.rowid AS place FROM repeats r SEMI JOIN going g ON {_same(columns)} AND g.event_id {when}"
        matching += f" WHERE r.event_id {when}"
        parts.append(f"(SELECT * FROM ({matching}) QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY seq, line, place) = 1)")
    return " UNION ALL ".join(parts)


def _same(names: tuple[str, ...]) -> str:
    return " AND ".join(f"g.{quoted(n)} IS NOT DISTINCT FROM r.{quoted(n)}" for n in names)


def _write(con: Any, change: Change, table: str) -> None:
    names = ", ".join(quoted(n) for n in LAKE[table].names)
    weeks = [r["week"] for r in rows_of(con, 'SELECT DISTINCT "week" FROM coming ORDER BY 1')] if table == "events" else [None]
    for week in weeks:
        where = f'WHERE "week" = {literal(week)} ORDER BY participant' if week else "ORDER BY ALL"
        target = change.new_file(table, week)
        _copy(con, f"SELECT {names} FROM coming {where}", target)


def _rewrite_repeats(con: Any, change: Change, repeats: str, where: str) -> None:
    change.replace(repeats)
    _copy(con, f"SELECT * FROM repeats WHERE {where}", change.new_file(repeats))


def _copy(con: Any, query: str, target: Path) -> None:
    con.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")


def _path(change: Change, table: str, path: str) -> str:
    return f"{change.snapshot.folder / table}/{path}"


def _count(con: Any, relation: str, where: str = "TRUE") -> int:
    return int(rows_of(con, f"SELECT count(*) AS n FROM {relation} WHERE {where}")[0]["n"])
