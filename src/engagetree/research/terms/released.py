"""The rows of a release as every serialiser sees them: what kind each is, which days it is about, how it is called.

Only a `Release` has any.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from engagetree.errors import EngagetreeError
from engagetree.research.model import Release, Shown
from engagetree.research.terms.ladders import Ladder
from engagetree.research.terms.names import Names, local
from engagetree.research.terms.sentences import stopped

Status = Literal["number", "level", "range", "words", "withheld", "unknown"]
"""A number; an ordinal's level; a span, open or closed, without a number; words only (“fewer than 5”); kept back by disclosure control; not
known."""

NOTHING = ("", "..")
"""What stands in a table where there is nothing to show."""


def released(release: Release) -> Release:
    """The release itself; EngagetreeError for anything else: exact values have no way out through here."""
    if not isinstance(release, Release):
        raise EngagetreeError(
            f"a {type(release).__name__}", "only a Release may be written", "Protect it first with engagetree.research.disclosure.protect."
        )
    return release


@dataclass(frozen=True)
class Row:
    """One value of a release. `key` is unique in the release and the same in each form; `until` is the first day after the year."""

    key: str
    shown: Shown
    status: Status
    starts: date
    until: date

    @property
    def why(self) -> str:
        """Why there is no number, in a sentence; "" where there is one."""
        if self.status == "withheld":
            return f"Withheld by disclosure control: {stopped(self.shown.withheld)} This is not zero."
        if self.status == "unknown":
            why = self.shown.reason or self.shown.verdict or self.shown.text or "no reason is given"
            return f"Not known: {stopped(why)} This is not zero."
        return ""


def rows(release: Release) -> tuple[Row, ...]:
    """This year's values and those of the year before, in order; of a withheld value nothing is left but its text and the rule."""
    seen: Counter[str] = Counter()
    return tuple(_row(release, v, seen) for v in (*released(release).values, *release.before))


def _row(release: Release, v: Shown, seen: Counter[str]) -> Row:
    key = local(v.year, v.indicator, *v.cell)
    seen[key] += 1
    starts, until = _days(release, v.year)
    status = _status(v)
    return Row(key if seen[key] == 1 else f"{key}/{seen[key]}", _bare(v) if status == "withheld" else _finite(v), status, starts, until)


def _status(v: Shown) -> Status:
    if v.withheld:
        return "withheld"
    if _number(v.value) is not None:
        return "number"
    if v.level:
        return "level"
    if _number(v.low) is not None or _number(v.high) is not None:
        return "range"
    return "unknown" if v.reason or v.text.strip() in NOTHING else "words"


def _bare(v: Shown) -> Shown:
    return Shown(
        v.indicator,
        v.year,
        v.cell,
        v.text,
        None,
        v.unit,
        withheld=v.withheld,
        count_method=v.count_method,
        baseline=v.baseline,
    )


def _finite(v: Shown) -> Shown:
    return replace(v, value=_number(v.value), low=_number(v.low), high=_number(v.high), denominator=_number(v.denominator))


def _number(value: float | None) -> float | int | None:
    """A finite number, whole ones without a fraction and never minus zero; None for all else."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _days(release: Release, year: str) -> tuple[date, date]:
    """The days of a row's year: the release's own, or as many years earlier as the keys say."""
    own = release.year
    years = 0 if year == own.key else _apart(own.key, year)
    return _back(own.starts, years), _back(own.until, years)


def _apart(one: str, other: str) -> int:
    """How many years lie between two keys such as 2025-26 and 2024-25; one where they do not say."""
    first, second = one[:4], other[:4]
    return int(first) - int(second) if (first + second).isdecimal() and first.isascii() and second.isascii() and first != second else 1


def _back(day: date, years: int) -> date:
    year = min(max(day.year - years, date.min.year), date.max.year)
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) else day.day)


def told(release: Release, v: Shown) -> str:
    """Where a value stands, in words.

    "Events, Talk or presentation, 2025-26"
    """
    label = next((x.label for x in release.indicators if x.key == v.indicator), v.indicator)
    return ", ".join([label, *(release.label(d, c) for d, c in v.cell), v.year])


def dimensions(release: Release) -> tuple[str, ...]:
    """The dimensions by which anything in the release is split, in the order in which they turn up."""
    return tuple(dict.fromkeys(d for v in (*release.values, *release.before) for d, _ in v.cell))


def category(names: Names, ladder: Ladder, dimension: str, code: str) -> str:
    """The name of a category of the breakdown; a level of the ladder is the ladder's own."""
    own = dimension == ladder.key and any(r.code == code for r in ladder.rungs)
    return names.of(ladder.key, code) if own else names.of("category", dimension, code)


def level(names: Names, ladder: Ladder, v: Shown) -> str:
    """The name of a row's level: the ladder's where it has it, else one of the indicator's own."""
    own = any(r.code == v.level for r in ladder.rungs)
    return names.of(ladder.key, v.level) if own else names.of("level", v.indicator, v.level)


def title(release: Release) -> str:
    """How the release is called."""
    invented = "An invented example: " if release.institution.invented else ""
    return f"{invented}Engagement of {release.institution.name}, {release.year.key}"


def about(release: Release) -> str:
    """What a reader has to know of all of it, in sentences."""
    said = [
        "Indicators of engagement between researchers and non-academic stakeholders or publics.",
        stopped(release.profile_says) if release.profile_says else "",
        "A value that is missing is withheld or not known, as it says; it is never zero.",
        *(stopped(n) for n in release.notes if n.strip()),
    ]
    return " ".join(s for s in said if s)
