"""How the moves of drivers move a signal that is a mean or a product of them: exact parts by driver and cause, on the signal's own 0–1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engagetree.definition.model import Signal
from engagetree.formula import Vector
from engagetree.tree.pairs import SignalPair
from engagetree.tree.weights import Known, Number, weighing

BEHAVIOUR, FORMULA, COVERAGE = KINDS = ("behaviour", "formula", "coverage")
TAKEN, OFFERED = "taken", "offered"

Inner = tuple[str, str, Number]
"""(driver, kind, part on the signal's own 0–1)."""


@dataclass(frozen=True)
class Move:
    """A value 0–1 on both sides, each side standing in for the other where only one knows it, and why it moved.

    `was` and `now` say where it is known; both are those of the one side that has it where the other definition does not.
    """

    before: Vector
    after: Vector
    was: Known
    now: Known
    behaviour: Number = 0.0
    formula: Number = 0.0
    taken: Number = 0.0
    offered: Number = 0.0

    @property
    def middle(self) -> Vector:
        return (self.before + self.after) / 2


def both(a: Known, b: Known) -> Known:
    return b if a is None else a if b is None else a & b


def combined(pair: SignalPair, before: Signal, after: Signal, moves: list[Move]) -> Iterator[Inner]:
    """Every driver's parts of the signal, 0–1, when it is combined as `before` says on the one side and as `after` says on the other."""
    a, b = ({d.key: d for d in s.drivers} for s in (before, after))
    mine = [(d.key, m) for d, m in zip(pair.drivers, moves, strict=True) if d.key in a or d.key in b]
    if before.combine == "product":
        yield from _product([(key, m, key in a, key in b) for key, m in mine])
    else:
        yield from _mean(mine, [a[k].weight if k in a else 0.0 for k, _ in mine], [b[k].weight if k in b else 0.0 for k, _ in mine])


def _mean(mine: list[tuple[str, Move]], before: list[float], after: list[float]) -> Iterator[Inner]:
    """A weighted mean over what is known: by difference, with the same three causes as the score itself."""
    each = weighing(before, after, [m.was for _, m in mine], [m.now for _, m in mine])
    for i, (key, m) in enumerate(mine):
        yield from _parts(key, m, each.middle(i), (each.formula[i], each.coverage[i]))


def _product(mine: list[tuple[str, Move, bool, bool]]) -> Iterator[Inner]:
    """A product over what is known, by Shapley's value over its factors: a factor's change × the mean of the others on the way.

    Shapley's value is the integral of the derivative along the straight way from one side to the other (Owen 1972): here a polynomial of
    degree n − 1, for which ⌈n/2⌉ points of Gauss and Legendre are exact. A factor that is not known counts as 1, and becoming known is
    coverage; but where the product is 0 whatever that factor is, it is taken as unchanged.
    """
    ends = [_factors([(m, has[side]) for _, m, *has in mine], side) for side in (0, 1)]
    points, shares = np.polynomial.legendre.leggauss((len(mine) + 1) // 2)
    for i, (key, m, had, has) in enumerate(mine):
        slope: Number = 0.0
        for point, share in zip(points, shares, strict=True):
            others = [ends[0][j] + (point + 1) / 2 * (ends[1][j] - ends[0][j]) for j in range(len(mine)) if j != i]
            slope = slope + share / 2 * np.prod(others, axis=0) if others else 1.0
        change = ends[1][i] - ends[0][i]
        if had != has:
            yield key, FORMULA, slope * change
            continue
        there = both(m.was, m.now)
        yield from _parts(key, m, slope, (0.0, 0.0))
        if there is not None:
            yield key, COVERAGE, slope * np.where(there, 0.0, change)


def _factors(mine: list[tuple[Move, bool]], side: int) -> list[Vector]:
    """The factors of one side: 1 for what is not there or not known, unless the known ones make 0 already."""
    values = [m.after if side else m.before for m, _ in mine]
    theres = [(m.now if side else m.was) if has else None for m, has in mine]
    plain = [np.ones_like(v) if not has else _or_one(v, t) for v, t, (_, has) in zip(values, theres, mine, strict=True)]
    if all(t is None for t in theres):
        return plain
    nothing = np.prod(plain, axis=0) == 0.0
    other = [m.was if side else m.now for m, _ in mine]
    return [
        p if t is None else np.where(~t & nothing & (True if o is None else o), v, p)
        for p, v, t, o in zip(plain, values, theres, other, strict=True)
    ]


def _or_one(value: Vector, there: Known) -> Vector:
    return value if there is None else np.where(there, value, 1.0)


def _parts(key: str, m: Move, weight: Number, own: tuple[Number, Number]) -> Iterator[Inner]:
    """A driver's behaviour, formula and coverage from its value's change under a weight and its weight's change."""
    for kind, part in ((BEHAVIOUR, m.behaviour), (TAKEN, m.taken), (OFFERED, m.offered)):
        if not isinstance(part, float) or part:
            yield key, kind, weight * part
    formula: Number = weight * m.formula if not isinstance(m.formula, float) or m.formula else 0.0
    if not isinstance(own[0], float) or own[0]:
        formula = formula + m.middle * own[0]
    yield key, FORMULA, formula
    if not isinstance(own[1], float) or own[1]:
        yield key, COVERAGE, m.middle * own[1]
