"""Do the weights deserve their numbers: as declared, equal, and fitted on other cohorts, compared on cohorts that none was learnt from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engagetree.evidence.panel import Panel, Part, Stacked, declared, signals_of, stacked
from engagetree.evidence.study import CARRIES, LEAK, WEIGHTS, Way, WeightRow, plain
from engagetree.evidence.verdict import FEWEST, Finding, found, ranged, rounded, unanswered, written
from engagetree.stats.auc import Ranked, auc, compared, difference, interval, ranked
from engagetree.stats.estimate import Codes, Estimate, NoAnswer, Vector, reach, tallied
from engagetree.stats.fit import effective, equal, fitted, score_of
from engagetree.stats.folds import FEWEST_COHORTS, Mask, unseen
from engagetree.stats.logistic import Matrix
from engagetree.stats.proportions import more_needed
from engagetree.stats.resampling import resampled, spread_of

MATTERS = 0.01
"""An AUC that differs by less than this is as good."""

PULL = 50.0
"""How firmly fitted weights are held to the declared ones: some hundred people outweigh it."""

LEAKS, SURELY = 0.95, 0.9
"""No behaviour of the first weeks ranks people so well; what does has probably been told by the end."""

TIMES = 200

MOST = 10_000
"""Rows that weights are fitted on."""

AS_IT_IS, EQUAL, FITTED, BEST = "as it is", "equal weights", "fitted elsewhere", "ceiling"


@dataclass(frozen=True)
class Weighed:
    """Scores of all rows by each way, and the weights learnt in each fold (folds, parts) and from all cohorts."""

    rows: Stacked
    scores: dict[str, Vector]
    folds: Vector
    final: Vector | None
    reason: str = ""
    areas: dict[str, Ranked | NoAnswer] = field(default_factory=dict, repr=False, compare=False)  # what was ranked is not ranked again

    def area(self, name: str) -> Ranked | NoAnswer:
        """The AUC of a way over all rows, with what each row does to it."""
        if name not in self.areas:
            self.areas[name] = ranked(self.scores[name], self.rows.outcome, self.rows.stratum)
        return self.areas[name]

    def better(self, name: str, other: Vector, level: float = 0.95, turned: bool = False) -> Estimate | NoAnswer:
        """How much better a way ranks than another score of all rows; `turned`: how much worse."""
        r, mine = self.rows, self.scores[name]
        one, two = (other, mine) if turned else (mine, other)
        if not np.array_equal(np.isfinite(mine), np.isfinite(other)):
            return compared(one, two, r.outcome, r.stratum, "n", r.person, level)
        here, there = self.area(name), ranked(other, r.outcome, r.stratum)
        if isinstance(here, NoAnswer) or isinstance(there, NoAnswer):
            return here if isinstance(here, NoAnswer) else there  # type: ignore[return-value]
        return difference(there, here, r.person, level) if turned else difference(here, there, r.person, level)

    def with_ceiling(self, best: Vector | NoAnswer) -> Weighed:
        """The same, knowing the ceiling as one more way."""
        return self if isinstance(best, NoAnswer) else replace(self, scores=self.scores | {BEST: best})


def scored(values: Matrix, weights: Vector, signal: Codes) -> Vector:
    """Scores 0–1 in which sums of binary fractions do not decide who stands above whom."""
    return np.round(score_of(values, weights, signal), 11)


def weigh(panels: Sequence[Panel], parts: Sequence[Part]) -> Weighed:
    """Score everybody at each of these weeks by declared, equal and fitted weights; one set of weights for all weeks."""
    rows, own, signal = stacked(panels), declared(parts), signals_of(parts)
    scores = {AS_IT_IS: scored(rows.values, own, signal), EQUAL: scored(rows.values, equal(signal), signal)}
    many: list[Vector] = []

    def fit(train: Mask) -> Vector | NoAnswer:
        if train.sum() < 2 * FEWEST:
            return NoAnswer(f"{int(train.sum())} rows are too few to fit weights on", int(train.sum()))
        some = few(train)
        made = fitted(rows.values[some], rows.outcome[some], rows.stratum[some], signal, PULL, own)
        return made if isinstance(made, NoAnswer) else made.weights

    def learn(train: Mask) -> Callable[[Mask], Vector] | NoAnswer:
        weights = fit(train)
        if isinstance(weights, NoAnswer):
            return weights
        many.append(weights)
        return lambda test: scored(rows.values[test], weights, signal)

    apart = unseen(rows.cohort, learn, rows.person)
    if isinstance(apart, NoAnswer):
        return Weighed(rows, scores, np.zeros((0, len(parts))), None, apart.reason)
    whole = fit(np.ones(len(rows.outcome), dtype=bool))
    return Weighed(
        rows, scores | {FITTED: apart}, np.array(many), None if isinstance(whole, NoAnswer) else whole
    )  # fmt: skip


def few(train: Mask, most: int = MOST) -> Codes:
    """At most so many of the rows, drawn by a fixed seed: more would not move a weight by a point."""
    rows = np.flatnonzero(train)
    return rows if len(rows) <= most else np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


def ways(w: Weighed, looks: Sequence[int]) -> list[Way]:
    """AUC of each way at each week and over all of them (week 0)."""
    at = {k: np.flatnonzero(w.rows.week == k) for k in looks}
    return [way(w, name, week, at.get(week)) for name in w.scores for week in (*looks, 0)]


def way(w: Weighed, name: str, week: int, at: Codes | None) -> Way:
    """One AUC inside cohorts and weeks, clustered by person; `at`: only these rows."""
    r, score = w.rows, w.scores[name]
    made = w.area(name) if at is None else ranked(score[at], r.outcome[at], r.stratum[at])
    if isinstance(made, NoAnswer):
        return Way(week, name, None, None, None, made.n, made.reason)
    e = interval(made, r.person if at is None else r.person[at])
    return Way(week, name, e.value, e.low, e.high, e.n)


def gain(w: Weighed, left_out: str) -> tuple[Finding, bool]:
    """Whether declared weights rank as well as fitted ones; and whether fitted ones are clearly better, by both intervals."""
    if FITTED not in w.scores:
        return unanswered(WEIGHTS, NoAnswer(w.reason, len(w.rows.outcome))), False
    rows, known = w.rows, np.isfinite(w.scores[FITTED]) & np.isfinite(w.scores[AS_IT_IS])
    if known.all():
        one, other = w.area(FITTED), w.area(AS_IT_IS)
    else:
        one, other = (ranked(np.where(known, w.scores[n], np.nan), rows.outcome, rows.stratum) for n in (FITTED, AS_IT_IS))
    if isinstance(one, NoAnswer) or isinstance(other, NoAnswer):
        return unanswered(WEIGHTS, one if isinstance(one, NoAnswer) else other), False  # type: ignore[arg-type]
    by = difference(one, other, rows.person)
    people = len(np.unique(rows.person[known]))
    by = replace(by, n=people)
    drawn = _drawn(w, known)
    clear = by.low > 0 and (drawn is None or drawn.low > 0)
    says = f"The declared weights rank people of unseen cohorts as well as weights fitted on other cohorts{left_out} (their gain in AUC)"
    if clear:
        made = found(WEIGHTS, by, "does not hold", None, says)
    elif by.high < MATTERS:
        made = found(WEIGHTS, by, "holds", None, says)
    else:
        made = found(WEIGHTS, by, "cannot tell", more_needed(people, by.se, max(abs(by.value), MATTERS)), says)
    again = f" Drawing people again: {written(drawn.low, 3, True)} to {written(drawn.high, 3, True)}." if drawn else ""
    return replace(made, sentence=made.sentence + again + _elsewhere(one, other, rows)), clear


def _drawn(w: Weighed, known: Mask) -> Estimate | None:
    """The gain's interval by the cluster bootstrap."""
    r = w.rows
    made = resampled([w.scores[FITTED][known], w.scores[AS_IT_IS][known]], r.outcome[known], r.person[known], r.stratum[known], times=TIMES)
    if isinstance(made, NoAnswer):
        return None
    by = spread_of(float(made.value[0] - made.value[1]), made.draws[:, 0] - made.draws[:, 1], made.clusters, made.n)
    return None if isinstance(by, NoAnswer) else by


def _elsewhere(one: Ranked, other: Ranked, rows: Stacked) -> str:
    """The gain for another cohort: what varies is the cohort, with all its weeks."""
    label = np.array([int(x) for x in one.strata.label], dtype=np.int64)  # type: ignore[call-overload]
    first = {int(s): int(c) for s, c in zip(rows.stratum.tolist(), rows.cohort.tolist(), strict=True)}
    cohort = np.array([first[int(s)] for s in label])
    number = np.unique(cohort, return_inverse=True)[1]
    k = int(number.max()) + 1
    if k < FEWEST_COHORTS:
        return ""
    share, value = one.strata.share, one.value - other.value
    moves = tallied(number, share * (one.strata.auc - other.strata.auc)) - tallied(number, share) * value
    half = reach(0.95, k - 1) * math.sqrt(float(moves @ moves) * k / (k - 1))
    return f" For another cohort: {written(value - half, 3, True)} to {written(value + half, 3, True)}, from {k} cohorts."


def weight_rows(w: Weighed, parts: Sequence[Part], at: Panel) -> tuple[WeightRow, ...]:
    """Declared beside effective (at one week) and fitted."""
    kept, own, signal = at.kept(), declared(parts), signals_of(parts)
    real = effective(kept.values, own, signal)
    out = []
    for i, p in enumerate(parts):
        mine = w.folds[:, i] if len(w.folds) else np.array([])
        alone = auc(kept.values[:, i], kept.outcome, kept.cohort)
        out.append(
            WeightRow(
                p.signal, p.driver, p.of, p.label, p.weight, None if isinstance(real, NoAnswer) else plain(real[i]),
                None if w.final is None else float(w.final[i]), float(mine.min()) if len(mine) else None,
                float(mine.max()) if len(mine) else None, None if isinstance(alone, NoAnswer) else alone.value,
            )
        )  # fmt: skip
    return tuple(out)


def carries(w: Weighed, parts: Sequence[Part]) -> Finding:
    """Whether every signal adds something: how much worse the score ranks without it, over all weeks looked at."""
    rows, own, signal = w.rows, declared(parts), signals_of(parts)
    names = list(dict.fromkeys((int(s), p.signal, p.of) for s, p in zip(signal, parts, strict=True)))
    people = len(np.unique(rows.person))
    if len(names) < 2:
        return unanswered(CARRIES, NoAnswer("there is one signal only, so nothing is left without it", people))
    losses: list[tuple[str, Estimate]] = []
    for number, _, label in names:
        rest = np.where(signal == number, 0.0, own)
        loss = w.better(AS_IT_IS, scored(rows.values, rest, signal), 1 - 0.05 / len(names))
        if isinstance(loss, NoAnswer):
            return unanswered(CARRIES, loss)
        losses.append((label, loss))
    idle = [(n, e) for n, e in losses if e.high < MATTERS and e.low <= 0]
    worse = [(n, e) for n, e in losses if e.high < 0]
    unclear = [(n, e) for n, e in losses if e.low <= 0 and (n, e) not in idle]
    least = min(losses, key=lambda x: x[1].low)[1]
    least = replace(least, n=people)
    each = "; ".join(f"{n} {ranged(e.value, e.low, e.high)}" for n, e in losses)
    tail = f" What the AUC loses without each: {each}, {people:,} people."
    if worse or idle:
        some = _names([n for n, _ in worse or idle])
        how = "ranks better without" if worse else "ranks as well without"
        said = f"Not every signal carries something: the score {how} {some}.{tail}"
        return Finding(CARRIES, least.value, least.low, least.high, people, "does not hold", said)
    if unclear:
        _, e = max(unclear, key=lambda x: -x[1].low)
        more = more_needed(people, e.se, max(abs(e.value), MATTERS))
        carry = "carries" if len(unclear) == 1 else "carry"
        need = f"; about {rounded(more):,} more people are needed" if more else ""
        sentence = f"Cannot tell whether {_names([n for n, _ in unclear])} {carry} anything{need}.{tail}"
        return Finding(CARRIES, least.value, least.low, least.high, people, "cannot tell", sentence, more)
    return Finding(CARRIES, least.value, least.low, least.high, people, "holds", f"Every signal carries something.{tail}")


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def leaks(p: Panel, parts: Sequence[Part]) -> list[Finding]:
    """Drivers that rank too well to be behaviour of so early a week."""
    kept, out = p.kept(), []
    for i, part in enumerate(parts):
        made = auc(kept.values[:, i], kept.outcome, kept.cohort, cluster=kept.person)
        if isinstance(made, Estimate) and made.value >= LEAKS and made.low >= SURELY and p.rarer >= FEWEST:
            sentence = (
                f"Too good to be true: at the end of week {p.week} {part.label} alone ranks people with an AUC of {made.value:.2f} "
                f"({made.low:.2f} to {made.high:.2f}), {made.n:,} people. Look whether it was recorded after the outcome was known."
            )
            out.append(Finding(LEAK, made.value, made.low, made.high, made.n, "does not hold", sentence))
    return out
