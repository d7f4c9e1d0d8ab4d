"""Logistic regression by Newton's method for a few columns, with the variance that holds when some rows belong together.

Sources: McCullagh & Nelder 1989, *Generalized Linear Models*; Liang & Zeger 1986, Biometrika 73 (rows in clusters).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engagetree.stats.estimate import NoAnswer, Vector, codes, vector

Matrix = NDArray[np.float64]

TURNS, CLOSE, FAR = 60, 1e-9, 60.0


@dataclass(frozen=True)
class Logistic:
    """Coefficients (k,), their covariance (k, k), the log likelihood, from n rows; `df` judges them (infinite without clusters)."""

    coefficients: Vector
    covariance: Matrix
    likelihood: float
    n: int
    df: float = math.inf

    def chance(self, columns: Matrix, offset: ArrayLike = 0.0) -> Vector:
        """The chance of the outcome for rows of the same columns."""
        return expits(columns @ self.coefficients + np.asarray(offset, dtype=np.float64))


def logistic(
    columns: Matrix, outcome: ArrayLike, offset: ArrayLike = 0.0, weight: ArrayLike | None = None, cluster: ArrayLike | None = None
) -> Logistic | NoAnswer:
    """Fit P(outcome) = expit(columns · β + offset). columns (n, k) hold their own column of ones; no NaN; outcome 0–1; weight (n,) counts
    rows.

    No answer where the likelihood has no highest point: where the columns tell the outcomes apart without an error, or repeat one another.

    >>> x = np.array([0.0, 0, 0, 0, 1, 1, 1, 1]); fit = logistic(np.column_stack((np.ones(8), x)), [1, 0, 0, 0, 1, 1, 1, 0])
    >>> fit.coefficients.round(4).tolist()  # the log odds of 1 : 3, and of 3 : 1 less those
    [-1.0986, 2.1972]
    """
    y, away = vector(outcome), np.asarray(offset, dtype=np.float64)
    w = np.ones(len(y)) if weight is None else vector(weight)
    n = round(float(w.sum()))
    found = _climb(columns, y, away, w)
    if found is None:
        return NoAnswer("the outcome is told apart without an error, or two columns say the same: no curve fits best", n)
    beta, bread = found
    if cluster is None:
        return Logistic(beta, bread, _likelihood(columns @ beta + away, y, w), n)
    moves = columns * (w * (y - expits(columns @ beta + away)))[:, None]
    meat, groups = clustered(moves, cluster)
    return Logistic(beta, bread @ meat @ bread, _likelihood(columns @ beta + away, y, w), n, groups - 1.0)


def clustered(moves: Matrix, cluster: ArrayLike) -> tuple[Matrix, int]:
    """The sum of squares (k, k) of rows (n, k) added up in their clusters, times G/(G − 1); and how many clusters G there are."""
    number, labels = codes(cluster)
    groups = len(labels)
    sums = np.column_stack([np.bincount(number, weights=column, minlength=groups) for column in moves.T])
    return np.asarray(sums.T @ sums * (groups / max(1, groups - 1)), dtype=np.float64), groups


def expits(x: Vector) -> Vector:
    """1 / (1 + e^−x) for arrays, without overflow."""
    from scipy.special import expit

    return np.asarray(expit(x), dtype=np.float64)


def logits(p: ArrayLike) -> Vector:
    """The log odds of chances, those within 1e-9 of 0 and 1 kept finite."""
    from scipy.special import logit

    return np.asarray(logit(np.clip(vector(p), 1e-9, 1 - 1e-9)), dtype=np.float64)


def _climb(columns: Matrix, y: Vector, away: Vector, w: Vector) -> tuple[Vector, Matrix] | None:
    """The highest point and the inverse of the information there. Columns are scaled, so that far is far for each of them."""
    scale = np.sqrt(np.maximum((w[:, None] * columns**2).sum(axis=0) / max(w.sum(), 1e-300), 1e-300))
    x, beta = columns / scale, np.zeros(columns.shape[1])
    height = _likelihood(away + x @ beta, y, w)
    for _ in range(TURNS):
        p = expits(x @ beta + away)
        information = x.T @ (x * (w * p * (1 - p))[:, None])
        ends = np.linalg.eigvalsh(information)
        if not ends[0] > 1e-12 * ends[-1]:
            return None
        step = np.linalg.solve(information, x.T @ (w * (y - p)))
        beta, height, moved = _ahead(x, y, away, w, beta, step, height)
        if np.abs(beta).max() > FAR:
            return None
        if moved < CLOSE:
            return beta / scale, np.asarray(np.linalg.inv(information) / np.outer(scale, scale))
    return None


def _ahead(x: Matrix, y: Vector, away: Vector, w: Vector, beta: Vector, step: Vector, height: float) -> tuple[Vector, float, float]:
    """One step, halved while it leads downhill."""
    for halved in range(30):
        ahead = beta + step * 0.5**halved
        there = _likelihood(x @ ahead + away, y, w)
        if there >= height - 1e-12 * abs(height):
            return ahead, there, float(np.abs(ahead - beta).max())
    return beta, height, 0.0


def _likelihood(eta: Vector, y: Vector, w: Vector) -> float:
    return float(w @ (y * eta - np.logaddexp(0.0, eta)))
