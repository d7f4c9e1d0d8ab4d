"""Microsoft Teams' attendance reports of 2021, and of 2022 to now with its sections.

Section 3 has the true stays; section 2 has one row for each person, which says nothing more where section 3 has them. Reactions and raised
hands, where a report has them, are reactions; camera and microphone are not counted. Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from engagetree.ingest import teams_words as words
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
from engagetree.ingest.meeting_tables import Layout, Row, Sheet, Table, facts
from engagetree.ingest.meeting_when import Clock, moment, plain, several, whole
from engagetree.ingest.seen import Handle

_PERSON = {"name": words.NAME, "email": words.EMAIL, "registered": words.REGISTERED, "upn": words.UPN, "role": words.ROLE}

PEOPLE = Layout(
    "people",
    {**_PERSON, "join": words.FIRST_JOIN, "leave": words.LAST_LEAVE, "length": words.IN_MEETING},
    ("name", "join", "leave", "length"),
)
_STAY = {**_PERSON, "join": words.JOIN, "leave": words.LEAVE, "length": words.IN_MEETING}
_OTHERS = ("Attendee Email", "Connection Type", "Attended")
STAYS = Layout("stays", _STAY, ("name", "join", "leave", "length"), never=_OTHERS)
STAYS_BY_ROLE = Layout("stays", _STAY, ("name", "join", "leave", "role"), never=_OTHERS)
"""The same where the word for the length is not known: of some languages only part of the header is."""

ACTS = Layout("also acts", {"name": words.NAME, "type": words.ENGAGEMENT_TYPE, "at": words.ENGAGEMENT_TIME}, ("name", "type", "at"))


def read(asked: Asked) -> Meeting:
    """Presence and reactions of everybody."""
    said, used = facts(asked.sheet.loose, words.FACTS)
    asked.report.kept(len(used))
    for record in asked.sheet.loose:
        if any(record is u for u in used):
            continue
        if len(record.filled) <= 2 and record.line < asked.sheet.tables[0].header.line:
            asked.report.merged()  # a label of the summary: the averages and counts of what follows
        else:
            refuse(asked.report, record, "no part of the report", "it stands in no part of the report that is known")
    clock = asked.clock(several([said.get("start", ""), said.get("end", ""), *_times(asked.sheet)]))
    start = moment(said.get("start", ""))
    if start and (start.numbers or start.day):
        clock.day = clock.date_of(start)
    meeting = Meeting(asked.report, clock, asked.answers, "teams", said.get("id", "")[:80].strip(), said.get("title", "")[:300])
    utc = _utc(asked.sheet)
    meeting.opens, meeting.closes = clock.utc(start, utc), clock.utc(moment(said.get("end", "")), utc)
    if meeting.opens and meeting.closes and meeting.closes <= meeting.opens:
        meeting.closes = None
    _Roll(asked, meeting, clock, utc).read()
    compare(asked.report, said.get("people", ""), len({w.key for _, w, *_ in meeting.stays}))
    return meeting


def _times(sheet: Sheet) -> Iterable[str]:
    return (r[f] for t in sheet.tables for r in t.rows for f in ("join", "leave", "at"))


def _utc(sheet: Sheet) -> bool:
    """Whether the headers say that times are UTC."""
    return any("(utc)" in plain(t.header.cells[t.at["join"]]) for t in sheet.of("people", "stays"))


class _Roll:
    """Everybody of one report, as its rows are read."""

    def __init__(self, asked: Asked, meeting: Meeting, clock: Clock, utc: bool) -> None:
        self.asked, self.meeting, self.clock, self.utc = asked, meeting, clock, utc
        self.report, self.sheet = asked.report, asked.sheet
        self.by_name: dict[str, set[Handle]] = {}

    def read(self) -> None:
        people, stays, acts = (self.sheet.of(n) for n in ("people", "stays", "also acts"))
        there: set[str] = set()
        summaries = [(t, r, w) for t in people for r, w in self._rows(t)]
        for table in stays:
            there |= {w.key for r, w in self._rows(table) if self._stay(r, w)}
        for _, row, who in summaries:
            if who.key not in there:
                self._stay(row, who, summary=True)
            else:
                self.report.who(who)
                self.report.merged()
        self.meeting.settle()
        if not acts:
            for table, row, who in summaries:
                self._counts(table, row, who)
        for table in acts:
            for row, who in self._rows(table):
                self._act(row, who)

    def _rows(self, table: Table) -> list[tuple[Row, Handle]]:
        """The rows of a table that name somebody; the others are refused or merged."""
        cut, found = cut_times(table, self.sheet, ("join", "leave", "at")), []
        for row in table.rows:
            fault = wrong_width(row, table, self.sheet) or ("the file is cut off in this row" if row.line == cut else "")
            who = None if fault else self._who(row)
            if fault:
                refuse(self.report, row.record, kind_of(fault), fault)
            elif is_total(row, row["name"]):
                self.report.merged()
            elif who is None:
                refuse(self.report, row.record, "nobody named", "it names nobody")
            else:
                found.append((row, who))
        return found

    def _who(self, row: Row) -> Handle | None:
        """The person of a row; one with a name only is the one person of that name who has an address in the report."""
        name = row["name"]
        who = person(name, row["email"] or row["registered"], "teams", row["upn"])
        if who is None or not name:
            return who
        if who.kind != "name":
            self.by_name.setdefault(plain(name), set()).add(who)
            return who
        same = {w.key: w for w in self.by_name.get(plain(name), ())}
        return next(iter(same.values())) if len(same) == 1 else who

    def _stay(self, row: Row, who: Handle, summary: bool = False) -> bool:
        found = stay(row, self.clock, utc=self.utc)
        if found.fault:
            refuse(self.report, row.record, *found.fault)
            return False
        if found.joined is None:
            self.report.who(who)
            self.report.kept()
            return False
        seconds = length(row, "length")
        self.meeting.attend(row, who, found.joined, found.left, *((seconds, None) if summary else (None, seconds)))
        return True

    def _act(self, row: Row, who: Handle) -> None:
        at = self.clock.utc(moment(row["at"]), self.utc)
        if at is None:
            return refuse(self.report, row.record, "no time", f"`{row['at'][:40]}` is no time")
        if not _is_reaction(row["type"]):
            self.report.merged()
            return self.report.note("Turning the camera or the microphone on is not counted.")
        return self.meeting.add(row.line, who, at, "reaction")

    def _counts(self, table: Table, row: Row, who: Handle) -> None:
        n = 0
        for i in table.further:
            if _is_reaction(table.header.cells[i]):
                n += whole(row.cell(i)) or 0
        first = self.clock.utc(moment(row["join"]), self.utc)
        if n and first:
            self.meeting.several(who, first + timedelta(seconds=1), {"reaction": n}, row.line)
            self.report.note("Reactions and raised hands are only counted: they are set one second after another from the first join.")


def _is_reaction(text: str) -> bool:
    written = plain(text)
    return any(w in written for w in (*words.REACTIONS, *words.HANDS))


READER = reader("teams", "teams", "Microsoft Teams: attendance report", (PEOPLE, STAYS, STAYS_BY_ROLE, ACTS), read)
