"""AUC and its intervals against scikit-learn, SciPy, and the definitions written out pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from engagetree.stats.auc import across, auc, compared, interval, newcombe, ranked
from engagetree.stats.counts import Counts, auc_of, counted, merged
from engagetree.stats.estimate import Estimate, NoAnswer

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the other library asked here")
SEEDS = [0, 1, 2]


def people(seed: int, n: int = 120) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores with many ties, outcomes, and three cohorts."""
    chance = np.random.default_rng(seed)
    y = (chance.random(n) < 0.4).astype(float)
    return np.round(50 + 15 * chance.normal(size=n) + 12 * y, -1), y, chance.integers(0, 3, n)


def pairs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Every pair: 1 where the one with the outcome stands above, ½ where level (with, without)."""
    return (x[y == 1][:, None] > x[y == 0]) + 0.5 * (x[y == 1][:, None] == x[y == 0])


def delong(x: np.ndarray, y: np.ndarray) -> float:
    """DeLong's variance from its definition."""
    p = pairs(x, y)
    return p.mean(axis=1).var(ddof=1) / p.shape[0] + p.mean(axis=0).var(ddof=1) / p.shape[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_is_that_of_scikit_learn_and_of_mann_whitney(seed):
    from scipy.stats import mannwhitneyu

    x, y, _ = people(seed)
    found = auc(x, y)
    assert found.value == approx(metrics.roc_auc_score(y, x), abs=1e-12)
    assert found.value == approx(mannwhitneyu(x[y == 1], x[y == 0]).statistic / ((y == 1).sum() * (y == 0).sum()), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_its_variance_is_delongs_by_definition(seed):
    x, y, _ = people(seed)
    assert auc(x, y).se ** 2 == approx(delong(x, y), rel=1e-10)


def test_a_case_by_hand():
    """With: 30, 20. Without: 20, 10. Pairs: 30 over both, 20 level with 20 and over 10: 3.5 of 4. Placements of those with: 1, ¾; of those
    without: ¾, 1. Variances 1/32 each, over 2 each: 1/32."""
    found = auc([30, 20, 20, 10], [1, 1, 0, 0])
    assert found.value == 0.875
    assert found.se**2 == approx(1 / 32)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_difference_of_two_areas_by_definition(seed):
    """Var(a) + Var(b) − 2 Cov, with covariances of the placements, pair by pair."""
    a, y, _ = people(seed)
    b = np.round(a + 20 * np.random.default_rng(seed + 9).normal(size=len(a)), -1)
    p, q = pairs(a, y), pairs(b, y)
    with_, without = (np.cov(p.mean(axis=k), q.mean(axis=k))[0, 1] for k in (1, 0))
    variance = delong(a, y) + delong(b, y) - 2 * (with_ / p.shape[0] + without / p.shape[1])
    found = compared(a, b, y)
    assert found.value == approx(metrics.roc_auc_score(y, a) - metrics.roc_auc_score(y, b), abs=1e-12)
    assert found.se**2 == approx(variance, rel=1e-9)
    assert found.low == approx(found.value - 1.959964 * variance**0.5, rel=1e-5)


@pytest.mark.parametrize("by", ["n", "pairs"])
def test_inside_cohorts_it_is_the_weighted_mean_of_each(by):
    x, y, where = people(4)
    parts = [(x[where == k], y[where == k]) for k in range(3)]
    weight = np.array([len(v) if by == "n" else v.sum() * (1 - v).sum() for _, v in parts])
    share = weight / weight.sum()
    found = auc(x, y, where, by=by)
    assert found.value == approx(share @ [metrics.roc_auc_score(v, u) for u, v in parts], abs=1e-12)
    assert found.se**2 == approx(share**2 @ [delong(u, v) for u, v in parts], rel=1e-9)


def test_clusters_by_obuchowskis_sums():
    """Her S10, S01 and S11 over clusters, written out from the placements (Biometrics 1997, 53:567)."""
    x, y, _ = people(5)
    cluster = np.random.default_rng(5).integers(0, 30, len(x))
    p = pairs(x, y)
    area, m, n = p.mean(), *p.shape
    up = np.array([(p.mean(axis=1) - area)[cluster[y == 1] == c].sum() for c in range(30)])
    down = np.array([(p.mean(axis=0) - area)[cluster[y == 0] == c].sum() for c in range(30)])
    k = len(np.unique(cluster))
    variance = k / (k - 1) * ((up @ up) / m**2 + (down @ down) / n**2 + 2 * (up @ down) / (m * n))
    assert auc(x, y, cluster=cluster).se ** 2 == approx(variance, rel=0.03)  # we scale placements by n/(n − 1) first, as DeLong does


def test_each_row_its_own_cluster_is_no_clusters():
    x, y, _ = people(6)
    n = len(x)
    assert auc(x, y, cluster=np.arange(n)).se == approx(auc(x, y).se * (n / (n - 1)) ** 0.5, rel=1e-9)


def test_nobody_ranked_wrongly_still_has_an_interval():
    """Newcombe's method 5: the low end solves (1 − θ)² = z² θ(1 − θ)(1 + N(…))/mn, checked by putting it in."""
    found = auc(np.arange(20.0), np.repeat([0, 1], 10))
    t, z = found.low, 1.959963984540054
    assert (found.value, found.high) == (1.0, 1.0)
    assert (1 - t) ** 2 == approx(z**2 * t * (1 - t) * (1 + 9 * ((1 - t) / (2 - t) + t / (1 + t))) / 100, rel=1e-6)
    assert newcombe(0.0, 10, 10, z) == approx((0.0, 1 - t))


def test_two_scores_that_are_both_without_fault_differ_by_nothing_or_uncertainly():
    y = np.repeat([0, 1], 10)
    same = compared(np.arange(20.0), np.arange(20.0) * 2, y)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    opposite = compared(np.arange(20.0), -np.arange(20.0), y)
    assert opposite.value == 1
    assert opposite.low < 0.7


def test_for_other_cohorts_the_cohorts_vary():
    """By hand: two strata of 4, AUC 1 and ½; mean ¾, its standard error |1 − ½|/2 = ¼ (n = 2), Student's t with one degree 12.706."""
    x, y, where = [1, 2, 3, 4, 1, 2, 1, 2], [0, 0, 1, 1, 0, 0, 1, 1], [0] * 4 + [1] * 4
    found = across(ranked(x, y, where))
    assert (found.value, found.se) == (0.75, approx(0.25))
    assert (found.low, found.high) == (0.0, 1.0)
    assert isinstance(across(ranked(x, y)), NoAnswer)


def test_a_cohort_with_one_outcome_is_left_out_and_named():
    found = ranked([1, 2, 3, 4, 5], [0, 1, 1, 1, 1], ["a", "a", "b", "b", "b"])
    assert found.strata.left_out == ("b",)
    assert (found.value, found.n) == (1.0, 2)
    assert np.isnan(found.influence[2:]).all()


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([1, 2], [np.nan, np.nan], "nobody has an outcome"),
        ([np.nan, np.nan], [0, 1], "nobody has a score"),
        ([1, np.nan], [np.nan, 1], "nobody has both"),
        ([1, 2], [1, 1], "the same outcome"),
        ([5, 5, 5], [0, 1, 1], "the same score"),
        ([1, 2], [0, 2], "1 or 0; 2 was found"),
        ([], [], "nobody has an outcome"),
    ],
)
def test_bad_input_is_a_reason(x, y, reason):
    assert reason in auc(x, y).reason
    assert reason in compared(x, x, y).reason
    assert isinstance(counted(x, y), NoAnswer)


def test_one_outcome_in_every_cohort_is_a_reason():
    assert "nowhere" in auc([1, 2, 3, 4], [0, 0, 1, 1], [0, 0, 1, 1]).reason


def test_a_missing_outcome_is_no_failure():
    x, y, _ = people(7)
    more = np.concatenate((x, [0.0] * 50)), np.concatenate((y, [np.nan] * 50))
    assert auc(*more) == auc(x, y)


scores = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 2)), min_size=2, max_size=40)


@given(scores)
def test_it_does_not_ask_how_far_only_who_is_above(rows):
    """Any rising change of the scores leaves it as it is; turning them round gives the rest to 1."""
    x, y = np.array([r[0] for r in rows], dtype=float), [float(r[1]) for r in rows]
    found = auc(x, y)
    if isinstance(found, NoAnswer):
        return
    assert auc(np.exp(x / 3), y).value == approx(found.value)
    assert auc(-x, y).value == approx(1 - found.value)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(scores)
def test_counts_say_the_same_as_rows_and_add(rows):
    x, y = np.array([r[0] for r in rows], dtype=float), np.array([float(r[1]) for r in rows])
    found = auc(x, y)
    if isinstance(found, NoAnswer):
        return
    half = len(x) // 2
    parts = [merged(x[s], y[s], 1 - y[s]) for s in (slice(0, half), slice(half, None))]
    for counts in (counted(x, y), parts[0] + parts[1]):
        told = auc_of(counts)
        assert (told.value, told.se, told.n) == (approx(found.value), approx(found.se, abs=1e-12), found.n)


def test_counts_without_an_answer():
    ones = np.ones(2)
    assert "same outcome" in auc_of(Counts(np.array([1.0, 2]), ones, 0 * ones)).reason
    assert "same score" in auc_of(Counts(np.array([1.0]), ones[:1], ones[:1])).reason
    assert "nobody" in auc_of(Counts(ones, 0 * ones, 0 * ones)).reason


@given(scores)
def test_influence_adds_up_to_nothing(rows):
    found = ranked([r[0] for r in rows], [float(r[1]) for r in rows], [r[2] for r in rows])
    if not isinstance(found, NoAnswer):
        assert np.nansum(found.influence) == approx(0, abs=1e-9)
        assert isinstance(interval(found), Estimate)
