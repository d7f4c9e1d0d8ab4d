"""How long disclosure control takes: the audit and the secondary suppression of a 20 × 30 table, of larger ones, and of tables that share margins.

python benchmarks/disclosure.py
"""

from __future__ import annotations

import itertools
import json
import time

import numpy as np

from engagetree.research.disclosure.table import Number, Table, protected
from engagetree.research.model import Cell

K = 5


def counts(shape: tuple[int, ...], mean: float, seed: int = 5) -> np.ndarray:
    """Invented counts of people, as uneven as activities are."""
    chance = np.random.default_rng(seed)
    return chance.poisson(chance.gamma(1.0, mean, size=shape))


def cells(people: np.ndarray, cuts: list[tuple[int, ...]]) -> dict[Cell, int]:
    """The tables over these axes, one cell for each place."""
    found: dict[Cell, int] = {}
    for cut in cuts:
        table = people.sum(axis=tuple(axis for axis in range(people.ndim) if axis not in cut))
        for place in itertools.product(*(range(people.shape[axis]) for axis in cut)):
            found[tuple((f"axis {axis}", str(at)) for axis, at in zip(cut, place, strict=True))] = int(table[place])
    return found


def taken(people: np.ndarray, cuts: list[tuple[int, ...]]) -> dict[str, float]:
    """Seconds, and what was withheld; fails where the audit does not hold."""
    table = cells(people, cuts)
    began = time.perf_counter()
    numbers = {cell: Number(n, n, n, need_hidden=K) for cell, n in table.items()}
    away, result, _ = protected(Table(numbers), [cell for cell, n in table.items() if 0 < n < K])
    seconds = time.perf_counter() - began
    assert result.proved
    small = sum(0 < n < K for n in table.values())
    return {"seconds": round(seconds, 2), "cells": len(table), "small": small, "withheld": len(away), "solved": result.witnesses.solved}


def measured() -> dict[str, dict[str, float]]:
    """Every case by its name."""
    both = [(0, 1), (0,), (1,), ()]
    answer = {f"20 × 30, mean {mean}": taken(counts((20, 30), mean), both) for mean in (3, 8, 15)}
    answer["60 × 80, mean 8"] = taken(counts((60, 80), 8), both)
    answer["15 × 6 × 12, two tables"] = taken(counts((15, 6, 12), 2), [(0, 1), (0, 2), (0,), (1,), (2,), ()])
    answer["6 × 4 × 5, a ring of three"] = taken(counts((6, 4, 5), 2), [(0, 1), (0, 2), (1, 2), (0,), (1,), (2,), ()])
    return answer


def figures() -> list[dict[str, object]]:
    """The figure of `make bench`: the slowest audit of a table of 20 × 30 cells."""
    slowest = max(seconds["seconds"] for name, seconds in measured().items() if name.startswith("20 × 30"))
    return [{"name": "disclosure audit, 20 × 30 cells", "value": slowest, "unit": "s", "target": 5.0, "better": "lower", "agrees": True}]


if __name__ == "__main__":
    print(json.dumps(measured(), indent=2, ensure_ascii=False))
