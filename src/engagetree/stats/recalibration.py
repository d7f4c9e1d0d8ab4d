"""From a score to a chance, learnt on one set of people and told to others: a logistic curve, or steps that only rise.

Sources: Platt 1999, *Advances in Large Margin Classifiers*; Zadrozny & Elkan 2002, KDD; Barlow et al. 1972 (pool adjacent violators).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.estimate import Codes, NoAnswer, Vector, sample, vector
from engagetree.stats.logistic import expits, logistic


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
