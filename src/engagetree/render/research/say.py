"""A value of a release in words: its text, its interval, what it rests on, its change. An unknown is never a nought."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from engagetree.render import words
from engagetree.render.research.facts import Facts
from engagetree.render.rounding import nearest
from engagetree.research.model import Indicator, Shown

NONE = words.DASH
WITHHELD = "withheld"


def text(value: Shown | None) -> str:
    """What stands for a value: its text, or a dash where there is none."""
    if value is None or not (value.withheld or known(value) or banded(value)):
        return NONE
    said = words.clean(value.text).replace(" %", f"{words.SPACE}%")
    return said.replace("-", words.MINUS, 1) if _numeric(said) else said or NONE


def cell(value: Shown | None) -> Markup:
    """The same for a table, set apart where it is withheld, a dash where it is not known."""
    if value is None:
        return escape(NONE)
    if value.withheld:
        return Markup('<span class="wh">{}</span>').format(text(value))
    return escape(text(value))


def known(value: Shown | None) -> bool:
    """Whether there is a number, an end of a range or a level to show."""
    return value is not None and not value.withheld and (value.value is not None or value.low is not None or bool(value.level))


def banded(value: Shown | None) -> bool:
    """Whether it is told in words alone: “fewer than 5”."""
    return value is not None and not value.withheld and not known(value) and bool(value.text.strip("—. "))


def as_text(x: float | None, of: Shown, indicator: Indicator | None = None) -> str:
    """An end of an interval in the form of its value: a share as a percentage, a ratio with two or three figures, a count whole."""
    if x is None:
        return NONE
    if is_share(of, indicator):
        return f"{_digits(100 * x, 0)}{words.SPACE}%"
    if _whole(of, indicator):
        return words.count(nearest(x))
    return figures(x)


def figures(x: float) -> str:
    """Two or three figures, with a real minus.

    >>> figures(1.4957), figures(0.0968), figures(-0.2), figures(312.4), figures(0.0)
    ('1.50', '0.097', '−0.20', '312', '0')
    """
    if x == 0 or not math.isfinite(x):
        return "0" if x == 0 else NONE
    if abs(x) >= 10 and float(x).is_integer():
        return words.count(abs(x)) if x > 0 else f"{words.MINUS}{words.count(-x)}"
    digits = 0 if abs(x) >= 100 else 1 if abs(x) >= 10 else 2 if abs(x) >= 0.1 else 3
    return f"{nearest(x, digits):,.{digits}f}".replace("-", words.MINUS)


def is_share(value: Shown, indicator: Indicator | None) -> bool:
    """Whether a number is a share 0–1 that people read as a percentage."""
    unit = value.unit or (indicator.unit if indicator else "")
    return unit in ("share", "%", "percent") or (indicator is not None and indicator.kind == "share")


def interval(value: Shown | None, indicator: Indicator | None = None, kind: bool = True) -> str:
    """`0.97–2.25 (95 % Wilson)`, `at least 300`, or nothing."""
    if value is None or value.withheld or (value.low is None and value.high is None):
        return ""
    if value.high is None:
        return f"at least {as_text(value.low, value, indicator)}"
    if value.low is None:
        return f"at most {as_text(value.high, value, indicator)}"
    low, high = as_text(value.low, value, indicator), as_text(value.high, value, indicator)
    if not is_share(value, indicator) and not _whole(value, indicator):
        low, high = ends(value.low, value.high)
    said = f"{low.removesuffix(f'{words.SPACE}%') if low.endswith('%') else low}–{high}" if low != high else low
    return f"{said} ({words.clean(value.interval)})" if kind and value.interval else said


def counted_by(value: Shown, facts: Facts) -> str:
    """How it was counted, in words, where it was counted in more than one way too."""
    return words.listing([words.lower(facts.label("count_method", m)) for m in value.count_method.split(", ") if m])


def ends(low: float, high: float) -> tuple[str, str]:
    """Both ends of an interval with the decimals that they need, and at most those that the larger one has room for.

    >>> ends(0.3, 0.8), ends(0.9701, 2.2468), ends(1.0, 1.2), ends(40.0, 83.0)
    (('0.3', '0.8'), ('0.97', '2.25'), ('1.0', '1.2'), ('40', '83'))
    """
    most = max(abs(low), abs(high))
    room = 0 if most >= 100 else 1 if most >= 10 else 2 if most >= 0.1 else 3
    digits = next((d for d in range(room) if all(abs(nearest(x, d) - x) < 1e-9 for x in (low, high))), room)
    first, last = (f"{nearest(x, digits):,.{digits}f}".replace("-", words.MINUS) for x in (low, high))
    return first, last


def base(value: Shown | None) -> str:
    """On how many it rests, as far as that may be said."""
    if value is None or value.withheld:
        return ""
    if value.n is not None:
        return words.count(value.n)
    return "" if value.denominator is None else words.count(value.denominator)


def missing(value: Shown | None) -> str:
    """How many answers are missing, where that is known."""
    return "" if value is None or value.missing is None or value.withheld else words.count(value.missing)


def unit(value: Shown, facts: Facts) -> str:
    """The unit of a value, or of its indicator."""
    indicator = facts.indicators.get(value.indicator)
    return words.clean(value.unit or (indicator.unit if indicator else ""))


def phrase(value: Shown | None, indicator: Indicator | None = None) -> str:
    """A value inside a sentence: “48 % (42–55 %)”, “withheld (..)”, “not known: nobody asked”."""
    if value is None:
        return "not known"
    if value.withheld:
        return f"{WITHHELD} ({text(value)})"
    if banded(value):
        return text(value)
    if not known(value):
        return f"not known{f': {words.lower(words.clean(value.reason)).rstrip(chr(46))}' if value.reason else ''}"
    said = interval(value, indicator, kind=False)
    return text(value) if not said or value.value is None or said in text(value) else f"{text(value)} ({said})"


def told(value: Shown, facts: Facts) -> str:
    """The same, with the form that its indicator asks for."""
    return phrase(value, facts.indicators.get(value.indicator))


def phrase_cell(value: Shown, facts: Facts) -> Markup:
    """A value with its interval in one cell."""
    return cell(value) if value.withheld else escape(told(value, facts))


def ended(text: str) -> Markup:
    """A sentence with its full stop; what stands between backticks is code."""
    said = words.clean(text).strip()
    parts = (said if said.endswith((".", "?", "…")) else f"{said}.").split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def reasons(values: Sequence[Shown | None]) -> str:
    """Why values are not known, each reason once."""
    found = [
        words.clean(v.reason).rstrip(".")
        for v in values
        if v is not None and v.reason and not v.withheld and not known(v) and not banded(v)
    ]
    return ". ".join(dict.fromkeys(found))


def _whole(value: Shown, indicator: Indicator | None) -> bool:
    if indicator is not None:
        return indicator.kind in ("count", "sum")
    return value.value is not None and float(value.value).is_integer() and abs(value.value) >= 10


def _digits(x: float, n: int) -> str:
    return f"{nearest(x, n):.{n}f}".replace("-", words.MINUS)


def _numeric(said: str) -> bool:
    return said[:1] in "-−" and said[1:2].isdigit()
