"""What drivers would have counted under another cap, from tallies: stored totals hold one cap only. No event is read, nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.engine import Engine
from engagetree.formula import Vector, columns
from engagetree.scoring import registers
from engagetree.scoring.run import Prepared, Scoring, step_sql
from engagetree.tables import TALLIES
from engagetree.workspace.panels import Look, Panels


def recounted(
    panels: Panels, looks: Mapping[int, Look], drivers: Sequence[Driver], engine: Callable[[], Engine]
) -> dict[int, list[Vector]]:
    """For each week what each of the drivers (rates) would have counted, for the rows of its look: the same sums as scoring makes."""
    out = {k: [np.zeros(look.table.num_rows) for _ in drivers] for k, look in looks.items()}
    if not drivers or not looks:
        return out
    first = np.array(list(panels.starts.values()), dtype=np.int64)
    at = {k: first[look.panel.cohort] + k - 1 for k, look in looks.items()}
    plan = _plan(panels, looks, drivers)
    names = [c.taken for c in columns(plan.definition)]
    used = engine()
    try:
        scoring = Scoring(used, plan)
        seat = {k: _seats(look, scoring.totals.people.participant) for k, look in looks.items()}
        for i, totals in _by_period(panels, plan, scoring, max(int(v.max()) for v in at.values()) + 1):
            for k, when in at.items():
                rows = np.flatnonzero(when == i)
                for j, name in enumerate(names):
                    out[k][j][rows] = totals(name)[seat[k][rows]]
    finally:
        used.close()
    return out


def _plan(panels: Panels, looks: Mapping[int, Look], drivers: Sequence[Driver]) -> Prepared:
    """A definition of these drivers only, for the people who are looked at."""
    signals = tuple(Signal(f"other{n}", d.label, 1 / len(drivers), (replace(d, key="count", weight=1.0),)) for n, d in enumerate(drivers))
    definition: Definition = replace(panels.definition, signals=signals, metrics=(), tree=None, outcomes=(), text="")
    among = pa.chunked_array([c for look in looks.values() for c in look.table["participant"].chunks], pa.string()).unique()
    roster = panels.plan.roster
    return replace(panels.plan, definition=definition, roster=roster.filter(pc.is_in(roster["participant"], value_set=among)))


def _seats(look: Look, among: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    found = pc.index_in(look.table["participant"], value_set=among)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _by_period(panels: Panels, plan: Prepared, scoring: Scoring, stop: int) -> Iterator[tuple[int, Callable[[str], Vector]]]:
    """Period by period up to `stop` the running totals, or those of its window."""
    totals, window, start = scoring.totals, plan.definition.window, 0
    while start < stop:
        end = min(stop, plan.at_once(start))
        keys, since = plan.keys[start:end], max(0, start - window + 1) if window else start
        files = panels.snapshot.files("tallies", set(plan.keys[since:end]))
        scoring.engine.view("tallies", files, TALLIES)
        scoring.engine.table("clock", registers.clock(plan.definition, plan.periods, start, end))
        sums = scoring.engine.arrow(step_sql(plan.definition, scoring.engine.dialect))
        of_period = pc.index_in(sums["key"], value_set=pa.array(keys)).to_numpy(zero_copy_only=False)
        for i in range(start, end):
            if window:
                totals.clear()
            totals.begin()
            totals.add(sums, of_period == i - start)
            yield i, _now(scoring)
        start = end


def _now(scoring: Scoring) -> Callable[[str], Vector]:
    totals = scoring.totals

    def of(name: str) -> Vector:
        return sum(totals.lately[name], np.zeros(len(totals.people))) if name in totals.lately else totals.taken[name]

    return of
