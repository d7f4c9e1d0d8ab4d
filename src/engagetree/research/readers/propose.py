"""A column map proposed for a header that nobody recognised: to be looked at, mended, and given with --map."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from engagetree.research.readers.shape import REQUIRED, SCHEMAS, kinds, plain, recognise

ALSO: dict[str, tuple[str, ...]] = {
    "title": ("name", "event", "event name", "event title", "name of event", "activity title", "name of activity", "activity name"),
    "activity": ("id", "event id", "activity id", "reference", "record id", "outcome id"),
    "starts_on": ("date", "event date", "start date", "date of event", "start", "from"),
    "ends_on": ("end date", "last day", "end", "to"),
    "type": ("kind", "event type", "activity type", "type of activity", "format", "form", "kind of event"),
    "audiences": ("audience", "primary audience", "target audience"),
    "size": ("attendees", "attendance", "number of attendees", "number reached", "audience size", "participants", "people", "headcount"),
    "registered": ("registrations", "sign ups", "bookings", "booked"),
    "department": ("school", "faculty", "unit", "division"),
    "venue": ("location", "where", "place of event"),
    "place": ("geographic reach", "reach", "geographical reach"),
    "staff_days": ("staff time", "academic staff time", "staff time days", "academic staff time days"),
    "count_method": ("how counted", "method of counting", "counting method"),
    "person": ("participant", "person id", "attendee", "attendee id", "email", "name of person"),
    "on": ("date", "day", "attended on"),
    "name": ("organisation", "organization", "partner name", "board name"),
    "sector": ("organisation type", "type of organisation"),
    "answer": ("response", "value"),
    "characteristic": ("question", "variable"),
    "provider_id": ("ukprn",),
    "provider_name": ("provider", "he provider", "institution"),
}
"""Names that people give to columns."""


def proposal(header: Sequence[str], registers: Sequence[str] = ()) -> str:
    """What to do about a header: a map to begin with, as far as the names can be guessed."""
    register = _likeliest(header, registers)
    if register is None:
        return f"Say which register it is with --as and name its columns in a map. Registers: {', '.join(SCHEMAS)}."
    pairs = guessed(header, register)
    lines = [f"register: {register}", "columns:"]
    lines += [f"  {ours}: {_quoted(theirs)}" for ours, theirs in pairs.items()]
    lines += [f"  {c}: …    # needed" for c in REQUIRED[register] if c not in pairs]
    rest = [h for h in header if h not in pairs.values()]
    lines += [f"skip: [{', '.join(_quoted(h) for h in rest[:20])}]"] if rest else []
    return "Put this into a file, mend it, and import with --map:\n\n" + "\n".join(f"  {line}" for line in lines) + "\n"


def guessed(header: Sequence[str], register: str) -> dict[str, str]:
    """Our column → the header that it may be.

    >>> guessed(["Event name", "Date", "Attendees"], "activities")
    {'title': 'Event name', 'starts_on': 'Date', 'size': 'Attendees'}
    """
    found: dict[str, str] = {}
    left = {plain(h): h for h in reversed(list(header))}
    names = [*kinds(register), *(["ends_on"] if "until" in kinds(register) else [])]
    for how in (_same, _also, _near):
        for ours in names:
            if ours not in found and (hit := how(ours, left)):
                found[ours] = left.pop(hit)
    return {ours: found[ours] for ours in names if ours in found}


def _same(ours: str, left: dict[str, str]) -> str:
    return ours if ours in left else ""


def _also(ours: str, left: dict[str, str]) -> str:
    return next((plain(a) for a in ALSO.get(ours, ()) if plain(a) in left), "")


def _near(ours: str, left: dict[str, str]) -> str:
    return next(iter(difflib.get_close_matches(ours, left, 1, 0.8)), "")


def _likeliest(header: Sequence[str], registers: Sequence[str]) -> str | None:
    candidates = list(registers) or recognise(header) or list(SCHEMAS)
    fit = {r: len(guessed(header, r)) + sum(c in guessed(header, r) for c in REQUIRED[r]) for r in candidates}
    best = max(fit, key=lambda r: fit[r])
    return best if fit[best] >= 2 else None


def _quoted(header: str) -> str:
    return header if re.fullmatch(r"[A-Za-z][A-Za-z0-9 _/()-]*", header) else '"' + header.replace("\\", "\\\\").replace('"', '\\"') + '"'
