"""A Moodle course on learning analytics: 130 students, seven weeks of log, grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from dataset import ACTS, MAPS, Dataset, Outcome, behaviour, write

import engagetree
from engagetree.definition.templates import template
from engagetree.workspace import Workspace

START = "2019-09-09"
KIND = (
    "CASE split_part(item, ':', 1) WHEN 'Forum' THEN 'forum' WHEN 'Assignment' THEN 'task' WHEN 'Quiz' THEN 'quiz' "
    "WHEN 'Choice' THEN 'quiz' ELSE 'page' END"
)
SEEN = (
    "'Course viewed', 'Course module viewed', 'Discussion viewed', 'Post created', 'Discussion created', 'A submission has been submitted.'"
)


ALIKE = 0.5
"""Share of acts at the same second on the same thing from which two are one person. Nothing is between 5 and 80 %."""


def originals(con: duckdb.DuckDBPyConnection, log: str) -> dict[str, str]:
    """user → who they are a copy of. Among the 130 of the release, near copies of the same person stand two to four times: the same acts
    on the same things within a second of each other. Whoever takes them for different people learns from those who are tested."""
    con.execute(
        f'CREATE TABLE acts AS SELECT DISTINCT "user" AS u, "Event.context" || "Event.name" AS c, epoch(timecreated)::BIGINT AS t FROM {log}'
    )
    pairs = con.execute(
        "WITH n AS (SELECT u, count(*) AS n FROM acts GROUP BY 1), p AS (SELECT a.u AS one, b.u AS other, count(DISTINCT (a.c, a.t)) AS k "
        "FROM acts a JOIN acts b ON a.c = b.c AND b.t BETWEEN a.t - 1 AND a.t + 1 AND a.u < b.u GROUP BY ALL) "
        f"SELECT one, other FROM p JOIN n x ON x.u = one JOIN n y ON y.u = other WHERE k >= {ALIKE} * least(x.n, y.n) ORDER BY 1, 2"
    ).fetchall()
    first: dict[str, str] = {}
    for one, other in pairs:
        first.setdefault(other, first.get(one, one))
    return first


def build(folder: Path, place: Path) -> Workspace:
    """The shipped template as it is. What is due when is not in the release: a task is due at the end of its busiest day of handing in."""
    con, log = duckdb.connect(), f"'{folder / 'events.parquet'}'"
    middle = con.execute(f"SELECT median(Final_grade) FROM '{folder / 'results.csv'}'").fetchone()[0]  # type: ignore[index]
    definition = template("on-demand-course").replace("programme: on-demand-course", "programme: moodle-la")
    head, _, _ = definition.partition("\noutcomes:")
    text = f"{head}\noutcomes:\n  grade: {{label: Grade in the upper half, inside: [completion], at_least: {middle!r}}}\n"
    (place / "programme.yml").write_text(text, "utf-8")
    items = write(
        con,
        f'WITH seen AS (SELECT "Event.context" AS item, min(timecreated) AS opens FROM {log} GROUP BY 1), '
        f'handed AS (SELECT "Event.context" AS item, timecreated::DATE AS day, count(*) AS n FROM {log} '
        "WHERE \"Event.name\" = 'A submission has been submitted.' GROUP BY ALL), "
        "due AS (SELECT item, max_by(day, n) + INTERVAL 1 DAY AS due FROM handed GROUP BY 1) "
        f"SELECT item, {KIND} AS kind, 'la-2019' AS cohort, opens || '+00:00' AS opens_at, "
        "due || '+00:00' AS closes_at FROM seen LEFT JOIN due USING (item) UNION ALL "
        f"SELECT 'course', 'course', 'la-2019', '{START} 00:00:00+00:00', '2019-10-28 00:00:00+00:00'",
        place / "items.csv",
    )
    work = engagetree.create(place / "work", place / "programme.yml")
    con.execute("CREATE TABLE copies (u VARCHAR, person VARCHAR)")
    con.executemany("INSERT INTO copies VALUES (?, ?)", list(originals(con, log).items()))
    roster = f'SELECT r."user" AS participant, coalesce(person, r."user") AS person, \'la-2019\' AS cohort FROM \'{folder / "results.csv"}\' r LEFT JOIN copies ON u = r."user"'
    work.take(write(con, roster, place / "roster.csv"), as_="roster")
    work.take(items, as_="items")
    work.take(folder / "events.parquet", mapping=MAPS / "moodle_events.map.yml")
    work.take(folder / "results.csv", mapping=MAPS / "moodle_outcomes.map.yml")
    work.score()
    return work


KINDS = ("page", "forum", "task", "quiz", "handed")


def features(folder: Path, week: int) -> Mapping[str, Sequence[float]]:
    acts = (
        "SELECT \"user\" AS participant, 'la' AS cohort, epoch(timecreated - TIMESTAMP '" + START + "') / 86400 AS d, "
        f"item, CASE WHEN \"Event.name\" = 'A submission has been submitted.' THEN 'handed' ELSE {KIND} END AS kind "
        f'FROM (SELECT *, "Event.context" AS item FROM \'{folder / "events.parquet"}\') WHERE "Event.name" IN ({SEEN})'
    )
    return behaviour(duckdb.connect(), acts, 7 * week, KINDS)


MOODLE = Dataset(
    "moodle-la-course", "Moodle course on learning analytics", "CC BY 4.0",
    "López-Pernas, Saqr, Conde & Del-Río-Carazo 2024, in Learning Analytics Methods and Tutorials",
    ("events.parquet", "results.csv"), "`on-demand-course` as shipped",
    "Final grade at or above the median. A pass (5 of 10) would be the natural outcome, but only 18 of 130 did not reach it; the upper half is "
    "the cut with the most people on both sides. The 130 are 45 people: the release holds each two to four times, with nearly the same acts "
    "within a second of each other. Copies count as one person, in every interval and every split.",
    (Outcome("grade", "Grade in the upper half", (2, 3, 4, 5, 6), ("completion",)),
     Outcome("grade", "Grade in the upper half", (2, 3, 4, 5, 6), ())),
    build, (*ACTS, *KINDS), features,
)  # fmt: skip
