"""Between terms and groups: does it still hold in the latest cohort, is it the same for each group, and where outcomes would draw the bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engagetree.definition.model import Band
from engagetree.evidence.bands import BandRate
from engagetree.evidence.cuts import Drawn, draw
from engagetree.evidence.drift import drift, drifted
from engagetree.evidence.groups import groups, ranks_everywhere, same_chances
from engagetree.evidence.panel import Panel
from engagetree.evidence.study import DRAWN, DRIFT, EVERYWHERE, SAME, CutRow, GroupLine, plain
from engagetree.evidence.verdict import Finding, unanswered
from engagetree.stats.estimate import Estimate, NoAnswer, Vector

FEWEST_IN_BAND = 50
"""People that a band drawn on outcomes must hold."""


@dataclass(frozen=True)
class Grouped:
    """What is said of groups."""

    findings: tuple[Finding, ...] = ()
    rows: tuple[GroupLine, ...] = ()
    hidden: str = ""


def by_group(p: Panel, chance: Vector | NoAnswer) -> Grouped:
    """Calibration and ranking of each group, none of which is small; nothing where no groups were asked for."""
    if p.group is None:
        return Grouped()
    if isinstance(chance, NoAnswer):
        return Grouped((unanswered(SAME, chance), unanswered(EVERYWHERE, chance)))
    made = groups(chance, p.outcome, p.group, p.cohort, p.person)
    findings = (same_chances(made, name=SAME), ranks_everywhere(made, name=EVERYWHERE))
    if isinstance(made, NoAnswer):
        return Grouped(findings)
    rows = tuple(
        GroupLine(
            g.label, g.n, g.rate.value, g.rate.low, g.rate.high, g.told, g.gap.value, g.gap.low, g.gap.high,
            *((g.auc.value, g.auc.low, g.auc.high) if isinstance(g.auc, Estimate) else (None, None, None)),
        )
        for g in made.shown
    )  # fmt: skip
    many = f"{len(made.hidden)} group{'s are' if len(made.hidden) > 1 else ' is'} not shown: {made.reason}." if made.hidden else ""
    return Grouped(findings, rows, many)


def latest(p: Panel) -> int | None:
    """The number of the latest cohort with outcomes; None where there is only one."""
    there = np.unique(p.cohort[p.known])
    return int(there[-1]) if len(there) > 1 else None


def since(p: Panel, cohorts: Sequence[str]) -> Finding:
    """Whether what held in earlier cohorts holds in the latest."""
    last = latest(p)
    if last is None:
        return unanswered(DRIFT, NoAnswer("fewer than two cohorts have outcomes, so nothing can have changed", int(p.known.sum())))
    now = p.cohort == last
    found = drift(p.score[~now], p.outcome[~now], p.score[now], p.outcome[now], p.person[~now], p.person[now])
    made = drifted(found, name=DRIFT)
    name = cohorts[last] or "the latest cohort"
    return Finding(made.name, made.number, made.low, made.high, made.n, made.verdict,
                   f"{name} against the cohorts before it: {made.sentence}", made.needed)  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """Bands drawn on outcomes: the finding, its rows, and the cuts themselves."""

    finding: Finding
    rows: tuple[CutRow, ...] = ()
    cuts: tuple[float, ...] = ()
    whole: tuple[float, ...] = ()


def drawn(p: Panel, bands: Sequence[Band], cohorts: Sequence[str], label: str) -> Lines:
    """Cuts drawn on all cohorts but the latest, and what they mean there."""
    last, n = latest(p), int(p.known.sum())
    if last is None:
        return Lines(unanswered(DRAWN, NoAnswer("fewer than two cohorts, so bands cannot be tested on people they were not drawn on", n)))
    made = draw(p.score, p.outcome, p.cohort, p.cohort != last, len(bands), FEWEST_IN_BAND, cluster=p.person)
    if isinstance(made, NoAnswer):
        return Lines(unanswered(DRAWN, made))
    train = p.known & (p.cohort != last)
    whole = tuple(_same_share(p, train, c) for c in made.cuts)
    return Lines(_said(made, cohorts[last], label), _rows(made, whole), made.cuts, whole)


def _same_share(p: Panel, train: np.ndarray, cut: float) -> float:  # type: ignore[type-arg]
    """The whole point on the score as people see it below which as many stand as below the cut."""
    whole = np.sort(p.whole[train][np.isfinite(p.whole[train])])
    share = float((p.score[train] < cut).mean())
    return float(np.clip(np.round(np.quantile(whole, share)), 1, 99)) if len(whole) else cut


def _rows(made: Drawn, whole: Sequence[float]) -> tuple[CutRow, ...]:
    held = made.held_out if not isinstance(made.held_out, NoAnswer) else ()
    out = []
    for i, cut in enumerate((0.0, *made.cuts)):
        low, high = made.intervals[i - 1] if i else (None, None)
        n, rate = (held[i].n, _ends(held[i])) if held else (0, (None, None, None))
        out.append(CutRow(cut, plain(low), plain(high), n, *rate, whole=whole[i - 1] if i else 0.0))
    return tuple(out)


def _ends(b: BandRate) -> tuple[float | None, float | None, float | None]:
    return (b.rate.value, b.rate.low, b.rate.high) if isinstance(b.rate, Estimate) else (None, None, None)


def _said(made: Drawn, tested: str, label: str) -> Finding:
    """Holds where the rates rise from band to band in the cohort that the cuts were not drawn on."""
    cuts = ", ".join(f"{c:.0f}{f' ({a:.0f} to {b:.0f})' if np.isfinite(a) else ''}" for c, (a, b) in
                     zip(made.cuts, made.intervals, strict=True))  # fmt: skip
    if isinstance(made.held_out, NoAnswer):
        return unanswered(DRAWN, made.held_out)
    known = [b.rate for b in made.held_out if isinstance(b.rate, Estimate)]
    n = sum(b.n for b in made.held_out)
    said = (
        f"Bands drawn on “{label}” in earlier cohorts begin at {cuts}; in {tested or 'the latest cohort'}, on which they were not drawn, "
    )
    if len(known) < 2:
        return Finding(DRAWN, None, None, None, n, "cannot tell", f"{said}too few people stand in them for rates.")
    told = ", ".join(f"{100 * e.value:.0f} %" for e in known)
    apart = all(b.low > a.high for a, b in zip(known, known[1:], strict=False))
    rising = all(b.value > a.value for a, b in zip(known, known[1:], strict=False))
    tail = f"the rates from the lowest up are {told}, {n:,} people"
    if apart:
        return Finding(DRAWN, float(len(made.cuts) + 1), None, None, n, "holds", f"{said}{tail}; no two intervals touch.")
    if rising:
        return Finding(DRAWN, float(len(made.cuts) + 1), None, None, n, "cannot tell", f"{said}{tail}; rising, but intervals overlap.")
    return Finding(DRAWN, float(len(made.cuts) + 1), None, None, n, "does not hold", f"{said}{tail}: not in order.")
