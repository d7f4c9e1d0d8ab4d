"""Times from text and from typed columns, as SQL expressions. Never guessed: ISO 8601, or the format that the map gives."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo, available_timezones

from engagetree.engine import literal, literals
from engagetree.errors import EngagetreeError, near

EARLIEST, LATEST = "1970-01-05", "2100-01-04"
"""Mondays between which a time must lie, [earliest, latest)."""

ORDERED = {"day": "%d{0}%m{0}%Y", "month": "%m{0}%d{0}%Y", "year": "%Y{0}%m{0}%d"}
"""How dates of numbers are written, by what comes first."""


def in_order(order: str) -> tuple[str, ...]:
    """The formats of times whose dates begin with the day, the month or the year.

    >>> in_order("day")[:3]
    ('%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y')
    """
    dates = [ORDERED[order].format(mark) for mark in "/.-"]
    return tuple(f"{one}{clock}" for one in dates for clock in (" %H:%M:%S", " %H:%M", ""))


UNAMBIGUOUS = ("unix", "unix_ms")


def check_zone(zone: str, where: str) -> str:
    """The zone, if it is one; names near ones otherwise."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise EngagetreeError(
            where, f"“{zone}” is no time zone", near(zone, available_timezones()) or "Use one like Europe/Madrid."
        ) from None
    return zone


def in_zone(local: str, zone: str | None) -> str:
    """A local TIMESTAMP expression as UTC."""
    return f"timezone({literal(zone or 'UTC')}, {local})"


def carries_zone(text: str) -> str:
    """Whether an ISO text says its zone: `Z`, an offset or a zone's name after the time of day."""
    return f"regexp_matches(substr({text}, 12), '[-+A-Za-z]')"


def is_iso(text: str) -> str:
    """Whether a text starts like an ISO date; the cast decides the rest."""
    return f"({text} LIKE '____-%' AND left({text}, 1) BETWEEN '0' AND '9')"


def iso(text: str, zone: str | None) -> str:
    """An ISO text as TIMESTAMPTZ, null where it is none."""
    if zone == "UTC":
        return f"CASE WHEN {is_iso(text)} THEN TRY_CAST({text} AS TIMESTAMPTZ) END"
    local = in_zone(f"TRY_CAST({text} AS TIMESTAMP)", zone)
    utc = f"(strlen({text}) > 11 AND suffix({text}, 'Z'))"  # mostly so, and told much quicker
    zoned = f"{utc} OR {carries_zone(text)}"
    return f"CASE WHEN NOT {is_iso(text)} THEN NULL WHEN {zoned} THEN TRY_CAST({text} AS TIMESTAMPTZ) ELSE {local} END"


def formatted(text: str, formats: Sequence[str], zone: str | None) -> str:
    """A text in one of the formats as TIMESTAMPTZ; `unix` and `unix_ms` count seconds or milliseconds since 1970."""
    options = []
    for one in formats:
        if one in UNAMBIGUOUS:
            factor = 1_000_000 if one == "unix" else 1_000
            options.append(f"make_timestamptz(TRY_CAST(TRY_CAST({text} AS DECIMAL(38, 9)) * {factor} AS BIGINT))")
        elif "%z" in one or "%Z" in one:
            options.append(f"try_strptime({text}, {literal(one)})")
        else:
            options.append(in_zone(f"try_strptime({text}, {literal(one)})", zone))
    return f"coalesce({', '.join([*options, iso(text, zone)])})"


def needs_zone(text: str, formats: Sequence[str]) -> str:
    """Whether this text, though a time, leaves its zone open."""
    local = [f for f in formats if f not in UNAMBIGUOUS and "%z" not in f and "%Z" not in f]
    by_format = f"try_strptime({text}, {literals(local)}) IS NOT NULL" if local else "FALSE"
    return f"({is_iso(text)} AND NOT {carries_zone(text)} AND TRY_CAST({text} AS TIMESTAMP) IS NOT NULL) OR {by_format}"


def typed(cell: str, kind: str, zone: str | None) -> str | None:
    """A typed column as TIMESTAMPTZ, or None where the type is no time."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return cell
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return in_zone(f"{cell}::TIMESTAMP", zone)
    return None
