"""Lengths of time as tools write them in many languages, and as spreadsheet programs keep them."""

from __future__ import annotations

import re
from datetime import timedelta

from engagetree.ingest.meeting_tables import Row
from engagetree.ingest.meeting_when import plain

LONGEST = timedelta(days=2)
"""A stay that lasts longer is no stay."""

LENGTH = re.compile(
    r"(?P<n>\d{1,7}(?:[.,]\d+)?)\s*(?P<unit>h(?:ou)?rs?|h(?:eure|ora)s?|ore|godz|std|stunden?|uur|u|h|min(?:ute|uto|uti|uten|uut)?[ns]?|m"
    r"|sec(?:ond)?(?:e|o|i|a)?s?|seg(?:undo)?s?|sek(?:unden?)?|s)\b\.?,?\s*"
)
CLOCKED = re.compile(r"(?P<h>\d{1,3}):(?P<m>\d{2})(?::(?P<s>\d{2}))?")


PART_OF_A_DAY = re.compile(r"-?0?[.,]\d{3,16}")
"""A length of time as a spreadsheet program keeps it: 0.020833 is half an hour. No tool writes minutes like that."""


def seconds_of(cell: str, unit: float = 60.0) -> float | None:
    """A length of time in seconds, or None where it is none; a bare number counts `unit` seconds each.

    >>> [seconds_of(t) for t in ("1h 1m 55s", "59 Min. 0 Sek.", "1 hr 2 min", "128", "00:05:23", "2 godz. 3 min 4 sek.", "--", "-178")]
    [3715.0, 3540.0, 3720.0, 7680.0, 323.0, 7384.0, None, -10680.0]
    """
    text = plain(cell)
    if len(text) > 60:
        return None
    if PART_OF_A_DAY.fullmatch(text):
        return float(round(float(text.replace(",", ".")) * 86_400))
    if re.fullmatch(r"-?\d{1,7}(?:[.,]\d+)?", text):
        return float(text.replace(",", ".")) * unit
    if m := CLOCKED.fullmatch(text):
        return float(int(m["h"]) * 3600 + int(m["m"]) * 60 + int(m["s"] or 0))
    total, at = 0.0, 0
    while at < len(text) and (m := LENGTH.match(text, at)):
        total, at = total + float(m["n"].replace(",", ".")) * _unit(m["unit"]), m.end()
    return total if text and at == len(text) else None


def _unit(word: str) -> int:
    if word.startswith(("h", "o", "g", "st", "u")):
        return 3600
    return 60 if word.startswith("m") else 1


def length(row: Row, name: str, unit: float = 60.0) -> float | None:
    """The seconds that a field says; None where it says none, a negative number, or more than a session can last."""
    found = seconds_of(row[name], unit) if row[name] else None
    return found if found is not None and 0 <= found <= LONGEST.total_seconds() else None
