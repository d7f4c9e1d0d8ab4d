"""What a statistic returns: a number with its interval, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """`value` with its interval [low, high] from `n` rows; `se` is its standard error on its own scale, 0 where it was not seen to vary."""

    value: float
    low: float
    high: float
    n: int
    se: float = 0.0


@dataclass(frozen=True)
class NoAnswer:
    """No number can be given of these `n` rows, for this reason; `needed` says how many more there must be, where that is known."""

    reason: str
    n: int = 0
    needed: int | None = None


@dataclass(frozen=True)
class Sample:
    """Those with both a score and an outcome: `score` and `outcome` (0 or 1), both (n,), and which `rows` of the input they are.

    `unknown` had a score and no outcome. They are left out, never taken as failures.
    """

    score: Vector
    outcome: Vector
    rows: Codes
    unknown: int

    @property
    def n(self) -> int:
        return len(self.score)

    @property
    def yes(self) -> int:
        return int(self.outcome.sum())


def sample(score: ArrayLike, outcome: ArrayLike) -> Sample | NoAnswer:
    """Pick the rows that can be used. NaN is no score, or no outcome; an outcome is 0 or 1. ValueError where the lengths differ.

    >>> sample([10, 20, float("nan"), 40], [0, 1, 1, float("nan")]).rows.tolist()
    [0, 1]
    >>> sample([10, 20], [1, 1]).reason
    'all 2 have the same outcome, so there is nothing to tell apart'
    """
    x, y = vector(score), vector(outcome)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"scores have the shape {x.shape}, outcomes {y.shape}; both must be one row an element")
    scored, told = np.isfinite(x), np.isfinite(y)
    rows = np.flatnonzero(scored & told)
    x, y = x[rows], y[rows]
    unknown = int(np.count_nonzero(scored & ~told))
    reason = _unusable(x, y, bool(scored.any()), bool(told.any()))
    return NoAnswer(reason, len(rows)) if reason else Sample(x, y, rows, unknown)


def _unusable(x: Vector, y: Vector, scored: bool, told: bool) -> str:
    if not told:
        return "nobody has an outcome"
    if not len(x):
        return "nobody has both a score and an outcome" if scored else "nobody has a score"
    if not np.all((y == 0) | (y == 1)):
        return f"an outcome is 1 or 0; {y[(y != 0) & (y != 1)][0]:g} was found"
    if y.min() == y.max():
        return f"all {len(y)} have the same outcome, so there is nothing to tell apart"
    if x.min() == x.max():
        return f"all {len(x)} have the same score, so it ranks nobody"
    return ""


def vector(values: ArrayLike) -> Vector:
    """Doubles; what is masked or None is NaN."""
    return np.asarray(values, dtype=np.float64)


def codes(labels: ArrayLike) -> tuple[Codes, list[object]]:
    """Number labels of any kind 0, 1, …: the number of each row, and the labels by number.

    >>> codes(["b", "a", "b"])
    (array([1, 0, 1]), ['a', 'b'])
    """
    found = np.asarray(labels)
    if found.dtype == object:
        found = found.astype(str)
    names, numbers = np.unique(found, return_inverse=True)
    return numbers.reshape(-1).astype(np.int64, copy=False), names.tolist()


def tallied(number: Codes, weight: ArrayLike | None = None, size: int = 0) -> Vector:
    """The sum of weights (n,) by number, or how many there are of each, as doubles; at least `size` elements.

    >>> tallied(np.array([0, 2, 2])).tolist()
    [1.0, 0.0, 2.0]
    """
    return np.bincount(number, weights=None if weight is None else vector(weight), minlength=size).astype(np.float64)


def reach(level: float = 0.95, df: float = math.inf) -> float:
    """By how many standard errors an interval of this level reaches to either side: Student's t, the normal where `df` is infinite.

    >>> round(reach(), 3), round(reach(df=9), 3), reach(df=0)
    (1.96, 2.262, inf)
    """
    from scipy.special import ndtri, stdtrit

    if df < 1:
        return math.inf
    return float(ndtri((1 + level) / 2)) if math.isinf(df) else float(stdtrit(df, (1 + level) / 2))


def on_logit(value: float, se: float, by: float) -> tuple[float, float]:
    """[low, high] of a share or an AUC, made on the scale of its log odds so that it stays between 0 and 1. 0 < value < 1.

    >>> [round(v, 3) for v in on_logit(0.9, 0.05, 1.96)]
    [0.752, 0.964]
    """
    middle, half = math.log(value / (1 - value)), by * se / (value * (1 - value))
    return expit(middle - half), expit(middle + half)


def expit(x: float) -> float:
    """1 / (1 + e^−x), without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(max(x, -745.0)) / (1 + math.exp(max(x, -745.0)))


def spread(influence: Vector, cluster: ArrayLike | None = None) -> tuple[float, float]:
    """The standard error of an estimate whose rows move it by `influence` (n,), and the degrees of freedom to judge it by.

    NaN: a row that was not used. Rows of one `cluster` (any labels, (n,)) are added up before they are squared; a cluster more or less is
    what varies then (Liang & Zeger 1986, Biometrika 73; G/(G − 1) as in Obuchowski 1997, Biometrics 53). One cluster: nothing is known.

    >>> spread(np.array([3.0, 4.0, np.nan])), spread(np.array([1.0, 2.0, 3.0, np.nan]), ["a", "a", "b", "c"])
    ((5.0, inf), (6.0, 1.0))
    """
    used = np.isfinite(influence)
    moves = influence[used]
    if cluster is None:
        return math.sqrt(float(moves @ moves)), math.inf
    number, labels = codes(np.asarray(cluster)[used])
    sums, groups = tallied(number, moves), len(labels)
    if groups < 2:
        return math.inf, 0.0
    return math.sqrt(float(sums @ sums) * groups / (groups - 1)), groups - 1.0
