"""What evidence is made of: at the end of each week of the programme, everybody still there with score, drivers and later outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engagetree.stats.estimate import Codes, Vector, codes
from engagetree.stats.logistic import Matrix

Names = NDArray[np.object_]


@dataclass(frozen=True)
class Part:
    """One thing that has a weight: a driver of a signal that is a mean, or (`driver` empty) a signal that is a product.

    `weight` is its share of the validated score; the shares of all parts sum to 1.
    """

    signal: str
    driver: str
    label: str
    weight: float
    of: str = ""  # the signal's label


@dataclass(frozen=True)
class Panel:
    """One element a person at the end of the `week`-th week of their cohort; `outcome` 1 is the good one, NaN unknown; `score` 0–100.

    `values` (n, parts) 0–1, NaN unknown. `whole` is the score as people see it, with everything in it.
    """

    week: int
    person: Codes
    cohort: Codes  # numbered by their start
    outcome: Vector
    score: Vector
    values: Matrix
    whole: Vector
    group: Names | None = None

    def __len__(self) -> int:
        return len(self.outcome)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Who has both a score and an outcome."""
        return np.asarray(np.isfinite(self.score) & np.isfinite(self.outcome))

    @cached_property
    def rarer(self) -> int:
        """How many have the rarer outcome."""
        yes = int(self.outcome[self.known].sum())
        return min(yes, int(self.known.sum()) - yes)

    def kept(self) -> Panel:
        """Only those with a score and an outcome."""
        return self.some(self.known)

    def some(self, k: NDArray[np.bool_] | Codes) -> Panel:
        """Only these rows."""
        group = None if self.group is None else self.group[k]
        return Panel(
            self.week, self.person[k], self.cohort[k], self.outcome[k], self.score[k], self.values[k], self.whole[k], group
        )  # fmt: skip


@dataclass(frozen=True)
class Stacked:
    """Several weeks on top of each other: `stratum` is cohort and week, inside which people are ranked."""

    person: Codes
    cohort: Codes
    stratum: Codes
    week: Codes
    outcome: Vector
    values: Matrix


def stacked(panels: Sequence[Panel]) -> Stacked:
    """Everybody with a score and an outcome, at each of these weeks."""
    kept = [p.kept() for p in panels]
    week = np.concatenate([np.full(len(p), p.week, dtype=np.int64) for p in kept])
    cohort = np.concatenate([p.cohort for p in kept])
    stratum = cohort * (int(week.max(initial=0)) + 1) + week
    return Stacked(
        np.concatenate([p.person for p in kept]), cohort, stratum, week, np.concatenate([p.outcome for p in kept]),
        np.concatenate([p.values for p in kept]),
    )  # fmt: skip


def signals_of(parts: Sequence[Part]) -> Codes:
    """The number of each part's signal."""
    return codes([p.signal for p in parts])[0]


def declared(parts: Sequence[Part]) -> Vector:
    """The weights of the parts as they stand."""
    return np.array([p.weight for p in parts], dtype=np.float64)
