"""Drift against statsmodels' score test and Wald interval, and on terms whose change is known."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from engagetree.evidence.drift import drift, drifted
from engagetree.stats.logistic import expits

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is the other library asked here")


def term(n: int, seed: int, level: float = 0.0, slope: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    x = chance.uniform(0, 100, n)
    return x, (chance.random(n) < expits(level + slope * (x - 50) / 20)).astype(float)


def test_it_is_statsmodels_score_test():
    """Level and slope of this term added to a curve of both; their score test with the variance that holds for clusters of one."""
    (x, y), (u, v) = term(400, 1), term(300, 2, 0.3)
    score, outcome, now = np.concatenate((x, u)), np.concatenate((y, v)), np.repeat([0.0, 1.0], [400, 300])
    null = sm.GLM(outcome, sm.add_constant(score), family=sm.families.Binomial()).fit(cov_type="HC0")
    theirs = null.score_test(exog_extra=np.column_stack((now, now * score)))
    assert drift(x, y, u, v).statistic == approx(theirs[0] * 699 / 700, rel=0.02)


def test_steeper_is_the_difference_of_two_logistic_regressions():
    (x, y), (u, v) = term(500, 3), term(500, 4, slope=0.5)
    a, b = (sm.Logit(o, sm.add_constant(s)).fit(disp=0) for s, o in ((x, y), (u, v)))
    found = drift(x, y, u, v).steeper
    assert found.value == approx(b.params[1] - a.params[1], rel=1e-4)
    assert found.se == approx((a.bse[1] ** 2 + b.bse[1] ** 2) ** 0.5, rel=0.1)  # ours does not assume the curve to be right


def test_the_shift_is_rate_less_what_last_terms_curve_expects():
    (x, y), (u, v) = term(500, 5), term(400, 6, 0.5)
    old = sm.Logit(y, sm.add_constant(x)).fit(disp=0)
    assert drift(x, y, u, v).shift.value == approx((v - old.predict(sm.add_constant(u))).mean(), abs=1e-6)


@pytest.mark.parametrize(("level", "slope"), [(0.8, 1.0), (-0.8, 1.0), (0.0, 0.3)])
def test_a_change_is_noticed(level, slope):
    found = drift(*term(1500, 7), *term(1500, 8, level, slope))
    assert found.alarm
    assert drifted(found).verdict == "does not hold"
    assert "no longer come true" in drifted(found).sentence


def test_other_scores_are_no_drift():
    """This term's people score lower; what a score means is the same."""
    x, y = term(2000, 9)
    u, v = term(4000, 10)
    low = u < 60
    assert not drift(x, y, u[low], v[low]).alarm


def test_no_alarm_says_how_much_it_would_have_noticed():
    many, few = drift(*term(6000, 11), *term(6000, 12)), drift(*term(120, 13), *term(120, 14))
    assert drifted(many).verdict == "holds"
    told = drifted(few)
    assert told.verdict == "cannot tell"
    assert 120 + told.needed == approx(120 * (few.detectable / 0.05) ** 2, abs=1)
    assert "5 of 100" in drifted(many).sentence


def test_several_looks_need_more():
    pair = (*term(1000, 15), *term(1000, 16, 0.22))
    p = drift(*pair).p
    assert 0.001 < p < 0.05
    assert drift(*pair).alarm
    assert not drift(*pair, looks=int(0.05 / p) + 1).alarm


def test_rows_that_repeat_a_person_do_not_raise_it():
    (x, y), (u, v) = term(150, 17), term(150, 18, 0.55)
    once = drift(x, y, u, v)
    who = np.repeat(np.arange(150), 4)
    four = [np.repeat(w, 4) for w in (x, y, u, v)]
    blind, sees = drift(*four), drift(*four, who, who + 150)
    assert blind.p < once.p / 10
    assert sees.p == approx(once.p, rel=0.05)


@pytest.mark.parametrize(
    ("y", "reason"),
    [
        ([np.nan] * 100, "this term: nobody has an outcome"),
        ([1] * 100, "this term: all 100 have the same outcome"),
        ([1] * 9 + [0] * 91, "fewer than 10 people"),
    ],
)
def test_bad_input_is_a_reason(y, reason):
    found = drift(*term(200, 19), np.arange(100.0), y)
    assert reason in found.reason
    assert (drifted(found).verdict, drifted(found).number) == ("cannot tell", None)


def test_a_score_without_an_error_is_a_reason():
    x = np.arange(100.0)
    assert "without an error" in drift(x, x > 50, x, x > 50).reason
    assert "without an error" in drift(*term(200, 20), x, x > 50).reason
