"""Intervals for shares."""

from __future__ import annotations

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def jeffreys(k: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Jeffreys' interval for k of n: quantiles of Beta(k + ½, n − k + ½), with the closed end where k is 0 or n.

    Source: Brown, Cai & DasGupta 2001, Statistical Science 16(2). Raises ValueError unless 0 ≤ k ≤ n and n > 0.

    >>> [round(x, 4) for x in jeffreys(0, 10)], [round(x, 4) for x in jeffreys(5, 10)]
    ([0.0, 0.2172], [0.2235, 0.7765])
    """
    if not 0 <= k <= n or n <= 0:
        raise ValueError(f"{k} of {n} is no share")
    from scipy.special import betaincinv

    a, b, tail = k + 0.5, n - k + 0.5, (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if k == n else float(betaincinv(a, b, 1 - tail))
    return low, high
