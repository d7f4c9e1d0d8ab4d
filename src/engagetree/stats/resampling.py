"""The cluster bootstrap of AUCs and of counts in bands: people are drawn again with all their rows, and what follows is counted again.

Rows are put in order once. A resample is then a weight for every cluster, and an AUC follows from running totals of the weights: nothing
is sorted, copied or looked up by value again, so that a resample of a million rows takes less time than sorting them. Below `MANY`
clusters the weights are exactly multinomial; from there on they are independent Poisson counts, whose ratios have the same limit.

Sources: Field & Welsh 2007, J. Royal Statistical Society B 69 (clusters); Hanley & MacGibbon 2006, Computer Methods and Programs in
Biomedicine 83 (Poisson weights); Efron 1987, JASA 82 (BCa).

Which interval: `spread_of` (the standard error of the draws with Student's t, on the log odds for an AUC) is the one to show: from 200
draws a standard error is known within 5 %, a 2.5 % point only by its fifth-lowest draw. `percentile` is for what has no standard error
worth the name, such as the place of a cut; `bca` for skewed numbers and at least 1,000 draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engagetree.stats.auc import ordered
from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Vector, codes, on_logit, reach, sample, vector

Weights = NDArray[np.uint8]
Matrix = NDArray[np.float64]

MANY, FEWEST = 10_000, 10
"""From so many clusters on weights are Poisson; with fewer than so many nothing is said."""

BLOCK = 100_000
"""Rows times draws that are worked on at once: of few rows many draws, so that it is not the steps of Python that take the time."""

POISSON = (24109, 24109, 12055, 4021, 1002, 201, 33, 5, 1)
"""Of 65,536 draws how many are 0, 1, 2, …: Poisson(1) rounded so that mean and variance are exactly 1."""


@dataclass(frozen=True)
class Resampled:
    """`value` (k,) and `draws` (times, k) of k AUCs; `yes` and `no` (times, bands): people with and without the outcome in each band."""

    value: Vector
    draws: Matrix
    yes: Matrix
    no: Matrix
    clusters: int
    n: int


def resampled(
    scores: Sequence[ArrayLike],
    outcome: ArrayLike,
    cluster: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cuts: Sequence[float] = (),
    times: int = 200,
    seed: int = 0,
) -> Resampled | NoAnswer:
    """Draw clusters again `times` times and rank by each score, always the same people for all of them; rows need every score and the
    outcome.

    With `stratum` an AUC is the mean of those inside strata by people. Bands are those of the first score, half-open at `cuts`.

    >>> rng = np.random.default_rng(1); y = rng.integers(0, 2, 300); r = resampled([y + rng.normal(size=300)], y)
    >>> r.draws.shape, bool(abs(r.draws.mean() - r.value[0]) < 0.01)
    ((200, 1), True)
    """
    columns = [vector(s) for s in scores]
    known, told = np.all(np.isfinite(columns), axis=0), vector(outcome)
    for column in columns:
        usable = sample(np.where(known, column, np.nan), told)
        if isinstance(usable, NoAnswer):
            return usable
    rows = np.flatnonzero(known & np.isfinite(told))
    y = told[rows] == 1
    number = np.arange(len(rows)) if cluster is None else codes(np.asarray(cluster)[rows])[0]
    strata = np.zeros(len(rows), dtype=np.int64) if stratum is None else codes(np.asarray(stratum)[rows])[0]
    groups = int(number.max()) + 1
    if groups < FEWEST:
        return NoAnswer(f"{groups} clusters are too few to draw from; {FEWEST} are needed", len(rows), FEWEST - groups)
    number = _renumbered(number, columns[0][rows], y, groups)
    ways = [arranged(c[rows], y, number, strata, cuts if i == 0 else ()) for i, c in enumerate(columns)]
    value = np.array([way(np.ones((1, groups), dtype=np.uint8))[0][0] for way in ways])
    made = [[way(w) for way in ways] for w in blocks(groups, times, seed, max(1, BLOCK // len(rows)))]
    areas = np.column_stack([np.concatenate([block[k][0] for block in made]) for k in range(len(ways))])
    yes, no = (np.concatenate([block[0][side] for block in made]) for side in (1, 2))
    return Resampled(value, areas, yes, no, groups, len(rows))


def weights(clusters: int, times: int, seed: int = 0) -> Iterator[Weights]:
    """How often each cluster (clusters,) was drawn, `times` times over.

    >>> [int(w.sum()) for w in weights(50, 3)]
    [50, 50, 50]
    """
    for block in blocks(clusters, times, seed, 1):
        yield block[0]


def blocks(clusters: int, times: int, seed: int, at_once: int) -> Iterator[Weights]:
    """The same, several draws at once: (at most `at_once`, clusters). The draws do not depend on how many come at once."""
    chance = np.random.Generator(np.random.SFC64(seed))
    table = np.repeat(np.arange(len(POISSON), dtype=np.uint8), POISSON)
    for start in range(0, times, at_once):
        count = min(at_once, times - start)
        if clusters >= MANY:
            yield table.take(np.stack([chance.integers(0, 1 << 16, clusters, dtype=np.uint16) for _ in range(count)]))
        else:
            drawn = np.stack([chance.integers(0, clusters, clusters) for _ in range(count)]) + np.arange(count)[:, None] * clusters
            yield np.bincount(drawn.reshape(-1), minlength=count * clusters).reshape(count, clusters).astype(np.uint8)


Way = Callable[[Weights], tuple[Vector, Matrix, Matrix]]


def arranged(score: Vector, y: NDArray[np.bool_], number: Codes, strata: Codes, cuts: Sequence[float] = ()) -> Way:
    """Put rows (n,) in order once. What is returned turns weights (draws, clusters) into AUCs (draws,) and counts with and without the
    outcome in each band, both (draws, bands)."""
    order = ordered(score, strata)
    has = y[order]
    yes_at, no_at = order[has], order[~has]
    yes_of, no_of = number[yes_at], number[no_at]
    edges = np.arange(int(strata.max()) + 2)
    yes_from, no_from = np.searchsorted(strata[yes_at], edges), np.searchsorted(strata[no_at], edges)
    below, level = _below(score, yes_at, no_at, yes_from, no_from)
    yes_cut, no_cut = (_cut(score[at], start, cuts) for at, start in ((yes_at, yes_from), (no_at, no_from)))

    def way(w: Weights) -> tuple[Vector, Matrix, Matrix]:
        mine, total = w.take(yes_of, axis=1), _running(w.take(no_of, axis=1))
        so_far = _running(mine)
        rank = total.take(below, axis=1)
        rank += total.take(level, axis=1)
        value = _mean_area(mine, rank, so_far[:, yes_from], total[:, no_from], yes_from)
        return value, _sums(so_far, yes_cut), _sums(total, no_cut)

    return way


def _renumbered(number: Codes, score: Vector, y: NDArray[np.bool_], groups: int) -> Codes:
    """The clusters in the order in which they are met when the rows are read by outcome and score: weights are then read in passing."""
    order = np.argsort(score, kind="stable")
    met = number[np.concatenate((order[~y[order]], order[y[order]]))]
    first = np.full(groups, len(met), dtype=np.int64)
    np.minimum.at(first, met, np.arange(len(met)))
    place = np.empty(groups, dtype=np.int64)
    place[np.argsort(first, kind="stable")] = np.arange(groups)
    return place[number]


def _below(score: Vector, yes_at: Codes, no_at: Codes, yes_from: Codes, no_from: Codes) -> tuple[Codes, Codes]:
    """For each with the outcome, how many of those without it stand before them, and how many before or level, counted over all strata."""
    found = np.empty(len(yes_at), dtype=np.int64), np.empty(len(yes_at), dtype=np.int64)
    for k in range(len(yes_from) - 1):
        mine, others = slice(yes_from[k], yes_from[k + 1]), score[no_at[no_from[k] : no_from[k + 1]]]
        for out, side in zip(found, ("left", "right"), strict=True):
            out[mine] = no_from[k] + np.searchsorted(others, score[yes_at[mine]], side=side)  # type: ignore[call-overload]
    return found


def _cut(score: Vector, start: Codes, cuts: Sequence[float]) -> Codes:
    """Where the bands begin and end in rows ordered inside strata: (strata, bands + 1)."""
    inner = [s + np.searchsorted(score[s:e], cuts, side="left") for s, e in pairwise(start)]
    return np.column_stack((start[:-1], np.array(inner, dtype=np.int64).reshape(len(start) - 1, len(cuts)), start[1:]))


def _running(w: Weights) -> Codes:
    out = np.zeros((len(w), w.shape[1] + 1), dtype=np.int64)
    np.cumsum(w, axis=1, out=out[:, 1:])
    return out


def _sums(total: Codes, cut: Codes) -> Matrix:
    return np.asarray(np.diff(total[:, cut], axis=2).sum(axis=1), dtype=np.float64)


def _mean_area(mine: Weights, rank: Codes, yes: Codes, no: Codes, yes_from: Codes) -> Vector:
    """AUC in each stratum from twice the rank sums, averaged by people over strata that have both outcomes; NaN where there is none."""
    p, n = np.diff(yes, axis=1).astype(np.float64), np.diff(no, axis=1).astype(np.float64)
    parts = [np.einsum("ij,ij->i", mine[:, s:e], rank[:, s:e], dtype=np.float64) for s, e in pairwise(yes_from)]
    both = (p > 0) & (n > 0)
    area = np.where(both, (np.column_stack(parts) / 2 - p * no[:, :-1]) / np.where(both, p * n, 1.0), 0.0)
    people = np.where(both, p + n, 0.0).sum(axis=1)
    return np.where(people > 0, ((p + n) * area).sum(axis=1) / np.maximum(people, 1.0), np.nan)


def spread_of(value: float, draws: Vector, clusters: int, n: int, share: bool = False, level: float = 0.95) -> Estimate | NoAnswer:
    """The interval from the standard error of `draws` (times,) with Student's t; `share`: made on the log odds (AUC, rates).

    The draws vary by (G − 1)/G of what they should for G clusters; that is put right.

    >>> e = spread_of(0.8, 0.8 + 0.05 * np.sin(np.arange(200)), 50, 500, share=True); round(e.se, 4), round(e.low, 3), round(e.high, 3)
    (0.0358, 0.719, 0.862)
    """
    fine = draws[np.isfinite(draws)]
    if len(fine) < 0.95 * len(draws) or len(fine) < 20 or not math.isfinite(value):
        return NoAnswer("too many of the draws hold one outcome only", n)
    se = float(fine.std(ddof=1)) * math.sqrt(clusters / (clusters - 1))
    by = reach(level, clusters - 1)
    if share and 0 < value < 1:
        return Estimate(value, *on_logit(value, se, by), n, se)
    return Estimate(value, value - by * se, value + by * se, n, se)


def percentile(draws: Vector, level: float = 0.95) -> tuple[float, float]:
    """The (1 ± level)/2 points of the draws; of B draws the k-th lowest stands for k/(B + 1).

    >>> [round(x, 6) for x in percentile(np.arange(1.0, 200.0))]
    [5.0, 195.0]
    """
    low, high = np.quantile(draws[np.isfinite(draws)], [(1 - level) / 2, (1 + level) / 2], method="weibull")
    return float(low), float(high)


def bca(value: float, draws: Vector, influence: Vector, level: float = 0.95) -> tuple[float, float]:
    """Efron's interval, corrected for bias and skew; `influence` (clusters,): what each cluster does to the value (sum 0)."""
    from scipy.special import ndtr, ndtri

    fine = draws[np.isfinite(draws)]
    behind = np.clip((np.count_nonzero(fine < value) + np.count_nonzero(fine == value) / 2) / len(fine), 1e-6, 1 - 1e-6)
    bias, skew = float(ndtri(behind)), float((influence**3).sum() / (6 * max(float((influence**2).sum()), 1e-300) ** 1.5))
    ends = [bias + s * reach(level) for s in (-1, 1)]
    points = [float(ndtr(bias + z / (1 - skew * z))) for z in ends]
    low, high = np.quantile(fine, points)
    return float(low), float(high)
