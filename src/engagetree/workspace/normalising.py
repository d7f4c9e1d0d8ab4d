"""Would another half-way point or target rank better? Each is tried at half and at twice its value, from stored totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engagetree.definition.model import Definition, Driver
from engagetree.evidence.panel import Panel
from engagetree.evidence.study import NORMALISERS
from engagetree.evidence.verdict import Finding, unanswered
from engagetree.evidence.weighing import MATTERS
from engagetree.stats.auc import compared
from engagetree.stats.estimate import Estimate, NoAnswer
from engagetree.workspace.panels import Panels, without

TIMES = (0.5, 2.0)


def variants(kept: Definition) -> Iterator[tuple[str, str, str, Driver]]:
    """(what it is in words, signal, driver, the driver changed) for every half-way point and target of the validated score."""
    for s, d in kept.drivers():
        name = {"saturating": "half", "target": "target", "range": "target"}.get(d.normalise, "")
        value = float(getattr(d, name) or 0) if name else 0.0
        for new in [value * by for by in TIMES if value * by > d.floor]:
            changed: dict[str, Any] = {name: new}
            yield f"{d.label}: {name} {new:g} instead of {value:g}", s.key, d.key, replace(d, **changed)


def normalisers(panels: Panels, here: Panel, inside: tuple[str, ...]) -> Finding:
    """Whether none of them ranks clearly better at the end of the week; ranges are widened for how many are tried (Bonferroni)."""
    tried = list(variants(panels.kept))
    n = int(here.known.sum())
    if not tried:
        return unanswered(NORMALISERS, NoAnswer("no driver has a half-way point or a target", n))
    found: list[tuple[str, Estimate]] = []
    for words, signal, key, driver in tried:
        other = replace(panels, definition=_with(panels.definition, signal, key, driver))
        kept = without(other.definition, inside)
        there = replace(other, kept=kept).week(here.week, drivers=True) if kept else None
        if there is None:
            continue
        gain = compared(there.score, here.score, here.outcome, here.cohort, "n", here.person, 1 - 0.05 / len(tried))
        if isinstance(gain, NoAnswer):
            return unanswered(NORMALISERS, gain)
        found.append((words, gain))
    words, best = max(found, key=lambda f: f[1].low)
    told = f"{words}, {best.value:+.3f} AUC ({best.low:+.3f} to {best.high:+.3f}), {n:,} people, the best of {len(found)} tried"
    if best.low > 0:
        sentence = f"Not every half-way point and target is the best: {told}. Try it with `what-if --set`."
        return Finding(NORMALISERS, best.value, best.low, best.high, n, "does not hold", sentence)
    if all(g.high < MATTERS for _, g in found):
        return Finding(NORMALISERS, best.value, best.low, best.high, n, "holds",
                       f"No other half-way point or target ranks better: {told}.")  # fmt: skip
    return Finding(NORMALISERS, best.value, best.low, best.high, n, "cannot tell",
                   f"Cannot tell whether another half-way point or target ranks better: {told}.")  # fmt: skip


def _with(definition: Definition, signal: str, key: str, driver: Driver) -> Definition:
    """The definition with one driver changed; its weight and its stored totals stay."""
    signals = tuple(
        replace(s, drivers=tuple(replace(driver, weight=d.weight) if d.key == key else d for d in s.drivers)) if s.key == signal else s
        for s in definition.signals
    )
    return replace(definition, signals=signals)
