"""What the cells of a table have to do with each other: which of them add up to which, over any number of breakdowns at once.

A reader of several tables that share margins can put them together, so they are one system here. A cell's place says what it totals:
(("type", "talk"),) is the total of every cell that also says how deep. Where parts add up exactly, that is known to a reader; people who
are counted in several parts make a total smaller than its parts, and parts that nobody lists make it larger.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from engagetree.research.model import Cell

Dimensions = frozenset[str]


@dataclass(frozen=True)
class Relation:
    """Σ `parts` − `total`, which a reader knows to lie in [low, high]; [0, 0] where the parts add up."""

    total: Cell
    parts: tuple[Cell, ...]
    low: float = 0.0
    high: float = 0.0


def placed(cell: Cell) -> Cell:
    """The cell with its dimensions in the order of their names, so that one place has one name."""
    return tuple(sorted(cell))


def within(cell: Cell, dimensions: Iterable[str]) -> Cell:
    """The cell's place in fewer dimensions: the total that it belongs to.

    >>> within((("depth", "D3"), ("type", "talk")), {"type"})
    (('type', 'talk'),)
    """
    return tuple(entry for entry in cell if entry[0] in dimensions)


def relations(values: Mapping[Cell, float]) -> tuple[dict[Cell, float], list[Relation]]:
    """The totals that are printed nowhere but follow from two tables together, and every relation; cells as `placed` gives them."""
    layers = _layers(values)
    unseen = _unseen(layers, values)
    every = {**values, **unseen}
    layers = _layers(every)
    found = [relation for upper, lower in _steps(set(layers)) for relation in _between(layers[upper], layers[lower], upper, every)]
    return unseen, found


def _layers(values: Iterable[Cell]) -> dict[Dimensions, list[Cell]]:
    layers: dict[Dimensions, list[Cell]] = defaultdict(list)
    for cell in values:
        layers[frozenset(name for name, _ in cell)].append(cell)
    return layers


def _unseen(layers: Mapping[Dimensions, list[Cell]], values: Mapping[Cell, float]) -> dict[Cell, float]:
    """Totals over what two tables share, where no table prints them."""
    totals: dict[Cell, float] = {}
    known = set(layers)
    for one, other in combinations(sorted(layers, key=sorted), 2):
        shared = one & other
        if shared in known or one <= other or other <= one:
            continue
        known.add(shared)
        for cell in layers[one]:
            place = within(cell, shared)
            totals[place] = totals.get(place, 0.0) + values[cell]
    return totals


def _steps(layers: set[Dimensions]) -> list[tuple[Dimensions, Dimensions]]:
    """Pairs of breakdowns with nothing in between: from which total to which parts."""
    pairs = [(upper, lower) for upper in layers for lower in layers if upper < lower]
    nearest = [(u, w) for u, w in pairs if not any(u < between < w for between in layers)]
    return sorted(nearest, key=lambda pair: (sorted(pair[0]), sorted(pair[1])))


def _between(totals: list[Cell], cells: list[Cell], upper: Dimensions, values: Mapping[Cell, float]) -> list[Relation]:
    parts: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in cells:
        parts[within(cell, upper)].append(cell)
    return [relation for total in totals if total in parts for relation in _of(total, tuple(parts[total]), values)]


def _of(total: Cell, parts: tuple[Cell, ...], values: Mapping[Cell, float]) -> list[Relation]:
    """What is known of one total and its parts. People counted twice: the total is at most the sum and at least every part."""
    over = math.fsum(values[part] for part in parts) - values[total]
    if abs(over) < 1e-6:
        return [Relation(total, parts)]
    if over < 0:
        return [Relation(total, parts, -math.inf, 0.0)]
    each = [Relation(total, (part,), -math.inf, 0.0) for part in parts if values[part] <= values[total]]
    return [Relation(total, parts, 0.0, math.inf), *each]
