"""Calibration in unseen cohorts: do its intervals hold the truth as often as they say? 95 % ± 1.5 points, seeded; chances are told of cohorts
whose slopes and levels are drawn from a known truth. 1,200 repetitions leave a standard error of 0.6 points."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from engagetree.evidence.panel import Panel
from engagetree.evidence.weeks import chances
from engagetree.stats.calibration import calibration, unseen_calibration
from engagetree.stats.logistic import expits

NOMINAL, OFF = 0.95, 0.015


def told(cohorts: int, people: int, spread: float, chance: np.random.Generator) -> tuple[np.ndarray, ...]:
    """(chance told, outcome, cohort): slopes drawn around 1, levels around 0."""
    where = np.repeat(np.arange(cohorts), people)
    slope, level = chance.normal(1, spread, cohorts)[where], chance.normal(0, 0.5, cohorts)[where]
    eta = chance.normal(0, 1.2, len(where))
    return expits(eta), (chance.random(len(where)) < expits(level + slope * eta)).astype(float), where


@pytest.mark.parametrize(("cohorts", "people", "spread"), [(4, 300, 0.25), (8, 200, 0.25), (6, 250, 0.0)])
def test_slope_over_cohorts_and_what_another_cohort_brings(cohorts, people, spread):
    """One cohort more than is looked at is drawn: what is measured there is what was foretold of another cohort."""
    random, mean, other, level = np.random.default_rng(cohorts), [], [], []
    for _ in range(1200):
        p, y, where = told(cohorts + 1, people, spread, random)
        seen = where < cohorts
        found, new = unseen_calibration(p[seen], y[seen], where[seen]), calibration(p[~seen], y[~seen])
        mean.append(found.slope.low <= 1 <= found.slope.high)
        other.append(found.slopes.other[0] <= new.slope.value <= found.slopes.other[1])
        level.append(found.gap.other[0] <= new.observed - new.expected <= found.gap.other[1])
    assert np.mean(mean) == approx(NOMINAL, abs=OFF)
    assert np.mean(other) == approx(NOMINAL, abs=OFF)
    assert np.mean(level) == approx(NOMINAL, abs=OFF)


def test_chances_learnt_elsewhere_have_slope_one_inside_cohorts_whatever_their_levels():
    """Scores mean the same in every cohort, but cohorts with high scores have the outcome less often. True slope 1: the mean over repetitions
    of the slope measured inside unseen cohorts."""
    random, slopes = np.random.default_rng(9), []
    for _ in range(60):
        where = np.repeat(np.arange(5), 400)
        middle = np.linspace(40, 60, 5)[where]
        score = random.normal(middle, 12)
        y = (random.random(len(where)) < expits(0.06 * (score - middle) - 0.03 * (middle - 50))).astype(float)
        who = np.arange(len(where))
        p = Panel(4, who, where, y, score, np.zeros((len(where), 0)), score)
        found = unseen_calibration(chances(p), y, where)
        slopes.append(found.slope.value)
    assert np.mean(slopes) == approx(1.0, abs=0.025)
