"""Means, their intervals and how they change. The answers come from scipy, from hand and from simulations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engagetree.stats.means import Side, mean_of, shift, student

SCORES = st.lists(st.floats(0, 100), min_size=1, max_size=12)


@given(st.lists(st.floats(20, 80).map(lambda x: round(x, 3)), min_size=3, max_size=30).filter(lambda x: np.var(x) > 0.01))
def test_the_interval_is_scipys(scores: list[float]) -> None:
    x = np.array(scores)
    found = mean_of(len(x), float(x.mean()), float(x.var(ddof=1)), None, (-1e9, 1e9))
    ends = stats.ttest_1samp(x, 0).confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(ends.low), pytest.approx(ends.high))


@pytest.mark.parametrize("df", [1, 2, 9, 382, 100_000])
def test_student(df: int) -> None:
    assert student(df) == pytest.approx(stats.t.ppf(0.975, df))


def test_what_is_uncertain_in_each_is_always_in_it() -> None:
    """Three people who happen to have 50 each, each ±9.8 (variance 25): not 50–50, but 50 ± 4.303·5/√3. Alone they are 50 ± 1.96·5/√3."""
    found = mean_of(3, 50.0, 0.0, 25.0)
    assert (found.low, found.high) == (pytest.approx(50 - 4.3027 * 5 / 3**0.5, abs=1e-3), pytest.approx(50 + 4.3027 * 5 / 3**0.5, abs=1e-3))
    assert found.own_high == pytest.approx(50 + 1.95996 * 5 / 3**0.5, abs=1e-4)


def test_few_and_nobody() -> None:
    assert mean_of(0, None, None).value is None
    one = mean_of(1, 30.0, None, 4.0)
    assert (
        (one.low, one.high)
        == (one.own_low, one.own_high)
        == (pytest.approx(30 - 1.95996 * 2, abs=1e-4), pytest.approx(30 + 1.95996 * 2, abs=1e-4))
    )
    assert mean_of(5, 99.0, 400.0).high == 100.0, "a mean of scores is never above 100"


def test_the_range_holds_the_mean_of_people_like_these() -> None:
    """People differ (SD 15) and each score is uncertain (SD 6): of 2,000 groups of 8, 95 % (±1) of the ranges hold the true mean."""
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(2000):
        x = rng.normal(60, 15, 8) + rng.normal(0, 6, 8)
        m = mean_of(8, float(x.mean()), float(x.var(ddof=1)), 36.0, (-1e9, 1e9))
        assert m.low is not None and m.high is not None
        inside.append(m.low <= 60 <= m.high)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.012)


@given(SCORES, SCORES, SCORES, SCORES)
def test_the_parts_make_the_change(both_then: list[float], both_now: list[float], came: list[float], went: list[float]) -> None:
    n = min(len(both_then), len(both_now))
    then, now = np.array(both_then[:n]), np.array(both_now[:n])
    before, after = np.append(then, went), np.append(now, came)
    variance = float(np.var(now - then, ddof=1)) if n > 1 else None
    s = shift(n, variance, Side(len(before), before.mean(), then.mean()), Side(len(after), after.mean(), now.mean()))
    assert s.same == pytest.approx((now - then).mean(), abs=1e-9)
    assert s.same + s.joiners + s.leavers == pytest.approx(after.mean() - before.mean(), abs=1e-9)
    assert (s.joined, s.left) == (len(came), len(went))


def test_a_mix_is_no_trend() -> None:
    """Two people stay at 50 and 60; one of 10 goes, one of 90 comes. The mean rises from 40 to 66.7, and nobody rose."""
    s = shift(2, 0.0, Side(3, 40.0, 55.0), Side(3, 200 / 3, 55.0))
    assert (s.same, s.joiners, s.leavers) == (0.0, pytest.approx(35 / 3), 15.0)
    assert not s.clear


def test_the_interval_of_a_change_is_scipys_paired_test() -> None:
    then, now = np.array([50.0, 60, 40, 70]), np.array([55.0, 61, 49, 76])
    s = shift(4, float(np.var(now - then, ddof=1)), Side(4, then.mean(), then.mean()), Side(4, now.mean(), now.mean()))
    ends = stats.ttest_rel(now, then).confidence_interval(0.95)
    assert (s.low, s.high) == (pytest.approx(ends.low), pytest.approx(ends.high))
    assert s.clear == (ends.low > 0)


def test_nobody_at_both_ends_says_nothing() -> None:
    s = shift(0, None, Side(2, 40.0, None), Side(3, 60.0, None))
    assert s.same is None and not s.clear and (s.joined, s.left) == (3, 2)
