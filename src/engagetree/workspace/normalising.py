"""Would another half-way point, target or cap rank better? A few alternatives, fixed beforehand, on cohorts they were not chosen on.

A half-way point or target is tried at half and at twice its value, from stored totals. A cap is tried at half, at twice, and without one:
that changes what is counted, so tallies are summed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.engine import Engine
from engagetree.evidence.alternatives import Alternatives, alternatives
from engagetree.evidence.study import NORMALISERS
from engagetree.evidence.verdict import Finding, ranged, rounded, unanswered
from engagetree.evidence.weighing import MATTERS
from engagetree.formula import Column, Vector, driver_value, signal_value
from engagetree.stats.estimate import Codes, NoAnswer
from engagetree.stats.proportions import more_needed
from engagetree.tree.whatif import scored
from engagetree.workspace.panels import EVEN, Look, Panels
from engagetree.workspace.recounting import recounted

TIMES = (0.5, 2.0)
SAID = {"half": "half-way point", "target": "target", "cap": "cap"}


@dataclass(frozen=True)
class Variant:
    """One number of one driver changed; None takes the cap away."""

    signal: Signal
    driver: Driver
    name: str  # half | target | cap
    value: float | None

    @property
    def changed(self) -> Driver:
        new: dict[str, Any] = {self.name: self.value}
        return replace(self.driver, **new)

    @property
    def place(self) -> str:
        return f"signals.{self.signal.key}.drivers.{self.driver.key}.{self.name}"

    @property
    def words(self) -> str:
        """`“Clicks” with a cap of 40 instead of 20`."""
        old = getattr(self.driver, self.name)
        if self.value is None:
            return f"“{self.driver.label}” without its cap of {old:g}"
        return f"“{self.driver.label}” with a {SAID[self.name]} of {self.value:g} instead of {old:g}"


def variants(kept: Definition) -> Iterator[Variant]:
    """The alternatives for every half-way point, target and cap of the validated score."""
    for s, d in kept.drivers():
        name = {"saturating": "half", "target": "target", "range": "target"}.get(d.normalise, "")
        value = float(getattr(d, name) or 0) if name else 0.0
        for by in TIMES:
            if value * by > d.floor:
                yield Variant(s, d, name, value * by)
        if d.cap is not None and not d.is_share and d.normalise != "percentile":
            least = 0.0 if d.measure == "amount" else 1.0  # half an act, day or item is none
            yield from (Variant(s, d, "cap", d.cap * by) for by in TIMES if d.cap * by >= least)
            yield Variant(s, d, "cap", None)


def normalisers(panels: Panels, looks: Mapping[int, Look], engine: Callable[[], Engine]) -> tuple[Finding, dict[str, Any]]:
    """The finding, over all weeks looked at; and, where one of them is clearly better, what to set in the definition."""
    tried = list(variants(panels.kept))
    rows = _Rows.of(looks)
    people = len(np.unique(rows.person))
    if not tried:
        return unanswered(NORMALISERS, NoAnswer("no driver has a half-way point, a target or a cap", people)), {}
    caps = [v for v in tried if v.name == "cap"]
    counts = recounted(panels, looks, [v.changed for v in caps], engine)
    scores = [rows.stack([_score(panels.kept, k, look, v, caps, counts) for k, look in looks.items()]) for v in tried]
    base = rows.stack([look.panel.score for look in looks.values()])
    made = alternatives(base, scores, rows.outcome, rows.stratum, rows.cohort, rows.person)
    if isinstance(made, NoAnswer):
        return unanswered(NORMALISERS, made), {}
    best = tried[made.best]
    return _said(made, tried, people), {best.place: best.value} if made.clear else {}


def _score(kept: Definition, k: int, look: Look, v: Variant, caps: list[Variant], counts: dict[int, list[Vector]]) -> Vector:
    """Everybody's score (n,) at the end of one week with that number changed."""
    table, c = look.table, Column(0, v.signal, v.driver)
    if v.name == "cap":
        at = table.column_names.index(c.taken)
        table = table.set_column(at, c.taken, [counts[k][caps.index(v)]])
    mine = [
        driver_value(Column(0, v.signal, v.changed), table) if d is v.driver else look.each[v.signal.key, d.key] for d in v.signal.drivers
    ]
    new = signal_value(v.signal, mine)[0]
    return np.round(scored([(new if s.key == v.signal.key else look.signals[s.key]) * 100.0 for s in kept.signals], kept), EVEN)


@dataclass(frozen=True)
class _Rows:
    """The people of all weeks on top of each other."""

    person: Codes
    cohort: Codes
    stratum: Codes
    outcome: Vector

    @classmethod
    def of(cls, looks: Mapping[int, Look]) -> _Rows:
        panels = [look.panel for look in looks.values()]
        week = np.concatenate([np.full(len(p), p.week, dtype=np.int64) for p in panels])
        cohort = np.concatenate([p.cohort for p in panels])
        outcome = np.concatenate([np.where(np.isfinite(p.score), p.outcome, np.nan) for p in panels])
        return cls(np.concatenate([p.person for p in panels]), cohort, cohort * (int(week.max(initial=0)) + 1) + week, outcome)

    def stack(self, scores: list[Vector]) -> Vector:
        return np.concatenate(scores)


def _said(made: Alternatives, tried: list[Variant], people: int) -> Finding:
    at = made.best if made.clear else max(range(len(tried)), key=lambda i: made.gains[i].value)
    best, e = tried[at], made.gains[at]
    many = f"its range widened for the {len(made.gains)} tried" if len(made.gains) > 1 else "the only one tried"
    by = f"{ranged(e.value, e.low, e.high, sign=True)} in AUC, {many}, {people:,} people"
    o = made.elsewhere
    apart = f" Chosen anew for each cohort by the others alone: {ranged(o.value, o.low, o.high, sign=True)}."
    if made.clear:
        sentence = f"Not every half-way point, target and cap is the best: {best.words} would rank better, by {by}.{apart}"
        return Finding(NORMALISERS, e.value, e.low, e.high, people, "does not hold", sentence)
    if all(g.high < MATTERS for g in made.gains):
        sentence = f"No other half-way point, target or cap ranks better: the best, {best.words}, by {by}."
        return Finding(NORMALISERS, e.value, e.low, e.high, people, "holds", sentence)
    needed = more_needed(people, e.se, max(abs(e.value), MATTERS))
    more = f" About {rounded(needed):,} more people are needed." if needed else ""
    sentence = f"Cannot tell whether another half-way point, target or cap ranks better: {best.words} by {by}.{apart}{more}"
    return Finding(NORMALISERS, e.value, e.low, e.high, people, "cannot tell", sentence, needed)
