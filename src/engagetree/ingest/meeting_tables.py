"""The tables of a meeting report: header rows found by their cells and never by their number, in any of the languages known.

A layout says which fields it has and how each is written; a header is a record in which all fields are found that a layout needs.
Preambles, titles and sections stay apart: what stands between a title and the next header belongs to no table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from engagetree.ingest.meeting_text import FEW, Record, Text, taken_apart
from engagetree.ingest.meeting_when import plain, unguarded

DELIMITERS = ("\t", ",", ";")
LOOKED_AT = FEW
"""Lines in which the first header must stand."""
NUMBERED = re.compile(r"^\d+\.\s*\S")
"""A section's title: `2. Participants`."""

REFUSED = ("refused line", "refused reason")
"""The columns that a file of refused rows has behind those of the report: they are none of it."""

TITLES = (
    "attendee report", "poll report", "question and answer report", "q&a report", "host details", "panelist details", "attendee details",
    "other attended", "poll details", "question details",
)  # fmt: skip
"""Titles that may stand above nothing."""


@dataclass(frozen=True)
class Layout:
    """`fields` maps a field to the ways its header is written; `needs` are those without which a record is no header of it."""

    name: str
    fields: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    never: tuple[str, ...] = ()  # headers that say that it is another layout

    @cached_property
    def ways(self) -> dict[str, tuple[str, ...]]:
        """Field → how its header is written, as `plain` writes it."""
        return {name: tuple(dict.fromkeys(plain(w) for w in ways)) for name, ways in self.fields.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every header that any field has."""
        return frozenset(w for ways in self.ways.values() for w in ways)

    @cached_property
    def others(self) -> frozenset[str]:
        """Headers that say that it is another layout."""
        return frozenset(plain(n) for n in self.never)

    def columns(self, written: Sequence[str]) -> dict[str, int] | None:
        """Field → column, or None where the cells, as `plain` writes them, are no header of this layout."""
        if len(self.words.intersection(written)) < len(self.needs) or not self.others.isdisjoint(written):
            return None
        found: dict[str, int] = {}
        for name, ways in self.ways.items():
            at = next((written.index(w) for w in ways if w in written), None)
            if at is not None and at not in found.values():
                found[name] = at
        return found if all(n in found for n in self.needs) else None


@dataclass
class Table:
    """A header and the records below it; `title` is the line above, `at` maps fields to columns."""

    layout: Layout
    header: Record
    at: dict[str, int]
    title: str = ""
    rows: list[Row] = field(default_factory=list)
    refused_at: int = -1  # where the columns of a file of refused rows begin, or -1

    @cached_property
    def width(self) -> int:
        """How many columns the header names, without empty ones at its end."""
        return max(i for i, c in enumerate(self.header.cells, 1) if c.strip())

    @property
    def further(self) -> list[int]:
        """The columns that are no field of the layout."""
        return [i for i in range(self.width) if i not in self.at.values() and self.header.cells[i].strip()]


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a table. `row["name"]` is the cell of a field: without guard or spaces, empty for `--` and for what is not there."""

    record: Record
    at: Mapping[str, int]

    def __getitem__(self, name: str) -> str:
        return self.cell(self.at.get(name, -1))

    def cell(self, i: int) -> str:
        """The cell of a column, from 0."""
        cells = self.record.cells
        return unguarded(cells[i]) if 0 <= i < len(cells) else ""

    @property
    def line(self) -> int:
        return self.record.line


@dataclass
class Sheet:
    """A report taken apart. `loose` are records in no table, `headers` those that only say again what stands where."""

    delimiter: str
    tables: list[Table]
    loose: list[Record]
    titles: list[Record]
    again: list[Record]
    broken: list[Record]
    whole: bool
    last: int  # the line of the last record

    @property
    def headers(self) -> int:
        """How many records are headers or titles: they say nothing of anybody."""
        return len(self.tables) + len(self.titles) + len(self.again)

    def of(self, *names: str) -> list[Table]:
        """The tables of these layouts."""
        return [t for t in self.tables if t.layout.name in names]


def sheet(text: Text, layouts: Sequence[Layout]) -> Sheet | None:
    """The report by these layouts, or None where no record is a header of any of them."""
    first = Text(text.lines[:LOOKED_AT], True)
    found = [s for d in DELIMITERS if any(d in x for x in first.lines) and (s := _sheet(first, d, layouts)).tables]
    best = max(found, key=lambda s: sum(len(t.at) for t in s.tables), default=None)
    if best is None or len(text.lines) <= LOOKED_AT:
        return best and replace(best, whole=text.whole)
    return _sheet(text, best.delimiter, layouts)


def known(text: Text | None, layouts: Sequence[Layout]) -> list[str]:
    """The names of the layouts whose headers stand in a text."""
    result = sheet(text, layouts) if text else None
    return [t.layout.name for t in result.tables] if result else []


def _sheet(text: Text, delimiter: str, layouts: Sequence[Layout]) -> Sheet:
    found = taken_apart(text.lines, delimiter)
    heads = [None if r.fault else _header(r, layouts) for r in found]
    result = Sheet(delimiter, [], [], [], [], [], text.whole, found[-1].line if found else 0)
    table: Table | None = None
    title: Record | None = None
    for i, (record, head) in enumerate(zip(found, heads, strict=True)):
        if head is not None:
            layout, at = head
            behind = _refused_at(record)
            own = _without(record, behind, len(record.cells))
            if table is not None and table.layout is layout and title is None and _same(table.header, own):
                table.at = at
                result.again.append(record)
                continue
            table = Table(layout, own, at, title.filled[0].strip() if title else "", refused_at=behind)
            result.tables.append(table)
            title = None
        elif record.fault:
            result.broken.append(record)
        elif _is_title(record, heads[i + 1] if i + 1 < len(heads) else None):
            result.titles.append(record)
            title, table = record, None
        elif table is None:
            result.loose.append(record)
        else:
            table.rows.append(Row(_without(record, table.refused_at, len(table.header.cells) + len(REFUSED)), table.at))
    return result


def _refused_at(header: Record) -> int:
    written = [plain(c) for c in header.cells]
    at = written.index(REFUSED[0]) if REFUSED[0] in written else -1
    return at if tuple(written[at : at + 2]) == REFUSED else -1


def _without(record: Record, at: int, width: int) -> Record:
    """A record of a file of refused rows without its line and reason: where the header has them, or behind what there is."""
    cells = record.cells
    if at < 0:
        return record
    if len(cells) == width:
        return replace(record, cells=(*cells[:at], *cells[at + 2 :]))
    filled = len(cells) - next((n for n, c in enumerate(reversed(cells)) if c.strip()), len(cells))
    marked = filled > 1 and plain(cells[filled - 2]).isdigit()
    return replace(record, cells=cells[: filled - 2]) if marked else record


def _header(record: Record, layouts: Sequence[Layout]) -> tuple[Layout, dict[str, int]] | None:
    written = [plain(c) for c in record.cells]
    found = [(x, at) for x in layouts if (at := x.columns(written)) is not None]
    return max(found, key=lambda f: len(f[1]), default=None)


def _same(one: Record, other: Record) -> bool:
    """Whether a header says again what another says, perhaps with its columns in another order."""
    return sorted(plain(c) for c in one.filled) == sorted(plain(c) for c in other.filled)


def _is_title(record: Record, following: object) -> bool:
    """A record of one cell in front, which is numbered, or has a header below it."""
    if len(record.filled) != 1 or not record.cells[0].strip():
        return False
    first = record.cells[0].strip()
    return following is not None or plain(first) in TITLES or bool(record.after_blank and NUMBERED.match(first))


def facts(loose: Sequence[Record], words: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, str], list[Record]]:
    """What a preamble of `label, value` lines says: field → value, and the records that say it. The first of two stays."""
    ways = {plain(w): name for name, all_ in words.items() for w in all_}
    said: dict[str, str] = {}
    used: list[Record] = []
    for record in loose:
        name = ways.get(plain(record.cells[0]).rstrip(":").strip())
        if name is None or name in said:
            continue
        used.append(record)
        said[name] = next((v for c in record.cells[1:] if (v := unguarded(c))), "")
    return said, used
