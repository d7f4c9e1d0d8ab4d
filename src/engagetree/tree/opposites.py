"""The same score for opposite reasons: people or groups whom one number makes look alike and whom nobody should treat alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engagetree.findings import Explanation
from engagetree.formula import Vector
from engagetree.stats.means import Mean
from engagetree.stats.ranks import clearly_above, places

STRONG, WEAK = 70.0, 40.0
"""A signal of one person is strong from here on, weak below there: the words of a sentence change there, too."""

SAME = 5.0
"""Points of the score within which two count as having the same."""

OPPOSED = 3.0
"""Points of the score that each of two groups must have more of in one signal for their reasons to be opposite."""


@dataclass(frozen=True)
class Opposite:
    """Two sets of people with the same scores: `first` strong in signal `one` and weak in `other`, `second` the other way round.

    They are pairs: first[i] and second[i] lie within 5 points of each other; the closest pair leads. `scores` are those of the pairs.
    """

    one: str  # key of a signal
    other: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    scores: tuple[tuple[float, float], ...]


def opposites(people: Sequence[str], score: Vector, signals: Mapping[str, Vector], same: float = SAME) -> tuple[Opposite, ...]:
    """Every two signals by which people with the same score differ in opposite ways, most pairs first. NaN: unknown, in no set.

    >>> import numpy as np
    >>> v = {"attendance": np.array([90.0, 20.0, 95.0]), "contribution": np.array([10.0, 80.0, 20.0])}
    >>> opposites(["a", "b", "c"], np.array([50.0, 52.0, 58.0]), v)
    (Opposite(one='attendance', other='contribution', first=('a',), second=('b',), scores=((50.0, 52.0),)),)
    """
    found = []
    keys = list(signals)
    for k, one in enumerate(keys):
        for other in keys[k + 1 :]:
            a, b = signals[one], signals[other]
            first = np.flatnonzero((a >= STRONG) & (b < WEAK) & ~np.isnan(score))
            second = np.flatnonzero((b >= STRONG) & (a < WEAK) & ~np.isnan(score))
            pairs = sorted(_pairs(first, second, score, same), key=lambda p: (abs(score[p[0]] - score[p[1]]), people[p[0]]))
            if pairs:
                scores = tuple((float(score[i]), float(score[j])) for i, j in pairs)
                found.append(Opposite(one, other, tuple(people[i] for i, _ in pairs), tuple(people[j] for _, j in pairs), scores))
    return tuple(sorted(found, key=lambda o: -len(o.scores)))


def _pairs(first: np.ndarray, second: np.ndarray, score: Vector, same: float) -> list[tuple[int, int]]:
    """As many pairs as there can be, nobody twice: the lowest of both sides, if they are near enough, else without the lower of them."""
    a, b = (sorted(side.tolist(), key=lambda i: score[i]) for side in (first, second))
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        gap = score[a[i]] - score[b[j]]
        if abs(gap) <= same:
            out.append((a[i], b[j]))
        i, j = i + (gap <= same), j + (gap >= -same)
    return out


@dataclass(frozen=True)
class Sides:
    """Two laid side by side. `parts` are (signal's key, points of a − points of b), the largest first; they add up to `difference`."""

    difference: float
    clear: bool
    parts: tuple[tuple[str, float], ...]
    opposite: tuple[str, str] | None = None  # the signal that a has more of, the one that b has more of

    @property
    def same(self) -> bool:
        """The same score, as far as anybody can tell and as far as it matters."""
        return not self.clear and abs(self.difference) <= SAME


Means = Mapping[str, Mean]
"""The mean of each signal of a group, by key."""


def sides(a: Explanation, b: Explanation, means: tuple[Means, Means] | None = None) -> Sides | None:
    """How two differ; None where one of them has no score.

    Reasons are opposite when each has at least 5 points more from some signal; between two groups 3 are enough, but then the means of
    those signals must differ clearly, so `means` are needed.
    """
    if a.score is None or b.score is None:
        return None
    other = {n.key: n.points or 0.0 for n in b.tree.children}
    parts = sorted(((n.key, (n.points or 0.0) - other[n.key]) for n in a.tree.children), key=lambda p: -abs(p[1]))
    clear = _above(a, b) or _above(b, a)
    most, least = max(parts, key=lambda p: p[1]), min(parts, key=lambda p: p[1])
    enough = OPPOSED if a.is_cohort and b.is_cohort else SAME
    made = Sides(a.score - b.score, clear, tuple(parts))
    if not made.same or most[1] < enough or -least[1] < enough:
        return made
    if a.is_cohort and b.is_cohort and not (means and _apart(means[0], means[1], most[0]) and _apart(means[1], means[0], least[0])):
        return made
    return Sides(made.difference, clear, made.parts, (most[0], least[0]))


def _apart(high: Means, low: Means, signal: str) -> bool:
    """Whether one group's mean of a signal is clearly above the other's; not where an interval is missing."""
    a, b = high[signal], low[signal]
    if a.value is None or b.value is None or a.low is None or b.high is None:
        return False
    return clearly_above(a.value, a.low, b.value, b.high)


def ranges(items: Sequence[Explanation]) -> tuple[tuple[int, int] | None, ...]:
    """The best and worst place of each among those with a score. Few are compared, so that the rule is made to hold for all comparisons of
    one at once."""
    if not items:
        return ()
    score, low, high = ([_number(getattr(e, end)) for e in items] for end in ("score", "low", "high"))
    found = places(score, low, high, together=True)
    pairs = zip(found.best.tolist(), found.worst.tolist(), strict=True)
    return tuple((best, worst) if best else None for best, worst in pairs)


def _number(x: float | None) -> float:
    return float("nan") if x is None else x


def _above(a: Explanation, b: Explanation) -> bool:
    assert a.score is not None
    assert b.score is not None
    low, high = a.score if a.low is None else a.low, b.score if b.high is None else b.high
    return clearly_above(a.score, low, b.score, high)
