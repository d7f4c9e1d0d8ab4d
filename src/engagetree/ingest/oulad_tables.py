"""The five tables that an OULAD release becomes, as SQL over its typed files."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from engagetree.ingest.opened import fresh
from engagetree.ingest.oulad_rows import Rows, at_local
from engagetree.ingest.rows import with_week

KINDS = "CASE activity_type WHEN 'quiz' THEN 'quiz' WHEN 'externalquiz' THEN 'quiz' WHEN 'forumng' THEN 'forum' ELSE 'page' END"
ENROLMENT = "p.cohort || '-' || r.id_student"


def _joined(rows: Rows, p: str) -> str:
    return f"{rows.table} r JOIN {p} p USING (code_module, code_presentation)"


def _made(con: duckdb.DuckDBPyConnection, table: str, query: str) -> str:
    name = fresh(f"staged_{table}")
    con.execute(f"CREATE TEMP TABLE {name} AS {query}")
    return name


def events(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows], p: str) -> str:
    """Clicks, added up by person, page and day, at noon of the day; and assessments handed in, at noon too."""
    clicks = (
        f"SELECT NULL::VARCHAR AS event_id, {ENROLMENT} AS participant, {at_local('p.starts + r.date', 12)} AS \"at\", 'click' AS kind, "
        f"p.cohort || '-' || r.id_site AS item, r.clicks::DOUBLE AS amount, 'oulad' AS source, r.line FROM "
        "(SELECT code_module, code_presentation, id_student, id_site, date, sum(sum_click) AS clicks, min(line) AS line "
        f"FROM {files['studentVle'].table} GROUP BY ALL) r JOIN {p} p USING (code_module, code_presentation)"
    )
    handed = (
        f"SELECT NULL, p.cohort || '-' || s.id_student, {at_local('p.starts + s.date_submitted', 12)}, 'submit', "
        f"{task('p.cohort')}, NULL, 'oulad', s.line FROM {files['studentAssessment'].table} s "
        f"JOIN {files['assessments'].table} r USING (id_assessment) JOIN {p} p USING (code_module, code_presentation)"
    )
    return _made(con, "events", with_week(con, f"{clicks} UNION ALL {handed}"))


def task(cohort: str) -> str:
    """The id of an assessment: AAA-2013J-TMA-1752."""
    return f"{cohort} || '-' || r.assessment_type || '-' || r.id_assessment"


def items(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows], p: str) -> str:
    """One course a presentation, its assessments, and its pages that anyone ever opened."""
    start, end = at_local("p.starts"), at_local("p.ends")
    course = (
        "SELECT p.cohort AS item, 'course' AS kind, p.cohort AS cohort, NULL::VARCHAR AS parent, "
        f"code_module || ' ' || code_presentation AS title, {start} AS opens_at, {end} AS closes_at, "
        "NULL::DOUBLE AS seconds, FALSE AS final, 'oulad' AS source, r.line "
        f"FROM {_joined(files['courses'], p)}"
    )
    due = f"CASE WHEN r.date IS NULL THEN {end} ELSE {at_local('p.starts + r.date + 1')} END"
    order = "ORDER BY r.date DESC NULLS LAST, weight DESC, id_assessment DESC"
    last = f"row_number() OVER (PARTITION BY p.cohort, r.assessment_type = 'Exam' {order}) = 1"
    tasks = (
        f"SELECT {task('p.cohort')}, CASE WHEN r.assessment_type = 'Exam' THEN 'exam' ELSE 'task' END, p.cohort, NULL, "
        f"r.assessment_type || ' ' || r.id_assessment, {start}, {due}, NULL, "
        f"r.assessment_type = 'Exam' OR (r.date IS NOT NULL AND {last}), 'oulad', r.line FROM {_joined(files['assessments'], p)}"
    )
    first = "(SELECT code_module, code_presentation, id_site, min(date) AS day FROM " + files["studentVle"].table + " GROUP BY ALL)"
    week = at_local("p.starts + 7 * greatest(r.week_from - 1, 0)")  # week 1 is the first
    opens = f"CASE WHEN r.week_from IS NULL THEN {at_local('p.starts + f.day')} ELSE {week} END"
    pages = (
        f"SELECT p.cohort || '-' || r.id_site, {KINDS}, p.cohort, NULL, r.activity_type || ' ' || r.id_site, {opens}, NULL, NULL, FALSE, "
        f"'oulad', r.line FROM {_joined(files['vle'], p)} LEFT JOIN {first} f USING (code_module, code_presentation, id_site) "
        "WHERE r.week_from IS NOT NULL OR f.day IS NOT NULL"
    )
    return _made(con, "items", f"{course} UNION ALL {tasks} UNION ALL {pages}")


def roster(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows], p: str) -> str:
    """One row an enrolment, with the days of registration and unregistration where they are known."""
    return _made(
        con,
        "roster",
        f"SELECT {ENROLMENT} AS participant, r.id_student AS person, p.cohort, {at_local('p.starts + g.date_registration')} AS joined_at, "
        f"{at_local('p.starts + g.date_unregistration')} AS left_at, NULL::VARCHAR AS owner, json_object('num_of_prev_attempts', "
        f"r.num_of_prev_attempts, 'studied_credits', r.studied_credits)::VARCHAR AS attributes, r.line "
        f"FROM {_joined(files['studentInfo'], p)} LEFT JOIN {files['studentRegistration'].table} g "
        "USING (code_module, code_presentation, id_student)",
    )


def outcomes(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows], p: str) -> str:
    """`passed`: 1 for Pass and Distinction, 0 for Fail and Withdrawn, at the end of the presentation."""
    passed = "CASE WHEN r.final_result IN ('Pass', 'Distinction') THEN 1.0 ELSE 0.0 END"
    return _made(
        con,
        "outcomes",
        f"SELECT {ENROLMENT} AS participant, 'passed' AS outcome, {passed}::DOUBLE AS value, {at_local('p.ends')} AS \"at\", r.line "
        f"FROM {_joined(files['studentInfo'], p)} WHERE r.final_result IN ('Pass', 'Distinction', 'Fail', 'Withdrawn')",
    )
