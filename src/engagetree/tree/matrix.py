"""Scores of everybody under several sets of weights at once: one matrix product over the signals, renormalised where one is unknown.

The product runs over stretches that fit a processor's cache, so that memory is read once and written once. A row with everything known
needs nothing more. For the others the weight that is known takes one look-up: each row carries the pattern of what is unknown in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetree.formula import Vector

AT_ONCE = 1 << 14
"""Rows worked on at a time: four signals of so many rows are half a megabyte."""

TOLERANCE = 1e-9
"""How far below the least coverage still counts as reaching it, as in scoring."""

MOST = 16
"""Signals whose patterns of what is known fit a table of 65,536."""


@dataclass(frozen=True)
class Values:
    """The signals' values of many rows: `filled` has a line for each signal, 0 where unknown.

    `pattern` has bit i where signal i is unknown; `whole` says for each stretch of `AT_ONCE` rows whether everything in it is known.
    """

    filled: NDArray[np.float64]
    pattern: NDArray[np.uint16]
    whole: tuple[bool, ...]

    @classmethod
    def of(cls, signals: Sequence[Vector]) -> Values:
        """From one vector a signal, NaN where it is unknown. ValueError for more than 16 signals."""
        if len(signals) > MOST:
            raise ValueError(f"{len(signals)} signals: at most {MOST} can be weighed at once")
        n = len(signals[0])
        filled, pattern, whole = np.empty((len(signals), n)), np.zeros(n, np.uint16), []
        for start in range(0, n, AT_ONCE):
            part = slice(start, min(n, start + AT_ONCE))
            known = True
            for i, signal in enumerate(signals):
                missing = np.isnan(signal[part])
                filled[i, part] = signal[part]
                if missing.any():
                    known = False
                    filled[i, part][missing] = 0.0
                    pattern[part] |= missing.astype(np.uint16) << np.uint16(i)
            whole.append(known)
        return cls(filled, pattern, tuple(whole))


def scores(values: Values, weights: Sequence[Sequence[float]], min_coverage: Sequence[float] = ()) -> NDArray[np.float64]:
    """A line of scores for each set of weights, on the scale of the values; NaN where less than its `min_coverage` of the weight is known.

    Each set has a weight for every signal and sums to 1.
    """
    w = np.asarray(weights, dtype=np.float64)
    table = _scales(w, min_coverage or [0.0] * len(w))
    n = values.filled.shape[1]
    out = np.empty((len(w), n))
    for k, start in enumerate(range(0, n, AT_ONCE)):
        part = slice(start, min(n, start + AT_ONCE))
        np.matmul(w, values.filled[:, part], out=out[:, part])
        if not values.whole[k]:
            out[:, part] *= np.take(table, values.pattern[part], axis=1)
    return out


def _scales(w: NDArray[np.float64], least: Sequence[float]) -> NDArray[np.float64]:
    """For each pattern of what is unknown: what the sum of weight × value is multiplied by; NaN for too little known."""
    patterns = np.arange(1 << w.shape[1])
    known = ((patterns[:, None] >> np.arange(w.shape[1])) & 1) == 0
    covered = w @ known.T.astype(np.float64)
    enough = (covered > 0) & (covered >= np.asarray(least)[:, None] - TOLERANCE)
    scale = np.divide(1.0, covered, out=np.full_like(covered, np.nan), where=enough)
    scale[:, 0] = np.where(enough[:, 0], 1.0, np.nan)  # weights sum to 1
    return np.asarray(scale)
