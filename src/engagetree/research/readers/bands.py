"""Bands of sizes, “51-100” and “501+”: their ends as numbers, both inclusive; an open end stays open."""

from __future__ import annotations

import re

NUMBER = r"[0-9][0-9, ]*"
CLOSED = re.compile(rf"^\s*({NUMBER})\s*(?:-|–|—|−|to|bis)\s*({NUMBER})\s*$", re.I)
OPEN = re.compile(rf"^\s*(?:({NUMBER})\s*(?:\+|and over|and more|or more|or over|plus)|(?:≥|>=|at least|from)\s*({NUMBER}))\s*$", re.I)
OVER = re.compile(rf"^\s*(?:>|over|more than|above)\s*({NUMBER})\s*$", re.I)
UNDER = re.compile(rf"^\s*(?:<|under|fewer than|less than|below)\s*({NUMBER})\s*$", re.I)
UP_TO = re.compile(rf"^\s*(?:≤|<=|up to|at most)\s*({NUMBER})\s*$", re.I)


def band(text: str) -> tuple[float, float | None] | None:
    """(low, high) of a band, high None where it is open-ended; None for a text that is no band.

    >>> band("51-100"), band("501+"), band("over 500"), band("under 10"), band("about fifty")
    ((51.0, 100.0), (501.0, None), (501.0, None), (0.0, 9.0), None)
    """
    if m := CLOSED.match(text):
        low, high = _number(m[1]), _number(m[2])
        return (low, high) if low <= high else None
    if m := OPEN.match(text):
        return _number(m[1] or m[2]), None
    if m := OVER.match(text):
        return _number(m[1]) + 1, None
    if m := UNDER.match(text):
        return 0.0, max(0.0, _number(m[1]) - 1)
    if m := UP_TO.match(text):
        return 0.0, _number(m[1])
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "").replace(" ", ""))
