"""Discourse's list of users: when somebody joined and was last seen. Its counts have no times, so they are no acts and are left out.

An own archive of one user is not read: it does not say whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers
from engagetree.ingest.meeting_text import Record, head_of, text_of
from engagetree.ingest.people_tables import Grid, cell, grid, placed, refuse, somebody
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Report

FIELDS = {f: (f,) for f in ("id", "name", "username", "email", "created_at", "last_seen_at", "trust_level", "staged")}
NEEDED = ("id", "username", "created_at", "last_seen_at", "trust_level")
ACTS = (("created_at", "register"), ("last_seen_at", "visit"))


def is_header(cells: Sequence[str]) -> bool:
    """Whether a record is the header of such a list."""
    at = placed(cells, FIELDS)
    return all(f in at for f in NEEDED)


def recognises(path: Path) -> bool:
    """Whether the first lines have such a header."""
    head = head_of(path)
    return head is not None and grid(head, is_header) is not None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """Members, when they joined and when they were last seen. Raises ImportRefused."""
    text = text_of(path, answers.encoding)
    found = grid(text, is_header)
    if found is None:
        raise ImportRefused(path.name, "it has no header of a Discourse list of users", f"Looked for: {', '.join(NEEDED)}.")
    report = Report(path.name, "discourse", delimiter=found.delimiter, header=found.header.cells)
    for row in found.above:
        refuse(report, row, "it stands above the header")
    report.merged()
    at = placed(found.header.cells, FIELDS)
    for row in found.rows:
        _row(report, found, row, at)
    report.note("Only when somebody joined and was last seen: the list's counts of posts and likes say not when, and are left out.")
    for note in text.notes:
        report.note(note)
    return report.staged(con, scratch)


def _row(report: Report, found: Grid, row: Record, at: dict[str, int]) -> None:
    if not row.fault and list(row.cells) == list(found.header.cells):
        report.merged()
        return
    fault = found.fault(row, max(at[f] for f in NEEDED) + 1)
    own, login = cell(row, at["id"]), cell(row, at["username"])
    if not fault and own.startswith("-"):
        fault = "the system's own user"
    elif not fault and cell(row, at.get("staged")).lower() in ("true", "t"):
        fault = "a staged user, who never signed in"
    who = None if fault else somebody("discourse", cell(row, at.get("name")) or login, cell(row, at.get("email")), login, own=own)
    times = {kind: (text, moment(text)) for field, kind in ACTS if (text := cell(row, at[field]))}
    wrong = next((text for text, when in times.values() if when is None), None)
    if fault or who is None or wrong or not own:
        refuse(report, row, fault or (f"no time: `{wrong[:40]}`" if wrong else "it names nobody"))
        return
    report.kept()
    report.who(who)
    for kind, (_, when) in times.items():
        if when is not None:
            report.act(row.line, who, when, kind)


def moment(text: str) -> datetime | None:
    """A time as Discourse writes it, in UTC.

    >>> moment("2025-03-03 10:00:00 UTC").isoformat(), moment("2025")
    ('2025-03-03T10:00:00+00:00', None)
    """
    plain = text.removesuffix("UTC").strip()
    try:
        at = datetime.fromisoformat(plain)
        found = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if 16 <= len(plain) < 40 and 1970 < found.year < 2100 else None


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("discourse", "Discourse: list of users", recognises, stage, stage_answered)
