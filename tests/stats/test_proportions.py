"""Intervals of shares against statsmodels, and numbers needed against statsmodels' power and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from engagetree.stats.estimate import NoAnswer
from engagetree.stats.proportions import difference, effective_n, more_needed, ratio, wilson, wilson_ends

proportion = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels is the other library asked here")
TABLES = [(36, 40, 16, 80), (3, 40, 5, 80), (10, 20, 30, 60), (1, 9, 8, 10), (200, 1000, 100, 1000)]


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 47), (1, 1), (500, 1000)])
def test_wilson_is_that_of_statsmodels(k, n):
    found = wilson(k, n)
    assert (found.low, found.high) == approx(proportion.proportion_confint(k, n, method="wilson"), abs=1e-12)
    assert wilson(k, n, 0.9).low == approx(proportion.proportion_confint(k, n, alpha=0.1, method="wilson")[0], abs=1e-12)


@pytest.mark.parametrize("table", TABLES)
def test_the_difference_is_that_of_statsmodels(table):
    found = difference(*table)
    assert (found.low, found.high) == approx(proportion.confint_proportions_2indep(*table, compare="diff", method="newcomb"), abs=1e-10)


@pytest.mark.parametrize("table", TABLES)
def test_the_ratio_is_that_of_statsmodels(table):
    found = ratio(*table)
    asked = proportion.confint_proportions_2indep(*table, compare="ratio", method="score", correction=False)
    assert (found.low, found.high) == approx(asked, rel=1e-6)


def test_koopmans_own_example():
    """36 of 40 against 16 of 80: 2.94 to 7.15 (Koopman 1984, p. 517)."""
    found = ratio(36, 40, 16, 80)
    assert (found.value, round(found.low, 2), round(found.high, 2)) == (4.5, 2.94, 7.15)


def test_ratios_at_the_edge():
    none, all_of = ratio(0, 40, 5, 80), ratio(5, 40, 0, 80)
    assert (none.value, none.low) == (0, 0)
    assert none.high == approx(1.456241, abs=1e-5)  # statsmodels
    assert (all_of.value, all_of.high) == (np.inf, np.inf)
    assert 0 < all_of.low < np.inf
    assert ratio(40, 40, 5, 80).low < 16 < ratio(40, 40, 5, 80).high
    assert isinstance(ratio(0, 40, 0, 80), NoAnswer)
    assert isinstance(difference(1, 2, 0, 0), NoAnswer)
    assert isinstance(wilson(0, 0), NoAnswer)
    with pytest.raises(ValueError, match="is no share"):
        wilson(3, 2)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
def test_turned_round_they_are_mirror_images(k1, n1, k2, n2):
    k1, k2 = min(k1, n1), min(k2, n2)
    a, b = difference(k1, n1, k2, n2), difference(k2, n2, k1, n1)
    assert (a.value, a.low, a.high) == approx((-b.value, -b.high, -b.low))
    if k1 and k2:
        r, q = ratio(k1, n1, k2, n2), ratio(k2, n2, k1, n1)
        assert r.low * q.high == approx(1, rel=1e-4)
        assert r.low <= r.value * (1 + 1e-9) and r.value <= r.high * (1 + 1e-9)


def test_many_at_once():
    low, high = wilson_ends([0, 5, 0], [10, 10, 0])
    assert low[:2] == approx([0, wilson(5, 10).low])
    assert np.isnan(low[2]) and np.isnan(high[2])


def test_how_many_more():
    """A mean with standard deviation 1: statsmodels' NormalIndPower says how many it takes to see ¼ with 80 % (one sample, two-sided)."""
    from statsmodels.stats.power import NormalIndPower

    whole = NormalIndPower(ddof=0).solve_power(effect_size=0.25, alpha=0.05, power=0.8, ratio=0)
    assert 50 + more_needed(50, 1 / 50**0.5, 0.25) == np.ceil(whole)
    assert more_needed(1000, 1 / 1000**0.5, 0.25) == 0
    assert more_needed(50, 0.1, 0.0) is None
    assert more_needed(50, np.inf, 0.1) is None


def test_rows_that_repeat_a_person_count_once():
    """Four identical rows each of 50 people tell as much as 50 do (but for 49/50)."""
    y = np.random.default_rng(1).integers(0, 2, 50)
    assert effective_n(np.repeat(y, 4), np.repeat(np.arange(50), 4)) == approx(49, rel=1e-9)
    assert effective_n([1, 1, 1], [0, 1, 1]) == 2
    assert effective_n([], []) == 0
