"""The text of a meeting report, taken apart record by record: any encoding and any line ends, or the sheet of a workbook.

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
from engagetree.ingest import meeting_encoding
from engagetree.ingest.formats import form
from engagetree.ingest.workbook import report_lines

LARGEST, LONGEST_LINE, MOST_LINES, HEAD = 32 << 20, 1 << 20, 200, 64 << 10
"""Bytes of a report, characters of a line, lines of one record, bytes that are looked at to know a file."""

LARGEST_BOOK = 4 << 20
"""Bytes of a workbook: packed, no report has more."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SEPARATOR = re.compile(r"^\"?sep=.\"?[,;\t]*$", re.I)
"""The first line that tells Excel the delimiter: it is none of the report."""
SAVE_ANEW = "Export it again, or save it from the spreadsheet program as “CSV UTF-8”."


@dataclass(frozen=True)
class Text:
    """A file's lines without their ends. `whole` is false where the last line has no end: it may be cut off.

    `typed` where it is a workbook, in which a spreadsheet program may have turned times into its own.
    """

    lines: tuple[str, ...]
    whole: bool
    notes: tuple[str, ...] = ()
    typed: bool = False


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


def text_of(path: Path, encoding: str | None = None) -> Text:
    """The whole report, in the encoding that was answered. Raises ImportRefused where it is larger than a report, or no text."""
    name = path.name
    if path.is_dir():
        raise ImportRefused(name, "it is a folder", "Name the file.")
    if is_book(path):
        return _book_of(path)
    if path.stat().st_size > LARGEST:
        raise ImportRefused(name, f"it has {path.stat().st_size >> 20:,} MB, and no report of a meeting has more than 32", SAVE_ANEW)
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(path)
    text, notes = decoded(data, name, encoding)
    if nuls := text.count("\0"):
        text, notes = text.replace("\0", ""), (*notes, f"{nuls:,} NUL character{'s' if nuls > 1 else ''} in it left out")
    if not text.strip():
        raise ImportRefused(name, "the file is empty" if not text else "the file holds only blank lines", "Export it again.")
    return Text(*_lines(text), notes)


def is_book(path: Path) -> bool:
    """Whether a file is a workbook."""
    with path.open("rb") as f:
        packed = f.read(4) == b"PK\x03\x04"
    return packed and form(path) == "xlsx"


def _book_of(path: Path) -> Text:
    state = path.stat()
    if state.st_size > LARGEST_BOOK:
        raise ImportRefused(
            path.name, f"the workbook has {state.st_size >> 20:,} MB, and no report of a meeting has more than 4", SAVE_ANEW
        )
    return _book(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _book(path: Path, changed: int, size: int) -> Text:
    """Every reader asks for the same sheet, so it is kept for a moment."""
    lines, notes = report_lines(path, path.name)
    return Text(lines, True, notes, typed=True)


def head_of(path: Path) -> Text | None:
    """The first lines of a file or of its first sheet, or None where it is neither."""
    if path.is_dir():
        return None
    try:
        if is_book(path):
            return _book_of(path)
    except ImportRefused:
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
    text = _headed(data).replace("\0", "")
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


def decoded(data: bytes, name: str, encoding: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Bytes as text, with what to say of it: by their mark, by the encoding that was answered, by where their zeros stand, as UTF-8.

    What is none of these is decided by its letters, or asked. An unfinished character at the end is left out.
    """
    for mark, marked in MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], marked, name), ()
    if encoding:
        return meeting_encoding.named(data, encoding, name).lstrip("\ufeff"), ()
    if wide := _wide(data[:HEAD]):
        return _decode(data, wide, name), ()
    try:
        return _utf8(data), ()
    except UnicodeDecodeError:
        text, note = meeting_encoding.decided(data, name)
        return text, (note,)


def _headed(data: bytes) -> str:
    """The first bytes as text, only for knowing a report: what is no Unicode is read as if it were western."""
    for mark, marked in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    if wide := _wide(data):
        return data.decode(wide, "replace")
    try:
        return _utf8(data)
    except UnicodeDecodeError:
        return data.decode(meeting_encoding.WESTERN, "replace")


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of a western text is 0."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 4 or max(even, odd) <= len(head) // 4 or min(even, odd) > len(head) // 20:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _utf8(data: bytes) -> str:
    """Strictly; what is cut in the middle of a character loses that character only."""
    return codecs.getincrementaldecoder("utf-8")("strict").decode(data, final=False).lstrip("\ufeff")


def _decode(data: bytes, encoding: str, name: str) -> str:
    """After a mark, or where zeros tell the encoding."""
    if encoding != "utf-8":
        return codecs.getincrementaldecoder(encoding)("replace").decode(data, final=False).lstrip("\ufeff")
    try:
        return _utf8(data)
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise ImportRefused(name, f"it is not UTF-8: line {line:,} has the byte 0x{data[e.start]:02x}", SAVE_ANEW) from None


def _lines(text: str) -> tuple[tuple[str, ...], bool]:
    lines = re.split(r"\r\n|\n|\r", text)
    if SEPARATOR.match(lines[0]):
        lines[0] = ""  # blank, so that lines keep their numbers
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


FEW = 2_000
"""Lines of a text that is taken apart once for all readers that are asked whether they know it."""
_remembered = lru_cache(maxsize=6)(records)


def taken_apart(lines: Sequence[str], delimiter: str) -> list[Record]:
    """The same; those of a short text are kept for a moment, because every reader asks for them. They are not to be changed."""
    return _remembered(tuple(lines), delimiter) if len(lines) <= FEW else records(lines, delimiter)


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
