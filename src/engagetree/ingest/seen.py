"""What a tool's report says, collected row by row: acts, things offered, and who was seen, with the account of every row.

For reports of a meeting or a course, which are small; large logs are read by SQL. A reader of a report makes a `Report`, calls `kept`,
`merged` or `refused` once for every row that it reads, and returns `staged(...)`.

Who did something is a `Handle`: what the tool knows them by. The hall turns it into a pseudonym before anything is written; which
participant that is, is decided elsewhere, by rules and by people. Names and addresses never reach the lake.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from engagetree.ingest.account import SHOWN, Account, Refusal, Staged
from engagetree.ingest.opened import fresh
from engagetree.tables import EVENTS, ITEMS, OUTCOMES

LINE = pa.field("line", pa.int64())

SEEN = pa.schema(
    [
        ("handle", pa.string()),  # Handle.key: what stands in the column `participant` of the other staged tables
        ("kind", pa.string()),
        ("value", pa.string()),
        ("name", pa.string()),  # as the tool shows it; null where it shows none
        ("tool", pa.string()),
        ("person", pa.bool_()),  # false: a phone, a device, a note-taking bot, somebody anonymous
        ("same_as", pa.string()),  # another handle that the same row of the tool gives for the same person, or null
    ]
)
"""The staged table `seen`: one row for each handle of a report (and one for each further handle that it says is the same person)."""

KINDS = ("email", "account", "login", "id", "name")
"""What a handle can be, the surest first. `account` is one that holds everywhere, `login` and `id` the tool's own."""


@dataclass(frozen=True)
class Handle:
    """What a tool knows somebody by. `tool` is part of every kind but e-mail: a login of one tool is nobody in another.

    >>> Handle("email", "Ana.Ruiz@Example.org ").key, Handle("name", "Ana Ruiz", tool="zoom").key
    ('email:ana.ruiz@example.org', 'name:zoom:Ana Ruiz')
    """

    kind: str
    value: str
    name: str | None = None
    tool: str = ""
    person: bool = True
    also: tuple[Handle, ...] = ()  # further handles of the same row: a login beside an e-mail

    @property
    def key(self) -> str:
        """Text that is the same for the same handle, and different for any other."""
        value = " ".join(self.value.split())
        return f"email:{value.lower()}" if self.kind == "email" else f"{self.kind}:{self.tool}:{value}"


@dataclass
class Report:
    """The rows of one report. Times are UTC; `line` counts from 1 in the file."""

    source: str  # the file's name
    tool: str  # zoom, teams, moodle …
    events: list[dict[str, Any]] = field(default_factory=list)
    items: dict[tuple[str, str | None], dict[str, Any]] = field(default_factory=dict)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    handles: dict[str, Handle] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    header: Sequence[str] = ()
    delimiter: str = ","
    counts: Counter[str] = field(default_factory=Counter)
    acts: set[tuple[Any, ...]] = field(default_factory=set)

    def kept(self, rows: int = 1) -> None:
        """So many rows of the file say something that is kept: an act, an item, a person, a fact of the meeting."""
        self.counts["kept"] += rows

    def merged(self, rows: int = 1) -> None:
        """So many rows say nothing that another row does not say: a total, a repeat, a header in the middle."""
        self.counts["merged"] += rows

    def refused(self, line: int, kind: str, reason: str, row: Sequence[str] | str = "") -> None:
        """A row that is not taken. `kind` is the reason without its particulars; `row` is shown, and written to the refused file."""
        self.counts["refused"] += 1
        self.reasons[kind] += 1
        self.refusals.append(Refusal(line, reason, row if isinstance(row, str) else written(row, self.delimiter), self.source))

    def who(self, handle: Handle) -> str:
        """Notes that somebody was seen; what stands for them in staged tables."""
        known = self.handles.get(handle.key)
        if known is None or (known.name is None and handle.name):
            self.handles[handle.key] = handle
        elif handle.also and not set(handle.also) <= set(known.also):
            self.handles[handle.key] = Handle(known.kind, known.value, known.name, known.tool, known.person, (*known.also, *handle.also))
        return handle.key

    def act(
        self,
        line: int,
        who: Handle,
        at: datetime,
        kind: str,
        item: str | None = None,
        amount: float | None = None,
        event_id: str | None = None,
    ) -> None:
        """Something that somebody did. `at` in UTC with its zone. The same act again is the same act."""
        seen = (who.key, at, kind, item, amount, event_id)
        if seen in self.acts:
            return
        self.acts.add(seen)
        self.events.append(
            {"event_id": event_id, "participant": self.who(who), "at": at, "kind": kind, "item": item, "amount": amount,
             "source": self.tool, "line": line, "week": monday(at)}
        )  # fmt: skip

    def offered(self, line: int, item: str, kind: str, cohort: str | None = None, **more: Any) -> None:
        """Something that was offered: columns of `tables.ITEMS`. The first of two rows with one key stays."""
        row = dict.fromkeys(n for n in ITEMS.names if n not in ("import_id", "seq"))
        row |= {"item": item, "kind": kind, "cohort": cohort, "source": self.tool, "final": False, "line": line, **more}
        self.items.setdefault((item, cohort), row)

    def became(self, line: int, who: Handle, outcome: str, value: float, at: datetime) -> None:
        """Something that became of somebody: a grade, a certificate."""
        self.outcomes.append({"participant": self.who(who), "outcome": outcome, "value": value, "at": at, "line": line})

    def note(self, text: str) -> None:
        """A sentence for the account, once."""
        if text not in self.notes:
            self.notes.append(text)

    def staged(self, con: duckdb.DuckDBPyConnection, scratch: Path, **facts: Any) -> Staged:
        """The tables under names of the connection, with the account."""
        without = ("import_id", "seq")
        rows: dict[str, tuple[list[dict[str, Any]], pa.Schema]] = {
            "events": (self.events, pa.schema([f for f in EVENTS if f.name not in without])),
            "items": (list(self.items.values()), pa.schema([*(f for f in ITEMS if f.name not in without), LINE])),
            "outcomes": (self.outcomes, pa.schema([*(f for f in OUTCOMES if f.name not in without), LINE])),
            "seen": (self._seen(), SEEN),
        }
        loose = {table: pa.Table.from_pylist(some, schema=schema) for table, (some, schema) in rows.items() if some}
        tables = {table: fresh(f"staged_{table}") for table in loose}
        for table, name in tables.items():
            con.register(name, loose[table])  # making tables of them takes longer than all that was done with the file before
        kept, merged, refused = (self.counts[k] for k in ("kept", "merged", "refused"))
        by_table = {"events": len(self.events), "items": len(self.items), "outcomes": len(self.outcomes)}
        account = Account(
            source=self.source, read=kept + merged + refused, kept=kept, merged=merged, refused=refused,
            by_table={t: n for t, n in by_table.items() if n}, refusals=tuple(self.refusals[:SHOWN]),
            reasons=dict(self.reasons.most_common()), refused_file=self._refused_file(scratch), notes=tuple(self.notes),
            derived=("events", "items", "outcomes"),
        )  # fmt: skip
        return Staged(tables, account, facts, loose)

    def _seen(self) -> list[dict[str, Any]]:
        rows = []
        for h in self.handles.values():
            one = {
                "handle": h.key,
                "kind": h.kind,
                "value": h.value.strip(),
                "name": h.name,
                "tool": h.tool or self.tool,
                "person": h.person,
            }
            rows.append({**one, "same_as": None})
            rows += [
                {"handle": o.key, "kind": o.kind, "value": o.value.strip(), "name": o.name or h.name, "tool": o.tool or self.tool,
                 "person": h.person, "same_as": h.key}
                for o in h.also
            ]  # fmt: skip
        return rows

    def _refused_file(self, scratch: Path) -> Path | None:
        if not self.refusals:
            return None
        target = scratch / f"{fresh('refused')}-{''.join(c if c.isalnum() or c in '-_' else '-' for c in self.source)[:80]}.csv"
        scratch.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            if self.header:
                out.write(written([*self.header, "refused line", "refused reason"], self.delimiter) + "\n")
            for r in self.refusals:
                out.write(f"{r.row_text}{self.delimiter}{written([str(r.line), r.reason], self.delimiter)}\n")
        return target


def monday(at: datetime) -> str:
    """The Monday of a moment's UTC week, the partition of events.

    >>> from datetime import UTC; monday(datetime(2026, 11, 22, 23, tzinfo=UTC))
    '2026-11-16'
    """
    return (at.date() - timedelta(days=at.weekday())).isoformat()


def written(cells: Sequence[str], delimiter: str) -> str:
    """Cells as one line of a CSV file, without its end."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()
