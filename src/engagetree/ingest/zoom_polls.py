"""Zoom's poll reports: one row for each person with questions and answers in turn (before September 2021), or one table for each question.

Every question is a prompt of the session. When it was put is not in the report: its first answer stands for it. A question that nobody
answered by name is no prompt, for nobody could be seen answering it. Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from engagetree.ingest.meeting_report import WEAK, Asked, Meeting, cut_times, kind_of, person, reader, refuse, wrong_width
from engagetree.ingest.meeting_tables import Layout, Row, Table
from engagetree.ingest.meeting_when import Clock, moment, several
from engagetree.ingest.seen import Handle
from engagetree.ingest.zoom_participants import MEETING, begun
from engagetree.ingest.zoom_webinar import preamble

POLL = Layout(
    "poll",
    {
        "n": ("#",),
        "name": ("User Name", "User Name (Original Name)"),
        "email": ("User Email", "Email", "Email Address"),
        "at": ("Submitted Date/Time", "Submitted Date and Time"),
    },
    ("name", "email", "at"),
)


@dataclass
class Prompt:
    """A question as it was put: its answers by people."""

    title: str
    answers: list[tuple[int, Handle, datetime]] = field(default_factory=list)
    anonymous: int = 0


@dataclass
class _Answers:
    asked: Asked
    clock: Clock
    prompts: dict[tuple[int, str], Prompt] = field(default_factory=dict)

    def row(self, table: Table, row: Row, number: int, cut: int) -> None:
        """One person's answers. `number` is that of the table: the same words asked again are another question."""
        report, old = self.asked.report, not table.further
        fault = "" if old else wrong_width(row, table, self.asked.sheet)
        if fault := fault or ("the file is cut off in this row" if row.line == cut else ""):
            return refuse(report, row.record, kind_of(fault), fault)
        who, at = person(row["name"], row["email"], "zoom"), self.clock.utc(moment(row["at"]))
        if who is None:
            return refuse(report, row.record, "nobody named", "it names nobody")
        if at is None:
            return refuse(report, row.record, "no time", f"`{row['at'][:40]}` is no time")
        report.kept()
        if who.person:
            report.who(who)
        for question, answer in _pairs(table, row):
            prompt = self.prompts.setdefault((0 if old else number, question), Prompt(question))
            if answer and who.person:
                prompt.answers.append((row.line, who, at))
            prompt.anonymous += bool(answer) and not who.person
        return None


def _pairs(table: Table, row: Row) -> list[tuple[str, str]]:
    """(question, answer) of a row; the old report has both in the row, beyond the header."""
    if table.further:
        return [(" ".join(table.header.cells[i].split()), row.cell(i)) for i in table.further]
    cells = [row.cell(i) for i in range(max(table.at.values()) + 1, len(row.record.cells))]
    return [(" ".join(q.split()), a) for q, a in zip(cells[::2], [*cells[1::2], ""], strict=False) if q]


def read(asked: Asked) -> Meeting:
    """Prompts and who answered them."""
    preamble(asked)
    tables = asked.sheet.of(POLL.name)
    clock = asked.clock(several([r[f] for t in asked.sheet.tables for r in t.rows for f in ("start", "end", "at")]))
    meeting = begun(asked, clock)
    meeting.require()
    found = _Answers(asked, clock)
    number = 0
    for table in tables:
        cut = cut_times(table, asked.sheet, ("at",))
        for i, row in enumerate(table.rows):
            number += i == 0 or row["n"] == "1"  # the same question put again has the same header, and counts from 1 again
            found.row(table, row, number, cut)
    offer(meeting, found.prompts.values())
    asked.report.note(WEAK)
    return meeting


def offer(meeting: Meeting, prompts: Iterable[Prompt]) -> None:
    """The prompts among the items, numbered as they come, and the answers as events."""
    report, hidden, put = meeting.report, 0, 0
    for n, prompt in enumerate(prompts, 1):
        if not prompt.answers:
            hidden += 1
            continue
        item, put = f"{meeting.item}/poll:{n}", put + 1
        opens = min(at for _, _, at in prompt.answers)
        line = min(at for at, _, _ in prompt.answers)
        cohort = meeting.answers.cohort
        report.offered(line, item, "prompt", cohort, parent=meeting.item, title=prompt.title[:300] or None, opens_at=opens)
        for line, who, at in prompt.answers:
            report.act(line, who, at, "answer", item)
    if put:
        report.note("When a question was put is not in the report: its first answer stands for it.")
    if hidden:
        report.note(f"{_questions(hidden)} without an answer by name: no prompt, for nobody could be seen answering.")


def _questions(n: int) -> str:
    return "1 question" if n == 1 else f"{n:,} questions"


READER = reader("zoom-polls", "zoom", "Zoom: poll report", (MEETING, POLL), read)
