"""Several cohorts' numbers over cohorts: against statsmodels' random effects, and each cohort's calibration against its logistic regression."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from pytest import approx

from engagetree.stats.between import between
from engagetree.stats.calibration import unseen_calibration
from engagetree.stats.estimate import Estimate, NoAnswer, reach
from engagetree.stats.logistic import expits, logistic, logits
from engagetree.stats.recalibration import curved, levelled

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is the other library asked here")


def measured(values: list[float], errors: list[float]) -> list[Estimate]:
    return [Estimate(v, v - 2 * e, v + 2 * e, 100, e) for v, e in zip(values, errors, strict=True)]


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ([1.66, 1.11, 1.09, 0.36], [0.11, 0.18, 0.07, 0.07]),
        ([0.8, 1.3, 1.1, 0.9, 1.6, 0.4], [0.05, 0.4, 0.2, 0.1, 0.3, 0.25]),
        ([1.0, 1.01, 0.99, 1.02], [0.2, 0.1, 0.3, 0.2]),  # they differ by less than chance: no spread
    ],
)
def test_mean_and_spread_are_those_of_statsmodels(values, errors):
    """`iterated` is Paule's and Mandel's spread; `random effect wls` has Hartung's and Knapp's interval."""
    from statsmodels.stats.meta_analysis import combine_effects

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = combine_effects(np.array(values), np.array(errors) ** 2, method_re="iterated", use_t=True)
        row = theirs.summary_frame().loc["random effect wls"]
    found = between(measured(values, errors))
    assert (found.mean.value, found.mean.low, found.mean.high) == approx((row["eff"], row["ci_low"], row["ci_upp"]), abs=1e-5)
    assert found.spread**2 == approx(max(theirs.tau2, 0), abs=1e-5)


def test_another_cohort_by_hand():
    """Of 1, 2, 3 the standard deviation is 1, the mean's error 1/√3 where the cohorts' own hardly count; Student's t of 2 is 4.303."""
    found = between(measured([1.0, 2.0, 3.0], [1e-6] * 3))
    half = 4.302653 * (1 + 1 / 3) ** 0.5
    assert found.other == approx((2 - half, 2 + half), abs=1e-4)
    assert found.mean.high == approx(2 + 4.302653 / 3**0.5, abs=1e-4)


def test_of_two_cohorts_nothing_is_said_of_others():
    assert "2 cohorts are too few" in between(measured([1.0, 1.2], [0.1, 0.1])).reason


def cohorts(seed: int = 0, slopes: tuple[float, ...] = (0.5, 1.0, 1.5, 0.9)) -> tuple[np.ndarray, ...]:
    """Four cohorts of 300 with a slope and a level of their own on the log odds told."""
    chance = np.random.default_rng(seed)
    where = np.repeat(np.arange(len(slopes)), 300)
    eta = chance.normal(0, 1, len(where))
    level = np.array([-0.8, 0.0, 0.9, 0.3])[where]
    return expits(eta), (chance.random(len(where)) < expits(level + np.array(slopes)[where] * eta)).astype(float), where


def test_each_cohorts_slope_is_that_of_statsmodels():
    p, y, where = cohorts()
    found = unseen_calibration(p, y, where)
    assert not found.common and found.left_out == 0 and found.slope == found.slopes.mean
    for k, mine in enumerate(found.slopes.each):
        here = where == k
        theirs = sm.Logit(y[here], sm.add_constant(logits(p[here]))).fit(disp=0)
        assert (mine.value, mine.se) == approx((theirs.params[1], theirs.bse[1]), rel=1e-6)
        assert (mine.low, mine.high) == approx(tuple(theirs.conf_int()[1]), rel=1e-6)
        assert found.gap.each[k].value == approx(y[here].mean() - p[here].mean())


def test_levels_that_differ_do_not_move_the_slope_inside_cohorts():
    """Each cohort's chances are right but for its level: through all of them the slope is far off, inside it is 1."""
    chance = np.random.default_rng(1)
    where = np.repeat(np.arange(6), 2000)
    middle, shift = np.linspace(-2, 2, 6)[where], np.linspace(2, -2, 6)[where]
    eta = middle + chance.normal(0, 1, len(where))
    y = (chance.random(len(where)) < expits(eta + shift)).astype(float)
    inside = unseen_calibration(expits(eta), y, where)
    through = logistic(np.column_stack((np.ones(len(y)), eta)), y).coefficients[1]
    assert inside.slope.value == approx(1.0, abs=0.06) and through < 0.5
    assert max(abs(x) for x in inside.gap.other) > 0.4


def test_small_cohorts_share_one_slope_with_a_level_each():
    """Two large enough are too few to say how cohorts differ: the slope is statsmodels' with a column for each cohort."""
    p, y, where = cohorts(2)
    some = (where < 2) | (np.arange(len(where)) % 300 < 12)
    p, y, where = p[some], y[some], where[some]
    found = unseen_calibration(p, y, where, least=20)
    theirs = sm.GLM(y, np.column_stack((logits(p), np.eye(4)[where])), family=sm.families.Binomial()).fit(cov_type="HC0")
    n = len(y)
    assert found.common and found.left_out == 2 and isinstance(found.gap, NoAnswer)
    assert found.slope.value == approx(theirs.params[0], rel=1e-6)
    assert found.slope.se == approx(theirs.bse[0] * (n / (n - 1)) ** 0.5, rel=1e-6)
    assert found.slope.high - found.slope.value == approx(reach(df=n - 1) * found.slope.se)


def test_a_level_for_each_cohort_is_that_of_statsmodels():
    """Large cohorts, so that what draws their levels together hardly counts: slope and mean level are those with a column for each cohort."""
    p, y, where = cohorts(3, (1.0, 1.0, 1.0, 1.0))
    p, y, where = (np.tile(x, 30) for x in (p, y, where))
    score = 100 * p
    found = levelled(score, y, where)
    theirs = sm.GLM(y, np.column_stack((score - found.middle, np.eye(4)[where])), family=sm.families.Binomial()).fit()
    assert (found.slope, found.level) == approx((theirs.params[0], theirs.params[1:].mean()), rel=1e-2, abs=2e-2)


def test_one_cohort_has_the_plain_curve_and_a_cohort_with_one_outcome_does_no_harm():
    p, y, where = cohorts(4)
    one = where == 0
    assert levelled(100 * p[one], y[one], where[one]) == curved(100 * p[one], y[one])
    y = np.where(where == 3, 1.0, y)
    found = levelled(100 * p, y, where)
    assert np.isfinite(found.level) and abs(found.level) < 5 and found.slope > 0
    assert "same outcome" in levelled(p, np.ones(len(p)), where).reason


def test_a_cohort_of_a_few_people_has_hardly_a_say():
    """A fourth cohort of three people, all with the outcome, far below the others' scores: with a free level of its own it would count a
    fourth of the level for another cohort."""
    p, y, where = cohorts(5)
    some = where < 3
    p3, y3, where3 = np.append(p[some], [0.2] * 3), np.append(y[some], [1.0] * 3), np.append(where[some], [3] * 3)
    without, with_them = levelled(100 * p[some], y[some], where[some]), levelled(100 * p3, y3, where3)
    assert with_them.chance([50.0])[0] == approx(without.chance([50.0])[0], abs=0.07)
