"""Acts read one by one, written to DuckDB some tens of thousands at a time: memory stays the same however many they are.

Counts what becomes of every statement: kept (an act, or a word that another is void), merged (said before), refused (with its reason).
"""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import duckdb
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from engagetree.engine import literal
from engagetree.ingest.account import SHOWN, Account, Refusal, Staged
from engagetree.ingest.merge import merge_events
from engagetree.ingest.opened import fresh
from engagetree.ingest.refused import SHOWN_TEXT
from engagetree.ingest.rows import FIRST_MONDAY, WEEK, count
from engagetree.ingest.seen import SEEN, Handle
from engagetree.ingest.times import EARLIEST, LATEST
from engagetree.tables import ITEMS
from engagetree.tables import UTC as UTC_TIMES

BATCH = 20_000
"""Acts that are written at a time."""
MOST_KNOWN = 100_000
"""Different actors, or things, that are remembered as read; then remembering begins anew."""

MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,12}))?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?"
)  # fmt: skip
STAGED = ("event_id", "participant", "at", "kind", "item", "amount", "source", "line", "week")
Act = tuple[str | None, str, str, str, str | None, float | None, int, bytes]
"""(event_id, participant, at, kind, item, amount, line, the statement's text; empty unless texts are kept)."""
UUIDS = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
MONDAY, FOREVER = date(1970, 1, 5), 1e11
FIRST, LAST = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (EARLIEST, LATEST))


def moment(text: str) -> tuple[datetime | None, bool]:
    """(the moment, whether the text says its zone); None where it is none. Without a zone it is UTC.

    >>> moment("2025-03-03T10:00:00.123456789+0100")[0].isoformat(), moment("2025-03-03T10:00:00")[1], moment("03/04/2025")
    ('2025-03-03T09:00:00.123456+00:00', False, (None, False))
    """
    found = MOMENT.fullmatch(text.strip())
    if not found or (found[4] and found[4].startswith("-") and not found[4].strip("-0:")):
        return None, False
    day, clock, part, zone = found.groups()
    zone = "+00:00" if not zone or zone in "Zz" else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    try:
        at = datetime.fromisoformat(f"{day}T{clock}{'.' + (part + '000000')[:6] if part else ''}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None, False
    return (at, found[4] is not None) if FIRST <= at < LAST else (None, False)


class TextsNeeded(Exception):
    """An act is refused by its time or id, and its text was not kept: the file is read again, keeping texts until acts are written."""


class Acts:
    """The acts of one file. Each statement is added to `acts`, or given to `void` or `refuse`; `staged` ends it."""

    def __init__(self, con: duckdb.DuckDBPyConnection, name: str, tool: str, scratch: Path, careful: bool = False) -> None:
        self.con, self.name, self.tool, self.scratch, self.careful = con, name, tool, scratch, careful
        self.notes: list[str] = []
        self.unknown: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.refusals: list[Refusal] = []
        self._file: IO[bytes] | None = None
        self.refused_file: Path | None = None
        self.events, self.items, self.seen, self.voids = (fresh(f"staged_{t}") for t in ("events", "items", "seen", "voids"))
        columns = {"line": "BIGINT", "amount": "DOUBLE", "at": "TIMESTAMPTZ"}
        told = ", ".join(f'"{c}" {columns.get(c, "VARCHAR")}' for c in STAGED)
        con.execute(f"CREATE TEMP TABLE {self.events} ({told})")
        con.execute(f"CREATE TEMP TABLE {self.items} (item VARCHAR, kind VARCHAR, title VARCHAR, line BIGINT)")
        con.execute(f"CREATE TEMP TABLE {self.seen} ({', '.join(f'{f.name} {_sql(f)}' for f in SEEN)})")
        con.execute(f"CREATE TEMP TABLE {self.voids} (source VARCHAR, event_id VARCHAR, line BIGINT)")
        self.now = datetime.now(UTC)
        self.groups: dict[str, tuple[str, ...]] = {}  # what stands for several people → each of them
        self.bare_times = 0
        self._beside = ThreadPoolExecutor(1)
        self._landing: Future[None] | None = None
        self.acts: list[Act] = []  # those that are not written yet
        self.earlier: list[tuple[int, float]] = []  # (place among them, seconds): acts that are told at their end
        self.new_items: list[tuple[str, str, str | None, int]] = []
        self.new_handles: list[Handle] = []
        self.new_voids: list[tuple[str, int, str, bytes]] = []

    # ---- what becomes of a statement

    def void(self, line: int, raw: bytes, id_: str, at: str) -> None:
        """The word that another statement does not stand."""
        self.new_voids.append((id_, line, at, raw))

    def refuse(self, line: int, raw: bytes, kind: str, reason: str) -> None:
        """A statement that is not taken."""
        self.counts["refused"] += 1
        self.reasons[kind] += 1
        if len(self.refusals) < SHOWN:
            self.refusals.append(Refusal(line, reason, raw[:SHOWN_TEXT].decode("utf-8", "replace"), self.name))
        if self._file is None:
            self.scratch.mkdir(parents=True, exist_ok=True)
            stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in self.name)[:80]
            self.refused_file = self.scratch / f"{fresh('refused')}-{stem}.jsonl"
            self._file = self.refused_file.open("wb")
        self._file.write(orjson.dumps({"refused": {"line": line, "reason": reason}}) + b"\n" + raw.replace(b"\n", b" ") + b"\n")

    def offer(self, item: str, kind: str, title: str | None, line: int) -> None:
        """Something that acts are about."""
        self.new_items.append((item, kind, title, line))

    def know(self, handle: Handle) -> str:
        """Somebody who acts; what stands for them."""
        self.new_handles.append(handle)
        return handle.key

    def take_back(self, kept: int) -> None:
        """Leaves only the first `kept` of the collected acts."""
        del self.acts[kept:]
        while self.earlier and self.earlier[-1][0] >= kept:
            del self.earlier[-1]

    def forget(self) -> None:
        """Takes back all that was written."""
        with suppress(Exception):  # it is of no use any more, whatever became of it
            self._landed()
        self._beside.shutdown()
        for table in (self.events, self.items, self.seen, self.voids):
            self.con.execute(f"DROP TABLE IF EXISTS {table}")
        if self._file is not None:
            self._file.close()
            self.refused_file.unlink(missing_ok=True) if self.refused_file else None

    # ---- to DuckDB

    def write(self) -> None:
        """Writes what was collected."""
        if self.new_voids or self.new_items or self.new_handles:
            self._landed()
        self._write_voids()
        if self.new_items:
            names = ("item", "kind", "title", "line")
            self._insert(self.items, pa.table(dict(zip(names, map(list, zip(*self.new_items, strict=True)), strict=True))))
        if self.new_handles:
            self._insert(self.seen, pa.Table.from_pylist([r for h in self.new_handles for r in self._rows_of(h)], schema=SEEN))
        if self.acts:
            self._write_events()
        for some in (self.acts, self.earlier, self.new_items, self.new_handles, self.new_voids):
            some.clear()

    def _landed(self) -> None:
        """Waits for what is being written. DuckDB writes while the next statements are read; nothing else may use it until it has."""
        if self._landing is not None:
            landing, self._landing = self._landing, None
            landing.result()

    def _rows_of(self, h: Handle) -> list[dict[str, Any]]:
        same = {"name": h.name, "tool": h.tool or self.tool, "person": h.person, "same_as": None}
        return [{"handle": h.key, "kind": h.kind, "value": h.value.strip(), **same}]

    def _insert(self, table: str, rows: pa.Table, query: str = "SELECT {} FROM {}") -> None:
        arriving = fresh("arriving")
        self.con.register(arriving, rows)
        names = ", ".join(f'"{c}"' for c in rows.column_names)
        self.con.execute(f"INSERT INTO {table} ({names}) {query.format(names, arriving)}")
        self.con.unregister(arriving)

    def _write_events(self) -> None:
        ids, who, times, kinds, items, amounts, lines, raws = zip(*self.acts, strict=True)
        at, named = self._moments(times), pa.array(ids, pa.string())
        good = pc.and_(at.is_valid(), pc.fill_null(pc.match_substring_regex(named, UUIDS), True))
        rows = pa.table(
            {"event_id": pc.ascii_lower(named), "participant": pa.array(who, pa.string()), "at": at,
             "kind": pa.array(kinds, pa.string()), "item": pa.array(items, pa.string()), "amount": pa.array(amounts, pa.float64()),
             "line": pa.array(lines, pa.int64())}
        )  # fmt: skip
        if not pc.all(good).as_py():
            if not self.careful:
                raise TextsNeeded
            for place in np.flatnonzero(~good.to_numpy(zero_copy_only=False)).tolist():
                kind, found = ("id is no UUID", ids[place]) if at[place].is_valid else ("no time that can be read", times[place])
                self.refuse(lines[place], raws[place], kind, f"{kind}: `{str(found)[:60]}`")
            rows = rows.filter(good)
        if self.groups:
            rows = self._of_members(rows)
        late = pc.sum(pc.greater(rows["at"], pa.scalar(self.now, UTC_TIMES))).as_py()
        self.counts["future"] += late or 0
        self.counts["events"] += rows.num_rows
        rows = rows.append_column("source", pa.repeat(pa.scalar(self.tool), rows.num_rows)).append_column("week", _weeks(rows["at"]))
        self._landed()
        self._landing = self._beside.submit(self._insert, self.events, rows)

    def _of_members(self, rows: pa.Table) -> pa.Table:
        """The act of a group as the act of each member."""
        each = [self.groups.get(who, (who,)) for who in rows["participant"].to_pylist()]
        places = [place for place, members in enumerate(each) for _ in members]
        return rows.take(pa.array(places, pa.int64())).set_column(1, "participant", pa.array([m for ms in each for m in ms], pa.string()))

    def _moments(self, told: tuple[str, ...]) -> pa.Array:
        """The times of the collected acts, null where a text is none. Those that all say their zone are read at once."""
        try:
            at = pc.cast(pa.array(told, pa.string()), UTC_TIMES)
        except pa.ArrowInvalid:
            at = None
        if at is None or not pc.all(pc.and_(pc.greater_equal(at, FIRST), pc.less(at, LAST))).as_py():
            read = [moment(text) for text in told]
            self.bare_times += sum(1 for one, zoned in read if one is not None and not zoned)
            at = pa.array([one for one, _ in read], UTC_TIMES)
        if self.earlier:
            places = np.array([place for place, _ in self.earlier])
            seconds = np.array([min(seconds, FOREVER) for _, seconds in self.earlier], np.float64)
            moments = _microseconds(at)
            back = np.rint(seconds * 1e6).astype(np.int64)
            moments[places] -= np.where(back < moments[places] - _microseconds(pa.array([FIRST], UTC_TIMES)), back, 0)
            at = pc.if_else(at.is_valid(), pa.array(moments).cast(UTC_TIMES), pa.scalar(None, UTC_TIMES))
        return at

    def _write_voids(self) -> None:
        good = []
        for id_, line, at, raw in self.new_voids:
            if moment(at)[0] is None:
                self.refuse(line, raw, "no time that can be read", f"no time that can be read: `{at[:60]}`")
            else:
                good.append({"source": self.tool, "event_id": id_, "line": line})
        if good:
            self.counts["voids"] += len(good)
            self._insert(self.voids, pa.Table.from_pylist(good))

    # ---- the end

    def staged(self, *notes: str) -> Staged:
        """The staged tables, with the account."""
        self.write()
        self._landed()
        self._beside.shutdown()
        if self._file is not None:
            self._file.close()
        said = self._without_repeats()
        tables = {name: table for name, table in self._tables().items() if count(self.con, table)}
        by_table = {name: count(self.con, table) for name, table in tables.items() if name != "seen"}
        acts = self._statements(self.events) if self.groups else by_table.get("events", 0)
        kept, read = acts + by_table.get("voids", 0) + self.counts["entities"], self.counts["read"]
        account = Account(
            source=self.name, read=read, kept=kept, merged=read - kept - self.counts["refused"], refused=self.counts["refused"],
            by_table=by_table, refusals=tuple(self.refusals), reasons=dict(self.reasons.most_common()), refused_file=self.refused_file,
            notes=(*self._notes(), *said, *notes), derived=("items", "events") if self.groups else ("items",),
        )  # fmt: skip
        return Staged(tables, account)

    def _statements(self, table: str) -> int:
        return int(self.con.execute(f"SELECT count(DISTINCT line) FROM {table}").fetchall()[0][0])

    def _tables(self) -> dict[str, str]:
        return {"events": self.events, "voids": self.voids, "items": self.items, "seen": self.seen}

    def _without_repeats(self) -> tuple[str, ...]:
        """One row for each thing, each handle, each word that something is void, and each act."""
        con = self.con
        nulls = ", ".join(
            f"NULL::{_sql(f)} AS {f.name}" for f in ITEMS if f.name not in ("item", "kind", "title", "source", "final", "import_id", "seq")
        )
        items = f"SELECT item, min(kind) AS kind, min(title) AS title, {literal(self.tool)} AS source, FALSE AS final, min(line) AS line"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {self.items} AS {items}, {nulls} FROM {self.items} GROUP BY item")
        others = ", ".join(f"any_value({c}) AS {c}" for c in ("kind", "value", "tool", "person", "same_as"))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.seen} AS SELECT handle, min(name) AS name, {others} FROM {self.seen} GROUP BY handle"
        )
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.voids} AS SELECT source, event_id, min(line) AS line FROM {self.voids} GROUP BY ALL"
        )
        said = self._one_of_each_id()
        if con.execute(f"SELECT 1 FROM {self.events} WHERE event_id IS NULL LIMIT 1").fetchall() and not self.groups:
            merge_events(con, self.events, "events", "")
        return said

    def _one_of_each_id(self) -> tuple[str, ...]:
        """Of several statements with one id the earliest is kept. Hashes only find candidates: sorting bare numbers is cheap."""
        con, events = self.con, self.events
        given = f"{events} WHERE event_id IS NOT NULL"
        keys = "event_id, line" if self.groups else "event_id"
        one_each = f"SELECT DISTINCT {keys} FROM {given}" if self.groups else f"SELECT event_id FROM {given}"
        hashes = np.sort(con.execute(f"SELECT hash(event_id) AS h FROM ({one_each})").fetchnumpy()["h"])
        suspects = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        if not len(suspects):
            return ()
        found = fresh("suspects")
        con.register(found, pa.table({"h": suspects}))
        content = '"at", kind, item, amount, participant'
        mine = f"SELECT * FROM {given} AND hash(event_id) IN (SELECT h FROM {found})"
        whole = f'SELECT event_id, line, min("at") AS "at", list(({content}) ORDER BY {content}) AS said FROM ({mine}) GROUP BY ALL'
        ranked = f'SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY "at", said, line) AS n FROM ({whole})'
        unlike = f"SELECT count(*) FROM (SELECT 1 FROM ({whole}) GROUP BY event_id HAVING count(DISTINCT said) > 1)"
        differing = int(con.execute(unlike).fetchall()[0][0])
        con.execute(f"DELETE FROM {events} WHERE event_id IS NOT NULL AND line IN (SELECT line FROM ({ranked}) WHERE n > 1)")
        con.unregister(found)
        told = "1 id stands" if differing == 1 else f"{differing:,} ids stand"
        return (f"{told} for different acts; of each the earliest is kept",) if differing else ()

    def _notes(self) -> list[str]:
        notes = list(self.notes)
        if late := self.counts["future"]:
            notes.append(
                f"{late:,} {'act lies' if late == 1 else 'acts lie'} in the future: kept, and not counted before that time has come"
            )
        if self.bare_times:
            notes.append(f"{self.bare_times:,} times without a zone are read as UTC")
        if self.unknown:
            some = sorted(self.unknown)
            told = ", ".join(some[:10]) + (" …" if len(some) > 10 else "")
            notes.append(f"verbs that no table names, taken by their last word: {told}")
        return notes


def _sql(f: pa.Field) -> str:
    return {"double": "DOUBLE", "bool": "BOOLEAN", "int64": "BIGINT", "string": "VARCHAR"}.get(str(f.type), "TIMESTAMPTZ")


def _microseconds(at: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Since 1970; where there is no moment, 0."""
    return np.array(pc.fill_null(pc.cast(at, pa.int64()), 0))


def _weeks(at: pa.ChunkedArray) -> pa.Array:
    """The Monday of each moment's UTC week, as text."""
    numbers, place = np.unique((_microseconds(at.combine_chunks()) - FIRST_MONDAY) // WEEK, return_inverse=True)
    mondays = [(MONDAY + timedelta(weeks=n)).isoformat() for n in numbers.tolist()]
    return pa.array(mondays, pa.string()).take(pa.array(place))
