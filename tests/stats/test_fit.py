"""Fitted weights against scikit-learn and SciPy's other optimiser; scores and effective weights by hand; no cohort sees itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from engagetree.stats.estimate import NoAnswer
from engagetree.stats.fit import effective, equal, fitted, points_of, score_of
from engagetree.stats.folds import crossed, folds, recurring, unseen
from engagetree.stats.logistic import expits

SIGNAL = [0, 0, 1, 1, 2]


def course(n: int = 1500, seed: int = 0, missing: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Five drivers, three of which matter, in four cohorts of different levels."""
    chance = np.random.default_rng(seed)
    x, where = chance.random((n, 5)), chance.integers(0, 4, n)
    y = (chance.random(n) < expits(x @ [3, 0, 1.5, 1.5, 0] - 3 + 0.5 * where)).astype(float)
    return np.where(chance.random(x.shape) < missing, np.nan, x), y, where


def written_out(row: np.ndarray, w: list[float], signal: list[int]) -> float:
    """The score of one person, from the rule in words: drivers to signals, signals to the score, each the mean of what is known."""
    values = {}
    for s in set(signal):
        known = [(w[k], row[k]) for k in range(len(w)) if signal[k] == s and not np.isnan(row[k]) and w[k] > 0]
        if known:
            values[s] = sum(a * b for a, b in known) / sum(a for a, _ in known)
    heavy = {s: sum(w[k] for k in range(len(w)) if signal[k] == s) for s in values}
    return sum(heavy[s] * v for s, v in values.items()) / sum(heavy.values()) if heavy else np.nan


@given(st.lists(st.lists(st.sampled_from([0.0, 0.3, 1.0, np.nan]), min_size=5, max_size=5), min_size=1, max_size=6),
       st.lists(st.sampled_from([0.0, 0.1, 0.4]), min_size=5, max_size=5))  # fmt: skip
def test_scores_are_what_the_rule_says_and_points_add_up_to_them(rows, w):
    x = np.array(rows)
    expected = [written_out(r, w, SIGNAL) for r in x]
    assert score_of(x, w, SIGNAL) == approx(expected, nan_ok=True)
    assert points_of(x, w, SIGNAL).sum(axis=1) == approx(expected, nan_ok=True)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_slope_is_that_of_small_steps(missing):
    from scipy.optimize import approx_fprime

    from engagetree.stats.fit import _known, _Problem, _signals

    x, y, where = course(200, 1, missing)
    x[:, 0] = 0.5  # nobody without anything
    problem = _Problem(np.nan_to_num(x), _known(x), y, where, 4, _signals(SIGNAL, 5), 3.0, np.full(5, 0.2), missing == 0)
    theta = np.random.default_rng(2).uniform(0.2, 2, 9)
    assert problem.loss(theta)[1] == approx(approx_fprime(theta, lambda t: problem.loss(t)[0], 1e-7), abs=1e-5)


def test_where_all_is_known_it_is_scikit_learns_logistic_regression():
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is the other library asked here")
    x, y, where = course()
    x = x[:, [0, 2, 3]]  # those that matter: no bound binds
    dummies = np.eye(4)[where]
    theirs = linear.LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-9, max_iter=5000).fit(np.column_stack((x, dummies)), y)
    beta = theirs.coef_[0][:3]
    found = fitted(x, y, where)
    assert found.weights == approx(beta / beta.sum(), abs=1e-4)
    assert found.steepness == approx(beta.sum(), rel=1e-4)
    assert (found.n, found.cohorts) == (1500, 4)


def test_with_unknown_values_another_optimiser_finds_nothing_better():
    """The likelihood written out row by row, minimised by SLSQP on the simplex."""
    from scipy.optimize import minimize

    x, y, _ = course(300, 3, 0.25)

    def loss(t: np.ndarray) -> float:
        eta = t[5] * score_of(x, np.maximum(t[:5], 1e-9), SIGNAL) + t[6]
        known = np.isfinite(eta)
        return float(np.mean(np.logaddexp(0, eta[known]) - y[known] * eta[known]))

    start = np.array([0.2] * 5 + [3.0, -1.5])
    bounds = [(1e-6, 1)] * 5 + [(0, 40), (-20, 20)]
    theirs = minimize(loss, start, method="SLSQP", bounds=bounds, constraints={"type": "eq", "fun": lambda t: t[:5].sum() - 1})
    found = fitted(x, y, signal=SIGNAL)
    assert -found.likelihood <= theirs.fun + 1e-5
    assert found.weights == approx(theirs.x[:5], abs=0.02)


def test_a_driver_that_works_against_has_no_weight_and_the_rest_sum_to_one():
    chance = np.random.default_rng(5)
    x = chance.random((2000, 3))
    y = chance.random(2000) < expits(3 * x[:, 0] - 3 * x[:, 1])
    found = fitted(x, y)
    assert found.weights[1] == 0
    assert found.weights.sum() == approx(1)
    assert (found.weights >= 0).all()


def test_cohorts_that_do_better_do_not_make_a_driver_look_good():
    """The driver says only which cohort it is; inside cohorts the other one counts. Without cohorts it is taken in."""
    chance = np.random.default_rng(6)
    where = chance.integers(0, 2, 3000)
    x = np.column_stack((0.5 * where + 0.5 * chance.random(3000), chance.random(3000)))
    y = chance.random(3000) < expits(-2 + 2 * where + 1.5 * x[:, 1])
    assert fitted(x, y, where).weights[0] < 0.25
    assert fitted(x, y).weights[0] > 0.5


def test_pulled_hard_the_weights_are_those_pulled_towards():
    x, y, _ = course()
    assert fitted(x, y, pull=1e8).weights == approx(np.full(5, 0.2), abs=1e-3)
    assert fitted(x, y, pull=1e8, towards=[4, 1, 1, 1, 3]).weights == approx([0.4, 0.1, 0.1, 0.1, 0.3], abs=1e-3)


def test_effective_weights_by_hand():
    """Points 0, 10, 20 and 30, 20, 40 (weights ½): scores 30, 30, 60; cov with the score 0·… = Σ(p − p̄)(s − s̄) / Σ(s − s̄)²."""
    x = np.array([[0, 60], [20, 40], [40, 80]]) / 100
    p, s = np.array([[0, 30], [10, 20], [20, 40]]), np.array([30, 30, 60])
    by_hand = [sum((p[i, k] - p[:, k].mean()) * (s[i] - s.mean()) for i in range(3)) / sum((v - s.mean()) ** 2 for v in s) for k in (0, 1)]
    assert effective(x, [0.5, 0.5]) == approx(by_hand)
    assert sum(by_hand) == approx(1)


def test_effective_weights_sum_to_one_with_unknown_values():
    x, _, _ = course(400, 8, 0.3)
    assert effective(x, [0.3, 0.1, 0.2, 0.1, 0.3], SIGNAL).sum() == approx(1)


def test_equal_weights():
    assert equal(SIGNAL) == approx([1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 3])


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        (np.ones((4, 2)), [0, 1, 0, 1], "same value for everybody"),
        (np.full((4, 2), np.nan), [0, 1, 0, 1], "nobody has both"),
        (np.eye(4), [1, 1, 1, 1], "same outcome"),
        (np.eye(4), [np.nan] * 4, "nobody has both"),
    ],
)
def test_bad_input_is_a_reason(x, y, reason):
    assert reason in fitted(x, y).reason
    if "value" in reason:
        assert "same score" in effective(x, [0.5, 0.5]).reason


def test_a_driver_that_says_nothing_gets_nothing():
    """Never known, or the same for everybody."""
    x, y, _ = course(500)
    x[:, 1], x[:, 4] = np.nan, 0.7
    assert fitted(x, y).weights[[1, 4]].tolist() == [0, 0]


def test_outcomes_that_drivers_tell_apart_and_drivers_that_only_work_against():
    x = np.random.default_rng(0).random((60, 2))
    assert "without an error" in fitted(x, x[:, 0] > 0.5).reason
    assert "no driver is higher" in fitted(x[:, :1], x[:, 0] < 0.5).reason


def test_one_cohort_cannot_be_tested():
    x, y, _ = course(100)
    assert "two cohorts" in crossed(x, y, np.zeros(100)).reason


def test_nobody_is_learnt_from_who_is_tested():
    """Neither the cohort nor the person, who may be in another cohort, too."""
    chance = np.random.default_rng(9)
    cohort, person = chance.integers(0, 5, 400), chance.integers(0, 250, 400)
    held = np.zeros(400, dtype=int)
    for fold in folds(cohort, person):
        assert not set(cohort[fold.train]) & set(cohort[fold.test])
        assert not set(person[fold.train]) & set(person[fold.test])
        assert fold.recurring + fold.train.sum() + fold.test.sum() == 400
        held += fold.test
    assert (held == 1).all()
    assert recurring(cohort, person) == sum(len(set(cohort[person == p])) > 1 for p in set(person))


def test_a_leak_would_be_seen():
    """What is learnt is the mean outcome of the training rows: for each cohort it is that of the other cohorts, without the shared person."""
    cohort, person = np.array(["a", "a", "b", "b", "c"]), np.array([1, 2, 1, 3, 4])
    y = np.array([1.0, 1.0, 0.0, 0.0, 1.0])
    told = unseen(cohort, lambda train: lambda test: np.full(test.sum(), y[train].mean()), person)
    assert told == approx([0.5, 0.5, 1.0, 1.0, 0.5])  # a: b's second and c; b: a's second and c; c: a and b


def test_noise_fitted_on_other_cohorts_ranks_nobody():
    """Twenty drivers of pure noise, 240 people: fitted and tested on the same people they rank well above chance, on unseen cohorts not."""
    from engagetree.stats.auc import auc

    chance, own, honest = np.random.default_rng(10), [], []
    for _ in range(8):
        x, y, where = chance.random((240, 20)), (chance.random(240) < 0.5).astype(float), np.arange(240) % 4
        made = crossed(x, y, where)
        own.append(auc(score_of(x, made.final.weights), y, where).value)
        honest.append(auc(made.score, y, where).value)
    assert np.mean(own) > 0.6
    assert np.mean(honest) == approx(0.5, abs=0.04)  # three standard errors of the mean of eight


def test_how_hard_to_pull_is_chosen_on_training_cohorts_only():
    """With nothing but noise apart from equal weights, pulling is chosen; the choice for a fold does not change with the outcomes of that fold."""
    chance = np.random.default_rng(12)
    x, where = chance.random((200, 8)), np.arange(200) % 4
    y = (chance.random(200) < expits(8 * (x.mean(axis=1) - 0.5))).astype(float)
    made = crossed(x, y, where, pulls=(0.0, 1e4))
    assert made.pull == 1e4
    turned = np.where(where == 3, 1 - y, y)
    assert not isinstance(made, NoAnswer)
    assert crossed(x, turned, where, pulls=(0.0, 1e4)).score[where == 3] == approx(made.score[where == 3])
