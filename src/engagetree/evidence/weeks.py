"""Week by week: how well the score ranks inside cohorts, whether what it says of unseen cohorts comes true, and from when on it can be
trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engagetree.evidence.panel import Panel
from engagetree.evidence.study import CALIBRATED, RANKS, TRUSTED, CurvePoint, WeekRow, plain
from engagetree.evidence.verdict import FEWEST, Finding, above, found, judged_within, rounded, unanswered
from engagetree.stats.auc import across, interval, ranked
from engagetree.stats.calibration import Unseen, brier, calibration, curve, unseen_calibration
from engagetree.stats.estimate import Estimate, NoAnswer, Vector
from engagetree.stats.folds import Mask, unseen
from engagetree.stats.proportions import more_needed
from engagetree.stats.recalibration import levelled

SLOPE = (0.9, 1.1)
OFF = 10.0
"""Points by which a level may be off until chances should not be used."""

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
    """The chance of the outcome for everybody (n,), by a curve learnt on the other cohorts at the same week, at their mean level."""

    def learn(train: Mask) -> Callable[[Mask], Vector] | NoAnswer:
        found = levelled(p.score[train], p.outcome[train], p.cohort[train])
        return found if isinstance(found, NoAnswer) else lambda test: found.chance(p.score[test])

    return unseen(p.cohort, learn, p.person)


def calibrated(row: WeekRow, p: Panel, chance: Vector | NoAnswer) -> WeekRow:
    """The row with slope and Brier score of those chances."""
    if isinstance(chance, NoAnswer):
        return row
    made, parts = unseen_calibration(chance, p.outcome, p.cohort, p.person, FEWEST), brier(chance, p.outcome)
    if not isinstance(made, NoAnswer):
        row = replace(row, slope=plain(made.slope.value), slope_low=plain(made.slope.low), slope_high=plain(made.slope.high))
    if not isinstance(parts, NoAnswer):
        row = replace(row, brier=parts.score, reliability=parts.reliability, resolution=parts.resolution, uncertainty=parts.uncertainty)
    return row


def ranks_people(row: WeekRow, p: Panel, label: str) -> Finding:
    """Whether the score ranks better than chance at the end of the week."""
    says = f"At the end of week {p.week} the score ranks people for “{label}” better than chance within their cohort (AUC)"
    found = interval_of(row)
    if isinstance(found, NoAnswer):
        return unanswered(RANKS, found)
    made = above(RANKS, found, 0.5, says, rarer=p.rarer)
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
    """Whether chances learnt on other cohorts come true inside each, and the curve over all of them."""
    if isinstance(chance, NoAnswer):
        return unanswered(CALIBRATED, chance), ()
    made, whole = unseen_calibration(chance, p.outcome, p.cohort, p.person, FEWEST), calibration(chance, p.outcome, p.person)
    points, parts = curve(chance, p.outcome), brier(chance, p.outcome)
    if isinstance(made, NoAnswer) or isinstance(whole, NoAnswer) or isinstance(points, NoAnswer) or isinstance(parts, NoAnswer):
        reason = next(x for x in (made, whole, points, parts) if isinstance(x, NoAnswer))
        return unanswered(CALIBRATED, reason), ()
    more = (
        f" Over all of them: told {100 * whole.expected:.0f} %, came true {100 * whole.observed:.0f} %, slope {whole.slope.value:.2f}. "
        f"Brier score {parts.score:.3f}: {parts.uncertainty:.3f} for not knowing anything, less {parts.resolution:.3f} for telling people "
        f"apart, plus {parts.reliability:.3f} for chances that do not come true."
    )
    columns = (points.told, points.rate, points.low, points.high, points.n)
    rows = tuple(CurvePoint(t, r, a, b, int(n)) for t, r, a, b, n in zip(*(c.tolist() for c in columns), strict=True))
    said = steep(made, p.rarer)
    return replace(said, sentence=said.sentence + elsewhere(made) + more), rows


def steep(made: Unseen, rarer: int) -> Finding:
    """Whether chances are as steep as they should be among people of one cohort. More people of the same cohorts would not tell: what
    varies is the cohort, so it is said how many more of those it would take."""
    verdict, _ = judged_within(made.slope, *SLOPE, rarer)
    says = "Chances learnt on other cohorts come true as steeply as told among people of one cohort (calibration slope, 1 is right)"
    finding = found(CALIBRATED, made.slope, verdict, None, says)
    if verdict != "cannot tell" or isinstance(made.slopes, NoAnswer):
        return finding
    k, e = len(made.slopes.each), made.slope
    more = more_needed(k, e.se, min(abs(e.value - end) for end in SLOPE)) if SLOPE[0] < e.value < SLOPE[1] else None
    tail = f" about {rounded(more):,} more cohorts are needed" if more else ""
    return replace(finding, sentence=f"{finding.sentence[:-1]};{tail}." if tail else finding.sentence)


def elsewhere(made: Unseen) -> str:
    """What to expect of another cohort: its slope, and by how much its level may be off."""
    if isinstance(made.slopes, NoAnswer):
        return " That is one slope for these cohorts; too few are large enough to say how it is in another."
    low, high = (f"{x:.2f}".replace("-", "\u2212") for x in made.slopes.other)
    small = f" ({made.left_out} more are too small)" if made.left_out else ""
    said = f" From {len(made.cohorts)} cohorts{small}; in another like these the slope would be {low} to {high}."
    if isinstance(made.gap, NoAnswer):
        return said
    off = min(100 * max(abs(x) for x in made.gap.other), 100.0)
    so = ": ranks can be used there, chances not" if off >= OFF else ""
    return f"{said} In another cohort the level may be off by up to {off:.0f} points{so}."
