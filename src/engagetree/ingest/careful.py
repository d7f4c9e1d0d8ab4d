"""A CSV file taken apart record by record, for the few that have anything odd in them.

A quote that is never closed, or closes so late that the record does not fit, costs its own line and nothing more: reading goes on
with the next one. What is sound is written to a clean copy with its line in front; what is broken is named by line and reason.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engagetree.ingest.dialect import Dialect
from engagetree.ingest.opened import Broken, fresh
from engagetree.ingest.survey import LONGEST_LINE

MOST_LINES = 1_000
"""Physical lines that one record may take."""
KEPT_TEXT = 10_000
"""Characters of a broken record that are kept for the refused file."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Records:
    """`path` is the clean copy; `broken` the rest."""

    path: Path
    broken: tuple[Broken, ...]


def careful(path: Path, dialect: Dialect, scratch: Path) -> Records:
    """Splits the UTF-8 file at `path`; lines that hold nothing are skipped and not counted."""
    target, broken = scratch / f"{fresh('records')}.csv", []
    lines = _Lines(path)
    for _ in range(dialect.header_lines):
        lines.take()
    with target.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        while (first := lines.take()) is not None:
            line = lines.number
            if not first.strip("\r\n"):
                continue
            cells, fault, kind = _record(first, lines, dialect)
            if cells is None:
                broken.append(Broken(line, fault, first.strip("\r\n")[:KEPT_TEXT], kind=kind))
            else:
                write([line, *cells])
    lines.close()
    return Records(target, tuple(broken))


class _Lines:
    """The file's physical lines, with a look ahead and the number of the line last taken."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as f:
            newline = "\r" if b"\n" not in f.read(LONGEST_LINE) else "\n"
        self._file = path.open(encoding="utf-8-sig", newline=newline)
        self._ahead: deque[str] = deque()
        self.number = 0

    def take(self) -> str | None:
        """The next line, or None at the end; one that is too long comes cut after 1 MB and a bit."""
        if self._ahead:
            self.number += 1
            return self._ahead.popleft()
        text = self._next()
        self.number += text is not None
        return text

    def peek(self) -> Iterator[str]:
        """The lines that follow, without taking them."""
        yield from list(self._ahead)
        while (text := self._next()) is not None:
            self._ahead.append(text)
            yield text

    def _next(self) -> str | None:
        text = self._file.readline(LONGEST_LINE + 2)
        if len(text) > LONGEST_LINE:
            while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
                continue
        return text or None

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def _record(first: str, lines: _Lines, dialect: Dialect) -> tuple[list[str] | None, str, str]:
    """(cells, "", "") of the record that begins with `first`, or (None, reason, kind)."""
    if len(first) > LONGEST_LINE:
        return None, "the line is longer than 1 MB", "a line longer than 1 MB"
    text, taken, width = first, 0, len(dialect.header)
    cells = _cells(text.rstrip("\r\n"), dialect.delimiter)
    if cells is None:
        for more in lines.peek():
            text, taken = text + more, taken + 1
            if '"' in more and (cells := _cells(text.rstrip("\r\n"), dialect.delimiter)) is not None:
                break
            if taken >= MOST_LINES or len(text) > LONGEST_LINE:
                break
    if cells is None:
        return None, "a quote is opened and not closed, or misplaced", "a quote is not closed"
    if len(cells) != width:
        if taken:
            return None, "a quote is opened and not closed, or misplaced", "a quote is not closed"
        return None, f"{len(cells)} columns where the header has {width}", "wrong number of columns"
    if found := CONTROL.search(text):
        return None, f"the control character 0x{ord(found[0]):02x} stands in it", "a control character"
    for _ in range(taken):
        lines.take()
    return cells, "", ""


def _cells(text: str, delimiter: str) -> list[str] | None:
    if '"' not in text:
        return text.split(delimiter)
    try:
        csv.field_size_limit(2 * LONGEST_LINE)
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None
