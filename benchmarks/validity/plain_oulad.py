"""How well a readable score ranks people on OULAD, beside a ceiling by gradient boosting: the half that knows nothing of engagetree.

Everything comes from the raw release by plain SQL: who was still registered, what they had done before the day, whether they passed.
The ceiling's features are fixed, so that it cannot be lowered by having fewer drivers. The drivers here are those that the template
`on-demand-course` proposes, worked out a second time, so that the product's own values can be held against them.

Ranking is judged *within* a presentation: AUC of each, averaged by its number of people, always on a presentation not trained on.

    python benchmarks/validity/plain_oulad.py FOLDER        the folder of the release, parquet or CSV
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

DAYS = (28, 56, 84, 140)
"""Days from a presentation's start on which people are ranked; only what happened before the day is known."""

FILES = ("assessments", "studentAssessment", "studentInfo", "studentRegistration", "studentVle", "vle")
FAR = 9999
"""Stands for an open end, in days."""

KIND = "CASE WHEN activity_type IN ('quiz', 'externalquiz') THEN 'quiz' WHEN activity_type = 'forumng' THEN 'forum' ELSE 'page' END"
KEY = "code_module || '-' || code_presentation"

CEILING = (
    "days", "weeks", "pages", "clicks", "forum", "quiz", "last", "due", "submitted", "lateness", "rel_clicks", "rel_pages", "rel_days",
)  # fmt: skip

SIGNALS: dict[str, dict[str, float]] = {
    "attendance": {"active_weeks": 0.4, "recent_days": 0.6},
    "interaction": {"clicks": 0.3, "pages": 0.3, "quizzes": 0.4},
    "contribution": {"forum_use": 0.7, "forums_joined": 0.3},
    "completion": {"progress": 0.35, "in_time": 0.3, "early": 0.25},  # and 0.1 for the final step, which has no value before it is due
}
"""The drivers with the weights inside their signals, as proposed to be shipped."""

SHIPPED = {"attendance": 0.25, "interaction": 0.15, "contribution": 0.1, "completion": 0.5}

DRIVERS = tuple(d for drivers in SIGNALS.values() for d in drivers)


# ---- the release


@dataclass(frozen=True)
class Release:
    """Enrolments numbered from 0, with tables `enrolments`, `clicks` (day by page), `tasks`, `handed` in the connection."""

    con: duckdb.DuckDBPyConnection
    participant: NDArray[np.str_]
    presentation: NDArray[np.str_]
    joined: Vector
    left: Vector
    passed: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.passed)

    @cached_property
    def presentations(self) -> list[str]:
        return sorted(set(self.presentation.tolist()))

    def still_registered(self, day: int) -> Mask:
        """Who had joined before the day and had not left by it."""
        return np.asarray((self.joined < day) & (self.left > day))

    def of(self, presentation: str) -> Mask:
        return np.asarray(self.presentation == presentation)

    def count(self, what: str, where: str, absent: float = 0.0) -> Vector:
        """An aggregate for every enrolment; `absent` for those without a row. `where` begins with a table that has `e`."""
        found = self.con.execute(f"SELECT e, ({what})::DOUBLE AS v FROM {where} GROUP BY e").fetchnumpy()
        out = np.full(len(self), absent)
        out[found["e"]] = np.ma.filled(found["v"], absent)
        return out


def load(folder: Path) -> Release:
    """The release in a folder of parquet or CSV files, in DuckDB with one thread."""
    con = duckdb.connect()
    con.execute("SET threads = 1")
    for name in FILES:
        path = folder / f"{name}.parquet"
        source = f"'{path}'" if path.exists() else f"read_csv('{folder / name}.csv*', nullstr = ['?', ''])"  # also .csv.gz
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")
    con.execute(
        f"CREATE TABLE enrolments AS SELECT row_number() OVER (ORDER BY {KEY}, id_student) - 1 AS e, {KEY} AS p, id_student AS s, "
        f"coalesce(date_registration, -{FAR})::INTEGER AS joined, coalesce(date_unregistration, {FAR})::INTEGER AS left_on, "
        "(final_result IN ('Pass', 'Distinction'))::BIGINT AS passed "
        "FROM studentInfo LEFT JOIN studentRegistration USING (code_module, code_presentation, id_student)"
    )
    con.execute(
        f"CREATE TABLE clicks AS SELECT e, id_site AS page, c.date::INTEGER AS d, {KIND} AS kind, sum(sum_click)::DOUBLE AS n "
        "FROM studentVle c JOIN vle USING (code_module, code_presentation, id_site) "
        f"JOIN enrolments ON p = {KEY} AND s = id_student GROUP BY ALL"
    )
    con.execute(
        "CREATE TABLE pages AS SELECT p, page, kind, min(d) AS opened FROM clicks JOIN enrolments USING (e) GROUP BY ALL"  # as the reader has it
    )
    con.execute(
        f"CREATE TABLE tasks AS SELECT {KEY} AS p, id_assessment AS a, coalesce(date, {FAR})::INTEGER AS due, "
        "assessment_type = 'Exam' AS exam FROM assessments"
    )
    con.execute(
        "CREATE TABLE handed AS SELECT e, a, due, exam, is_banked = 1 AS banked, date_submitted::INTEGER AS d "
        "FROM studentAssessment JOIN tasks ON a = id_assessment JOIN enrolments USING (p) WHERE s = id_student"
    )
    rows = con.execute("SELECT *, p || '-' || s AS participant FROM enrolments ORDER BY e").fetchnumpy()
    text = {k: np.array(rows[k].tolist(), dtype=str) for k in ("participant", "p")}
    return Release(
        con, text["participant"], text["p"], rows["joined"].astype(float), rows["left_on"].astype(float), rows["passed"].astype(np.int64)
    )


# ---- the ceiling


def ceiling_features(r: Release, day: int) -> Vector:
    """Enrolment × `CEILING`: behaviour before the day, nothing of who somebody is and no marks."""
    before = f"clicks WHERE d < {day}"
    f = {
        "days": r.count("count(DISTINCT d)", before),
        "weeks": r.count("count(DISTINCT floor(d / 7))", before),
        "pages": r.count("count(DISTINCT page)", before),
        "clicks": r.count("sum(n)", before),
        "forum": r.count("sum(n)", f"{before} AND kind = 'forum'"),
        "quiz": r.count("count(DISTINCT page)", f"{before} AND kind = 'quiz'"),
        "last": r.count("max(d)", before, np.nan),
        "due": r.count("count(*)", f"enrolments JOIN tasks USING (p) WHERE due < {day}"),
        "submitted": r.count("count(*)", f"handed WHERE d < {day}"),
        "lateness": r.count("avg(d - due)", f"handed WHERE d < {day} AND due < {FAR}", np.nan),
    }
    here = r.still_registered(day)
    for name in ("clicks", "pages", "days"):
        f[f"rel_{name}"] = f[name].copy()
        for p in r.presentations:
            if (here & r.of(p)).any():
                f[f"rel_{name}"][r.of(p)] /= max(1.0, float(np.percentile(f[name][here & r.of(p)], 95)))
    return np.column_stack([f[name] for name in CEILING])


def boosting() -> Any:
    """The issue's reference; every other setting is scikit-learn's default, the seed is fixed because ties in binning may use it."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, random_state=0)


def ceiling(r: Release, day: int) -> Vector:
    """The chance of passing of everybody still registered, by a model that has not seen their presentation."""
    x, here = ceiling_features(r, day), r.still_registered(day)
    out = np.full(len(r), np.nan)
    for p in r.presentations:
        train, test = here & ~r.of(p), here & r.of(p)
        if test.any():
            out[test] = boosting().fit(x[train], r.passed[train]).predict_proba(x[test])[:, 1]
    return out


# ---- the drivers, a second time


def exposure(r: Release, day: int, last: int | None = None) -> Vector:
    """Weeks on the roster before the day: since joining or the start, or within the last weeks."""
    since = np.maximum(r.joined, 0.0 if last is None else max(0.0, day - 7.0 * last))
    return np.asarray(np.maximum(day - since, 1.0) / 7.0)


def saturating(rate: Vector, half: float) -> Vector:
    return np.asarray(1.0 - 2.0 ** (-rate / half))


def share(taken: Vector, offered: Vector) -> Vector:
    """Nothing offered is unknown and not zero."""
    return np.divide(taken, offered, out=np.full_like(taken, np.nan), where=offered > 0)


def drivers(r: Release, day: int) -> dict[str, Vector]:
    """Every driver 0–1 for every enrolment, NaN where nothing was offered."""
    week, recent = exposure(r, day), exposure(r, day, 4)
    before, lately = f"d < {day}", f"d < {day} AND d >= {day - 28}"
    # Carried over from an earlier presentation is not handed in here; what was due before joining is not asked of anybody.
    mine = "NOT exam AND NOT banked AND d >= 0 AND due >= joined"
    due = r.count("count(*)", f"enrolments JOIN tasks USING (p) WHERE NOT exam AND due < {day} AND due >= joined")
    handed = f"handed JOIN enrolments USING (e) WHERE {mine} AND due < {day} AND d < {day}"
    return {
        "active_weeks": np.minimum(_days(r, before, 1) / week, 1.0),
        "recent_days": np.minimum(_days(r, lately, 3) / recent / 3.0, 1.0),
        "clicks": saturating(_capped(r, f"{before} AND kind <> 'forum'", 20) / week, 20.0),
        "pages": saturating(r.count("count(DISTINCT page)", f"clicks WHERE {before} AND kind = 'page'") / week, 3.0),
        "quizzes": _opened(r, day, "quiz"),
        "forum_use": saturating(_capped(r, f"{lately} AND kind = 'forum'", 20) / recent, 5.0),
        "forums_joined": _opened(r, day, "forum"),
        "progress": share(r.count("count(*)", handed), due),
        "in_time": share(r.count("count(*)", f"{handed} AND d <= due"), due),
        "early": share(r.count("count(*)", f"{handed} AND d <= due - 1"), due),
    }


def _days(r: Release, when: str, most: int) -> Vector:
    """Active days, of which at most so many count in one week."""
    acts = f"SELECT e, d FROM clicks WHERE {when} UNION ALL SELECT e, d FROM handed WHERE {when} AND NOT banked"
    weeks = f"SELECT e, least({most}, count(DISTINCT d)) AS n FROM ({acts}) GROUP BY e, floor(d / 7)"
    return r.count("sum(n)", f"({weeks})")


def _capped(r: Release, when: str, most: int) -> Vector:
    """Clicks, of which at most so many count for one page in one week."""
    return r.count("sum(n)", f"(SELECT e, least({most}, sum(n)) AS n FROM clicks WHERE {when} GROUP BY e, page, floor(d / 7))")


def _opened(r: Release, day: int, kind: str) -> Vector:
    """Share of the pages of a kind that anybody had opened since the person joined."""
    offered = f"kind = '{kind}' AND opened >= joined AND opened < {day}"
    given = r.count("count(*)", f"enrolments JOIN pages USING (p) WHERE {offered}")
    taken = f"clicks JOIN enrolments USING (e) JOIN pages USING (p, page, kind) WHERE {offered} AND d < {day}"
    return share(r.count("count(DISTINCT page)", taken), given)


# ---- scores


def score(values: Mapping[str, Vector], weights: Mapping[str, float], signals: Mapping[str, Mapping[str, float]] = SIGNALS) -> Vector:
    """0–100: the weighted mean of signals that are weighted means of drivers, each over what is known.

    `weights` are those of the drivers in the whole score; a signal weighs what its drivers weigh together.
    """
    total, known = (np.zeros(len(next(iter(values.values())))) for _ in range(2))
    for inner in signals.values():
        whole = sum(weights[d] for d in inner)
        there = sum((weights[d] * ~np.isnan(values[d]) for d in inner), np.zeros_like(total))
        value = sum((weights[d] * np.nan_to_num(values[d]) for d in inner), np.zeros_like(total))
        has = there > 0
        total += np.where(has, whole * np.divide(value, there, out=np.zeros_like(value), where=has), 0.0)
        known += np.where(has, whole, 0.0)
    return 100.0 * np.divide(total, known, out=np.full_like(total, np.nan), where=known > 0)


def shipped() -> dict[str, float]:
    return {d: SHIPPED[s] * w / sum(inner.values()) for s, inner in SIGNALS.items() for d, w in inner.items()}


def equal() -> dict[str, float]:
    """Each signal the same, and each driver the same in its signal."""
    return {d: 1.0 / len(SIGNALS) / len(inner) for inner in SIGNALS.values() for d in inner}


def fitted(x: Vector, y: NDArray[np.int64], group: NDArray[Any], ridge: float = 1e-3) -> Vector:
    """Weights ≥ 0 that sum to 1: logistic regression on values centred within groups, with an intercept for each group.

    Ranking is judged within a presentation, so differences between presentations must not decide the weights. What is unknown stands
    at its group's mean.
    """
    from scipy.optimize import minimize

    g = np.unique(group, return_inverse=True)[1]
    size = np.bincount(g)
    x = x.copy()
    for j in range(x.shape[1]):
        there = ~np.isnan(x[:, j])
        mean = np.bincount(g[there], x[there, j], len(size)) / np.maximum(np.bincount(g[there], minlength=len(size)), 1)
        x[:, j] = np.where(there, x[:, j] - mean[g], 0.0)
    k = x.shape[1]

    def loss(t: Vector) -> tuple[float, Vector]:
        z = x @ t[:k] + t[k:][g]
        off = (1.0 / (1.0 + np.exp(-z)) - y) / len(y)
        grad = np.concatenate([x.T @ off + ridge * t[:k], np.bincount(g, off, len(size))])
        return float(np.mean(np.logaddexp(0.0, z) - y * z) + ridge / 2 * t[:k] @ t[:k]), grad

    bounds = [(0.0, None)] * k + [(None, None)] * len(size)
    found = minimize(loss, np.zeros(k + len(size)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x[:k]
    return np.asarray(found / found.sum())


def fit_elsewhere(r: Release, values: Mapping[int, Mapping[str, Vector]], presentation: str) -> dict[str, float]:
    """One set of weights for all days, from every presentation but one."""
    names = list(next(iter(values.values())))
    x, y, group = [], [], []
    for day, v in values.items():
        train = r.still_registered(day) & ~r.of(presentation)
        x.append(np.column_stack([v[n][train] for n in names]))
        y.append(r.passed[train])
        group.append(np.char.add(r.presentation[train], f"@{day}"))
    return dict(zip(names, fitted(np.vstack(x), np.concatenate(y), np.concatenate(group)).tolist(), strict=True))


# ---- the table


def auc_within(r: Release, day: int, scores: Vector) -> dict[str, tuple[float, int]]:
    """(AUC, n) of each presentation over everybody still registered who has a score, where there are both outcomes."""
    from sklearn.metrics import roc_auc_score

    out = {}
    for p in r.presentations:
        who = r.still_registered(day) & r.of(p) & ~np.isnan(scores)
        if len(set(r.passed[who].tolist())) == 2:
            out[p] = (float(roc_auc_score(r.passed[who], scores[who])), int(who.sum()))
    return out


def averaged(found: Mapping[str, tuple[float, int]]) -> float:
    """AUC averaged by the number of people."""
    return sum(a * n for a, n in found.values()) / sum(n for _, n in found.values())


def table(r: Release, days: Sequence[int] = DAYS) -> dict[str, dict[int, dict[str, tuple[float, int]]]]:
    """Way of scoring → day → presentation → (AUC, n)."""
    values = {day: drivers(r, day) for day in days}
    weights = {p: fit_elsewhere(r, values, p) for p in r.presentations}

    def apart(day: int) -> Vector:
        out = np.full(len(r), np.nan)
        for p in r.presentations:
            out[r.of(p)] = score(values[day], weights[p])[r.of(p)]
        return out

    ways: dict[str, Callable[[int], Vector]] = {
        "equal weights": lambda day: score(values[day], equal()),
        "shipped weights": lambda day: score(values[day], shipped()),
        "fitted elsewhere": apart,
        "ceiling": lambda day: ceiling(r, day),
    }
    return {way: {day: auc_within(r, day, of(day)) for day in days} for way, of in ways.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder of the OULAD release")
    r = load(parser.parse_args().folder)
    for way, by_day in table(r).items():
        print(f"{way:18}", " ".join(f"{averaged(found):.4f}" for found in by_day.values()))
        for p in r.presentations:
            print(f"  {p:16}", " ".join("{:.3f} ({})".format(*found.get(p, (float("nan"), 0))) for found in by_day.values()))


if __name__ == "__main__":
    main()
