"""Rates by band and their order: by hand, against statsmodels, and against every draw written out."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from engagetree.evidence.bands import band_rates, broken, in_order
from engagetree.stats.estimate import NoAnswer
from engagetree.stats.logistic import expits

proportion = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels is the other library asked here")
CUTS = (40, 60, 80)


def people(counts: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Scores and outcomes with (with the outcome, people) in each of the bands from the lowest."""
    x = np.concatenate([np.full(n, 20.0 + 20 * k) for k, (_, n) in enumerate(counts)])
    return x, np.concatenate([np.arange(n) < yes for yes, n in counts]).astype(float)


def test_rates_are_wilsons_of_statsmodels():
    bands = band_rates(*people([(10, 100), (30, 100), (60, 120), (45, 50)]), CUTS)
    for band, (k, n) in zip(bands, [(10, 100), (30, 100), (60, 120), (45, 50)], strict=True):
        assert (band.yes, band.n, band.rate.value) == (k, n, k / n)
        assert (band.rate.low, band.rate.high) == approx(proportion.proportion_confint(k, n, method="wilson"))
    assert [b.low for b in bands] == [-np.inf, 40, 60, 80]


def test_on_the_cut_is_in_the_upper_band():
    bands = band_rates([39.999, 40, 80, 79.999], [0, 1, 1, 0], CUTS, fewest=1)
    assert [(b.n, b.yes) for b in bands] == [(1, 0), (1, 1), (1, 0), (1, 1)]


def test_too_few_people_have_no_rate():
    bands = band_rates(*people([(2, 9), (5, 10)]), CUTS)
    assert bands[0].rate == NoAnswer("9 of the 10 people that a rate needs", 9, 1)
    assert bands[1].rate.value == 0.5
    assert isinstance(bands[3].rate, NoAnswer)


def test_people_who_recur_widen_the_interval():
    x, y = people([(20, 60), (40, 60)])
    who = np.arange(120) // 3
    alone, together = band_rates(x, y, CUTS), band_rates(x, y, CUTS, cluster=who)
    assert together[0].worth < 25 < alone[0].worth == 60
    assert together[0].rate.high > alone[0].rate.high


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ([(20, 200), (60, 200), (120, 200), (180, 200)], "holds"),
        ([(20, 200), (22, 200), (120, 200), (180, 200)], "cannot tell"),
        ([(20, 200), (90, 200), (40, 200), (180, 200)], "does not hold"),
        ([(2, 20), (9, 20), (6, 20), (18, 20)], "cannot tell"),
    ],
)
def test_the_order_of_rates(counts, verdict):
    found = in_order(band_rates(*people(counts), CUTS))
    assert found.verdict == verdict
    x, y = people(counts)
    assert in_order(band_rates(x, 1 - y, CUTS), rising=False).verdict == verdict
    assert in_order(band_rates(x, y, CUTS), rising=False).verdict != "holds"


def test_how_many_more_until_a_step_is_clear():
    """10 % and 11 % of 200 each: by statsmodels' power for two shares about 14,700 in each of the two, so some 14,500 more, twice for both,
    and twice again because two more bands grow with them."""
    from statsmodels.stats.power import NormalIndPower

    found = in_order(band_rates(*people([(20, 200), (22, 200), (120, 200), (180, 200)]), CUTS))
    each = NormalIndPower().solve_power(effect_size=2 * (np.arcsin(0.11**0.5) - np.arcsin(0.1**0.5)), power=0.8, alpha=0.05)
    assert found.needed == approx(4 * (each - 200), rel=0.05)


def test_a_step_that_points_the_wrong_way_needs_no_number():
    assert in_order(band_rates(*people([(22, 200), (20, 200), (120, 200)]), CUTS)).needed is None


def test_how_broken_an_order_is_by_hand():
    """Two bands, 12 of 20 and 8 of 20: made to rise both are ½; the statistic is that of the likelihood ratio of a 2 × 2 table, and its
    chance is half of χ² with one degree, give or take the steps that counts come in."""
    from scipy.stats import chi2

    lost = 2 * 2 * 20 * (0.6 * np.log(0.6 / 0.5) + 0.4 * np.log(0.4 / 0.5))
    assert broken(np.array([0.6, 0.4]), np.array([20.0, 20.0])) == approx(chi2.sf(lost, 1) / 2, abs=0.05)
    assert broken(np.array([0.4, 0.4, 0.6]), np.full(3, 20.0)) == 1.0


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [([10, 90], [1, 1], "same outcome"), ([50, 50], [0, 1], "same score"), ([10, 90], [np.nan, np.nan], "nobody has an outcome")],
)
def test_bad_input_is_a_reason(x, y, reason):
    bands = band_rates(x, y, CUTS)
    assert reason in bands.reason
    found = in_order(bands)
    assert (found.verdict, found.number) == ("cannot tell", None)
    assert reason in found.sentence


def test_one_band_with_people_is_no_order():
    assert "fewer than two bands" in in_order(band_rates(*people([(5, 30), (1, 2)]), CUTS)).sentence


def test_it_holds_for_a_score_that_works():
    chance = np.random.default_rng(1)
    x = chance.uniform(0, 100, 3000)
    assert in_order(band_rates(x, chance.random(3000) < expits(x / 20 - 2.5), CUTS)).verdict == "holds"
