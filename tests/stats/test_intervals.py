"""Jeffreys' interval against closed forms and exact sums; nothing here asks the library that the product asks."""

from __future__ import annotations

from math import asin, comb, pi, sin, sqrt

import numpy as np
import pytest
from pytest import approx

from engagetree.stats.intervals import jeffreys


def beta_below(x: float, a: float, b: float) -> float:
    """P(Beta(a, b) ≤ x) by Simpson's rule after x = sin², which takes away the poles at both ends."""
    angle = asin(sqrt(x))
    steps = 4000
    t = np.linspace(0, angle, steps + 1)
    f = 2 * np.sin(t) ** (2 * a - 1) * np.cos(t) ** (2 * b - 1)
    all_t = np.linspace(0, pi / 2, steps + 1)
    g = 2 * np.sin(all_t) ** (2 * a - 1) * np.cos(all_t) ** (2 * b - 1)
    weights = np.ones(steps + 1)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    return float((weights @ f) * angle / ((weights @ g) * pi / 2))


@pytest.mark.parametrize(("k", "n"), [(1, 2), (1, 10), (5, 10), (9, 10), (3, 47), (120, 200)])
def test_its_ends_cut_off_two_and_a_half_percent_each(k: int, n: int) -> None:
    """By integration of the density of Beta(k + ½, n − k + ½)."""
    low, high = jeffreys(k, n)
    assert beta_below(low, k + 0.5, n - k + 0.5) == approx(0.025, abs=1e-6)
    assert beta_below(high, k + 0.5, n - k + 0.5) == approx(0.975, abs=1e-6)


def test_one_half_by_the_arcsine_law() -> None:
    """For k = n = 0 it would be Beta(½, ½), whose quantiles are sin²(πp/2): the one for k = 0, n = 1 has P(X ≤ x) = (2/π)(φ + sin φ cos φ)
    with φ = asin √x. Solved here by halving."""
    low, high = 0.0, pi / 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if 2 / pi * (middle + sin(middle) * sqrt(1 - sin(middle) ** 2)) < 0.975 else (low, middle)
    assert jeffreys(0, 1) == approx((0.0, sin(low) ** 2), abs=1e-9)


def test_ends_that_are_known() -> None:
    """None of n leaves 0 possible, all of n leaves 1 possible; what is taken and what is left are mirror images."""
    for n in (1, 3, 10, 500):
        assert jeffreys(0, n)[0] == 0
        assert jeffreys(n, n)[1] == 1
        for k in (0, n // 3, n):
            low, high = jeffreys(k, n)
            assert (1 - high, 1 - low) == approx(jeffreys(n - k, n), abs=1e-12)
            assert low <= k / n <= high


def test_it_narrows_with_the_root_of_n() -> None:
    """For large n it is the normal interval: half its width at 40 % of n is 1.96 √(0.24/n)."""
    for n in (2_000, 20_000):
        low, high = jeffreys(0.4 * n, n)
        assert (high - low) / 2 == approx(1.959964 * sqrt(0.24 / n), rel=2e-3)


@pytest.mark.parametrize("n", [10, 20, 50])
def test_how_often_it_holds_the_truth(n: int) -> None:
    """Exactly: over all k with their binomial chances, and over true shares from 0.02 to 0.98. On average 95 %, nowhere below 83 % (Brown, Cai
    and DasGupta 2001 show dips for small shares)."""
    ends = [jeffreys(k, n) for k in range(n + 1)]
    shares = np.linspace(0.02, 0.98, 193)
    held = [sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k, (a, b) in enumerate(ends) if a <= p <= b) for p in shares]
    assert 0.94 <= float(np.mean(held)) <= 0.96
    assert min(held) > 0.83


@pytest.mark.parametrize(("k", "n"), [(-1, 10), (11, 10), (0, 0), (1, -1), (float("nan"), 5)])
def test_no_share_is_an_error(k: float, n: float) -> None:
    with pytest.raises(ValueError, match="is no share"):
        jeffreys(k, n)
