"""Why a score moved: the difference between two rows of scores taken apart exactly, for many participants at once.

    score after − score before  =  behaviour + formula + coverage,   down to the driver

* **behaviour**: a driver's value moved because more or less was taken of what was offered: midpoint weight × change of value.
* **formula**: the definition moved: declared weights (midpoint value × change of weight), normalisers, how drivers combine, what counts.
* **coverage**: what is known moved, and with it the weights of all the rest, which are shared out over what is known. A value that appears
  or disappears is taken as it is on the side that knows it: it is never behaviour.

A mean is split by difference, a product and a ratio by Shapley's value. `docs/decisions/0011-the-split.md` has the rules and why; the parts
sum to the change, swapping the sides changes every sign, and a part whose inputs did not change is 0.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
import pyarrow as pa

from engagetree.definition.model import Definition, Driver
from engagetree.formula import Column, Vector, driver_value, normalised, offered_of, vector
from engagetree.tree.combine import COVERAGE, FORMULA, KINDS, Inner, Move, both, combined
from engagetree.tree.pairs import DriverPair, Path, SignalPair, paired
from engagetree.tree.weights import Known, Number, Weighing, known, weighing

BLOCK = 1 << 16
"""Rows at a time: what is being worked on stays in the processor's cache."""


@dataclass(frozen=True)
class Side:
    """Stored score rows under their definition; the two sides of a split hold the same number of rows, matched one to one."""

    definition: Definition
    table: pa.Table


@dataclass(frozen=True)
class Split:
    """Parts in points of the score, one element a row. A part that nothing could have moved is not kept."""

    rows: int
    nodes: tuple[Path, ...]  # each signal followed by its drivers; those of both definitions
    parts: Mapping[tuple[Path, str], Vector]

    def of(self, node: Path, kind: str) -> Vector:
        """What a node itself did: of a signal its own weight without its drivers, of a driver everything."""
        return self.parts.get((node, kind), np.zeros(self.rows))

    def total(self, kind: str, under: Path = ()) -> Vector:
        """One kind, summed over a node with everything under it (default: the whole tree)."""
        mine = [v for (path, k), v in self.parts.items() if k == kind and path[: len(under)] == under]
        return sum(mine, np.zeros(self.rows))

    def change(self, under: Path = ()) -> Vector:
        """The change of a node's points: of a signal its weight × value, of the whole the score's."""
        return sum((self.total(k, under) for k in KINDS), np.zeros(self.rows))

    def mean(self, node: Path, kind: str) -> float:
        """A part, averaged over the rows."""
        found = self.parts.get((node, kind))
        return float(found.mean()) if found is not None and self.rows else 0.0


def split(before: Side, after: Side, *, because: bool = False) -> Split:
    """Every row's change taken apart. Rows are those with a score on both sides: ValueError for one without any known signal.

    `because` also says of a driver's behaviour how much came from what was taken and how much from what was offered.
    Where the definitions count different things under one driver's name, all of that driver's change is formula; to compare two versions at
    two moments, compare by way of a row that shares the version with one side and the moment with the other, in both orders.
    """
    rows = before.table.num_rows
    if rows != after.table.num_rows:
        raise ValueError(f"{rows} rows cannot be compared with {after.table.num_rows}")
    pairs = paired(before.definition, after.definition)
    out = _Out(rows, tuple(path for p in pairs for path in p.paths))
    sides = tuple(Side(s.definition, s.table.combine_chunks()) for s in (before, after))

    def work(start: int) -> None:
        a, b = (s.table.slice(start, BLOCK) for s in sides)
        out.put(start, _block(pairs, (a, b), because))

    starts = range(0, rows, BLOCK)
    if len(starts) > 1:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(work, starts))
    elif rows:
        work(0)
    return Split(rows, out.nodes, out.parts)


class _Out:
    """Whole-length arrays, made when the first part that is not 0 arrives."""

    def __init__(self, rows: int, nodes: tuple[Path, ...]) -> None:
        self.rows, self.nodes, self.parts = rows, nodes, dict[tuple[Path, str], Vector]()
        self._lock = Lock()

    def put(self, start: int, found: Iterable[tuple[Path, str, Number]]) -> None:
        for node, kind, part in found:
            if isinstance(part, float) and part == 0.0:
                continue
            with self._lock:
                whole = self.parts.get((node, kind))
                if whole is None:
                    whole = self.parts[node, kind] = np.zeros(self.rows)
            whole[start : start + BLOCK] += 100.0 * part


# ---- one block of rows

Tables = tuple[pa.Table, pa.Table]
Found = Iterator[tuple[Path, str, Number]]


def _block(pairs: tuple[SignalPair, ...], tables: Tables, because: bool) -> Found:
    moves = [_signal_move(p, tables) for p in pairs]
    top = weighing(
        [p.before.weight if p.before else 0.0 for p in pairs], [p.after.weight if p.after else 0.0 for p in pairs],
        [m.was for m in moves], [m.now for m in moves],
    )  # fmt: skip
    if any(np.isnan(w).any() for w in (top.before[0], top.after[0])):
        raise ValueError("a row without a score cannot be compared")
    for i, (pair, move) in enumerate(zip(pairs, moves, strict=True)):
        yield from _own((pair.any.key,), move, top, i)
        if pair.before and pair.after:
            yield from _inside(pair, move, top.middle(i), tables, because)


def _own(path: Path, move: Move, top: Weighing, i: int) -> Found:
    """What a change of a node's own weight did: its value in the middle × the change."""
    for kind, part in ((FORMULA, top.formula[i]), (COVERAGE, top.coverage[i])):
        if not isinstance(part, float) or part:
            yield path, kind, move.middle * part


def _signal_move(pair: SignalPair, tables: Tables) -> Move:
    a, b = (vector(t, s.key) / 100.0 if s else None for s, t in zip((pair.before, pair.after), tables, strict=True))
    return _filled(a, b)


def _filled(a: Vector | None, b: Vector | None) -> Move:
    """Values with each side standing in for the other where only one is known; 0 where neither is, which then has no weight."""
    if a is None or b is None:
        value = a if b is None else b
        assert value is not None
        there = known(value)
        value = value if there is None else np.where(there, value, 0.0)
        return Move(value, value, there, there)
    was, now = known(a), known(b)
    if was is None and now is None:
        return Move(a, b, was, now)
    old, new = (a if was is None else np.where(was, a, 0.0)), (b if now is None else np.where(now, b, 0.0))
    return Move(old if was is None else np.where(was, old, new), new if now is None else np.where(now, new, old), was, now)


def _inside(pair: SignalPair, move: Move, weight: Number, tables: Tables, because: bool) -> Found:
    """The drivers' parts of a signal that both definitions have, times the weight of the signal."""
    assert pair.before and pair.after
    drivers = [_driver_move(d, tables, because) for d in pair.drivers]
    there = both(move.was, move.now)
    if pair.before.combine == pair.after.combine:
        inner = list(combined(pair, pair.before, pair.after, drivers))
        yield from _times(pair, inner, weight, there)
        return
    # Two ways to combine: the drivers move under the one and under the other, half of each; the rest is the change of the way.
    ways = [list(combined(pair, s, s, drivers)) for s in (pair.before, pair.after)]
    inner = [(d, kind, np.nan_to_num(part) / 2) for way in ways for d, kind, part in way]
    yield from _times(pair, _summed(inner), weight, there)
    moved = sum((p for _, kind, p in inner if kind in KINDS), np.zeros(len(move.before)))
    yield (pair.any.key,), FORMULA, weight * np.where(True if there is None else there, (move.after - move.before) - moved, 0.0)


def _times(pair: SignalPair, inner: Iterable[Inner], weight: Number, there: Known) -> Found:
    for driver, kind, part in inner:
        if not isinstance(part, float) or part:
            yield (pair.any.key, driver), kind, weight * (part if there is None else np.where(there, part, 0.0))


def _summed(inner: Iterable[Inner]) -> list[Inner]:
    out: dict[tuple[str, str], Number] = {}
    for driver, kind, part in inner:
        out[driver, kind] = out.get((driver, kind), 0.0) + part
    return [(driver, kind, part) for (driver, kind), part in out.items()]


# ---- drivers


def _driver_move(pair: DriverPair, tables: Tables, because: bool) -> Move:
    """A driver's value on both sides and whether what was counted or the way it is valued moved it."""
    a, b = (driver_value(c, t) if c else None for c, t in zip((pair.before, pair.after), tables, strict=True))
    move = _filled(a, b)
    if pair.before is None or pair.after is None:
        return move
    change = move.after - move.before
    if not pair.counted_alike:
        return _with(move, 0.0, change)
    if pair.valued_alike and not because:
        return _with(move, change, 0.0)
    return _by_amount(pair.before, pair.after, tables, move, change, because)


def _with(move: Move, behaviour: Number, formula: Number, taken: Number = 0.0, offered: Number = 0.0) -> Move:
    return Move(move.before, move.after, move.was, move.now, behaviour, formula, taken, offered)


def _by_amount(a: Column, b: Column, tables: Tables, move: Move, change: Vector, because: bool) -> Move:
    """What the normaliser did and what the amounts did; of the latter, what was taken and what was offered. Shapley's value throughout."""
    if a.driver.normalise == "percentile":
        return _with(move, change, 0.0)
    (t0, o0), (t1, o1) = ((vector(t, c.taken), offered_of(c, t)) for c, t in zip((a, b), tables, strict=True))
    there = both(move.was, move.now)

    def value(d: Driver, taken: Vector, offered: Vector) -> Vector:
        return normalised(d, np.divide(taken, offered, out=np.zeros_like(taken), where=offered > 0))

    corners = {(x, y): (value(d, t0, o0), value(d, t1, o0), value(d, t0, o1), value(d, t1, o1)) for x, y, d in _ways(a, b)}
    old, new = corners[0, 0], corners[0, 1]
    behaviour: Number = ((old[3] - old[0]) + (new[3] - new[0])) / 2
    formula: Number = 0.0 if old is new or a.driver == b.driver else ((new[0] - old[0]) + (new[3] - old[3])) / 2
    taken: Number = 0.0
    if because:
        taken = sum(((w[1] - w[0]) + (w[3] - w[2]) for w in (old, new)), np.zeros(len(change))) / 4
    if there is not None:
        behaviour, formula, taken = (x if isinstance(x, float) else np.where(there, x, 0.0) for x in (behaviour, formula, taken))
    return _with(move, behaviour, formula, taken, behaviour - taken if because else 0.0)


def _ways(a: Column, b: Column) -> tuple[tuple[int, int, Driver], tuple[int, int, Driver]]:
    """The normaliser before and the one after."""
    return (0, 0, a.driver), (0, 1, b.driver)
