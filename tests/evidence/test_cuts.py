"""Bands drawn on outcomes against trying every cut, and on people whose steps are known."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.special import xlogy

from engagetree.evidence.cuts import WORTH, chosen, draw
from engagetree.stats.estimate import NoAnswer

STEPS = (35.0, 62.0, 85.0)


def steps(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rates 10, 35, 65 and 90 % with steps at 35, 62 and 85; four cohorts."""
    chance = np.random.default_rng(seed)
    x = chance.uniform(0, 100, n)
    rate = np.array([0.1, 0.35, 0.65, 0.9])[np.searchsorted(STEPS, x, side="right")]
    return x, (chance.random(n) < rate).astype(float), chance.integers(0, 4, n)


def height(x: np.ndarray, y: np.ndarray, cuts: tuple[float, ...]) -> tuple[float, int, bool]:
    """Log likelihood less what bands cost, the smallest band, and whether rates rise: counted anew."""
    at = np.searchsorted(cuts, x, side="right")
    n, k = (np.array([np.sum(w[at == b]) for b in range(len(cuts) + 1)], dtype=float) for w in (np.ones(len(x)), y))
    if not n.all():
        return -np.inf, 0, False
    return float((xlogy(k, k / n) + xlogy(n - k, 1 - k / n)).sum()) - WORTH * len(cuts), int(n.min()), bool(np.all(np.diff(k / n) >= 0))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=20, max_size=120), st.integers(2, 4))
def test_no_other_cuts_are_better(rows, bands):
    """Every way to cut ten grid points into at most so many rising bands; no least number of people."""
    x, y = np.array([float(r[0]) for r in rows]), np.array([float(r[1]) for r in rows])
    found = chosen(x, y, bands, 1)
    best = max(
        (h for k in range(bands) for c in combinations(range(1, 10), k) for h, _, rising in [height(x, y, c)] if rising), default=-np.inf
    )
    mine = height(x, y, () if isinstance(found, NoAnswer) else found)
    assert mine[0] == approx(best, abs=1e-9)
    assert mine[2]


def test_enough_people_in_each_band():
    x, y, _ = steps(1000, 3)
    for fewest in (50, 150, 300):
        assert height(x, y, chosen(x, y, 4, fewest))[1] >= fewest


def test_true_steps_are_found_and_their_intervals_hold_them():
    x, y, cohort = steps(4000, 1)
    found = draw(x, y, cohort, cohort < 3, bands=4)
    assert found.cuts == approx(STEPS, abs=2.5)
    assert all(low <= cut <= high and high - low < 12 for (low, high), cut in zip(found.intervals, STEPS, strict=True))
    assert (found.train, found.test) == ((0, 1, 2), (3,))
    assert found.same > 0.8
    assert [b.rate.value for b in found.held_out] == approx([0.1, 0.35, 0.65, 0.9], abs=0.07)
    assert sum(b.n for b in found.held_out) == (cohort == 3).sum()


def test_held_out_cohorts_are_not_looked_at():
    x, y, cohort = steps(2000, 2)
    turned = np.where(cohort == 3, 1 - y, y)
    a, b = (draw(x, v, cohort, cohort < 3, resamples=20) for v in (y, turned))
    assert (a.cuts, a.intervals) == (b.cuts, b.intervals)
    assert a.held_out != b.held_out


def test_a_falling_outcome_is_drawn_alike():
    x, y, cohort = steps(2000, 4)
    assert draw(x, 1 - y, cohort, cohort < 3, rising=False, resamples=0).cuts == draw(x, y, cohort, cohort < 3, resamples=0).cuts


def test_no_more_bands_than_outcomes_tell_apart():
    chance = np.random.default_rng(5)
    x, cohort = chance.uniform(0, 100, 2000), chance.integers(0, 4, 2000)
    y = (chance.random(2000) < np.where(x < 50, 0.2, 0.7)).astype(float)
    assert len(draw(x, y, cohort, cohort < 3, bands=4, resamples=0).cuts) == 1
    assert "no two bands" in draw(x, (chance.random(2000) < 0.5).astype(float), cohort, cohort < 3, resamples=0).reason


def test_people_who_recur_are_drawn_together():
    x, y, cohort = steps(1000, 6)
    many = [np.concatenate([v] * 4) for v in (x, y, cohort)]
    who = np.tile(np.arange(1000), 4)
    alone, together = (draw(*many, many[2] < 3, cluster=c, resamples=100) for c in (None, who))
    width = [sum(high - low for low, high in d.intervals) for d in (alone, together)]
    assert width[1] > width[0]


def test_the_same_cohort_on_both_sides_is_refused():
    x, y, cohort = steps(100, 7)
    with pytest.raises(ValueError, match="both sides"):
        draw(x, y, cohort, np.arange(100) < 50)


def test_bad_input_is_a_reason():
    x, y, cohort = steps(100, 8)
    assert "two cohorts" in draw(x, y, np.zeros(100), np.ones(100, dtype=bool)).reason
    assert "same outcome" in draw(x, np.ones(100), cohort, cohort < 3).reason
    assert "same score" in draw(np.ones(100), y, cohort, cohort < 3).reason
    assert "nobody has an outcome" in draw(x, np.full(100, np.nan), cohort, cohort < 3).reason
