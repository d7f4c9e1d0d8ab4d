"""Points and headroom of factors: what each driver of a product holds of the signal's value, and of what is missing to 1."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np

from engagetree.formula.values import Vector


def shortfalls(factors: list[Vector]) -> list[Vector]:
    """How much of 1 − Π f each factor accounts for: what raising it to 1 gains, averaged over every order in which factors are raised.

    The parts add up to the whole (Shapley). A factor that is unknown (NaN) is left out of the product, and so accounts for nothing.

    >>> [v.round(9).tolist() for v in shortfalls([np.array([0.5]), np.array([0.8])])]
    [[0.45], [0.15]]
    """
    filled = [np.where(np.isnan(f), 1.0, f) for f in factors]
    n = len(filled)
    out = []
    for i, f in enumerate(filled):
        others = [g for j, g in enumerate(filled) if j != i]
        total = np.zeros_like(f)
        for raised in range(n):  # how many of the others stand at 1 already
            orders = factorial(raised) * factorial(n - raised - 1) / factorial(n)
            for left in combinations(others, n - 1 - raised):
                total = total + orders * np.prod([np.ones_like(f), *left], axis=0)
        out.append((1.0 - f) * total)
    return out
