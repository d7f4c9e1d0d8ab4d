"""Other ways of counting beside the one that is used: none is learnt, each was there beforehand, but the best of many is chosen.

Two guards against choosing what chance favours. The range of every gain is widened for how many are tried (Bonferroni). And the choice is
made again for each cohort from the others alone, without anybody who is in both, and judged where it was not made: `elsewhere`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engagetree.stats.auc import Ranked, difference, ranked
from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Vector, reach, spread
from engagetree.stats.folds import FEWEST_COHORTS
from engagetree.stats.logistic import Matrix


@dataclass(frozen=True)
class Alternatives:
    """`gains` in AUC of each, widened; `best` is the one whose range begins highest; `elsewhere`: the gain where it was not chosen."""

    gains: tuple[Estimate, ...]
    best: int
    elsewhere: Estimate

    @property
    def clear(self) -> bool:
        """Whether the best is better by both ranges."""
        return self.gains[self.best].low > 0 and self.elsewhere.low > 0


def alternatives(
    base: Vector, others: Sequence[Vector], outcome: Vector, stratum: Codes, cohort: Codes, person: Codes
) -> Alternatives | NoAnswer:
    """Compare scores of the same rows, all (n,), inside strata (cohort and week); a stratum belongs to one cohort."""
    if len(np.unique(cohort)) < FEWEST_COHORTS:
        return NoAnswer("fewer than two cohorts, so nothing can be tried on people it was not chosen on", len(outcome))
    made = _ranked(base, others, outcome, stratum)
    if isinstance(made, NoAnswer):
        return made
    first, rest = made[0], made[1:]
    level = 1 - 0.05 / max(1, len(rest))
    gains = tuple(difference(r, first, person, level) for r in rest)
    best = max(range(len(gains)), key=lambda i: gains[i].low)
    return Alternatives(gains, best, _elsewhere(made, base, others, outcome, stratum, cohort, person))


def _ranked(base: Vector, others: Sequence[Vector], outcome: Vector, stratum: Codes) -> list[Ranked] | NoAnswer:
    known = np.all(np.isfinite([base, *others]), axis=0)
    out = []
    for score in (base, *others):
        found = ranked(np.where(known, score, np.nan), outcome, stratum)
        if isinstance(found, NoAnswer):
            return found
        out.append(found)
    return out


def _elsewhere(
    made: list[Ranked], base: Vector, others: Sequence[Vector], outcome: Vector, stratum: Codes, cohort: Codes, person: Codes
) -> Estimate:
    """The gain of what the other cohorts would choose, cohort by cohort; where they would change nothing it is 0."""
    alone = _once(person, cohort)
    chosen = made if alone.all() else _ranked(np.where(alone, base, np.nan), others, outcome, stratum)
    areas, share, belongs = _areas(made, stratum, cohort)
    on, weight, of = (areas, share, belongs) if isinstance(chosen, NoAnswer) else _areas(chosen, stratum, cohort)
    value, moves = 0.0, np.zeros(len(outcome))
    for c in np.unique(belongs).tolist():
        pick = int(np.argmax(on[:, of != c] @ weight[of != c]))
        value += float((areas[pick] - areas[0])[belongs == c] @ share[belongs == c])
        here = cohort == c
        moves[here] = (made[pick].influence - made[0].influence)[here]
    se, df = spread(moves, person)
    half = reach(0.95, df) * se if se else 0.0
    return Estimate(value, value - half, value + half, made[0].n, se)


def _areas(made: Sequence[Ranked], stratum: Codes, cohort: Codes) -> tuple[Matrix, Vector, Codes]:
    """AUC (ways, strata) with the share of each stratum and its cohort."""
    first = dict(zip(stratum.tolist(), cohort.tolist(), strict=True))
    belongs = np.array([first[int(str(s))] for s in made[0].strata.label], dtype=np.int64)
    return np.array([r.strata.auc for r in made]), made[0].strata.share, belongs


def _once(person: Codes, cohort: Codes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whose rows (n,) are all of one cohort."""
    pairs = np.unique(np.column_stack((person, cohort)), axis=0)
    who, many = np.unique(pairs[:, 0], return_counts=True)
    return ~np.isin(person, who[many > 1])
