"""What the columns of a file hold, from all of its rows: SQL counts, and nothing is taken to mean anything yet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from engagetree.cells import clean
from engagetree.engine import literal
from engagetree.errors import ImportRefused
from engagetree.ingest import times
from engagetree.ingest.columns import NUMBERS
from engagetree.ingest.identifiers import ADDRESS
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.opened import Cell, Opened, fresh
from engagetree.ingest.proposing_header import check_header
from engagetree.ingest.proposing_times import Times, maybe, times_of
from engagetree.ingest.tabular import open_file

MOST_WORDS = 60
"""Different words of a column that are looked at one by one; a column with more is no list of kinds."""
SHOWN = 5
ENCODINGS = ("cp1252", "latin-1")
PLAIN = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"
COMMA = r"^[-+]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+),[0-9]+$"
EITHER = r"^[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+$"
GROUPED = r"^[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+$"
"""A number with a point; one whose decimals only a comma can set off; one in which the comma, or the point, may set off thousands."""
WHOLE, FLOAT = r"^[-+]?[0-9]+$", r"^[0-9]+\.0$"
SAMPLE = 1_000
MOSTLY = 0.8
"""Share of a column's cells that must be of a sort for the column to be of it. The rest would be refused, and the dry run says so."""


@dataclass(frozen=True)
class Look:
    """A column: of `rows` cells `filled` are not empty, with `different` texts; of those as many are addresses, numbers, whole numbers.

    `words` are (text, how often), all of them where there are at most 60, otherwise the commonest five.
    """

    header: str
    kind: str
    rows: int
    filled: int
    different: int
    longest: int
    emails: int
    points: int
    commas: int
    eithers: int
    grouped: int
    wholes: int
    floats: int
    least: float | None
    most: float | None
    words: tuple[tuple[str, int], ...]
    times: Times | None

    def mostly(self, n: int) -> bool:
        """Whether so many of the filled cells are as good as all."""
        return bool(self.filled) and n >= MOSTLY * self.filled

    @property
    def emailed(self) -> bool:
        """Whether it holds e-mail addresses."""
        return self.mostly(self.emails)

    @property
    def number(self) -> bool:
        """Whether it holds numbers, whatever their decimal mark."""
        return self.kind in NUMBERS or self.kind.startswith("DECIMAL") or self.mostly(self.points + self.commas + self.eithers)

    @property
    def time(self) -> bool:
        """Whether it holds times that can be read."""
        return self.times is not None and self.mostly(self.times.readable)

    @property
    def unique(self) -> bool:
        """Whether no text stands in it twice."""
        return bool(self.filled) and self.different == self.filled

    @property
    def listed(self) -> bool:
        """Whether `words` are all of them."""
        return 0 < self.different <= MOST_WORDS


@dataclass(frozen=True)
class View:
    """A file as it was looked at. `encoding` and `delimiter` are what had to be found out to read it; `twice` are headers that repeat."""

    path: Path
    looks: tuple[Look, ...]
    rows: int
    broken: int
    delimiter: str | None
    encoding: str | None
    twice: tuple[str, ...]
    notes: tuple[str, ...] = ()
    sheet: str | None = None

    def look(self, header: str) -> Look | None:
        """The column with this header."""
        return next((k for k in self.looks if k.header == header), None)


def viewed(con: duckdb.DuckDBPyConnection, path: Path, scratch: Path, sheet: str | None = None, encoding: str | None = None) -> View:
    """Looks at a CSV, XLSX or Parquet file. Raises ImportRefused for one that is empty, has no header, or cannot be read."""
    opened, encoding = _opened(con, path, scratch, ColumnMap("events", {}, sheet=sheet, encoding=encoding))
    try:
        check_header(con, opened, path.name)
        headers = Counter(c.header for c in opened.cells)
        twice = tuple(h for h, n in headers.items() if n > 1)
        looks = tuple(look(con, opened, cell) for cell in opened.cells if cell.header not in twice)
    finally:
        for table in opened.tables:
            con.execute(f"DROP TABLE IF EXISTS {table}")
    delimiter = opened.delimiter if opened.delimiter != "," else None
    return View(path, looks, opened.rows, len(opened.broken), delimiter, encoding, twice, opened.notes, sheet)


def _opened(con: duckdb.DuckDBPyConnection, path: Path, scratch: Path, plain: ColumnMap) -> tuple[Opened, str | None]:
    """The file opened, in the first encoding in which it can be read."""
    try:
        return open_file(con, path, plain, scratch), plain.encoding
    except ImportRefused as e:
        if plain.encoding or not e.found.startswith("it is not UTF-8"):
            raise
    for encoding in ENCODINGS[:-1]:
        try:
            return open_file(con, path, replace(plain, encoding=encoding), scratch), encoding
        except ImportRefused:
            continue
    return open_file(con, path, replace(plain, encoding=ENCODINGS[-1]), scratch), ENCODINGS[-1]


def look(con: duckdb.DuckDBPyConnection, opened: Opened, cell: Cell) -> Look:
    """One column, from all its rows."""
    if _nested(cell.kind):
        return Look(cell.header, cell.kind, opened.rows, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, (), None)
    words = fresh("words")
    x = clean(f"{cell.at}::VARCHAR")
    con.execute(
        f"CREATE TEMP TABLE {words} AS SELECT x, count(*) AS n, min(line) AS line FROM (SELECT {x} AS x, line FROM {opened.relation}) "
        "WHERE x IS NOT NULL GROUP BY x"
    )
    try:
        filled, different, longest = _row(con, f"SELECT coalesce(sum(n), 0), count(*), coalesce(max(length(x)), 0) FROM {words}")
        sample = _sample(con, words, int(different))
        emails, *counts, least, most = _row(con, f"SELECT {', '.join(_asked(sample))} FROM {words}")
        most_words = MOST_WORDS if different <= MOST_WORDS else SHOWN
        told = con.execute(f"SELECT x, n FROM {words} ORDER BY n DESC, line, x LIMIT {most_words}").fetchall()
        found = times_of(con, words, cell.kind, int(filled)) if cell.kind != "VARCHAR" or any(maybe(t) for t in sample) else None
    finally:
        con.execute(f"DROP TABLE {words}")
    points, commas, eithers, grouped, wholes, floats = (int(v) for v in counts)
    return Look(
        cell.header, cell.kind, opened.rows, int(filled), int(different), int(longest), int(emails), points, commas, eithers, grouped,
        wholes, floats, least, most, tuple((str(t), int(k)) for t, k in told), found,
    )  # fmt: skip


def _row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = con.execute(query).fetchall()[0]
    return row


def _sample(con: duckdb.DuckDBPyConnection, words: str, different: int) -> list[str]:
    """Some texts of a column, the same ones every time. What none of them is, the column is not mostly, and need not be counted."""
    step = max(1, different // SAMPLE)
    return [str(r[0]) for r in con.execute(f"SELECT x FROM {words} WHERE hash(x) % {step} = 0 ORDER BY x LIMIT {2 * SAMPLE}").fetchall()]


def _asked(sample: list[str]) -> list[str]:
    """What is counted over all rows: addresses and numbers, as far as the sample has such."""

    def counted(pattern: str, wanted: bool) -> str:
        unless = f" AND NOT regexp_matches(x, {literal(EITHER)})" if pattern == COMMA else ""
        return f"coalesce(sum(n) FILTER (regexp_matches(x, {literal(pattern)}){unless}), 0)" if wanted else "0"

    address = any("@" in t for t in sample)
    number = any(re.match(r"[-+]?\.?\d", t) for t in sample)
    value = f"CASE WHEN regexp_matches(x, {literal(PLAIN)}) THEN TRY_CAST(x AS DOUBLE) END" if number else "NULL"
    numbers = (counted(p, number) for p in (PLAIN, COMMA, EITHER, GROUPED, WHOLE, FLOAT))
    return [counted(ADDRESS, address), *numbers, f"min({value})", f"max({value})"]


def _nested(kind: str) -> bool:
    """Whether a type can become nothing of ours."""
    simple = kind in (*NUMBERS, "VARCHAR", "UUID", "BOOLEAN") or kind.startswith("DECIMAL")
    return not simple and times.typed("", kind, "UTC") is None
