"""Tables in a ring: type by depth, depth by audience, audience by type.

Two tables that share a margin say no more together than their margins do. Three in a ring do: behind them stands one table over all
three breakdowns, in which every number is a count of people and so not below nought. Its cells are printed nowhere, but a reader can put
them in, and so does the audit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from engagetree.research.disclosure.margins import Dimensions, within
from engagetree.research.model import Cell

MOST = 20_000  # cells; a ring that is larger is looked at margin by margin
SECONDS = 10.0


def core(layers: Iterable[Dimensions]) -> list[Dimensions]:
    """What is left of breakdowns when all that hangs on one of them alone is taken off, again and again: a ring, or nothing.

    >>> [sorted(one) for one in core([frozenset("ab"), frozenset("bc"), frozenset("cd")])]
    []
    >>> sorted(sorted(one) for one in core([frozenset("abx"), frozenset("bc"), frozenset("ca")]))
    [['a', 'b'], ['a', 'c'], ['b', 'c']]
    """
    left = [set(layer) for layer in layers]
    while True:
        kept = [
            one for i, one in enumerate(left) if one and not any(one < other or (one == other and i > j) for j, other in enumerate(left))
        ]
        shared = {name for name in set().union(*kept) if sum(name in one for one in kept) > 1} if kept else set()
        fewer = [one & shared for one in kept]
        if fewer == left:
            return [frozenset(one) for one in left]
        left = fewer


def behind(values: Mapping[Cell, float]) -> dict[Cell, float]:
    """The cells behind a ring of tables, with numbers that fit them, and the ring's own margins; {} where there is no ring.

    Tables that count some people twice do not stand before one table of people, and then there is nothing to add.
    """
    layers: dict[Dimensions, list[Cell]] = {}
    for cell in values:
        layers.setdefault(frozenset(name for name, _ in cell), []).append(cell)
    ring = core(layers)
    if not ring or any(not float(value).is_integer() for value in values.values()):
        return {}
    margins = {edge: _margin(edge, layers, values) for edge in ring}
    cells = _cells(margins)
    if not 0 < len(cells) <= MOST:
        return {}
    found = _numbers(cells, margins)
    if found is None:
        return {}
    edges = {cell: value for margin in margins.values() for cell, value in margin.items() if cell not in values}
    return {**edges, **dict(zip(cells, found, strict=True))}


def _margin(edge: Dimensions, layers: Mapping[Dimensions, list[Cell]], values: Mapping[Cell, float]) -> dict[Cell, float]:
    layer = min((one for one in layers if edge <= one), key=lambda one: (len(one), sorted(one)))
    totals: dict[Cell, float] = {}
    for cell in layers[layer]:
        totals[within(cell, edge)] = totals.get(within(cell, edge), 0.0) + values[cell]
    return totals


def _cells(margins: Mapping[Dimensions, Mapping[Cell, float]]) -> list[Cell]:
    """Every place over all dimensions of the ring for which each of its tables has a place; more than can be looked at: none."""
    names = sorted(set().union(*margins))
    said = {n: sorted({category for margin in margins.values() for cell in margin for name, category in cell if name == n}) for n in names}
    if np.prod([float(len(one)) for one in said.values()]) > 10 * MOST:
        return []
    every = (tuple(zip(names, place, strict=True)) for place in itertools.product(*said.values()))
    return [cell for cell in every if all(within(cell, edge) in margin for edge, margin in margins.items())]


def _numbers(cells: list[Cell], margins: Mapping[Dimensions, Mapping[Cell, float]]) -> list[float] | None:
    """One table of whole people that fits, or None: the numbers behind tables of people always do."""
    totals = [(edge, cell, value) for edge, margin in margins.items() for cell, value in margin.items()]
    at = {(edge, cell): i for i, (edge, cell, _) in enumerate(totals)}
    rows = [at[(edge, within(cell, edge))] for cell in cells for edge in margins]
    columns = [i for i in range(len(cells)) for _ in margins]
    matrix = sp.csr_array((np.ones(len(rows)), (np.array(rows), np.array(columns))), shape=(len(totals), len(cells)))
    wanted = np.array([value for _, _, value in totals])
    found = milp(
        np.zeros(len(cells)),
        integrality=np.ones(len(cells)),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(matrix, wanted, wanted),
        options={"time_limit": SECONDS},
    )
    if found.x is None or np.abs(matrix @ np.round(found.x) - wanted).max() > 0:
        return None
    return [float(number) for number in np.round(found.x)]
