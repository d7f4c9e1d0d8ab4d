"""Secondary suppression: which further numbers have to be withheld, so that no withheld one can be worked out.

For a cell that is not safe, linear programming looks for the cheapest pair of tables that lie far enough apart in it, where leaving what
is printed costs as much as the number that would have to go. The cells in which the pair leaves what is printed are withheld as well,
and the pair is the witness that it is enough. Withholding more never makes another cell less safe, so this ends.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from engagetree.research.disclosure.audit import CLOSE, SECONDS, Flags, Numbers, System, Witnesses, far, unsafe


@dataclass(frozen=True)
class Hidden:
    """What is withheld in the end, what of it was withheld for itself, and what the audit found: `open` are cells that are not safe."""

    primary: Flags
    flags: Flags
    witnesses: Witnesses
    open: tuple[int, ...]

    @property
    def secondary(self) -> Flags:
        """What is withheld for others' sake only."""
        return self.flags & ~self.primary

    @property
    def proved(self) -> bool:
        """Whether every number that had to stay uncertain does."""
        return not self.open


PATIENCE = 60.0
"""Seconds for one table. A search that is not at its end by then proves nothing, and what is not proved is not shown."""


def hide(system: System, primary: Flags) -> Hidden:
    """Withholds further cells until the audit holds, or until there is nothing left that could be."""
    flags, witnesses, hopeless = primary.copy(), Witnesses.of(system, time.monotonic() + PATIENCE), set[int]()
    while True:
        waiting = [i for i in unsafe(system, flags, witnesses) if i not in hopeless]
        if not waiting or witnesses.late:
            break
        for cell in waiting:
            if not witnesses.late and witnesses.short(system, flags)[cell] > 0 and not _cover(system, flags, witnesses, cell):
                hopeless.add(cell)
    left = unsafe(system, flags, witnesses)
    if not left:
        flags, witnesses = _spare(system, primary, flags, witnesses)
    return Hidden(primary, flags, witnesses, tuple(left))


def _cover(system: System, flags: Flags, witnesses: Witnesses, cell: int) -> bool:
    """Withholds (in place) what one cell needs, and keeps the pair of tables as witnesses; False where nothing is enough."""
    pair = _pair(system, flags, cell)
    if pair is None:
        return False
    low, high = system.bounds(flags)
    left = np.zeros(len(flags), dtype=bool)
    for table in pair:
        left |= (table < low - CLOSE) | (table > high + CLOSE)
    flags |= left
    for table in pair:
        witnesses.take(system, table, flags)
    return bool(left.any()) or not witnesses.short(system, flags)[cell] > 0


def _pair(system: System, flags: Flags, cell: int) -> tuple[Numbers, Numbers] | None:
    """Two tables that lie far enough apart in one cell, as cheaply as possible: what is printed may be left, at a price."""
    size, need = len(system.keys), float(system.needs(flags)[cell])
    (low, high), away = system.bounds(flags), far(system)
    may_leave = ~flags & ~system.fixed
    may_leave[cell] &= flags[cell]
    wide_low = np.where(may_leave, np.minimum(system.floor, low), low)
    wide_high = np.where(may_leave, np.maximum(system.ceiling, high), high)
    leaving = np.flatnonzero(may_leave)
    many = len(leaving)
    pick = sp.csr_array((np.ones(many), (np.arange(many), leaving)), shape=(many, size))
    nothing, slack = sp.csr_array((many, size)), sp.eye_array(many, format="csr")
    empty = sp.csr_array((system.matrix.shape[0], many))
    zero = sp.csr_array(system.matrix.shape)
    apart = sp.csr_array((np.array([1.0, -1.0]), (np.array([0, 0]), np.array([cell, size + cell]))), shape=(1, 2 * size + 2 * many))
    rows = sp.vstack(
        [
            sp.hstack([system.matrix, zero, empty, empty]),
            sp.hstack([zero, system.matrix, empty, empty]),
            sp.hstack([pick, nothing, -slack, 0 * slack]),  # above what is printed, by no more than is paid for
            sp.hstack([pick, nothing, slack, 0 * slack]),
            sp.hstack([nothing, pick, 0 * slack, -slack]),
            sp.hstack([nothing, pick, 0 * slack, slack]),
            apart,
        ],
        format="csr",
    )
    none = np.full(many, np.inf)
    row_low = np.r_[system.row_low, system.row_low, -none, low[leaving], -none, low[leaving], need]
    row_high = np.r_[system.row_high, system.row_high, high[leaving], none, high[leaving], none, np.inf]
    price = np.r_[np.zeros(2 * size), system.cost[leaving], system.cost[leaving]]
    bounds_low = np.r_[np.maximum(wide_low, -away), np.maximum(wide_low, -away), np.zeros(2 * many)]
    bounds_high = np.r_[np.minimum(wide_high, away), np.minimum(wide_high, away), np.full(2 * many, 2 * away)]
    for whole in (False, True) if system.whole else (False,):
        found = milp(
            price,
            integrality=np.r_[np.full(2 * size, int(whole)), np.zeros(2 * many)],
            bounds=Bounds(bounds_low, bounds_high),
            constraints=LinearConstraint(rows, row_low, row_high),
            options={"time_limit": SECONDS},
        )
        if found.x is None:
            return None
        one, other = found.x[:size], found.x[size : 2 * size]
        if not system.whole:
            return one, other
        if _adds_up(system, np.round(one)) and _adds_up(system, np.round(other)) and round(one[cell]) - round(other[cell]) >= need:
            return np.round(one), np.round(other)
    return None


def _adds_up(system: System, table: Numbers) -> bool:
    everything = np.ones(len(table), dtype=bool)
    wide = replace(system, floor=np.full(len(table), -np.inf), ceiling=np.full(len(table), np.inf))
    return wide.fits(table, everything)


def _spare(system: System, primary: Flags, flags: Flags, witnesses: Witnesses) -> tuple[Flags, Witnesses]:
    """Shows again what turned out not to be needed, the dearest first, as far as the audit holds without it."""
    for cell in sorted(np.flatnonzero(flags & ~primary), key=lambda i: -system.cost[i] * (1 + system.values[i])):
        if time.monotonic() > witnesses.until - PATIENCE / 2:
            break
        fewer = flags.copy()
        fewer[cell] = False
        again = Witnesses.of(system, witnesses.until, witnesses.tables, fewer)
        waiting = np.flatnonzero(again.short(system, fewer) > 0)
        if all(not unsafe(system, fewer, again, [int(one)]) for one in waiting):
            flags, witnesses = fewer, again
    return flags, witnesses
