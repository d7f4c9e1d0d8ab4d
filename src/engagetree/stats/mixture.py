"""How mixed a group is, and how unlike two mixtures are.

Sources: Blau 1977, *Inequality and Heterogeneity*; Simpson 1949, Nature 163 (the form for few); Duncan & Duncan 1955, ASR 20
(dissimilarity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mix:
    """Three ways to say how mixed n things of k sorts are; None where one cannot be said (k or n below 2)."""

    n: int
    k: int
    blau: float
    normalised: float | None
    gini_simpson: float | None


def mix(counts: Sequence[float]) -> Mix | None:
    """Of counts by sort; a sort that does not occur does not count. None where there is nothing.

    >>> m = mix([4, 3, 2, 1]); round(m.blau, 3), round(m.normalised, 3), round(m.gini_simpson, 3)
    (0.7, 0.933, 0.778)
    """
    there = [c for c in counts if c]
    n, k = sum(there), len(there)
    if not n:
        return None
    blau = 1 - sum((c / n) ** 2 for c in there)
    few = 1 - sum(c * (c - 1) for c in there) / (n * (n - 1)) if n > 1 else None
    return Mix(round(n), k, blau, blau * k / (k - 1) if k > 1 else None, few)


def dissimilarity(one: Sequence[float], other: Sequence[float]) -> float:
    """½ Σ |p − q| of two mixtures given as shares.

    >>> round(dissimilarity([0.5, 0.3, 0.2], [0.4, 0.35, 0.25]), 2)
    0.1
    """
    return sum(abs(p - q) for p, q in zip(one, other, strict=True)) / 2
