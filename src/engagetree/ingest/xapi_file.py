"""A file of JSON values one after another, in bounded memory: JSON lines, an array, values one below another, or packed by gzip.

Values of an array are cut where one of them probably ends and the next begins; parsing decides whether that was right, because the text
between two ends is one value only if it parses as one. Where it does not, brackets are counted, and what cannot be saved costs its own
value and nothing more: reading goes on at the next probable begin.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, repeat
from operator import length_hint
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson
from orjson import loads

from engagetree.errors import ImportRefused
from engagetree.ingest.text_file import BOMS, ENCODING_HINT, STEEPEST, transcode

CHUNK = 64 << 10
"""Bytes that are read at a time: few enough that what is made of them is worked on before it leaves the processor's cache."""
LONGEST = 32 << 20
"""Bytes of one value; a longer one is refused."""
SHOWN = 2_000
HEAD = 256 << 10
ROOM = 64 << 20
"""Bytes that any packed file may unpack to, however small it is."""
BROKEN = 4 << 20
"""Bytes after which a value that has not ended is taken for a damaged one."""
NESTED = 4
"""Times that a value may hold what looks like the mark between two values."""
TRIED = 64
"""Values that are found by counting brackets before cutting is tried again."""

Row = tuple[int, bytes, Any, str]
"""(line, the value's text, the value, why there is none or '')."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some values of a file. Of JSON lines their text is known before they are parsed: `whole`, all lines, and `texts`, each of them."""

    rows: Iterator[Row]
    first: int = 0
    whole: bytes = b""
    texts: tuple[bytes, ...] = ()

    @property
    def keys(self) -> int:
        """How often something that looks like a key stands in all of the lines."""
        text = np.frombuffer(self.whole, np.uint8)
        return int(np.count_nonzero((text[:-1] == ord('"')) & (text[1:] == ord(":"))))


ANSWER = re.compile(rb'\s*\{\s*(?:"more"\s*:\s*"[^"]*"\s*,\s*)?"statements"\s*:\s*(?=\[)')
"""How the answer of a record store begins that holds an array of statements."""
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]|"', re.S)
BEGIN = re.compile(rb'\{\s*"[^"\\]{1,200}"\s*:')


@contextmanager
def opened(path: Path, scratch: Path | None = None) -> Iterator[IO[bytes]]:
    """The file's bytes as UTF-8, unpacked while reading. Raises ImportRefused for what cannot be unpacked."""
    with path.open("rb") as f:
        head = f.read(4)
    name = path.name
    if any(head.startswith(bom) and "8" not in encoding for bom, encoding in BOMS):
        if scratch is None:
            raise ImportRefused(name, "it is UTF-16 or UTF-32", ENCODING_HINT)
        encoding = next(e for bom, e in BOMS if head.startswith(bom))
        path = transcode(path, encoding, scratch, name)
    try:
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path, "rb") as packed:
                yield _Guarded(packed, path.stat().st_size, name)  # type: ignore[misc]
        else:
            with path.open("rb") as plain:
                yield plain
    except EOFError:
        raise ImportRefused(name, "the packed file is cut off", "Copy or export it again.") from None
    except (gzip.BadGzipFile, zlib.error) as e:
        raise ImportRefused(name, f"the packed file is damaged ({e})", "Copy or export it again.") from None


class _Guarded:
    """A stream that is unpacked, and refused where it grows out of all proportion."""

    def __init__(self, stream: gzip.GzipFile, packed: int, name: str) -> None:
        self._stream, self._packed, self._name, self._taken = stream, packed, name, 0

    def read(self, n: int) -> bytes:
        piece = self._stream.read(n)
        self._taken += len(piece)
        if self._taken > max(ROOM, STEEPEST * self._packed):
            told = f"it unpacks to more than {self._taken >> 20} MB"
            raise ImportRefused(self._name, told, f"At most {STEEPEST} times its size: import it unpacked.")
        return piece


def head_of(path: Path) -> bytes:
    """The first bytes of a file, unpacked; empty where they cannot be had."""
    try:
        with opened(path) as f:
            return f.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    except (ImportRefused, OSError):
        return b""


def values(stream: IO[bytes]) -> Iterator[Row]:
    """The values of a stream, each parsed when it is asked for: what is not kept makes room for the next.

    `line` is the line in a file of JSON lines, elsewhere which value it is, from 1.
    """
    return chain.from_iterable(part.rows for part in parts(stream))


def parts(stream: IO[bytes]) -> Iterator[Part]:
    """The same some at a time. The rows of each part are to be read before the next is asked for, or not at all."""
    head = stream.read(HEAD).removeprefix(b"\xef\xbb\xbf")
    return _lines(stream, head) if _by_lines(head) else iter((Part(_elements(stream, head)),))


def _by_lines(head: bytes) -> bool:
    """Whether some line is one JSON object by itself and no array is open around it."""
    text = head.lstrip()
    if text.startswith(b"[") or ANSWER.match(text):
        return False
    lines = [line for line in text.split(b"\n")[:50] if line.strip()]
    return any(line.lstrip().startswith(b"{") and not _parsed(line)[1] for line in lines)


def _parsed(text: bytes) -> tuple[Any, str]:
    """(the value, why there is none)."""
    try:
        return loads(text), ""
    except orjson.JSONDecodeError as e:
        return None, _said(e)


def _said(e: orjson.JSONDecodeError) -> str:
    return str(e).split(": line", 1)[0]


# ---- lines


def _lines(stream: IO[bytes], piece: bytes) -> Iterator[Part]:
    line, held = 1, [b""]
    while piece:
        end = piece.rfind(b"\n")
        if end >= 0:
            whole = b"".join((*held, piece[:end]))
            texts = tuple(whole.split(b"\n"))
            yield Part(_parsed_lines(line, texts), line, whole, texts)
            line, held = line + len(texts), [piece[end + 1 :]]
        else:
            held.append(piece)
        piece = b""
        if sum(map(len, held)) > LONGEST:
            fault = f"longer than {LONGEST >> 20} MB"
            yield Part(iter([(line, b"".join(held)[:SHOWN], None, fault)]))
            line, held, piece = line + 1, [b""], _next_line(stream)
        piece = piece or stream.read(CHUNK)
    if (rest := b"".join(held)).strip():
        yield Part(iter([(line, rest, *_parsed(rest))]))


def _parsed_lines(line: int, texts: tuple[bytes, ...]) -> Iterator[Row]:
    at, left = 0, iter(texts)
    parsed = map(loads, texts)
    while at < len(texts):
        try:
            yield from zip(count(line + at), left, parsed, repeat(""))
            at = len(texts)
        except orjson.JSONDecodeError as e:
            at = len(texts) - length_hint(left)
            if texts[at - 1].strip():
                yield line + at - 1, texts[at - 1], None, _said(e)


def _next_line(stream: IO[bytes]) -> bytes:
    """What follows the end of a line that is too long; the end is looked for without keeping anything."""
    while piece := stream.read(CHUNK):
        _, end, after = piece.partition(b"\n")
        if end:
            return after
    return b""


# ---- values one after another


def _elements(stream: IO[bytes], head: bytes) -> Iterator[Row]:
    found = ANSWER.match(head)
    cut = _Cut(head[found.end() + 1 :] if found else head, stop=found is not None)
    n, more = 0, b"-"
    while more and not cut.stopped:
        more = stream.read(max(CHUNK, len(cut.rest)))  # twice what did not hold a whole value: each byte is looked at a few times only
        cut.rest += more
        for row in cut.whole(last=not more):
            n += 1
            yield (n, *row)
        if len(cut.rest) > LONGEST:
            n += 1
            yield n, cut.rest[:SHOWN], None, f"longer than {LONGEST >> 20} MB, or it has no end"
            cut.rest = _next_begin(stream, cut.mark)


def _next_begin(stream: IO[bytes], mark: bytes) -> bytes:
    """What follows the next probable begin of a value; nothing of the one before it is kept."""
    tail = b""
    while more := stream.read(CHUNK):
        tail += more
        at = tail.find(mark) if mark else -1
        if at >= 0:
            return tail[at + 1 :]
        tail = tail[-len(mark) :] if mark else b""
    return b""


Found = tuple[bytes, Any, str]
"""(text, value, why there is none)."""


class _Cut:
    """What is left of a text of values, and how it is cut.

    `mark` is what stands between two of them, from `}` to the first key of the next.
    """

    def __init__(self, rest: bytes, stop: bool) -> None:
        self.rest, self.mark, self.begin, self.stopped = rest, b"", b"", False
        self._gap = re.compile(rb"[\s,\[]*" if stop else rb"[\s,\[\]]*")
        self._stop = stop
        self._skip()
        if first := BEGIN.match(self.rest):
            found = re.search(rb"\}(\s*,?\s*)" + re.escape(first.group()), self.rest)
            self.begin, self.mark = (first.group(), found.group()) if found else (b"", b"")

    def whole(self, last: bool) -> Iterator[Found]:
        """Takes the whole values off the start."""
        done = False
        while not done:
            yield from self._quick()
            rows, done = self._slow(last)
            yield from rows

    def _quick(self) -> Iterator[Found]:
        """Values as cut at the mark, as far as each parses."""
        self._skip()
        if not self.mark or not self.rest.startswith(b"{"):
            return
        parts, first, begin = self.rest.split(self.mark), 0, b""
        for i in range(len(parts) - 1):
            text = begin + (parts[i] if first == i else self.mark.join(parts[first : i + 1])) + b"}"
            try:
                value = loads(text)
            except orjson.JSONDecodeError:
                if i - first >= NESTED:  # the mark also stands inside of values, or this one is damaged
                    break
                continue
            yield text, value, ""
            first, begin = i + 1, self.begin
        self.rest = begin + self.mark.join(parts[first:])

    def _skip(self) -> None:
        gap = self._gap.match(self.rest)
        if gap and gap.end():
            self.rest = self.rest[gap.end() :]

    def _slow(self, last: bool) -> tuple[list[Found], bool]:
        """Some values found by counting brackets; whether there is nothing more to be found in what is left."""
        rows: list[Found] = []
        text, at = self.rest, 0
        done = True
        for _ in range(TRIED):
            gap = self._gap.match(text, at)
            start = gap.end() if gap else at
            if start >= len(text) or (self._stop and text.startswith(b"]", start)):
                self.stopped = start < len(text)
                at = start
                break
            end = _end(text, start) if text.startswith(b"{", start) else 0
            if not end and not last and len(text) - start < BROKEN:
                at = start
                break
            value, fault = _parsed(text[start:end]) if end else (None, "it has no end, or no begin")
            if fault and (cut := text.find(self.mark, start) if self.mark else -1) >= 0:
                end = min(cut + 1, end or len(text))
            elif not end and not last:
                at = start
                break
            end = end or len(text)
            rows.append((text[start:end], value, fault))
            if not fault and rows[-2:-1] and not rows[-2][2]:
                self._learn(text[at:start], text[start:end])
            at = end
        else:
            done = False
        self.rest = text[at:]
        return rows, done

    def _learn(self, gap: bytes, value: bytes) -> None:
        """What stood between two values stands between the others, too."""
        begin = BEGIN.match(value)
        if begin and len(gap) <= 100:
            self.begin, self.mark = begin.group(), b"}" + gap + begin.group()


def _end(text: bytes, start: int) -> int:
    """Where the object that begins at `start` ends; 0 where it does not."""
    depth = 0
    for token in TOKEN.finditer(text, start):
        what = token.group()
        if what in b"{[":
            depth += 1
        elif what in b"}]":
            depth -= 1
            if not depth:
                return token.end()
        elif what == b'"':
            return 0
    return 0
