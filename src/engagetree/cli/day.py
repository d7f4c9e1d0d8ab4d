"""`--as-of` as an instant."""

from __future__ import annotations

from datetime import date, datetime

from engagetree.definition.moments import span
from engagetree.errors import EngagetreeError


def as_of(text: str, zone: str) -> datetime:
    """The end of a day, or a moment, in a zone; in UTC.

    >>> as_of("2025-03-03", "Europe/Madrid").isoformat(), as_of("2025-03-03 09:00", "Europe/Madrid").isoformat()
    ('2025-03-03T23:00:00+00:00', '2025-03-03T08:00:00+00:00')
    """
    try:
        moment: date = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise EngagetreeError(
            f"--as-of {text}", "this is no date", "Write 2025-03-03 (that day is still in), or 2025-03-03T09:00."
        ) from None
    ends = span(None, moment, zone)[1]
    assert ends is not None
    return ends
