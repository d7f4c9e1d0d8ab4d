"""Does the score mean the same for each group of people? Aggregates only, and none from which a small group could be worked out.

A group is shown when it has at least `SMALLEST` people and at least `LEAST` of them with and without the outcome (that all 12 of a group
failed tells on each of them). If what is hidden could be had by taking the groups that are shown from the whole, the next smallest group
is hidden, too, until those hidden together are themselves enough (secondary suppression: Hundepool et al. 2012, *Statistical Disclosure
Control*).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engagetree.evidence.verdict import Finding, above, found, unanswered
from engagetree.stats.auc import auc
from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Vector, codes, reach, sample, spread
from engagetree.stats.folds import Mask
from engagetree.stats.proportions import wilson

SMALLEST, LEAST = 10, 3
"""People in a group, and people with and without the outcome in it, below which nothing about the group is said."""

UNSAID = "not said"
MATTERS_CHANCE, MATTERS_AUC = 0.05, 0.05


@dataclass(frozen=True)
class Group:
    """One group: its people, outcome rate, mean chance told, rate less chance (`gap`, above 0: told too low), and AUC inside cohorts."""

    label: str
    n: int
    rate: Estimate
    told: float
    gap: Estimate
    auc: Estimate | NoAnswer


@dataclass(frozen=True)
class Groups:
    """The groups that may be shown, by size, and the `hidden` ones: labels only, with the reason that is true of all of them together."""

    shown: tuple[Group, ...]
    hidden: tuple[str, ...]
    reason: str
    smallest: int


def groups(
    chance: ArrayLike,
    outcome: ArrayLike,
    group: ArrayLike,
    cohort: ArrayLike | None = None,
    person: ArrayLike | None = None,
    smallest: int = SMALLEST,
    least: int = LEAST,
) -> Groups | NoAnswer:
    """Calibration and ranking of each group. `chance` (n,) 0–1 is the recalibrated score; a missing label is a group, "not said".

    >>> g = groups([0.5] * 49 + [0.6], [0, 1] * 25, ["a"] * 20 + ["b"] * 24 + ["c"] * 6); [x.label for x in g.shown], g.hidden
    (['b'], ('a', 'c'))
    """
    usable = sample(chance, outcome)
    if isinstance(usable, NoAnswer):
        return usable
    if usable.score.min() < 0 or usable.score.max() > 1:
        return NoAnswer("a chance lies between 0 and 1; scores must be recalibrated first", usable.n)
    number, labels = codes(_labelled(group)[usable.rows])
    size, yes = np.bincount(number), np.bincount(number, weights=usable.outcome).astype(np.int64)
    hidden = suppressed(size, yes, smallest, least)
    where, who = (None if v is None else np.asarray(v)[usable.rows] for v in (cohort, person))
    order = [k for k in np.argsort(-size, kind="stable").tolist() if not hidden[k]]
    comparisons = max(1, len(order))
    shown = tuple(_group(str(labels[k]), usable.score, usable.outcome, number == k, where, who, comparisons) for k in order)
    left = tuple(str(x) for x, h in zip(labels, hidden, strict=True) if h)
    reason = f"fewer than {smallest} people, fewer than {least} with or without the outcome, or needed to hide such a group" if left else ""
    return Groups(shown, left, reason, smallest)


def suppressed(size: Codes, yes: Codes, smallest: int = SMALLEST, least: int = LEAST) -> Mask:
    """Which groups (k,) must be hidden, given their people and those with the outcome.

    >>> suppressed(np.array([6, 20, 24]), np.array([3, 10, 12])).tolist(), suppressed(np.array([20, 24]), np.array([10, 12])).tolist()
    ([True, True, False], [False, False])
    """
    hidden = ~_enough(size, yes, smallest, least)
    while hidden.any() and not hidden.all() and (hidden.sum() < 2 or not _enough(size[hidden].sum(), yes[hidden].sum(), smallest, least)):
        hidden[np.flatnonzero(~hidden)[np.argmin(size[~hidden])]] = True
    return hidden


def _enough(n: Codes, yes: Codes, smallest: int, least: int) -> Mask:
    return np.asarray((n >= smallest) & (yes >= least) & (n - yes >= least))


def _labelled(group: ArrayLike) -> NDArray[np.str_]:
    labels = np.asarray(group, dtype=object)
    return np.array([UNSAID if x is None or str(x) in ("", "nan") else str(x) for x in labels.tolist()])


def _group(label: str, chance: Vector, y: Vector, inside: Mask, where: ArrayLike | None, who: ArrayLike | None, comparisons: int) -> Group:
    p, o = chance[inside], y[inside]
    cohort, person = (None if v is None else np.asarray(v)[inside] for v in (where, who))
    level = 1 - 0.05 / comparisons
    rate = wilson(float(o.sum()), len(o))
    assert isinstance(rate, Estimate)
    return Group(label, len(o), rate, float(p.mean()), _gap(p, o, person, level), auc(p, o, cohort, cluster=person, level=level))


def _gap(p: Vector, y: Vector, person: ArrayLike | None, level: float) -> Estimate:
    """Mean of outcome less chance; its interval is widened for the number of groups (Bonferroni)."""
    miss = y - p
    value, n = float(miss.mean()), len(miss)
    se, df = spread((miss - value) / n * math.sqrt(n / (n - 1)), person)
    by = reach(level, min(df, n - 1)) * se
    return Estimate(value, max(-1.0, value - by), min(1.0, value + by), n, se)


def same_chances(found_groups: Groups | NoAnswer, matters: float = MATTERS_CHANCE, name: str = "groups calibrated") -> Finding:
    """Whether a chance means the same in every group: the widest gap between what is told and what came true.

    It does not hold when a gap is clearly there; it holds when every gap is shown to be smaller than `matters`.
    """
    if isinstance(found_groups, NoAnswer):
        return unanswered(name, found_groups)
    if len(found_groups.shown) < 2:
        return unanswered(name, NoAnswer("fewer than two groups are large enough to be shown", sum(g.n for g in found_groups.shown)))
    worst = max(found_groups.shown, key=lambda g: max(g.gap.low, -g.gap.high))
    says = f"A chance means the same in every group (widest gap: {worst.label})"
    if worst.gap.low > 0 or worst.gap.high < 0:
        return found(name, worst.gap, "does not hold", None, says)
    widest = max(found_groups.shown, key=lambda g: max(abs(g.gap.low), abs(g.gap.high)))
    says = f"A chance means the same in every group (widest interval: {widest.label})"
    if max(abs(widest.gap.low), abs(widest.gap.high)) <= matters:
        return found(name, widest.gap, "holds", None, says)
    half = (widest.gap.high - widest.gap.low) / 2
    needed = math.ceil(widest.n * (half / max(matters - abs(widest.gap.value), matters / 5)) ** 2) - widest.n
    return found(name, widest.gap, "cannot tell", max(1, needed), says)


def ranks_everywhere(found_groups: Groups | NoAnswer, reference: float = 0.5, name: str = "groups ranked") -> Finding:
    """Whether the score ranks better than chance in every group: the group in which it is least certain."""
    if isinstance(found_groups, NoAnswer):
        return unanswered(name, found_groups)
    known = [(g.auc, g.label) for g in found_groups.shown if isinstance(g.auc, Estimate)]
    if not known:
        return unanswered(name, NoAnswer("no group is large enough to be ranked", sum(g.n for g in found_groups.shown)))
    least, label = min(known, key=lambda k: k[0].low)
    return above(name, least, reference, f"The score ranks better than chance in every group (least: {label})")


def between(a: Estimate, b: Estimate) -> Estimate:
    """The difference of two numbers of different people, such as the AUCs of two groups.

    >>> e = between(Estimate(0.8, 0.75, 0.84, 300, 0.03), Estimate(0.7, 0.62, 0.77, 200, 0.04)); round(e.value, 3), round(e.se, 3)
    (0.1, 0.05)
    """
    value = a.value - b.value
    return Estimate(
        value, value - math.hypot(a.value - a.low, b.high - b.value), value + math.hypot(a.high - a.value, b.value - b.low), a.n + b.n,
        math.hypot(a.se, b.se),
    )  # fmt: skip
