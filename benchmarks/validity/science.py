"""Online science courses at a US virtual school: gradebooks of 26 sections, with four dated progress checks in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from dataset import Dataset, Outcome, cut_to, write

import engagetree
from engagetree.workspace import Workspace

PASS = 70
CHECKS = (4, 8, 13)
"""Weeks at whose end the first three progress checks are over, in autumn and spring alike."""

STARTS = {"S116": "2015-09-07", "S216": "2016-01-25"}


def tables(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """`given`: an item of a section with its kind and the day of the progress check that follows it; `handed`: who has points in it.

    A gradebook keeps its order, and the checks stand in it with their dates: what stands before a check was due by it. Rows that sum up
    others (points earned, work attempted, the checks) are left out, and so are the last items, which no check follows.
    """
    con.execute(
        f"CREATE TABLE book AS SELECT CourseSectionOrigID AS cohort, Bb_UserPK::BIGINT AS s, trim(Gradebook_Item) AS item, "
        f"Points_Earned AS earned, file_row_number AS row FROM read_parquet('{folder / 'course_gradebook_items.parquet'}', "
        "file_row_number = true)"
    )
    con.execute(
        "CREATE TABLE given AS WITH places AS (SELECT cohort, item, min(row) AS place FROM book GROUP BY ALL), "
        "checks AS (SELECT cohort, place, try_strptime(split_part(item, '@ ', 2), '%m-%d-%y') AS day FROM places "
        "WHERE item LIKE 'PROGRESS CHECK%@%'), "
        "due AS (SELECT p.cohort, p.item, p.place, min(c.day) AS day FROM places p JOIN checks c ON c.cohort = p.cohort AND c.place > p.place "
        "WHERE NOT regexp_matches(p.item, '^(PROGRESS CHECK|POINTS EARNED|WORK ATTEMPTED|ATTEMPTED)') GROUP BY ALL) "
        "SELECT *, CASE WHEN regexp_matches(item, 'Discussion|DB #|DB$') THEN 'forum' WHEN regexp_matches(item, 'Quiz|Test|Assessment|Exam') "
        "THEN 'quiz' ELSE 'task' END AS kind FROM due"
    )
    con.execute(
        "CREATE TABLE handed AS SELECT DISTINCT b.cohort, s, item, day, kind FROM book b JOIN given USING (cohort, item) WHERE earned IS NOT NULL"
    )
    terms = " OR ".join(f"o.semester = '{t}'" for t in STARTS)
    con.execute(
        "CREATE TABLE people AS SELECT DISTINCT ON (student_id, course_id) course_id || '-' || student_id::BIGINT AS participant, "
        f"student_id::BIGINT AS s, course_id AS cohort, semester, final_grade FROM '{folder / 'sci_mo_outcomes.csv'}' o WHERE {terms}"
    )


def build(folder: Path, place: Path) -> Workspace:
    con = duckdb.connect()
    tables(con, folder)
    definition = cut_to(
        "on-demand-course",
        {"interaction": ["quizzes"], "contribution": ["forums_joined"], "completion": ["progress"]},
        programme="online-science",
        outcomes={"passed": {"label": f"Final grade of {PASS} or more", "at_least": PASS}},
    )
    (place / "programme.yml").write_text(definition, "utf-8")
    start = "CASE WHEN cohort LIKE '%S116%' THEN '2015-09-07' ELSE '2016-01-25' END"
    term = "cohort IN (SELECT cohort FROM people)"
    noon, night = "strftime(day, '%Y-%m-%d') || 'T12:00:00+00:00'", "strftime(day, '%Y-%m-%d') || 'T23:00:00+00:00'"
    roster = "SELECT participant, s::VARCHAR AS person, cohort FROM people"
    items = (
        f"SELECT cohort || ': ' || item AS item, kind, cohort, {start} || 'T00:00:00+00:00' AS opens_at, {night} AS closes_at FROM given WHERE {term} "
        f"UNION ALL SELECT cohort, 'course', cohort, {start} || 'T00:00:00+00:00', "
        "CASE WHEN cohort LIKE '%S116%' THEN '2015-12-28' ELSE '2016-05-30' END || 'T00:00:00+00:00' FROM (SELECT DISTINCT cohort FROM given) "
        f"WHERE {term}"
    )
    events = (
        f"SELECT participant, {noon} AS \"at\", CASE kind WHEN 'task' THEN 'submit' ELSE 'click' END AS kind, cohort || ': ' || item AS item "
        "FROM handed JOIN people USING (cohort, s)"
    )
    outcomes = (
        "SELECT participant, 'passed' AS outcome, final_grade AS value, "
        "CASE semester WHEN 'S116' THEN '2016-01-10' ELSE '2016-06-15' END || 'T00:00:00+00:00' AS \"at\" FROM people"
    )
    work = engagetree.create(place / "work", place / "programme.yml")
    for name, sql in {"roster": roster, "items": items, "events": events, "outcomes": outcomes}.items():
        work.take(write(con, sql, place / f"{name}.csv"), as_=name)
    work.score()
    return work


NAMES = ("handed", "given", "share", "tasks", "quizzes", "discussions", "last_check", "rel_share")


def features(folder: Path, week: int) -> Mapping[str, Sequence[float]]:
    con = duckdb.connect()
    tables(con, folder)
    until = " ".join(f"WHEN '{t}' THEN DATE '{d}' + {7 * week}" for t, d in STARTS.items())
    rows = con.execute(
        f"WITH p AS (SELECT *, CASE semester {until} END AS until FROM people), "
        "f AS (SELECT p.participant, any_value(p.cohort) AS cohort, count(h.item)::DOUBLE AS n, "
        "any_value((SELECT count(*) FROM given g WHERE g.cohort = p.cohort AND g.day < p.until))::DOUBLE AS given, "
        "count(*) FILTER (WHERE h.kind = 'task')::DOUBLE AS t, count(*) FILTER (WHERE h.kind = 'quiz')::DOUBLE AS q, "
        "count(*) FILTER (WHERE h.kind = 'forum')::DOUBLE AS d, count(*) FILTER (WHERE h.day >= p.until - 35)::DOUBLE AS late "
        "FROM p LEFT JOIN handed h ON h.cohort = p.cohort AND h.s = p.s AND h.day < p.until GROUP BY 1) "
        "SELECT participant, n, given, n / greatest(given, 1), t, q, d, late, n / greatest(1, quantile_cont(n, 0.95) OVER (PARTITION BY cohort)) FROM f"
    ).fetchall()
    return {r[0]: r[1:] for r in rows}


SCIENCE = Dataset(
    "dataedu-online-science", "US online science courses", "CC BY 4.0",
    "Estrellado, Freer, Mostipak, Rosenberg & Velásquez, Data Science in Education Using R",
    ("course_gradebook_items.parquet", "sci_mo_outcomes.csv"),
    "`on-demand-course` with the drivers that a gradebook can feed: quizzes taken, discussions joined, tasks handed in",
    "Final grade of 70 or more, the lowest C of US schools. The grade is made of the same gradebook, so circularity cannot be ruled out and the "
    "product never says more than “cannot tell” of the whole. Minutes and words are totals of the whole course and enrolment status has no day: "
    "neither is used. A late hand-in cannot be told from one in time. In this release points say nothing about the grade, not even over the "
    "whole course (correlation of the share of items without points with the grade \u22120.01): no score of them can.",
    (Outcome("passed", "Final grade of 70 or more", CHECKS, None),),
    build, NAMES, features,
)  # fmt: skip
