"""Record-level exports: whether anybody can be picked out of them (k), and whether a group gives its members away (l).

A group is all rows that agree in every quasi-identifier. k is the size of the smallest group, l the least number of different answers of
a sensitive characteristic in one group. Both hold for this export alone: two exports of the same people can still be put together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.errors import EngagetreeError

K, L = 5, 2
SIZE = "how many rows"


@dataclass(frozen=True)
class Anonymity:
    """What an export gives away. `k` and `l` are 0 for no rows; `rows_at_risk` counts rows in groups that are too small or too alike."""

    rows: int
    groups: int
    k: int
    l: int | None  # noqa: E741  l-diversity is its name; None where nothing sensitive is in it
    groups_at_risk: int
    rows_at_risk: int
    needs_k: int = K
    needs_l: int = L

    @property
    def holds(self) -> bool:
        """Whether it may leave."""
        return self.groups_at_risk == 0

    def says(self) -> str:
        """In a sentence, without saying who or which.

        >>> Anonymity(100, 9, 5, 2, 0, 0).says()
        'Every group of people who look alike has at least 5 rows and at least 2 different sensitive answers.'
        """
        different = "" if self.l is None else f" and at least {self.needs_l} different sensitive answers"
        if self.holds:
            return f"Every group of people who look alike has at least {self.needs_k} rows{different}."
        groups = f"{self.groups_at_risk} of {self.groups} groups of people who look alike"
        return f"{groups} have fewer than {self.needs_k} rows{' or too few different sensitive answers' if different else ''}."


@dataclass(frozen=True)
class Made:
    """An export that may leave: its rows, what was made coarser, how many rows were left out, and its anonymity."""

    rows: pa.Table
    generalised: tuple[str, ...]
    left_out: int
    anonymity: Anonymity


def anonymity(rows: pa.Table, quasi: Sequence[str], sensitive: Sequence[str] = (), k: int = K, l: int = L) -> Anonymity:  # noqa: E741
    """k and l of a table. Raises `EngagetreeError` for a column that it does not have. An answer that is missing counts as an answer."""
    groups = _groups(rows, quasi, sensitive)
    sizes = [int(row[SIZE]) for row in groups]
    least = [min((int(row[f"different {one}"]) for one in sensitive), default=l) for row in groups]
    risky = [size for size, different in zip(sizes, least, strict=True) if size < k or different < l]
    found = (min(least, default=0) if sensitive else None) if groups else (0 if sensitive else None)
    return Anonymity(rows.num_rows, len(groups), min(sizes, default=0), found, len(risky), sum(risky), k, l)


def made_safe(
    rows: pa.Table,
    quasi: Sequence[str],
    sensitive: Sequence[str] = (),
    coarser: Mapping[str, Sequence[Callable[[Any], Any]]] | None = None,
    k: int = K,
    l: int = L,  # noqa: E741
) -> Made:
    """The export made coarser, one step of one column after another, until few rows are at risk; these are left out.

    `coarser` gives for a quasi-identifier the steps from fine to coarse, each a function of the value as it was: a district of a postcode,
    a wider band of age. The step that leaves the fewest rows at risk is taken; rows are left out only when no step helps any more.
    """
    steps = {column: list(ways) for column, ways in (coarser or {}).items()}
    now, taken, state = rows, list[str](), anonymity(rows, quasi, sensitive, k, l)
    while not state.holds and (tries := [(column, _mapped(now, rows, column, ways[0])) for column, ways in steps.items() if ways]):
        column, now = min(tries, key=lambda one: anonymity(one[1], quasi, sensitive, k, l).rows_at_risk)
        steps[column].pop(0)
        taken.append(column)
        state = anonymity(now, quasi, sensitive, k, l)
    kept = now if state.holds else _without_risk(now, quasi, sensitive, k, l)
    return Made(kept, tuple(taken), rows.num_rows - kept.num_rows, anonymity(kept, quasi, sensitive, k, l))


def _mapped(now: pa.Table, original: pa.Table, column: str, way: Callable[[Any], Any]) -> pa.Table:
    values = [None if value is None else way(value) for value in original.column(column).to_pylist()]
    return now.set_column(now.column_names.index(column), column, pa.array(values))


def _groups(rows: pa.Table, quasi: Sequence[str], sensitive: Sequence[str]) -> list[dict[str, Any]]:
    """One entry for each group: its quasi-identifiers, its size, and how many different answers it has, a missing one being one."""
    _known(rows, (*quasi, *sensitive))
    every = pc.CountOptions(mode="all")
    asked: list[Any] = [([], "count_all"), *((column, "count_distinct", every) for column in sensitive)]
    found = rows.group_by(list(quasi)).aggregate(asked).to_pylist()
    named = (
        {**{c: row[c] for c in quasi}, **{f"different {c}": row[f"{c}_count_distinct"] for c in sensitive}, SIZE: row["count_all"]}
        for row in found
    )
    return [row for row in named if row[SIZE]]


def _without_risk(rows: pa.Table, quasi: Sequence[str], sensitive: Sequence[str], k: int, l: int) -> pa.Table:  # noqa: E741
    groups = _groups(rows, quasi, sensitive)
    safe = {
        tuple(row[column] for column in quasi)
        for row in groups
        if row[SIZE] >= k and all(row[f"different {column}"] >= l for column in sensitive)
    }
    columns = [rows.column(column).to_pylist() for column in quasi]
    keys = list(zip(*columns, strict=True)) if columns else [()] * rows.num_rows
    return rows.filter(pa.array([key in safe for key in keys], pa.bool_()))


def _known(rows: pa.Table, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in rows.column_names]
    if missing:
        have = ", ".join(rows.column_names)
        raise EngagetreeError("the export", f"it has no column {', '.join(missing)}", f"Name quasi-identifiers among {have}.")
