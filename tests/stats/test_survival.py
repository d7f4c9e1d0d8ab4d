"""Kaplan–Meier against statsmodels, and mixtures against the numbers of the domain notes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from engagetree.stats.estimate import NoAnswer
from engagetree.stats.mixture import dissimilarity, mix
from engagetree.stats.survival import by_then

ROWS = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=2, max_size=60)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 40))
def test_the_estimate_and_its_variance_are_those_of_statsmodels(rows, day):
    counts = [(d, int(did), int(not did)) for d, did in rows]
    found = by_then(counts, day)
    if max(d for d, _ in rows) < day:
        assert isinstance(found, NoAnswer)
        return
    theirs = SurvfuncRight(np.array([d for d, _ in rows]), np.array([int(did) for _, did in rows]))
    until = theirs.surv_times <= day
    still = theirs.surv_prob[until][-1] if until.any() else 1.0
    assert (
        found.value == pytest.approx(1 - still) and 0 <= found.low <= found.value + 1e-12 and found.value <= found.high + 1e-12 <= 1 + 1e-9
    )
    if 0 < still < 1:
        assert found.se == pytest.approx(theirs.surv_prob_se[until][-1])


def test_by_hand():
    # of 10: 2 at day 1; 3 leave at day 2; 1 of the 5 left at day 4: 0.8 * 0.8 remain
    found = by_then([(4, 1, 4), (1, 2, 0), (2, 0, 3)], 4)
    assert found.value == pytest.approx(0.36)
    # log(-log): S = 0.64, Greenwood = 2/(10*8) + 1/(5*4) = 0.075
    half = 1.959964 * np.sqrt(0.075) / abs(np.log(0.64))
    assert (found.low, found.high) == pytest.approx((1 - 0.64 ** np.exp(-half), 1 - 0.64 ** np.exp(half)))


def test_nothing_and_everything():
    none, every = by_then([(5, 0, 20)], 5), by_then([(1, 20, 0), (5, 0, 0)], 1)
    assert (none.value, none.low) == (0, 0) and none.high == pytest.approx(1 - 0.025 ** (1 / 20))
    assert (every.value, every.high) == (1, 1) and every.low == pytest.approx(0.025 ** (1 / 20))
    assert isinstance(by_then([], 5), NoAnswer)


def test_the_mixtures_of_the_notes():
    found = mix([4, 3, 2, 1])
    assert (found.n, found.k) == (10, 4)
    assert (found.blau, found.normalised, found.gini_simpson) == pytest.approx((0.700, 0.933, 0.778), abs=5e-4)
    assert dissimilarity([0.5, 0.3, 0.2], [0.4, 0.35, 0.25]) == pytest.approx(0.10)


def test_degenerate_mixtures():
    assert mix([]) is None and mix([0, 0]) is None
    alone = mix([1])
    assert (alone.blau, alone.normalised, alone.gini_simpson) == (0, None, None)
    assert mix([7, 0]).normalised is None and mix([7, 0]).gini_simpson == 0


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8))
def test_every_index_lies_between_one_kind_and_an_even_mix(counts):
    found = mix(counts)
    if found:
        assert -1e-9 <= found.blau <= 1 - 1 / found.k + 1e-9
        assert found.normalised is None or -1e-9 <= found.normalised <= 1 + 1e-9
        assert found.gini_simpson is None or found.blau - 1e-9 <= found.gini_simpson <= 1 + 1e-9
