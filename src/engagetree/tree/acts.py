"""What somebody can still do, and what it would make of their score.

A `World` is one person's totals and the ways in which they can act on them. Totals are arrays with a line for each driver, in the order of
the definition; every function takes any number of states at once, one a column.

Two kinds of ways differ. A *visit* (one session attended) also raises what is offered: hours present, prompts met. Every other act raises
only what is taken, so that doing more of it never lowers a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engagetree.definition.model import ON_THE_LINE, Definition
from engagetree.formula import Column, Vector, columns, normalised, signal_value, weighted

Totals = NDArray[np.float64]
"""A line for each driver, a column for each state."""


@dataclass(frozen=True)
class Effect:
    """What one act adds to a driver's totals."""

    column: int
    taken: float = 0.0
    offered: float = 0.0


@dataclass(frozen=True)
class Way:
    """One way to act. `most` is how often it is possible by itself, None without limit; `within` how often more for each visit.

    `within` goes by the place of the visit. `what` is one act in words: "session", "prompt", "question"; `label` what it counts as.
    """

    label: str
    what: str
    effects: tuple[Effect, ...]
    most: int | None = None
    within: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """One person's totals with no further act (by a horizon, or now), and what they can do."""

    definition: Definition
    taken: tuple[float, ...]
    offered: tuple[float, ...]
    fixed: Mapping[int, float] = field(default_factory=dict)  # drivers that are ranks among others: their value 0–1 as it stands
    visits: tuple[Way, ...] = ()
    ways: tuple[Way, ...] = ()
    days: Mapping[int, int] = field(default_factory=dict)  # drivers that count active days, any act being one: how many days are left

    @property
    def columns(self) -> tuple[Column, ...]:
        return columns(self.definition)

    def state(self) -> tuple[Totals, Totals]:
        """Taken and offered as arrays of one column."""
        return np.array(self.taken)[:, None], np.array(self.offered)[:, None]

    def values(self, taken: Totals, offered: Totals) -> list[Vector]:
        """Each driver's value 0–1, NaN where nothing is offered."""
        return [self._value(c, taken[c.index], offered[c.index]) for c in self.columns]

    def _value(self, c: Column, taken: Vector, offered: Vector) -> Vector:
        if c.index in self.fixed:
            return np.full_like(taken, self.fixed[c.index])
        met = np.maximum(offered, taken) if c.driver.while_present else offered
        rate = np.divide(taken, met, out=np.full_like(taken, np.nan), where=met > 0)
        return normalised(c.driver, rate)

    def score(self, taken: Totals, offered: Totals) -> Vector:
        """Scores 0–100, NaN where too little is known."""
        whole, covered, _ = self.parts(taken, offered)
        return np.where(covered >= self.definition.min_coverage - ON_THE_LINE, whole * 100.0, np.nan)

    def parts(self, taken: Totals, offered: Totals) -> tuple[Vector, Vector, dict[str, Vector]]:
        """The score 0–1, the weight that is known, and each signal's value."""
        values = self.values(taken, offered)
        mine = {s.key: [values[c.index] for c in self.columns if c.signal.key == s.key] for s in self.definition.signals}
        signals = {s.key: signal_value(s, mine[s.key])[0] for s in self.definition.signals}
        weights = [s.weight for s in self.definition.signals]
        whole, _ = weighted(weights, list(signals.values()))
        covered = np.sum([np.where(np.isnan(v), 0.0, w) for v, w in zip(signals.values(), weights, strict=True)], axis=0)
        return whole, covered, signals

    def now(self) -> float | None:
        """The score without any further act."""
        value = float(self.score(*self.state())[0])
        return None if np.isnan(value) else value

    def after(self, done: Sequence[tuple[Way, int]], days: int = 0) -> float | None:
        """The score after so many acts of each way."""
        taken, offered = self.state()
        for way, n in done:
            for e in way.effects:
                taken[e.column] += n * e.taken
                offered[e.column] += n * e.offered
        for column, left in self.days.items():
            taken[column] += min(days, left)
        value = float(self.score(taken, offered)[0])
        return None if np.isnan(value) else value
