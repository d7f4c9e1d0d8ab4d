"""What if the definition were another one: everybody's score and band before and after, and who changes band. Nothing is stored.

All of it is arrays, one element a row of the scores table, so that a million people cost a few passes over memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engagetree.definition.model import ON_THE_LINE, Band, Definition
from engagetree.formula import Vector, vector, weighted
from engagetree.tree.change import SIGNALS, TALLIES, signals_from_totals, stored_signals
from engagetree.tree.matrix import MOST, Values, scores

STILL = 5e-10
"""A score that moves by less than this has not moved: another order of adding makes as much."""


@dataclass(frozen=True)
class Supposed:
    """Two score columns over the same rows, with the band of each: an index into the bands from the highest, and their number for none."""

    before: Vector
    after: Vector
    band_before: NDArray[np.intp]
    band_after: NDArray[np.intp]

    @property
    def change(self) -> Vector:
        """After − before; 0 for what differs only by rounding, NaN where one of them is no score."""
        by = self.after - self.before
        return np.where(np.abs(by) < STILL, 0.0, by)

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Rows that change band, or gain or lose their score."""
        return np.asarray(self.band_before != self.band_after)


def after(table: pa.Table, old: Definition, new: Definition, how: str) -> Vector:
    """Scores under `new` from stored signals or totals; the same arithmetic as scoring, so that adopting it gives the same numbers."""
    if how == TALLIES:
        raise ValueError("this needs to be scored again")
    if how == SIGNALS:
        by_key = dict(zip((s.key for s in old.signals), stored_signals(table, old), strict=True))
        values = [by_key[s.key] for s in new.signals]
    else:
        values = signals_from_totals(table, old, new)
    return scored(values, new)


def scored(values: list[Vector], definition: Definition) -> Vector:
    """The scores that signals' values make, NaN where too little is known."""
    weights = [s.weight for s in definition.signals]
    if len(values) <= MOST:
        return np.asarray(scores(Values.of(values), [weights], [definition.min_coverage])[0])
    whole, _ = weighted(weights, values)
    covered = np.sum([np.where(np.isnan(v), 0.0, w) for v, w in zip(values, weights, strict=True)], axis=0)
    return np.where(covered >= definition.min_coverage - ON_THE_LINE, whole, np.nan)


def suppose(table: pa.Table, values: Vector, old: tuple[Band, ...], new: tuple[Band, ...]) -> Supposed:
    """The stored scores of `table` beside `values`, each in its own bands."""
    before = vector(table, "score")
    return Supposed(before, values, banded(before, old), banded(values, new))


def banded(values: Vector, bands: tuple[Band, ...]) -> NDArray[np.intp]:
    """The place of each score's band, 0 for the highest; as many as there are bands for no score.

    >>> cuts = tuple(Band(k, k, low) for k, low in (("high", 80), ("solid", 60), ("low", 0)))
    >>> banded(np.array([80.0, 79.99, 59.99999999999999, 0.0, np.nan]), cuts).tolist()
    [0, 1, 1, 2, 3]
    """
    lows = np.array([b.at_least for b in bands])[::-1] - ON_THE_LINE
    found = len(bands) - np.searchsorted(lows, values, side="right")
    return np.where(np.isnan(values), len(bands), np.minimum(found, len(bands) - 1))


def transitions(s: Supposed, before: int, after: int) -> list[list[int]]:
    """How many went from each band (rows, the highest first, no score last) to each (columns)."""
    counts = np.bincount(s.band_before * (after + 1) + s.band_after, minlength=(before + 1) * (after + 1))
    return [[int(n) for n in row] for row in counts.reshape(before + 1, after + 1)]


def tens(values: Vector, width: int = 10) -> list[int]:
    """How many scores lie in [0, 10), [10, 20) … [90, 100].

    >>> tens(np.array([0.0, 9.99, 10.0, 100.0, np.nan]))
    [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    known = values[~np.isnan(values)] + ON_THE_LINE
    bars = np.minimum(known // width, 100 // width - 1).astype(np.intp)
    return [int(n) for n in np.bincount(bars, minlength=100 // width)]


def largest(s: Supposed, most: int) -> NDArray[np.intp]:
    """The rows that move most, up or down, the largest first; equal ones in the order of the table."""
    by = np.nan_to_num(np.abs(s.change))
    rows = np.flatnonzero(by > 0)
    if len(rows) > most:
        rows = rows[by[rows] >= np.partition(by[rows], -most)[-most]]
    return rows[np.lexsort((rows, -by[rows]))][:most]


def mean(values: Vector) -> float | None:
    """The mean over what is known."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None
