"""Does a chance that is told come true as often as it says? Brier score with its parts, calibration curve, slope and level.

Sources: Brier 1950, Monthly Weather Review 78; Murphy 1973, J. Applied Meteorology 12; Stephenson, Coelho & Jolliffe 2008, Weather and
Forecasting 23 (the parts within bins); Cox 1958, Biometrika 45 (slope and level); Spiegelhalter 1986, Statistics in Medicine 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Sample, Vector, reach, sample
from engagetree.stats.logistic import Logistic, logistic, logits
from engagetree.stats.proportions import wilson_ends

Edges = Literal["quantile", "fixed"]


@dataclass(frozen=True)
class Brier:
    """The mean square of chance less outcome. score = reliability − resolution + uncertainty + within, to the last digits.

    `uncertainty` is what telling everybody the base rate would score; `resolution` what knowing more takes off; `reliability` what chances
    that do not come true put on; `within` what is lost because chances differ inside a bin. `skill` = 1 − score/uncertainty.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    se: float
    n: int

    @property
    def skill(self) -> float:
        return 1 - self.score / self.uncertainty


@dataclass(frozen=True)
class Curve:
    """One element a bin, rising: mean chance told, rate that came true with Wilson's interval, and people; all (k,)."""

    told: Vector
    rate: Vector
    low: Vector
    high: Vector
    n: Codes


def brier(chance: ArrayLike, outcome: ArrayLike, bins: int = 10, edges: Edges = "quantile") -> Brier | NoAnswer:
    """The Brier score and its parts over bins of the chance.

    >>> b = brier([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 0], bins=2); round(b.score, 4), b.uncertainty
    (0.21, 0.1875)
    >>> round(b.reliability, 4), round(b.resolution, 4), round(b.within, 4)
    (0.085, 0.0625, 0.0)
    """
    usable = _chances(chance, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    p, y, n = usable.score, usable.outcome, usable.n
    bin_of = binned(p, bins, edges)
    size, told, rate = _means(bin_of, p, y)
    square, base = (p - y) ** 2, float(y.mean())
    reliability = float(size @ (told - rate) ** 2) / n
    resolution = float(size @ (rate - base) ** 2) / n
    inside = p - told[bin_of]
    within = float(inside @ inside - 2 * inside @ (y - rate[bin_of])) / n
    se = float(square.std(ddof=1)) / math.sqrt(n)
    return Brier(float(square.mean()), reliability, resolution, base * (1 - base), within, se, n)


def curve(chance: ArrayLike, outcome: ArrayLike, bins: int = 10, edges: Edges = "quantile", level: float = 0.95) -> Curve | NoAnswer:
    """The calibration curve. Bins hold equally many people ("quantile"), never splitting equal chances, or are equally wide ("fixed").

    >>> c = curve([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 0], bins=2); c.told.tolist(), c.rate.tolist(), c.n.tolist()
    ([0.1, 0.9], [0.0, 0.5], [2, 2])
    """
    usable = _chances(chance, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    size, told, rate = _means(binned(usable.score, bins, edges), usable.score, usable.outcome)
    low, high = wilson_ends(np.round(size * rate), size, level)
    return Curve(told, rate, low, high, size.astype(np.int64))


def binned(values: Vector, bins: int, edges: Edges = "quantile") -> Codes:
    """The bin of each value, numbered 0, 1, … without gaps.

    >>> binned(np.array([0.1, 0.2, 0.2, 0.9]), 2).tolist(), binned(np.array([0.1, 0.2, 0.2, 0.9]), 2, "fixed").tolist()
    ([0, 1, 1, 1], [0, 0, 0, 1])
    """
    if edges == "fixed":
        cuts = np.linspace(0, 1, bins + 1)[1:-1]
    else:
        cuts = np.sort(values)[(np.arange(1, bins) * len(values)) // bins] if len(values) else np.zeros(0)
    number = np.searchsorted(np.unique(cuts), values, side="right")
    return np.asarray(np.unique(number, return_inverse=True)[1], dtype=np.int64).reshape(-1)


@dataclass(frozen=True)
class Calibration:
    """`slope` is 1 and `level` is 0 where chances are right. Slope below 1: chances too extreme. Level (log odds) above 0: chances too low.

    `expected` is the mean chance told, `observed` the rate that came true; `z` is Spiegelhalter's, standard normal where chances are right.
    """

    slope: Estimate
    level: Estimate
    expected: float
    observed: float
    z: float
    n: int


def calibration(chance: ArrayLike, outcome: ArrayLike, cluster: ArrayLike | None = None, level: float = 0.95) -> Calibration | NoAnswer:
    """Slope of the outcome on the log odds of the chance, and level with the slope held at 1. `cluster`: rows that belong together.

    >>> p = np.repeat([0.2, 0.8], 10); c = calibration(p, [1] * 2 + [0] * 8 + [1] * 8 + [0] * 2)
    >>> round(c.slope.value, 6), abs(round(c.level.value, 6)), round(c.z, 6) + 0.0
    (1.0, 0.0, 0.0)
    """
    usable = _chances(chance, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    eta, ones = logits(usable.score), np.ones(usable.n)
    mine = None if cluster is None else np.asarray(cluster)[usable.rows]
    both = logistic(np.column_stack((ones, eta)), usable.outcome, cluster=mine)
    one = logistic(ones[:, None], usable.outcome, offset=eta, cluster=mine)
    if isinstance(both, NoAnswer) or isinstance(one, NoAnswer):
        return NoAnswer("the chances tell the outcomes apart without an error: no slope fits best", usable.n)
    p, y = usable.score, usable.outcome
    z = float(((y - p) * (1 - 2 * p)).sum() / math.sqrt(max(float(((1 - 2 * p) ** 2 * p * (1 - p)).sum()), 1e-300)))
    return Calibration(_of(both, 1, level), _of(one, 0, level), float(p.mean()), float(y.mean()), z, usable.n)


def _of(fit: Logistic, k: int, level: float) -> Estimate:
    value, se = float(fit.coefficients[k]), math.sqrt(float(fit.covariance[k, k]))
    half = reach(level, fit.df) * se
    return Estimate(value, value - half, value + half, fit.n, se)


def _chances(chance: ArrayLike, outcome: ArrayLike) -> Sample | NoAnswer:
    usable = sample(chance, outcome)
    if not isinstance(usable, NoAnswer) and (usable.score.min() < 0 or usable.score.max() > 1):
        return NoAnswer("a chance lies between 0 and 1; scores must be recalibrated first", usable.n)
    return usable


def _means(bin_of: Codes, p: Vector, y: Vector) -> tuple[Vector, Vector, Vector]:
    size = np.bincount(bin_of).astype(np.float64)
    return size, np.bincount(bin_of, weights=p) / size, np.bincount(bin_of, weights=y) / size
