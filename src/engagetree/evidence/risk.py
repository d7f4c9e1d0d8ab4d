"""What a band means in rates: by week, in order or not, and how much more often things go wrong below a cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engagetree.definition.model import Band
from engagetree.evidence.bands import BandRate, band_rates
from engagetree.evidence.panel import Panel
from engagetree.evidence.study import RISK, BandLine
from engagetree.evidence.verdict import FEWEST, Finding, rounded, unanswered
from engagetree.stats.estimate import Estimate, NoAnswer
from engagetree.stats.proportions import effective_n, ratio

MANY = 20
"""People from whom on a share is said in per cent."""


def cuts_of(bands: Sequence[Band]) -> tuple[float, ...]:
    """Where bands begin, rising, without the lowest."""
    return tuple(sorted(b.at_least for b in bands))[1:]


def rates(p: Panel, bands: Sequence[Band]) -> tuple[BandRate, ...] | NoAnswer:
    """The rate in each band at the end of a week, from the lowest up."""
    return band_rates(p.score, p.outcome, cuts_of(bands), p.person)


def lines(week: int, found: tuple[BandRate, ...] | NoAnswer, bands: Sequence[Band]) -> list[BandLine]:
    """The same as rows, named."""
    if isinstance(found, NoAnswer):
        return []
    out = []
    for b, r in zip(sorted(bands, key=lambda b: b.at_least), found, strict=True):
        ends = (r.rate.value, r.rate.low, r.rate.high) if isinstance(r.rate, Estimate) else (None, None, None)
        out.append(BandLine(week, b.key, b.label, r.n, r.yes, *ends))
    return out


def twice(p: Panel, cut: float, label: str) -> Finding:
    """How many times as often the outcome is missed below a cut as at or above it."""
    k = p.known
    low, missed = p.score[k] < cut, 1 - p.outcome[k]
    n = int(k.sum())
    if not n or low.all() or not low.any():
        side = "at or above" if n and not low.any() else "below"
        return unanswered(RISK, NoAnswer(f"everybody with an outcome stands {side} {cut:g} at the end of week {p.week}" if n else
                                         "nobody has both a score and an outcome", n))  # fmt: skip
    sides = []
    for inside in (low, ~low):
        y = missed[inside]
        worth = effective_n(y, p.person[k][inside]) if 0 < y.sum() < len(y) else float(len(y))
        sides.append((float(y.mean()), worth, len(y)))
    (r1, n1, c1), (r2, n2, c2) = sides
    found = ratio(r1 * n1, n1, r2 * n2, n2)
    if isinstance(found, NoAnswer):
        return unanswered(RISK, found)
    rates = f"{_part(r1, c1)} below {cut:g} and {_part(r2, c2)} from {cut:g} up"
    times = f"{found.value:.1f} times as often ({found.low:.1f} to {'any' if np.isinf(found.high) else f'{found.high:.1f}'})"
    said = f"A score below {cut:g} at the end of week {p.week} means missing “{label}” {times}: {rates}"
    if min(c1, c2) < FEWEST or p.rarer < FEWEST:
        needed = max(FEWEST - min(c1, c2), 0) or None
        return Finding(RISK, found.value, found.low, _finite(found.high), n, "cannot tell", f"Cannot tell yet. {said}.", needed)
    if found.low > 1:
        return Finding(RISK, found.value, found.low, _finite(found.high), n, "holds", f"{said}.")
    if found.high <= 1:
        return Finding(RISK, found.value, found.low, found.high, n, "does not hold", f"Not so: {said[0].lower()}{said[1:]}.")
    more = _more(r1, n1, r2, n2, n)
    tail = f"; about {rounded(more):,} more people are needed" if more else ""
    return Finding(
        RISK, found.value, found.low, _finite(found.high), n, "cannot tell", f"Cannot tell: {said[0].lower()}{said[1:]}{tail}.", more
    )


def _part(rate: float, n: int) -> str:
    """A share of many, or a count of few: a percentage of two people says too much."""
    return f"{100 * rate:.0f} % of {n:,}" if n >= MANY else f"{int(rate * n + 0.5)} of {n}"


def _finite(x: float) -> float | None:
    return None if np.isinf(x) else x


def _more(r1: float, n1: float, r2: float, n2: float, n: int) -> int | None:
    from engagetree.stats.proportions import more_needed

    se = (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) ** 0.5
    return more_needed(n, se, abs(r1 - r2))
