"""Whether a file's first line names its columns: it may be a row like those below, or a title that stands above the header."""

from __future__ import annotations

import re

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.dialect import DELIMITERS
from engagetree.ingest.identifiers import ADDRESS
from engagetree.ingest.opened import Cell, Opened

LOOKED_AT = 200
"""Rows that are held against the first line."""
DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b.*"
NUMBER = r"[-+]?\d[\d.,]*"
UNNAMED = r"column \d+"
"""What a column without a name is called when a file is opened."""


def check_header(con: duckdb.DuckDBPyConnection, opened: Opened, name: str) -> None:
    """Raises ImportRefused where the first line is no header, with what to do."""
    rows = con.execute(
        f"SELECT line, {', '.join(f'{c.at}::VARCHAR' for c in opened.cells)} FROM {opened.relation} ORDER BY line LIMIT {LOOKED_AT}"
    ).fetchall()
    unnamed = sum(bool(re.fullmatch(UNNAMED, c.header)) for c in opened.cells)
    if (
        len(opened.broken) > opened.rows
        or _torn(opened.cells, [str(r[1] or "") for r in rows])
        or (len(opened.cells) > 2 and unnamed * 2 > len(opened.cells))
    ):
        likely = next((r[0] for r in rows if all(r[1:]) and len(r) > 2), opened.broken[0].line if opened.broken else None)
        where = f"; that is perhaps line {likely}" if likely else ""
        do = f"Delete the lines above the one that names the columns{where}, and try again."
        raise ImportRefused(name, "its first line does not name the columns: a title or a summary stands above them", do)
    if rows and _headless(opened.cells, [[str(v).strip() for v in r[1:]] for r in rows]):
        named = ",".join(_called(c.header, n) for n, c in enumerate(opened.cells, 1))
        raise ImportRefused(
            name, "it has no header: its first line is a row like the others", f"Put a line on top with names, such as: {named}"
        )


def _torn(cells: tuple[Cell, ...], texts: list[str]) -> bool:
    """One column only, in whose rows a delimiter stands again and again."""
    return len(cells) == 1 and any(sum(d in t for t in texts) * 2 > max(len(texts), 2) for d in DELIMITERS)


def _headless(cells: tuple[Cell, ...], rows: list[list[str]]) -> bool:
    """An address or a date on top of such is no name; numbers are none if all are; and a name does not stand among its own cells."""
    alike = []
    for n, cell in enumerate(cells):
        below = [row[n] for row in rows if row[n] not in ("", "None")]
        sort = sort_of(cell.header)
        same = bool(below) and sum(sort_of(v) == sort for v in below) * 2 > len(below)
        if sort in ("email", "date") and same:
            return True
        alike.append((sort, same, cell.header in below))
    numbers = [same for sort, same, _ in alike if sort == "number"]
    if not any(numbers):
        return False
    return len(numbers) == len(cells) or any(stands for sort, _, stands in alike if sort is None)


def sort_of(text: str) -> str | None:
    """email | date | number, None for any other text.

    >>> sort_of("ana@x.org"), sort_of("03/04/2025"), sort_of("1.5"), sort_of("Session 3")
    ('email', 'date', 'number', None)
    """
    if re.search(ADDRESS, text):
        return "email"
    return "date" if re.fullmatch(DATE, text) else "number" if re.fullmatch(NUMBER, text) else None


def _called(header: str, place: int) -> str:
    return sort_of(header) or f"name {place}"
