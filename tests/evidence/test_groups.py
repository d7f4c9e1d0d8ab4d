"""Groups: numbers against NumPy and scikit-learn, and nothing small that could be worked out, by trying to work it out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from engagetree.evidence.groups import between, groups, ranks_everywhere, same_chances, suppressed
from engagetree.stats.estimate import Estimate, NoAnswer
from engagetree.stats.logistic import expits

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the other library asked here")


def people(n: int = 3000, seed: int = 0, off: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Chances, outcomes, groups a (60 %), b (40 %), cohorts; in b the outcome comes about more often than told, by `off` log odds."""
    chance = np.random.default_rng(seed)
    eta, group = chance.normal(size=n), np.where(chance.random(n) < 0.6, "a", "b")
    return expits(eta), (chance.random(n) < expits(eta + off * (group == "b"))).astype(float), group, chance.integers(0, 3, n)


def test_each_group_by_numpy_and_scikit_learn():
    p, y, group, where = people()
    found = groups(p, y, group, where)
    for g in found.shown:
        k = group == g.label
        assert (g.n, g.rate.value, g.told, g.gap.value) == (k.sum(), y[k].mean(), approx(p[k].mean()), approx((y - p)[k].mean()))
        mine = [metrics.roc_auc_score(y[k & (where == c)], p[k & (where == c)]) for c in range(3)]
        assert g.auc.value == approx(np.average(mine, weights=[(k & (where == c)).sum() for c in range(3)]))
        assert (g.gap.high - g.gap.low) / 2 == approx(2.2414 * (y - p)[k].std(ddof=1) / k.sum() ** 0.5, rel=5e-3)  # Bonferroni of two
    assert [g.label for g in found.shown] == ["a", "b"]


def test_verdicts():
    fine, off = groups(*people(6000)[:3]), groups(*people(6000, off=0.8)[:3])
    assert same_chances(fine).verdict == "holds"
    assert same_chances(off).verdict == "does not hold"
    assert "b" in same_chances(off).sentence
    small = same_chances(groups(*people(150, seed=1)[:3]))
    assert small.verdict == "cannot tell"
    assert small.needed > 100
    assert ranks_everywhere(fine).verdict == "holds"


def test_a_small_group_is_hidden_and_another_with_it():
    p, y, group, _ = people(200)
    group[:7] = "c"
    found = groups(p, y, group)
    assert [g.label for g in found.shown] == ["a"]
    assert found.hidden == ("b", "c")
    assert "10" in found.reason


def test_a_group_with_one_outcome_is_hidden_however_large():
    p, y, group, _ = people(200)
    y[group == "b"] = 1
    assert groups(p, y, group).shown == ()


def test_those_who_did_not_say_are_a_group():
    p, y, group, _ = people(300)
    labels = group.astype(object)
    labels[:30] = None
    labels[30:40] = ""
    assert {g.label for g in groups(p, y, labels).shown} == {"a", "b", "not said"}


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=7), st.integers(2, 20), st.integers(0, 4))
def test_nothing_small_can_be_worked_out(cells, smallest, least):
    """Whoever knows the whole can take the shown groups from it: what is left is nobody, or never a single group, nor too few."""
    size, yes = np.array([max(n, k) for n, k in cells]), np.array([k for _, k in cells])
    hidden = suppressed(size, yes, smallest, least)
    for n, k in zip(size[~hidden], yes[~hidden], strict=True):
        assert n >= smallest and min(k, n - k) >= least
    if hidden.any() and not hidden.all():
        left, out = size[hidden].sum(), yes[hidden].sum()
        assert hidden.sum() >= 2 and left >= smallest and min(out, left - out) >= least


@pytest.mark.parametrize(
    ("p", "y", "reason"),
    [([0.1, 0.9], [np.nan, np.nan], "nobody has an outcome"), ([10, 90], [0, 1], "between 0 and 1"), ([0.5, 0.5], [0, 1], "same score")],
)
def test_bad_input_is_a_reason(p, y, reason):
    found = groups(p, y, ["a", "b"])
    assert reason in found.reason
    assert same_chances(found).verdict == ranks_everywhere(found).verdict == "cannot tell"


def test_one_group_is_nothing_to_compare():
    p, y, _, _ = people(100)
    assert same_chances(groups(p, y, ["a"] * 100)).verdict == "cannot tell"
    assert not isinstance(groups(p, y, ["a"] * 100), NoAnswer)
    assert "no group" in ranks_everywhere(groups(p[:8], y[:8], ["a"] * 8)).sentence


def test_two_groups_differ_by_the_root_of_both_squares():
    """3, 4, 5."""
    found = between(Estimate(0.8, 0.77, 0.83, 10, 0.03), Estimate(0.7, 0.66, 0.74, 20, 0.04))
    assert (found.value, found.low, found.high, found.n, found.se) == approx((0.1, 0.05, 0.15, 30, 0.05))
