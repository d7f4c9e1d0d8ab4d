"""The stretch of time that a metric looks at: whole local days, counted back from the end of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engagetree.render.words import day as named
from engagetree.render.words import plural
from engagetree.scoring.calendar import Period

DAY = timedelta(days=1)
LONG = 86_400_000_000
"""Microseconds of a day without a change of the clocks."""
LENGTHS = {"7_days": 7, "28_days": 28}


@dataclass(frozen=True)
class Window:
    """[since, until) in UTC, and its days in the programme's zone."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def days(self) -> list[tuple[date, datetime, datetime]]:
        """Every local day that it touches, with its instants; the first and the last cut at the window's ends."""
        out, on = [], self.since.astimezone(self.zone).date()
        while midnight(on, self.zone) < self.until:
            out.append((on, max(self.since, midnight(on, self.zone)), min(self.until, midnight(on + DAY, self.zone))))
            on += DAY
        return out

    def number(self, at: str) -> str:
        """SQL for the number of the local day (0 the first) that an instant in the window lies in.

        Between two changes of the clocks every day has 24 hours: a division for each stretch of such days is enough.
        """
        starts = [micros(midnight(on, self.zone)) for on, _, _ in self.days]
        cuts = [0, *(i for i in range(1, len(starts)) if starts[i] - starts[i - 1] != LONG)]
        cuts += [i - 1 for i in cuts[1:]]  # the day of the change is a stretch of its own
        pieces, instant = [], f"epoch_us({at})"
        for i in sorted(set(cuts), reverse=True):
            pieces.append(f"WHEN {instant} >= {starts[i]} THEN {i} + ({instant} - {starts[i]}) // {LONG}")
        return f"(CASE {' '.join(pieces)} END)::INTEGER"

    @property
    def words(self) -> str:
        """`from 3 Mar to 9 Mar`, both days in."""
        first, last = self.since.astimezone(self.zone), (self.until - timedelta(microseconds=1)).astimezone(self.zone)
        return f"on {named(first)}" if first.date() == last.date() else f"from {named(first)} to {named(last)}"


def micros(moment: datetime) -> int:
    """An instant as microseconds since 1970."""
    return round(moment.timestamp() * 1e6)


class TooEarlyError(Exception):
    """The window begins before the programme; its message says so."""


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """When a local day begins, in UTC."""
    return datetime.combine(on, time(), zone).astimezone(UTC)


def window(kind: str, periods: Sequence[Period], at: int, zone: ZoneInfo, first: datetime, back: int = 0) -> Window:
    """The window that ends with period `at`, or `back` windows before that.

    `first` is when the programme begins, which may be in the middle of its first period. TooEarlyError where the window would begin before.
    """
    end = periods[at].ends
    if kind == "programme":
        return Window(first, end, zone)
    if kind == "period":
        if back > at:
            raise TooEarlyError(f"{plural(back, 'period')} before this one the programme had not begun")
        p = periods[at - back]
        return Window(max(first, p.starts), p.ends, zone)
    made = _month(end, zone, back) if kind == "month" else _days(end, zone, LENGTHS[kind], back)
    begun = midnight(first.astimezone(zone).date(), zone)
    if made.since < begun:
        if kind == "month":
            month = f"{made.since.astimezone(zone):%B %Y}"
            raise TooEarlyError(f"it looks back on the whole of {month}, and the programme began on {named(first.astimezone(zone))}")
        had = max(0, (end - begun) // DAY)
        raise TooEarlyError(f"it looks back on {LENGTHS[kind] * (back + 1)} days, and the programme has run for {plural(had, 'day')}")
    return made


def _days(end: datetime, zone: ZoneInfo, length: int, back: int) -> Window:
    last = (end - timedelta(microseconds=1)).astimezone(zone).date() - back * length * DAY
    until = min(end, midnight(last + DAY, zone))
    return Window(midnight(last - (length - 1) * DAY, zone), until, zone)


def _month(end: datetime, zone: ZoneInfo, back: int) -> Window:
    """The last calendar month that is over at `end`, or one before it."""
    edge = end.astimezone(zone).date().replace(day=1)
    for _ in range(back):
        edge = (edge - DAY).replace(day=1)
    return Window(midnight((edge - DAY).replace(day=1), zone), midnight(edge, zone), zone)
