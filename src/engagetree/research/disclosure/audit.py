"""The audit: what somebody who reads everything that is printed can work out about every number that is not.

A number is safe if there are two complete tables that fit everything printed and lie far enough apart in it. Such a pair is a witness,
and a witness is checked by adding up, not by trusting a solver. Linear programming (HiGHS) looks for them; where its answer is not in
whole people it is looked for again among whole numbers only.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
CLOSE = 1e-6
SECONDS = 5.0  # for one search among whole numbers; after that a number counts as not safe


@dataclass(frozen=True)
class System:
    """Cells and what is known of them. Every array has one entry for each key.

    `low` and `high` are what a reader knows of a cell that is shown, `floor` and `ceiling` of one that is not. `need` is how far apart a
    shown cell's lowest and highest possible number must lie (0: it may be known exactly) and `need_hidden` a withheld one's. Rows of
    `matrix` times the values lie in [row_low, row_high].
    """

    keys: tuple[Hashable, ...]
    values: Numbers
    low: Numbers
    high: Numbers
    floor: Numbers
    ceiling: Numbers
    need: Numbers
    need_hidden: Numbers
    cost: Numbers
    fixed: Flags  # printed before: cannot be withheld any more
    matrix: sp.csr_array
    row_low: Numbers
    row_high: Numbers
    whole: bool = True  # people, not hours

    def bounds(self, hidden: Flags) -> tuple[Numbers, Numbers]:
        """What is known of each cell by itself, some of them withheld."""
        return np.where(hidden, self.floor, self.low), np.where(hidden, self.ceiling, self.high)

    def needs(self, hidden: Flags) -> Numbers:
        """How wide each cell must stay."""
        return np.where(hidden, self.need_hidden, self.need)

    def fits(self, table: Numbers, hidden: Flags) -> bool:
        """Whether a table agrees with everything that is known."""
        low, high = self.bounds(hidden)
        close = CLOSE * (1 + np.abs(self.values).max(initial=0)) * (0 if self.whole else 1) + CLOSE
        inside = bool(np.all(table >= low - close) and np.all(table <= high + close))
        rows = self.matrix @ table
        return inside and bool(np.all(rows >= self.row_low - close) and np.all(rows <= self.row_high + close))


@dataclass
class Witnesses:
    """Tables that fit, and the lowest and the highest number that one of them has in each cell. The true table is the first."""

    low: Numbers
    high: Numbers
    tables: list[Numbers] = field(default_factory=list)
    solved: int = 0  # linear programmes
    until: float = float("inf")  # when to stop searching, on the clock of `time.monotonic`

    @classmethod
    def of(cls, system: System, until: float = float("inf"), tables: Iterable[Numbers] = (), hidden: Flags | None = None) -> Witnesses:
        """Begins with the true table, and with those of other tables that fit."""
        made = cls(system.values.copy(), system.values.copy(), until=until)
        for table in tables:
            if hidden is not None:
                made.take(system, table, hidden)
        return made

    @property
    def late(self) -> bool:
        """Whether the time for searching is over; what has no witness then counts as not safe."""
        return time.monotonic() > self.until

    def take(self, system: System, table: Numbers | None, hidden: Flags) -> bool:
        """Takes a table as a witness if it fits, in whole people where people are counted; whether it did."""
        if table is None:
            return False
        table = np.round(table) if system.whole else table
        if not system.fits(table, hidden):
            return False
        self.low, self.high = np.minimum(self.low, table), np.maximum(self.high, table)
        self.tables.append(table)
        return True

    def short(self, system: System, hidden: Flags) -> Numbers:
        """How much is missing to each cell's need; 0 or less where it is safe."""
        needs = system.needs(hidden)
        missing = needs - (self.high - self.low)
        return np.where((needs > 0) & (missing > (CLOSE if system.whole else CLOSE * (1 + needs))), missing, 0.0)


def reach(system: System, hidden: Flags, cell: int, up: bool, enough: float | None = None) -> Numbers | None:
    """A table that fits and has as much (or as little) as possible in one cell, or `enough` of it; None if none was found."""
    low, high = system.bounds(hidden)
    aim = np.zeros(len(system.keys))
    aim[cell] = -1.0 if up else 1.0
    away = far(system)
    low, high = np.maximum(low, -away), np.minimum(high, away)
    table = _linear(system, aim, low, high)
    if table is None or not system.whole or system.fits(np.round(table), hidden):
        return table
    if enough is not None and (table[cell] >= enough if up else table[cell] <= enough):
        bound_low, bound_high = low.copy(), high.copy()
        (bound_low if up else bound_high)[cell] = enough
        if (found := _whole(system, np.zeros(len(low)), bound_low, bound_high)) is not None:
            return found
    return _whole(system, aim, low, high)


def far(system: System) -> float:
    """Instead of infinity: more people than any sum of the table and every need together."""
    return float(2 * np.abs(system.values).sum() + 10 * system.need_hidden.max(initial=0) + 1000)


def _linear(system: System, aim: Numbers, low: Numbers, high: Numbers) -> Numbers | None:
    """The cheapest table within bounds; cells that cannot move are taken out first."""
    free = high > low
    table = np.where(free, 0.0, low)
    if not free.any():
        return table
    matrix, known = system.matrix[:, np.flatnonzero(free)], system.matrix @ table
    row_low, row_high = system.row_low - known, system.row_high - known
    lively = np.diff(matrix.indptr) > 0
    equal = lively & (row_low == row_high)
    upper, lower = lively & ~equal & np.isfinite(row_high), lively & ~equal & np.isfinite(row_low)
    found = linprog(
        aim[free],
        A_eq=matrix[np.flatnonzero(equal)] if equal.any() else None,
        b_eq=row_high[equal] if equal.any() else None,
        A_ub=sp.vstack([matrix[np.flatnonzero(upper)], -matrix[np.flatnonzero(lower)]]) if (upper | lower).any() else None,
        b_ub=np.r_[row_high[upper], -row_low[lower]] if (upper | lower).any() else None,
        bounds=np.c_[low[free], high[free]],
        method="highs",
    )
    if found.x is None:
        return None
    table[free] = found.x
    return table


def _whole(system: System, aim: Numbers, low: Numbers, high: Numbers, gap: float = 0.0) -> Numbers | None:
    found = milp(
        aim,
        integrality=np.ones(len(aim)),
        bounds=Bounds(np.ceil(low - CLOSE), np.floor(high + CLOSE)),
        constraints=LinearConstraint(system.matrix, system.row_low, system.row_high),
        options={"time_limit": SECONDS, "mip_rel_gap": gap},
    )
    return None if found.x is None else np.asarray(found.x, dtype=np.float64)


def unsafe(system: System, hidden: Flags, witnesses: Witnesses, cells: Iterable[int] | None = None) -> list[int]:
    """The cells that can be bounded tighter than they need, worst first; finds witnesses for the others."""
    if cells is None:
        _scatter(system, hidden, witnesses)
    short = witnesses.short(system, hidden)
    waiting = [i for i in (np.flatnonzero(short > 0) if cells is None else cells) if short[i] > 0]
    for cell in sorted(waiting, key=lambda i: -short[i]):
        for up in (True, False):
            if witnesses.short(system, hidden)[cell] > 0 and not witnesses.late:
                witnesses.solved += 1
                need = system.needs(hidden)[cell]
                enough = float(witnesses.low[cell] + need if up else witnesses.high[cell] - need)
                witnesses.take(system, reach(system, hidden, int(cell), up, enough), hidden)
    left = witnesses.short(system, hidden)
    return sorted((int(i) for i in waiting if left[i] > 0), key=lambda i: -left[i])


def _scatter(system: System, hidden: Flags, witnesses: Witnesses) -> None:
    """Looks for tables that lie far out in many cells at once, as long as that finds something: most cells need no search of their own."""
    chance = np.random.default_rng(5)
    low, high = system.bounds(hidden)
    away = far(system)
    low, high = np.maximum(low, -away), np.minimum(high, away)
    missed = 0
    while missed < 4 and not witnesses.late and (waiting := np.count_nonzero(witnesses.short(system, hidden))) > 2:
        aim = np.where(witnesses.short(system, hidden) > 0, chance.choice([-1.0, 1.0], len(low)), 0.0)
        table = _linear(system, aim, low, high)
        if table is not None and system.whole and not system.fits(np.round(table), hidden):
            table = _whole(system, aim, low, high, gap=0.3)
        witnesses.solved += 1
        witnesses.take(system, table, hidden)
        missed += int(waiting - np.count_nonzero(witnesses.short(system, hidden)) < 3)


def intervals(system: System, hidden: Flags, cells: Sequence[int] | None = None) -> dict[Hashable, tuple[float, float]]:
    """The lowest and the highest number that each withheld cell can have, given everything that is shown. high is inf without bound."""
    away = far(system)
    answer: dict[Hashable, tuple[float, float]] = {}
    for cell in np.flatnonzero(hidden).tolist() if cells is None else cells:
        ends = [reach(system, hidden, int(cell), up) for up in (False, True)]
        low, high = (float(system.values[cell]) if end is None else float(end[cell]) for end in ends)
        low, high = (round(low), round(high)) if system.whole else (low, high)
        answer[system.keys[int(cell)]] = (low, float("inf") if high > away / 2 else high)
    return answer
