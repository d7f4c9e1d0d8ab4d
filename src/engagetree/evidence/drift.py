"""Does last term's calibration still hold this term? An alarm that is false in a known share of terms.

One logistic curve of the outcome on the score is fitted to both terms together, as if nothing had changed. What this term's people would
add to it, a level and a slope of their own, is judged by the score test (Rao 1948), whose variance counts that the curve was itself
estimated, and adds up the rows of one person before squaring. The statistic is referred to F (Hotelling 1931), so that few people do not
raise false alarms: where nothing has changed the alarm is raised in `ALARM` of the terms, whether last term was large or small. Looking
at several terms at once divides it by `looks`.

Sources: Rao 1948, Proc. Cambridge Phil. Soc. 44; Boos 1992, The American Statistician 46 (robust score tests); Cox 1958, Biometrika 45.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engagetree.evidence.verdict import FEWEST, Finding, rounded, unanswered, written
from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Sample, Vector, codes, reach, sample
from engagetree.stats.folds import Mask
from engagetree.stats.logistic import Matrix, clustered, logistic
from engagetree.stats.proportions import POWER

ALARM, MATTERS, FEWEST_CLUSTERS = 0.05, 0.05, 20
"""The share of false alarms; a shift of the rate that a programme would want to know of; with fewer people than this nothing is said."""


@dataclass(frozen=True)
class Drift:
    """What became of the calibration. `p` is the chance of so much difference without any drift; `alarm`: p < the false-alarm rate.

    `shift`: this term's rate less the one that last term's curve expects of these scores (a share, with its interval). `steeper`: this
    term's slope less last term's, log odds a point. `detectable`: the shift that so many people would have shown with 80 % chance.
    """

    statistic: float
    p: float
    alarm: bool
    shift: Estimate
    steeper: Estimate
    detectable: float
    n: int


def drift(
    score_then: ArrayLike,
    outcome_then: ArrayLike,
    score_now: ArrayLike,
    outcome_now: ArrayLike,
    person_then: ArrayLike | None = None,
    person_now: ArrayLike | None = None,
    rate: float = ALARM,
    looks: int = 1,
) -> Drift | NoAnswer:
    """Compare two terms. Persons (any labels, the same in both terms) say whose rows belong together.

    >>> from engagetree.stats.logistic import expits
    >>> rng = np.random.default_rng(5); x = rng.uniform(0, 100, 2000); y = rng.random(2000) < expits(x / 25 - 2)
    >>> drift(x[:1000], y[:1000], x[1000:], y[1000:]).alarm, drift(x[:1000], y[:1000], x[1000:], ~y[1000:]).alarm
    (False, True)
    """
    then, now = sample(score_then, outcome_then), sample(score_now, outcome_now)
    for name, term in (("last term", then), ("this term", now)):
        if isinstance(term, NoAnswer):
            return NoAnswer(f"{name}: {term.reason}", term.n)
        if min(term.yes, term.n - term.yes) < FEWEST:
            return NoAnswer(f"{name} has fewer than {FEWEST} people with the outcome, or without it", term.n, _more(term))
    assert isinstance(then, Sample) and isinstance(now, Sample)
    group = _people(then, now, person_then, person_now)
    return _compare(then, now, group, rate / looks)


def _more(term: Sample) -> int:
    rarer = min(term.yes, term.n - term.yes)
    return math.ceil(term.n * (FEWEST - rarer) / max(1, rarer))


def _people(then: Sample, now: Sample, before: ArrayLike | None, after: ArrayLike | None) -> Codes:
    if before is None or after is None:
        return np.arange(then.n + now.n)
    return codes(np.concatenate((np.asarray(before)[then.rows], np.asarray(after)[now.rows])))[0]


def _compare(then: Sample, now: Sample, group: Codes, rate: float) -> Drift | NoAnswer:
    score, y = np.concatenate((then.score, now.score)), np.concatenate((then.outcome, now.outcome))
    here = np.concatenate((np.zeros(then.n), np.ones(now.n)))
    z = np.column_stack((np.ones(len(score)), (score - score.mean()) / score.std()))
    both = logistic(z, y)
    groups = len(np.unique(group))
    if isinstance(both, NoAnswer):
        return NoAnswer(both.reason, len(y))
    if groups < FEWEST_CLUSTERS:
        return NoAnswer(f"{groups} people in both terms together; {FEWEST_CLUSTERS} are needed", len(y), FEWEST_CLUSTERS - groups)
    statistic = _statistic(z, y, here, both.chance(z), group)
    p = _tail(statistic, 2, groups)
    return _described(z, y, here == 1, float(score.std()), statistic, p, rate, group)


def _statistic(z: Matrix, y: Vector, here: Vector, told: Vector, group: Codes) -> float:
    """Uᵀ V⁻¹ U, U = Σ z·(y − told) over this term, less what fitting the curve takes up of it."""
    w, r = told * (1 - told), y - told
    whole, mine = z.T @ (z * w[:, None]), z.T @ (z * (w * here)[:, None])
    moves = r[:, None] * (z * here[:, None] - z @ np.linalg.solve(whole, mine))
    meat, _ = clustered(moves, group)
    u = moves.sum(axis=0)
    return float(u @ np.linalg.solve(meat, u))


def _tail(statistic: float, q: int, groups: int) -> float:
    """The chance of this much or more, in Hotelling's form: with few clusters a χ² would forget that the variance is estimated, too."""
    from scipy.special import fdtrc

    return float(fdtrc(q, groups - q, (groups - q) * statistic / (q * max(groups - statistic, 1e-12))))


def _described(z: Matrix, y: Vector, now: Mask, unit: float, statistic: float, p: float, rate: float, group: Codes) -> Drift | NoAnswer:
    old, new = logistic(z[~now], y[~now], cluster=group[~now]), logistic(z[now], y[now], cluster=group[now])
    if isinstance(old, NoAnswer) or isinstance(new, NoAnswer):
        return NoAnswer("in one term the score tells the outcomes apart without an error: no curve fits best", len(y))
    told = old.chance(z[now])
    by = float((y[now] - told).mean())
    pull = (told * (1 - told)) @ z[now] / now.sum()  # what the old curve's own uncertainty does to the rate it expects
    se = math.sqrt(float((y[now] - told).var(ddof=1)) / now.sum() + float(pull @ old.covariance @ pull))
    n, half = int(now.sum()), reach() * se
    tilt = float(new.coefficients[1] - old.coefficients[1]) / unit
    tilt_se = math.sqrt(float(old.covariance[1, 1] + new.covariance[1, 1])) / unit
    shift, steeper = (
        Estimate(by, by - half, by + half, n, se),
        Estimate(tilt, tilt - reach() * tilt_se, tilt + reach() * tilt_se, n, tilt_se),
    )
    return Drift(statistic, p, p < rate, shift, steeper, math.sqrt(_distance(rate)) * se, len(y))


def _distance(rate: float) -> float:
    """How far off centre a χ² of 2 degrees of freedom must be to be noticed with 80 % chance."""
    from scipy.special import chdtri, chndtrinc

    return float(chndtrinc(chdtri(2, rate), 2, 1 - POWER))


def drifted(found: Drift | NoAnswer, matters: float = MATTERS, rate: float = ALARM, name: str = "drift", where: str = "") -> Finding:
    """The finding: chances of earlier terms come true, do not, or too few people are there to tell that nothing shifted by `matters`."""
    if isinstance(found, NoAnswer):
        return unanswered(name, found)
    s, there = found.shift, f" in {where}" if where else ""
    ends = " to ".join(written(100 * x, 1, True) for x in (s.low, s.high))
    said = f"the outcome came {written(100 * s.value, 1, True)} points ({ends}) off what they say, {s.n:,} people"
    known = f"Where nothing changed, {100 * rate:g} of 100 terms raise a false alarm."
    if found.alarm:
        tilted = s.low <= 0 <= s.high and not found.steeper.low <= 0 <= found.steeper.high
        how = (
            f" What changed is how much a higher score says: {'more' if found.steeper.value > 0 else 'less'} than before." if tilted else ""
        )
        sentence = f"The chances of earlier cohorts no longer come true{there}: {said}.{how} {known}"
        return Finding(name, s.value, s.low, s.high, s.n, "does not hold", sentence)
    if found.detectable <= matters:
        return Finding(
            name, s.value, s.low, s.high, s.n, "holds", f"The chances of earlier cohorts still come true{there}: {said}. {known}"
        )
    needed = math.ceil(s.n * (found.detectable / matters) ** 2) - s.n
    sentence = (
        f"Cannot tell whether the chances of earlier cohorts still come true{there}: {said}. "
        f"So few would show a shift of {100 * found.detectable:.0f} points, and {100 * matters:g} matter; about {rounded(needed):,} more "
        "people are needed in each term."
    )
    return Finding(name, s.value, s.low, s.high, s.n, "cannot tell", sentence, needed)
