"""What a spreadsheet program does to a report that is saved again with it: which of it is undone, which is said, and which is asked.

It reads dates in the order of its own language. 03/05/2025 of a report with the month first becomes 3 May in Madrid, and nothing in the
cell shows it. Dates with a number above 12 in the wrong place stay texts, which tells that the others were turned round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.meeting_when import Moment, read_as

WITH_SECONDS = ("zoom", "teams", "webex", "bbb")
"""Tools that write seconds; Google Meet does not."""

FEWEST = 4
"""Times of a report that all end in :00 before that is no chance: one in 60⁴."""

LOST = re.compile(r"\d[.,]\d+e\+\d+", re.I)
"""A long number as a spreadsheet program shortens it: 6.02452E+10."""

FAULT = re.compile(r"#(#+|N[A-Z]+\?|[A-Z/0-9]+!|N/A)")
"""What such a program puts where a name looked like a formula: #NAME?, #VALUE!, ####."""


def seconds_lost(moments: Iterable[Moment], tool: str) -> str:
    """A sentence where no time has seconds although the tool writes them; else empty."""
    times = [m.text for m in moments if m.timed]
    bare = not any(re.search(r"\d:\d\d[:.]\d\d|\s\d{1,2}\.\d\d\.\d\d", t) for t in times)
    zero = len(times) >= FEWEST and all(_typed(t) and t.endswith(":00") for t in times)
    if tool not in WITH_SECONDS or len(times) < 2 or not (bare or zero):
        return ""
    return (
        "No time in it has seconds. The tool writes them, so a spreadsheet program may have left them out: a stay may be up to a minute"
        " longer or shorter than it was."
    )


def turned_round(moments: Sequence[Moment], typed: bool, tool: str, answers: Answers, file: str) -> tuple[bool, str]:
    """Whether such a program took the day of each date for the month, and a sentence where that is so.

    Raises OpenQuestion where it may be so and nothing tells.
    """
    days = {m.day for m in moments if m.day and (_typed(m.text) if typed else tool == "zoom" and _dotted(m.text))}
    other = {d: _turned(d) for d in days}
    if not days or any(t is None for t in other.values()):
        return False, ""  # a day above 12 was read as a day: so were the others
    as_they_are, round_ = sorted(days), sorted(t for t in other.values() if t)
    sample, back = as_they_are[0], other[as_they_are[0]]
    if back is None or as_they_are == round_ or answers.order == "year":
        return False, ""
    said = f"A spreadsheet program took the days of its dates for months: {sample} is {back} in truth, and so it is read."
    left = [m for m in moments if m.numbers]
    if left and not any(read_as(m, "day") and read_as(m, "month") for m in left):
        return True, f"{said} `{left[0].text}` shows it, which that program could not read."
    for fits in (_near(answers.day, as_they_are, round_), _brief(as_they_are, round_)):
        if fits is not None:
            return fits, said if fits else ""
    found = f"a spreadsheet program wrote its dates, and whether {sample} is not {back} in truth is not known"
    do = f"Name the day with --on {sample} or --on {back}, or say that they are right as they stand with --date-order year."
    raise OpenQuestion(file, "day", found, do)


def in_truth(row: str) -> str:
    """A row whose dates were turned round, with the days where they belong: so it is kept for mending.

    >>> in_truth("Ana;2025-05-03T10:00:00;03.05.2025 10:30"), in_truth("2025-03-17T10:00:00")
    ('Ana;2025-03-05T10:00:00;05.03.2025 10:30', '2025-03-17T10:00:00')
    """
    row = re.sub(r"\b(\d{4})-(\d\d)-(0\d|1[0-2])(?=T)", r"\1-\3-\2", row)
    return re.sub(r"(?<![\d.])(0?\d|1[0-2])\.(0?\d|1[0-2])\.(\d{4})\b", r"\2.\1.\3", row)


def _typed(text: str) -> bool:
    return re.match(r"\d{4}-\d\d-\d\dT", text) is not None


def _dotted(text: str) -> bool:
    """Zoom writes no dates with dots: a spreadsheet program does."""
    return re.match(r"\d{1,2}\.\d{1,2}\.\d{2,4}\b", text) is not None


def _turned(day: date) -> date | None:
    return date(day.year, day.day, day.month) if day.day <= 12 else None


def _near(day: date | None, as_they_are: list[date], round_: list[date]) -> bool | None:
    """Which of both lies around the day that was answered."""
    fits = [bool(day) and all(abs(d - day) <= timedelta(days=1) for d in found) for found in (as_they_are, round_) if day]
    return None if not any(fits) or all(fits) else fits[1]


def _brief(as_they_are: list[date], round_: list[date]) -> bool | None:
    """Which of both lasts as long as a meeting can."""
    fits = [found[-1] - found[0] <= timedelta(days=2) for found in (as_they_are, round_)]
    return None if all(fits) or not any(fits) else fits[1]
