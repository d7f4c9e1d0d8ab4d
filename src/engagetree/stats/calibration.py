"""Does a chance that is told come true as often as it says? Brier score with its parts, calibration curve, slope and level.

Sources: Brier 1950, Monthly Weather Review 78; Murphy 1973, J. Applied Meteorology 12; Stephenson, Coelho & Jolliffe 2008, Weather and
Forecasting 23 (the parts within bins); Cox 1958, Biometrika 45 (slope and level); Spiegelhalter 1986, Statistics in Medicine 5; Debray
et al. 2013, Statistics in Medicine 32, and Steyerberg & Harrell 2016, J. Clinical Epidemiology 69 (each unseen cohort by itself).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.between import Between, between
from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Sample, Vector, codes, reach, sample
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


@dataclass(frozen=True)
class Unseen:
    """Calibration in cohorts that chances were not learnt on, one by one, and over them.

    `slope` is over the cohorts that are large enough for one of their own, or, where those are too few, the one that all cohorts have in
    common, each with its own level (`common`). `gap` is the rate that came true less the mean chance told, 0 where the level is right.
    `left_out`: cohorts with too few people with or without the outcome.
    """

    slope: Estimate
    common: bool
    cohorts: tuple[object, ...]
    slopes: Between | NoAnswer
    gap: Between | NoAnswer
    left_out: int


LEAST = 10
"""With fewer people than this with the outcome, or without it, a cohort has no slope of its own."""


def unseen_calibration(
    chance: ArrayLike, outcome: ArrayLike, cohort: ArrayLike, cluster: ArrayLike | None = None, least: int = LEAST
) -> Unseen | NoAnswer:
    """Slope and level inside each cohort, and their means over cohorts. chance (n,) must have been learnt without the row's own cohort.

    Cohorts differ in level for reasons that no score knows; a slope through all of them mixes that with what chances say about people. So
    each cohort has its slope by itself, and its level is told apart.
    """
    usable = _chances(chance, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    number, labels = codes(np.asarray(cohort)[usable.rows])
    who = np.arange(usable.n) if cluster is None else codes(np.asarray(cluster)[usable.rows])[0]
    own: list[tuple[object, Estimate, Estimate]] = []
    for k, label in enumerate(labels):
        p, y, mine = usable.score[number == k], usable.outcome[number == k], who[number == k]
        if min(float(y.sum()), float((1 - y).sum())) < least:
            continue
        found = calibration(p, y, mine if len(np.unique(mine)) < len(mine) else None)
        if not isinstance(found, NoAnswer):
            own.append((label, found.slope, _gap(p, y)))
    left_out = len(labels) - len(own)
    slopes, gap = between([s for _, s, _ in own]), between([g for _, _, g in own])
    if not isinstance(slopes, NoAnswer):
        return Unseen(slopes.mean, False, tuple(c for c, _, _ in own), slopes, gap, left_out)
    eta = logits(usable.score)
    fit = logistic(np.column_stack((eta, np.eye(len(labels))[number])), usable.outcome, cluster=who)
    if isinstance(fit, NoAnswer):
        return NoAnswer("no cohort is large enough, or the chances tell the outcomes apart without an error: no slope fits best", usable.n)
    return Unseen(_of(fit, 0, 0.95), True, tuple(c for c, _, _ in own), slopes, gap, left_out)


def _gap(p: Vector, y: Vector) -> Estimate:
    """What came true less what was told."""
    value, se = float((y - p).mean()), float((y - p).std(ddof=1)) / math.sqrt(len(y))
    half = reach() * se
    return Estimate(value, value - half, value + half, len(y), se)


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
