"""Cutting time into periods: local to the programme, half-open, in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from engagetree.errors import EngagetreeError

LONGEST = 5000
"""More periods than anybody reads: beyond this a date is wrong (the year 1 or 9999), and saying so beats filling a disk."""


@dataclass(frozen=True)
class Period:
    """[starts, ends) in UTC. `key` is the local start, the name under which the period is kept; `ends` is cut at *as of*."""

    key: str
    starts: datetime
    ends: datetime


def calendar(period: str, zone: ZoneInfo, first: datetime, last: datetime, sessions: Iterable[datetime] = ()) -> tuple[Period, ...]:
    """Every period from the one that holds `first` to the one that holds the moment before `last`; the last one is cut at `last`.

    `sessions` are the ends of sessions, needed only for `period="session"`, where a period ends with each session.

    >>> from datetime import datetime, UTC
    >>> weeks = calendar("week", ZoneInfo("Europe/Madrid"), datetime(2025, 3, 26, tzinfo=UTC), datetime(2025, 4, 2, tzinfo=UTC))
    >>> [(w.key, str(w.ends)) for w in weeks]
    [('2025-03-24', '2025-03-30 22:00:00+00:00'), ('2025-03-31', '2025-04-02 00:00:00+00:00')]
    """
    if last <= first:
        return ()
    edges = sorted({first, *(s for s in sessions if first < s < last), last}) if period == "session" else _edges(period, zone, first, last)
    out = []
    for starts, ends in pairwise(edges):
        local = starts.astimezone(zone)
        key = local.strftime(("%Y-%m-%dT%H%M%S" if local.second else "%Y-%m-%dT%H%M") if period == "session" else "%Y-%m-%d")
        out.append(Period(key, starts, min(ends, last)))
        if len(out) > LONGEST:
            raise EngagetreeError(
                f"the time from {first:%Y-%m-%d} to {last:%Y-%m-%d}",
                f"it holds more than {LONGEST} periods of one {period}",
                "Check the dates of the items and events, or set `starts` and `ends` in the definition.",
            )
    return tuple(out)


def _edges(period: str, zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    edges = []
    for day in _starts(period, first.astimezone(zone).date()):
        edge = datetime.combine(day, time(), zone).astimezone(UTC)
        edges.append(edge)
        if edge >= last or len(edges) > LONGEST + 2:
            return edges
    return edges


def _starts(period: str, day: date) -> Iterator[date]:
    if period == "week":
        day -= timedelta(days=day.weekday())
    if period == "month":
        day = day.replace(day=1)
    while True:
        yield day
        if period == "month":
            day = (day.replace(day=28) + timedelta(days=7)).replace(day=1)
        else:
            day += timedelta(days=7 if period == "week" else 1)


def weeks_between(first: datetime, last: datetime) -> list[str]:
    """Mondays (UTC, ISO dates) of every week that [first, last) touches: the partitions of `events`.

    >>> from datetime import datetime, UTC
    >>> weeks_between(datetime(2025, 3, 30, 22, tzinfo=UTC), datetime(2025, 4, 7, tzinfo=UTC))
    ['2025-03-24', '2025-03-31']
    """
    day = first.astimezone(UTC).date()
    day -= timedelta(days=day.weekday())
    out: list[str] = []
    while datetime.combine(day, time(), UTC) < last and len(out) <= LONGEST:
        out.append(day.isoformat())
        day += timedelta(days=7)
    return out
