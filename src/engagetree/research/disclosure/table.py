"""From counts in places to a system for the audit, and from a system to what may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from engagetree.research.disclosure.audit import System, intervals, unsafe
from engagetree.research.disclosure.hiding import Hidden, hide
from engagetree.research.disclosure.margins import Relation, relations
from engagetree.research.disclosure.rings import behind
from engagetree.research.model import Cell


@dataclass(frozen=True)
class Number:
    """One exact number of a table and what a reader would know of it if it were shown.

    `need` is how far apart its lowest and highest possible number must stay while it is shown, `need_hidden` while it is withheld.
    `floor` and `ceiling` are known of it even then. `fixed`: it was printed before. `unseen`: it is printed nowhere.
    """

    value: float
    low: float
    high: float
    need: float = 0.0
    need_hidden: float = 0.0
    floor: float = 0.0
    ceiling: float = float("inf")
    fixed: bool = False
    unseen: bool = False


@dataclass(frozen=True)
class Table:
    """Numbers in places, with what they have to do with each other beyond what their places say."""

    numbers: Mapping[Cell, Number]
    more: tuple[Relation, ...] = ()
    apart: frozenset[Cell] = frozenset()  # places that take no part in sums of parts
    whole: bool = True

    def system(self) -> System:
        """The system that the audit works on."""
        values = {cell: number.value for cell, number in self.numbers.items()}
        sums = {cell: value for cell, value in values.items() if cell not in self.apart}
        ring = behind(sums) if self.whole else {}
        unseen, known = relations({**sums, **ring})
        unseen = {**ring, **unseen}
        every = {**self.numbers, **{cell: Number(value, 0.0, float("inf"), unseen=True) for cell, value in unseen.items()}}
        return _system(every, [*known, *self.more], self.whole)


def _system(numbers: Mapping[Cell, Number], known: Iterable[Relation], whole: bool) -> System:
    keys = tuple(numbers)
    at = {cell: i for i, cell in enumerate(keys)}
    known = list(known)
    rows = [i for i, relation in enumerate(known) for _ in range(len(relation.parts) + 1)]
    columns = [at[cell] for relation in known for cell in (relation.total, *relation.parts)]
    factors = [factor for relation in known for factor in (-1.0, *(1.0 for _ in relation.parts))]
    matrix = sp.csr_array((np.array(factors), (np.array(rows, dtype=int), np.array(columns, dtype=int))), shape=(len(known), len(keys)))
    all_of = list(numbers.values())
    totals = {at[relation.total] for relation in known}
    return System(
        keys=keys,
        values=_each(n.value for n in all_of),
        low=_each(n.low for n in all_of),
        high=_each(n.high for n in all_of),
        floor=_each(n.floor for n in all_of),
        ceiling=_each(n.ceiling for n in all_of),
        need=_each(n.need for n in all_of),
        need_hidden=_each(n.need_hidden for n in all_of),
        cost=_costs(all_of, totals),
        fixed=np.array([n.fixed or n.unseen for n in all_of], dtype=bool),
        matrix=matrix,
        row_low=_each(r.low for r in known),
        row_high=_each(r.high for r in known),
        whole=whole,
    )


def _each(numbers: Iterable[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.fromiter(numbers, dtype=np.float64)


def _costs(numbers: list[Number], totals: set[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What it costs to withhold a cell: small numbers are given up first, totals last; a true nought is known to many and hides little."""
    largest = max((abs(n.value) for n in numbers), default=1.0) or 1.0
    return _each((1 + (abs(n.value) or largest)) * (5.0 if i in totals else 1.0) for i, n in enumerate(numbers))


def protected(table: Table, primary: Iterable[Cell]) -> tuple[frozenset[Cell], Hidden, System]:
    """The places that have to be withheld, secondary ones among them; the audit's result; the system, to ask further."""
    system = table.system()
    first = set(primary)
    hidden = hide(system, np.array([key in first or _never_shown(table, key) for key in system.keys], dtype=bool))
    flagged = {key for key, flag in zip(system.keys, hidden.flags, strict=True) if flag}
    return frozenset(cell for cell in table.numbers if cell in flagged and not table.numbers[cell].unseen), hidden, system


def _never_shown(table: Table, key: object) -> bool:
    number = table.numbers.get(key)  # type: ignore[call-overload]
    return number is None or bool(number.unseen)


def small_counts(
    counts: Mapping[Cell, int], k: int = 5, primary: Iterable[Cell] | None = None, width: int | None = None
) -> tuple[frozenset[Cell], dict[Cell, tuple[float, float]]]:
    """Exact counts with suppression alone: what is withheld, and between which numbers each of that still lies for a reader.

    `primary` None means every count of 1 … k − 1. Totals are cells like all others: () is the grand total.

    >>> row = {(("type", "talk"),): 3, (("type", "fair"),): 9, (("type", "walk"),): 20, (): 32}
    >>> hidden, between = small_counts(row)
    >>> sorted(cell[0][1] for cell in hidden), between[(("type", "talk"),)]
    (['fair', 'talk'], (0, 12))
    """
    need = float(width or k)
    table = Table({cell: Number(n, n, n, need_hidden=need) for cell, n in counts.items()})
    first = [cell for cell, n in counts.items() if 0 < n < k] if primary is None else list(primary)
    withheld, result, system = protected(table, first)
    at = {key: i for i, key in enumerate(system.keys)}
    return withheld, {c: intervals(system, result.flags, [at[c]])[c] for c in withheld}


__all__ = ["Number", "Table", "intervals", "protected", "small_counts", "unsafe"]
