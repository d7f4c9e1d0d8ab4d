"""Zoom's question and answer report of a webinar: who asked what. Who answered stands inside the text of the answer, and is not taken.

The report has no times: questions are set one second after another from the session's start. Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engagetree.ingest.answers import OpenQuestion
from engagetree.ingest.meeting_report import WEAK, Asked, Meeting, kind_of, person, reader, refuse, wrong_width
from engagetree.ingest.meeting_tables import Layout
from engagetree.ingest.meeting_when import moment, several, start_in
from engagetree.ingest.zoom_participants import MEETING, begun
from engagetree.ingest.zoom_webinar import preamble

QUESTIONS = Layout(
    "questions",
    {
        "n": ("#",),
        "question": ("Question", "Question Details"),
        "name": ("Asker Name",),
        "email": ("Asker Email",),
        "answers": ("Answer(s)", "Answers", "Answer"),
        "at": ("Question Time", "Asked Time", "Create Time", "Submitted Date/Time"),
    },
    ("question", "name"),
)


def read(asked: Asked) -> Meeting:
    """Questions by name; anonymous ones are nobody's."""
    preamble(asked)
    rows = [(t, r) for t in asked.sheet.of(QUESTIONS.name) for r in t.rows]
    clock = asked.clock(several([r[f] for t in asked.sheet.tables for r in t.rows for f in ("start", "end", "at")]))
    meeting = begun(asked, clock)
    begins = None if rows and all(moment(r["at"]) for _, r in rows) else _start(meeting)
    meeting.require()
    nobody = 0
    for n, (table, row) in enumerate(rows):
        if fault := wrong_width(row, table, asked.sheet):
            refuse(asked.report, row.record, kind_of(fault), fault)
            continue
        who = person(row["name"], row["email"], "zoom")
        at = clock.utc(moment(row["at"])) or (begins + timedelta(seconds=n) if begins else None)
        if not row["question"] or at is None:
            refuse(asked.report, row.record, "no question", "it has no question, or no time")
        elif who is None or not who.person:
            nobody += 1
            asked.report.kept()
        else:
            meeting.add(row.line, who, at, "question")
    if nobody:
        asked.report.note(f"{nobody:,} anonymous question{'s' if nobody > 1 else ''}: nobody's.")
    if begins:
        asked.report.note("The report has no times: questions are set one second after another from the session's start.")
    asked.report.note(WEAK)
    return meeting


def _start(meeting: Meeting) -> datetime:
    """When the session began: as the report says, as its item says, or the first moment of the day that was answered."""
    answers, source = meeting.answers, meeting.report.source
    if found := meeting.opens or start_in(answers.session):
        return found
    if answers.session is None:
        do = "Name the session that it belongs to: --session ITEM, and its day with --on 2025-03-03."
        raise OpenQuestion(source, "session", "it does not say when the meeting was", do)
    if meeting.clock.day is None:
        raise OpenQuestion(source, "day", "it has no times", "Name the day of the session with --on 2025-03-03.")
    day = meeting.clock.day
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(answers.zone or "UTC")).astimezone(UTC)


READER = reader("zoom-questions", "zoom", "Zoom: question and answer report", (MEETING, QUESTIONS), read)
