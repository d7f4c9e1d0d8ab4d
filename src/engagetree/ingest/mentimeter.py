"""Mentimeter's workbook, sheet “Voters”: what was asked and how many answered. Voters are anonymous, so nobody's acts come of it.

Questions become items of the kind `anonymous-prompt`, which no template counts: who answered is not known, so nobody can have left one out.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_report import WEAK
from engagetree.ingest.meeting_when import plain, unguarded
from engagetree.ingest.people_tables import placed
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report
from engagetree.ingest.workbook import open_workbook

FIELDS = {"at": ("Date (UTC)", "Date"), "session": ("Session",), "voter": ("Voter",)}
SHEET, FIRST_ROWS, PEEK = "Voters", 15, 256 << 10
TOTALS = ("total", "totals", "average", "mean")


def recognises(path: Path) -> bool:
    """Whether a workbook has the sheet and its headers."""
    if form(path) != "xlsx":
        return False
    try:
        with zipfile.ZipFile(path) as z:
            parts = [n for n in z.namelist() if n in ("xl/workbook.xml", "xl/sharedStrings.xml") or n.startswith("xl/worksheets/sheet")]
            text = ""
            for part in parts[:8]:
                with z.open(part) as f:
                    text += f.read(PEEK).decode("utf-8", "ignore")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        return False
    return f'name="{SHEET}"' in text and all(f">{w}<" in text for w in ("Voter", "Session"))


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Sessions and what was asked in them. Raises ImportRefused."""
    scratch.mkdir(parents=True, exist_ok=True)
    opened = open_workbook(con, path, SHEET, scratch, path.name)
    try:
        rows = con.execute(f"SELECT * FROM {opened.relation} ORDER BY line").fetchall()
    finally:
        for table in opened.tables:
            con.execute(f"DROP TABLE IF EXISTS {table}")
    first = [c.header for c in opened.cells]
    all_rows = [(0, first), *((int(r[0]), [c or "" for c in r[1:]]) for r in rows)]
    at = next((i for i, (_, cells) in enumerate(all_rows[:FIRST_ROWS]) if {"session", "voter"} <= set(placed(cells, FIELDS))), None)
    if at is None:
        raise ImportRefused(path.name, "its sheet “Voters” has no header", "Looked for: Date (UTC), Session, Voter in the first 15 rows.")
    report = Report(path.name, "mentimeter", header=all_rows[at][1])
    report.merged(at + 1)
    for broken in opened.broken:
        report.refused(broken.line, broken.kind, broken.reason, broken.row_text)
    _read(report, all_rows[at][1], all_rows[at + 1 :], answers)
    report.note("Voters are anonymous: it says what was asked and how many answered, and nothing of anybody.")
    report.note(WEAK.replace("check the minutes of one person", "check the number of answers to one question"))
    return report.staged(con, scratch)


def _read(report: Report, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], answers: Answers) -> None:
    at = placed(header, FIELDS)
    questions = _questions(header, at)
    voters: dict[str, set[str]] = defaultdict(set)
    answered: dict[tuple[str, str], set[str]] = defaultdict(set)
    times: dict[str, list[datetime]] = defaultdict(list)
    lines: dict[str, int] = {}
    for line, cells in rows:
        session, voter = unguarded(cells[at["session"]]), unguarded(cells[at["voter"]])
        if list(cells) == list(header) or plain(voter) in TOTALS or plain(cells[0]) in TOTALS:
            report.merged()
            continue
        when = moment(unguarded(cells[at["at"]])) if "at" in at else None
        if not voter or not session or ("at" in at and when is None):
            why = "no voter" if not voter else "no session" if not session else "a time that cannot be read"
            report.refused(line, why, why, list(cells))
            continue
        report.kept()
        voters[session].add(voter)
        lines.setdefault(session, line)
        times[session] += [when] if when else []
        for i, question in questions.items():
            if unguarded(cells[i]):
                answered[session, question].add(voter)
    single = len(voters) == 1
    for session, people in voters.items():
        item = answers.session if answers.session and single else f"mentimeter:{session}"
        if item != answers.session:
            span = {"opens_at": min(times[session], default=None), "closes_at": max(times[session], default=None)}
            report.offered(lines[session], item, "anonymous-session", answers.cohort, title=f"voters: {len(people):,}", **span)
        for question in dict.fromkeys(questions.values()):
            n = len(answered[session, question])
            if n:
                key = hashlib.sha256(question.encode()).hexdigest()[:8]
                title = f"{question[:200]} ({n:,} of {len(people):,} answered)"
                report.offered(lines[session], f"mentimeter:{session}:{key}", "anonymous-prompt", answers.cohort, parent=item, title=title)


def _questions(header: Sequence[str], at: dict[str, int]) -> dict[int, str]:
    """Column → question: `<question>: Answer`, or `<prompt>:: <criterion>` of which several columns are one question."""
    found: dict[int, str] = {}
    for i, cell in enumerate(header):
        text = " ".join(cell.split())
        if i in at.values() or not text or text.startswith("column "):
            continue
        found[i] = text.split("::", 1)[0].strip() if "::" in text else text.removesuffix(": Answer").strip()
    return found


def moment(text: str) -> datetime | None:
    """A time of the sheet, which is UTC."""
    try:
        at = datetime.fromisoformat(text)
        found = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if 1970 < found.year < 2100 else None


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("mentimeter", "Mentimeter: workbook with voters", recognises, stage, stage_answered)
