"""717 pupils of 15 schools: answers on school engagement, and the marks that they gave at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import yaml
from dataset import Dataset, Outcome, write

import engagetree
from engagetree.workspace import Workspace

SCALES = {"emotional": (5, 7, 8, 16, 17), "cognitive": (1, 2, 9, 11, 12, 14, 19), "behavioural": (3, 4, 6, 18)}
"""Which of the 19 items make each scale, as in the release's own scale columns."""

ITEMS = tuple(sorted(i for items in SCALES.values() for i in items))

GOOD = 4


def answers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """`wide`: a row a pupil; `said`: a row an answer of 1 to 5. No answer is no row."""
    con.execute(
        f"CREATE TABLE wide AS SELECT 'p' || row_number() OVER () AS participant, 'school-' || \"coleg.pret\" AS cohort, * "
        f"FROM read_csv('{folder / 'school_engagement.csv'}', delim = ';', all_varchar = true, nullstr = ['', ' '])"
    )
    of = {i: scale for scale, items in SCALES.items() for i in items}
    parts = [
        f"SELECT participant, cohort, '{scale}' AS scale, 'item-{i}' AS item, try_cast(\"ECE{i}.pret\" AS DOUBLE) AS amount FROM wide"
        for i, scale in of.items()
    ]
    con.execute(f"CREATE TABLE said AS SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE amount IS NOT NULL")


def definition() -> str:
    """No template asks questions: one signal a scale, the mean answer from 1 (nothing) to 5 (all), weighing as many parts as it has items."""
    signals = {
        scale: {
            "weight": len(items) / len(ITEMS),
            "accountable": "Teacher",
            "drivers": {
                "mean_answer": {
                    "taken": f"answer_{scale}", "measure": "amount", "per": scale, "normalise": "range", "floor": 1, "target": 5, "unit": "points",
                }
            },
        }
        for scale, items in SCALES.items()
    }  # fmt: skip
    outcome = {"marks": {"label": f"Mark of {GOOD} or 5 in mathematics", "inside": "none", "at_least": GOOD}}
    head = {"programme": "school-survey", "zone": "UTC", "period": "week", "reason": "Three scales, every item counts alike."}
    return yaml.safe_dump({**head, "signals": signals, "outcomes": outcome}, sort_keys=False)


def build(folder: Path, place: Path) -> Workspace:
    """The survey has no days: all answers are put on one nominal day, and the marks after it, though they were asked together. What was not
    answered is excused, because no answer is not the lowest one."""
    con = duckdb.connect()
    answers(con, folder)
    (place / "programme.yml").write_text(definition(), "utf-8")
    tables = {
        "roster": "SELECT participant, cohort FROM wide",
        "items": "SELECT DISTINCT item, scale AS kind, NULL AS cohort, '2020-01-06T00:00:00+00:00' AS opens_at, NULL AS closes_at FROM said UNION ALL "
        "SELECT DISTINCT cohort, 'course', cohort, '2020-01-06T00:00:00+00:00', '2020-01-13T00:00:00+00:00' FROM wide",
        "events": "SELECT participant, '2020-01-07T12:00:00+00:00' AS \"at\", 'answer_' || scale AS kind, item, amount FROM said",
        "excusals": "SELECT w.participant, i.item, '2020-01-06T00:00:00+00:00' AS from_at, '2020-01-13T00:00:00+00:00' AS until_at, 'no answer' AS reason "
        "FROM wide w, (SELECT DISTINCT item FROM said) i WHERE (w.participant, i.item) NOT IN (SELECT (participant, item) FROM said)",
        "outcomes": "SELECT participant, 'marks' AS outcome, try_cast(\"ren.mat.pret\" AS DOUBLE) AS value, '2020-01-14T00:00:00+00:00' AS \"at\" "
        "FROM wide",
    }  # fmt: skip
    work = engagetree.create(place / "work", place / "programme.yml")
    for name, sql in tables.items():
        work.take(write(con, sql, place / f"{name}.csv"), as_=name)
    work.score()
    return work


def features(folder: Path, week: int) -> Mapping[str, Sequence[float]]:
    """The 16 answers as they were given; the clock has one week."""
    con = duckdb.connect()
    answers(con, folder)
    columns = ", ".join(f"coalesce(max(amount) FILTER (WHERE item = 'item-{i}'), 'nan'::DOUBLE)" for i in ITEMS)
    return {r[0]: r[1:] for r in con.execute(f"SELECT participant, {columns} FROM said GROUP BY 1").fetchall()}


SURVEY = Dataset(
    "school-engagement-survey", "School engagement survey", "CC BY 4.0",
    "Rodríguez, Valle, Piñeiro, Vieites, González-Suárez & Rodríguez-Llorente 2020, doi.org/10.5281/zenodo.4018678",
    ("school_engagement.csv",), "a definition written for it: the three scales of the survey, every item alike",
    "Mark of 4 or 5 in mathematics, as the pupils gave it in the same questionnaire. Nothing here came before anything else: this says what goes "
    "together, not what comes later.",
    (Outcome("marks", f"Mark of {GOOD} or 5 in mathematics", (1,)),),
    build, tuple(f"item {i}" for i in ITEMS), features,
)  # fmt: skip
