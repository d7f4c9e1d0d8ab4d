"""Numbers, bands, ranges, changes, shares and dates in words: one form for each, the same on every page.

An unknown is `—`, never 0 and never blank; the reason stands beside it in words. A minus is U+2212, a range has an en dash.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engagetree.definition.model import Band, Definition
from engagetree.render.rounding import nearest, spread

DASH, MINUS, SPACE = "—", "−", "\u00a0"
ENOUGH = 20  # below this many people or things no percentage is printed
UNKNOWN_BAND = "Not enough data yet"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: object) -> str:
    """Text from outside without control characters and direction overrides: neither a terminal nor a page obeys them.

    >>> clean("a\\x1b[31mb")
    'a�[31mb'
    """
    return _CONTROL.sub("�", str(text))


def count(n: float) -> str:
    """A count: `1,204`.

    >>> count(1204), count(3.5)
    ('1,204', '3.5')
    """
    return f"{n:,.0f}" if float(n).is_integer() else f"{nearest(n, 1):,.1f}"


def one(x: float | None) -> str:
    """A number of a breakdown: one decimal."""
    return DASH if x is None else f"{nearest(x, 1):.1f}".replace("-", MINUS)


def score(x: float | None, bands: Sequence[Band] = ()) -> str:
    """A score in a list or a headline: an integer, unless rounding would carry it over a cut; then it is cut off at one decimal.

    >>> cuts = (Band("high", "High", 60), Band("low", "Low", 0))
    >>> score(48.4, cuts), score(59.7, cuts), score(59.99, cuts), score(None)
    ('48', '59.7', '59.9', '—')
    """
    if x is None:
        return DASH
    whole = nearest(x)
    return f"{tenths(x, bands):.1f}" if _crosses(x, whole, bands) else f"{whole:.0f}"


def tenths(x: float, bands: Sequence[Band] = ()) -> float:
    """A score with one decimal, never rounded over a cut: 59.97 is 59.9, because 60.0 would name another band."""
    near = nearest(x, 1)
    return math.floor(x * 10 + 1e-9) / 10 if _crosses(x, near, bands) else near


def _crosses(x: float, shown: float, bands: Sequence[Band]) -> bool:
    return any(x < b.at_least <= shown for b in bands)


def likely(low: float | None, high: float | None) -> str:
    """A range: `likely 44–52`; nothing where there is none."""
    return f"likely {span(low, high)}" if low is not None and high is not None else ""


def span(low: float | None, high: float | None) -> str:
    """The bare range: `44–52`, one number where both ends print the same."""
    if low is None or high is None:
        return ""
    a, b = f"{nearest(low):.0f}", f"{nearest(high):.0f}"
    return a if a == b else f"{a}–{b}"


def signed(x: float, digits: int = 0) -> str:
    """A signed number; one that rounds to nothing is called so.

    >>> signed(3.2), signed(-3.2), signed(-0.2), signed(0.04, 1)
    ('+3', '−3', 'no change', 'no change')
    """
    r = nearest(x, digits)
    return "no change" if r == 0 else f"{'+' if r > 0 else MINUS}{abs(r):.{digits}f}"


def change(x: float | None, margin: float = 0.0) -> str:
    """A change: `+3`, `−3`, or "no clear change" inside its uncertainty.

    >>> change(-9, 4), change(-3, 4), change(0.3)
    ('−9', 'no clear change', 'no clear change')
    """
    if x is None:
        return DASH
    return "no clear change" if abs(x) <= margin or nearest(x) == 0 else signed(x)


def moved(before: float, after: float, clear: bool = True) -> str:
    """A change beside the two integers it leads between: exactly their printed difference.

    >>> moved(42.6, 31.4), moved(42.6, 41.0, clear=False)
    ('−12', 'no clear change')
    """
    return change(nearest(after) - nearest(before)) if clear else "no clear change"


def share(k: float, n: float) -> str:
    """`6 of 10`; with the percentage from 20 on: `12 of 20, 60 %`."""
    return f"{count(k)} of {count(n)}" + (f", {percent(k, n)}" if percent(k, n) else "")


def percent(k: float, n: float) -> str:
    """`60 %`, or nothing when there are fewer than 20."""
    return f"{nearest(100 * k / n):.0f}{SPACE}%" if n >= ENOUGH else ""


def shares(counts: Sequence[int]) -> list[str]:
    """The share of each count in their sum: whole percentages that add up to 100, or `6 of 10` when there are fewer than 20."""
    total = sum(counts)
    if total < ENOUGH:
        return [f"{count(n)} of {count(total)}" for n in counts]
    return [f"{p:.0f}{SPACE}%" for p in spread([100 * n / total for n in counts], 100)]


def quantity(x: float, unit: str = "") -> str:
    """An amount of something; seconds become a duration."""
    return duration(x) if unit == "seconds" else count(nearest(x, 1))


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `2 h 5 min`.

    >>> duration(45), duration(725), duration(7500), duration(7200)
    ('45 s', '12 min', '2 h 5 min', '2 h')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join(p for p in (f"{hours:,} h" if hours else "", f"{minutes} min" if minutes else "") if p)


def listing(items: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(([", ".join(items[:-1])] if len(items) > 1 else []) + list(items[-1:]))


def small(n: int) -> str:
    """`four` for 4; digits from 13 on."""
    return SMALL[n] if 0 <= n < len(SMALL) else count(n)


def plural(n: float, word: str, words: str = "") -> str:
    """`1 person`, `3 people`: the number with the right form."""
    return f"{count(n)} {word if n == 1 else words or word + 's'}"


def lower(label: str) -> str:
    """A label inside a sentence: a capital at the start goes, an abbreviation stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def upper(text: str) -> str:
    """A capital at the start of a sentence."""
    return text[:1].upper() + text[1:]


def last_day(at: datetime, zone: ZoneInfo | None = None) -> datetime:
    """The last day inside a half-open period that ends at `at`: midnight belongs to the day before."""
    local = at.astimezone(zone) if zone is not None and at.tzinfo is not None else at
    return local - timedelta(seconds=1) if (local.hour, local.minute, local.second) == (0, 0, 0) else local


def date(at: datetime) -> str:
    """`Sun 23 Nov 2025`, in the same words on every machine."""
    return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"


def day(at: datetime) -> str:
    """`23 Nov`, for an axis."""
    return f"{at.day} {MONTHS[at.month - 1]}"


def moment(at: datetime, zone: ZoneInfo | None = None) -> str:
    """`Sun 23 Nov 2025, 06:00`."""
    local = at.astimezone(zone) if zone is not None and at.tzinfo is not None else at
    return f"{date(local)}, {local:%H:%M}"


def rank(key: str | None, definition: Definition) -> int | None:
    """The place of a band, 0 for the highest; none for no band."""
    return next((i for i, b in enumerate(definition.bands) if b.key == key), None)


def band_label(key: str | None, definition: Definition) -> str:
    """The word of a band as the definition has it."""
    i = rank(key, definition)
    return UNKNOWN_BAND if i is None else definition.bands[i].label


def also(x: float | None, low: float | None, high: float | None, definition: Definition) -> tuple[Band, ...]:
    """The other bands that the ends of the range lie in: a score is "at risk, or solidly engaged" when its range crosses the cut."""
    mine = definition.band(x)
    ends = [definition.band(e) for e in (high, low) if mine is not None and e is not None]
    return tuple(dict.fromkeys(b for b in ends if b is not None and b != mine))


def band_words(x: float | None, low: float | None, high: float | None, definition: Definition) -> str:
    """`At risk`, or `At risk, or solidly engaged` when the range crosses a cut."""
    mine = definition.band(x)
    if mine is None:
        return UNKNOWN_BAND
    others = [lower(b.label) for b in also(x, low, high, definition)]
    return mine.label + (f", or {' or '.join(others)}" if others else "")


def band_range(i: int, definition: Definition) -> str:
    """The range of a band without a gap: `80–100`, `60–<80`."""
    low = count(definition.bands[i].at_least)
    return f"{low}–100" if i == 0 else f"{low}–<{count(definition.bands[i - 1].at_least)}"


def glyph(i: int | None, of: int = 4) -> str:
    """Bars of a band in plain characters: `▂▄▆█` for the highest of four, `▂___` for the lowest, `____` for none."""
    bars = ("▂▄▆█" if of <= 4 else "▁▂▃▄▅▆▇█")[: max(of, 1)] if of <= 8 else "█" * of
    filled = 0 if i is None else of - i
    return bars[:filled] + "_" * (len(bars) - filled)
