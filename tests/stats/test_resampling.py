"""Resamples by weights against resamples by copying rows, scikit-learn ranking each; intervals against SciPy's bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from engagetree.stats.auc import auc
from engagetree.stats.estimate import NoAnswer
from engagetree.stats.resampling import MANY, POISSON, arranged, bca, percentile, resampled, spread_of, weights

metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the other library asked here")


def rows(n: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores with ties, outcomes, 60 clusters, 3 strata."""
    chance = np.random.default_rng(seed)
    y = chance.random(n) < 0.4
    return np.round(50 + 15 * chance.normal(size=n) + 12 * y), y, chance.integers(0, 60, n), chance.integers(0, 3, n)


def test_a_resample_is_what_copied_rows_give():
    """Each row as often as its cluster was drawn; the AUC by scikit-learn, the counts of bands by counting."""
    x, y, cluster, _ = rows()
    way, nowhere, edges = arranged(x, y, cluster, np.zeros(len(x), dtype=np.int64), (40, 60)), 0, (-np.inf, 40, 60, np.inf)
    for w in weights(60, 20, seed=3):
        again = np.repeat(np.arange(len(x)), w[cluster])
        (value,), (yes,), (no,) = way(w[None, :])
        assert value == approx(metrics.roc_auc_score(y[again], x[again]), abs=1e-12)
        assert yes.tolist() == np.histogram(x[again][y[again]] + 1e-9, edges)[0].tolist()
        assert no.tolist() == np.histogram(x[again][~y[again]] + 1e-9, edges)[0].tolist()
        nowhere += 1
    assert nowhere == 20


def test_inside_strata_too():
    x, y, cluster, where = rows()
    way = arranged(x, y, cluster, where)
    for w in weights(60, 20, seed=4):
        again = np.repeat(np.arange(len(x)), w[cluster])
        parts = [again[where[again] == k] for k in range(3)]
        mean = np.average([metrics.roc_auc_score(y[p], x[p]) for p in parts], weights=[len(p) for p in parts])
        assert way(w[None, :])[0] == approx(mean, abs=1e-12)


def test_the_whole_is_the_auc_and_two_scores_share_their_draws():
    """The same score twice gives the same draws, although its rows stand in another order."""
    x, y, cluster, where = rows()
    found = resampled([x, x * 2 + 1, -x], y, cluster, where, times=30, seed=1)
    assert found.value[0] == approx(auc(x, y, where).value, abs=1e-12)
    assert found.draws[:, 0] == approx(found.draws[:, 1], abs=1e-12)
    assert found.draws[:, 2] == approx(1 - found.draws[:, 0], abs=1e-12)
    assert found.draws.shape == (30, 3)


def test_the_same_seed_draws_the_same():
    x, y, cluster, _ = rows()
    a, b, c = (resampled([x], y, cluster, times=5, seed=s).draws for s in (1, 1, 2))
    assert (a == b).all() and (a != c).any()


def test_how_many_draws_come_at_once_changes_nothing(monkeypatch):
    x, y, cluster, where = rows()
    at_once = resampled([x], y, cluster, where, (50,), times=50)
    monkeypatch.setattr("engagetree.stats.resampling.BLOCK", 1)
    one_by_one = resampled([x], y, cluster, where, (50,), times=50)
    assert (at_once.draws == one_by_one.draws).all() and (at_once.yes == one_by_one.yes).all()


def test_bands_hold_everybody():
    x, y, cluster, _ = rows()
    found = resampled([x], y, cluster, cuts=(40, 60, 80), times=200)
    assert (found.yes + found.no).sum(axis=1).mean() == approx(300, rel=0.02)
    rate = found.yes / (found.yes + found.no)
    inside = (x >= 40) & (x < 60)
    assert rate[:, 1].mean() == approx(y[inside].mean(), abs=0.01)


def test_poisson_weights_have_mean_and_variance_one():
    """Exactly, from the table; and it is Poisson(1) to the fourth decimal."""
    from scipy.stats import poisson

    k, n = np.arange(len(POISSON)), np.array(POISSON)
    assert n.sum() == 1 << 16
    assert (k @ n, k**2 @ n) == (1 << 16, 2 << 16)
    assert n / (1 << 16) == approx(poisson.pmf(k, 1), abs=1e-4)


def test_few_clusters_are_drawn_as_multinomials():
    """Every resample has as many as there are; over many, each cluster varies by 1 − 1/G (the binomial's variance)."""
    drawn = np.array(list(weights(40, 4000)), dtype=float)
    assert (drawn.sum(axis=1) == 40).all()
    assert drawn.var() == approx(1 - 1 / 40, abs=0.01)
    assert next(weights(MANY, 1)).sum() != MANY


def test_clusters_drawn_and_clusters_summed_agree():
    """The standard error of 2,000 draws is that of the influence, within the 1.6 % that so many draws leave, and the bootstrap's own bias."""
    x, y, cluster, where = rows(1200, 7)
    found = resampled([x], y, cluster, where, times=2000)
    drawn = spread_of(found.value[0], found.draws[:, 0], found.clusters, found.n, share=True)
    assert drawn.se == approx(auc(x, y, where, cluster=cluster).se, rel=0.06)


def test_intervals_are_those_of_scipy():
    """Mean of 40 skewed numbers, 5,000 draws: SciPy's percentile and BCa on its own draws."""
    from scipy.stats import bootstrap

    data = np.random.default_rng(2).exponential(size=40)
    for method in ("percentile", "BCa"):
        theirs = bootstrap((data,), np.mean, n_resamples=5000, method=method, rng=np.random.default_rng(5))
        draws = theirs.bootstrap_distribution
        mine = percentile(draws) if method == "percentile" else bca(data.mean(), draws, data - data.mean())
        assert mine == approx(tuple(theirs.confidence_interval), abs=0.01)


@pytest.mark.parametrize(
    ("x", "y", "cluster", "reason"),
    [
        ([1, 2, 3], [np.nan] * 3, None, "nobody has an outcome"),
        ([1, 2, 3], [1, 1, 1], None, "same outcome"),
        ([1, 1, 1], [1, 0, 1], None, "same score"),
        ([1, 2, 3], [1, 0, 1], None, "3 clusters are too few"),
        (np.arange(30), np.arange(30) % 2, np.arange(30) % 4, "4 clusters are too few"),
    ],
)
def test_bad_input_is_a_reason(x, y, cluster, reason):
    assert reason in resampled([x], y, cluster).reason


def test_draws_of_one_outcome_only_are_no_draws():
    assert isinstance(spread_of(0.5, np.full(200, np.nan), 20, 100), NoAnswer)
    y = np.zeros(30)
    y[0] = 1
    found = resampled([np.arange(30.0)], y)
    assert 0.2 < np.isnan(found.draws).mean() < 0.5  # (1 − 1/30)^30 = 0.36: the one was not drawn
    assert isinstance(spread_of(found.value[0], found.draws[:, 0], 30, 30, share=True), NoAnswer)
