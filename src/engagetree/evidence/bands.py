"""How often the outcome came about in each band, and whether a higher band means more of it.

That bands *are* in order is claimed only when every step from one band to the next is clearly upward (an intersection-union test: Berger
1982, Technometrics 24; no correction for several steps is due). That they are *not* is said when steps that go down do so by more than
chance (likelihood ratio against the best rising rates: Robertson, Wright & Dykstra 1988, *Order Restricted Statistical Inference*; its
chances by simulation where all bands are alike, which is where it errs most).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from engagetree.evidence.verdict import FEWEST, Finding, found, unanswered
from engagetree.stats.estimate import Estimate, NoAnswer, Vector, sample
from engagetree.stats.logistic import Matrix
from engagetree.stats.proportions import difference, effective_n, more_needed, wilson

CERTAIN, DRAWN = 0.05, 2_000


@dataclass(frozen=True)
class BandRate:
    """The scores [low, high) of a band, the people in it, and the rate of the outcome among them, or why none is given.

    `worth`: of how many independent people they tell, where rows belong together; n otherwise.
    """

    low: float
    high: float
    n: int
    yes: int
    rate: Estimate | NoAnswer
    worth: float

    @property
    def counts(self) -> tuple[float, float]:
        """People with the outcome, and people, both of independent ones."""
        return (self.yes / self.n * self.worth if self.n else 0.0), self.worth


def band_rates(
    score: ArrayLike, outcome: ArrayLike, cuts: Sequence[float], cluster: ArrayLike | None = None, fewest: int = FEWEST
) -> tuple[BandRate, ...] | NoAnswer:
    """The bands from the lowest up, half-open at `cuts` (rising, without 0 and 100). Fewer than `fewest` people: no rate.

    With `cluster` the interval is that of as many independent people as the rows are worth.

    >>> [(b.n, b.yes) for b in band_rates([10, 20, 60, 60, 90], [0, 0, 1, 0, 1], [40, 60, 80], fewest=1)]
    [(2, 0), (0, 0), (2, 1), (1, 1)]
    """
    usable = sample(score, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    belongs = np.searchsorted(np.asarray(cuts, dtype=np.float64), usable.score, side="right")
    group = None if cluster is None else np.asarray(cluster)[usable.rows]
    edges = (-np.inf, *cuts, np.inf)
    made = []
    for k in range(len(cuts) + 1):
        inside = belongs == k
        made.append(_band(edges[k], edges[k + 1], usable.outcome[inside], None if group is None else group[inside], fewest))
    return tuple(made)


def _band(low: float, high: float, y: Vector, cluster: ArrayLike | None, fewest: int) -> BandRate:
    n, yes = len(y), int(y.sum())
    if n < max(1, fewest):
        return BandRate(low, high, n, yes, NoAnswer(f"{n} of the {fewest} people that a rate needs", n, fewest - n), n)
    worth = float(n) if cluster is None else effective_n(y, cluster)
    rate = wilson(yes / n * worth, worth)
    assert isinstance(rate, Estimate)
    return BandRate(low, high, n, yes, Estimate(rate.value, rate.low, rate.high, n, rate.se), worth)


def in_order(bands: Sequence[BandRate] | NoAnswer, rising: bool = True, name: str = "bands in order", seed: int = 0) -> Finding:
    """Whether a higher band means more of the outcome (`rising`), or less. The number is the smallest step between neighbours.

    Bands without a rate are passed over. "Holds": every step is clear. "Does not hold": the order is broken beyond chance, p < 0.05.
    """
    says = f"A higher band means {'more' if rising else 'less'} of the outcome, step by step"
    if isinstance(bands, NoAnswer):
        return unanswered(name, bands)
    told = [b for b in bands if isinstance(b.rate, Estimate)]
    n = sum(b.n for b in bands)
    if len(told) < 2:
        return unanswered(name, NoAnswer("fewer than two bands have enough people for a rate", n, _missing(bands)))
    rates, worth = np.array([b.yes / b.n for b in told]), np.array([b.worth for b in told])
    steps = [_step(a, b, rising) for a, b in pairwise(told)]
    least = min(steps, key=lambda s: s.low)
    least = Estimate(least.value, least.low, least.high, n, least.se)
    if all(s.low > 0 for s in steps):
        return found(name, least, "holds", None, says)
    if broken(rates if rising else 1 - rates, worth, seed) < CERTAIN:
        worst = min(steps, key=lambda s: s.value)
        return found(name, Estimate(worst.value, worst.low, worst.high, n, worst.se), "does not hold", None, says)
    return found(name, least, "cannot tell", _needed(steps, n), says)


def _step(a: BandRate, b: BandRate, rising: bool) -> Estimate:
    by = difference(*b.counts, *a.counts) if rising else difference(*a.counts, *b.counts)
    assert isinstance(by, Estimate)
    return by


def _needed(steps: Sequence[Estimate], n: int) -> int | None:
    """How many more people, spread over the bands as these are, until every step that points the right way is clear."""
    more = [more_needed(s.n, s.se, s.value) for s in steps if s.low <= 0 < s.value]
    if any(s.value <= 0 for s in steps) or any(m is None for m in more):
        return None
    return max(round(n * (m or 0) / s.n) for m, s in zip(more, [s for s in steps if s.low <= 0 < s.value], strict=True))


def _missing(bands: Sequence[BandRate]) -> int | None:
    more = sorted(b.rate.needed or 0 for b in bands if isinstance(b.rate, NoAnswer))
    return more[0] if more else None


def broken(rates: Vector, n: Vector, seed: int = 0) -> float:
    """The chance p of an order as broken as this, or more, if all bands were alike; 1 where no step goes down. rates and n (k,), lowest
    first.

    >>> broken(np.array([0.1, 0.2, 0.3]), np.array([50.0, 50, 50])), broken(np.array([0.5, 0.2]), np.array([200.0, 200])) < 0.001
    (1.0, True)
    """
    seen = _worse(rates[None, :], n)[0]
    if seen <= 1e-9:
        return 1.0
    chance, base, people = np.random.default_rng(seed), float(n @ rates / n.sum()), np.maximum(1, np.round(n)).astype(np.int64)
    drawn = chance.binomial(people, base, size=(DRAWN, len(n))) / people
    return float(1 + np.count_nonzero(_worse(drawn, n) >= seen - 1e-9)) / (1 + DRAWN)


def _worse(rates: Matrix, n: Vector) -> Vector:
    """Twice the log likelihood that each row of rates (draws, k) loses when it is made to rise."""
    from scipy.special import rel_entr

    best = np.clip(_risen(rates, n), 0.0, 1.0)
    return np.asarray(2 * (rel_entr(rates, best) + rel_entr(1 - rates, 1 - best)) @ n, dtype=np.float64)


def _risen(rates: Matrix, n: Vector) -> Matrix:
    """`risen` for many rows at once: of the means from i to j, the highest over i ≤ here of the lowest over j ≥ here."""
    k = len(n)
    sums = np.concatenate((np.zeros((len(rates), 1)), np.cumsum(rates * n, axis=1)), axis=1)
    size = np.concatenate(([0.0], np.cumsum(n)))
    best = np.full(rates.shape, -np.inf)
    for i in range(k):
        means = (sums[:, i + 1 :] - sums[:, [i]]) / (size[i + 1 :] - size[i])
        lowest = np.minimum.accumulate(means[:, ::-1], axis=1)[:, ::-1]
        best[:, i:] = np.maximum(best[:, i:], lowest)
    return best
