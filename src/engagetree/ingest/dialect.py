"""How a CSV file is written: its delimiter and header, fixed after a look at its first 64 KB and then held to."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from engagetree.errors import ImportRefused
from engagetree.ingest.text_file import HEAD

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 512


@dataclass(frozen=True)
class Dialect:
    """The delimiter, the header's cells as they stand, and how many physical lines the header takes, blank ones before it included."""

    delimiter: str
    header: tuple[str, ...]
    header_lines: int


def look(path: Path, delimiter: str | None, name: str) -> Dialect:
    """The dialect of a UTF-8 file. Raises ImportRefused: too many columns, control characters in the header, no header."""
    with path.open("rb") as f:
        text = f.read(HEAD).decode("utf-8-sig", "ignore")
    chosen = delimiter or _sniff(text)
    header, lines = _header(text, chosen, name)
    if len(header) > MOST_COLUMNS:
        raise ImportRefused(name, f"the header has {len(header):,} columns", f"At most {MOST_COLUMNS}: export fewer.")
    if any(ord(c) < 32 and c not in "\r\n\t" for cell in header for c in cell):
        raise ImportRefused(name, "the header holds control characters", "Is this a text file? Export it as CSV.")
    return Dialect(chosen, tuple(header), lines)


def _records(text: str, delimiter: str) -> list[list[str]]:
    try:
        return [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if r]
    except csv.Error:
        return []


def _sniff(text: str) -> str:
    """The delimiter by which most of the first records have as many cells as the header, and more than one."""

    def fit(delimiter: str) -> tuple[bool, float, int]:
        records = _records(text, delimiter)[:200]
        width = len(records[0]) if records else 0
        alike = sum(len(r) == width for r in records) / max(len(records), 1)
        return width > 1, round(alike, 1), width

    return max(DELIMITERS, key=fit)


def _header(text: str, delimiter: str, name: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for record in reader:
            if record:
                named = [cell.strip() or f"column {n}" for n, cell in enumerate(record, 1)]
                return named, reader.line_num
    except csv.Error as e:
        raise ImportRefused(name, f"the header cannot be read ({e})", "Is this a text file? Export it as CSV.") from None
    raise ImportRefused(name, "there is no header", "The first line must name the columns.")
