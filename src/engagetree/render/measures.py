"""Metrics around the score in words: the value in its unit, its range, what is missing, what changed; one form for page and terminal."""

from __future__ import annotations

from datetime import datetime

from engagetree.definition.metrics import Influence
from engagetree.render import words
from engagetree.render.rounding import nearest

ONE = {"people": "person", "acts": "act", "uses": "use"}
VERBS = {"raises": ("raise", "raised"), "lowers": ("lower", "lowered")}


def value(x: float | None, unit: str, numerator: float | None = None, denominator: float | None = None) -> str:
    """A value: `94 %`, or `6 of 10` below 20; `63.5`; `1,204 people`; `30` for an NPS.

    >>> value(94.1, "%", 32, 34), value(60.0, "%", 6, 10), value(63.49, "points"), value(39.0, "people"), value(None, "%")
    ('94\\xa0%', '6 of 10', '63.5', '39 people', '—')
    """
    if x is None:
        return words.DASH
    if unit == "%":
        if numerator is not None and denominator is not None and denominator < words.ENOUGH:
            return f"{words.count(numerator)} of {words.count(denominator)}"
        return f"{nearest(x):.0f}{words.SPACE}%".replace("-", words.MINUS)
    if unit.startswith("points from"):
        return _whole(x)
    plain = words.one(x) if unit == "points" or not float(x).is_integer() else _whole(x)
    return plain if unit in ("points", "") else f"{plain} {words.clean(ONE.get(unit, unit) if x == 1 else unit)}"


def _whole(x: float) -> str:
    return f"{nearest(x):,.0f}".replace("-", words.MINUS)


def span(low: float | None, high: float | None, unit: str, denominator: float | None = None) -> str:
    """Its range: `82–99`, in the unit of the value; nothing where the value itself is no percentage."""
    if low is None or high is None or (unit == "%" and denominator is not None and denominator < words.ENOUGH):
        return ""
    digits = 1 if unit not in ("%", "points") and not unit.startswith("points from") and high < 20 else 0
    ends = [f"{nearest(e, digits):,.{digits}f}".replace("-", words.MINUS) for e in (low, high)]
    join = " to " if ends[0].startswith(words.MINUS) else "–"
    return ends[0] if ends[0] == ends[1] else join.join(ends)


def change(x: float | None, unit: str, denominator: float | None = None) -> str:
    """How much more or less than in the period before, in the unit of the value; nothing where that is no percentage."""
    if x is None or (unit == "%" and denominator is not None and denominator < words.ENOUGH):
        return ""
    whole = unit == "%" or unit.startswith("points from") or (unit != "points" and float(x).is_integer())
    return words.signed(x, 0 if whole else 1)


def room(x: float | None, unit: str, denominator: float | None = None) -> str:
    """What is missing to the best, or to the threshold, as a bare number."""
    if x is None or (unit == "%" and denominator is not None and denominator < words.ENOUGH):
        return ""
    return f"{nearest(x):,.0f}" if unit == "%" or unit.startswith("points from") else words.count(nearest(x, 1))


def threshold(x: float, unit: str, direction: str) -> str:
    """`below 60 %`, `above 5`: on which side of its threshold a metric is wrong."""
    return f"{'below' if direction == 'higher' else 'above'} {value(x, unit)}"


def over(since: datetime | None, until: datetime | None) -> str:
    """The time that a metric looks at, both days in: `31 Mar – 27 Apr`, `21–27 Apr`; a moment is the day that it belongs to."""
    if until is None:
        return ""
    last = words.last_day(until)
    if since is None or since.date() == last.date():
        return words.day(last)
    if (since.year, since.month) == (last.year, last.month):
        return f"{since.day}–{words.day(last)}"
    year = "" if since.year == last.year else f" {since.year}"
    return f"{words.day(since)}{year} – {words.day(last)}"


def claim(edge: Influence, of: str = "it") -> str:
    """What an influence claims, short enough for a tag: `may raise it`."""
    verb, past = VERBS[edge.direction]
    return {"tested": f"{past} {of} in a trial", "refuted": f"not found to {verb} {of}"}.get(edge.evidence.status, f"may {verb} {of}")


def ground(edge: Influence) -> str:
    """What an influence rests on: `4 weeks later; observed in 38 people, logistic regression: 0.06 (0.01 to 0.11), 26 May 2025`."""
    e = edge.evidence
    if e.n is None or e.effect is None:
        return f"{later(edge)}; {e.status}, {looked_at(edge)}"
    ends = f" ({plain(e.interval[0])} to {plain(e.interval[1])})" if e.interval else ""
    how = f", {words.clean(e.method)}" if e.method else ""
    return f"{later(edge)}; {e.status} in {words.plural(e.n, 'person', 'people')}{how}: {plain(e.effect)}{ends}, {looked_at(edge)}"


def later(edge: Influence) -> str:
    """`4 weeks later`, `at once`."""
    return "at once" if edge.lag.startswith("0 ") else f"{edge.lag} later"


def looked_at(edge: Influence) -> str:
    """The day of the evidence: `26 May 2025`."""
    on = edge.evidence.date
    return f"{words.day(datetime(on.year, on.month, on.day))} {on.year}"


def plain(x: float) -> str:
    """An effect in its own unit."""
    return f"{x:.3g}".replace("-", words.MINUS)
