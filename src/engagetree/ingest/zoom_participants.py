"""Zoom's report of a meeting's participants: bare, with the meeting above it, or with unique users and no times. English and Italian.

Rows that the waiting room saw are nobody's presence. Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

from engagetree.errors import ImportRefused
from engagetree.ingest.meeting_length import length
from engagetree.ingest.meeting_report import (
    Asked,
    Meeting,
    compare,
    cut_times,
    is_total,
    kind_of,
    person,
    reader,
    refuse,
    stay,
    wrong_width,
)
from engagetree.ingest.meeting_resaved import LOST
from engagetree.ingest.meeting_tables import Layout, Row, Table
from engagetree.ingest.meeting_when import Clock, moment, plain, several

MEETING = Layout(
    "also meeting",
    {
        "id": ("Meeting ID", "Webinar ID", "ID"),
        "title": ("Topic", "Argomento"),
        "start": ("Start Time", "Actual Start Time", "Ora di inizio"),
        "end": ("End Time", "Actual End Time", "Ora di fine"),
        "length": ("Duration (Minutes)", "Actual Duration (minutes)", "Durata (minuti)"),
        "people": ("Participants", "# Participants", "Partecipanti"),
    },
    ("id", "title"),
    never=("Join Time",),
)
PARTICIPANTS = Layout(
    "participants",
    {
        "name": ("Name (Original Name)", "Nome (nome originale)"),
        "email": ("User Email", "Email", "E-mail"),
        "join": ("Join Time", "Ora di ingresso"),
        "leave": ("Leave Time", "Ora di uscita"),
        "length": ("Duration (Minutes)", "Durata (minuti)"),
        "waiting": ("In Waiting Room",),
    },
    ("name", "join", "leave"),
)
UNIQUE = Layout(
    "unique",
    {"name": PARTICIPANTS.fields["name"], "email": PARTICIPANTS.fields["email"], "length": ("Total Duration (Minutes)",)},
    ("name", "length"),
    never=("Join Time",),
)


def begun(asked: Asked, clock: Clock, tool: str = "zoom") -> Meeting:
    """The meeting of the table above the people, as far as the report has one; its rows are kept."""
    meeting = Meeting(asked.report, clock, asked.answers, tool)
    for table in asked.sheet.of(MEETING.name):
        for row in table.rows:
            if meeting.own or not row["id"]:
                refuse(asked.report, row.record, "another meeting", "the report is about one meeting, and this is another")
                continue
            asked.report.kept()
            meeting.own, meeting.title = "".join(c for c in row["id"] if c.isalnum())[:40], row["title"][:300]
            if LOST.search(row["id"]):
                meeting.own = ""
                asked.report.note(f"A spreadsheet program shortened the meeting's number to {row['id'][:20]}: its title stands for it.")
            meeting.opens, meeting.closes = clock.utc(moment(row["start"])), clock.utc(moment(row["end"]))
            minutes = length(row, "length")
            if meeting.opens and meeting.closes is None and minutes:
                meeting.closes = meeting.opens.fromtimestamp(meeting.opens.timestamp() + minutes, meeting.opens.tzinfo)
            if meeting.opens and meeting.closes and meeting.closes <= meeting.opens:
                meeting.closes = None
    return meeting


def times(asked: Asked) -> Clock:
    """The clock of a report from all its times of the meeting; times of day only are those of the meeting's own day."""
    cells = [r[f] for t in asked.sheet.tables for r in t.rows for f in ("start", "end", "join", "leave")]
    clock = asked.clock(several(cells))
    starts = [m for t in asked.sheet.of(MEETING.name) for r in t.rows if (m := moment(r["start"])) and (m.numbers or m.day)]
    if starts:
        clock.day = clock.date_of(starts[0])
    return clock


def read(asked: Asked) -> Meeting:
    """Presence of everybody."""
    clock = times(asked)
    meeting = begun(asked, clock)
    for record in asked.sheet.loose:
        refuse(asked.report, record, "no part of the report", "it stands above the header and is no part of the report")
    for table in asked.sheet.of(PARTICIPANTS.name, UNIQUE.name):
        cut = cut_times(table, asked.sheet, ("join", "leave"))
        for row in table.rows:
            _row(asked, meeting, table, row, cut)
    meeting.settle()
    said = next((r["people"] for t in asked.sheet.of(MEETING.name) for r in t.rows), "")
    compare(asked.report, said, len({w.key for _, w, *_ in meeting.stays}))
    return meeting


def _row(asked: Asked, meeting: Meeting, table: Table, row: Row, cut: int) -> None:
    report = asked.report
    if fault := wrong_width(row, table, asked.sheet) or ("the file is cut off in this row" if row.line == cut else ""):
        return refuse(report, row.record, kind_of(fault), fault)
    if is_total(row, row["name"]):
        return report.merged()
    who = person(row["name"], row["email"], "zoom")
    if who is None:
        return refuse(report, row.record, "nobody named", "it names nobody")
    if plain(row["waiting"]) == "yes":
        report.who(who)
        report.kept()
        return report.note("Time in the waiting room is not counted as presence.")
    if table.layout is UNIQUE:
        return _whole(asked, meeting, row)
    found = stay(row, meeting.clock)
    if found.fault:
        return refuse(report, row.record, *found.fault)
    if found.joined is None:
        report.who(who)
        return report.kept()
    return meeting.attend(row, who, found.joined, found.left, said=length(row, "length"))


def _whole(asked: Asked, meeting: Meeting, row: Row) -> None:
    """A row with a person's minutes and no times: they are set at the session's start."""
    who, seconds = person(row["name"], row["email"], "zoom"), length(row, "length")
    if meeting.opens is None:
        do = "Export it again with the meeting's data, or without “Show unique users”."
        raise ImportRefused(asked.report.source, "it has everybody's minutes and says neither when they came nor when it was", do)
    if who is None or seconds is None:
        return refuse(asked.report, row.record, "no minutes", f"`{row['length'][:40]}` are no minutes")
    asked.report.note(
        "The report has minutes and no times (unique users): everybody's minutes are counted from the start, so which prompts somebody"
        " was there for is not known. Export it without “Show unique users” to know."
    )
    meeting.add(row.line, who, meeting.opens, "present", seconds)


READER = reader(
    "zoom-participants",
    "zoom",
    "Zoom: who was in a meeting, from when to when",
    (MEETING, PARTICIPANTS, UNIQUE),
    read,
)
