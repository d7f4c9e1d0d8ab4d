"""Checks on a workbook before any parser sees it, in one pass over the zip: sizes as said and as counted, no document type, no far cell."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from engagetree.errors import ImportRefused

MOST_PARTS, MOST_BYTES, STEEPEST, MOST_COLUMNS = 2_000, 300 << 20, 120, 512
SMALL = 1 << 20
"""Parts below this may be packed as tightly as they like."""

FAR = re.compile(rb"""\sr\s*=\s*["']((?:[A-Z]{3,}|S[S-Z]|[T-Z][A-Z])[0-9]+)""")
"""A cell beyond column 512, which is SR."""
FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)")
SAVE_ANEW = "Open it in a spreadsheet program and save it anew, or export it as CSV."


def guard(path: Path, name: str) -> None:
    """Raises ImportRefused for a workbook that could harm the process that reads it."""
    try:
        with zipfile.ZipFile(path) as z:
            _sizes(z, name)
            read = 0
            for info in z.infolist():
                read += _part(z, info, MOST_BYTES - read, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as e:
        raise ImportRefused(name, f"the workbook is cut off or damaged ({e})", "Copy or export it again.") from None


def _sizes(z: zipfile.ZipFile, name: str) -> None:
    infos = z.infolist()
    if len(infos) > MOST_PARTS:
        raise ImportRefused(name, f"the workbook has {len(infos):,} parts, at most {MOST_PARTS:,}", SAVE_ANEW)
    total = sum(i.file_size for i in infos)
    if total > MOST_BYTES:
        raise ImportRefused(name, f"the workbook unpacks to {total >> 20} MB, at most {MOST_BYTES >> 20} MB", "Export it as CSV.")
    for info in infos:
        if info.flag_bits & 1:
            raise ImportRefused(name, "the workbook is encrypted", "Save it without a password.")
        if info.file_size > SMALL and info.file_size > STEEPEST * max(1, info.compress_size):
            ratio = info.file_size // max(1, info.compress_size)
            raise ImportRefused(name, f"the part {info.filename} is packed {ratio:,} to 1, at most {STEEPEST} to 1", SAVE_ANEW)


def _part(z: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, name: str) -> int:
    """Reads a part through; returns its bytes."""
    read, tail = 0, b""
    xml = info.filename.lower().endswith((".xml", ".rels", ".vml"))
    with z.open(info) as f:
        while piece := f.read(1 << 20):
            if xml and not read and b"\0" in piece[:200]:
                raise ImportRefused(name, f"the part {info.filename} is not UTF-8", SAVE_ANEW)
            read += len(piece)
            if read > left or (read > SMALL and read > STEEPEST * max(1, info.compress_size)):
                raise ImportRefused(name, f"the part {info.filename} unpacks to more than it says", SAVE_ANEW)
            if xml:
                _xml(tail + piece, info.filename, name)
                tail = piece[-64:]
    return read


def _xml(text: bytes, part: str, name: str) -> None:
    if FORBIDDEN.search(text):
        raise ImportRefused(name, f"the part {part} declares a document type", SAVE_ANEW)
    if found := FAR.search(text):
        raise ImportRefused(
            name, f"there is a cell at {found[1].decode()}, at most {MOST_COLUMNS} columns", "Delete what stands far right."
        )
