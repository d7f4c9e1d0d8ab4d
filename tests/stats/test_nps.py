"""NPS and ratios: published fixtures by hand, intervals against SciPy and by simulation from a known truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from scipy import stats

from engagetree.stats.nps import Answers, difference, error, interval, margin
from engagetree.stats.ratio import Sums, of
from engagetree.stats.ratio import interval as ratio_interval

COUNTS = st.builds(Answers, *(st.integers(0, 200),) * 3).filter(lambda a: a.n > 0)


def test_published_values_and_their_plain_margins() -> None:
    """50/30/20 is 30 ± 15.3, 5/3/2 is 30 ± 48.4, and 10/0/0 is 100 ± 0, which is why the plain margin is never shown."""
    assert (Answers(50, 30, 20).nps, Answers(5, 3, 2).nps, Answers(10, 0, 0).nps) == (30.0, 30.0, 100.0)
    assert (round(margin(50, 30, 20), 1), round(margin(5, 3, 2), 1), margin(10, 0, 0)) == (15.3, 48.4, 0.0)


def test_the_adjusted_interval_by_hand() -> None:
    """10/0/0 with 0.75, 1.5, 0.75 added: p = 10.75/13, d = 0.75/13; centre 76.923; variance (0.884615 − 0.591716)/13 = 0.0225307, so ± 29.42."""
    low, high = interval(Answers(10, 0, 0))
    assert low == approx(76.923 - 29.420, abs=0.005) and high == 100.0
    half = 1.959964 * 100 * math.sqrt((11.5 / 13 - (10 / 13) ** 2) / 13)
    assert low == approx(1000 / 13 - half, abs=1e-4)


@given(COUNTS)
def test_the_interval_holds_the_score_and_stays_on_the_scale(answers: Answers) -> None:
    low, high = interval(answers)
    assert -100 <= low <= answers.nps <= high <= 100 and high - low > 0
    mirrored = interval(Answers(answers.detractors, answers.passives, answers.promoters))
    assert mirrored == (approx(-high, abs=1e-9), approx(-low, abs=1e-9))


@given(COUNTS, st.integers(0, 1000))
def test_the_more_have_answered_the_narrower(answers: Answers, more: int) -> None:
    wide, near = interval(answers), interval(answers, answers.n + more)
    assert wide[0] - 1e-9 <= near[0] <= answers.nps <= near[1] <= wide[1] + 1e-9
    assert interval(answers, answers.n) == (approx(answers.nps), approx(answers.nps)), "everybody answered: nothing is left to guess"


def test_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="no answers"):
        _ = Answers(0, 0, 0).nps
    with pytest.raises(ValueError, match="30 answers of 20 people"):
        interval(Answers(10, 10, 10), population=20)


def test_a_difference_adds_variances() -> None:
    """√(SE₁² + SE₂²) of two groups, and the sign turns with the order."""
    a, b = Answers(50, 30, 20), Answers(30, 40, 30)
    by, low, high = difference(a, b)
    half = 1.959964 * math.sqrt(error(a) ** 2 + error(b) ** 2)
    assert by == 30.0 and (low, high) == (approx(30 - half, abs=1e-3), approx(30 + half, abs=1e-3))
    assert difference(b, a) == (-by, approx(-high), approx(-low))


@pytest.mark.parametrize("truth", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.1, 0.4, 0.5), (0.95, 0.04, 0.01)])
@pytest.mark.parametrize("n", [23, 60])
def test_the_interval_covers_the_truth_19_times_in_20(truth: tuple[float, float, float], n: int) -> None:
    """Simulation: 4,000 samples; the standard error of the coverage is 0.35 points."""
    rng = np.random.default_rng(7)
    drawn = rng.multinomial(n, truth, size=4000)
    real = 100 * (truth[0] - truth[2])
    ends = np.array([interval(Answers(*map(int, row))) for row in drawn])
    covered = np.mean((ends[:, 0] <= real) & (real <= ends[:, 1]))
    assert 0.925 < covered <= 1.0


@given(st.lists(st.integers(0, 9), min_size=2, max_size=40), st.integers(1, 30))
def test_a_ratio_to_the_same_exposure_is_a_mean(ys: list[int], x: int) -> None:
    """SciPy's t-interval of the mean is the judge; where all are alike there is none."""
    sums = of([float(y) for y in ys], [float(x)] * len(ys))
    ends = ratio_interval(sums)
    if len(set(ys)) == 1:
        assert ends is None
        return
    each = np.array(ys) / x
    expected = stats.t.interval(0.95, len(ys) - 1, loc=each.mean(), scale=stats.sem(each))
    assert sums.ratio == approx(each.mean()) and ends == approx(expected, abs=1e-9)


def test_a_ratio_of_nothing() -> None:
    assert Sums(0, 0, 0, 0, 0, 0).ratio is None and ratio_interval(Sums(0, 0, 0, 0, 0, 0)) is None
    assert ratio_interval(of([1.0], [2.0])) is None
