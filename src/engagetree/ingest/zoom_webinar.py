"""Zoom's attendee report of a webinar: sections of hosts, panelists, attendees and callers, with those who registered and did not come.

Nobody's absence is a row of zero minutes: who did not come is seen, and does nothing. Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

from engagetree.ingest.meeting_length import length
from engagetree.ingest.meeting_report import (
    WEAK,
    Asked,
    Meeting,
    cut_times,
    is_total,
    kind_of,
    person,
    reader,
    refuse,
    stay,
    wrong_width,
)
from engagetree.ingest.meeting_tables import Layout, Row, Table
from engagetree.ingest.meeting_when import plain
from engagetree.ingest.zoom_participants import MEETING, begun, times

PEOPLE = Layout(
    "webinar",
    {
        "attended": ("Attended",),
        "name": ("User Name (Original Name)", "User Name"),
        "first": ("First Name",),
        "last": ("Last Name",),
        "email": ("Email", "User Email", "Email Address"),
        "join": ("Join Time",),
        "leave": ("Leave Time",),
        "length": ("Time in Session (minutes)",),
    },
    ("attended", "email", "join", "leave"),
)
CALLERS = Layout(
    "callers",
    {"name": ("User Name",), "join": ("Join Time",), "leave": ("Leave Time",), "length": ("Time in Session (minutes)",)},
    ("name", "join", "leave", "length"),
    never=("Attended", "Email"),
)


def preamble(asked: Asked) -> None:
    """Accounts for the lines above the first table: labels are merged, others refused."""
    first = asked.sheet.tables[0].header.line
    for record in asked.sheet.loose:
        if record.line < first and len(record.filled) <= 2:
            asked.report.merged()
        else:
            refuse(asked.report, record, "no part of the report", "it stands in no part of the report that is known")


def read(asked: Asked) -> Meeting:
    """Presence of everybody who came."""
    preamble(asked)
    meeting = begun(asked, times(asked))
    for table in asked.sheet.of(PEOPLE.name, CALLERS.name):
        cut = cut_times(table, asked.sheet, ("join", "leave"))
        for row in table.rows:
            _row(asked, meeting, table, row, cut)
    meeting.settle()
    asked.report.note(WEAK)
    return meeting


def _row(asked: Asked, meeting: Meeting, table: Table, row: Row, cut: int) -> None:
    report = asked.report
    if fault := wrong_width(row, table, asked.sheet) or ("the file is cut off in this row" if row.line == cut else ""):
        return refuse(report, row.record, kind_of(fault), fault)
    name = row["name"] or f"{row['first']} {row['last']}".strip()
    if is_total(row, name):
        return report.merged()
    who = person(name, row["email"], "zoom")
    if who is None:
        return refuse(report, row.record, "nobody named", "it names nobody")
    found = stay(row, meeting.clock)
    if found.fault:
        return refuse(report, row.record, *found.fault)
    if found.joined is None:
        if plain(row["attended"]) == "yes":
            return refuse(report, row.record, "no join", "it says that somebody attended, and not when")
        report.who(who)
        return report.kept()
    return meeting.attend(row, who, found.joined, found.left, said=length(row, "length"))


READER = reader("zoom-webinar", "zoom", "Zoom: attendee report of a webinar", (MEETING, PEOPLE, CALLERS), read)
