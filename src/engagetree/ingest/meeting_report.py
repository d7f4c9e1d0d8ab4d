"""What the readers of meeting reports have in common: the session, its people, when they were there, and the account.

How rows are counted: every record that holds anything is a row, blank lines are none. Facts of the meeting, people and acts are kept;
titles, headers, totals, labels and what another row says too are merged; the rest is refused, with its reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest import meeting_resaved as resaved
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.meeting_length import LONGEST
from engagetree.ingest.meeting_refused import rewrite
from engagetree.ingest.meeting_tables import Layout, Row, Sheet, Table, known, sheet
from engagetree.ingest.meeting_text import Record, Text, head_of, text_of
from engagetree.ingest.meeting_when import Clock, Moment, day_in, moment, order_of, plain, shape, whole
from engagetree.ingest.persons import BOT, a_person
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle, Report
from engagetree.ingest.times import check_zone

EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
TOTALS = ("total", "totals", "sum", "summe", "gesamt", "suma", "somme", "totale", "totaal", "average", "durchschnitt")
WEAK = "This layout is known from other people's parsers only: check the minutes of one person."
ROUNDED = 120.0
"""Seconds by which a tool's own minutes may differ from its times."""
LONGEST_NAME = 320
SHARED = re.compile(r"^[^@\s]+#ext#@", re.I)
"""A guest's name in the host's directory, which is no address."""


@dataclass
class Meeting:
    """One session of one report. `opens` and `closes` are what the report says of it, `seen` the moments that its people give."""

    report: Report
    clock: Clock
    answers: Answers
    tool: str
    own: str = ""  # what the tool calls the meeting
    title: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    seen: list[datetime] = field(default_factory=list)
    odd: int = 0  # rows whose minutes are not those between their join and their leave
    stays: list[tuple[Row, Handle, datetime, datetime | None, float | None]] = field(default_factory=list)

    @property
    def item(self) -> str:
        """The session's item: the one that was answered, or one made of the tool's own number and its start."""
        if self.answers.session:
            return self.answers.session
        start = self.start
        if start is None:
            do = "Name the session that it belongs to: --session ITEM."
            raise OpenQuestion(self.report.source, "session", "it does not say which meeting it is about", do)
        if self.opens is None:
            return f"{self.tool}:{start:%Y-%m-%dT%H:%M:%S}Z"
        own = self.own or (hashlib.sha256(self.title.encode()).hexdigest()[:6] if self.title else "")
        return f"{self.tool}:{own}{'@' if own else ''}{start:%Y-%m-%dT%H:%M}Z"

    @property
    def start(self) -> datetime | None:
        """When the session opened: as the report says, else the first moment that somebody was seen."""
        return self.opens or min(self.seen, default=None)

    @property
    def end(self) -> datetime | None:
        """When it closed, likewise."""
        return self.closes or max(self.seen, default=None)

    def attend(
        self, row: Row, who: Handle, joined: datetime, left: datetime | None, seconds: float | None = None, said: float | None = None
    ) -> None:
        """A stay; it becomes an event when all rows have been read.

        `seconds` where the tool gives them and not the gaps; `said` are those that it gives beside both ends: they should agree.
        """
        if left is not None and said is not None and abs((left - joined).total_seconds() - said) > ROUNDED:
            self.odd += 1
        self.seen += [joined] if left is None else [joined, left]
        self.stays.append((row, who, joined, left, seconds))

    def settle(self) -> None:
        """The session as an item, and every stay as an event. A leave that is missing is the session's end."""
        if not self.stays and self.start is None:
            return
        self.offer()
        open_ends = 0
        for row, who, joined, left, seconds in self.stays:
            end = left or max(self.end or joined, joined)
            open_ends += left is None
            length = (end - joined).total_seconds()
            self.add(row.line, who, joined, "present", length if seconds is None else min(seconds, length))
        if self.odd:
            self.report.note(
                f"{_rows(self.odd)} whose minutes are not those from join to leave: the times were taken. If there are many, the order of"
                " the dates or the columns may be wrong."
            )
        if open_ends:
            self.report.note(f"{_rows(open_ends)} without a leave: counted to the end of the session.")

    def offer(self) -> None:
        """The session among the items, unless it was named: then it stands there as the programme has it."""
        if self.answers.session:
            self.report.note(f"It is about the session {self.answers.session}, which stays as your items have it.")
            return
        self.report.offered(1, self.item, "session", self.answers.cohort, title=self.title or None, opens_at=self.start, closes_at=self.end)
        if self.opens is None:
            self.report.note(
                f"The report does not say which meeting it is nor when it was held: it is kept as {self.item}, from the first join to the"
                " last leave. If it stands among your items, take this import back and name it with --session."
            )
        elif self.closes is None:
            self.report.note(f"The report does not say when the session {self.item} ended: taken as the last leave.")

    def add(self, line: int, who: Handle, at: datetime, kind: str, amount: float | None = None, item: str | None = None) -> None:
        """An act of a row: the row is kept, or merged where another row says the same."""
        before = len(self.report.events)
        self.report.act(line, who, at, kind, item or self.item, amount)
        if len(self.report.events) > before:
            self.report.kept()
        else:
            self.report.merged()

    def require(self) -> None:
        """Raises OpenQuestion where neither the report nor the answers say which session it is about."""
        _ = self.item

    def several(self, who: Handle, first: datetime, acts: Mapping[str, int], line: int) -> int:
        """Acts that a report only counts: set one second after another from the first join on. Returns how many."""
        n = 0
        for kind, times in acts.items():
            for _ in range(min(times, 10_000)):
                self.report.act(line, who, first + timedelta(seconds=n), kind, self.item)
                n += 1
        return n


def person(name: str, email: str, tool: str, login: str = "") -> Handle | None:
    """Somebody as a tool's row names them; None where it names nobody. A bot is no person whatever its address."""
    if len(name) > LONGEST_NAME or len(email) > LONGEST_NAME or len(login) > LONGEST_NAME:
        return None
    shown = "" if resaved.FAULT.fullmatch(name) else " ".join(name.split())
    address = email if EMAIL.fullmatch(email) and not SHARED.match(email) else ""
    if BOT.search(shown):
        return Handle("name", shown, shown, tool, person=False)
    if not address and not login and not shown:
        return None
    same = login.casefold() in ("", address.casefold())
    also = () if same or not address else (Handle("login", login, shown or None, tool),)
    if address:
        return Handle("email", address, shown or None, tool, also=also)
    if login:  # a directory's own name is mostly an address, and then may be the one that a roster knows
        mail = (Handle("email", login, shown or None, tool),) if EMAIL.fullmatch(login) and not SHARED.match(login) else ()
        return Handle("login", login, shown or None, tool, also=mail)
    return Handle("name", shown, shown, tool, person=a_person(shown))


def wrong_width(row: Row, table: Table, sheet_: Sheet) -> str:
    """Why a row does not fit its header: cells beyond it, cells that are missing, or the last record of a file without its end.

    Empty where it fits.
    """
    cells = row.record.cells
    if any(c.strip() for c in cells[max(table.width, len(table.header.cells)) :]):
        return f"{len(cells)} columns where the header has {table.width}"
    if not sheet_.whole and row.line == sheet_.last and len(cells) < table.width:
        return "the file is cut off in this row"
    if len(cells) <= max(row.at[n] for n in table.layout.needs):
        return f"{len(cells)} column{'' if len(cells) == 1 else 's'} where the header has {table.width}"
    if row["email"] and "@" not in row["email"]:
        return f"`{row['email'][:40]}` stands where the address should be"
    return ""


def kind_of(fault: str) -> str:
    """What `wrong_width` found, without its particulars."""
    if "cut off" in fault:
        return "the file is cut off"
    return "no address" if "address" in fault else "wrong number of columns"


def cut_times(table: Table, sheet_: Sheet, fields: Iterable[str]) -> int:
    """The line of the last record of a file without its end, if its last cell is a time written shorter than the others; else 0."""
    if sheet_.whole or not table.rows or table.rows[-1].line != sheet_.last or len(table.rows) < 2:
        return 0
    last = len(table.rows[-1].record.cells) - 1
    names = [f for f in fields if table.at.get(f) == last]
    shapes = {shape(r[f]) for f in names for r in table.rows[:-1] if r[f]}
    return sheet_.last if names and shapes and shape(table.rows[-1][names[0]]) not in shapes else 0


def is_total(row: Row, name: str) -> bool:
    """A row of totals: it has such a name and neither a time nor an address."""
    return plain(name).rstrip(":") in TOTALS and not any((moment(c) and ":" in c) or "@" in c for c in row.record.cells[1:])


@dataclass(frozen=True)
class Stay:
    """From when to when, as two cells say it, or why not."""

    joined: datetime | None = None
    left: datetime | None = None
    fault: tuple[str, str] | None = None  # (kind, reason)


def stay(row: Row, clock: Clock, joined: str = "join", left: str = "leave", utc: bool = False) -> Stay:
    """The stay of a row. Times of day that go back over midnight end on the next day; a leave before the join is refused."""
    j, le = row[joined], row[left]
    mj, ml = moment(j), moment(le)
    if not j:
        return Stay(fault=("no join", "it says a leave and no join")) if le else Stay()
    if mj is None or mj.seconds is None or (le and (ml is None or ml.seconds is None)):
        bad = j if mj is None or mj.seconds is None else le
        return Stay(fault=("no time", f"`{bad[:40]}` is no time"))
    begins, ends = clock.utc(mj, utc), clock.utc(ml, utc)
    if begins is None or (le and ends is None):
        return Stay(fault=("no date", f"`{(j if begins is None else le)[:40]}` is no date with the {clock.order} first"))
    if ends is not None and ends < begins and _bare(mj) and ml is not None and _bare(ml) and begins - ends > timedelta(hours=18):
        ends += timedelta(days=1)
    if ends is not None and ends < begins:
        return Stay(fault=("leave before join", f"the leave {le} is before the join {j}"))
    if ends is not None and ends - begins > LONGEST:
        return Stay(fault=("too long", f"from {j} to {le} is longer than two days"))
    return Stay(begins, ends)


def _bare(m: Moment) -> bool:
    return m.numbers is None and m.day is None


def compare(report: Report, said: str, found: int) -> None:
    """Notes where a report says another number of people than it lists: it may be cut, or somebody is in it under two names."""
    n = whole(said)
    if n and found and n != found:
        report.note(f"The report says that {n:,} {'person' if n == 1 else 'people'} attended, and lists {found:,}.")


# ---- readers


@dataclass(frozen=True)
class Asked:
    """A report to be read: its text, its tables, the report to fill, and what was answered."""

    text: Text
    sheet: Sheet
    report: Report
    answers: Answers

    def clock(self, moments: Iterable[Moment]) -> Clock:
        """The clock for the times of this report: the order of its dates decided from all of them."""
        found, name = list(moments), self.report.source
        turned, said = resaved.turned_round(found, self.text.typed, self.report.tool, self.answers, name)
        for note in filter(None, [said, resaved.seconds_lost(found, self.report.tool)]):
            self.report.note(note)
        order = order_of(found, self.answers, name)
        return Clock(name, self.answers.zone, order, self.answers.day or day_in(name), turned=turned)


Read = Callable[[Asked], Meeting | None]


def finish(asked: Asked, meeting: Meeting | None, con: duckdb.DuckDBPyConnection, scratch: Path) -> Staged:
    """The account closed and the tables staged."""
    report, parts = asked.report, asked.sheet
    for record in parts.broken:
        refuse(report, record, record.fault.split(",")[0], record.fault)
    report.merged(parts.headers)
    for note in asked.text.notes:
        report.note(note)
    if meeting and meeting.clock.used:
        report.note(f"Its times carry no zone: read as {meeting.clock.zone}.")
    if meeting and meeting.clock.order and not asked.answers.order:
        report.note(f"Its dates are read with the {meeting.clock.order} first, as they only fit that way.")
    if report.refusals and meeting and meeting.start and not (meeting.opens or asked.answers.session):
        report.note(f"Import the mended rows with --session {meeting.item}: alone they do not say which meeting it was.")
    staged = report.staged(con, scratch)
    if staged.account.refused_file is not None:
        rewrite(staged.account.refused_file, parts, report.refusals, bool(meeting and meeting.clock.turned))
    return staged


def refuse(report: Report, record: Record, kind: str, reason: str) -> None:
    """A record that is not taken."""
    report.refused(record.line, kind, reason, list(record.cells) if not record.fault else record.text[:10_000])


Layouts = Callable[[Text], tuple[Layout, ...]]
"""The layouts to look for in a text; where they are always the same, a tuple does."""


def reader(name: str, tool: str, about: str, wanted: tuple[Layout, ...] | Layouts, read: Read) -> Reader:
    """A reader of reports with these layouts. Those whose names begin with `also` are no sign of such a report."""

    def layouts_of(text: Text) -> tuple[Layout, ...]:
        return wanted if isinstance(wanted, tuple) else wanted(text)

    def recognises(path: Path) -> bool:
        head = head_of(path)
        return head is not None and any(not found.startswith("also") for found in known(head, layouts_of(head)))

    def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
        for zone in filter(None, [answers.zone]):
            check_zone(zone, "--zone")
        text = text_of(path, answers.encoding)
        layouts = layouts_of(text)
        parts = sheet(text, layouts)
        if parts is None or not any(not t.layout.name.startswith("also") for t in parts.tables):
            own = [x for x in layouts if not x.name.startswith("also")]
            looked = ", ".join(dict.fromkeys(x.fields[n][0] for x in own[:1] for n in x.needs))
            raise ImportRefused(path.name, f"it has no header of this report ({about})", f"Looked for: {looked}." if looked else "")
        report = Report(path.name, tool, delimiter=parts.delimiter, header=parts.tables[0].header.cells)
        asked = Asked(text, parts, report, answers)
        return finish(asked, read(asked), con, scratch)

    def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
        return stage_answered(con, path, Answers(zone=zone), scratch)

    return Reader(name, about, recognises, stage, stage_answered)


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"
