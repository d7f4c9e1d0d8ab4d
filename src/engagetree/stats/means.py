"""The mean of a group with its interval, and the mean change of the same people."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engagetree.stats.intervals import Z


@dataclass(frozen=True)
class Mean:
    """A mean of `n` people. [low, high] is its 95 % interval for people like these, [own_low, own_high] for exactly these people.

    The first holds the sampling of people and what is uncertain in each one's own score, the second the latter alone. None: not known.
    """

    n: int
    value: float | None
    low: float | None = None
    high: float | None = None
    own_low: float | None = None
    own_high: float | None = None


def student(df: float) -> float:
    """The 97.5 % point of Student's t; infinite without a degree of freedom.

    >>> round(student(1), 3), round(student(9), 3), student(0)
    (12.706, 2.262, inf)
    """
    if df < 1:
        return math.inf
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))


def mean_of(
    n: int, value: float | None, variance: float | None, own: float | None = None, bounds: tuple[float, float] = (0.0, 100.0)
) -> Mean:
    """The mean `value` of n people whose scores vary by `variance` (n − 1 in its denominator) and are each uncertain by `own` (a mean
    variance; None: not known).

    What people differ by already contains what is uncertain in each, so variance/n is the whole; by chance it can come out smaller than
    the part that is known to be in it, and is then taken to be that part. A single person's interval is their own.

    >>> m = mean_of(4, 50.0, 36.0, 9.0); [round(x, 2) for x in (m.low, m.high, m.own_low, m.own_high)]
    [40.45, 59.55, 47.06, 52.94]
    >>> mean_of(1, 50.0, None)
    Mean(n=1, value=50.0, low=None, high=None, own_low=None, own_high=None)
    """
    if value is None or n < 1:
        return Mean(n, None)
    mine = None if own is None else Z * math.sqrt(own / n)
    half = mine if n == 1 else None if variance is None else student(n - 1) * math.sqrt(max(variance, own or 0.0) / n)

    def ends(by: float | None) -> tuple[float | None, float | None]:
        return (None, None) if by is None else (max(bounds[0], value - by), min(bounds[1], value + by))

    return Mean(n, value, *ends(half), *ends(mine))


@dataclass(frozen=True)
class Shift:
    """How a group's mean went from one moment to another, in three parts that add up to `after` − `before`.

    `same` is the mean change of the `n` people with a score at both, [low, high] its 95 % interval; `joiners` and `leavers` what the
    others do to the mean. `same` is None where nobody was there at both: then the mean cannot say how people changed.
    """

    n: int
    joined: int
    left: int
    before: float | None
    after: float | None
    same: float | None
    low: float | None
    high: float | None
    joiners: float = 0.0
    leavers: float = 0.0

    @property
    def clear(self) -> bool:
        """Whether the interval of those present at both leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Side:
    """One moment of a group: how many have a score, their mean, and the mean of those who have one at the other moment, too."""

    n: int
    mean: float | None
    both: float | None


def shift(n: int, variance: float | None, before: Side, after: Side) -> Shift:
    """The change of a mean. `n` people have a score at both moments, and their changes vary by `variance`.

    >>> s = shift(2, 8.0, Side(3, 40.0, 45.0), Side(3, 60.0, 50.0)); s.same, s.joiners, s.leavers, s.after - s.before
    (5.0, 10.0, 5.0, 20.0)
    """
    joined, left = after.n - n, before.n - n
    if not n or before.both is None or after.both is None or before.mean is None or after.mean is None:
        return Shift(n, joined, left, before.mean, after.mean, None, None, None)
    same = after.both - before.both
    half = student(n - 1) * math.sqrt(variance / n) if variance is not None and n > 1 else None
    low, high = (None, None) if half is None else (same - half, same + half)
    mix = (after.mean - after.both, before.both - before.mean)
    return Shift(n, joined, left, before.mean, after.mean, same, low, high, *mix)
