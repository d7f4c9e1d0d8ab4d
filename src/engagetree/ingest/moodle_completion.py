"""Moodle's report of activity completion: every activity is a step offered to everybody in the file; completed ones are acts.

The header's first cell is empty; two columns for each activity: its name and when it was expected, below them the state and its moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_text import Text, head_of, text_of
from engagetree.ingest.meeting_when import Clock, moment, plain, unguarded
from engagetree.ingest.people_tables import Grid, cell, grid, noon, profile, refuse, somebody, unique
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report

OPEN = ("not completed", "nicht abgeschlossen", "no finalizado", "no completado", "sin finalizar", "sin completar", "non acheve",
        "non termine",
        "inacheve", "nao concluido", "nao completado", "non completato", "niet voltooid")  # fmt: skip
DONE = ("completed", "abgeschlossen", "finalizado", "completado", "acheve", "termine", "concluido", "completato", "voltooid")
FAILED = ("did not achieve pass grade", "nicht bestanden", "no alcanzo la calificacion", "sans atteindre", "nao atingiu", "mancato")


def state(text: str) -> str | None:
    """complete | fail | open, or None where the words are not known.

    >>> [state(t) for t in ("Completed (achieved pass grade)", "Not completed", "Nicht abgeschlossen (x)", "?")]
    ['complete', 'open', 'open', None]
    """
    said = plain(text)
    if said.startswith(OPEN):
        return "open"
    if not said.startswith(DONE):
        return None
    return "fail" if any(w in said for w in FAILED) else "complete"


@dataclass(frozen=True)
class Shape:
    """Where the activities begin; from there on two columns each."""

    grid: Grid
    first: int

    @property
    def activities(self) -> range:
        """The columns of the states."""
        return range(self.first, len(self.grid.header.cells) - 1, 2)


def is_header(cells: Sequence[str]) -> bool:
    """A first cell that is empty, and names behind it."""
    return len(cells) >= 3 and not cells[0].strip() and bool(cells[1].strip())


def shape_of(text: Text) -> Shape | None:
    """The report taken apart, or None where it is none: the states below tell it from other tables."""
    found = grid(text, is_header, ("\t", ",", ";"))
    if found is None:
        return None
    header = found.header.cells
    for first in range(1 + (len(header) - 1) % 2, len(header) - 1, 2):
        columns = range(first, len(header) - 1, 2)
        due = all(not header[i + 1].strip() or moment(header[i + 1]) for i in columns)
        if due and all(header[i].strip() for i in columns) and any(state(cell(r, i)) for r in found.rows for i in columns if not r.fault):
            return Shape(found, first)
    return None


def recognises(path: Path) -> bool:
    """Whether the first lines are such a report."""
    head = head_of(path) if form(path) == "text" else None
    return head is not None and shape_of(head) is not None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Steps, and who completed them. Raises ImportRefused, OpenQuestion where no zone is known."""
    text = text_of(path)
    shape = shape_of(text)
    if shape is None:
        raise ImportRefused(path.name, "it is no report of activity completion", "Its header begins with an empty cell.")
    if answers.zone is None:
        do = "Say it with --zone Europe/Madrid, or set `zone` in the programme."
        raise OpenQuestion(path.name, "zone", "its times carry no zone", do)
    report = Report(path.name, "moodle", delimiter=shape.grid.delimiter, header=shape.grid.header.cells)
    clock = Clock(path.name, answers.zone)
    for row in shape.grid.above:
        refuse(report, row, "it stands above the header")
    report.merged()
    items = _offer(report, shape, answers)
    _read(report, shape, items, clock)
    report.note(f"Its times carry no zone: read as {answers.zone}.")
    for note in text.notes:
        report.note(note)
    return report.staged(con, scratch)


def _offer(report: Report, shape: Shape, answers: Answers) -> dict[int, str]:
    """The steps as items, due at the end of the day on which they are expected."""
    header = shape.grid.header.cells
    titles = unique([" ".join(header[i].split()) for i in shape.activities])
    items: dict[int, str] = {}
    for i, title in zip(shape.activities, titles, strict=True):
        expected = moment(header[i + 1])
        due = noon(expected.day, answers) + timedelta(hours=12) if expected and expected.day else None
        items[i] = f"moodle:{title}"
        report.offered(shape.grid.header.line, items[i], "step", answers.cohort, title=title, closes_at=due)
        if expected and not expected.day:
            report.note(f"When “{title}” was expected cannot be read from `{expected.text}`.")
    report.note("Steps are known by their names: the report has no numbers of activities.")
    return items


def _read(report: Report, shape: Shape, items: dict[int, str], clock: Clock) -> None:
    own = profile(shape.grid.header.cells[: shape.first])
    for row in shape.grid.rows:
        if not row.fault and list(row.cells) == list(shape.grid.header.cells):
            report.merged()
            continue
        fault = shape.grid.fault(row, len(shape.grid.header.cells)) or _fault(row.cells, shape, clock)
        who = somebody("moodle", unguarded(row.cells[0]), *(cell(row, own.get(f)) for f in ("email", "login", "number")))
        if fault or who is None:
            refuse(report, row, fault or "it names nobody")
            continue
        report.kept()
        report.who(who)
        for i, item in items.items():
            kind = state(row.cells[i])
            at = clock.utc(moment(row.cells[i + 1]))
            if kind in ("complete", "fail") and at is not None:
                report.act(row.line, who, at, kind, item)


def _fault(cells: Sequence[str], shape: Shape, clock: Clock) -> str:
    """What is wrong with a row's states and moments; empty where nothing is."""
    for i in shape.activities:
        text, when = unguarded(cells[i]), unguarded(cells[i + 1])
        if state(text) is None:
            return f"a state that is not known: `{text[:40]}`"
        m = moment(when)
        if when and (m is None or not m.timed or m.day is None):
            return f"no time: `{when[:40]}`"
        if not when and state(text) != "open":
            return f"a state without its moment: `{text[:40]}`"
    return ""


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("moodle-completion", "Moodle: report of activity completion", recognises, stage, stage_answered)
