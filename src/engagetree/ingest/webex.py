"""Webex's attendance report: one row for each stay, with the meeting in every row. Rows are counted as `meeting_report` says."""

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
from engagetree.ingest.meeting_when import Clock, moment, several

STAYS = Layout(
    "webex",
    {
        "title": ("Event Name", "Meeting Name", "Session Name"),
        "start": ("Event Start Time", "Meeting Start Time"),
        "end": ("Event End Time", "Meeting End Time"),
        "name": ("Name", "Display Name", "Attendee Name"),
        "first": ("First Name",),
        "last": ("Last Name",),
        "email": ("Attendee Email", "Email"),
        "join": ("Join Time", "Attendee Join Time"),
        "leave": ("Leave Time", "Attendee Leave Time"),
        "length": ("Attendance Duration",),
        "by": ("Connection Type",),
    },
    ("email", "join", "leave", "length"),
    never=("Participant ID (UPN)", "Attended", "Time in Session (minutes)"),
)


def read(asked: Asked) -> Meeting | None:
    """Presence of everybody in each meeting of the report."""
    for record in asked.sheet.loose:
        refuse(asked.report, record, "no part of the report", "it stands above the header and is no part of the report")
    tables = asked.sheet.of(STAYS.name)
    clock = asked.clock(several([r[f] for t in tables for r in t.rows for f in ("start", "end", "join", "leave")]))
    meetings: dict[tuple[str, str], Meeting] = {}
    for table in tables:
        cut = cut_times(table, asked.sheet, ("join", "leave"))
        for row in table.rows:
            _row(asked, meetings, clock, table, row, cut)
    for meeting in meetings.values():
        meeting.settle()
    asked.report.note(WEAK)
    return next(iter(meetings.values()), None)


def _row(asked: Asked, meetings: dict[tuple[str, str], Meeting], clock: Clock, table: Table, row: Row, cut: int) -> None:
    report = asked.report
    if fault := wrong_width(row, table, asked.sheet) or ("the file is cut off in this row" if row.line == cut else ""):
        return refuse(report, row.record, kind_of(fault), fault)
    name = row["name"] or f"{row['first']} {row['last']}".strip()
    if is_total(row, name):
        return report.merged()
    who = person(name, row["email"], "webex")
    if who is None:
        return refuse(report, row.record, "nobody named", "it names nobody")
    found = stay(row, clock)
    if found.fault:
        return refuse(report, row.record, *found.fault)
    meeting = _meeting(asked, meetings, clock, row)
    if found.joined is None:
        report.who(who)
        return report.kept()
    return meeting.attend(row, who, found.joined, found.left, said=length(row, "length"))


def _meeting(asked: Asked, meetings: dict[tuple[str, str], Meeting], clock: Clock, row: Row) -> Meeting:
    key = (row["title"], row["start"])
    if key not in meetings:
        opens, closes = clock.utc(moment(row["start"])), clock.utc(moment(row["end"]))
        closes = closes if opens and closes and closes > opens else None
        meetings[key] = Meeting(asked.report, clock, asked.answers, "webex", "", row["title"][:300], opens, closes)
    return meetings[key]


READER = reader("webex", "webex", "Webex: attendance report", (STAYS,), read)
