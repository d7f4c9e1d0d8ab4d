"""BigBlueButton's learning dashboard as CSV: one row for each person, in any language, with polls as further columns.

The header is known by its English words, and in other languages by what stands below it: the columns always come in one order. Messages,
reactions and raised hands are only counted; when is not said. Rows are counted as `meeting_report` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from engagetree.ingest.bbb_score import Activity, activity_scores
from engagetree.ingest.meeting_length import length
from engagetree.ingest.meeting_report import Asked, Meeting, is_total, person, reader, refuse, stay
from engagetree.ingest.meeting_tables import DELIMITERS, Layout, Row, Table
from engagetree.ingest.meeting_text import Text, records
from engagetree.ingest.meeting_when import plain, several, whole
from engagetree.ingest.seen import Handle

ENGLISH = {
    "name": ("Name",),
    "moderator": ("Moderator",),
    "score": ("Activity Score",),
    "talk": ("Talk Time", "Talk time"),
    "webcam": ("Webcam Time",),
    "messages": ("Messages",),
    "reactions": ("Reactions", "Emojis"),
    "votes": ("Poll Votes",),
    "hands": ("Raise Hands", "Raise Hand"),
    "join": ("Join",),
    "leave": ("Left",),
    "length": ("Duration",),
}
NEEDS = ("name", "moderator", "talk", "messages", "join", "leave", "length")
YES = ("true", "wahr", "vrai", "verdadero", "vero", "waar", "verdadeiro", "prawda")
NO = ("false", "falsch", "faux", "falso", "onwaar", "falsz", "fałsz")
"""What spreadsheet programs make of TRUE and FALSE, as `plain` writes it."""

CLOCK, COUNT = re.compile(r"(\d\d?:\d\d:\d\d)?"), re.compile(r"\d+")
SHAPES = (None, re.compile("|".join((*YES, *NO))), re.compile(r"[\d.,]+"), CLOCK, CLOCK, COUNT, COUNT, COUNT, COUNT, None, None, CLOCK)
"""What stands below each of the twelve columns."""


def layouts(text: Text) -> tuple[Layout, ...]:
    """The English header, or whatever stands above rows of this shape."""
    board = Layout("board", ENGLISH, NEEDS)
    for delimiter in DELIMITERS:
        head = records(text.lines[:4], delimiter)[:2]
        if len(head) == 2 and len(head[0].cells) >= 12 and _fits(head[1].cells):
            names = {f: (c,) for f, c in zip(ENGLISH, head[0].cells, strict=False)}
            if len({plain(c) for c in head[0].cells[:12]}) == 12:
                return board, Layout("board", names, tuple(ENGLISH))
    return (board,)


def _fits(cells: Sequence[str]) -> bool:
    return len(cells) >= 12 and all(s is None or s.fullmatch(plain(c)) for s, c in zip(SHAPES, cells, strict=False))


def read(asked: Asked) -> Meeting:
    """Presence, messages, reactions and answers of everybody."""
    for record in asked.sheet.loose:
        refuse(asked.report, record, "no part of the report", "it stands above the header and is no part of the report")
    rows = [(t, r) for t in asked.sheet.of("board") for r in t.rows]
    clock = asked.clock(several([r[f] for _, r in rows for f in ("join", "leave")]))
    meeting = Meeting(asked.report, clock, asked.answers, "bbb")
    people = [(t, r, w) for t, r in rows if (w := _person(asked, meeting, t, r))]
    meeting.settle()
    if meeting.stays:
        _acts(meeting, people)
        _polls(meeting, people)
        _compare(asked, people)
    return meeting


def _person(asked: Asked, meeting: Meeting, table: Table, row: Row) -> Handle | None:
    """Somebody who was there; the last row, of anonymous answers, is nobody."""
    report, who = asked.report, person(row["name"], "", "bbb")
    if not row["moderator"] and not row["join"]:
        if who is None or not ((row["name"] and row is table.rows[-1]) or is_total(row, row["name"])):
            refuse(report, row.record, "nobody named", "it names nobody who was there")
        else:
            report.merged()
        return None
    if not asked.sheet.whole and row.line == asked.sheet.last and len(row.record.cells) < 12:
        refuse(report, row.record, "cut off", "the file is cut off in this row")
        return None
    found = stay(row, meeting.clock)
    if who is None or found.fault or found.joined is None:
        refuse(report, row.record, *(found.fault or ("nobody named", "it names nobody who was there")))
        return None
    meeting.attend(row, who, found.joined, found.left, length(row, "length"))
    return who


Board = Sequence[tuple[Table, Row, Handle]]


def _acts(meeting: Meeting, people: Board) -> None:
    joined = {row.line: at for row, _, at, _, _ in meeting.stays}
    counted = 0
    for _, row, who in people:
        acts = {"chat": _count(row["messages"]), "reaction": _count(row["reactions"]) + _count(row["hands"])}
        counted += meeting.several(who, joined[row.line], acts, row.line)
        if talk := length(row, "talk"):
            meeting.report.act(row.line, who, joined[row.line], "talk", meeting.item, talk)
    if counted:
        meeting.report.note(
            "Messages, reactions and raised hands are only counted: they are set one second after another from the join. Raised hands are"
            " reactions."
        )


def _polls(meeting: Meeting, people: Board) -> None:
    """Polls as prompts. When one was put is not in the report: the middle of the session stands for it."""
    table, start, end = people[0][0], meeting.start, meeting.end
    if start is None or end is None:
        return
    middle, widest = start + (end - start) / 2, _widest(people)
    named = table.width == widest
    stays = {row.line: (at, left or end) for row, _, at, left, _ in meeting.stays}
    for n, i in enumerate(range(12, widest), 1):
        answered = [(row, who) for _, row, who in people if row.cell(i)]
        if not answered:
            continue  # anonymous, or not answered by anybody: nobody could be seen answering
        item, title = f"{meeting.item}/poll:{n}", table.header.cells[i].strip() if named else f"Poll {n}"
        meeting.report.offered(1, item, "prompt", meeting.answers.cohort, parent=meeting.item, title=title[:300] or None, opens_at=middle)
        meeting.report.note("When a poll was put is not in the report: the middle of the session stands for it.")
        for row, who in answered:
            meeting.report.act(row.line, who, _within(middle, *stays[row.line]), "answer", item)


def _widest(people: Board) -> int:
    """How many columns the rows have, without the empty ones that a spreadsheet program adds; an answer that is missing is `-`."""
    return max(i for _, r, _ in people for i, c in enumerate(r.record.cells, 1) if c.strip())


def _within(moment_: datetime, joined: datetime, left: datetime) -> datetime:
    return min(max(moment_, joined), max(joined, left - timedelta(seconds=1)))


def _compare(asked: Asked, people: Board) -> None:
    """Notes for how many people its own score is worked out again; it shows one decimal."""
    widest = _widest(people)
    rows = [
        Activity(r["name"], plain(r["moderator"]) in YES, length(r, "talk") or 0.0, *(_count(r[c]) for c in ("messages", "reactions",
                 "hands", "votes")))
        for _, r, _ in people
    ]  # fmt: skip
    said = [r["score"].replace(",", ".") for _, r, _ in people]
    if not all(re.fullmatch(r"\d+(\.\d+)?", s) for s in said):
        return
    same = sum(abs(float(s) - own) < 0.051 for s, own in zip(said, activity_scores(rows, max(0, widest - 12)), strict=True))
    asked.report.note(f"Its own activity score is worked out again for {same:,} of {len(said):,} people; it is not imported.")


def _count(cell: str) -> int:
    return whole(cell) or 0


READER = reader("bbb", "bbb", "BigBlueButton: learning dashboard", layouts, read)
