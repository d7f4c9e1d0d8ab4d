"""AUC and its variance from counts alone: how many with and without the outcome stand at each distinct score.

An engine makes the counts with one GROUP BY, and counts add. Nothing is lost: the numbers are those of `auc`, to the last digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.auc import newcombe
from engagetree.stats.estimate import Estimate, NoAnswer, Vector, on_logit, reach, sample, tallied


@dataclass(frozen=True)
class Counts:
    """At each distinct `score`, rising, how many have the outcome (`yes`) and how many have not (`no`); all (k,)."""

    score: Vector
    yes: Vector
    no: Vector

    def __add__(self, other: Counts) -> Counts:
        return merged(np.concatenate((self.score, other.score)), np.concatenate((self.yes, other.yes)), np.concatenate((self.no, other.no)))


def merged(score: Vector, yes: Vector, no: Vector) -> Counts:
    """Counts in any order and with repeated scores, as an engine returns them."""
    values, at = np.unique(score, return_inverse=True)
    return Counts(values, *(tallied(at.reshape(-1), w) for w in (yes, no)))


def counted(score: ArrayLike, outcome: ArrayLike) -> Counts | NoAnswer:
    """The counts of rows; NaN in either is left out."""
    usable = sample(score, outcome)
    return usable if isinstance(usable, NoAnswer) else merged(usable.score, usable.outcome, 1 - usable.outcome)


def auc_of(counts: Counts, level: float = 0.95) -> Estimate | NoAnswer:
    """The AUC with DeLong's interval on the scale of the log odds.

    >>> e = auc_of(Counts(np.array([10.0, 50.0, 90.0]), np.array([1.0, 2.0, 7.0]), np.array([5.0, 4.0, 1.0]))); round(e.value, 3)
    0.83
    """
    yes, no = float(counts.yes.sum()), float(counts.no.sum())
    n = int(yes + no)
    if not yes or not no:
        return NoAnswer(f"all {n} have the same outcome, so there is nothing to tell apart" if n else "nobody has an outcome", n)
    if np.count_nonzero(counts.yes + counts.no) < 2:
        return NoAnswer(f"all {n} have the same score, so it ranks nobody", n)
    value, se = _area(counts, yes, no)
    if 0 < value < 1 and se > 0:
        return Estimate(value, *on_logit(value, se, reach(level)), n, se)
    return Estimate(value, *newcombe(value, yes, no, reach(level)), n, 0.0)


def _area(counts: Counts, yes: float, no: float) -> tuple[float, float]:
    over = (np.cumsum(counts.no) - counts.no / 2) / no  # the share that one with the outcome is above
    under = 1 - (np.cumsum(counts.yes) - counts.yes / 2) / yes
    value = float(counts.yes @ over) / yes
    parts = (float(w @ (v - value) ** 2) / max(1.0, total - 1) / total for w, v, total in ((counts.yes, over, yes), (counts.no, under, no)))
    return value, math.sqrt(sum(parts))
