"""One number measured in several cohorts, each time with its own error: its mean over cohorts, how much cohorts differ, and what another
cohort may bring.

Sources: Paule & Mandel 1982, J. Research of the National Bureau of Standards 87 (how much cohorts differ); Hartung & Knapp 2001,
Statistics in Medicine 20, and Sidik & Jonkman 2002, Statistics in Medicine 21 (the interval of the mean); Partlett & Riley 2017, Statistics
in Medicine 36 (the usual interval for another cohort, from mean and spread, is too narrow for few cohorts: 91 to 93 % in our own
simulation. So here it is for what would be *measured* in another cohort of their size, which Student's t gives exactly).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engagetree.stats.estimate import Estimate, NoAnswer, Vector, reach

FEWEST = 3
"""Cohorts that it takes to say how much cohorts differ: of two, the interval would hold nearly any number."""


@dataclass(frozen=True)
class Between:
    """`mean` over cohorts like these with its interval; `other` [low, high] what would be measured in another cohort; `spread` the standard
    deviation of the cohorts' true numbers; `each` (k,) what was measured. `mean.n` are people, `mean.se` is that of the mean."""

    mean: Estimate
    other: tuple[float, float]
    spread: float
    each: tuple[Estimate, ...]


def between(each: Sequence[Estimate], level: float = 0.95) -> Between | NoAnswer:
    """The mean of cohorts that differ (random effects), each weighing less the less it is known by itself.

    No answer for fewer than three cohorts. The interval of the mean is Hartung's and Knapp's: what was seen to vary decides how wide it is,
    with Student's t over cohorts.

    >>> e = [Estimate(v, v - 0.2, v + 0.2, 100, 0.1) for v in (0.8, 1.0, 1.2, 1.4)]; b = between(e)
    >>> round(b.mean.value, 3), round(b.mean.low, 3), round(b.mean.high, 3), round(b.spread, 3)
    (1.1, 0.689, 1.511, 0.238)
    """
    n = sum(e.n for e in each)
    if len(each) < FEWEST:
        return NoAnswer(f"{len(each)} cohorts are too few to say how much cohorts differ", n)
    value, error = np.array([e.value for e in each]), np.array([e.se for e in each])
    if not (np.isfinite(error).all() and (error > 0).all()):
        return NoAnswer("in one of the cohorts it was not seen to vary", n)
    k, spread = len(each), _spread(value, error**2)
    weight = 1 / (error**2 + spread)
    mean = float(weight @ value / weight.sum())
    se = math.sqrt(float(weight @ (value - mean) ** 2) / float(weight.sum()) / (k - 1))
    half, middle = reach(level, k - 1) * se, float(value.mean())
    far = reach(level, k - 1) * float(value.std(ddof=1)) * math.sqrt(1 + 1 / k)
    return Between(Estimate(mean, mean - half, mean + half, n, se), (middle - far, middle + far), math.sqrt(spread), tuple(each))


def _spread(value: Vector, variance: Vector) -> float:
    """The variance between cohorts at which their weighted squares are as large as they should be; 0 where they are smaller without any."""
    low, high = 0.0, max(float(np.ptp(value)) ** 2, float(variance.max()))

    def beyond(between: float) -> float:
        weight = 1 / (variance + between)
        mean = float(weight @ value / weight.sum())
        return float(weight @ (value - mean) ** 2) - (len(value) - 1)

    if beyond(0.0) <= 0:
        return 0.0
    while beyond(high) > 0:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) > 0 else (low, middle)
    return (low + high) / 2
