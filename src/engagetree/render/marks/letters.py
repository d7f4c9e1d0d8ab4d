"""How wide a text will be. The reader's font is unknown, so the guess is on the wide side: a label is never cut off."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

NARROW, BROAD = set("iljtfrI.,:;'|!()[] "), set("mwMW@%—QOGD")


@lru_cache(maxsize=4096)
def width(text: str, size: float = 13, bold: bool = False) -> float:
    """The width in pixels, a little more than most system fonts need."""
    return sum(_letter(c) for c in text) * size * (1.12 if bold else 1.0)


def wrap(text: str, room: float, size: float = 13, bold: bool = False) -> list[str]:
    """Lines that fit the room; a word that is too long by itself is broken."""
    lines: list[str] = []
    for word in text.split():
        last = f"{lines[-1]} {word}" if lines else word
        if lines and width(last, size, bold) <= room:
            lines[-1] = last
        else:
            lines += _broken(word, room, size, bold)
    return lines or [""]


def _broken(word: str, room: float, size: float, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _letter(c: str) -> float:
    if unicodedata.east_asian_width(c) in "WF":
        return 1.0
    return 0.36 if c in NARROW else 0.86 if c in BROAD else 0.72 if c.isupper() else 0.62
