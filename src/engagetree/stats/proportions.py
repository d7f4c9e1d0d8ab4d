"""Shares of people, differences and ratios of two shares, with intervals that stay honest for few people; and how many more are needed.

Sources: Wilson 1927, JASA 22; Newcombe 1998, Statistics in Medicine 17 (the difference, his method 10); Koopman 1984, Biometrics 40 (the
ratio, by the score); Korn & Graubard 1998, Survey Methodology 24 (people who come in clusters).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.estimate import Estimate, NoAnswer, Vector, reach, spread, vector

POWER = 0.8
"""How likely it should be that an effect as large as the one seen shows clearly, when it is said how many people are needed."""


def wilson(k: float, n: float, level: float = 0.95) -> Estimate | NoAnswer:
    """The share k of n with Wilson's interval.

    >>> e = wilson(2, 10); round(e.low, 4), round(e.high, 4)
    (0.0567, 0.5098)
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no share")
    if n <= 0:
        return NoAnswer("nobody is there")
    low, high = wilson_ends(np.array([k]), np.array([n]), level)
    p = k / n
    return Estimate(p, float(low[0]), float(high[0]), round(n), math.sqrt(p * (1 - p) / n))


def wilson_ends(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Vector, Vector]:
    """Low and high ends of many shares at once; NaN where n is 0."""
    z, hits, people = reach(level), vector(k), vector(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = hits / people
        middle = (p + z * z / (2 * people)) / (1 + z * z / people)
        half = z / (1 + z * z / people) * np.sqrt(p * (1 - p) / people + z * z / (4 * people * people))
    low, high = np.where(hits == 0, 0.0, middle - half), np.where(hits == people, 1.0, middle + half)
    return np.where(people > 0, np.maximum(0.0, low), np.nan), np.where(people > 0, np.minimum(1.0, high), np.nan)


def difference(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Estimate | NoAnswer:
    """Share k1 of n1 less share k2 of n2, two different groups of people.

    >>> e = difference(56, 70, 48, 80); round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    a, b = wilson(k1, n1, level), wilson(k2, n2, level)
    if isinstance(a, NoAnswer) or isinstance(b, NoAnswer):
        return NoAnswer("one of the two groups is empty", round(n1 + n2))
    by = a.value - b.value
    low = by - math.hypot(a.value - a.low, b.high - b.value)
    return Estimate(by, low, by + math.hypot(a.high - a.value, b.value - b.low), a.n + b.n, math.hypot(a.se, b.se))


def ratio(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Estimate | NoAnswer:
    """How many times as often: share k1/n1 over share k2/n2. The high end is infinite where k2 is 0; nothing is said where both are 0.

    >>> e = ratio(36, 40, 16, 80); round(e.value, 2), round(e.low, 2), round(e.high, 2)
    (4.5, 2.94, 7.15)
    """
    if not (n1 > 0 and n2 > 0 and k1 + k2 > 0):
        return NoAnswer("one of the two groups is empty, or nobody in either has the outcome", round(max(0, n1) + max(0, n2)))
    value, z = (k1 / n1) / (k2 / n2) if k2 else math.inf, reach(level)

    def outside(log_times: float) -> float:
        return _score(math.exp(log_times), k1, n1, k2, n2) - z * z

    start = math.log(value) if 0 < value < math.inf else _start(k1, n1, k2, n2)
    low = 0.0 if not k1 else math.exp(_edge(outside, start, -1.0))
    high = math.inf if not k2 else math.exp(_edge(outside, start, 1.0))
    se = math.sqrt(max(0.0, 1 / k1 - 1 / n1 + 1 / k2 - 1 / n2)) if k1 and k2 else math.inf
    return Estimate(value, low, high, round(n1 + n2), se)


def _start(k1: float, n1: float, k2: float, n2: float) -> float:
    return math.log((k1 + 0.5) / (n1 + 0.5) / ((k2 + 0.5) / (n2 + 0.5)))


def _score(times: float, k1: float, n1: float, k2: float, n2: float) -> float:
    """Koopman's chi-square of the hypothesis that the first share is `times` the second."""
    b = times * (n1 + k2) + k1 + n2
    p1 = min(1.0, (b - math.sqrt(max(0.0, b * b - 4 * times * (n1 + n2) * (k1 + k2)))) / (2 * (n1 + n2)))
    p2 = min(1.0, p1 / times)
    variance = p1 * (1 - p1) / n1 + times * times * p2 * (1 - p2) / n2
    return (k1 / n1 - times * k2 / n2) ** 2 / variance if variance > 0 else 0.0


def _edge(outside: Callable[[float], float], inside: float, step: float) -> float:
    """Where `outside` turns positive, going from `inside` in the direction of `step`."""
    far = inside + step
    while outside(far) <= 0 and abs(far - inside) < 700:
        inside, far = far, far + step
    for _ in range(60):
        middle = (inside + far) / 2
        inside, far = (middle, far) if outside(middle) <= 0 else (inside, middle)
    return inside


def effective_n(outcome: ArrayLike, cluster: ArrayLike) -> float:
    """Of how many independent people this sample (n,) tells as much, where some rows belong together. Never more than n.

    >>> round(effective_n([1, 1, 0, 0] * 5, [1, 1, 2, 2] * 5), 1) < 20
    True
    """
    y = vector(outcome)
    n, p = len(y), float(y.mean()) if len(y) else 0.0
    if not 0 < p < 1:
        return float(len(np.unique(np.asarray(cluster)))) if n else 0.0
    se, _ = spread((y - p) / n, cluster)
    return min(float(n), p * (1 - p) / (se * se)) if se else float(n)


def more_needed(n: int, se: float, distance: float, level: float = 0.95, power: float = POWER) -> int | None:
    """How many more rows like these n until an effect `distance` away shows clearly, with this power; None where no number would do.

    The standard error falls with the root of n: (z + z of the power) · se · √(n / needed) = distance.

    >>> more_needed(100, 0.05, 0.1), more_needed(100, 0.05, 0.0)
    (97, None)
    """
    from scipy.special import ndtri

    if not distance or not math.isfinite(se) or not math.isfinite(distance):
        return None
    enough = n * ((reach(level) + float(ndtri(power))) * se / distance) ** 2
    return max(0, math.ceil(enough - 1e-9) - n) if enough < 1e12 else None
