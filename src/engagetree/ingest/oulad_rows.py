"""The seven files as typed tables, each row counted: what cannot be read or belongs to nobody is refused with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb

from engagetree.engine import literal
from engagetree.errors import ImportRefused
from engagetree.ingest.csv_file import open_csv
from engagetree.ingest.formats import form
from engagetree.ingest.opened import Opened, fresh
from engagetree.ingest.oulad_files import COLUMNS, Part
from engagetree.ingest.parquet_file import open_parquet
from engagetree.ingest.rows import count
from engagetree.ingest.shape import plain

ZONE = "Europe/London"


@dataclass
class Rows:
    """One file while it is being judged: `table` has the sound rows (with `line`), `bad` (line, kind, reason) the refused ones."""

    part: Part
    opened: Opened
    table: str
    bad: str
    merged: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Rows of the file."""
        return self.opened.rows + len(self.opened.broken)


def load(con: duckdb.DuckDBPyConnection, part: Part, scratch: Path) -> Rows:
    """A file as a typed table. Raises ImportRefused where it cannot be read as a whole."""
    parquet = form(part.path) == "parquet"
    opened = open_parquet(con, part.path, part.name) if parquet else open_csv(con, part.path, scratch, part.name)
    at = {plain(c.header): c for c in opened.cells}
    table, bad = fresh(part.kind), fresh("refused")
    kinds = COLUMNS[part.kind]
    cells = {c: f"nullif(nullif(trim({at[c].at}), ''), '?')" if at[c].kind == "VARCHAR" else at[c].at for c in kinds}
    values = {c: _value(cells[c], kind.rstrip("?")) for c, kind in kinds.items()}
    faults = [_fault(c, cells[c], values[c], kind) for c, kind in kinds.items()]
    wrong = " OR ".join(f"({when})" for when, _ in faults)
    picked = ", ".join(f"{v} AS {c}" for c, v in values.items())
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT {picked}, line FROM {opened.relation} WHERE NOT ({wrong})")
    con.execute(f"CREATE TEMP TABLE {bad} (line BIGINT, kind VARCHAR, reason VARCHAR)")
    if count(con, table) < opened.rows:
        first = (
            "CASE "
            + " ".join(f"WHEN {when} THEN {literal(c + ' cannot be read')}" for c, (when, _) in zip(kinds, faults, strict=True))
            + " END"
        )
        reasons = ", ".join(f"CASE WHEN {when} THEN {says} END" for when, says in faults)
        con.execute(f"INSERT INTO {bad} SELECT line, {first}, concat_ws('; ', {reasons}) FROM {opened.relation} WHERE {wrong}")
    return Rows(part, opened, table, bad)


def _value(cell: str, kind: str) -> str:
    if kind in ("text", "id"):
        return f"{cell}::VARCHAR"
    return f"TRY_CAST({cell} AS {'DOUBLE' if kind == 'number' else 'INTEGER'})"


def _fault(column: str, cell: str, value: str, kind: str) -> tuple[str, str]:
    """(condition, message) of what can be wrong with a cell; never null."""
    says = {"text": "is no text", "id": "is no id", "number": "is not a number"}.get(kind.rstrip("?"), "is not a whole number")
    wrong = f"{cell} IS NOT NULL AND {value} IS NULL"
    if kind == "clicks":
        wrong, says = f"({wrong}) OR coalesce({value} < 0, FALSE)", "is not a whole number from 0"
    if kind.startswith("whole"):
        wrong, says = f"({wrong}) OR coalesce(abs({value}) > 1000, FALSE)", "is not a whole number of a sensible size"
    shown = f"{literal(column + ': `')} || left({cell}::VARCHAR, 60) || {literal('` ' + says)}"
    message = f"CASE WHEN {cell} IS NULL THEN {literal(column + ' is empty')} ELSE {shown} END"
    return (wrong if kind.endswith("?") else f"{cell} IS NULL OR {wrong}"), message


def refuse(con: duckdb.DuckDBPyConnection, rows: Rows, condition: str, kind: str, reason: str) -> int:
    """Moves rows of `table` that meet a condition to `bad`; `reason` is a text expression. Returns how many."""
    before = count(con, rows.table)
    con.execute(f"INSERT INTO {rows.bad} SELECT line, {literal(kind)}, {reason} FROM {rows.table} WHERE {condition}")
    con.execute(f"DELETE FROM {rows.table} WHERE {condition}")
    return before - count(con, rows.table)


def one_each(con: duckdb.DuckDBPyConnection, rows: Rows, key: Sequence[str]) -> None:
    """Merges equal rows; refuses rows that have one key and differ, so that their order never matters."""
    columns, keys = ", ".join(COLUMNS[rows.part.kind]), ", ".join(key)
    before = count(con, rows.table)
    repeats = f"SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY {columns} ORDER BY line) AS n FROM {rows.table}) WHERE n > 1"
    con.execute(f"DELETE FROM {rows.table} WHERE line IN ({repeats})")
    rows.merged += before - count(con, rows.table)
    differ = f"line IN (SELECT unnest(list(line)) FROM {rows.table} GROUP BY {keys} HAVING count(*) > 1)"
    together = f"(SELECT array_to_string(list_sort(list(o.line)), ', ') FROM {rows.table} o WHERE "
    together += " AND ".join(f"o.{k} = {rows.table}.{k}" for k in key) + ")"
    refuse(
        con,
        rows,
        differ,
        f"one {' and '.join(key)}, different content",
        f"'its {' and '.join(key)} stand on lines ' || {together} || ' with different content'",
    )


def first_monday(code: str) -> date | None:
    """The nominal start of a presentation: the first Monday of February (B) or October (J) of its year.

    >>> first_monday("2013J"), first_monday("2014B"), first_monday("2013X")
    (datetime.date(2013, 10, 7), datetime.date(2014, 2, 3), None)
    """
    if len(code) != 5 or not code[:4].isdigit() or code[4] not in "BJ" or not 1975 <= int(code[:4]) < 2095:
        return None
    first = date(int(code[:4]), 2 if code[4] == "B" else 10, 1)
    return first + timedelta(days=-first.weekday() % 7)


def presentations(con: duckdb.DuckDBPyConnection, courses: Rows) -> str:
    """A table of presentations: code_module, code_presentation, cohort, starts, ends (local dates). Raises ImportRefused if none."""
    codes = [str(r[0]) for r in con.execute(f"SELECT DISTINCT code_presentation FROM {courses.table}").fetchall()]
    starts = {c: first_monday(c) for c in codes}
    unknown = [c for c, start in starts.items() if start is None]
    if unknown:
        known = f"code_presentation IN ({', '.join(literal(c) for c in unknown)})"
        refuse(con, courses, known, "no such presentation", "'code_presentation: `' || code_presentation || '` is no year with B or J'")
    one_each(con, courses, ("code_module", "code_presentation"))
    days = " ".join(f"WHEN {literal(c)} THEN {literal(start)}" for c, start in starts.items() if start)
    if not count(con, courses.table):
        raise ImportRefused(courses.part.name, "no presentation can be read from it", "It needs rows like AAA,2013J,268.")
    table = fresh("presentations")
    start = f"CASE code_presentation {days} END"
    con.execute(
        f"CREATE TEMP TABLE {table} AS SELECT code_module, code_presentation, code_module || '-' || code_presentation AS cohort, "
        f"{start} AS starts, {start} + module_presentation_length AS ends FROM {courses.table}"
    )
    return table


def at_local(day: str, hours: int = 0) -> str:
    """A local date expression as UTC, `hours` after midnight in London."""
    return f"timezone('{ZONE}', ({day})::TIMESTAMP + INTERVAL {hours} HOUR)"
