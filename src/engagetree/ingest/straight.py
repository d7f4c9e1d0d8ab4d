"""Events of a CSV file straight into their table: the file is read once, and its cells are not kept.

Every cell is taken to be sound, as most are. A row with anything doubtful in it is looked up in the file again and judged with care: each
row becomes what it would have become the long way. What is not made for this goes that way: registers, addresses, odd files.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from engagetree.engine import literal
from engagetree.engine import name as quoted
from engagetree.errors import EngagetreeError
from engagetree.ingest.bound import LOOKED_AT, Bound, bind
from engagetree.ingest.columns import LONGEST_NAME, blemished
from engagetree.ingest.csv_file import in_order, read
from engagetree.ingest.dialect import Dialect, look
from engagetree.ingest.identifiers import identified
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.opened import Cell, Opened, fresh
from engagetree.ingest.rows import Judged, count, empty_bad, merged_up, monday, told_apart, valued
from engagetree.ingest.shape import REQUIRED, targets
from engagetree.ingest.survey import survey
from engagetree.ingest.text_file import ready


@dataclass(frozen=True)
class Straight:
    """What went straight. `opened` has the cells of the doubtful rows only, but the number of all rows."""

    opened: Opened
    map: ColumnMap
    bound: Bound
    judged: Judged


class _TheLongWayError(Exception):
    """Something in the file is not made for going straight."""


def straight(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    mapped: Callable[[list[str]], ColumnMap],
    zone: str | None,
    scratch: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Straight | None:
    """The file's events, or None where it has to go the long way; then nothing is left of the attempt. `mapped` gives a header its map."""
    text = ready(path, encoding, scratch, path.name)
    try:
        dialect = look(text, delimiter, path.name)
        m = mapped(list(dialect.header))
        # An address is looked for in the cell itself, which a translation would hide.
        if m.table != "events" or m.attributes or m.identifiers or "participant" in m.values:
            return None
        going = _Going(con, text, dialect, m, zone, path.name)
        try:
            return going.all()
        except (_TheLongWayError, EngagetreeError, duckdb.Error):  # whatever there is to say, the long way says it in its order
            going.drop(*going.tables)
            return None
    except EngagetreeError:
        return None
    finally:
        if text != path:
            text.unlink(missing_ok=True)


@dataclass
class _Going:
    con: duckdb.DuckDBPyConnection
    text: Path
    dialect: Dialect
    map: ColumnMap
    zone: str | None
    name: str
    tables: list[str] = field(default_factory=list)

    def all(self) -> Straight:
        head = self.opened(self.table("head", f"SELECT * FROM {self.file} LIMIT {LOOKED_AT}"))
        self.no_address(head)
        sound = bind(self.con, head, self.map, self.zone, self.name, sound=True)
        with ThreadPoolExecutor(1) as beside:  # Python looks through the bytes while DuckDB reads the cells
            surveyed = beside.submit(survey, self.text, self.name)
            table = self.table("staged_events", self.taken(sound))
            self.con.execute(f"UPDATE {table} SET line = rowid + {self.dialect.header_lines + 1}")
        rows = count(self.con, table)
        if surveyed.result().careful or rows != surveyed.result().lines - self.dialect.header_lines:
            raise _TheLongWayError
        for column in self.map.columns:
            self.doubt(table, column)
        header = self.map.columns.get("participant")
        places = [c.at for c in head.cells if c.header == header]
        self.no_address(self.opened(f"(SELECT participant AS {places[0]} FROM {table})" if places else table))
        few, bad = self.with_care(table, head, rows)
        self.drop(head.relation)
        judged = merged_up(self.con, table, "events", bad)
        opened = Opened(few, head.cells, rows, (few,), delimiter=self.dialect.delimiter)
        return Straight(opened, self.map, sound, judged)

    @property
    def cells(self) -> str:
        """The file's cells as text."""
        columns = [f"c{i}" for i in range(len(self.dialect.header))]
        return read(self.text, self.dialect.delimiter, columns, self.dialect.header_lines)

    @property
    def file(self) -> str:
        """The same with their lines; counting goes by the file's order, and by one core."""
        return f"(SELECT *, row_number() OVER () + {self.dialect.header_lines} AS line FROM {self.cells})"

    def opened(self, relation: str) -> Opened:
        return Opened(relation, tuple(Cell(h, f"c{i}") for i, h in enumerate(self.dialect.header)), 0)

    def table(self, stem: str, query: str) -> str:
        name = fresh(stem)
        self.tables.append(name)
        in_order(self.con, f"CREATE TEMP TABLE {name} AS {query}")
        return name

    def drop(self, *tables: str) -> None:
        for name in tables:
            with suppress(duckdb.Error):
                self.con.execute(f"DROP TABLE IF EXISTS {name}")

    def taken(self, bound: Bound) -> str:
        """Every row by its values; those in doubt have no week. Its place in the table is its line, so that all cores may read."""
        doubts = [f.when for c in bound.columns for f in c.faults]
        doubts += [f"v_{c} IS NULL" for c, kind in targets("events").items() if c in REQUIRED["events"] and kind != "text"]
        named = ", ".join(f"{quoted('v_' + c.name)} AS {quoted(c.name)}" for c in bound.columns)
        doubt = " OR ".join(f"coalesce({when}, FALSE)" for when in doubts)
        week = f"CASE WHEN NOT ({doubt}) THEN {monday('v_at')} END"
        return f'SELECT {named}, line, {week} AS "week" FROM {valued(bound, f"(SELECT *, 0::BIGINT AS line FROM {self.cells})")}'

    def doubt(self, table: str, column: str) -> None:
        """Takes the week from rows whose text needs cleaning or refusing. Most texts repeat much and are asked once each; ids do not."""
        if targets("events")[column] != "text":
            return
        cell = quoted(column)
        wrong = blemished(column, cell, column in REQUIRED["events"])
        if column == "event_id":  # as many as rows: each is looked at quickly first
            asked = f"bool_or({wrong}) FROM {table} WHERE {_odd(cell)}"
        else:
            asked = f"bool_or({wrong}) FROM (SELECT DISTINCT {cell} FROM {table})"
        if self.found(asked):
            self.con.execute(f'UPDATE {table} SET "week" = NULL WHERE {wrong}')

    def found(self, asked: str) -> bool:
        return bool(self.con.execute(f"SELECT {asked}").fetchall()[0][0])

    def no_address(self, opened: Opened) -> None:
        if identified(self.con, opened, self.map).keyed:
            raise _TheLongWayError

    def with_care(self, table: str, head: Opened, rows: int) -> tuple[str, str]:
        """Rows in doubt, judged cell by cell. Returns the table of their cells, and that of the rows refused."""
        doubtful = f'SELECT line FROM {table} WHERE "week" IS NULL'
        number = count(self.con, f"({doubtful})")
        if 2 * number > rows:
            raise _TheLongWayError
        found = f"{self.file} WHERE line IN ({doubtful})" if number else f"{head.relation} WHERE FALSE"
        few = self.table("cells", f"SELECT * FROM {found}")
        if not number:
            return few, empty_bad(self.con)
        self.no_address(self.opened(few))
        bound = bind(self.con, head, self.map, self.zone, self.name, sound=False)
        good, bad = told_apart(self.con, self.opened(few), bound)
        self.tables += [good, bad]
        self.con.execute(f'DELETE FROM {table} WHERE "week" IS NULL')
        self.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {good}")
        self.drop(good)
        return few, bad


def _odd(cell: str) -> str:
    """Whether a text may be blemished, told by its ends: control characters and line breaks in it were looked for in the whole file."""
    ends = " OR ".join(f"ends_with({cell}, {literal(blank)})" for blank in (" ", "\t", "\u00a0"))
    return f"({cell} NOT BETWEEN '(' AND '~' OR {ends} OR strlen({cell}) > {LONGEST_NAME})"
