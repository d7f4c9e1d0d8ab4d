"""Do intervals hold the truth as often as they say? Truth is known because people are drawn from it; 95 % ± 1.5 points, seeded.

The number of repetitions leaves a standard error of 0.3 to 0.5 points.
"""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx
from scipy.special import expit, ndtr

from engagetree.evidence.cuts import draw
from engagetree.evidence.groups import groups
from engagetree.stats.auc import across, auc, compared, ranked
from engagetree.stats.calibration import calibration
from engagetree.stats.estimate import Estimate, NoAnswer
from engagetree.stats.proportions import difference, ratio, wilson_ends
from engagetree.stats.resampling import resampled, spread_of

NOMINAL, OFF = 0.95, 0.015


def share(estimates: list[Estimate], truth: float) -> float:
    return float(np.mean([e.low <= truth <= e.high for e in estimates]))


@pytest.mark.parametrize(("yes", "no", "apart"), [(15, 30, 1.0), (20, 40, 2.0), (60, 140, 1.2)])
def test_auc(yes, no, apart):
    """Two normal distributions `apart`: the true AUC is Φ(apart/√2)."""
    chance, y = np.random.default_rng(1), np.repeat([1.0, 0.0], [yes, no])
    found = [auc(chance.normal(size=yes + no) + apart * y, y) for _ in range(2500)]
    assert share(found, ndtr(apart / 2**0.5)) == approx(NOMINAL, abs=OFF)


def test_auc_inside_cohorts_and_of_recurring_people():
    """Cohorts of different levels; each person has a row in each of three cohorts, with an ability in common. Truth from 200,000 people."""

    def rows(people: int, chance: np.random.Generator) -> tuple[np.ndarray, ...]:
        who, where = np.repeat(np.arange(people), 3), np.tile(np.arange(3), people)
        able = chance.normal(size=people)[who]
        return able + where + chance.normal(size=3 * people), (chance.random(3 * people) < expit(able - where)).astype(float), where, who

    chance = np.random.default_rng(2)
    x, y, where, _ = rows(200_000, chance)
    truth = auc(x, y, where).value
    found = []
    for _ in range(1500):
        x, y, where, who = rows(60, chance)
        found.append(auc(x, y, where, cluster=who))
    assert share(found, truth) == approx(NOMINAL, abs=OFF)


def test_auc_of_other_cohorts():
    """Eight cohorts whose own AUC varies: the interval for cohorts like these, and the one for exactly these is too narrow for that."""
    chance, y, where = np.random.default_rng(3), np.tile([1.0, 0.0, 0.0], 8 * 40), np.repeat(np.arange(8), 120)
    apart = chance.normal(1.0, 0.35, (1500, 8))
    truth = float(np.mean(ndtr(chance.normal(1.0, 0.35, 400_000) / 2**0.5)))
    made = [ranked(chance.normal(size=960) + a[where] * y, y, where) for a in apart]
    assert share([across(m) for m in made], truth) == approx(NOMINAL, abs=OFF)
    assert share([auc(chance.normal(size=960) + a[where] * y, y, where) for a in apart[:300]], truth) < 0.8


def test_difference_of_two_scores_on_the_same_people():
    """Two scores that rank equally well and share half of what they know: the true difference is 0, so this is the false-positive rate, too."""
    chance, found = np.random.default_rng(4), []
    for _ in range(2500):
        y = (chance.random(120) < 0.4).astype(float)
        known = y + chance.normal(size=120)
        found.append(compared(known + chance.normal(size=120), known + chance.normal(size=120), y))
    assert share(found, 0.0) == approx(NOMINAL, abs=OFF)


def test_cluster_bootstrap():
    """200 resamples of 60 people with one to four rows each, whose outcome and score share what the person is like."""

    def rows(people: int, chance: np.random.Generator) -> tuple[np.ndarray, ...]:
        who = np.repeat(np.arange(people), chance.integers(1, 5, people))
        able = chance.normal(size=people)[who]
        return able + chance.normal(size=len(who)), (chance.random(len(who)) < expit(able)).astype(float), who

    chance = np.random.default_rng(5)
    x, y, _ = rows(200_000, chance)
    truth, found, blind = auc(x, y).value, [], []
    for k in range(900):
        x, y, who = rows(60, chance)
        drawn = resampled([x], y, who, seed=k)
        found.append(spread_of(drawn.value[0], drawn.draws[:, 0], drawn.clusters, drawn.n, share=True))
        blind.append(auc(x, y))
    assert share(found, truth) == approx(NOMINAL, abs=OFF)
    assert share(blind, truth) < share(found, truth)


def test_shares():
    """Wilson's interval holds the truth exactly so often: over all counts with their binomial chances, averaged over true shares 5 to 95 %."""
    from scipy.stats import binom

    for n in (10, 30, 100):
        low, high = wilson_ends(np.arange(n + 1), np.full(n + 1, n))
        p = np.linspace(0.05, 0.95, 91)[:, None]
        held = np.where((low <= p) & (p <= high), binom.pmf(np.arange(n + 1), n, p), 0).sum(axis=1)
        assert held.mean() == approx(NOMINAL, abs=OFF)


@pytest.mark.parametrize("make", [difference, ratio])
def test_two_shares(make):
    """All pairs of counts of 40 and 60 people with their binomial chances, true shares 30 and 15 %: exact, no drawing."""
    from scipy.stats import binom

    truth, held = 0.15 if make is difference else 2.0, 0.0
    a, b = binom.pmf(np.arange(41), 40, 0.3), binom.pmf(np.arange(61), 60, 0.15)
    for j in np.flatnonzero(a > 1e-4):
        for k in np.flatnonzero(b > 1e-4):
            e = make(int(j), 40, int(k), 60)
            held += a[j] * b[k] * (e.low <= truth <= e.high)
    assert held == approx(NOMINAL, abs=OFF)


def test_calibration_slope_and_level():
    chance, slopes, levels = np.random.default_rng(6), [], []
    for _ in range(1500):
        p = expit(chance.normal(-0.5, 1.0, 300))
        found = calibration(p, (chance.random(300) < p).astype(float))
        slopes.append(found.slope)
        levels.append(found.level)
    assert share(slopes, 1.0) == approx(NOMINAL, abs=OFF)
    assert share(levels, 0.0) == approx(NOMINAL, abs=OFF)


def test_a_gap_in_any_of_three_groups_is_claimed_wrongly_in_5_percent():
    chance, wrong = np.random.default_rng(7), []
    for _ in range(1200):
        p = expit(chance.normal(size=240))
        found = groups(p, (chance.random(240) < p).astype(float), np.arange(240) % 3)
        wrong.append(any(not g.gap.low <= 0 <= g.gap.high for g in found.shown))
    assert np.mean(wrong) == approx(0.05, abs=OFF)


def test_intervals_of_cuts():
    """One true step at 50. A cut is found by searching, and intervals of what is searched for by resampling are known to be wide rather than
    narrow (they hold the truth more often than 95 times in 100); so this asks that it be at least nominal, and still of use."""
    chance, held, width = np.random.default_rng(8), [], []
    for k in range(200):
        x = chance.uniform(0, 100, 600)
        y = (chance.random(600) < np.where(x < 50, 0.25, 0.7)).astype(float)
        found = draw(x, y, np.arange(600) % 4, np.arange(600) % 4 < 3, bands=2, seed=k, resamples=60)
        assert not isinstance(found, NoAnswer)
        low, high = found.intervals[0]
        held.append(low <= 50 <= high)
        width.append(high - low)
    assert np.mean(held) >= NOMINAL - OFF
    assert np.median(width) < 15
