"""How well a score ranks: the chance that one with the outcome stands above one without, ties counting half (the area under the ROC curve).

Every row moves the area a little; from those movements (the influence, DeLong's placements) follow the variance of one area, of the
difference of two areas on the same people, of a mean over strata, and of clusters of rows, all by the same sum of squares. O(n log n).

Sources: DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44; Sun & Xu 2014, IEEE Signal Processing Letters 21 (the fast way); Obuchowski
1997, Biometrics 53 (clusters); Newcombe 2006, Statistics in Medicine 25 (an interval where nobody is ranked wrongly, and nothing is seen
to vary).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Sample, Vector, codes, on_logit, reach, sample, spread, tallied, vector

By = Literal["n", "pairs"]


@dataclass(frozen=True)
class Strata:
    """Each stratum that has both outcomes: its label, people with and without the outcome, AUC, and its `share` in the mean."""

    label: tuple[object, ...]
    yes: Vector
    no: Vector
    auc: Vector
    share: Vector
    left_out: tuple[object, ...] = ()  # strata with one outcome only: nothing can be ranked there


@dataclass(frozen=True)
class Ranked:
    """A (mean) AUC with what every row of the input does to it: `influence` (rows of the input,), NaN for rows that are not used."""

    value: float
    n: int
    influence: Vector
    strata: Strata


def auc(
    score: ArrayLike,
    outcome: ArrayLike,
    stratum: ArrayLike | None = None,
    by: By = "n",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate | NoAnswer:
    """The AUC with its interval; with `stratum` the mean of the AUCs inside each stratum, weighted by people ("n") or by pairs.

    `cluster` names whose rows belong together (the same person in two presentations).

    >>> e = auc([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1]); round(e.value, 4), round(e.low, 3), round(e.high, 3)
    (0.8889, 0.261, 0.995)
    """
    found = ranked(score, outcome, stratum, by)
    return found if isinstance(found, NoAnswer) else interval(found, cluster, level)


def ranked(score: ArrayLike, outcome: ArrayLike, stratum: ArrayLike | None = None, by: By = "n") -> Ranked | NoAnswer:
    """The AUC and the influence of every row. A stratum with one outcome only is left out, and named."""
    usable = sample(score, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    number, labels = (np.zeros(usable.n, dtype=np.int64), [None]) if stratum is None else codes(np.asarray(stratum)[usable.rows])
    yes, no = (tallied(number, w, len(labels)) for w in (usable.outcome, 1 - usable.outcome))
    both = (yes > 0) & (no > 0)
    if not both.any():
        return NoAnswer("nowhere are there both people with and people without the outcome", usable.n)
    place = placements(usable, number, yes, no)
    area = tallied(number, place * usable.outcome, len(labels)) / np.maximum(yes, 1)
    share = np.where(both, yes + no if by == "n" else yes * no, 0.0)
    share /= share.sum()
    side = np.where(usable.outcome == 1, yes[number], no[number])
    moves = share[number] * (place - area[number]) / np.sqrt(np.maximum(side * (side - 1), 1.0))
    influence = np.full(np.size(vector(score)), np.nan)
    influence[usable.rows] = np.where(both[number], moves, np.nan)
    named = Strata(
        tuple(x for x, b in zip(labels, both, strict=True) if b), yes[both], no[both], area[both], share[both],
        tuple(x for x, b in zip(labels, both, strict=True) if not b),
    )  # fmt: skip
    return Ranked(float(share @ area), int((yes + no)[both].sum()), influence, named)


def placements(usable: Sample, number: Codes, yes: Vector, no: Vector) -> Vector:
    """For each row (n,) the share of those with the other outcome, in its own stratum, that it ranks rightly against; ties count half."""
    order = ordered(usable.score, number)
    x, y, s = usable.score[order], usable.outcome[order], number[order]
    new = np.concatenate(([True], (x[1:] != x[:-1]) | (s[1:] != s[:-1])))
    tie = np.cumsum(new) - 1
    here = np.add.reduceat(y, np.flatnonzero(new)), np.add.reduceat(1 - y, np.flatnonzero(new))
    first = s[new]
    below = [np.cumsum(h) - h / 2 - np.concatenate(([0.0], np.cumsum(t)))[first] for h, t in zip(here, (yes, no), strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        rightly = np.where(y == 1, (below[1] / no[first])[tie], 1 - (below[0] / yes[first])[tie])
    out: Vector = np.empty(len(order))
    out[order] = np.nan_to_num(rightly)
    return out


def ordered(score: Vector, number: Codes) -> Codes:
    """The rows by stratum `number`, inside it by score."""
    order = np.argsort(score, kind="stable")
    if not len(number) or number.max() == 0:
        return order
    few = number.max() < 1 << 15  # small whole numbers are sorted without comparing
    return order[np.argsort(number[order].astype(np.int16) if few else number[order], kind="stable")]


def interval(found: Ranked, cluster: ArrayLike | None = None, level: float = 0.95) -> Estimate:
    """The interval on the scale of the log odds, for people like these in exactly these strata."""
    se, df = spread(found.influence, cluster)
    by, s = reach(level, df), found.strata
    if 0 < found.value < 1 and 0 < se < math.inf:
        return Estimate(found.value, *on_logit(found.value, se, by), found.n, se)
    largest = int(np.argmax(s.yes * s.no))
    return Estimate(found.value, *newcombe(found.value, s.yes[largest], s.no[largest], reach(level)), found.n, 0.0)


def difference(a: Ranked, b: Ranked, cluster: ArrayLike | None = None, level: float = 0.95) -> Estimate:
    """AUC of a less that of b, two scores of the same rows. Rows must be in the same order, and known for both: see `compared`."""
    moves = a.influence - b.influence
    se, df = spread(moves, cluster)
    by, n = a.value - b.value, min(a.n, b.n)
    if by and not se:  # neither was seen to vary: both rank everybody rightly, or wrongly
        one, other = interval(a, cluster, level), interval(b, cluster, level)
        return Estimate(by, one.low - other.high, one.high - other.low, n, se)
    half = reach(level, df) * se if se else 0.0
    return Estimate(by, max(-1.0, by - half), min(1.0, by + half), n, se)


def compared(
    a: ArrayLike,
    b: ArrayLike,
    outcome: ArrayLike,
    stratum: ArrayLike | None = None,
    by: By = "n",
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> Estimate | NoAnswer:
    """How much better score a ranks than score b, on those who have both.

    >>> e = compared([1, 2, 3, 4, 5, 6], [2, 1, 5, 6, 3, 4], [0, 0, 1, 0, 1, 1]); round(e.value, 4)
    0.2222
    """
    first, second = vector(a), vector(b)
    known = np.isfinite(first) & np.isfinite(second)
    both = [ranked(np.where(known, x, np.nan), outcome, stratum, by) for x in (first, second)]
    if isinstance(both[0], NoAnswer):
        return both[0]
    return both[1] if isinstance(both[1], NoAnswer) else difference(both[0], both[1], cluster, level)


def across(found: Ranked, level: float = 0.95) -> Estimate | NoAnswer:
    """The mean AUC for *other* strata like these: what varies is the stratum, with Student's t. Needs two strata; better ten."""
    s, k = found.strata, len(found.strata.auc)
    if k < 2:
        return NoAnswer("fewer than two cohorts, so nothing says how much cohorts differ", found.n)
    moves = s.share * (s.auc - found.value)
    se = math.sqrt(float(moves @ moves) * k / (k - 1))
    half = reach(level, k - 1) * se
    return Estimate(found.value, max(0.0, found.value - half), min(1.0, found.value + half), found.n, se)


def newcombe(value: float, yes: float, no: float, z: float) -> tuple[float, float]:
    """Newcombe's interval (his method 5), found by halving: it has a width even where nobody is ranked wrongly.

    >>> [round(x, 3) for x in newcombe(1.0, 10, 10, 1.96)]
    [0.8, 1.0]
    """
    more = (yes + no) / 2 - 1

    def apart(t: float) -> float:
        variance = t * (1 - t) * (1 + more * ((1 - t) / (2 - t) + t / (1 + t))) / (yes * no)
        return abs(t - value) - z * math.sqrt(max(0.0, variance))

    return _edge(apart, value, 0.0), _edge(apart, value, 1.0)


def _edge(apart: Callable[[float], float], inside: float, outside: float) -> float:
    if apart(outside) <= 0:
        return outside
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if apart(middle) <= 0 else (inside, middle)
    return inside
