"""What holds the seven files together: rows of nobody are refused, repeated ones merged, peculiarities noted with their number."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from engagetree.engine import literal
from engagetree.ingest.oulad_rows import Rows, one_each, refuse
from engagetree.ingest.rows import count

CODES = "code_module, code_presentation"


def check(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows]) -> list[str]:
    """Judges the rows of all files but `courses`, in the order in which they lean on each other. Returns notes."""
    presentation = ("presentation", "code_module || '-' || code_presentation")
    for kind in ("assessments", "vle", "studentInfo"):
        _announced(con, files[kind], files["courses"], CODES, presentation)
    one_each(con, files["assessments"], ("id_assessment",))
    one_each(con, files["vle"], ("code_module", "code_presentation", "id_site"))
    one_each(con, files["studentInfo"], ("code_module", "code_presentation", "id_student"))
    return [*_pages(con, files), *_enrolments(con, files), *_submissions(con, files), *_clicks(con, files)]


def _announced(con: duckdb.DuckDBPyConnection, rows: Rows, where: Rows, columns: str, what: tuple[str, str]) -> None:
    """Refuses rows whose columns do not occur in the file `where`; `what` is a noun and a text expression."""
    reason = f"{literal(what[0] + ' ')} || {what[1]} || {missing_in(where)}"
    refuse(con, rows, f"({columns}) NOT IN (SELECT ({columns}) FROM {where.table})", f"{what[0]} is not known", reason)


def missing_in(where: Rows) -> str:
    """The end of a reason: in which file the thing is not."""
    return literal(f" is not in {where.part.name}")


def _student(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows], kind: str) -> None:
    info = files["studentInfo"]
    what = ("student", "id_student || ' of ' || code_module || '-' || code_presentation")
    _announced(con, files[kind], info, f"{CODES}, id_student", what)


def _pages(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows]) -> list[str]:
    _student(con, files, "studentVle")
    vle = files["vle"]
    _announced(con, files["studentVle"], vle, f"{CODES}, id_site", ("page", "id_site"))
    clicked = f"SELECT DISTINCT {CODES}, id_site FROM {files['studentVle'].table}"
    left_out = count(con, f"{vle.table} ANTI JOIN ({clicked}) USING ({CODES}, id_site) WHERE week_from IS NULL")
    vle.merged += left_out
    return [f"{left_out} pages that nobody ever opened and that have no week are left out (counted as merged)"] if left_out else []


def _enrolments(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows]) -> list[str]:
    info, registration = files["studentInfo"], files["studentRegistration"]
    _student(con, files, "studentRegistration")
    one_each(con, registration, ("code_module", "code_presentation", "id_student"))
    refuse(
        con,
        registration,
        "date_unregistration < date_registration",
        "unregistered before registering",
        "'date_unregistration lies before date_registration'",
    )
    registered = count(con, registration.table)
    registration.merged += registered
    alone = f"{info.table} ANTI JOIN {registration.table} USING ({CODES}, id_student)"
    both = f"{info.table} LEFT JOIN {registration.table} USING ({CODES}, id_student)"
    withdrawn, known = "final_result = 'Withdrawn'", "final_result IN ('Pass', 'Distinction', 'Fail', 'Withdrawn')"
    facts = {
        "enrolments have no row of registration: when they joined is not known": alone,
        "enrolments have no date of registration": f"{registration.table} WHERE date_registration IS NULL",
        "withdrew without a date: they stay on the roster to the end": f"{both} WHERE {withdrawn} AND date_unregistration IS NULL",
        "unregistered and yet have another result": f"{both} WHERE final_result <> 'Withdrawn' AND date_unregistration IS NOT NULL",
        "enrolments have no result that is known": f"{info.table} WHERE NOT coalesce({known}, FALSE)",
    }
    notes = [f"{registered} rows of {registration.part.name} went into the enrolments' rows of the roster (counted as merged)"]
    return notes + [f"{n} {what}" for what, where in facts.items() if (n := count(con, where))]


def _submissions(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows]) -> list[str]:
    rows, tasks = files["studentAssessment"], files["assessments"]
    _announced(con, rows, tasks, "id_assessment", ("assessment", "id_assessment"))
    enrolled = f"SELECT a.id_assessment, i.id_student FROM {tasks.table} a JOIN {files['studentInfo'].table} i USING ({CODES})"
    reason = f"'student ' || id_student || ' of assessment ' || id_assessment || {missing_in(files['studentInfo'])}"
    refuse(con, rows, f"(id_assessment, id_student) NOT IN ({enrolled})", "student is not known", reason)
    before = count(con, rows.table)
    con.execute(f"DELETE FROM {rows.table} WHERE is_banked = 1")
    banked = before - count(con, rows.table)
    first = f"SELECT min(line) FROM {rows.table} GROUP BY id_assessment, id_student, date_submitted"
    con.execute(f"DELETE FROM {rows.table} WHERE line NOT IN ({first})")
    rows.merged += before - count(con, rows.table)
    note = f"{banked} results were carried over from an earlier presentation: not an act of this one (counted as merged)"
    return [note] if banked else []


def _clicks(con: duckdb.DuckDBPyConnection, files: Mapping[str, Rows]) -> list[str]:
    rows = files["studentVle"]
    days = count(con, f"(SELECT DISTINCT {CODES}, id_student, id_site, date FROM {rows.table})")
    added = count(con, rows.table) - days
    rows.merged += added
    return (
        [f"{added:,} rows of clicks were added up with another row of the same student, page and day (counted as merged)"] if added else []
    )
