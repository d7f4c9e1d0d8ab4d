"""Effective weights: the declared ones shared out over what is known, and what changes them.

All functions take one declared weight and one `Known` a child, in the same order; one row an element. A weight is a plain number where
everything is known in every row, which keeps a million rows cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetree.formula import Vector

Known = NDArray[np.bool_] | None
"""Where a child has a value; None: everywhere."""

Number = Vector | float


@dataclass(frozen=True)
class Weighing:
    """The effective weights of all children on both sides, and how their difference came about: `after − before = formula + coverage`."""

    before: tuple[Number, ...]
    after: tuple[Number, ...]
    formula: tuple[Number, ...]
    coverage: tuple[Number, ...]

    def middle(self, i: int) -> Number:
        return (self.before[i] + self.after[i]) / 2


def known(value: Vector) -> Known:
    """Where there is a value; None where that is everywhere."""
    there = ~np.isnan(value)
    return None if there.all() else there


def effective(weights: Sequence[float], there: Sequence[Known]) -> tuple[Number, ...]:
    """Declared weights shared out over what is known; NaN for all of them where nothing is known.

    >>> effective([0.5, 0.25, 0.25], [None, None, None])
    (0.5, 0.25, 0.25)
    >>> [w.tolist() for w in effective([0.6, 0.2], [None, np.array([True, False])])]
    [[0.7499999999999999, 1.0], [0.25, 0.0]]
    """
    parts: list[Number] = [w if t is None else w * t.astype(np.float64) for w, t in zip(weights, there, strict=True)]
    total = sum(parts[1:], parts[0])
    if isinstance(total, float):
        return tuple(p / total if total > 0 else float("nan") for p in parts)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = [np.asarray(p / total) for p in parts]
    return tuple(shares) if bool((total > 0).all()) else tuple(np.where(total > 0, s, np.nan) for s in shares)


def weighing(before: Sequence[float], after: Sequence[float], was: Sequence[Known], now: Sequence[Known]) -> Weighing:
    """What the declared weights (formula) and what is known (coverage) did to the effective weights.

    Both orders are worked out, the weights first and what is known first, and each cause gets the mean of what it did in the two: a cause
    that did not change did nothing, and with the sides swapped every part changes its sign. Where an order passes through a state in which
    nothing would be known, there is no such state, and half of the change is each cause's.
    """
    old, new = effective(before, was), effective(after, now)
    nothing: tuple[Number, ...] = tuple(0.0 for _ in old)
    same_weights, same_known = list(before) == list(after), all(_same(a, b) for a, b in zip(was, now, strict=True))
    change = tuple(b - a for a, b in zip(old, new, strict=True))
    if same_weights or same_known:
        return Weighing(old, new, nothing if same_weights else change, change if same_weights else nothing)
    weights_first = _or_middle(effective(after, was), old, new)
    known_first = _or_middle(effective(before, now), old, new)
    four = list(zip(old, new, weights_first, known_first, strict=True))
    return Weighing(old, new, tuple(((w - a) + (b - k)) / 2 for a, b, w, k in four), tuple(((k - a) + (b - w)) / 2 for a, b, w, k in four))


def _same(a: Known, b: Known) -> bool:
    return (a is None and b is None) or (a is not None and b is not None and bool(np.array_equal(a, b)))


def _or_middle(state: Sequence[Number], old: Sequence[Number], new: Sequence[Number]) -> list[Number]:
    return [np.where(np.isnan(s), (a + b) / 2, s) for s, a, b in zip(state, old, new, strict=True)]
