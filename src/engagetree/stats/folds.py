"""Training and testing on different cohorts: each is predicted by what was learnt from the others, and from none of its own people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engagetree.stats.auc import auc
from engagetree.stats.estimate import NoAnswer, Vector, codes, vector
from engagetree.stats.fit import Fitted, Matrix, fitted, score_of

Mask = NDArray[np.bool_]

FEWEST_COHORTS = 2


@dataclass(frozen=True)
class Fold:
    """Rows to learn from and rows to test on, both (n,); `recurring`: rows kept out of training because their person is tested."""

    cohort: object
    train: Mask
    test: Mask
    recurring: int


def folds(cohort: ArrayLike, person: ArrayLike | None = None, at_most: int | None = None) -> Iterator[Fold]:
    """Leave one cohort out, or with `at_most` fewer folds of several cohorts. Nobody is learnt from who is tested.

    >>> [(f.cohort, f.train.tolist(), f.recurring) for f in folds(["a", "a", "b"], ["p", "q", "p"])]
    [('a', [False, False, False], 1), ('b', [False, True, False], 1)]
    """
    number, labels = codes(cohort)
    people = None if person is None else codes(person)[0]
    count = min(len(labels), at_most or len(labels))
    fold_of = np.arange(len(labels)) % count
    for k in range(count):
        test = fold_of[number] == k
        again = np.zeros(len(number), dtype=bool) if people is None else ~test & np.isin(people, people[test])
        inside = [x for x, f in zip(labels, fold_of, strict=True) if f == k]
        yield Fold(inside[0] if len(inside) == 1 else tuple(inside), ~test & ~again, test, int(np.count_nonzero(again)))


def recurring(cohort: ArrayLike, person: ArrayLike) -> int:
    """How many people are in more than one cohort.

    >>> recurring(["a", "a", "b"], ["p", "q", "p"])
    1
    """
    pairs = np.unique(np.column_stack((codes(person)[0], codes(cohort)[0])), axis=0)
    return int(np.count_nonzero(np.bincount(pairs[:, 0]) > 1)) if len(pairs) else 0


def unseen(
    cohort: ArrayLike, learn: Callable[[Mask], Callable[[Mask], Vector] | NoAnswer], person: ArrayLike | None = None
) -> Vector | NoAnswer:
    """A prediction (n,) for every row from what was learnt without its cohort and without its person.

    `learn(train)` returns what predicts the rows of a mask. Where a fold cannot be learnt its rows are NaN; where none can, its reason.
    """
    number, labels = codes(cohort)
    if len(labels) < FEWEST_COHORTS:
        return NoAnswer("fewer than two cohorts, so nothing can be tested on people it was not learnt from", len(number))
    out, reason = np.full(len(number), np.nan), ""
    for fold in folds(cohort, person):
        made = learn(fold.train)
        if isinstance(made, NoAnswer):
            reason = made.reason
        else:
            out[fold.test] = made(fold.test)
    return NoAnswer(reason, len(number)) if np.all(np.isnan(out)) and reason else out


@dataclass(frozen=True)
class Crossed:
    """`score` (n,): each row by weights learnt without its cohort; `weights` (folds, k) what was learnt each time, `final` from all."""

    score: Vector
    weights: Matrix
    final: Fitted
    pull: float


def crossed(
    values: Matrix,
    outcome: ArrayLike,
    cohort: ArrayLike,
    person: ArrayLike | None = None,
    signal: ArrayLike | None = None,
    pulls: Sequence[float] = (0.0,),
    towards: ArrayLike | None = None,
) -> Crossed | NoAnswer:
    """Weights fitted on the other cohorts, for every cohort. Of several `pulls` each training set chooses by folds of its own."""
    y, made = vector(outcome), []
    where, who = np.asarray(cohort), None if person is None else np.asarray(person)

    def learn(train: Mask) -> Callable[[Mask], Vector] | NoAnswer:
        best = _chosen(values[train], y[train], where[train], None if who is None else who[train], signal, pulls, towards)
        found = fitted(values[train], y[train], where[train], signal, best, towards)
        if isinstance(found, NoAnswer):
            return found
        made.append(found.weights)
        return lambda test: score_of(values[test], found.weights, signal)

    score = unseen(where, learn, who)
    if isinstance(score, NoAnswer):
        return score
    best = _chosen(values, y, where, who, signal, pulls, towards)
    final = fitted(values, y, where, signal, best, towards)
    return final if isinstance(final, NoAnswer) else Crossed(score, np.array(made), final, best)


def _chosen(
    values: Matrix,
    y: Vector,
    cohort: NDArray[np.generic],
    person: NDArray[np.generic] | None,
    signal: ArrayLike | None,
    pulls: Sequence[float],
    towards: ArrayLike | None,
) -> float:
    """The pull with the highest AUC inside unseen cohorts of these rows; the first where there is no choice."""
    best, height = pulls[0], -1.0
    if len(pulls) == 1 or len(np.unique(cohort)) < FEWEST_COHORTS:
        return best
    for pull in pulls:
        inner = crossed(values, y, cohort, person, signal, (pull,), towards)
        found = inner if isinstance(inner, NoAnswer) else auc(inner.score, y, cohort)
        if not isinstance(found, NoAnswer) and found.value > height + 1e-6:
            best, height = pull, found.value
    return best
