"""One quick pass over the bytes of a CSV file, before any parser: is it UTF-8, how many lines, is anything in it that needs care."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engagetree.errors import ImportRefused
from engagetree.ingest.text_file import ENCODING_HINT

LONGEST_LINE = 1 << 20
PIECE = 256 << 10
"""Bytes looked through at a time: few enough to be in the processor's cache at each of the looks."""
SPACE, DELETE = 32, 127


@dataclass(frozen=True)
class Survey:
    """`lines` are physical ones; `careful` says why the quick reader should not be trusted with the file, or is empty."""

    lines: int
    careful: str


def survey(path: Path, name: str) -> Survey:
    """Counts and checks. Raises ImportRefused where the file is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, returns, run, careful, last = 0, 0, 0, "", b""
    with path.open("rb") as f:
        for piece in iter(partial(f.read, PIECE), b""):
            if not piece.isascii() or decoder.getstate()[0]:
                _decode(decoder, piece, lines, name)
            ends, turns, odd = _signs(piece)
            lines, returns = lines + ends, returns + turns
            longest, run = _longest(piece, run)
            if longest > LONGEST_LINE:
                careful = "a line is longer than 1 MB"
            if odd and not careful:
                careful = "control characters"
            last = piece[-1:]
    _decode(decoder, b"", lines, name, final=True)
    if not lines and returns:
        lines = returns
    elif lines and returns not in (0, lines):
        careful = careful or "line ends of several kinds"
    return Survey(lines + (last not in (b"\n", b"\r")), careful)


def _signs(piece: bytes) -> tuple[int, int, int]:
    """(line feeds, carriage returns, other control characters but tabs) in a piece."""
    values = np.frombuffer(piece, np.uint8)
    low, ends = int(np.count_nonzero(values < SPACE)), int(np.count_nonzero(values == ord("\n")))
    turns, tabs = (piece.count(b"\r"), piece.count(b"\t")) if low != ends else (0, 0)
    return ends, turns, low - ends - turns - tabs + piece.count(DELETE)


def _decode(decoder: codecs.IncrementalDecoder, piece: bytes, before: int, name: str, final: bool = False) -> None:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError as e:
        line = before + piece[: e.start].count(b"\n") + 1
        raise ImportRefused(name, f"it is not UTF-8: line {line:,} has the byte 0x{e.object[e.start]:02x}", ENCODING_HINT) from None


def _longest(piece: bytes, run: int) -> tuple[int, int]:
    """The longest line that may be in this piece (0 if none can be too long), and the length of the unfinished one at its end."""
    end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
    if end < 0:
        return run + len(piece), run + len(piece)
    longest, start = 0, -run
    while start < end:  # hop from the last line end within each 1 MB: a hop that finds none is a line too long
        hop = max(piece.rfind(b"\n", max(start, 0), start + LONGEST_LINE + 1), piece.rfind(b"\r", max(start, 0), start + LONGEST_LINE + 1))
        if hop < 0:
            return LONGEST_LINE + 1, len(piece) - end - 1
        start = hop + 1
    return longest, len(piece) - end - 1
