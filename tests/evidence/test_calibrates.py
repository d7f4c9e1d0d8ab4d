"""What the calibration finding says of unseen cohorts. Cohorts are drawn with a slope and a level that are known."""

from __future__ import annotations

import re

import numpy as np
from pytest import approx

from engagetree.evidence.panel import Panel
from engagetree.evidence.weeks import calibrates, chances
from engagetree.stats.logistic import expits


def panel(slopes: list[float], levels: list[float], people: int = 1500, seed: int = 0) -> Panel:
    """Cohorts of as many people each, whose scores are alike."""
    chance = np.random.default_rng(seed)
    where = np.repeat(np.arange(len(slopes)), people)
    score = np.clip(chance.normal(55, 18, len(where)), 0, 100)
    y = chance.random(len(where)) < expits(np.array(levels)[where] + np.array(slopes)[where] * (score - 55))
    return Panel(4, np.arange(len(where)), where, y.astype(float), score, np.zeros((len(where), 0)), score)


def test_alike_in_all_cohorts_it_holds_and_the_level_is_nearly_right():
    p = panel([0.06] * 8, [0.1] * 8)
    found, points = calibrates(p, chances(p))
    assert found.verdict == "holds" and found.number == approx(1.0, abs=0.06) and len(points) == 10
    off = re.search(r"level may be off by up to (\d+) points", found.sentence)
    assert off is not None and int(off[1]) < 10 and "ranks can be used" not in found.sentence


def test_levels_that_differ_are_said_apart_and_leave_the_slope_alone():
    """Levels from −1.2 to +1.2 log odds: rates from about 25 to 75 %, so another level may be off by far more than 20 points."""
    p = panel([0.06] * 7, np.linspace(-1.2, 1.2, 7).tolist())
    found, _ = calibrates(p, chances(p))
    assert found.number == approx(1.0, abs=0.08)
    off = re.search(r"level may be off by up to (\d+) points: ranks can be used there, chances not", found.sentence)
    assert off is not None and int(off[1]) > 20


def test_slopes_that_differ_from_cohort_to_cohort_cannot_be_told_from_four():
    """More people would not tell, more cohorts would: so no number of people is asked for."""
    p = panel([0.02, 0.05, 0.07, 0.1], [0.0] * 4)
    found, _ = calibrates(p, chances(p))
    assert found.verdict == "cannot tell" and found.needed is None
    assert "From 4 cohorts" in found.sentence and "more people" not in found.sentence


def test_of_two_cohorts_one_slope_is_told_and_nothing_of_others():
    p = panel([0.06] * 2, [0.0, 0.5])
    found, _ = calibrates(p, chances(p))
    assert "too few are large enough to say how it is in another" in found.sentence and "level may be off" not in found.sentence
    assert found.low is not None and found.low < 1.0 < found.high
