"""Weights that predict: non-negative, summing to 1, learnt from people whose outcome is known.

The score is Σ w·s / Σ w over what is known, twice over: drivers make signals, signals the score, and what is unknown leaves its weight to
the others at its own level. The weights are those of the logistic curve, outcome on score, with a level of its own for every cohort, so
that they say who stands above whom inside a cohort and not which cohort does better. Nothing is filled in for what is unknown: the curve
is fitted to the score as people would be given it. Maximum likelihood by L-BFGS-B (Byrd et al. 1995, SIAM J. Scientific Computing 16).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engagetree.stats.estimate import Codes, NoAnswer, Vector, codes, vector
from engagetree.stats.logistic import expits

Matrix = NDArray[np.float64]

LEAST, MOST, NONE = 1e-7, 60.0, 1e-3
"""No weight is below the first or above the second while it is fitted; a share below the third is none."""


@dataclass(frozen=True)
class Fitted:
    """`weights` (k,) sum to 1. `steepness`: log odds gained from score 0 to 1. From n people in `cohorts` cohorts, `likelihood` a head."""

    weights: Vector
    steepness: float
    likelihood: float
    n: int
    cohorts: int


def score_of(values: Matrix, weights: ArrayLike, signal: ArrayLike | None = None) -> Vector:
    """The score (n,) of driver values (n, k), NaN where unknown; `signal` (k,) numbers the signal that each driver belongs to.

    A signal weighs as much as its drivers together. A row without any known weight has no score (NaN).

    >>> score_of(np.array([[1.0, 0.0], [0.5, np.nan]]), [0.6, 0.4]).tolist()
    [0.6, 0.5]
    >>> score_of(np.array([[1.0, np.nan, 0.0]]), [0.1, 0.4, 0.5], [0, 0, 1]).tolist()  # the first stands for its signal, of 0.5
    [0.5]
    """
    w = vector(weights)
    top, bottom = _parts(np.nan_to_num(values), _known(values) * (w > 0), np.maximum(w, 1e-300), _signals(signal, len(w)))[:2]
    out: Vector = np.full(len(values), np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out


def fitted(
    values: Matrix,
    outcome: ArrayLike,
    cohort: ArrayLike | None = None,
    signal: ArrayLike | None = None,
    pull: float = 0.0,
    towards: ArrayLike | None = None,
) -> Fitted | NoAnswer:
    """Weights for driver values (n, k), 0–1 with NaN unknown, that best predict the outcome (n,) inside cohorts.

    A driver that is the same for everybody gets none. `pull` draws the weights towards `towards` (k,), equal ones if not given: `pull`
    times the squared distance is taken off the log likelihood.

    >>> rng = np.random.default_rng(3); x = rng.random((4000, 3)); y = rng.random(4000) < expits(-2 + 3 * x[:, 0] + 1 * x[:, 1])
    >>> fitted(x, y).weights.round(1).tolist()
    [0.8, 0.2, 0.0]
    """
    y = vector(outcome)
    known = _known(values)
    rows = np.flatnonzero(np.isfinite(y) & (known.sum(axis=1) > 0))
    reason = _unfit(y[rows], values, rows)
    if reason:
        return NoAnswer(reason, len(rows))
    number, labels = (np.zeros(len(rows), dtype=np.int64), [None]) if cohort is None else codes(np.asarray(cohort)[rows])
    target = np.full(values.shape[1], 1 / values.shape[1]) if towards is None else vector(towards) / vector(towards).sum()
    x, belongs, whole = np.nan_to_num(values[rows]), _signals(signal, values.shape[1]), bool(known[rows].all())
    beta, height = _Problem(x, known[rows], y[rows], number, len(labels), belongs, pull, target, whole).solve(_differs(values[rows]))
    if beta.max() >= MOST:
        return NoAnswer("the drivers tell the outcomes apart without an error, so no weights are better than others", len(rows))
    if beta.sum() <= LEAST * 100 * len(beta):
        return NoAnswer("no driver is higher for those with the outcome", len(rows))
    share = beta / beta.sum()
    share = np.where(share < NONE, 0.0, share)
    return Fitted(share / share.sum(), float(beta.sum()), -height, len(rows), len(labels))


def _unfit(y: Vector, values: Matrix, rows: Codes) -> str:
    if not len(rows):
        return "nobody has both a known driver and an outcome"
    if y.min() == y.max():
        return f"all {len(y)} have the same outcome, so there is nothing to tell apart"
    seen = values[rows]
    return "" if np.any(_differs(seen)) else "every driver has the same value for everybody"


def _differs(values: Matrix) -> NDArray[np.bool_]:
    """Which drivers (k,) are not the same for everybody who has a value; one that nobody has a value of is not."""
    low, high = (np.where(np.isnan(values), s * np.inf, values) for s in (1, -1))
    return np.asarray(low.min(axis=0) < high.max(axis=0))


def _known(values: Matrix) -> Matrix:
    return np.isfinite(values).astype(np.float64)


def _signals(signal: ArrayLike | None, k: int) -> Matrix:
    """(k, signals), 1 where the driver belongs to the signal."""
    number = np.arange(k) if signal is None else codes(signal)[0]
    return np.eye(int(number.max()) + 1)[number]


def _parts(x: Matrix, known: Matrix, w: Vector, belongs: Matrix) -> tuple[Vector, Vector, Matrix, Matrix, Matrix]:
    """Σ W·s and Σ W over the known signals, and of each signal (n, signals) its value, the known weight below it, whether it is known."""
    below = (known * w) @ belongs
    there = (below > 0).astype(np.float64)
    value = np.divide((x * known * w) @ belongs, below, out=np.zeros_like(below), where=below > 0)
    heavy = there * (w @ belongs)
    return (heavy * value).sum(axis=1), heavy.sum(axis=1), value, below, there


@dataclass(frozen=True)
class _Problem:
    x: Matrix
    known: Matrix
    y: Vector
    number: Codes
    cohorts: int
    belongs: Matrix
    pull: float
    target: Vector
    whole: bool

    def solve(self, usable: NDArray[np.bool_]) -> tuple[Vector, float]:
        from scipy.optimize import minimize

        k = self.x.shape[1]
        rate = np.bincount(self.number, weights=self.y) + 0.5
        level = np.log(rate / (np.bincount(self.number) + 1 - rate)) - 0.5
        start = np.concatenate((np.where(usable, self.target + 1e-3, LEAST), level))
        bounds = [(LEAST, MOST if u else LEAST) for u in usable] + [(-2 * MOST, MOST)] * self.cohorts
        found = minimize(
            self.loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-11, "gtol": 1e-7}
        )
        return np.asarray(found.x[:k]), float(found.fun)

    def loss(self, theta: Vector) -> tuple[float, Vector]:
        """Minus the mean log likelihood and its slope. f = B·N/D with B = Σβ; ∂f/∂β = N/D + B·(∂N − N/D·∂D)/D."""
        k = self.x.shape[1]
        beta, level = theta[:k], theta[k:]
        if self.whole:
            return self._plain(beta, level)
        top, bottom, value, below, there = _parts(self.x, self.known, beta, self.belongs)
        total, mean = float(beta.sum()), top / bottom
        eta = total * mean + level[self.number]
        residual = expits(eta) - self.y
        return self._pulled(beta, eta, self._slope(residual, beta, total, mean, bottom, value, below, there), residual)

    def _plain(self, beta: Vector, level: Vector) -> tuple[float, Vector]:
        """Where everything is known: f = x·β."""
        eta = self.x @ beta + level[self.number]
        residual = expits(eta) - self.y
        return self._pulled(beta, eta, self.x.T @ residual, residual)

    def _pulled(self, beta: Vector, eta: Vector, slope: Vector, residual: Vector) -> tuple[float, Vector]:
        n, total = len(self.y), float(beta.sum())
        gap = beta / total - self.target
        slope = (slope + self.pull * 2 * (gap - gap @ beta / total) / total) / n
        levels = np.bincount(self.number, weights=residual, minlength=self.cohorts) / n
        height = float(np.logaddexp(0.0, eta).sum() - self.y @ eta + self.pull * (gap @ gap)) / n
        return height, np.concatenate((slope, levels))

    def _slope(
        self, residual: Vector, beta: Vector, total: float, mean: Vector, bottom: Vector, value: Matrix, below: Matrix, there: Matrix
    ) -> Vector:
        by = residual * total / bottom
        common = float(residual @ mean)
        outer = ((by[:, None] * there * (value - mean[:, None])).sum(axis=0)) @ self.belongs.T  # the signal grows heavier
        heavy = beta @ self.belongs
        inner = by[:, None] * np.divide(there * heavy, below, out=np.zeros_like(below), where=below > 0)  # the driver inside its signal
        shift = np.einsum("ij,ij->j", self.known * self.x, inner @ self.belongs.T) - np.einsum(
            "ij,ij->j", self.known, (inner * value) @ self.belongs.T
        )
        return np.asarray(common + outer + shift, dtype=np.float64)


def effective(values: Matrix, weights: ArrayLike, signal: ArrayLike | None = None) -> Vector | NoAnswer:
    """What each driver (k,) really weighs: the share of the score's variance that its points carry, cov(points, score) / var(score).

    The shares sum to 1; one that works against the rest is negative. Declared weights are what people intend, these what they get: a
    signal on which nobody differs weighs nothing. Source: the covariance decomposition of a sum (Pratt 1987).

    >>> effective(np.array([[0.0, 1.0], [1.0, 1.0], [0.5, 1.0]]), [0.5, 0.5]).tolist()
    [1.0, 0.0]
    """
    points = points_of(values, weights, signal)
    score = points.sum(axis=1)
    kept = np.isfinite(score)
    if np.count_nonzero(kept) < 2:
        return NoAnswer("fewer than two people have a score", int(np.count_nonzero(kept)))
    p, s = points[kept], score[kept] - score[kept].mean()
    variance = float(s @ s)
    if variance <= 1e-18 * len(s):
        return NoAnswer(f"all {len(s)} have the same score", len(s))
    return np.asarray((p - p.mean(axis=0)).T @ s / variance)


def points_of(values: Matrix, weights: ArrayLike, signal: ArrayLike | None = None) -> Matrix:
    """What each driver adds to each score (n, k); rows sum to `score_of`, NaN where there is no score."""
    w = vector(weights)
    belongs = _signals(signal, len(w))
    known = _known(values) * (w > 0)
    x = np.nan_to_num(values)
    _, bottom, _, below, there = _parts(x, known, np.maximum(w, 1e-300), belongs)
    carried = np.divide(
        there * (w @ belongs), below * np.where(bottom > 0, bottom, np.nan)[:, None], out=np.zeros_like(below), where=below > 0
    )
    out = x * known * w * (carried @ belongs.T)
    return np.where(bottom[:, None] > 0, out, np.nan)


def equal(signal: Sequence[int] | ArrayLike) -> Vector:
    """Equal weights of the signals, and of the drivers inside each.

    >>> equal([0, 0, 1]).tolist()
    [0.25, 0.25, 0.5]
    """
    number, labels = codes(signal)
    return 1.0 / (np.bincount(number)[number] * len(labels))
