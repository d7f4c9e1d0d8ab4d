"""Getting a text file ready: unpacked within limits, its encoding known, as one UTF-8 file on disk."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engagetree.errors import ImportRefused
from engagetree.ingest.opened import fresh

LARGEST, STEEPEST = 2 << 30, 200
"""Bytes that a packed file may unpack to, and how many times its own size."""
CHUNK = 4 << 20
HEAD = 64 << 10

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODING_HINT = "Save it as UTF-8, or name its encoding in a column map: `encoding: cp1252` (Windows), latin-1 or utf-16."


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in pieces of 4 MB."""
    while piece := stream.read(CHUNK):
        yield piece


def ready(path: Path, encoding: str | None, scratch: Path, name: str) -> Path:
    """`path` itself if it is UTF-8 text already, otherwise a UTF-8 copy in `scratch`. Raises ImportRefused."""
    with path.open("rb") as f:
        packed = f.read(2) == b"\x1f\x8b"
    source = gunzip(path, scratch, name) if packed else path
    with source.open("rb") as f:
        head = f.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ImportRefused(name, "the file is empty" if not head else "the file holds only blank lines", "Export it again.")
    chosen = next((e for bom, e in BOMS if head.startswith(bom)), encoding or "utf-8")
    if codecs.lookup(chosen).name in ("utf-8", "utf-8-sig", "ascii"):
        if _wide(head):
            raise ImportRefused(name, "the file looks like UTF-16 without a mark", "Name it in a column map: `encoding: utf-16-le`.")
        return source
    return transcode(source, chosen, scratch, name)


def _wide(head: bytes) -> bool:
    """Whether every other byte tends to be 0, as in UTF-16 of a western language."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) // 4 and min(even, odd) <= len(head) // 20


def gunzip(path: Path, scratch: Path, name: str) -> Path:
    """The file unpacked into `scratch`, counted while unpacking."""
    target, packed, written = scratch / f"{fresh('unpacked')}.csv", path.stat().st_size, 0
    try:
        with gzip.open(path, "rb") as f, target.open("wb") as out:
            for piece in chunks(f):  # type: ignore[arg-type]
                written += len(piece)
                if written > LARGEST or written > STEEPEST * max(packed, 64 << 10):
                    raise ImportRefused(
                        name, f"it unpacks to more than {written >> 20} MB", "At most 2 GB and 200 times its size: import it unpacked."
                    )
                out.write(piece)
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        cut = isinstance(e, EOFError)
        raise ImportRefused(
            name, "the packed file is cut off" if cut else f"the packed file is damaged ({e})", "Copy or export it again."
        ) from None
    return target


def transcode(path: Path, encoding: str, scratch: Path, name: str) -> Path:
    """A UTF-8 copy in `scratch`."""
    target = scratch / f"{fresh('utf8')}.csv"
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as f, target.open("wb") as out:
            for piece in chunks(f):
                out.write(decoder.decode(piece).encode())
            out.write(decoder.decode(b"", final=True).encode())
    except UnicodeError as e:
        raise ImportRefused(name, f"it is not {encoding} ({getattr(e, 'reason', e)})", ENCODING_HINT) from None
    return target
