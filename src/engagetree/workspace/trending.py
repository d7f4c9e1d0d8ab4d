"""Trends read from stored scores: means from period to period, and how the same people changed over the last periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition.model import Definition
from engagetree.errors import EngagetreeError
from engagetree.lake import Snapshot
from engagetree.render.figure import Figure
from engagetree.scoring.offers import EARLY
from engagetree.stats.change import carried, margin
from engagetree.stats.means import Mean, Shift, Side, mean_of, shift
from engagetree.tree import trends
from engagetree.tree.trends import Trend, TrendPoint
from engagetree.workspace import stored
from engagetree.workspace.groups import MOST, Subject, natural, signal_means, subject
from engagetree.workspace.result import Result
from engagetree.workspace.slices import GROUP, Where, called, check, grouped
from engagetree.workspace.telling import Teller

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Trends:
    """What `Workspace.trend` gives: one line, or one for every value of an attribute, drawn in a notebook and told in words."""

    lines: tuple[Trend, ...]
    by: str | None
    about: str  # everybody, a cohort, a slice, a participant
    definition: Definition = field(repr=False, compare=False)

    def figure(self) -> Figure:
        """Sentence, drawing and table."""
        from engagetree.render.trend import trend_figure

        return trend_figure(self.lines, self.definition, self.by, self.about)

    @property
    def sentence(self) -> str:
        from engagetree.render.trend import sentence

        return sentence(self.lines, self.definition, self.by)

    def result(self) -> Result:
        """One row for each line, period and measure, as Arrow, pandas, Polars, CSV."""
        return Result(pa.Table.from_pylist(list(trends.rows(self.lines))), f"Trend of {self.about}")

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        from dataclasses import asdict

        return {"about": self.about, "by": self.by, "sentence": self.sentence, "lines": [asdict(t) for t in self.lines]}

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.trend import show_trend

        out = StringIO()
        show_trend(Console(file=out, color_system=None), self.lines, self.definition, self.by, self.about)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        return self.figure()._repr_html_()


def trend(work: Workspace, name: str | None, by: str | None, where: Where, period: str | None, back: int) -> Trends:
    """See `Workspace.trend`."""
    if back < 1:
        raise EngagetreeError(f"--back {back}", "a trend looks at least one period back", "Use 1 or more.")

    def read(snapshot: Snapshot) -> Trends:
        teller = work.teller(snapshot)
        keys = stored.periods_of(snapshot, teller.version)
        now = stored.period_named(keys, period)
        keys = keys[: keys.index(now) + 1]
        who = subject(work, snapshot, teller, name, where)
        if who.is_person and by is not None:
            do = "Leave out --by, or name a cohort or a slice."
            raise EngagetreeError(f"participant {who.name}", f"one person has no groups by {by}", do)
        if by is not None:
            check(snapshot, by)
        lines = (_person(teller, who, keys, back),) if who.is_person else _groups(snapshot, teller, who, by, keys, back)
        return Trends(lines, by, who.name, teller.definition)

    return work.lake.read(read)


# ---- groups


def _groups(snapshot: Snapshot, teller: Teller, who: Subject, by: str | None, keys: Sequence[str], back: int) -> tuple[Trend, ...]:
    signals, join = [s.key for s in teller.definition.signals], grouped(snapshot, by)
    means = stored.group_means(snapshot, teller.version, keys, signals, join, who.slice.sql)
    values = sorted({r[GROUP] for r in means}, key=natural)
    if not values:
        do = "Name another, or score up to a later day."
        raise EngagetreeError(f"group {who.name}", "nobody of it has been in the programme yet", do)
    if len(values) > MOST:
        do = f"Choose another attribute, or name a few values of it: {by}=…, several times."
        raise EngagetreeError(f"attribute {by}", f"it has {len(values):,} values, too many to lay side by side", do)
    then, now = keys[max(0, len(keys) - 1 - back)], keys[-1]
    found = stored.group_shifts(snapshot, teller.version, then, now, signals, join, who.slice.sql) if then != now else []
    shifts = {r[GROUP]: r for r in found}
    out = []
    for value in values:
        points = tuple(_point(teller, r, signals) for r in means if r[GROUP] == value)
        name = who.name if by is None else called(by, value)
        out.append(_with_shift(teller, name, points, shifts.get(value), keys, then))
    return tuple(out)


def _point(teller: Teller, row: dict[str, Any], signals: Sequence[str]) -> TrendPoint:
    score = mean_of(row["n"], row["score"], row["variance"], row["own"])
    return TrendPoint(row["period"], teller.as_of(row["period"]), row["people"], score, signal_means(row, signals))


def _with_shift(
    teller: Teller, name: str, points: tuple[TrendPoint, ...], row: Mapping[str, Any] | None, keys: Sequence[str], then: str
) -> Trend:
    now, back = keys[-1], keys.index(keys[-1]) - keys.index(then)
    if row is None:
        return Trend(name, False, points, then, now, back)
    span, age = (teller.as_of(now) - teller.as_of(then)) / DAY, (teller.as_of(now) - _start(teller)) / DAY
    known = None if row["own"] is None else row["own"] * carried(span, age, _window(teller, span, back))
    each = {s.key: _shift(row, i + 1) for i, s in enumerate(teller.definition.signals)}
    return Trend(name, False, points, then, now, back, _shift(row, 0, known), each, tuple(row["came"] or ()), tuple(row["went"] or ()))


def _shift(row: Mapping[str, Any], i: int, known: float | None = None) -> Shift:
    """Number i of a row. Changes vary at least by what is uncertain in each (`known`), whatever a few people happen to show."""
    variance = row[f"variance{i}"]
    if variance is not None and known is not None:
        variance = max(variance, known)
    before, after = (Side(row[f"{at}{i}"], row[f"mean_{at}{i}"], row[f"both_{at}{i}"]) for at in ("before", "after"))
    return shift(row[f"n{i}"], variance, before, after)


def _start(teller: Teller) -> Any:
    return teller.plan.periods[0].starts


def _window(teller: Teller, span: float, back: int) -> float:
    """The window in days; 0 for everything since the start."""
    return teller.definition.window * span / back


# ---- one person


def _person(teller: Teller, who: Subject, keys: Sequence[str], back: int) -> Trend:
    assert who.history is not None
    rows = {r["period"]: r for r in who.history.to_pylist() if r["period"] in set(keys)}
    if not rows:
        raise EngagetreeError(f"participant {who.name}", f"was not in the programme yet in {keys[-1]}", "Ask for a later period.")
    now = max(rows)
    mine = list(keys[: keys.index(now) + 1])
    then = mine[max(0, len(mine) - 1 - back)]
    points = tuple(_own(teller, r) for _, r in sorted(rows.items()))
    back = mine.index(now) - mine.index(then)
    a, b = rows[now], rows.get(then)
    if not back or b is None:
        return Trend(who.name, True, points, then, now, back)
    each = {s.key: _of_one(b[s.key], a[s.key], None) for s in teller.definition.signals}
    return Trend(who.name, True, points, then, now, back, _of_one(b["score"], a["score"], _margin(teller, a, then, now, back)), each)


def _own(teller: Teller, row: Mapping[str, Any]) -> TrendPoint:
    def mean(value: float | None, low: float | None = None, high: float | None = None) -> Mean:
        return Mean(int(value is not None), value, low, high, low, high)

    each = {s.key: mean(row[s.key]) for s in teller.definition.signals}
    return TrendPoint(row["period"], teller.as_of(row["period"]), 1, mean(row["score"], row["low"], row["high"]), each)


def _margin(teller: Teller, row: Mapping[str, Any], then: str, now: str, back: int) -> float | None:
    if row["low"] is None or row["high"] is None:
        return None
    span = (teller.as_of(now) - teller.as_of(then)) / DAY
    roster = teller.plan.roster
    i = pc.index(roster["participant"], row["participant"]).as_py()
    starts = {c: s[0] for c, s in teller.plan.offers.spans.items()}
    began = max(roster["joined_at"][i].as_py() or EARLY, starts.get(row["cohort"] or "", EARLY))
    return margin(row["low"], row["high"], span, (teller.as_of(now) - began) / DAY, _window(teller, span, back))


def _of_one(before: float | None, after: float | None, by: float | None) -> Shift:
    """One person's change; `by` is what it must exceed to be clear, and so half the width of its interval."""
    there, here = int(before is not None), int(after is not None)
    if before is None or after is None:
        return Shift(0, here, there, before, after, None, None, None)
    same = after - before
    low, high = (None, None) if by is None or by == float("inf") else (same - by, same + by)
    return Shift(1, 0, 0, before, after, same, low, high)
