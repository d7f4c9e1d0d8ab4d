"""Microsoft Teams' attendance list of 2020, and the report of a live event: one row for each join and each leave.

A join without a leave lasts to the end of the session (scoring sees to it). Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from engagetree.ingest import teams_words as words
from engagetree.ingest.meeting_report import WEAK, Asked, Meeting, cut_times, kind_of, person, reader, refuse, wrong_width
from engagetree.ingest.meeting_tables import Layout, Row, Table
from engagetree.ingest.meeting_when import moment, plain, several
from engagetree.ingest.seen import Handle

LIST = Layout("list", {"name": words.NAME, "action": words.ACTION, "at": words.TIMESTAMP}, ("name", "action", "at"))
LIVE = Layout(
    "live",
    {
        "session": ("SessionId", "Session Id"),
        "login": ("ParticipantId", "Participant Id"),
        "name": ("FullName", "Full Name"),
        "at": ("UtcEventTimestamp", "UTC Event Timestamp"),
        "action": ("Action",),
        "role": ("Role",),
    },
    ("name", "at", "action"),
)
JOINED = frozenset(plain(w) for w in words.JOINED)
LEFT = frozenset(plain(w) for w in words.LEFT)


def read(asked: Asked) -> Meeting:
    """Joins and leaves of everybody."""
    tables = asked.sheet.of("list", "live")
    clock = asked.clock(several([r["at"] for t in tables for r in t.rows]))
    meeting = Meeting(asked.report, clock, asked.answers, "teams")
    for record in asked.sheet.loose:
        refuse(asked.report, record, "no part of the report", "it stands above the header and is no part of the report")
    moves = [m for t in tables for m in _moves(asked, meeting, t)]
    if not moves:
        return meeting
    meeting.offer()
    depth: Counter[str] = Counter()
    for row, who, at, kind in moves:
        depth[who.key] += 1 if kind == "join" else -1
        meeting.add(row.line, who, at, kind)
    if still := sum(d > 0 for d in depth.values()):
        asked.report.note(f"{still:,} {'person' if still == 1 else 'people'} without a leave: counted to the end of the session.")
    if any(t.layout is LIVE for t in tables):
        asked.report.note(WEAK)
    return meeting


def _moves(asked: Asked, meeting: Meeting, table: Table) -> list[tuple[Row, Handle, datetime, str]]:
    cut, found = cut_times(table, asked.sheet, ("at",)), []
    for row in table.rows:
        if fault := wrong_width(row, table, asked.sheet) or ("the file is cut off in this row" if row.line == cut else ""):
            refuse(asked.report, row.record, kind_of(fault), fault)
            continue
        who, at = person(row["name"], "", "teams", row["login"]), meeting.clock.utc(moment(row["at"]), table.layout is LIVE)
        action = plain(row["action"])
        kind = "join" if action in JOINED else "leave" if action in LEFT else ""
        if who is None:
            refuse(asked.report, row.record, "nobody named", "it names nobody")
        elif not kind:
            refuse(asked.report, row.record, "no action", f"`{row['action'][:40]}` is neither a join nor a leave")
        elif at is None:
            refuse(asked.report, row.record, "no time", f"`{row['at'][:40]}` is no time")
        else:
            meeting.seen.append(at)
            found.append((row, who, at, kind))
    return found


READER = reader("teams-list", "teams", "Microsoft Teams: attendance list of 2020, or report of a live event", (LIST, LIVE), read)
