"""Is there something in the data that no signal counts, and that ranks people beyond the score, however its signals are weighed?

Each kind of act that nothing counts is added, as a rate a week with a half-way point, to the score with its weights as the *other* cohorts
would have them; its own weight and half-way point come from there, too. What it adds is then seen in the cohort that was left out. Ranges
are widened for how many kinds are tried. So a kind that only says again what a signal says already is not called missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engagetree.evidence.panel import Part, Stacked, declared, signals_of
from engagetree.evidence.study import CEILING
from engagetree.evidence.verdict import Finding, ranged, rounded, unanswered
from engagetree.evidence.weighing import MATTERS, few, scored
from engagetree.stats.auc import compared, ranked
from engagetree.stats.estimate import Estimate, NoAnswer, Vector
from engagetree.stats.fit import fitted
from engagetree.stats.folds import FEWEST_COHORTS, Mask, folds
from engagetree.stats.logistic import Matrix
from engagetree.stats.proportions import more_needed

MISSING = "nothing missing"


@dataclass(frozen=True)
class Kind:
    """A kind of act that no signal counts, in words, and how many a week each row had (n,)."""

    label: str
    rate: Vector


@dataclass(frozen=True)
class Added:
    """What adding a kind would do: the gain in AUC on unseen cohorts, and the share of the weight it would have."""

    label: str
    gain: Estimate
    share: float


def missing(rows: Stacked, parts: Sequence[Part], learnt: Matrix, kinds: Sequence[Kind], near: Finding | None, label: str) -> Finding:
    """The finding. `learnt` (folds, parts): weights fitted without each cohort, in their order; without them the declared ones are used.

    `near` is the finding about the ceiling: how much better a machine ranks by what is counted.
    """
    people = len(np.unique(rows.person))
    if len(np.unique(rows.cohort)) < FEWEST_COHORTS:
        return unanswered(MISSING, NoAnswer("fewer than two cohorts, so nothing can be tried on people it was not learnt from", people))
    usable = ranked(scored(rows.values, declared(parts), signals_of(parts)), rows.outcome, rows.stratum)
    if isinstance(usable, NoAnswer):
        return unanswered(MISSING, usable)
    if not kinds:
        return Finding(MISSING, None, None, None, people, "holds", f"Every kind of act in the data is counted by a signal.{_gap(near)}")
    bases = _bases(rows, parts, learnt)
    made = [added(rows, bases, k, 1 - 0.05 / len(kinds)) for k in kinds]
    known = [replace(a, gain=replace(a.gain, n=people)) for a in made if isinstance(a, Added)]
    if not known:
        return unanswered(MISSING, next(a for a in made if isinstance(a, NoAnswer)))
    return _said(known, people, near, label)


def _said(known: Sequence[Added], people: int, near: Finding | None, label: str) -> Finding:
    best = max(known, key=lambda a: a.gain.low)
    e = best.gain
    many = f", the best of {len(known)} kinds that no signal counts" if len(known) > 1 else ""
    by = f"{ranged(e.value, e.low, e.high, sign=True)} in AUC, {people:,} people{many}"
    if e.low > 0:
        sentence = (
            f"Something is missing: {best.label} are in the data and no signal counts them. With {100 * best.share:.0f} % of the weight "
            f"the score would rank people of unseen cohorts better than by any weights without them: {by}. "
            f"Look first whether they are part of “{label}” themselves."
        )
        return Finding(MISSING, e.value, e.low, e.high, people, "does not hold", sentence)
    if all(a.gain.high < MATTERS for a in known):
        sentence = f"Nothing in the data is missing: counting {best.label} as well would change the ranks by {by}.{_gap(near)}"
        return Finding(MISSING, e.value, e.low, e.high, people, "holds", sentence)
    widest = max(known, key=lambda a: a.gain.high)
    w = widest.gain
    needed = more_needed(people, w.se, max(abs(w.value), MATTERS))
    more = f"; about {rounded(needed):,} more people are needed" if needed else ""
    sentence = (
        f"Cannot tell whether something is missing: no signal counts {widest.label}, and counting them would change the ranks of unseen "
        f"cohorts by {ranged(w.value, w.low, w.high, sign=True)} in AUC, {people:,} people{more}."
    )
    return Finding(MISSING, w.value, w.low, w.high, people, "cannot tell", sentence, needed)


def _gap(near: Finding | None) -> str:
    """How much a machine would make of what is counted already."""
    if near is None or near.name != CEILING or near.number is None or near.low is None or near.high is None:
        return ""
    if near.high <= 0:
        return " A machine makes no more of what is counted than the score does."
    by = ranged(near.number, near.low, near.high, sign=True)
    return f" The best that a machine makes of what is counted ranks {by} better: another formula can hardly gain more."


def added(rows: Stacked, bases: Sequence[Vector], kind: Kind, level: float = 0.95) -> Added | NoAnswer:
    """What one kind adds to the score of each fold (n,) in the cohort that it was made without."""
    out, base = np.full(len(rows.outcome), np.nan), np.full(len(rows.outcome), np.nan)
    reason = NoAnswer(f"nobody did {kind.label}", len(rows.outcome))
    shares = []
    for fold, score in zip(folds(rows.cohort, rows.person), bases, strict=True):
        made = _with(score, kind.rate, rows, fold.train)
        base[fold.test] = score[fold.test]
        if isinstance(made, NoAnswer):
            reason = made
            continue
        both, share = made
        out[fold.test] = both[fold.test]
        shares.append(share)
    if not shares:
        return reason
    gain = compared(out, base, rows.outcome, rows.stratum, "n", rows.person, level)
    return gain if isinstance(gain, NoAnswer) else Added(kind.label, gain, float(np.mean(shares)))


def _with(score: Vector, rate: Vector, rows: Stacked, train: Mask) -> tuple[Vector, float] | NoAnswer:
    """The score with the kind added as these rows would have it, and its share of the weight."""
    seen = rate[train & (rate > 0)]
    if not len(seen):
        return NoAnswer("nobody elsewhere did it", int(train.sum()))
    values = np.column_stack((score, 1 - np.exp2(-rate / float(np.median(seen)))))
    some = few(train & np.isfinite(score))
    made = fitted(values[some], rows.outcome[some], rows.stratum[some])
    if isinstance(made, NoAnswer):
        return made
    both: Vector = np.where(np.isfinite(score), values @ made.weights, np.nan)
    return np.round(both, 11), float(made.weights[1])


def _bases(rows: Stacked, parts: Sequence[Part], learnt: Matrix) -> list[Vector]:
    """For each fold, everybody's score by the weights that were learnt without it."""
    own, signal, count = declared(parts), signals_of(parts), len(np.unique(rows.cohort))
    if len(learnt) != count:
        return [scored(rows.values, own, signal)] * count
    return [scored(rows.values, w, signal) for w in learnt]
