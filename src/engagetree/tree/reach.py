"""The fewest acts that bring a score to a target, exactly.

Over how many sessions are attended (and how many further days are active) every choice is looked at, the fewest first. For each, all
other acts only raise what is taken. Ways that act on the same driver, or on drivers of one product, form a block; the score is a sum over
blocks. For each block the best that 0, 1, 2 … acts can do is found by looking at every division of them, and blocks are joined by the best
division of the acts between them. So the first number of acts that reaches the target is the smallest there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engagetree.definition.model import ON_THE_LINE
from engagetree.errors import EngagetreeError
from engagetree.formula import Vector
from engagetree.tree.acts import Totals, Way, World

FAR = 4096
"""Acts beyond which nobody would go on; what needs more counts as out of reach."""

MOST_CHOICES = 50_000
"""Choices of sessions, and divisions of acts within a block, beyond which there is no exact answer in a blink."""

PLENTY = 1e9


@dataclass(frozen=True)
class Reached:
    """The fewest acts: how often each way. `acts` is their number; `score` what they come to."""

    done: tuple[tuple[Way, int], ...]
    acts: int
    score: float


def fewest(world: World, target: float) -> Reached | None:
    """The fewest acts that bring the score to at least `target`; of several plans with as few, the one with the highest score."""
    goal, best = target - ON_THE_LINE, None
    for visits, days in _choices(world):
        if best is not None and sum(visits) > best.acts:
            break
        if best is not None and days > best.acts:
            continue
        found = _with(world, visits, days, goal, best.acts if best else FAR)
        if found is not None and (best is None or (found.acts, -found.score) < (best.acts, -best.score)):
            best = found
    return best


def highest(world: World) -> tuple[float, dict[str, float]] | None:
    """The highest score that is still possible with no limit to the acts, and what each known signal comes to; None where there is none."""
    best: tuple[float, dict[str, float]] | None = None
    for visits, days in _choices(world):
        state = _full(world, _visited(world, visits, days), _bounds(world, visits))
        top = float(world.score(*state)[0])
        if not np.isnan(top) and (best is None or top > best[0]):
            signals = world.parts(*state)[2]
            best = top, {k: float(v[0]) * 100 for k, v in signals.items() if not np.isnan(v[0])}
    return best


def _choices(world: World) -> Iterator[tuple[tuple[int, ...], int]]:
    """(how many of each kind of session, further active days), the fewest sessions first."""
    ranges = [range((v.most or 0) + 1) for v in world.visits]
    days = range(max(world.days.values(), default=0) + 1)
    count = len(days)
    for r in ranges:
        count *= len(r)
    if count > MOST_CHOICES:
        raise EngagetreeError("reach", f"there are {count:,} ways to choose among the sessions to come", "Ask for a nearer day with --by.")
    for visits in sorted(product(*ranges), key=lambda v: (sum(v), v)):
        for d in days:
            yield visits, d


def _visited(world: World, visits: Sequence[int], days: int) -> tuple[Totals, Totals]:
    taken, offered = world.state()
    for way, n in zip(world.visits, visits, strict=True):
        for e in way.effects:
            taken[e.column] += n * e.taken
            offered[e.column] += n * e.offered
    for column, left in world.days.items():
        taken[column] += min(days, left)
    return taken, offered


def _bounds(world: World, visits: Sequence[int]) -> list[int | None]:
    """How often each way is possible when so many sessions are attended."""
    extra = [sum(w.within.get(v, 0) * n for v, n in enumerate(visits)) for w in world.ways]
    return [None if w.most is None else w.most + more for w, more in zip(world.ways, extra, strict=True)]


def _full(world: World, state: tuple[Totals, Totals], bounds: Sequence[int | None]) -> tuple[Totals, Totals]:
    """The totals with every way done as often as it is possible."""
    taken, offered = state[0].copy(), state[1]
    for way, most in zip(world.ways, bounds, strict=True):
        for e in way.effects:
            taken[e.column] += e.taken * (PLENTY if most is None else most)
    return taken, offered


def _with(world: World, visits: tuple[int, ...], days: int, goal: float, limit: int) -> Reached | None:
    """The fewest acts when exactly these sessions are attended and at most so many further days are active."""
    state, bounds, spent = _visited(world, visits, days), _bounds(world, visits), sum(visits)
    if not world.score(*_full(world, state, bounds))[0] >= goal:
        return None
    blocks = [_Block(world, state, ways, bounds) for ways in _blocks(world)]
    start = float(world.score(*state)[0])
    most = 16
    while True:
        most = min(most, max(0, limit - spent))
        found = _joined(blocks, most)
        reached = np.flatnonzero(start + found.gain >= goal)
        # So many active days take at least so many acts; sessions are acts too.
        reached = reached[reached + spent >= days] if reached.size else reached
        if reached.size:
            m = int(reached[0])
            counts = found.counts(m)
            done = [(w, n) for w, n in zip(world.visits, visits, strict=True) if n]
            done += [(world.ways[j], n) for j, n in sorted(counts.items()) if n]
            return Reached(tuple(done), spent + m, float(start + found.gain[m]))
        if most >= limit - spent:
            return None
        most *= 4


def _blocks(world: World) -> list[list[int]]:
    """Ways that act on the same driver, or on drivers of one product, belong together; by their places."""
    multiplied = {c.index: c.signal.key for c in world.columns if c.signal.combine == "product"}
    groups: list[tuple[set[object], list[int]]] = []
    for j, way in enumerate(world.ways):
        touched: set[object] = {multiplied.get(e.column, e.column) for e in way.effects}
        same = [g for g in groups if g[0] & touched]
        groups = [g for g in groups if not g[0] & touched]
        groups.append((touched.union(*(g[0] for g in same)), sorted([j, *(i for g in same for i in g[1])])))
    return [ways for _, ways in groups]


class _Block:
    """What the ways of one block add to the score, for any division of acts among them."""

    def __init__(self, world: World, state: tuple[Totals, Totals], ways: list[int], bounds: Sequence[int | None]) -> None:
        self.world, self.ways, self.bounds = world, ways, [bounds[j] for j in ways]
        self.taken, self.offered = state
        self.start = float(world.score(*state)[0])

    def gain(self, counts: NDArray[np.intp]) -> Vector:
        """Points for each column of counts (a line for each way)."""
        n = counts.shape[1]
        taken, offered = np.repeat(self.taken, n, axis=1), np.repeat(self.offered, n, axis=1)
        for j, line in zip(self.ways, counts, strict=True):
            for e in self.world.ways[j].effects:
                taken[e.column] += e.taken * line
        return self.world.score(taken, offered) - self.start

    def best(self, most: int) -> tuple[Vector, NDArray[np.intp]]:
        """The largest gain of exactly 0 … most acts (−inf where there are not so many), and the division that has it."""
        tops = [most if b is None else min(most, b) for b in self.bounds]
        gains, plans = np.full(most + 1, -np.inf), np.zeros((most + 1, len(self.ways)), np.intp)
        outer = [range(t + 1) for t in tops[:-1]]
        if np.prod([len(r) for r in outer], dtype=np.float64) > MOST_CHOICES:
            raise EngagetreeError(
                "reach", "too many kinds of acts hang together to find the fewest", "Ask for a nearer score, or a nearer day."
            )
        for head in product(*outer):
            left = min(tops[-1], most - sum(head))
            if left < 0:
                continue
            counts = np.empty((len(self.ways), left + 1), np.intp)
            counts[:-1], counts[-1] = np.array(head, np.intp)[:, None], np.arange(left + 1)
            gain, total = self.gain(counts), counts.sum(axis=0)
            better = gain > gains[total] + 1e-12
            gains[total[better]], plans[total[better]] = gain[better], counts.T[better]
        return gains, plans


@dataclass(frozen=True)
class _Joined:
    """The largest gain of 0 … acts over all blocks, and how each comes about."""

    gain: Vector
    splits: tuple[NDArray[np.intp], ...]  # for each block: how many of the acts so far go to it
    plans: tuple[tuple[list[int], NDArray[np.intp]], ...]

    def counts(self, m: int) -> dict[int, int]:
        """How often each way is done in the best plan of `m` acts."""
        out: dict[int, int] = {}
        for split, (ways, plan) in zip(reversed(self.splits), reversed(self.plans), strict=True):
            mine = int(split[m])
            out.update(zip(ways, (int(n) for n in plan[mine]), strict=True))
            m -= mine
        return out


def _joined(blocks: Sequence[_Block], most: int) -> _Joined:
    gain = np.full(most + 1, -np.inf)
    gain[0] = 0.0
    splits, plans = [], []
    for block in blocks:
        own, plan = block.best(most)
        joined, split = np.full(most + 1, -np.inf), np.zeros(most + 1, np.intp)
        for n in np.flatnonzero(np.isfinite(own)):
            with_it = gain[: most + 1 - n] + own[n]
            better = with_it > joined[n:] + 1e-12
            joined[n:][better], split[n:][better] = with_it[better], n
        gain = joined
        splits.append(split)
        plans.append((block.ways, plan))
    return _Joined(gain, tuple(splits), tuple(plans))
