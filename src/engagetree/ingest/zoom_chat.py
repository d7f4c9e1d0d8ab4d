"""Zoom's saved chat, in both layouts: `09:30:26 From  Ana  to  Everyone:` with the text below, or `09:30:26<TAB>Ana:<TAB>text`.

A message with all its lines is one row. Public ones are contributions of the kind `chat`, "Reacted to" is a `reaction`; private ones are
seen by whoever saved the file only, and are nobody's contribution. No text is kept, neither in events nor anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.meeting_report import Meeting, person
from engagetree.ingest.meeting_text import Text, head_of, text_of
from engagetree.ingest.meeting_when import Clock, day_in, moment, start_in
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report

TIME = r"(?P<time>\d{1,2}:\d\d:\d\d)"
TABBED = re.compile(rf"^{TIME}\t(?P<name>[^\t]+?):\t(?P<text>.*)$", re.S)
SPACED = re.compile(rf"^{TIME}\s+From\s\s+(?P<name>.{{1,120}}?)\s\s+to\s\s+(?P<to>[^:]{{1,120}}?)\s*:\s*(?P<text>.*)$", re.S)
PLAIN = re.compile(rf"^{TIME}\s+From\s+(?P<name>[^:]{{1,120}}?)(?:\s+to\s+(?P<to>[^:]{{1,120}}?))?\s*:\s*(?P<text>.*)$", re.S)
SPACES = re.compile(r"\s{3,}")
BEGINS = re.compile(r"^\d{1,2}:\d\d:\d\d(\t|\s+From\s)")
RECORDED = re.compile(r"GMT(\d{8})-(\d{6})")
"""In the name of a cloud recording's chat: when the recording began; its times count from there."""

PRIVATE = re.compile(r"\([^()]*(direct|priva)[^()]*\)$", re.I)
LONGEST_LOOKED_AT = 400
REACTED, REMOVED = re.compile(r"^\s*Reacted to "), re.compile(r"^\s*Removed a .* reaction from ")


@dataclass(frozen=True)
class Message:
    """One message. `seconds` is its time of day, or since the recording began; `to` is empty where the layout does not say."""

    line: int
    seconds: int
    name: str
    to: str
    text: str


def _match(raw: str) -> re.Match[str] | None:
    """The beginning of a message, looked for at the beginning of a line only, however long that is."""
    head = raw[:LONGEST_LOOKED_AT]
    if found := TABBED.match(head):
        return found
    head = SPACES.sub("  ", head)  # long runs of spaces would be tried in every possible way
    return SPACED.match(head) or PLAIN.match(head)


def messages(text: Text, report: Report) -> Iterator[Message]:
    """The messages of a chat; lines below one belong to it, and lines above the first are refused."""
    found: Message | None = None
    for line, raw in enumerate(text.lines, 1):
        if not raw.strip():
            continue
        m = None if raw[0] == "\t" else _match(raw)
        at = moment(m["time"]) if m else None
        if m is None and not BEGINS.match(raw):
            if found is None:
                report.refused(line, "no message", "it is no part of a message", raw[:1_000])
            elif not found.text:
                found = replace(found, text=raw.strip()[:LONGEST_LOOKED_AT])
            continue
        if found:
            yield found
            found = None
        if m is None or at is None or at.seconds is None or not m["name"].strip():
            report.refused(line, "no message", "it begins like a message and has no sender or no time", raw[:1_000])
            continue
        found = Message(line, at.seconds, m["name"].strip(), (m.groupdict().get("to") or "").strip(), m["text"])
    if found:
        yield found


def recognises(path: Path) -> bool:
    head = head_of(path)
    first = next((x for x in head.lines if x.strip()), "") if head else ""
    return _match(first) is not None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Every public message as an act of its session."""
    text = text_of(path, answers.encoding)
    report = Report(path.name, "zoom", delimiter="\t")
    meeting = Meeting(report, Clock(path.name, answers.zone), answers, "zoom")
    for note in text.notes:
        report.note(note)
    if not any(_match(x) for x in text.lines):
        raise ImportRefused(path.name, "no line of it is a message of a saved chat", "Save the chat again.")
    if answers.session is None:
        raise OpenQuestion(
            path.name, "session", "a saved chat does not say of which meeting it is", "Name the session: --session ITEM (and --on its day)."
        )
    began = _origin(path, text, meeting)
    before, days, private = 0, 0, 0
    for m in messages(text, report):
        days += before - m.seconds > 12 * 3600
        before = m.seconds
        who = person(m.name, "", "zoom")
        if who is None or PRIVATE.search(m.to):
            private += 1
            report.merged()
        elif REMOVED.match(m.text):
            report.merged()
        else:
            at = _at(began, days, m.seconds, meeting)
            meeting.add(m.line, who, at, "reaction" if REACTED.match(m.text) else "chat")
    if private:
        report.note(f"{private:,} private message{'s are' if private > 1 else ' is'} not counted: only who saved the file saw them.")
    return report.staged(con, scratch)


def _origin(path: Path, text: Text, meeting: Meeting) -> datetime:
    """Where the times of the chat count from: the recording's start, else midnight of the session's day."""
    stamp = RECORDED.search(path.name)
    tabbed = any(TABBED.match(x[:LONGEST_LOOKED_AT]) for x in text.lines[:50])
    if stamp and tabbed:
        try:
            return datetime.strptime(stamp[1] + stamp[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            pass
    zone, start = meeting.answers.zone, start_in(meeting.answers.session)
    if zone is None:
        raise OpenQuestion(path.name, "zone", "its times carry no zone", "Say it with --zone Europe/Madrid.")
    day = meeting.answers.day or (start.astimezone(ZoneInfo(zone)).date() if start else None) or day_in(path.name)
    if day is None:
        raise OpenQuestion(path.name, "day", "it has times of day only", "Name the day of the session with --on 2025-03-03.")
    meeting.report.note(f"Its times are read as times of day on {day.isoformat()} in {zone}.")
    if tabbed:
        meeting.report.note(
            "A chat of a cloud recording counts from the recording's start. If these times do so, they stand too early in the day; leave"
            " the file the name that Zoom gave it (GMT…), and they are right."
        )
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _at(began: datetime, days: int, seconds: int, meeting: Meeting) -> datetime:
    if began.tzinfo is UTC:
        return began + timedelta(days=days, seconds=seconds)
    local = began.replace(tzinfo=None) + timedelta(days=days, seconds=seconds)
    return local.replace(tzinfo=began.tzinfo).astimezone(UTC)


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("zoom-chat", "Zoom: saved chat", recognises, stage, stage_answered)
