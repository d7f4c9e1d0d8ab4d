"""Calibration against scikit-learn and statsmodels; the parts of the Brier score add up; steps against scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from engagetree.stats.calibration import brier, calibration, curve
from engagetree.stats.estimate import NoAnswer
from engagetree.stats.logistic import expits, logistic
from engagetree.stats.recalibration import curved, pools, risen, stepped

pytest.importorskip("sklearn", reason="scikit-learn is the other library asked here")
sm = pytest.importorskip("statsmodels.api", reason="statsmodels is the other library asked here")


def told(seed: int = 0, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    eta = chance.normal(-0.3, 1.2, n)
    return expits(1.4 * eta), (chance.random(n) < expits(eta)).astype(float)


@pytest.mark.parametrize("edges", ["quantile", "fixed"])
def test_brier_is_that_of_scikit_learn_and_the_curve_too(edges):
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    p, y = told()
    assert brier(p, y, edges=edges).score == approx(brier_score_loss(y, p), abs=1e-12)
    if edges == "fixed":
        rate, mean = calibration_curve(y, p, n_bins=10, strategy="uniform")
        found = curve(p, y, 10, "fixed")
        assert found.rate == approx(rate) and found.told == approx(mean)
    assert curve(p, y, 10, edges).n.sum() == len(p)


def test_quantile_bins_hold_equally_many():
    p, y = told(1)
    assert curve(p, y, 10).n.tolist() == [40] * 10


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.62, 0.9, 1.0]), st.booleans()), min_size=2, max_size=60), st.integers(1, 8)
)
def test_the_parts_add_up(rows, bins):
    found = brier([r[0] for r in rows], [float(r[1]) for r in rows], bins)
    if not isinstance(found, NoAnswer):
        assert found.score == approx(found.reliability - found.resolution + found.uncertainty + found.within, abs=1e-12)


def test_where_every_bin_holds_one_chance_there_is_nothing_within():
    """Murphy's own decomposition of three parts, by hand: chances 0.2 (1 of 4 came true) and 0.8 (3 of 4)."""
    found = brier([0.2] * 4 + [0.8] * 4, [1, 0, 0, 0, 1, 1, 1, 0], bins=2)
    assert (found.reliability, found.resolution, found.uncertainty, found.within) == approx((0.0025, 0.0625, 0.25, 0.0))
    assert found.score == approx((0.64 + 3 * 0.04) / 4)


def test_slope_and_level_are_those_of_statsmodels():
    p, y = told(2)
    eta = np.log(p / (1 - p))
    both = sm.Logit(y, sm.add_constant(eta)).fit(disp=0)
    one = sm.GLM(y, np.ones(len(y)), family=sm.families.Binomial(), offset=eta).fit()
    found = calibration(p, y)
    assert (found.slope.value, found.slope.se) == approx((both.params[1], both.bse[1]), rel=1e-6)
    assert (found.slope.low, found.slope.high) == approx(tuple(both.conf_int()[1]), rel=1e-6)
    assert (found.level.value, found.level.se) == approx((one.params[0], one.bse[0]), rel=1e-6)
    assert (found.expected, found.observed) == approx((p.mean(), y.mean()))


def test_clusters_are_those_of_statsmodels():
    p, y = told(3)
    group = np.random.default_rng(3).integers(0, 40, len(y))
    eta = np.log(p / (1 - p))
    theirs = sm.GLM(y, sm.add_constant(eta), family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": group, "use_correction": False}
    )
    assert calibration(p, y, group).slope.se == approx(theirs.bse[1] * (40 / 39) ** 0.5, rel=1e-6)


def test_weights_count_rows():
    p, y = told(4, 60)
    x = np.column_stack((np.ones(60), p))
    times = np.random.default_rng(0).integers(0, 4, 60)
    a, b = logistic(x, y, weight=times), logistic(np.repeat(x, times, axis=0), np.repeat(y, times))
    assert a.coefficients == approx(b.coefficients, rel=1e-6)
    assert a.covariance == approx(b.covariance, rel=1e-5)


def test_spiegelhalters_z_by_hand():
    """Σ (y − p)(1 − 2p) / √Σ (1 − 2p)² p(1 − p): chances 0.1 and 0.8, outcomes 0 and 1: (−0.08 − 0.12) / √(0.0576 + 0.0576)."""
    assert calibration([0.1, 0.8, 0.1, 0.8], [0, 1, 1, 0]).z == approx((-0.08 - 0.12 + 0.72 + 0.48) / (2 * 0.0576 + 2 * 0.0576) ** 0.5)


def test_a_curve_that_does_not_exist_is_a_reason():
    assert "without an error" in logistic(np.column_stack((np.ones(4), [1, 2, 3, 4])), [0, 0, 1, 1]).reason
    assert "two columns" in logistic(np.ones((4, 2)), [0, 1, 0, 1]).reason
    assert isinstance(calibration([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]), NoAnswer)
    assert "between 0 and 1" in calibration([10, 90], [0, 1]).reason
    assert "same outcome" in brier([0.1, 0.2], [1, 1]).reason
    assert "no outcome" in str(curve([0.1], [np.nan]).reason).replace("nobody has an", "no")


def test_recalibrated_on_the_same_people_slope_is_one_and_level_nothing():
    p, y = told(5, 5000)
    score = 100 * p
    made = curved(score, y)
    again = calibration(made.chance(score), y)
    assert (again.slope.value, again.level.value) == approx((1, 0), abs=5e-3)  # not exactly: Platt draws the outcomes in
    assert np.isnan(made.chance([np.nan])[0])


def test_platts_curve_is_that_of_scikit_learn():
    from sklearn.calibration import _SigmoidCalibration

    p, y = told(6)
    score = 100 * p
    assert curved(score, y).chance(score) == approx(_SigmoidCalibration().fit(score, y).predict(score), abs=1e-4)


def test_steps_are_those_of_scikit_learn():
    from sklearn.isotonic import IsotonicRegression

    p, y = told(7)
    score = np.round(100 * p)
    assert stepped(score, y).chance(score) == approx(IsotonicRegression().fit(score, y).predict(score), abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), min_size=1, max_size=25))
def test_risen_is_that_of_scipy(rows):
    from scipy.optimize import isotonic_regression

    rate, size = np.array([r[0] / 20 for r in rows]), np.array([float(r[1]) for r in rows])
    assert risen(rate, size) == approx(isotonic_regression(rate, weights=size).x, abs=1e-9)


def test_a_bin_without_people_joins_its_neighbour():
    assert pools(np.array([0.2, 0.0, 0.5]), np.array([4.0, 0.0, 4.0])).tolist() == [2, 3]
