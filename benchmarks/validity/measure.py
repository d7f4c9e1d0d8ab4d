"""What is measured of a scored workspace: ways of scoring compared where none was learnt, calibration in unseen cohorts, bands drawn elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from dataset import Dataset, Outcome, Vector

from engagetree.engine import connect_duckdb
from engagetree.evidence.bands import band_rates
from engagetree.evidence.cuts import draw
from engagetree.evidence.panel import Panel, Part, stacked
from engagetree.evidence.study import RANKS
from engagetree.evidence.weeks import chances
from engagetree.evidence.weighing import AS_IT_IS, EQUAL, FITTED, weigh
from engagetree.stats.auc import auc, compared
from engagetree.stats.calibration import calibration, unseen_calibration
from engagetree.stats.estimate import Estimate, NoAnswer
from engagetree.stats.folds import folds, unseen
from engagetree.stats.logistic import expits, logistic
from engagetree.stats.proportions import wilson
from engagetree.stats.recalibration import curved, levelled
from engagetree.workspace import Workspace, outcomes
from engagetree.workspace.evidence import _people
from engagetree.workspace.panels import Panels, without

FOLDS = 5
CEILING = "ceiling"
WAYS = {AS_IT_IS: "shipped", EQUAL: "equal", FITTED: "fitted", CEILING: "ceiling"}
BANDED = 300
"""People that each band must hold for its interval to be held against its neighbour's."""


@dataclass(frozen=True)
class Seen:
    """Everybody who can be held against an outcome at the end of each week, and who they are, row by row."""

    panels: dict[int, Panel]
    parts: tuple[Part, ...]
    cohorts: list[str]
    names: dict[int, list[str]]


def seen(work: Workspace, outcome: Outcome) -> Seen:
    """The panels that `evidence` itself is made of, for one outcome and what is inside it."""
    used = replace(work.used(), outcomes=work.definition().outcomes)

    def read(snapshot: Any) -> Seen:
        teller, con = work.teller(snapshot), connect_duckdb()
        try:
            asked = outcomes.asked(used, outcome.key, outcome.inside, outcomes.names(con, snapshot))
            known = outcomes.became(con, snapshot, teller.plan, asked, teller.plan.periods[-1].ends)
            kept = without(used, asked.inside or ())
            assert kept is not None and not known.trouble, known.trouble
            _people(con, teller.plan.roster, known.rows)
            made = Panels(con, snapshot, teller.plan, used, kept, asked)
            panels, names = {}, {}
            for week in outcome.weeks:
                if (found := made.look(week)) is None:
                    continue
                panel, look = found
                panels[week] = panel.kept()
                names[week] = [n for n, k in zip(look.table["participant"].to_pylist(), panel.known.tolist(), strict=True) if k]
            return Seen(panels, made.parts, [c.name for c in made.cohorts], names)
        finally:
            con.close()

    return work.lake.read(read)  # type: ignore[no-any-return]


def split(seen: Seen) -> tuple[Seen, bool]:
    """Where there are fewer than two cohorts, persons are dealt to folds, as many with the outcome to each; whether that was needed."""
    if len({int(c) for p in seen.panels.values() for c in np.unique(p.cohort)}) > 1:
        return seen, False
    people = np.unique(np.concatenate([p.person for p in seen.panels.values()]))
    every, y = (np.concatenate([getattr(p, of) for p in seen.panels.values()]) for of in ("person", "outcome"))
    with_it = np.array([y[every == w].mean() for w in people])
    mixed = np.random.default_rng(0).permutation(len(people))
    order = mixed[np.argsort(with_it[mixed], kind="stable")]
    fold = dict(zip(people[order].tolist(), (np.arange(len(people)) % FOLDS).tolist(), strict=True))
    panels = {w: replace(p, cohort=np.array([fold[int(x)] for x in p.person], dtype=np.int64)) for w, p in seen.panels.items()}
    return replace(seen, panels=panels), True


def boosted(d: Dataset, folder: Path, seen: Seen) -> Vector:
    """The ceiling's chance for every row of the stacked panels, by a model of the same week that saw neither the row's cohort nor its person."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    out = []
    for week, p in seen.panels.items():
        known = d.features(folder, week)
        nothing = [0.0] * len(d.names)
        x = np.array([known.get(name, nothing) for name in seen.names[week]], dtype=np.float64)
        chance = np.full(len(p), np.nan)
        for fold in folds(p.cohort, p.person):
            y = p.outcome[fold.train]
            if 0 < y.sum() < len(y):
                model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, random_state=0)
                chance[fold.test] = model.fit(x[fold.train], y).predict_proba(x[fold.test])[:, 1]
        out.append(chance)
    return np.concatenate(out)


def measured(d: Dataset, folder: Path, work: Workspace, outcome: Outcome) -> list[dict[str, Any]]:
    """A row for each week: AUC of every way with its interval, and how far the score is below the ceiling."""
    whole = seen(work, outcome)
    made, dealt = split(whole)
    weighed = weigh(list(made.panels.values()), made.parts)
    rows, scores = weighed.rows, {**weighed.scores, CEILING: boosted(d, folder, made)}
    assert len(rows.outcome) == len(scores[CEILING]) == len(stacked(list(made.panels.values())).outcome)
    out = []
    for week, p in made.panels.items():
        here = rows.week == week
        only = {w: np.where(here, s, np.nan) for w, s in scores.items()}
        # Where nothing was learnt, nothing needs folds: those two are over everybody, as `evidence` has them.
        among = {w: rows.week if dealt and w in (AS_IT_IS, EQUAL) else rows.stratum for w in only}
        areas = {short: told(auc(only[w], rows.outcome, among[w], cluster=rows.person)) for w, short in WAYS.items() if w in only}
        gaps = {
            f"below ceiling, {short}": told(compared(only[CEILING], only[w], rows.outcome, rows.stratum, "n", rows.person))
            for w, short in ((AS_IT_IS, "shipped"), (FITTED, "fitted")) if w in only
        }  # fmt: skip
        study = work.evidence(
            outcome.key, leave_out=None if outcome.inside is None else list(outcome.inside) or ["none"], week=week, ceiling=False
        )
        finding = study.finding(RANKS)
        assert finding is not None
        if finding.number is not None and abs(finding.number - areas["shipped"]["value"]) > 1e-6:
            raise SystemExit(f"{d.folder}, {d.unit} {week}: evidence says {finding.number}, the table {areas['shipped']['value']}")
        verdict = "cannot tell" if outcome.inside is None else finding.verdict
        out.append(
            {
                "outcome": outcome.key, "label": outcome.label, "left out": list(outcome.inside or ()), "circular": outcome.inside is None,
                d.unit: week, "n": len(p), "persons": len(np.unique(p.person)), "rate": float(p.outcome.mean()), "cohorts": 1 if dealt else len(np.unique(p.cohort)),
                "folds": "persons" if dealt else "cohorts", "auc": areas, "gap": gaps, "verdict": verdict, "sentence": finding.sentence,
            }
        )  # fmt: skip
    return out


def told(e: Estimate | NoAnswer) -> dict[str, Any]:
    """An estimate as plain data."""
    if isinstance(e, NoAnswer):
        return {"reason": e.reason, "n": e.n}
    return {"value": e.value, "low": e.low, "high": e.high, "n": e.n}


def calibrated(whole: Seen) -> list[dict[str, Any]]:
    """Calibration inside unseen cohorts, week by week, with each cohort's own slope."""
    out = []
    for week, p in whole.panels.items():
        chance = chances(p)
        found = chance if isinstance(chance, NoAnswer) else unseen_calibration(chance, p.outcome, p.cohort, p.person)
        if isinstance(found, NoAnswer):
            out.append({"week": week, "reason": found.reason})
            continue
        own = not isinstance(found.slopes, NoAnswer)
        each = {whole.cohorts[int(c)]: told(s) for c, s in zip(found.cohorts, found.slopes.each, strict=True)} if own else {}  # type: ignore[union-attr,call-overload]
        gaps = {whole.cohorts[int(c)]: told(s) for c, s in zip(found.cohorts, found.gap.each, strict=True)} if own else {}  # type: ignore[union-attr,call-overload]
        out.append(
            {
                "week": week, "slope": told(found.slope), "common": found.common, "each": each, "gaps": gaps,
                "another": list(found.slopes.other) if own else None,  # type: ignore[union-attr]
                "level off": 100 * max(abs(x) for x in found.gap.other) if not isinstance(found.gap, NoAnswer) else None,
                "tried": tried(p),
            }
        )  # fmt: skip
    return out


def tried(p: Panel) -> dict[str, float]:
    """The slope through all cohorts at once, and the mean of the slopes inside them, of four ways to learn chances elsewhere."""
    s = p.score
    has = np.isfinite(p.values).mean(axis=1)
    mean = np.array([s[p.cohort == c].mean() for c in range(int(p.cohort.max()) + 1) if (p.cohort == c).any()])
    at = np.unique(p.cohort, return_inverse=True)[1]

    def one(train: Any) -> Any:
        made = curved(s[train], p.outcome[train])
        return made if isinstance(made, NoAnswer) else lambda test: made.chance(s[test])

    def level(train: Any) -> Any:
        made = levelled(s[train], p.outcome[train], p.cohort[train])
        return made if isinstance(made, NoAnswer) else lambda test: made.chance(s[test])

    def centred(train: Any) -> Any:
        made = levelled((s - mean[at])[train], p.outcome[train], p.cohort[train])
        return made if isinstance(made, NoAnswer) else lambda test: made.chance((s - mean[at])[test])

    def covered(train: Any) -> Any:
        def x(m: Any) -> Any:
            return np.column_stack((np.ones(int(m.sum())), s[m] - 50, has[m] - 1))

        made = logistic(x(train), p.outcome[train])
        return one(train) if isinstance(made, NoAnswer) else lambda test: expits(x(test) @ made.coefficients)

    out = {}
    for name, learn in {
        "one curve": one,
        "a level for each cohort": level,
        "relative to the cohort's mean": centred,
        "with coverage": covered,
    }.items():
        chance = unseen(p.cohort, learn, p.person)
        if isinstance(chance, NoAnswer):
            continue
        through, inside = calibration(chance, p.outcome, p.person), unseen_calibration(chance, p.outcome, p.cohort, p.person)
        if not isinstance(through, NoAnswer) and not isinstance(inside, NoAnswer):
            out[name] = [through.slope.value, inside.slope.value]
    return out  # type: ignore[return-value]


def banded(whole: Seen, bands: int = 4) -> list[dict[str, Any]]:
    """Bands drawn on the other cohorts, and the rate in the one that they were not drawn on: its own, and pooled over all of them."""
    out = []
    for week, p in whole.panels.items():
        pooled, each, whole_cuts = np.zeros((bands, 2)), {}, True
        for c in np.unique(p.cohort).tolist():
            test = p.cohort == c
            train = ~test & ~np.isin(p.person, p.person[test])
            some = train | test
            made = draw(p.score[some], p.outcome[some], p.cohort[some], train[some], bands, 50, resamples=0)
            if isinstance(made, NoAnswer) or len(made.cuts) != bands - 1:
                whole_cuts = False
                continue
            held = band_rates(p.score[test], p.outcome[test], made.cuts, fewest=1)
            assert not isinstance(held, NoAnswer)
            pooled += [[b.yes, b.n] for b in held]
            own = order([told(wilson(b.yes, b.n)) for b in held])
            each[whole.cohorts[c]] = {"cuts": list(made.cuts), "bands": [[b.yes, b.n] for b in held], **own}
        rates = [told(wilson(k, n)) for k, n in pooled.tolist()]
        out.append({"week": week, "rates": rates, "each": each, "all": whole_cuts, **order(rates)})
    return out


def order(rates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Whether rates rise, and between which bands (counted from 1, lowest first) intervals overlap, where all hold enough people."""
    if any("value" not in r for r in rates):
        return {"rising": False, "overlap": [], "enough": False}
    pairs = list(itertools.pairwise(rates))
    return {
        "rising": all(b["value"] > a["value"] for a, b in pairs),
        "overlap": [i + 1 for i, (a, b) in enumerate(pairs) if b["low"] <= a["high"]],
        "enough": all(r["n"] > BANDED for r in rates),
    }
