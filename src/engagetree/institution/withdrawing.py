"""Undo: an import of a research office is withdrawn as one thing, and every register is as if it had never been.

Its rows go. Of every key that it spoke of, what the other imports said is gone through again in the order in which they came: a statement
that differs from the one before it stands in the register, one that says the same lies in `repeats-…`. That is what importing does, so what
stands afterwards is what an office has that only took the others. Releases stay: what was published was published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagetree.engine import connect_duckdb, literal, parquet, quoted
from engagetree.errors import NotFound, near
from engagetree.institution.sources import repeats, same
from engagetree.institution.taking import Overlaps, find_duplicates
from engagetree.lake import Change, Lake
from engagetree.lake.delta import LakeFile
from engagetree.ledger import ImportRow
from engagetree.research.readers.shape import SCHEMAS, kinds
from engagetree.research.registers import KEYS
from engagetree.withdrawal import FIRST_LETTERS

if TYPE_CHECKING:
    from engagetree.institution.office import Office

LIST = "`engagetree research imports` lists them."


@dataclass(frozen=True)
class TakenBack:
    """What went, and what others had said too and so stays: rows by register."""

    row: ImportRow
    went: dict[str, int]
    came: dict[str, int]


def withdraw(office: Office, name: str, *, who: str = "", on_wait: Callable[[str], None] | None = None) -> TakenBack:
    """Take back an import of this id, of the first letters of one, or of a file's name. NotFound where there is none, or several."""
    lake, row = _found(office, name)
    with lake.write("withdrawal", source=row.source, who=who, on_wait=on_wait) as change:
        lake, row = _found(office, name)  # another may have been quicker
        with connect_duckdb(office.root / "spill") as con:
            overlaps: Overlaps = dict(lake.ledger.fact("overlaps") or {})
            took = {register: _taken_back(con, change, register, row, overlaps) for register in SCHEMAS}
        change.set_fact("overlaps", overlaps)
        went, came = ({r: counts[n] for r, counts in took.items() if counts[n]} for n in (0, 1))
        change.withdrawn.append(row.import_id)
        change.account({"went": went, "came": came})
        change.facts({"withdrew": row.import_id})
        return TakenBack(row, went, came)


def _found(office: Office, name: str) -> tuple[Lake, ImportRow]:
    rows = [r for r in office.imports() if r.withdrawn is None]
    mine = [r for r in rows if len(name) >= FIRST_LETTERS and r.import_id.startswith(name)] or [r for r in rows if r.source == name]
    if len(mine) == 1:
        in_reach = any(r.import_id == mine[0].import_id for r in office.reach.ledger.imports("done"))
        return (office.reach if in_reach else office.lake), mine[0]
    if mine:
        ids = ", ".join(r.import_id[:8] for r in mine)
        raise NotFound(f"import {name}", f"{len(mine)} imports are called that: {ids}", "Name one of them by its id.")
    gone = [r for r in office.imports() if r.withdrawn is not None]
    if any(name == r.source or (len(name) >= FIRST_LETTERS and r.import_id.startswith(name)) for r in gone):
        raise NotFound(f"import {name}", "it was withdrawn before", "`engagetree research imports` lists those that stand.")
    raise NotFound(f"import {name}", "there is no such import", near(name, [r.source for r in rows]) or LIST)


def _taken_back(con: Any, change: Change, register: str, row: ImportRow, overlaps: Overlaps) -> tuple[int, int]:
    """(rows that went, rows that others said too) of one register; writes what stands and what is put aside."""
    mine = f"import_id = {literal(row.import_id)}"
    if not any(_count(con, change.snapshot.files(table), mine) for table in (register, repeats(register))):
        return 0, 0
    con.register("nothing", SCHEMAS[register].empty_table())
    con.execute(f"CREATE OR REPLACE TEMP TABLE going AS SELECT * FROM {_of(change, register)} WHERE {mine}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE moving AS {_misplaced(change, register, mine)}")
    for table, here, there in ((register, "stands", "aside"), (repeats(register), "aside", "stands")):
        leave = f"(FROM moving WHERE lies = '{here}') m ON {same(register, SCHEMAS[register], 's', 'm')} AND s.seq = m.seq"
        for file in change.snapshot.listed(table):
            _without(con, change, table, file, f"ANTI JOIN {leave} WHERE NOT ({mine})")
        query = f"SELECT * EXCLUDE (lies) FROM moving WHERE lies = '{there}' ORDER BY {quoted(next(iter(kinds(register))))}"
        _copy(con, query, change.new_file(table))
    came = {seq for (seq,) in con.execute("SELECT DISTINCT seq FROM moving WHERE lies = 'aside'").fetchall()}
    if register in overlaps or came:
        overlaps[register] = sorted({*overlaps.get(register, ()), *came} - {row.seq})
    if register == "activities":
        find_duplicates(con, change, _afterwards(change, register), overlaps)
    return _rows(con, "going"), _rows(con, "moving WHERE lies = 'aside'")


def _misplaced(change: Change, register: str, mine: str) -> str:
    """SQL: what others say of the keys that go, where it stands and says nothing new now, or lies aside and does."""
    schema = SCHEMAS[register]
    said = " UNION ALL ".join(
        f"SELECT *, '{lies}' AS lies FROM {_of(change, table)} s SEMI JOIN going g ON {same(register, schema, 's', 'g')} WHERE NOT ({mine})"
        for table, lies in ((register, "stands"), (repeats(register), "aside"))
    )
    content = f"struct_pack({', '.join(f'{quoted(c)} := {quoted(c)}' for c in kinds(register))})"
    over = f"OVER (PARTITION BY {', '.join(quoted(k) for k in KEYS[register])} ORDER BY seq)"
    again = f"row_number() {over} > 1 AND {content} IS NOT DISTINCT FROM lag({content}) {over}"
    return f"SELECT * EXCLUDE (again) FROM (SELECT *, {again} AS again FROM ({said})) WHERE again = (lies = 'stands')"


def _without(con: Any, change: Change, table: str, file: LakeFile, where: str) -> None:
    """A file that holds rows which go is written again without them; others are not touched."""
    stay = f"SELECT s.* FROM {parquet([f'{change.snapshot.folder / table}/{file.path}'])} s {where}"
    if _rows(con, f"({stay})") < file.rows:
        _copy(con, stay, change.new_file(table))
        change.replace_files(table, [file])


def _afterwards(change: Change, table: str) -> list[str]:
    """The files of a table as they will be."""
    gone = change.replaced.get(table, {})
    stay = [f"{change.snapshot.folder / table}/{file.path}" for file in change.snapshot.listed(table) if file.path not in gone]
    return stay + [str(place.path) for place in change.staged if place.table == table]


def _of(change: Change, table: str) -> str:
    files = change.snapshot.files(table)
    return parquet(files) if files else "nothing"


def _copy(con: Any, query: str, target: Path) -> None:
    con.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")


def _count(con: Any, files: list[str], where: str) -> int:
    return _rows(con, f"{parquet(files)} WHERE {where}") if files else 0


def _rows(con: Any, relation: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])
