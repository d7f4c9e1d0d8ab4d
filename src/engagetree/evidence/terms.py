"""Between terms and groups: does it still hold in the latest cohort, is it the same for each group, where would outcomes draw bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
from engagetree.stats.folds import Mask

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


@dataclass(frozen=True)
class Cohort:
    """A cohort by its name, and when it began (any unit that can be ordered); a panel numbers cohorts in this order."""

    name: str
    began: float


def latest(p: Panel, cohorts: Sequence[Cohort]) -> tuple[Mask, str] | None:
    """Who is of the latest term, the cohorts with outcomes that began last; None where no cohort with outcomes began before."""
    there = np.unique(p.cohort[p.known]).tolist()
    last = max((cohorts[c].began for c in there), default=0.0)
    mine = [c for c in there if cohorts[c].began == last]
    if len(mine) == len(there):
        return None
    return np.isin(p.cohort, [i for i, c in enumerate(cohorts) if c.began >= last]), named([cohorts[c].name for c in mine])


def named(names: Sequence[str]) -> str:
    """Up to three names; of more only the first two."""
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} more cohorts"
    return names[0] or "the latest cohort" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def since(p: Panel, cohorts: Sequence[Cohort]) -> Finding:
    """Whether what held in earlier cohorts holds in the latest term."""
    found = latest(p, cohorts)
    if found is None:
        one = len(np.unique(p.cohort[p.known])) < 2
        reason = "fewer than two cohorts have outcomes" if one else "all cohorts with outcomes began at the same time"
        return unanswered(DRIFT, NoAnswer(f"{reason}, so nothing can have changed", int(p.known.sum())))
    now, name = found
    made = drift(p.score[~now], p.outcome[~now], p.score[now], p.outcome[now], p.person[~now], p.person[now])
    return drifted(made, name=DRIFT, where=name)


@dataclass(frozen=True)
class Lines:
    """Bands drawn on outcomes: the finding, its rows, and the cuts themselves."""

    finding: Finding
    rows: tuple[CutRow, ...] = ()
    cuts: tuple[float, ...] = ()
    whole: tuple[float, ...] = ()


def drawn(p: Panel, bands: Sequence[Band], cohorts: Sequence[Cohort], label: str) -> Lines:
    """Cuts drawn on all cohorts but those of the latest term (where all began together: but the last), and what they mean there."""
    there, n = np.unique(p.cohort[p.known]), int(p.known.sum())
    if len(there) < 2:
        return Lines(unanswered(DRAWN, NoAnswer("fewer than two cohorts, so bands cannot be tested on people they were not drawn on", n)))
    now, name = latest(p, cohorts) or (p.cohort == there[-1], cohorts[int(there[-1])].name)
    made = draw(p.score, p.outcome, p.cohort, ~now, len(bands), FEWEST_IN_BAND, cluster=p.person)
    if isinstance(made, NoAnswer):
        return Lines(unanswered(DRAWN, made))
    train = p.known & ~now
    whole = tuple(_same_share(p, train, c) for c in made.cuts)
    return Lines(_said(made, name, label), _rows(made, whole), made.cuts, whole)


def _same_share(p: Panel, train: Mask, cut: float) -> float:
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
    said = f"Bands drawn on “{label}” in other cohorts begin at {cuts}; in {tested}, on which they were not drawn, "
    if len(known) < 2:
        return Finding(DRAWN, None, None, None, n, "cannot tell", f"{said}too few people stand in them for rates.")
    told = ", ".join(f"{100 * e.value:.0f} %" for e in known)
    apart = all(b.low > a.high for a, b in pairwise(known))
    rising = all(b.value > a.value for a, b in pairwise(known))
    tail = f"the rates from the lowest up are {told}, {n:,} people"
    if apart:
        return Finding(DRAWN, float(len(made.cuts) + 1), None, None, n, "holds", f"{said}{tail}; no two intervals touch.")
    if rising:
        return Finding(DRAWN, float(len(made.cuts) + 1), None, None, n, "cannot tell", f"{said}{tail}; rising, but intervals overlap.")
    return Finding(DRAWN, float(len(made.cuts) + 1), None, None, n, "does not hold", f"{said}{tail}: not in order.")
