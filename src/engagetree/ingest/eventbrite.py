"""Eventbrite's attendee report: one row for each ticket. A ticket is an rsvp at the time of its order; checked in is a visit on the day.

An address that stands with several names is the buyer's: those people are known by their names. A ticket given back is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.meeting_report import TOTALS, WEAK
from engagetree.ingest.meeting_text import Record, head_of, text_of
from engagetree.ingest.meeting_when import Clock, moment, order_of, plain
from engagetree.ingest.people_tables import Grid, cell, day_of, grid, noon, placed, refuse, somebody
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report

FIELDS = {
    "order": ("Order #", "Order ID", "Order no."), "at": ("Order Date",), "first": ("First Name", "Attendee first name"),
    "last": ("Last Name", "Surname", "Attendee Surname"),
    "email": ("Email", "Email Address", "Attendee email"), "quantity": ("Quantity", "Ticket quantity"),
    "attendee": ("Attendee #",), "status": ("Attendee Status",), "event": ("Event Name",), "event_id": ("Event ID",),
}  # fmt: skip
NEEDED = ("order", "at", "email", "status")
COMING, CAME, GONE = ("attending",), ("checked in",), ("refunded", "not attending", "deleted", "transferred", "cancelled", "canceled")


def is_header(cells: Sequence[str]) -> bool:
    """Whether a record is the header of such a report."""
    at = placed(cells, FIELDS)
    return all(f in at for f in NEEDED)


def recognises(path: Path) -> bool:
    """Whether the first lines have such a header."""
    head = head_of(path)
    return head is not None and grid(head, is_header) is not None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Who has a ticket and who came. Raises ImportRefused, OpenQuestion."""
    text = text_of(path, answers.encoding)
    found = grid(text, is_header)
    if found is None:
        raise ImportRefused(path.name, "it is no list of attendees", "Looked for: Order #, Order Date, Email, Attendee Status.")
    report = Report(path.name, "eventbrite", delimiter=found.delimiter, header=found.header.cells)
    for row in found.above:
        refuse(report, row, "it stands above the header")
    report.merged()
    _read(report, found, answers)
    report.note(WEAK)
    for note in text.notes:
        report.note(note)
    return report.staged(con, scratch)


def _read(report: Report, found: Grid, answers: Answers) -> None:
    at = placed(found.header.cells, FIELDS)
    sound = [r for r in found.rows if not found.fault(r, max(at.values()) + 1)]
    moments = [m for r in sound if (m := moment(cell(r, at["at"])))]
    clock = Clock(report.source, answers.zone, order_of(moments, answers, report.source), answers.day)
    shared = _shared(sound, at)
    if shared:
        report.note(f"Addresses that stand with several names: {len(shared):,}; they are the buyer's, so those people are known by name.")
    came = [r for r in sound if plain(cell(r, at["status"])) in CAME]
    day = noon(day_of(report.source, answers), answers) if came else None
    if day:
        report.note(f"It does not say when people checked in: all stand at midday of {day.date().isoformat()}.")
    for row in found.rows:
        status = plain(cell(row, at["status"]))
        if not row.fault and (list(row.cells) == list(found.header.cells) or plain(row.cells[0]).rstrip(":") in TOTALS):
            report.merged()
            continue
        fault = found.fault(row, max(at.values()) + 1)
        email = cell(row, at["email"])
        name = f"{cell(row, at.get('first'))} {cell(row, at.get('last'))}".strip()
        who = somebody("eventbrite", name, "" if email.lower() in shared else email)
        when = None if fault else clock.utc(moment(cell(row, at["at"])))
        if not fault and status in GONE:
            fault = f"the ticket was given back: {status}"
        elif not fault and status not in (*COMING, *CAME):
            fault = f"a status that is not known: `{status[:40]}`"
        if fault or who is None or when is None:
            refuse(report, row, fault or ("it names nobody" if who is None else f"no time: `{cell(row, at['at'])[:40]}`"))
            continue
        item = _item(report, row, at, answers)
        before = len(report.events)
        report.act(row.line, who, when, "rsvp", item)
        if status in CAME and day is not None:
            report.act(row.line, who, day, "visit", item)
        if len(report.events) > before:
            report.kept()
        else:
            report.merged()
    if clock.used:
        report.note(f"Its times carry no zone: read as {clock.zone}.")


def _shared(rows: list[Record], at: dict[str, int]) -> set[str]:
    """Addresses that stand with more than one name."""
    names: dict[str, set[str]] = defaultdict(set)
    for r in rows:
        shown = plain(f"{cell(r, at.get('first'))} {cell(r, at.get('last'))}")
        if shown:
            names[cell(r, at["email"]).lower()].add(shown)
    return {email for email, theirs in names.items() if len(theirs) > 1}


def _item(report: Report, row: Record, at: dict[str, int], answers: Answers) -> str:
    """The event: the session that was answered, or as the report calls it."""
    if answers.session:
        return answers.session
    own = cell(row, at.get("event_id")) or cell(row, at.get("event"))
    if not own:
        raise OpenQuestion(report.source, "session", "it does not say which event it is about", "Name it: --session ITEM.")
    item = f"eventbrite:{own}"
    report.offered(row.line, item, "call", answers.cohort, title=cell(row, at.get("event")) or None)
    return item


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("eventbrite", "Eventbrite: attendee report", recognises, stage, stage_answered)
