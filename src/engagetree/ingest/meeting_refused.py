"""The refused rows of a report as a report of their own: under their own header, below what says which meeting it is.

Where rows depend on each other (which question is the first, when the middle of a session is) the others stand there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engagetree.ingest.account import Refusal
from engagetree.ingest.meeting_resaved import in_truth
from engagetree.ingest.meeting_tables import REFUSED, Sheet, Table
from engagetree.ingest.meeting_text import Record
from engagetree.ingest.seen import written

WHOLE = ("poll", "questions", "board")
"""Layouts whose rows depend on each other."""


def rewrite(target: Path, parts: Sheet, refusals: Sequence[Refusal], turned: bool = False) -> None:
    """The refused file of a report, so that it can be mended and imported again: a row means what its header says.

    `turned` where a spreadsheet program took the days of its dates for months: here they stand right.
    """
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        out.writelines(f"{in_truth(line) if turned else line}\n" for line in _lines(parts, refusals))


def _lines(parts: Sheet, refusals: Sequence[Refusal]) -> Iterator[str]:
    lost = {r.line for r in refusals}
    yield from (_text(record, parts) for record in parts.loose if record.line not in lost)
    yield from (_marked(r, parts) for r in refusals if r.line < parts.tables[0].header.line)
    for n, table in enumerate(parts.tables):
        end = parts.tables[n + 1].header.line if n + 1 < len(parts.tables) else parts.last + 1
        yield from _table(table, parts, [r for r in refusals if table.header.line < r.line < end], lost)


def _table(table: Table, parts: Sheet, mine: Sequence[Refusal], lost: set[int]) -> Iterator[str]:
    kept = [row.record for row in table.rows if row.line not in lost]
    rows = {r.line: _marked(r, parts) for r in mine}
    if table.layout.name == "also meeting":
        yield from ("", _text(table.header, parts), *(_text(r, parts) for r in kept), *rows.values(), "")
        return
    if table.layout.name in WHOLE:
        rows |= {r.line: written([*r.cells, str(r.line), "kept"], parts.delimiter) for r in kept}
    if rows or table.layout.name in WHOLE:
        yield from ([table.title] if table.title else [])
        yield written([*table.header.cells[: table.width], *REFUSED], parts.delimiter)
        yield from (rows[line] for line in sorted(rows))


def _text(record: Record, parts: Sheet) -> str:
    return written(record.cells, parts.delimiter)


def _marked(refusal: Refusal, parts: Sheet) -> str:
    return f"{refusal.row_text}{parts.delimiter}{written([str(refusal.line), refusal.reason], parts.delimiter)}"
