"""Moodle's gradebook as a text file: grades become outcomes, from 0 to 100 where the export has percentages.

`-` is no grade and never zero. A `(Real)` column does not say its maximum: it is kept in points. Letters and feedback are not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_text import head_of, text_of
from engagetree.ingest.meeting_when import plain
from engagetree.ingest.people_tables import Grid, cell, day_of, grid, noon, number, profile, refuse, somebody, unique
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report

DELIMITERS = ("\t", ",", ";", ":")
LAST = (
    "Last downloaded from this course", "Zuletzt aus diesem Kurs heruntergeladen", "Zuletzt aus diesem Kurs geladen",
    "Última descarga realizada en este curso", "Última descarga de este curso", "Dernier téléchargement depuis ce cours",
    "Último download realizado neste curso", "Ultimo download da questo corso", "Laatst gedownload uit deze cursus",
)  # fmt: skip
ITEM = re.compile(r"^(?P<title>.+) \((?P<how>[^()]+)\)$")
HOW = {
    "percentage": "percent", "prozentsatz": "percent", "prozent": "percent", "porcentaje": "percent", "pourcentage": "percent",
    "porcentagem": "percent", "percentuale": "percent", "percentage ": "percent", "real": "points", "punkte": "points", "reell": "points",
    "brute": "points", "valeur": "points", "punteggio": "points", "echt": "points", "letter": "", "letra": "", "lettre": "", "feedback": "",
    "ruckmeldung": "", "retroalimentacion": "", "buchstabe": "", "comentarios": "", "lettera": "", "rekenwaarde": "points",
}  # fmt: skip
UNIX = re.compile(r"\d{9,10}")


def graded(cells: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Column → (title, percent | points) of what is graded in a header."""
    found = {i: (m["title"].strip(), HOW.get(plain(m["how"]))) for i, c in enumerate(cells) if (m := ITEM.match(c.strip()))}
    return {i: (title, how) for i, (title, how) in found.items() if how}


def is_header(cells: Sequence[str]) -> bool:
    """Whether a record is the header of such an export: people's columns, and grades or when it was last downloaded."""
    own = profile(cells)
    if len({"first", "last", "email", "number", "login"} & set(own)) < 2:
        return False
    last = any(plain(c) in {plain(w) for w in LAST} for c in cells)
    marks = [c for c in cells if (m := ITEM.match(c.strip())) and plain(m["how"]) in HOW]
    return last or bool(marks)


def recognises(path: Path) -> bool:
    """Whether the first lines have such a header."""
    head = head_of(path) if form(path) == "text" else None
    return head is not None and grid(head, is_header, DELIMITERS) is not None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Grades of everybody in the file. Raises ImportRefused, OpenQuestion where nothing says when it was exported."""
    text = text_of(path)
    found = grid(text, is_header, DELIMITERS)
    if found is None:
        raise ImportRefused(path.name, "it has no header of a Moodle gradebook", "Looked for: First name, Email address, … (Real).")
    report = Report(path.name, "moodle", delimiter=found.delimiter, header=found.header.cells)
    for row in found.above:
        refuse(report, row, "it stands above the header")
    report.merged()
    _read(report, found, answers)
    for note in text.notes:
        report.note(note)
    return report.staged(con, scratch)


def _read(report: Report, found: Grid, answers: Answers) -> None:
    own, columns = profile(found.header.cells), graded(found.header.cells)
    percents = {title for title, how in columns.values() if how == "percent"}
    used = {i: c for i, c in columns.items() if c[1] == "percent" or c[0] not in percents}
    names = dict(zip(used, unique([f"{'grade' if how == 'percent' else 'points'}: {title}" for title, how in used.values()]), strict=True))
    last = _downloaded(found)
    if any(how == "points" for _, how in used.values()):
        report.note("Grades marked (Real) are kept in points: the export does not say their maximum. Export percentages for 0 to 100.")
    when: datetime | None = None
    words = 0
    for row in found.rows:
        fault = found.fault(row, max([*own.values(), *used, -1 if last is None else last]) + 1)
        if not fault and list(row.cells) == list(found.header.cells):
            report.merged()
            continue
        name = f"{cell(row, own.get('first'))} {cell(row, own.get('last'))}".strip()
        who = somebody("moodle", name, *(cell(row, own.get(f)) for f in ("email", "login", "number")))
        stamp = cell(row, last)
        if not fault and last is not None and not UNIX.fullmatch(stamp):
            fault = "when it was downloaded cannot be read"
        if fault or who is None:
            refuse(report, row, fault or "it names nobody")
            continue
        if last is None and when is None:
            when = noon(day_of(report.source, answers), answers)
        at = when or datetime.fromtimestamp(int(stamp), UTC)
        report.kept()
        report.who(who)
        for i, outcome in names.items():
            text = cell(row, i)
            value = number(text)
            words += bool(text) and value is None
            if value is not None:
                report.became(row.line, who, outcome, value, at)
    if words:
        report.note(f"Grades that are no numbers and not read: {words:,}.")


def _downloaded(found: Grid) -> int | None:
    """The column that says when it was downloaded, in any language: the last, where every row has seconds since 1970."""
    header = [plain(c) for c in found.header.cells]
    named = next((header.index(w) for x in LAST if (w := plain(x)) in header), None)
    if named is not None:
        return named
    i = len(header) - 1
    cells = [cell(r, i) for r in found.rows if not r.fault]
    return i if cells and sum(bool(UNIX.fullmatch(c)) for c in cells) > len(cells) // 2 else None


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("moodle-grades", "Moodle: gradebook as a text file", recognises, stage, stage_answered)
