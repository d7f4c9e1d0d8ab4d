"""How a number is written where people read it: few digits, a true minus sign, never a plus or minus nought."""

from __future__ import annotations

import math

from engagetree.research.disclosure.profiles import Profile

WITHHELD = ".."


def minus(text: str) -> str:
    """A true minus sign, and none before nought.

    >>> minus("-3"), minus("-0.0"), minus("+0"), minus("12")
    ('−3', '0.0', '0', '12')
    """
    bare = text.lstrip("+-")
    return "−" + bare if text.startswith("-") and bare.strip("0.,") else bare


def whole(number: float) -> str:
    """A count, with a comma between thousands.

    >>> whole(12345.0), whole(-2)
    ('12,345', '−2')
    """
    return minus(f"{number:,.0f}")


def digits(number: float, most: int = 3) -> str:
    """A measured number: at most so many digits that mean something, and no noughts behind the point.

    >>> digits(1234.5), digits(0.0712), digits(1.5), digits(37.25), digits(0)
    ('1,230', '0.07', '1.5', '37.2', '0')
    """
    if not number:
        return "0"
    places = max(-9, min(most - 1 - math.floor(math.log10(abs(number))), 2))
    shown = round(number, places)
    text = f"{shown:,.{max(places, 0)}f}"
    return minus(text.rstrip("0").rstrip(".") if "." in text else text)


def percent(share: float, decimals: int = 0) -> str:
    """A share of 0–1 as a percentage, halves up.

    >>> percent(0.125), percent(0.1234, 1), percent(0.0)
    ('13 %', '12.3 %', '0 %')
    """
    return minus(f"{halves_up(100 * share, decimals):,.{decimals}f}") + " %"


def halves_up(number: float, decimals: int = 0) -> float:
    """Rounded as people round, not to the even side.

    >>> halves_up(12.5), halves_up(0.25, 1)
    (13.0, 0.3)
    """
    unit = 10.0**decimals
    return math.floor(number * unit + 0.5 + 1e-9) / unit


def band(low: float | None, high: float | None) -> str:
    """An estimate that is known between two ends only.

    >>> band(300, None), band(40, 60), band(None, None)
    ('at least 300', 'about 40–60', '..')
    """
    if low is None:
        return WITHHELD if high is None else f"at most {whole(high)}"
    if high is None or math.isinf(high):
        return f"at least {whole(low)}"
    return f"about {whole(low)}" if low == high else f"about {whole(low)}–{whole(high)}"


def people(count: float, profile: Profile) -> str:
    """A count of people as a profile shows one that is not withheld.

    >>> from engagetree.research.disclosure.profiles import HESA, LT5
    >>> people(12, HESA), people(3, LT5), people(0, LT5)
    ('10', 'fewer than 5', '0')
    """
    return fewer(profile.threshold) if profile.small == "band" and profile.is_small(count) else whole(profile.rounded(count))


def fewer(threshold: int) -> str:
    """The size band of a few."""
    return f"fewer than {threshold}"
