"""A ratio of two sums over people, such as uses by adopter or active days by active person, with how well so many people show it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Sums:
    """What is needed of n people with a count y and an exposure x each: an engine adds these up in one pass."""

    n: int
    y: float
    x: float
    yy: float
    xy: float
    xx: float

    @property
    def ratio(self) -> float | None:
        """Σy / Σx; none where there is nothing to divide by."""
        return self.y / self.x if self.x else None


def of(ys: list[float], xs: list[float]) -> Sums:
    """The sums of two lists."""
    return Sums(len(ys), sum(ys), sum(xs), sum(y * y for y in ys), sum(y * x for y, x in zip(ys, xs, strict=True)), sum(x * x for x in xs))


def interval(sums: Sums, level: float = 0.95) -> tuple[float, float] | None:
    """The ratio's interval with Student's t, linearised (Cochran 1977, *Sampling Techniques*, 6.4); none for fewer than two people, nor
    where all are alike, because a spread that was not seen is not known to be none.

    >>> [round(x, 4) for x in interval(of([1, 2, 3, 4], [4, 4, 4, 4]))]
    [0.1114, 1.1386]
    """
    r = sums.ratio
    if r is None or sums.n < 2:
        return None
    spread = sums.yy - 2 * r * sums.xy + r * r * sums.xx
    if spread <= 1e-12 * max(1.0, sums.yy):
        return None
    from scipy.special import stdtrit

    half = float(stdtrit(sums.n - 1, (1 + level) / 2)) * math.sqrt(sums.n / (sums.n - 1) * spread) / sums.x
    return r - half, r + half
