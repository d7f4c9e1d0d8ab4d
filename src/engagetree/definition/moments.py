"""Dates in the programme's zone as instants in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def span(starts: date | datetime | None, ends: date | datetime | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """[start, end) of a programme in UTC. The day in `ends` still belongs to it; a time in `ends` is the very end.

    >>> span(date(2025, 3, 3), date(2025, 6, 30), "Europe/Madrid")[1].isoformat()
    '2025-06-30T22:00:00+00:00'
    """
    if ends is not None and not isinstance(ends, datetime):
        ends = ends + timedelta(days=1)
    return _instant(starts, zone), _instant(ends, zone)


def _instant(moment: date | datetime | None, zone: str) -> datetime | None:
    if moment is None:
        return None
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
