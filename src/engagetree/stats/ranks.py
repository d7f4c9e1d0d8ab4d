"""Places that respect intervals: who is clearly above whom, the range of each one's place, and tiers that share a place.

Two independent values x > y with 95 % intervals differ clearly when x − y > √((x − low of x)² + (high of y − y)²): the lower limit of their
difference is above 0 (Zou & Donner 2008, Statistics in Medicine 27; for symmetric intervals the usual root of the sum of squares). It is a
rule for each pair: with many pairs some are wrong, so `among` many widens the intervals (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engagetree.stats.intervals import Z

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]

CHUNK, TINY = 1 << 22, 1e-9

EXACT = 200_000
"""Up to so many values every pair is decided; of more, pairs on the edge of the rule count as tied, which can only widen a place."""


@dataclass(frozen=True)
class Places:
    """For each value its best and worst possible place, 1 the highest; 0 where there is no value. `n` values have one."""

    best: Counts
    worst: Counts
    n: int


def clearly_above(x: float, x_low: float, y: float, y_high: float) -> bool:
    """Whether x is clearly above y.

    >>> clearly_above(60, 55, 50, 56), clearly_above(60, 50, 50, 60)
    (True, False)
    """
    return x > y + float(np.sqrt((x - x_low) ** 2 + (y_high - y) ** 2)) + TINY


def widening(n: int) -> float:
    """By how much 95 % intervals must be widened so that none of the n − 1 comparisons of one among n is wrong, 95 %.

    >>> round(widening(2), 3), round(widening(11), 3)
    (1.0, 1.432)
    """
    from scipy.special import ndtri

    return float(-ndtri(0.025 / max(1, n - 1))) / Z


def places(value: ArrayLike, low: ArrayLike, high: ArrayLike, *, together: bool = False) -> Places:
    """The range of each one's place: 1 + how many are clearly above, to n − how many are clearly below. NaN: no value, no place.

    `together` widens for the number of comparisons. About n log n; a value without an interval counts as exact.

    >>> p = places([80, 50, 48, 10], [75, 40, 40, 5], [85, 60, 56, 15]); p.best.tolist(), p.worst.tolist()
    ([1, 2, 2, 4], [1, 3, 3, 4])
    """
    x, lows, highs = (np.asarray(v, dtype=np.float64) for v in (value, low, high))
    known = np.argsort(x, kind="stable")[: int(np.count_nonzero(~np.isnan(x)))]  # in order: halving is far quicker so
    n, scale = len(known), widening(len(known)) if together else 1.0
    x = x[known]
    down, up = (scale * np.maximum(0.0, np.nan_to_num(w)) for w in (x - lows[known], highs[known] - x))
    above, below = _counts(x, down, up)
    best, worst = np.zeros(len(lows), dtype=np.int64), np.zeros(len(lows), dtype=np.int64)
    best[known], worst[known] = 1 + above, n - below
    return Places(best, worst, n)


def tiers(value: ArrayLike, low: ArrayLike, high: ArrayLike) -> Counts:
    """A number for each value, 1 the highest tier, 0 for no value. A tier ends before the first who is clearly below its highest.

    A tier is a summary: two neighbours on either side of its edge may well not differ clearly.

    >>> tiers([80, 50, 48, 10], [75, 40, 40, 5], [85, 60, 56, 15]).tolist()
    [1, 2, 2, 3]
    """
    x, lows, highs = (np.asarray(v, dtype=np.float64) for v in (value, low, high))
    order = np.argsort(-np.nan_to_num(x, nan=-np.inf), kind="stable")[: int(np.count_nonzero(~np.isnan(x)))]
    s = x[order]
    down, up = (np.maximum(0.0, np.nan_to_num(w)) for w in (s - lows[order], highs[order] - s))
    out, start, number = np.zeros(len(x), dtype=np.int64), 0, 0
    while start < len(s):
        number += 1
        apart = s[start] > s[start:] + np.sqrt(down[start] ** 2 + up[start:] ** 2) + TINY
        end = start + int(apart.argmax()) if apart.any() else len(s)
        out[order[start:end]] = number
        start = end
    return out


def _counts(x: Vector, down: Vector, up: Vector) -> tuple[Counts, Counts]:
    """For each how many are clearly above and clearly below.

    j is clearly above i when x[j] > x[i] + √(down[j]² + up[i]²). Those with a similar `down` form a class: inside it the root lies between
    two bounds, so that by halving all but a few j are decided for each i at once; the few are looked at one by one.
    """
    n = len(x)
    above, below = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for members in np.array_split(np.argsort(down, kind="stable"), max(1, min(n // 8, int(n**0.5) // 3)) if n <= EXACT else 64):
        mine = members[np.argsort(x[members], kind="stable")]
        if not len(mine):
            continue
        s, least, most = x[mine], down[mine].min(), down[mine].max()
        first = np.searchsorted(s, x + np.sqrt(least * least + up * up) + TINY, side="right")
        sure = np.searchsorted(s, x + np.sqrt(most * most + up * up) + TINY, side="right")
        above += len(mine) - sure
        below[mine] += np.cumsum(np.bincount(sure, minlength=len(mine) + 1))[: len(mine)]
        for i, j in _undecided(first, sure) if n <= EXACT else ():
            found = s[j] > x[i] + np.sqrt(down[mine[j]] ** 2 + up[i] ** 2) + TINY
            above += np.bincount(i[found], minlength=n)
            below += np.bincount(mine[j[found]], minlength=n)
    return above, below


def _undecided(first: Counts, end: Counts) -> Iterator[tuple[Counts, Counts]]:
    """Every (i, j) with first[i] ≤ j < end[i], in pieces that fit memory."""
    lengths = end - first
    edges = np.cumsum(lengths)
    cuts = [0]
    while cuts[-1] < len(lengths):
        reached = int(edges[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(edges, reached + CHUNK, side="right"))))
    for a, b in pairwise(cuts):
        count = lengths[a:b]
        total = int(count.sum())
        if total:
            i = np.repeat(np.arange(a, b), count)
            j = np.arange(total) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first[a:b], count)
            yield i, j
