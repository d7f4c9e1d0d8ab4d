"""Times, dates and lengths of time as tools write them in many languages. Which number of a date is the day is never guessed.

Every time of a report is first taken apart (`Moment`), then the order of its dates is decided from all of them together (`order_of`),
and only then are they moments in UTC (`Clock`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engagetree.errors import ImportRefused
from engagetree.ingest.answers import ORDERS, Answers, OpenQuestion

NOTHING = ("", "-", "--", "—", "–", "n/a", "na", "null", "none")
"""What tools write where there is nothing: never joined is not zero minutes."""

GUARD = re.compile(r'^="?(.*?)"?$', re.S)
"""Excel's way to keep a text a text: ="2021-06-14 17:00:00"."""

MONTHS = {
    m: n
    for n, names in enumerate(
        (
            "jan january januar janvier enero ene gennaio gen januari janeiro",
            "feb february februar fevrier fevr febrero febbraio februari fevereiro fev",
            "mar march marz mrz mars marzo maart mrt marco",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag mei maio",
            "jun june juni juin junio giugno giu junho",
            "jul july juli juillet juil julio luglio lug julho",
            "aug august aout agosto ago augustus",
            "sep sept september septembre septiembre settembre set setembro",
            "oct october oktober okt octobre octubre ottobre ott outubro out",
            "nov november novembre noviembre novembro",
            "dec december dezember dez decembre diciembre dic dicembre dezembro",
        ),
        1,
    )
    for m in names.split()
}
TIME = r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d{1,6})?)?\s*(?P<half>[ap]\.?\s?m\.?)?(?:\s?uhr)?"
NUMBERS = r"(?P<a>\d{1,4})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<c>\d{1,4})\.?"
NAMED = r"(?P<month>[a-z]{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
NAMED_AFTER = r"(?P<day2>\d{1,2})\.?\s+(?:de\s+)?(?P<month2>[a-z]{3,12})\.?\s+(?:de\s+)?(?P<year2>\d{4})"
ZONE = r"(?P<zone>z|utc|gmt|(?:utc|gmt)?\s?[+-]\d{2}:?\d{2})"
WHOLE = re.compile(rf"(?:{NUMBERS}|{NAMED}|{NAMED_AFTER})?(?:(?:,?\s+(?:a\s+|um\s+|at\s+)?|,|t|^){TIME})?\s*\(?{ZONE}?\)?")

SERIAL = re.compile(r"(?P<days>[3-7]\d{4}|0?)[.,](?P<part>\d{3,16})")
"""A moment as such a program keeps it: days since 30 December 1899, and the part of the day."""


@dataclass(frozen=True)
class Moment:
    """A time taken apart. `numbers` are of a date whose order is open, `day` is one that is not; `seconds` since midnight."""

    text: str
    numbers: tuple[int, int, int] | None = None
    day: date | None = None
    seconds: int | None = None
    offset: timedelta | None = None

    @property
    def timed(self) -> bool:
        """Whether it says a time of day."""
        return self.seconds is not None


def plain(cell: str) -> str:
    """A cell for comparing: one case, one kind of space, western digits, no accents, no guard.

    >>> plain('="Última\\u202fSaída "'), plain("٣:٠٥")
    ('ultima saida', '3:05')
    """
    return _remembered(cell) if len(cell) <= MEMORABLE else _compared(cell)


def _compared(cell: str) -> str:
    if (text := unguarded(cell)).isascii():
        return " ".join(text.casefold().split())
    text = unicodedata.normalize("NFKD", text).casefold()
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(digits.split())


MEMORABLE = 200
_remembered = lru_cache(maxsize=1 << 14)(_compared)  # every layout looks at the same cells


def unguarded(cell: str) -> str:
    """A cell without Excel's guard, and without spaces around it; what stands for nothing is empty.

    >>> unguarded('="2021-06-14 17:00:00"'), unguarded(" -- ")
    ('2021-06-14 17:00:00', '')
    """
    text = cell.strip().strip("\ufeff\u200e\u200f").strip()
    if text.startswith('="') and text.endswith('"') and (m := GUARD.match(text)):
        text = m[1].strip()
    return "" if text.casefold() in NOTHING else text


def moment(cell: str) -> Moment | None:
    """A time as written, or None where it is none.

    >>> moment("14/11/22, 09:29:07"), moment("Mar 22, 2025 7:13:27 PM").day
    (Moment(text='14/11/22, 09:29:07', numbers=(14, 11, 22), day=None, seconds=34147, offset=None), datetime.date(2025, 3, 22))
    """
    text = plain(cell)
    if m := SERIAL.fullmatch(text):
        return _kept_as_number(m)
    m = WHOLE.fullmatch(text) if text and len(text) < 60 else None
    if m is None or not (m["a"] or m["day"] or m["day2"] or m["h"]):
        return None
    numbers, day = _date(m)
    if (m["a"] or m["day"] or m["day2"]) and numbers is None and day is None:
        return None
    seconds = _seconds(m) if m["h"] else None
    if m["h"] and seconds is None:
        return None
    return Moment(unguarded(cell), numbers, day, seconds, _offset(m["zone"]))


def _kept_as_number(m: re.Match[str]) -> Moment:
    """The moment that a spreadsheet program's number stands for, to the second."""
    seconds = round(float(f"0.{m['part']}") * 86_400)
    if not m["days"] or m["days"] == "0":
        return Moment(f"{timedelta(seconds=seconds % 86_400)}", seconds=seconds % 86_400)
    at = datetime(1899, 12, 30) + timedelta(days=int(m["days"]), seconds=seconds)
    return Moment(at.isoformat(), day=at.date(), seconds=at.hour * 3600 + at.minute * 60 + at.second)


def _date(m: re.Match[str]) -> tuple[tuple[int, int, int] | None, date | None]:
    if m["a"]:
        a, b, c = int(m["a"]), int(m["b"]), int(m["c"])
        if len(m["a"]) == 4:
            return None, made(a, b, c) if len(m["c"]) <= 2 else None
        if len(m["a"]) > 2 or len(m["c"]) not in (2, 4):
            return None, None
        if m["sep"] == ".":  # no language writes a month first with dots
            return None, made(c, b, a)
        return ((a, b, c), None) if made(c, b, a) or made(c, a, b) else (None, None)
    if m["day"] or m["day2"]:
        month = MONTHS.get(m["month"] or m["month2"] or "")
        return None, made(int(m["year"] or m["year2"]), month, int(m["day"] or m["day2"])) if month else None
    return None, None


def made(year: int, month: int, day: int) -> date | None:
    """A date of a meeting, or None where there is none: the year has two digits or four, and lies between 1970 and 2099."""
    try:
        found = date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
    return found if 1970 < found.year < 2100 else None


def _seconds(m: re.Match[str]) -> int | None:
    hour, minute, second = int(m["h"]), int(m["m"]), int(m["s"] or 0)
    if m["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if m["half"].startswith("p") else 0)
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    m = re.search(r"([+-])(\d{2}):?(\d{2})", zone)
    if m is None:
        return timedelta(0)
    size = timedelta(hours=int(m[2]), minutes=int(m[3]))
    return -size if m[1] == "-" else size


def whole(cell: str) -> int | None:
    """A count as written, or None where it is none.

    >>> whole(" 12 "), whole("1e3"), whole("9" * 5000)
    (12, None, None)
    """
    text = plain(cell) if len(cell) < 60 else ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


# ---- which number is the day


def read_as(m: Moment, order: str | None) -> date | None:
    """The date of a moment under an order of its numbers."""
    if m.numbers is None:
        return m.day
    a, b, c = m.numbers
    if order == "year":
        return made(a, b, c) if c < 100 else None
    return made(c, b, a) if order == "day" else made(c, a, b)


def order_of(moments: Iterable[Moment], answers: Answers, file: str) -> str | None:
    """`day`, `month` or `year` for all dates of a file; None where it does not matter. Raises OpenQuestion where it stays open.

    What decides: the answer; a number above 12; that a meeting does not last for weeks; the day that was answered.
    """
    open_ = [m for m in moments if m.numbers]
    if not open_:
        return None
    if answers.order:
        if answers.order not in ORDERS:
            raise ImportRefused("--date-order", f"“{answers.order}” is none", f"One of {', '.join(ORDERS)}.")
        if not any(read_as(m, answers.order) for m in open_):
            raise ImportRefused(file, f"`{open_[0].text}` is no date with the {answers.order} first", "Give another --date-order.")
        return answers.order
    by = {o: [read_as(m, o) for m in open_] for o in ("day", "month")}
    lost = {o: sum(d is None for d in found) for o, found in by.items()}
    if lost["day"] != lost["month"]:
        best = min(lost, key=lambda o: lost[o])
        if not lost[best]:
            return best
        raise _ask(open_[0], file, "some dates have the day first and some the month")
    if lost["day"]:
        raise _ask(open_[0], file, "some dates have the day first and some the month")
    if by["day"] == by["month"]:
        return "day"
    known = {d for m in moments if (d := m.day)} | ({answers.day} if answers.day else set())
    for fits in (_on(by, known), _brief(by)):
        if len(fits) == 1:
            return fits[0]
    raise _ask(open_[0], file, "whether its first number is the day or the month is not known")


def _on(by: dict[str, list[date | None]], known: set[date]) -> list[str]:
    """The orders under which all dates lie within a day of a day that is known."""
    near = [k + timedelta(days=n) for k in known for n in (-1, 0, 1)]
    return [o for o, found in by.items() if near and all(d in near for d in found)]


def _brief(by: dict[str, list[date | None]]) -> list[str]:
    """The orders under which all dates lie within two days."""
    return [o for o, found in by.items() if (days := [d for d in found if d]) and max(days) - min(days) <= timedelta(days=2)]


def _ask(m: Moment, file: str, why: str) -> OpenQuestion:
    both = [d.isoformat() for o in ("day", "month") if (d := read_as(m, o))]
    means = f" ({' or '.join(dict.fromkeys(both))})" if both else ""
    do = "Say it with --date-order day or --date-order month, or name the day with --on."
    return OpenQuestion(file, "order", f"it has `{m.text}`, and {why}{means}", do)


# ---- moments in UTC


@dataclass
class Clock:
    """Moments of one report in UTC. `zone` is that of times without one, `order` that of dates, `day` that of times of day only."""

    file: str
    zone: str | None
    order: str | None = None
    day: date | None = None
    used: bool = False  # whether a time without a zone was read
    turned: bool = False  # whether a spreadsheet program took the days of its dates for months

    def date_of(self, m: Moment) -> date | None:
        """The local date. Raises OpenQuestion where there is only a time of day and no day is known."""
        if m.numbers is None and m.day is None:
            if self.day is None:
                do = "Say it with --on 2025-03-03."
                raise OpenQuestion(self.file, "day", f"it has times of day only, such as `{m.text}`, and no day", do)
            return self.day
        if self.turned and m.day and m.day.day <= 12 and re.match(r"\d{1,4}[.-]\d", m.text):
            return date(m.day.year, m.day.day, m.day.month)
        return read_as(m, self.order)

    def utc(self, m: Moment | None, utc: bool = False) -> datetime | None:
        """The moment in UTC; None where it is none under the order of the file. `utc`: the column says that its times are UTC."""
        if m is None or m.seconds is None or (day := self.date_of(m)) is None:
            return None
        local = datetime(day.year, day.month, day.day) + timedelta(seconds=m.seconds)
        if m.offset is not None or utc:
            return (local - (m.offset or timedelta(0))).replace(tzinfo=UTC)
        if self.zone is None:
            do = "Say it with --zone Europe/Madrid, or set `zone` in the programme."
            raise OpenQuestion(self.file, "zone", f"its times, such as `{m.text}`, carry no zone", do)
        self.used = True
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def shape(text: str) -> str:
    """How a time is written, without its numbers: for seeing that the last one of a file is cut off.

    >>> shape("14/11/22, 9:50"), shape("06.10.26 18:01:00")
    ('0/0/0, 0:0', '0.0.0 0:0:0')
    """
    return re.sub(r"[ap]\.?\s?m\.?", "am", re.sub(r"\d+", "0", plain(text)))


def day_in(name: str) -> date | None:
    """The one date that a file's name has, year first: 2025-03-03, 20250303; None where it has none, or several.

    >>> day_in("Weekly call (2025-03-03).csv"), day_in("2025-03-03 to 2025-04-04.csv")
    (datetime.date(2025, 3, 3), None)
    """
    found = {made(int(y), int(m), int(d)) for y, _, m, d in re.findall(r"(?<!\d)(20\d\d)([-_. ]?)(\d\d)\2(\d\d)(?!\d)", name)} - {None}
    return found.pop() if len(found) == 1 else None


def several(cells: Sequence[str]) -> list[Moment]:
    """The times among cells."""
    return [m for c in cells if (m := moment(c))]


OURS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)Z$")


def start_in(item: str | None) -> datetime | None:
    """The start of a session that an item of ours ends with.

    >>> start_in("zoom:60245167821@2021-11-19T10:00Z").isoformat(), start_in("session-3")
    ('2021-11-19T10:00:00+00:00', None)
    """
    found = OURS.search(item or "")
    try:
        return datetime.fromisoformat(found[1] + "+00:00") if found else None
    except ValueError:
        return None
