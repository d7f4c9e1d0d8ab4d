"""The answer to a what-if: a summary in plain values, and the table of everybody behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition.model import Band, Definition
from engagetree.tree.whatif import Supposed, largest, mean, tens, transitions

MOVERS = 10


@dataclass(frozen=True)
class SupposedPeriod:
    """One period of the history under both definitions."""

    period: str
    as_of: datetime
    n: int
    before: float | None  # means over those who have a score
    after: float | None
    moved: int  # how many change band in it


@dataclass(frozen=True)
class WhatIf:
    """Everybody under two definitions. `transitions[i][j]` is how many go from band i to band j, the highest first, no score last.

    `table` has a row for each participant: participant, cohort, owner, period, before, after, change, band_before, band_after, and the
    stored value of every signal. A participant changes band also by gaining or losing the score.
    """

    before: Definition = field(repr=False)
    after: Definition = field(repr=False)
    differences: tuple[str, ...]
    period: str
    as_of: datetime
    made_from: str
    n: int
    mean_before: float | None
    mean_after: float | None
    transitions: tuple[tuple[int, ...], ...]
    rise: int
    fall: int
    gain: int  # have no score before, and one after
    lose: int
    moved_count: int  # of all that, and those whose band has another name
    tens_before: tuple[int, ...]  # scores in [0, 10), [10, 20) … [90, 100]
    tens_after: tuple[int, ...]
    history: tuple[SupposedPeriod, ...]
    notes: tuple[str, ...]
    table: pa.Table = field(repr=False)
    movers: pa.Table = field(repr=False)  # the rows that move most

    @classmethod
    def of(
        cls, old: Definition, new: Definition, table: pa.Table, s: Supposed, period: str, as_of: datetime, made_from: str,
        differences: tuple[str, ...], history: tuple[SupposedPeriod, ...], notes: tuple[str, ...],
    ) -> Self:  # fmt: skip
        """From the rows of one period and their scores on both sides."""
        whole = _table(table, s, old, new)
        known = (s.band_before < len(old.bands)) & (s.band_after < len(new.bands))
        low_before, low_after = (np.array([*(b.at_least for b in d.bands), np.nan]) for d in (old, new))
        if [b.key for b in old.bands] == [b.key for b in new.bands]:
            up, down = s.band_after < s.band_before, s.band_after > s.band_before
        else:  # other bands: by where they begin
            up, down = low_after[s.band_after] > low_before[s.band_before], low_after[s.band_after] < low_before[s.band_before]
        return cls(
            old, new, differences, period, as_of, made_from, len(s.before), mean(s.before), mean(s.after),
            tuple(tuple(row) for row in transitions(s, len(old.bands), len(new.bands))),
            int((up & known).sum()), int((down & known).sum()),
            int((np.isnan(s.before) & ~np.isnan(s.after)).sum()), int((~np.isnan(s.before) & np.isnan(s.after)).sum()),
            int(pc.sum(_elsewhere(whole)).as_py() or 0),
            tuple(tens(s.before)), tuple(tens(s.after)), history, notes, whole, whole.take(pa.array(largest(s, MOVERS))),
        )  # fmt: skip

    @property
    def text(self) -> str:
        """The definition that was supposed, ready to adopt."""
        return self.after.text

    @property
    def moved(self) -> pa.Table:
        """Who changes band: those who fall furthest first, those who rise furthest last."""
        rows = self.table.filter(_elsewhere(self.table))
        return rows.sort_by([("change", "ascending"), ("participant", "ascending")])

    def series(self) -> list[dict[str, Any]]:
        """The history as plain rows; empty unless it was asked for."""
        return [{"period": p.period, "n": p.n, "before": p.before, "after": p.after, "moved": p.moved} for p in self.history]

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON: the summary, who changes band, and who moves most."""
        return {
            "before": _named(self.before), "after": _named(self.after), "differences": list(self.differences), "period": self.period,
            "as_of": self.as_of.isoformat(), "made_from": self.made_from, "stored": False, "n": self.n,
            "mean": {"before": self.mean_before, "after": self.mean_after},
            "transitions": _by_name(self.transitions, self.before.bands, self.after.bands),
            "rise": self.rise, "fall": self.fall, "gain_score": self.gain, "lose_score": self.lose,
            "distribution": [
                {"from": 10 * i, "to": 10 * i + 10, "before": a, "after": b}
                for i, (a, b) in enumerate(zip(self.tens_before, self.tens_after, strict=True))
            ],
            "changes_band": self.moved.to_pylist(), "moves_most": self.movers.to_pylist(),
            "history": self.series(), "notes": list(self.notes), "text": self.text,
        }  # fmt: skip


def _table(table: pa.Table, s: Supposed, old: Definition, new: Definition) -> pa.Table:
    who = ["participant", "cohort", "owner", "period"]
    told = {n: table[n] for n in who}
    told |= {"before": _column(s.before), "after": _column(s.after), "change": _column(s.change)}
    told |= {"band_before": _bands(s.band_before, old), "band_after": _bands(s.band_after, new)}
    return pa.table(told | {n: table[n] for n in table.column_names if n not in told})


def _elsewhere(table: pa.Table) -> pa.ChunkedArray:
    """Whether a row's band differs."""
    a, b = (pc.fill_null(table[n], "") for n in ("band_before", "band_after"))
    return pc.not_equal(a, b)


def _column(values: Any) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _bands(places: Any, definition: Definition) -> pa.Array:
    none = len(definition.bands)
    keys = pa.array([b.key for b in definition.bands])
    return keys.take(pa.array(places, pa.int64(), mask=places == none))


def _named(d: Definition) -> dict[str, Any]:
    return {"version": d.fingerprint, "weights": {s.key: s.weight for s in d.signals}, "bands": {b.key: b.at_least for b in d.bands}}


def _by_name(counts: tuple[tuple[int, ...], ...], old: tuple[Band, ...], new: tuple[Band, ...]) -> dict[str, dict[str, int]]:
    rows, heads = [*(b.key for b in old), "none"], [*(b.key for b in new), "none"]
    return {a: dict(zip(heads, row, strict=True)) for a, row in zip(rows, counts, strict=True)}
