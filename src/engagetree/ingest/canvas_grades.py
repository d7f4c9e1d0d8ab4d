"""Canvas's gradebook export: grades become outcomes from 0 to 100, by the row `Points Possible`.

`EX` (excused), `N/A` and blank are no grade and never zero. The posting row and the row of points are no people; the test student is none.
Of the totals only the course's own are read: `Current Score` leaves out what is not graded, `Final Score` counts it as zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_text import Record, head_of, text_of
from engagetree.ingest.meeting_when import plain
from engagetree.ingest.people_tables import Grid, cell, day_of, grid, noon, number, placed, refuse, somebody, unique
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report

PEOPLE = {
    "name": ("Student", "Student Name"), "last": ("LastName", "Last Name"), "first": ("FirstName", "First Name"), "own": ("ID",),
    "number": ("SIS User ID",), "login": ("SIS Login ID",), "integration": ("Integration ID",), "section": ("Section",),
}  # fmt: skip
ASSIGNMENT = re.compile(r"^(?P<title>.+) \((?P<id>\d+)\)$")
TOTALS = ("Current Score", "Final Score")
EXCUSED, NONE = ("ex",), ("n/a", "-", "")
TEST = ("student, test", "test student")


def is_header(cells: Sequence[str]) -> bool:
    """Whether a record is the header of a gradebook."""
    at = placed(cells, PEOPLE)
    return ("name" in at or {"last", "first"} <= set(at)) and {"own", "section"} <= set(at)


def recognises(path: Path) -> bool:
    """Whether the first lines have such a header."""
    head = head_of(path) if form(path) == "text" else None
    return head is not None and grid(head, is_header) is not None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Grades of everybody in the file. Raises ImportRefused, OpenQuestion where nothing says when it was exported."""
    text = text_of(path)
    found = grid(text, is_header)
    if found is None:
        raise ImportRefused(path.name, "it has no header of a Canvas gradebook", "Looked for: Student, ID, Section.")
    report = Report(path.name, "canvas", delimiter=found.delimiter, header=found.header.cells)
    at = noon(day_of(path.name, answers), answers)
    for row in found.above:
        refuse(report, row, "it stands above the header")
    report.merged()
    own = placed(found.header.cells, PEOPLE)
    people, possible = _split(report, found, own)
    excused = words = 0
    names = _outcomes(report, found, possible)
    for row in people:
        fault = found.fault(row, max([*own.values(), *names]) + 1)
        name = cell(row, own.get("name")) or f"{cell(row, own.get('first'))} {cell(row, own.get('last'))}".strip()
        if not fault and plain(name) in TEST:
            refuse(report, row, "the test student is nobody")
            continue
        who = somebody("canvas", name, "", *(cell(row, own.get(f)) for f in ("login", "number", "own")))
        if fault or who is None:
            refuse(report, row, fault or "it names nobody")
            continue
        report.kept()
        report.who(who)
        for i, (outcome, maximum) in names.items():
            shown = cell(row, i)
            value = number(shown)
            excused += plain(shown) in EXCUSED
            words += value is None and plain(shown) not in (*EXCUSED, *NONE)
            if value is not None and (maximum or "%" in shown):
                report.became(row.line, who, outcome, value if "%" in shown or maximum is None else 100 * value / maximum, at)
    if excused:
        report.note(f"Excused (EX): {excused:,}; no grade, and not zero. If people are let off a task, import excusals too.")
    if words:
        report.note(f"Grades that are no numbers (letters, complete or incomplete) and not read: {words:,}.")
    for note in text.notes:
        report.note(note)
    return report.staged(con, scratch)


def _split(report: Report, found: Grid, own: dict[str, int]) -> tuple[list[Record], Record | None]:
    """The rows of people, and the row of points. Posting rows and repeated headers are merged: they have no id."""
    people: list[Record] = []
    possible: Record | None = None
    for row in found.rows:
        first = row.cells[0] if row.cells and not row.fault else ""
        if not row.fault and [c.strip() for c in row.cells] == [c.strip() for c in found.header.cells]:
            report.merged()
        elif plain(first) == "points possible" or (first.startswith("    ") and not cell(row, own["own"])):
            possible = possible or row
            report.merged()
        elif not row.fault and not people and possible is None and not first.strip() and not cell(row, own["own"]):
            report.merged()
        else:
            people.append(row)
    return people, possible


def _outcomes(report: Report, found: Grid, possible: Record | None) -> dict[int, tuple[str, float | None]]:
    """Column → (outcome, points possible). A total is a percentage already; an assignment without points is left out."""
    if possible is None:
        report.note("There is no row “Points Possible”: only the course's totals are read.")
    columns: dict[int, tuple[str, float]] = {}
    none = 0
    for i, header in enumerate(found.header.cells):
        m = ASSIGNMENT.match(header.strip())
        if m is None:
            if header.strip() in TOTALS:
                columns[i] = (header.strip(), 100.0)
            continue
        points = number(cell(possible, i)) if possible is not None else None
        if points is None or points <= 0:
            none += possible is not None
        else:
            columns[i] = (m["title"].strip(), points)
    if none:
        report.note(f"Assignments without points possible, whose grades are not read: {none:,}.")
    titles = unique([title for title, _ in columns.values()])
    return {i: (f"grade: {t}", columns[i][1]) for i, t in zip(columns, titles, strict=True)}


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("canvas-grades", "Canvas: gradebook export", recognises, stage, stage_answered)
