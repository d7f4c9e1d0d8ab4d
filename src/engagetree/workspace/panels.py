"""Stored scores lined up by the week of each cohort, beside the later outcome. Only what was over before it, only who was there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engagetree.definition.model import Definition, Signal
from engagetree.definition.outcomes import Outcome
from engagetree.engine import parquet, quoted
from engagetree.evidence.panel import Panel, Part
from engagetree.evidence.terms import Cohort
from engagetree.formula import Column, columns, driver_value, signal_value, vector
from engagetree.lake import Snapshot
from engagetree.pipeline import scores_table
from engagetree.scoring.run import Prepared
from engagetree.stats.estimate import Codes, Vector
from engagetree.tree.whatif import scored
from engagetree.workspace.slices import GROUP, grouped

INSTANT = pa.timestamp("us", "UTC")

EVEN = 9
"""Digits after which scores are the same: sums of binary fractions must not decide who stands above whom."""


def without(definition: Definition, inside: tuple[str, ...]) -> Definition | None:
    """The definition without these signals and drivers, the remaining weights scaled to 1; None where nothing remains."""
    kept: list[Signal] = []
    for s in definition.signals:
        drivers = tuple(d for d in s.drivers if f"{s.key}.{d.key}" not in inside)
        if s.key in inside or not drivers:
            continue
        total = sum(d.weight for d in drivers)
        if s.combine == "mean" and len(drivers) < len(s.drivers) and total > 0:
            drivers = tuple(replace(d, weight=d.weight / total) for d in drivers)
        kept.append(replace(s, drivers=drivers))
    total = sum(s.weight for s in kept)
    if total <= 0:
        return None
    return replace(definition, signals=tuple(replace(s, weight=s.weight / total) for s in kept))


def parts_of(definition: Definition) -> tuple[Part, ...]:
    """What has a weight of its own in a definition."""
    out = []
    for s in definition.signals:
        if s.combine == "product" or len(s.drivers) == 1:
            key = s.drivers[0].key if len(s.drivers) == 1 else ""
            out.append(Part(s.key, key, s.drivers[0].label if key else s.label, s.weight, s.label))
        else:
            out += [Part(s.key, d.key, d.label, s.weight * d.weight, s.label) for d in s.drivers]
    return tuple(out)


@dataclass(frozen=True)
class Look:
    """Some of the people at the end of one week, with what they did: `panel`, their rows as stored, and every signal and driver 0–1."""

    panel: Panel
    table: pa.Table
    signals: dict[str, Vector]
    each: dict[tuple[str, str], Vector]


@dataclass(frozen=True)
class Panels:
    """The weeks of a programme in one state of the lake; `con` is a DuckDB, `people` a table of everybody's outcome in it."""

    con: Any
    snapshot: Snapshot
    plan: Prepared
    definition: Definition  # as it scored
    kept: Definition  # without what is inside the outcome
    outcome: Outcome
    by: str | None = None

    @cached_property
    def starts(self) -> dict[str, int]:
        """The first period of each cohort, by cohort, earliest first: the one it began in, unless less than half of that was left.

        A cohort of another zone than the programme's begins an hour before or after midnight, and an hour is not a first week.
        """
        ends = [p.ends for p in self.plan.periods]
        spans = sorted(self.plan.offers.spans.items(), key=lambda x: (x[1][0], x[0]))
        return {c: self._whole(bisect_right(ends, a), a) for c, (a, _) in spans}

    def _whole(self, i: int, began: datetime) -> int:
        periods = self.plan.periods
        late = i + 1 < len(periods) and periods[i].ends - began < (periods[i].ends - periods[i].starts) / 2
        return i + 1 if late else i

    @cached_property
    def last(self) -> int:
        """The last week of any cohort."""
        longest = 0
        for c, first in self.starts.items():
            end = self.plan.offers.spans[c][1]
            longest = max(longest, sum(p.starts < end for p in self.plan.periods[first:]))
        return longest

    @property
    def cohorts(self) -> list[Cohort]:
        """Cohorts by their start; a panel numbers them like this."""
        return [Cohort(c, self.plan.offers.spans[c][0].timestamp()) for c in self.starts]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return parts_of(self.kept)

    def week(self, k: int, drivers: bool = False) -> Panel | None:
        """Everybody at the end of the `k`-th week of their cohort; None where nobody has come so far. Parts only with `drivers`."""
        table = self._rows(k, self._columns(drivers))
        if table is None or not table.num_rows:
            return None
        return self._panel(k, table, drivers)

    def look(self, k: int, every: int = 1) -> tuple[Panel, Look] | None:
        """The same with drivers, and every so many-th person with all that other ways of counting need."""
        table = self._rows(k, ["participant", *self._columns(True)])
        if table is None or not table.num_rows:
            return None
        panel = self._panel(k, table, True)
        rows = np.flatnonzero(among(panel.person, every))
        if len(rows) < table.num_rows:
            table = table.take(pa.array(rows))
        each = self._each(table)
        signals = {s.key: signal_value(s, [each[s.key, d.key] for d in s.drivers])[0] for s in self.kept.signals}
        return panel, Look(panel.some(rows), table, signals, each)

    @cached_property
    def people(self) -> int:
        """How many persons there are."""
        return int(self.con.sql("SELECT coalesce(max(who), 0) AS n FROM people").to_arrow_table()["n"][0].as_py())

    def _columns(self, drivers: bool) -> list[str]:
        if not drivers and not self._reduced_inside:
            return [s.key for s in self.kept.signals]
        names = [n for c in columns(self.definition) for n in _stored(c)]
        return list(dict.fromkeys(names))

    @cached_property
    def _reduced_inside(self) -> bool:
        """Whether a signal is validated without one of its drivers, so that its stored value is of no use."""
        whole = {s.key: s for s in self.definition.signals}
        return any(len(s.drivers) != len(whole[s.key].drivers) for s in self.kept.signals)

    def _rows(self, k: int, names: list[str]) -> pa.Table | None:
        periods, ends = self.plan.periods, []
        for number, (cohort, first) in enumerate(self.starts.items()):
            at = first + k - 1
            if at < len(periods) and periods[at].starts < self.plan.offers.spans[cohort][1]:
                ends.append((cohort, number, periods[at].key, periods[at].ends))
        files = self.snapshot.files(scores_table(self.definition.fingerprint), {e[2] for e in ends}) if ends else []
        if not files:
            return None
        cells = list(zip(*ends, strict=True))
        self.con.register(
            "places", pa.table({"place_cohort": pa.array(cells[0], pa.string()), "number": pa.array(cells[1], pa.int64()),
                                "place_period": pa.array(cells[2], pa.string()), "ends": pa.array(cells[3], INSTANT)}),
        )  # fmt: skip
        group = f", {GROUP}" if self.by else ""
        join = grouped(self.snapshot, self.by) if self.by else ""
        wanted = "".join(f", s.{quoted(n)}" for n in ["score", *names])
        return self.con.sql(
            f"SELECT p.who, l.number, p.y{wanted}{group} FROM (SELECT * FROM {parquet(files)} {join}) s "
            "JOIN places l ON s.period = l.place_period AND coalesce(s.cohort, '') = l.place_cohort "
            "JOIN people p ON p.participant = s.participant "
            "WHERE s.counted AND (p.known_at IS NULL OR p.known_at >= l.ends) AND (p.left_at IS NULL OR p.left_at >= l.ends) "
            "ORDER BY s.participant"
        ).to_arrow_table()

    def _panel(self, k: int, table: pa.Table, drivers: bool) -> Panel:
        signals, values = self._values(table, drivers)
        group = np.array(table[GROUP].to_pylist(), dtype=object) if self.by else None
        return Panel(
            k, _whole(table, "who"), _whole(table, "number"), vector(table, "y"), np.round(scored(signals, self.kept), EVEN), values,
            vector(table, "score"), group,
        )  # fmt: skip

    def _values(self, table: pa.Table, drivers: bool) -> tuple[list[Vector], Vector]:
        """The signals 0–100 without what is inside the outcome, and the values 0–1 of the parts."""
        if not drivers and not self._reduced_inside:
            return [vector(table, s.key) for s in self.kept.signals], np.zeros((table.num_rows, 0))
        each = self._each(table)
        signals = [signal_value(s, [each[s.key, d.key] for d in s.drivers])[0] for s in self.kept.signals]
        whole = dict(zip((s.key for s in self.kept.signals), signals, strict=True))
        parts = [each[p.signal, p.driver] if p.driver else whole[p.signal] for p in self.parts]
        return [v * 100.0 for v in signals], np.column_stack(parts)

    def _each(self, table: pa.Table) -> dict[tuple[str, str], Vector]:
        return {(c.signal.key, c.driver.key): driver_value(c, table) for c in columns(self.definition)}


def among(person: Codes, every: int) -> NDArray[np.bool_]:
    """Every so many-th person (n,), the same ones each week, and stirred: neighbours may take turns in something, such as cohorts.

    >>> some = among(np.arange(40_000), 20); abs(int(some.sum()) - 2000) < 100, abs(int(some[::4].sum()) - 500) < 60
    (True, True)
    """
    stirred = person.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray((stirred >> np.uint64(32)) % np.uint64(every) == 0)


def _stored(c: Column) -> tuple[str, ...]:
    own = (c.value,) if c.driver.normalise == "percentile" else ()
    return (c.taken, c.offered, c.chances, *own)


def _whole(table: pa.Table, name: str) -> Any:
    return table[name].to_numpy(zero_copy_only=False).astype(np.int64)
