"""How good it could be: gradient boosting on the same drivers, on cohorts it has not seen. Shown beside the score, never used to score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from engagetree.evidence.study import CEILING
from engagetree.evidence.verdict import Finding, found, unanswered
from engagetree.evidence.weighing import AS_IT_IS, MATTERS, Weighed, few
from engagetree.stats.estimate import NoAnswer, Vector
from engagetree.stats.folds import FEWEST_COHORTS, folds
from engagetree.stats.proportions import more_needed

ITERATIONS, RATE, LEAST, MOST = 150, 0.06, 100, 100_000
"""As in the benchmark; with fewer people to learn from it says nothing, and from more than the last it would learn no more."""


def ceiling(w: Weighed, looks: Sequence[int]) -> Vector | NoAnswer:
    """The chance of the outcome for every row (n,), by a model of the same week that has not seen the row's cohort or person."""
    rows, n = w.rows, len(w.rows.outcome)
    if find_spec("sklearn") is None:
        return NoAnswer("scikit-learn is not installed; it comes with `pip install 'engagetree[evidence]'`", n)
    if len(np.unique(rows.cohort)) < FEWEST_COHORTS:
        return NoAnswer("fewer than two cohorts, so nothing can be tested on people it was not learnt from", n)
    from sklearn.ensemble import HistGradientBoostingClassifier

    out = np.full(n, np.nan)
    for week in looks:
        for fold in folds(rows.cohort, rows.person):
            train, test = few(fold.train & (rows.week == week), MOST), fold.test & (rows.week == week)
            y = rows.outcome[train]
            if len(train) >= LEAST and test.any() and 0 < y.sum() < len(y):
                model = HistGradientBoostingClassifier(max_iter=ITERATIONS, learning_rate=RATE, random_state=0)
                out[test] = model.fit(rows.values[train], y).predict_proba(rows.values[test])[:, 1]
    return out if np.isfinite(out).any() else NoAnswer(f"fewer than {LEAST} people to learn from", n)


def near(w: Weighed, best: Vector | NoAnswer) -> Finding:
    """Whether the score ranks as well as the ceiling."""
    if isinstance(best, NoAnswer):
        return unanswered(CEILING, best)
    rows = w.rows
    by = w.better(AS_IT_IS, best, turned=True)
    if isinstance(by, NoAnswer):
        return unanswered(CEILING, by)
    people = len(np.unique(rows.person[np.isfinite(best)]))
    by = replace(by, n=people)
    says = "The score ranks people of unseen cohorts as well as gradient boosting on the same drivers (what that gains in AUC)"
    if by.high < MATTERS:
        return found(CEILING, by, "holds", None, says)
    if by.low > 0:
        return found(CEILING, by, "does not hold", None, says)
    return found(CEILING, by, "cannot tell", more_needed(people, by.se, max(abs(by.value), MATTERS)), says)
