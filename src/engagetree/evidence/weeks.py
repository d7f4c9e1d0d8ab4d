"""Week by week: how well the score ranks inside cohorts, whether what it says of unseen cohorts comes true, and from when on it can be
trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engagetree.evidence.panel import Panel
from engagetree.evidence.study import CALIBRATED, PREDICTS, TRUSTED, CurvePoint, WeekRow, plain
from engagetree.evidence.verdict import FEWEST, Finding, above, unanswered, within
from engagetree.stats.auc import across, interval, ranked
from engagetree.stats.calibration import brier, calibration, curve
from engagetree.stats.estimate import Estimate, NoAnswer, Vector, reach
from engagetree.stats.folds import Mask, unseen
from engagetree.stats.logistic import logistic, logits
from engagetree.stats.recalibration import curved

SLOPE = (0.9, 1.1)
HALF = 0.5
"""Weeks in which fewer than this share of the most people are told of come at the very end and are not looked at for trust."""


def ranking(p: Panel) -> WeekRow:
    """AUC inside cohorts at the end of one week."""
    n = int(p.known.sum())
    found = ranked(p.score, p.outcome, p.cohort)
    if isinstance(found, NoAnswer):
        return WeekRow(p.week, n, reason=found.reason)
    here, other = interval(found, p.person), across(found)
    row = WeekRow(p.week, n, here.value, here.low, here.high)
    return row if isinstance(other, NoAnswer) else replace(row, other_low=other.low, other_high=other.high)


def chances(p: Panel) -> Vector | NoAnswer:
    """The chance of the outcome for everybody (n,), by a curve learnt on the other cohorts at the same week."""

    def learn(train: Mask) -> Callable[[Mask], Vector] | NoAnswer:
        found = curved(p.score[train], p.outcome[train])
        return found if isinstance(found, NoAnswer) else lambda test: found.chance(p.score[test])

    return unseen(p.cohort, learn, p.person)


def calibrated(row: WeekRow, p: Panel, chance: Vector | NoAnswer) -> WeekRow:
    """The row with slope and Brier score of those chances."""
    if isinstance(chance, NoAnswer):
        return row
    slope, parts = calibration(chance, p.outcome, p.person), brier(chance, p.outcome)
    if not isinstance(slope, NoAnswer):
        row = replace(row, slope=plain(slope.slope.value), slope_low=plain(slope.slope.low), slope_high=plain(slope.slope.high))
    if not isinstance(parts, NoAnswer):
        row = replace(row, brier=parts.score, reliability=parts.reliability, resolution=parts.resolution, uncertainty=parts.uncertainty)
    return row


def predicts(row: WeekRow, p: Panel, label: str) -> Finding:
    """Whether the score ranks better than chance at the end of the week."""
    says = f"At the end of week {p.week} the score ranks people for “{label}” better than chance within their cohort (AUC)"
    found = interval_of(row)
    if isinstance(found, NoAnswer):
        return unanswered(PREDICTS, found)
    made = above(PREDICTS, found, 0.5, says, rarer=p.rarer)
    if row.other_low is not None and row.other_high is not None:
        return replace(made, sentence=f"{made.sentence} For another cohort like these: {row.other_low:.2f} to {row.other_high:.2f}.")
    return replace(made, sentence=f"{made.sentence} How it is in other cohorts cannot be told from one.")


def interval_of(row: WeekRow) -> Estimate | NoAnswer:
    """A row's AUC, or why there is none."""
    if row.auc is None or row.low is None or row.high is None:
        return NoAnswer(row.reason or "there is none", row.n)
    se = (row.high - row.low) / 3.92
    return Estimate(row.auc, row.low, row.high, row.n, se)


def trusted(rows: Sequence[WeekRow], rarer: Callable[[int], int]) -> Finding:
    """The first week from which on every week ranks better than chance.

    Weeks are tested from the last backwards until one fails, which needs no correction for testing many (a fixed sequence).
    """
    most = max((r.n for r in rows), default=0)
    usable = [r for r in rows if r.auc is not None and r.n >= HALF * most]
    if not usable:
        return unanswered(TRUSTED, NoAnswer("in no week can the score be held against the outcome", most))
    since, last = None, usable[-1]
    for r in reversed(usable):
        if r.low is None or r.low <= 0.5 or rarer(r.week) < FEWEST:
            break
        since = r
    if since is None:
        none = last.high is not None and last.high <= 0.5
        sentence = f"In no week up to week {last.week} does the score rank clearly better than chance."
        return Finding(TRUSTED, None, None, None, last.n, "does not hold" if none else "cannot tell", sentence)
    first = f"week {since.week}" if since is not usable[0] else f"week {since.week}, the first,"
    sentence = (
        f"From {first} on the score says something about the outcome: AUC {since.auc:.2f} ({since.low:.2f} to {since.high:.2f}) then, "
        f"{last.auc:.2f} ({last.low:.2f} to {last.high:.2f}) in week {last.week}."
    )
    return Finding(TRUSTED, float(since.week), None, None, since.n, "holds", sentence)


def calibrates(p: Panel, chance: Vector | NoAnswer) -> tuple[Finding, tuple[CurvePoint, ...]]:
    """Whether chances learnt on other cohorts come true, and the curve."""
    if isinstance(chance, NoAnswer):
        return unanswered(CALIBRATED, chance), ()
    slope, points, parts = calibration(chance, p.outcome, p.person), curve(chance, p.outcome), brier(chance, p.outcome)
    if isinstance(slope, NoAnswer) or isinstance(points, NoAnswer) or isinstance(parts, NoAnswer):
        reason = next(x for x in (slope, points, parts) if isinstance(x, NoAnswer))
        return unanswered(CALIBRATED, reason), ()
    says = "Chances learnt on other cohorts come true as steeply as told (calibration slope, 1 is right)"
    made = within(CALIBRATED, slope.slope, *SLOPE, says, rarer=p.rarer)
    more = (
        f" Told {100 * slope.expected:.0f} %, came true {100 * slope.observed:.0f} %. Brier score {parts.score:.3f}: "
        f"{parts.uncertainty:.3f} for not knowing anything, less {parts.resolution:.3f} for telling people apart, "
        f"plus {parts.reliability:.3f} for chances that do not come true."
    )
    columns = (points.told, points.rate, points.low, points.high, points.n)
    rows = tuple(CurvePoint(t, r, a, b, int(n)) for t, r, a, b, n in zip(*(c.tolist() for c in columns), strict=True))
    inside = within_cohorts(chance, p)
    return replace(made, sentence=made.sentence + inside + more), rows


def within_cohorts(chance: Vector, p: Panel) -> str:
    """The slope with a level for each cohort: how steep it is among people of one cohort, whatever their cohort's rate."""
    used = np.isfinite(chance) & np.isfinite(p.outcome)
    number = np.unique(p.cohort[used], return_inverse=True)[1].reshape(-1)
    columns = np.column_stack((logits(chance[used]), np.eye(int(number.max()) + 1)[number]))
    fit = logistic(columns, p.outcome[used], cluster=p.person[used])
    if isinstance(fit, NoAnswer):
        return ""
    value, half = float(fit.coefficients[0]), reach(df=fit.df) * float(fit.covariance[0, 0]) ** 0.5
    return f" Among people of one cohort: {value:.2f} ({value - half:.2f} to {value + half:.2f})."
