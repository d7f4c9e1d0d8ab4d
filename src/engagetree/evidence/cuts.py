"""Bands drawn on outcomes: cuts chosen on some cohorts, how firmly they stand, and the rates they give on other cohorts.

Scores are put on a grid (whole points), rates are made to rise by pooling neighbours, and of all ways to join the pools to k bands with
enough people in each, the one with the highest likelihood is taken, by dynamic programming: joining pools of rising rates cannot break
their order (Haiminen & Gionis 2004, ICDM). Nothing of the held-out cohorts is looked at while cuts are chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engagetree.evidence.bands import BandRate, band_rates
from engagetree.stats.estimate import Codes, NoAnswer, Sample, Vector, codes, sample, tallied
from engagetree.stats.folds import Mask
from engagetree.stats.recalibration import pools
from engagetree.stats.resampling import FEWEST, percentile, weights

GRID = 1.0
"""Cuts are whole points: nobody should have to explain a cut at 41.37."""


@dataclass(frozen=True)
class Drawn:
    """Cuts (rising) with the interval of each, the rates on the people they were chosen on, and on held-out cohorts.

    `same`: the share of resamples in which as many bands came out. Fewer bands than asked for: the outcomes do not tell more apart.
    """

    cuts: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]
    same: float
    chosen_on: tuple[BandRate, ...] | NoAnswer
    held_out: tuple[BandRate, ...] | NoAnswer
    train: tuple[object, ...]
    test: tuple[object, ...]


def draw(
    score: ArrayLike,
    outcome: ArrayLike,
    cohort: ArrayLike,
    train: Mask,
    bands: int = 4,
    fewest: int = 50,
    rising: bool = True,
    cluster: ArrayLike | None = None,
    resamples: int = 200,
    seed: int = 0,
) -> Drawn | NoAnswer:
    """Cuts for at most so many `bands` from the rows of `train` (n,), with at least `fewest` people in each.

    `train` and the rest must be different cohorts. `rising`: a higher score means more of the outcome. `cluster`: rows drawn together.
    """
    where = np.asarray(cohort)
    learnt, tested = np.unique(where[train]), np.unique(where[~train])
    if not len(learnt) or not len(tested):
        return NoAnswer("fewer than two cohorts, so bands cannot be tested on people they were not drawn on", len(where))
    if len(np.intersect1d(learnt, tested)):
        raise ValueError("the same cohort is on both sides of the split; split by cohort")
    x, y = np.asarray(score, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    usable = sample(x[train], y[train])
    if isinstance(usable, NoAnswer):
        return usable
    group = np.arange(usable.n) if cluster is None else codes(np.asarray(cluster)[train][usable.rows])[0]
    start, cell = _cells(usable)
    table = _table(cell, usable.outcome, np.ones(usable.n))
    cuts = _best(table, bands, fewest, rising)
    if not len(cuts):
        return NoAnswer(f"no two bands of {fewest} people have outcomes in order", usable.n)
    many, same = _drawn_again(usable, cell, group, len(cuts), fewest, rising, resamples, seed)
    placed = tuple(float(c) * GRID + start for c in cuts)
    ends = tuple(percentile(m * GRID + start) for m in many.T) if len(many) >= 20 else ((np.nan, np.nan),) * len(cuts)
    held = None if cluster is None else np.asarray(cluster)[~train]
    mine = None if cluster is None else np.asarray(cluster)[train]
    return Drawn(
        placed, ends, same, band_rates(x[train], y[train], placed, mine), band_rates(x[~train], y[~train], placed, held),
        tuple(learnt.tolist()), tuple(tested.tolist()),
    )  # fmt: skip


def chosen(score: ArrayLike, outcome: ArrayLike, bands: int, fewest: int, rising: bool = True) -> tuple[float, ...] | NoAnswer:
    """Only the cuts, of all rows given.

    >>> chosen([10] * 50 + [30] * 50 + [70] * 50, [0] * 45 + [1] * 5 + [0] * 45 + [1] * 5 + [1] * 40 + [0] * 10, 3, 40)
    (70.0,)
    """
    usable = sample(score, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    start, cell = _cells(usable)
    cuts = _best(_table(cell, usable.outcome, np.ones(usable.n)), bands, fewest, rising)
    return tuple(float(c) * GRID + start for c in cuts) or NoAnswer(f"no two bands of {fewest} people have outcomes in order", usable.n)


def _cells(usable: Sample) -> tuple[float, Codes]:
    place = np.floor(usable.score / GRID + 1e-9).astype(np.int64)
    return float(place.min()) * GRID, place - place.min()


def _table(cell: Codes, y: Vector, weight: Vector) -> tuple[Vector, Vector]:
    size = int(cell.max()) + 1
    return tallied(cell, weight, size), tallied(cell, weight * y, size)


def _drawn_again(
    usable: Sample, cell: Codes, group: Codes, count: int, fewest: int, rising: bool, resamples: int, seed: int
) -> tuple[Vector, float]:
    """The cuts of resamples that have as many bands (m, count), and the share of those."""
    groups = int(group.max()) + 1
    if groups < FEWEST or not resamples:
        return np.zeros((0, count)), 0.0
    found = []
    for w in weights(groups, resamples, seed):
        cuts = _best(_table(cell, usable.outcome, w.take(group).astype(np.float64)), count + 1, fewest, rising)
        if len(cuts) == count:
            found.append(cuts)
    return np.array(found, dtype=np.float64).reshape(-1, count), len(found) / resamples


def _best(table: tuple[Vector, Vector], bands: int, fewest: int, rising: bool) -> Codes:
    """The cells at which bands begin, without the first. `table`: people and people with the outcome in each cell."""
    n, yes = table
    rate = np.divide(yes, n, out=np.zeros_like(yes), where=n > 0)
    ends = pools(rate if rising else 1 - rate, n)
    people, hits = (np.concatenate(([0.0], np.cumsum(v)))[np.concatenate(([0], ends))] for v in (n, yes))
    gain = _likelihoods(people, hits, fewest)
    return _starts(np.concatenate(([0], ends[:-1])), _join(gain, bands), n)


def _likelihoods(people: Vector, hits: Vector, fewest: int) -> Vector:
    """(m + 1, m + 1): log likelihood of one band from pool i to pool j (exclusive); −∞ where it holds too few people."""
    from scipy.special import xlogy

    n, k = people[None, :] - people[:, None], hits[None, :] - hits[:, None]
    good = n >= max(1, fewest)
    n, k = np.where(good, n, 1.0), np.where(good, k, 0.0)
    return np.where(good, xlogy(k, k / n) + xlogy(n - k, np.maximum(n - k, 0.0) / n), -np.inf)


def _join(gain: Vector, bands: int) -> list[int]:
    """The pools at which bands begin: the best of at most so many bands, each further band bought with at least `WORTH`."""
    m = len(gain) - 1
    best, back = [gain[0]], []
    for _ in range(1, min(bands, m)):
        total = best[-1][:, None] + gain
        back.append(np.argmax(total, axis=0))
        best.append(np.max(total, axis=0))
    worth = [float(b[m]) - WORTH * k for k, b in enumerate(best)]
    count = int(np.argmax(worth))
    starts: list[int] = []
    at = m
    for k in range(count, 0, -1):
        at = int(back[k - 1][at])
        starts.append(at)
    return starts[::-1]


WORTH = 3.0
"""A band more must raise the log likelihood by this: about what a step must show to be clear (2·3 = 6 > χ² of 95 %, with a cut to
choose).
"""


def _starts(first: Codes, joined: list[int], n: Vector) -> Codes:
    """From pools to cells; a cut in a gap where nobody stands is put at the first score that somebody has."""
    return np.array([int(first[j]) + int(np.argmax(n[first[j] :] > 0)) for j in joined], dtype=np.int64)
