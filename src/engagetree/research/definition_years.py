"""Reporting years: half-open, beginning on one day of the calendar, called as people call them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from engagetree.errors import NotFound
from engagetree.research.model import Year

CALENDARS: dict[str, tuple[int, int]] = {"uk-academic-year": (8, 1), "calendar-year": (1, 1), "uk-financial-year": (4, 1)}
"""On which month and day the years of a named calendar begin."""

KEY = re.compile(r"([12][0-9]{3})(?:[-/–]([0-9]{2}|[0-9]{4}))?")


@dataclass(frozen=True)
class Calendar:
    """Years that begin on this day of this month. 29 February cannot be one."""

    month: int = 8
    day: int = 1

    def beginning(self, number: int) -> Year:
        """The year that begins in this calendar year.

        >>> Calendar().beginning(2025).key, Calendar(1, 1).beginning(2025).key
        ('2025-26', '2025')
        """
        key = f"{number}" if (self.month, self.day) == (1, 1) else f"{number}-{(number + 1) % 100:02d}"
        return Year(key, date(number, self.month, self.day), date(number + 1, self.month, self.day))

    def year_of(self, day: date) -> Year:
        """The year in which a day lies.

        >>> Calendar().year_of(date(2026, 7, 31)).key, Calendar().year_of(date(2026, 8, 1)).key
        ('2025-26', '2026-27')
        """
        return self.beginning(day.year if (day.month, day.day) >= (self.month, self.day) else day.year - 1)

    def before(self, year: Year) -> Year:
        """The year before."""
        return self.beginning(year.starts.year - 1)

    def year(self, key: str) -> Year:
        """The year that people call so: 2025-26, 2025/26, 2025-2026; or 2025 where years begin on 1 January. Raises `NotFound`.

        >>> Calendar().year("2025/26").starts
        datetime.date(2025, 8, 1)
        """
        found = KEY.fullmatch(key.strip())
        made = self.beginning(int(found[1])) if found and int(found[1]) < 9999 else None
        ends = int(found[2]) % 100 if found and found[2] else None
        if made is None or (ends is None) is not (made.key.isdigit()) or (ends is not None and ends != made.until.year % 100):
            like = self.beginning(2025)
            raise NotFound(f"year {key}", "is not how a year of this institution is called", f"Write it like {like.key}.")
        return made
