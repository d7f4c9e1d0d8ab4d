"""The text of a meeting report, taken apart record by record: any Unicode encoding, with or without a mark, and any line ends.

Reports of meetings are small, so one is held as a whole; a file that is larger than any report is refused before it is read.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from engagetree.errors import ImportRefused

LARGEST, LONGEST_LINE, MOST_LINES, HEAD = 32 << 20, 1 << 20, 200, 64 << 10
"""Bytes of a report, characters of a line, lines of one record, bytes that are looked at to know a file."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAVE_ANEW = "Export it again, or save it from the spreadsheet program as “CSV UTF-8”."


@dataclass(frozen=True)
class Text:
    """A file's lines without their ends. `whole` is false where the last line has no end: it may be cut off."""

    lines: tuple[str, ...]
    whole: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, which begins on `line` (from 1). `fault` says why it could not be taken apart."""

    line: int
    cells: tuple[str, ...]
    text: str
    fault: str = ""
    after_blank: bool = field(default=False, compare=False)

    @property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [c for c in self.cells if c.strip()]


def text_of(path: Path) -> Text:
    """The whole report. Raises ImportRefused where it is larger than a report, or no text."""
    name = path.name
    if path.is_dir():
        raise ImportRefused(name, "it is a folder", "Name the file.")
    if path.stat().st_size > LARGEST:
        raise ImportRefused(name, f"it has {path.stat().st_size >> 20:,} MB, and no report of a meeting has more than 32", SAVE_ANEW)
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(path)
    text = decoded(data, name)
    notes: tuple[str, ...] = ()
    if nuls := text.count("\0"):
        text, notes = text.replace("\0", ""), (f"{nuls:,} NUL character{'s' if nuls > 1 else ''} in it left out",)
    if not text.strip():
        raise ImportRefused(name, "the file is empty" if not text else "the file holds only blank lines", "Export it again.")
    return Text(*_lines(text), notes)


def head_of(path: Path) -> Text | None:
    """The first lines of a file, or None where it is no text."""
    if path.is_dir():
        return None
    state = path.stat()
    return _head(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _head(path: Path, changed: int, size: int) -> Text | None:
    """Every reader asks for the same lines, so they are kept for a moment."""
    with path.open("rb") as f:
        data = f.read(HEAD)
    if data[:2] == b"\x1f\x8b":
        with gzip.open(path, "rb") as packed:
            try:
                data = packed.read(HEAD)
            except (EOFError, gzip.BadGzipFile, zlib.error):
                return None
    if data.startswith((b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0")):
        return None
    try:
        text = decoded(data, path.name, cut=True).replace("\0", "")
    except ImportRefused:
        return None
    lines, whole = _lines(text)
    return Text(lines[:-1] if len(data) == HEAD and len(lines) > 1 else lines, whole)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as f:
            data = f.read(LARGEST + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ImportRefused(path.name, "the packed file is cut off or damaged", "Copy or export it again.") from None
    if len(data) > LARGEST:
        raise ImportRefused(path.name, "it unpacks to more than 32 MB, and no report of a meeting is as large", SAVE_ANEW)
    return data


def decoded(data: bytes, name: str, cut: bool = False) -> str:
    """Bytes as text: by their mark, else by where their zeros stand, else strict UTF-8. An unfinished character at the end is left out."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding, name, cut)
    return _decode(data, _wide(data[:HEAD]) or "utf-8", name, cut)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of a western text is 0."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 4 or max(even, odd) <= len(head) // 4 or min(even, odd) > len(head) // 20:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode(data: bytes, encoding: str, name: str, cut: bool) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("replace" if encoding != "utf-8" else "strict")
    try:
        text = decoder.decode(data, final=False)  # what is cut in the middle of a character loses that character only
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise ImportRefused(name, f"it is not UTF-8: line {line:,} has the byte 0x{data[e.start]:02x}", SAVE_ANEW) from None
    return text.lstrip("\ufeff")


def _lines(text: str) -> tuple[tuple[str, ...], bool]:
    lines = re.split(r"\r\n|\n|\r", text)
    whole = not lines[-1]
    return tuple(lines[:-1] if whole else lines), whole


def records(lines: Sequence[str], delimiter: str) -> list[Record]:
    """Every record that holds anything. A quote that is not closed costs its own line and nothing more."""
    csv.field_size_limit(2 * LONGEST_LINE)
    found, i, blank = [], 0, True
    while i < len(lines):
        if not lines[i].strip(" \t\ufeff" + delimiter):
            i, blank = i + 1, True
            continue
        one, taken = _record(lines, i, delimiter)
        found.append(Record(one.line, one.cells, one.text, one.fault, blank))
        i, blank = i + taken, False
    return found


def _record(lines: Sequence[str], i: int, delimiter: str) -> tuple[Record, int]:
    text = lines[i]
    if len(text) > LONGEST_LINE:
        return Record(i + 1, (text[:300],), text[:300], "the line is longer than 1 MB"), 1
    cells, open_ = _cells(text, delimiter)
    taken = 1
    while open_ and taken < MOST_LINES and i + taken < len(lines) and len(text) < LONGEST_LINE:
        text, taken = f"{text}\n{lines[i + taken]}", taken + 1
        if '"' in lines[i + taken - 1]:
            cells, open_ = _cells(text, delimiter)
    if cells is None:
        return Record(i + 1, tuple(lines[i].split(delimiter)), lines[i], "a quote is opened and not closed, or misplaced"), 1
    return Record(i + 1, tuple(cells), text), taken


def _cells(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """The cells, and whether a quote stays open."""
    if '"' not in text:
        return text.split(delimiter), False
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True)), False
    except (csv.Error, StopIteration) as e:
        return None, "unexpected end" in str(e)
