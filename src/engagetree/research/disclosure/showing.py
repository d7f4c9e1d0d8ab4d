"""From an exact value to what may be seen of it: rounded, in words, or withheld with the name of the rule."""

from __future__ import annotations

import math

from engagetree.research.disclosure import texts
from engagetree.research.disclosure.profiles import Profile
from engagetree.research.disclosure.treating import PEOPLE, Treatment, base_of, part_of, single_activity
from engagetree.research.model import Indicator, Shown, Value


def withheld(value: Value, why: str) -> Shown:
    """A value of which nothing may be seen: no number, no bound, no base, no verdict, and not in how many it is missing."""
    return Shown(value.indicator, value.year, value.cell, texts.WITHHELD, None, value.unit, withheld=why, count_method=value.count_method)


def shown(value: Value, indicator: Indicator | None, how: Treatment, profile: Profile) -> Shown:
    """A value that may be seen, as the profile shows it. A value that is not known says so."""
    text, number, low, high = _numbers(value, indicator, how, profile)
    controlled = how != "free"
    return Shown(
        indicator=value.indicator,
        year=value.year,
        cell=value.cell,
        text=text,
        value=number,
        unit=value.unit or (indicator.unit if indicator else ""),
        low=low,
        high=high,
        interval=value.interval,
        least=_bound(value.least, -1, value, indicator, how, profile),
        most=_bound(value.most, 1, value, indicator, how, profile),
        n=_count(value.n, value, how, profile),
        denominator=_base(value.denominator, controlled, how, profile),
        missing=_count(value.missing, value, how, profile),
        count_method=value.count_method,
        level=value.level,
        verdict=value.verdict,
        baseline=value.baseline,
        reason=value.reason,
        notes=value.notes,
    )


Numbers = tuple[str, float | None, float | None, float | None]


def _numbers(value: Value, indicator: Indicator | None, how: Treatment, profile: Profile) -> Numbers:
    known = value.value is not None and math.isfinite(value.value)
    if how == "count" and known:
        return _people(value, profile)
    if not known:
        return _unknown(value, how, profile)
    if how in ("share", "hours_share", "average") or _is_share(value, indicator):
        return _part(value, indicator, how, profile)
    number = float(value.value or 0.0)
    if how == "hours":
        return _written(profile.rounded(number)), profile.rounded(number), _ends(value.low, profile), _ends(value.high, profile)
    return _written(number), _plain(number), _plain(value.low), _plain(value.high)


def _people(value: Value, profile: Profile) -> Numbers:
    count = float(value.value or 0.0)
    if profile.is_small(count) and (profile.small == "band" or single_activity(value)):
        return texts.fewer(profile.threshold), None, None, None
    return texts.people(count, profile), profile.rounded(count), _ends(value.low, profile), _ends(value.high, profile)


def _unknown(value: Value, how: Treatment, profile: Profile) -> Numbers:
    """No point: an estimate between two ends, an ordinal's level, or nothing that is known."""
    if value.low is None and value.high is None:
        return value.level or texts.WITHHELD, None, None, None
    controlled = how in ("band", "count")
    low, high = (_ends(end, profile) if controlled else _plain(end) for end in (value.low, value.high))
    if controlled and value.high is not None and value.high < profile.threshold:
        return texts.fewer(profile.threshold), None, None, None
    return texts.band(low, high), None, low, high


def _part(value: Value, indicator: Indicator | None, how: Treatment, profile: Profile) -> Numbers:
    number = float(value.value or 0.0)
    if _is_share(value, indicator):
        places = decimals(value, how, profile)
        unit = 10.0 ** -(places + 2)
        shown_as = texts.halves_up(number, places + 2)
        low, high = _outward(value.low, unit, -1), _outward(value.high, unit, 1)
        return texts.percent(number, places), round(shown_as, 4), low, high
    unit = step(value, indicator)
    near = round(texts.halves_up(number / unit) * unit, 6)
    return _written(near), near + 0.0, _outward(value.low, unit, -1), _outward(value.high, unit, 1)


def decimals(value: Value, how: Treatment, profile: Profile) -> int:
    """Of a percentage: one only where it tells no more of how many people there are than the rounded count does."""
    base = base_of(value) or 0.0
    return profile.decimals if how != "free" and base * 0.001 >= max(profile.step - 1, 1) else 0


def step(value: Value, indicator: Indicator | None) -> float:
    """Of a number made from people that is no percentage: as coarse as whole percent of its base would make it."""
    unit = value.unit or (indicator.unit if indicator else "")
    if unit in ("percentage points", "pp", "points"):
        return 1.0
    part = part_of(value)
    if unit == "ratio" and part is not None and part.of > 0 and value.value:
        one_percent = 0.01 * value.value / (part.of / part.base)
        return next((s for s in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if s >= one_percent - 1e-9), 10.0)
    return 0.01 if unit == "index" else 0.1


def _is_share(value: Value, indicator: Indicator | None) -> bool:
    return (value.unit or (indicator.unit if indicator else "")) in ("share", "%") or (indicator is not None and indicator.kind == "share")


def _outward(end: float | None, unit: float, way: int) -> float | None:
    """A bound to the shown precision, never narrower than it was."""
    if end is None or not math.isfinite(end):
        return None
    moved = end / unit
    return round((math.floor(moved + 1e-9) if way < 0 else math.ceil(moved - 1e-9)) * unit, 6) + 0.0


def _bound(end: float | None, way: int, value: Value, indicator: Indicator | None, how: Treatment, profile: Profile) -> float | None:
    """What missing answers leave open, as coarse as the value itself, so that it tells no more of it."""
    if _is_share(value, indicator):
        return _outward(end, 10.0 ** -(decimals(value, how, profile) + 2), way)
    return _outward(end, step(value, indicator), way)


def _ends(end: float | None, profile: Profile) -> float | None:
    return None if end is None or not math.isfinite(end) else profile.rounded(end)


def _plain(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else float(number) + 0.0


def _written(number: float) -> str:
    return texts.whole(number) if float(number).is_integer() else texts.digits(number)


def _count(number: float | None, value: Value, how: Treatment, profile: Profile) -> int | None:
    """How many it rests on, or are missing: as people where people are counted."""
    if number is None or not math.isfinite(number):
        return None
    if how == "free" and value.counts not in PEOPLE:
        return int(number)
    return None if profile.small != "round" and profile.is_small(number) else int(profile.rounded(number))


def _base(number: float | None, controlled: bool, how: Treatment, profile: Profile) -> float | None:
    if number is None or not math.isfinite(number):
        return None
    if not controlled or how == "hours_share":
        return float(number)
    return None if profile.small != "round" and profile.is_small(number) else profile.rounded(number)
