"""Google Meet's attendance report: one row for each person, with times of day and no date. Rows are counted as `meeting_report` says."""

from __future__ import annotations

from engagetree.ingest.meeting_length import length
from engagetree.ingest.meeting_report import (
    WEAK,
    Asked,
    Meeting,
    Stay,
    cut_times,
    is_total,
    kind_of,
    person,
    reader,
    refuse,
    stay,
    wrong_width,
)
from engagetree.ingest.meeting_tables import Layout
from engagetree.ingest.meeting_when import several

PEOPLE = Layout(
    "people",
    {
        "first": ("First name",),
        "last": ("Last name",),
        "name": ("Name", "Participant name"),
        "email": ("Email", "Email address"),
        "length": ("Duration",),
        "join": ("Time joined",),
        "leave": ("Time exited",),
    },
    ("join", "leave", "length"),
)


def read(asked: Asked) -> Meeting:
    """Presence of everybody. Who came several times has one row: its duration leaves the gaps out."""
    table_rows = [(t, r) for t in asked.sheet.of(PEOPLE.name) for r in t.rows]
    clock = asked.clock(several([r[f] for _, r in table_rows for f in ("join", "leave")]))
    meeting = Meeting(asked.report, clock, asked.answers, "meet")
    for record in asked.sheet.loose:
        refuse(asked.report, record, "no part of the report", "it stands above the header and is no part of the report")
    cuts = {cut_times(t, asked.sheet, ("join", "leave")) for t in asked.sheet.of(PEOPLE.name)}
    for table, row in table_rows:
        fault = wrong_width(row, table, asked.sheet) or ("the file is cut off in this row" if row.line in cuts else "")
        name = row["name"] or f"{row['first']} {row['last']}".strip()
        who = None if fault else person(name, row["email"], "meet")
        if fault:
            refuse(asked.report, row.record, kind_of(fault), fault)
        elif is_total(row, name):
            asked.report.merged()
        elif who is None:
            refuse(asked.report, row.record, "nobody named", "it names nobody")
        elif (found := stay(row, clock)).fault:
            refuse(asked.report, row.record, *found.fault)
        elif found.joined is None:
            asked.report.who(who)
            asked.report.kept()
        else:
            meeting.attend(row, who, found.joined, found.left, _gaps(found, length(row, "length")))
    meeting.settle()
    if clock.day and asked.answers.day is None:
        asked.report.note(f"It has times of day only; the day {clock.day.isoformat()} is from the file's name.")
    asked.report.note(WEAK)
    return meeting


def _gaps(found: Stay, seconds: float | None) -> float | None:
    """The duration where it is shorter than the stay by more than the minute that Meet cuts off; None where there are no gaps."""
    if seconds is None or found.joined is None or found.left is None:
        return seconds
    return seconds if (found.left - found.joined).total_seconds() - seconds >= 60 else None


READER = reader("meet", "meet", "Google Meet: attendance report", (PEOPLE,), read)
