"""From a score to a chance, learnt on one set of people and told to others: a logistic curve, or steps that only rise.

Sources: Platt 1999, *Advances in Large Margin Classifiers*; Zadrozny & Elkan 2002, KDD; Barlow et al. 1972 (pool adjacent violators);
Debray et al. 2013, Statistics in Medicine 32 (a level for each cohort, and the mean of them for another one).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.estimate import Codes, NoAnswer, Vector, codes, sample, tallied, vector
from engagetree.stats.logistic import Matrix, expits, logistic


@dataclass(frozen=True)
class Curved:
    """chance = expit(level + slope · (score − middle)): two numbers learnt from n people, and the middle of their scores."""

    level: float
    slope: float
    middle: float
    n: int

    def chance(self, score: ArrayLike) -> Vector:
        """The chance of each score; NaN stays NaN."""
        return expits(self.level + self.slope * (vector(score) - self.middle))


@dataclass(frozen=True)
class Stepped:
    """The chance is `rate[i]` at `score[i]`, both rising, and lies on a straight line between two scores; beyond the ends it stays."""

    score: Vector
    rate: Vector
    n: int

    def chance(self, score: ArrayLike) -> Vector:
        """The chance of each score; NaN stays NaN."""
        return np.asarray(np.interp(vector(score), self.score, self.rate), dtype=np.float64)


def curved(score: ArrayLike, outcome: ArrayLike) -> Curved | NoAnswer:
    """Learn the logistic curve. Outcomes are drawn in a little, (yes + 1)/(yes + 2) and 1/(no + 2), as Platt does, so that there is
    always one.

    >>> c = curved([10, 20, 30, 40, 50, 60], [0, 0, 1, 0, 1, 1]); bool(c.slope > 0), c.chance([35.0]).round(2).tolist()
    (True, [0.5])
    """
    usable = sample(score, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    yes, no = usable.yes, usable.n - usable.yes
    target = np.where(usable.outcome == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    middle = float(usable.score.mean())
    fit = logistic(np.column_stack((np.ones(usable.n), usable.score - middle)), target)
    return fit if isinstance(fit, NoAnswer) else Curved(float(fit.coefficients[0]), float(fit.coefficients[1]), middle, usable.n)


DRAWN, SAY = 4.0, 16.0
"""By how many people, half of them with the outcome, each cohort's own level is drawn to the common one, so that there always is one. And
the information (about a quarter of its people) with which a cohort has half a say in the level for another cohort.
"""

TURNS, CLOSE = 60, 1e-9


def levelled(score: ArrayLike, outcome: ArrayLike, cohort: ArrayLike) -> Curved | NoAnswer:
    """Learn the logistic curve with a level of its own for every cohort, and give another cohort the mean of the levels.

    Cohorts differ in how often the outcome comes about and in how high their scores are, for reasons of their own; a curve through all of
    them would take that for what the score says. Its slope is that among people of one cohort.

    >>> c = levelled([10, 20, 30, 10, 20, 30] * 20, [0, 0, 1, 0, 1, 1] * 20, [1, 1, 1, 2, 2, 2] * 20); c.chance([20.0]).round(2).tolist()
    [0.5]
    """
    usable = sample(score, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    number, labels = codes(np.asarray(cohort)[usable.rows])
    if len(labels) < 2:
        return curved(usable.score, usable.outcome)
    yes, no = usable.yes, usable.n - usable.yes
    target = np.where(usable.outcome == 1, (yes + 1) / (yes + 2), 1 / (no + 2))
    middle, scale = float(usable.score.mean()), float(usable.score.std())
    found = _with_levels((usable.score - middle) / scale, target, number, len(labels))
    if found is None:
        return NoAnswer("no curve fits best", usable.n)
    return Curved(found[1], found[0] / scale, middle, usable.n)


def _with_levels(x: Vector, y: Vector, number: Codes, cohorts: int) -> tuple[float, float] | None:
    """(slope, level for another cohort) by Newton's method; x (n,) of middle 0 and spread 1. Rows are only ever summed within cohorts.

    Unknown are the slope, the common level, and how far each cohort's is from it: (2 + cohorts,).
    """
    beta, height = np.zeros(2 + cohorts), -np.inf
    step: Vector = np.zeros(2 + cohorts)
    for _ in range(TURNS):
        for _ in range(30):
            chance, ahead = _height(beta + step, x, y, number)
            if ahead >= height - 1e-12 * abs(height):
                break
            step = step / 2
        beta, height = beta + step, ahead
        information, gradient = _slope(beta, chance, x, y, number, cohorts)
        step = np.asarray(np.linalg.solve(information, gradient), dtype=np.float64)
        if np.abs(step).max() < CLOSE:
            size = tallied(number, chance * (1 - chance), cohorts)
            say = size / (size + SAY)
            return float(beta[0]), float(beta[1] + say @ beta[2:] / say.sum())
    return None


def _height(beta: Vector, x: Vector, y: Vector, number: Codes) -> tuple[Vector, float]:
    """The chances (n,) and the log likelihood, with that of the people that draw levels together."""
    eta, own = beta[0] * x + (beta[1] + beta[2:])[number], beta[2:]
    drawn = float((DRAWN * (0.5 * own - np.logaddexp(0.0, own))).sum())
    return expits(eta), float(y @ eta - np.logaddexp(0.0, eta).sum()) + drawn


def _slope(beta: Vector, chance: Vector, x: Vector, y: Vector, number: Codes, cohorts: int) -> tuple[Matrix, Vector]:
    """The information (2 + cohorts, 2 + cohorts) and the gradient."""
    off, weight, own = y - chance, chance * (1 - chance), expits(beta[2:])
    level, size, tilt = (tallied(number, w, cohorts) for w in (off, weight, weight * x))
    gradient = np.concatenate(([off @ x, level.sum()], level + DRAWN * (0.5 - own)))
    information = np.zeros((2 + cohorts, 2 + cohorts))
    information[0, 0], information[0, 1], information[0, 2:] = weight @ (x * x), tilt.sum(), tilt
    information[1, 1], information[1, 2:] = size.sum(), size
    information[2:, 2:] = np.diag(size + DRAWN * own * (1 - own))
    return np.triu(information) + np.triu(information, 1).T, gradient


def stepped(score: ArrayLike, outcome: ArrayLike) -> Stepped | NoAnswer:
    """Learn the rising steps that fit best.

    >>> stepped([10, 20, 30, 40], [0, 1, 0, 1]).rate.tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    usable = sample(score, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    values, at = np.unique(usable.score, return_inverse=True)
    size = np.bincount(at.reshape(-1)).astype(np.float64)
    rate = np.bincount(at.reshape(-1), weights=usable.outcome) / size
    return Stepped(values, risen(rate, size), usable.n)


def risen(rate: Vector, size: Vector) -> Vector:
    """The never-falling row (k,) nearest to `rate` in squares weighted by `size` (k,), by pooling neighbours that fall.

    >>> risen(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4)).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    ends = pools(rate, size)
    starts = np.concatenate(([0], ends[:-1]))
    sums = np.add.reduceat(rate * size, starts) / np.maximum(np.add.reduceat(size, starts), 1e-300)
    return np.repeat(sums, ends - starts)


def pools(rate: Vector, size: Vector) -> Codes:
    """Where the pools of `risen` end (exclusive), in order. A bin of size 0 joins the pool before it."""
    kept: list[tuple[float, float, int]] = []  # sum, size, end
    for i, (r, s) in enumerate(zip(rate.tolist(), size.tolist(), strict=True)):
        total, people = r * s, s
        while kept and (not people or not kept[-1][1] or kept[-1][0] / kept[-1][1] >= total / people):
            before = kept.pop()
            total, people = total + before[0], people + before[1]
        kept.append((total, people, i + 1))
    return np.array([end for _, _, end in kept], dtype=np.int64)
