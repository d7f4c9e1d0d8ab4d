"""Files come in: each is staged, given its pseudonyms, held against the lake and written, with the account of every row.

A file lands as a whole or not at all. Small exports that arrive together land together, in one durable change with a row of the ledger
for each: the result is the one of importing them one after the other, and each can be withdrawn alone.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from engagetree import identity
from engagetree.engine import duck, literal, literals, parquet, quoted, rows_of
from engagetree.errors import EngagetreeError
from engagetree.formula.columns import PRESENCE
from engagetree.ingest import (
    NOTHING,
    Account,
    Answers,
    ColumnMap,
    OpenQuestion,
    Reader,
    Staged,
    again,
    check_session,
    find,
    key_of,
    settle,
    stage,
)
from engagetree.lake import Change, Lake, Snapshot
from engagetree.lake.acts import HELD, items, meetings_of
from engagetree.lake.weekly import write_weeks
from engagetree.ledger import ImportRow
from engagetree.scoring.offers import EARLY, LATE
from engagetree.tables import DERIVABLE, KEYS, LAKE, STATED

SLACK = 64 << 20
"""Free space that an import leaves alone, so that an erasure can still run on a full disk."""

TOGETHER, BYTES_TOGETHER, SECONDS_TOGETHER = 250, 32 << 20, 5.0
"""How many files, of how many bytes, read in how long, land in one change at most: who interrupts loses no more than that."""

SMALL = 8 << 20
"""Bytes of a file that may land together with others."""


AROUND = timedelta(days=7)
"""How long before and after a programme its meetings may lie."""

MOMENTS = (("events", '"at"'), ("items", "opens_at"), ("items", "closes_at"))
"""Tables and columns by which it is judged whether a file lies in the programme."""

MOMENT = timedelta(microseconds=1)

SHOWN = 6
"""Sessions that a question names."""


@dataclass(frozen=True)
class Taken:
    """What an import did. `known` where this very file had been imported before: nothing was changed."""

    account: Account
    import_id: str
    known: bool = False
    reader: str = ""
    preview: Any = None  # of a dry run: what whoever asked for it made of the staged tables


Look = Callable[[Any, Staged, identity.Seen], Any]
"""(connection, the staged tables, who was seen) → a preview."""


@dataclass(frozen=True)
class Asked:
    """How files are to be read, and by whom."""

    zone: str
    scratch: Path
    mapping: ColumnMap | None = None
    answers: Answers = NOTHING
    who: str = ""
    on_wait: Callable[[str], None] | None = None
    span: tuple[datetime, datetime] | None = None  # of the programme: what decides between two ways to read a date


@dataclass(frozen=True)
class Arrived:
    """A file that is staged and not written yet. `digest` and `key` say which file it is, and how it was read."""

    path: Path
    reader: str
    digest: str
    key: str
    staged: Staged

    @property
    def joins(self) -> bool:
        """Whether it may land together with others: events, and what a tool's report says beside them, of a small file."""
        tables = set(self.staged.tables) - {"events", "seen"}
        plain = tables <= set(DERIVABLE) & set(self.staged.account.derived)
        return plain and not any(self.staged.facts.values()) and size_of(self.path) <= SMALL


class _KnownMeanwhile(Exception):
    """Somebody else imported one of these files while this one waited for the lock."""


def take(
    lake: Lake,
    path: Path,
    zone: str,
    scratch: Path,
    *,
    reader: Reader | None = None,
    mapping: ColumnMap | None = None,
    answers: Answers = NOTHING,
    who: str = "",
    on_wait: Callable[[str], None] | None = None,
    span: tuple[datetime, datetime] | None = None,
    dry_run: bool = False,
    look: Look | None = None,
) -> Taken:
    """Bring a file into the lake; the same file twice changes nothing, an overlapping one adds only what is new.

    OpenQuestion where the file leaves something open that `answers` do not say. A dry run changes nothing; `look` sees what is staged.
    """
    asked = Asked(zone, scratch, mapping, answers, who, on_wait, span)
    how = reader or find(path, mapping=mapping)
    with duck(scratch) as con:
        arrived = _arrive(con, lake, path, how, asked, digest_of(path))
        if isinstance(arrived, Taken):
            return arrived
        if dry_run:
            staged, seen = identity.pseudonymised(con, _together(con, [arrived]), lake, ("",), dry=True)
            preview = look(con, staged, seen) if look else None
            merged = _settled(con, staged, lake.snapshot(), 1)[0]
            if staged.account.refused_file:  # nothing was changed, so nothing is left lying about
                staged.account.refused_file.unlink(missing_ok=True)
            account = replace(staged.account.settled(merged), refused_file=None)
            return Taken(account, "", reader=how.name, preview=preview)
        return _land(con, lake, [arrived], asked)[0]


def take_all(
    lake: Lake, paths: Iterable[Path], asked: Asked, reader_of: Callable[[Path], Reader]
) -> Iterator[tuple[Path, Taken | EngagetreeError]]:
    """Bring files into the lake in their order, small ones several at a time; of each what became of it, or why nothing did."""
    waiting = deque(paths)
    while waiting:
        with duck(asked.scratch) as con:
            met = _gather(con, lake, waiting, asked, reader_of)
            mine = [one for _, one in met if isinstance(one, Arrived)]
            alone = [mine.pop()] if mine and not mine[-1].joins else []
            done: dict[str, Taken | EngagetreeError] = {}
            for group in (mine, alone):
                done |= zip((a.digest + a.key for a in group), _landed(con, lake, group, asked), strict=True)
        yield from ((path, done[one.digest + one.key] if isinstance(one, Arrived) else one) for path, one in met)


def _gather(
    con: Any, lake: Lake, waiting: deque[Path], asked: Asked, reader_of: Callable[[Path], Reader]
) -> list[tuple[Path, Arrived | Taken | EngagetreeError]]:
    """Stage the next files that can land together; the last may be one that must land alone."""
    met: list[tuple[Path, Arrived | Taken | EngagetreeError]] = []
    here: set[tuple[str, str]] = set()
    began, held = time.monotonic(), 0
    digests = _digests(waiting)
    known = lake.ledger.digests_among(digests.values())
    while waiting and len(here) < TOGETHER and held < BYTES_TOGETHER and time.monotonic() - began < SECONDS_TOGETHER:
        path = waiting[0]
        try:
            how = reader_of(path)
            digest = digests.get(path) or digest_of(path)
            if (digest, _key(how, asked)) in here:  # the same file under another name: it is known once the first has landed
                break
            one = _arrive(con, lake, path, how, asked, digest, new=path in digests and digest not in known)
        except EngagetreeError as error:
            met.append((waiting.popleft(), error))
            continue
        met.append((waiting.popleft(), one))
        if isinstance(one, Arrived):
            if not one.joins:
                break
            here.add((one.digest, one.key))
            held += size_of(path)
    return met


def _digests(paths: Iterable[Path]) -> dict[Path, str]:
    """Of the next small files, as many as may land together; one that cannot be read ends them."""
    found: dict[Path, str] = {}
    held = 0
    with suppress(OSError):
        for path in islice(paths, TOGETHER):
            held += size_of(path) if path.is_file() else BYTES_TOGETHER
            if held >= BYTES_TOGETHER:
                break
            found[path] = digest_of(path)
    return found


def _landed(con: Any, lake: Lake, group: list[Arrived], asked: Asked) -> Sequence[Taken | EngagetreeError]:
    try:
        return _land(con, lake, group, asked) if group else []
    except EngagetreeError as error:
        return [error] * len(group)


def _key(how: Reader, asked: Asked) -> str:
    """How a file is read: the reader, its map, and the answers that it was given."""
    return (f"{how.name}:{digest_of_text(repr(asked.mapping))}" if asked.mapping else how.name) + key_of(asked.answers)


def _arrive(con: Any, lake: Lake, path: Path, how: Reader, asked: Asked, digest: str, *, new: bool = False) -> Arrived | Taken:
    """The file staged, or what became of it earlier; `new` where it is known that nobody imported it before."""
    key = _key(how, asked)
    answered = asked.answers == NOTHING and not asked.mapping  # what was answered before need not be said again
    done = lake.ledger.done_import
    if not new and (before := done(digest, key) or (done(digest, f"{how.name};", True) if answered else None)):
        return _known(path, before, how.name)
    lake.require_space(2 * size_of(path) + SLACK)
    try:
        staged = stage(con, path, asked.mapping or how, asked.zone, asked.scratch, asked.answers)
    except OpenQuestion as question:
        if question.question == "order" and (decided := _by_the_programme(con, path, how, asked)):
            return Arrived(path, how.name, digest, key, decided)
        if question.question == "session" and (known := _sessions(con, lake.snapshot())):
            raise OpenQuestion(question.thing, "session", question.found, f"{question.do} The latest are {known}.") from None
        raise
    if asked.answers.session and (note := _session_known(con, lake.snapshot(), staged, asked.answers.session)):
        staged = replace(staged, account=replace(staged.account, notes=(*staged.account.notes, note)))
    return Arrived(path, how.name, digest, key, staged)


def _by_the_programme(con: Any, path: Path, how: Reader, asked: Asked) -> Staged | None:
    """The file with its dates in the only order that puts all of them into the programme; None where that does not decide."""
    if asked.span is None or size_of(path) > SMALL:
        return None
    first, last = asked.span[0] - AROUND, asked.span[1] + AROUND
    fit: list[tuple[str, Staged]] = []
    for order in ("day", "month"):
        try:
            staged = stage(con, path, asked.mapping or how, asked.zone, asked.scratch, replace(asked.answers, order=order))
        except EngagetreeError:
            return None
        moments = [f"SELECT {c} AS m FROM {staged.tables[t]}" for t, c in MOMENTS if t in staged.tables]
        seen = rows_of(con, f"SELECT min(m) AS a, max(m) AS b FROM ({' UNION ALL '.join(moments)})") if moments else []
        if not seen or seen[0]["a"] is None:
            return None
        if first <= seen[0]["a"] and seen[0]["b"] <= last:
            fit.append((order, staged))
    if len(fit) != 1:
        return None
    order, staged = fit[0]
    zone = ZoneInfo(asked.zone)
    within = f"{asked.span[0].astimezone(zone):%Y-%m-%d} to {(asked.span[1] - MOMENT).astimezone(zone):%Y-%m-%d}"
    note = f"its dates are read with the {order} first: the other way not all of them would lie in the programme, {within}"
    return replace(staged, account=replace(staged.account, notes=(*staged.account.notes, note)))


def _sessions(con: Any, snapshot: Snapshot) -> str:
    """The latest few sessions, by name and title."""
    if not snapshot.rows("items"):
        return ""
    query = (
        f"SELECT item, arg_max(title, seq) AS title FROM {items(snapshot)} WHERE kind = {literal(HELD)} GROUP BY item "
        f"ORDER BY max(opens_at) DESC NULLS LAST, item LIMIT {SHOWN}"
    )
    return ", ".join(f"{r['item']} “{r['title']}”" if r["title"] else r["item"] for r in rows_of(con, query))


def _session_known(con: Any, snapshot: Snapshot, staged: Staged, session: str) -> str:
    """A sentence where nobody can know yet whether there is such an item. OpenQuestion where there are others and not this one.

    A file that took no session is not asked; prompts are none, whosever they are.
    """
    took = [f"SELECT item FROM {staged.tables['events']}"] if "events" in staged.tables else []
    took += [f"SELECT parent AS item FROM {staged.tables['items']}"] if "items" in staged.tables else []
    if not took or not rows_of(con, f"SELECT 1 FROM ({' UNION ALL '.join(took)}) WHERE item = {literal(session)} LIMIT 1"):
        return ""
    files = snapshot.files("items")
    query = f"SELECT DISTINCT item FROM {parquet(files)} WHERE kind NOT LIKE '%prompt'"
    names = [r["item"] for r in rows_of(con, query)] if files else []
    return check_session(session, names, staged.account.source)


def _known(path: Path, before: ImportRow, reader: str) -> Taken:
    read = int(before.account.get("read", 0))
    account = Account(path.name, read, 0, read, 0, notes=("this very file was imported before; nothing is changed",))
    return Taken(account, before.import_id, known=True, reader=reader)


# ---- landing


def _land(con: Any, lake: Lake, group: Sequence[Arrived], asked: Asked) -> list[Taken]:
    """Write staged files in one change; of each what became of it."""
    known: list[ImportRow | None] = [None] * len(group)
    landed: list[Taken] = []
    while fresh := [a for a, before in zip(group, known, strict=True) if before is None]:
        try:
            landed = _written(con, lake, fresh, asked)
            break
        except _KnownMeanwhile:
            known = [lake.ledger.done_import(a.digest, a.key) for a in group]
    rest = iter(_on_the_list(lake, landed))
    return [_known(a.path, before, a.reader) if before else next(rest) for a, before in zip(group, known, strict=True)]


def _on_the_list(lake: Lake, landed: list[Taken]) -> list[Taken]:
    """The same, saying which reported meetings were sessions of the programme's own list: that is decided by their times."""
    snapshot = lake.snapshot()
    meetings = meetings_of(snapshot) if any(t.account.by_table.get("items") for t in landed) else {}
    if not meetings:
        return landed
    ids = literals([t.import_id for t in landed])
    concerned = f"list_contains({literals([*meetings, *meetings.values()])}, item) AND list_contains({ids}, import_id)"
    with duck() as con:
        rows = rows_of(con, f"SELECT DISTINCT import_id, item FROM {parquet(snapshot.files('items'))} WHERE {concerned} ORDER BY 2")
    said: dict[str, list[str]] = {}
    for r in rows:
        pairs = [(m, s) for m, s in meetings.items() if r["item"] in (m, s)]
        said.setdefault(r["import_id"], []).extend(f"{m} is {s} of your list of items, which was at the same time" for m, s in pairs)
    return [replace(t, account=replace(t.account, notes=(*t.account.notes, *said.get(t.import_id, ())))) for t in landed]


def _written(con: Any, lake: Lake, group: Sequence[Arrived], asked: Asked) -> list[Taken]:
    first, *others = group
    told = _about(first)
    with lake.write(
        "import", source=told["source"], sha256=told["sha256"], reader=told["reader"], who=asked.who, on_wait=asked.on_wait
    ) as change:
        if lake.ledger.done_among((a.digest, a.key) for a in group):
            raise _KnownMeanwhile
        parts = [change.part(), *change.beside([_about(a) for a in others])]
        rows = [p.row for p in parts]
        staged, seen = identity.pseudonymised(con, _together(con, group), lake, [r.import_id for r in rows])
        merged = _settled(con, staged, change.snapshot, len(group))
        change.people.extend(seen.people)
        settings = lake.ledger.fact(identity.SETTINGS, {})
        people = identity.together(lake.ledger.people(), seen.people) if seen.people else []
        touched = [identity.settle(change, people, seen.roster, settings=settings)] if people else []
        touched += [_write(con, change, table, staged, rows) for table in staged.tables]
        for table, name in staged.tables.items():
            _write_repeats(con, change, table, again(name), _stamped(table, staged, rows))
        touches = min([t for t in touched if t is not None], default=LATE).isoformat()
        if (credit := staged.facts.get("attribution")) and credit not in (credits := lake.ledger.fact("attribution") or []):
            change.set_fact("attribution", [*credits, credit])
        accounts = [a.staged.account.settled(m) for a, m in zip(group, merged, strict=True)]
        spans = _spans(con, staged, len(group))
        for part, account, span in zip(parts, accounts, spans, strict=True):
            part.account.update(account.to_dict() | {"refusals": []})
            part.facts.update({"touches": touches, **span})
        return [Taken(account, row.import_id, reader=a.reader) for a, account, row in zip(group, accounts, rows, strict=True)]


def _about(a: Arrived) -> dict[str, str]:
    return {"source": a.path.name, "sha256": a.digest, "reader": a.key}


def _together(con: Any, group: Sequence[Arrived]) -> Staged:
    """The staged tables of several files as one, each row with the place of its file in the column `nth`. They can be changed."""
    several, tables = len(group) > 1, {}
    for table in sorted({t for a in group for t in a.staged.tables}):
        parts = [(n, a.staged) for n, a in enumerate(group) if table in a.staged.tables]
        if not several and not parts[0][1].loose:
            tables[table] = parts[0][1].tables[table]
            continue
        rows = [(n, staged.loose[table]) for n, staged in parts if table in staged.loose]
        made = [t.append_column(NTH, pa.repeat(pa.scalar(n, NTH.type), len(t))) if several else t for n, t in rows]
        lying = [(n, staged.tables[table]) for n, staged in parts if table not in staged.loose]
        relations = [f"SELECT *{f', {n}::INTEGER AS nth' if several else ''} FROM {name}" for n, name in lying]
        if made:
            con.register("landing", pa.concat_tables(made))
            relations.append("SELECT * FROM landing")
        tables[table] = f"landing_{table}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE landing_{table} AS {' UNION ALL BY NAME '.join(relations)}")
        for _, name in lying:
            con.execute(f"DROP TABLE {name}")
        for staged in (staged for _, staged in parts if table in staged.loose):
            con.unregister(staged.tables[table])
    if not several:
        return replace(group[0].staged, tables=tables, loose={})
    return Staged(tables, replace(group[0].staged.account, derived=DERIVABLE), {})


NTH = pa.field("nth", pa.int32())


def _settled(con: Any, staged: Staged, snapshot: Snapshot, files: int) -> list[dict[str, int]]:
    """For each file, how many rows of each table the lake, or a file before it, had already."""
    merged: list[dict[str, int]] = [{} for _ in range(files)]
    for table, name in staged.tables.items():
        for nth, rows in settle(con, staged, table, _maybe_known(con, snapshot, table, name), files > 1).items():
            merged[nth][table] = rows
    return merged


def _maybe_known(con: Any, snapshot: Snapshot, table: str, name: str) -> list[str]:
    """The files that may hold rows of the staged table already: for events those of the same weeks."""
    if table != "events" or not snapshot.rows("events"):
        return snapshot.files(table)
    return snapshot.files(table, {r["week"] for r in rows_of(con, f'SELECT DISTINCT "week" FROM {name}')})


def _stamped(table: str, staged: Staged, rows: Sequence[ImportRow]) -> str:
    """SQL columns with the import of each row. What somebody stated counts before what was derived from acts, whichever came first."""
    stated = STATED if table in DERIVABLE and table not in staged.account.derived else 0
    if len(rows) == 1:
        return f"{literal(rows[0].import_id)} AS import_id, {rows[0].seq + stated}::BIGINT AS seq"
    ids, seqs = literals([r.import_id for r in rows]), literals([r.seq + stated for r in rows])
    return f"{ids}[nth + 1] AS import_id, ({seqs}[nth + 1])::BIGINT AS seq"


def _write(con: Any, change: Change, table: str, staged: Staged, rows: Sequence[ImportRow]) -> datetime | None:
    """Write a staged table to the lake; returns from when on it can change a score, or None where it cannot."""
    name = staged.tables[table]
    if not rows_of(con, f"SELECT count(*) AS n FROM {name}")[0]["n"]:
        return None
    touches = touches_from(con, change.snapshot, table, name)
    names = ", ".join(quoted(n) for n in LAKE[table].names)
    source = f"(SELECT *, {_stamped(table, staged, rows)} FROM {name})"
    if table == "events":
        write_weeks(con, source, LAKE[table].names, lambda week: change.new_file(table, week))
    else:
        target = literal(str(change.new_file(table)))
        con.execute(f"COPY (SELECT {names} FROM {source} ORDER BY ALL) TO {target} (FORMAT parquet, COMPRESSION snappy)")
    return touches


def repeats_table(table: str) -> str:
    """The lake's table of rows that said again what stood there already: needed when what stood there is withdrawn."""
    return f"repeats-{table}"


def _write_repeats(con: Any, change: Change, table: str, name: str, stamp: str) -> None:
    if not rows_of(con, f"SELECT 1 FROM duckdb_tables() WHERE table_name = {literal(name)}"):
        return
    names = ", ".join(quoted(n) for n in dict.fromkeys((*LAKE[table].names, "seq")))
    source = f"(SELECT {names} FROM (SELECT *, {stamp} FROM {name}) ORDER BY ALL)"
    target = change.new_file(repeats_table(table))
    con.execute(f"COPY {source} TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")


def touches_from(con: Any, snapshot: Snapshot, table: str, name: str) -> datetime | None:
    """From when on rows of a table, in the relation `name`, can change a score; None where they cannot."""
    early, late = literal(EARLY), literal(LATE)
    moment = {
        "events": 'min("at")',
        # A meeting that a tool reported may have begun before the session that it was, by no more than that is long.
        "items": f"min(least(coalesce(opens_at - (coalesce(closes_at, opens_at) - opens_at), {early}), coalesce(closes_at, {late})))",
        "roster": f"min(coalesce(joined_at, {early}))",
        "excusals": f"min(CASE WHEN item IS NULL THEN coalesce(from_at, {early}) ELSE {early} END)",
        "outages": f"min(coalesce(from_at, {early}))",
    }.get(table)
    if table == "voids" and (
        events := snapshot.files("events")
    ):  # what came before the word that it is void; what comes later touches itself
        voided = (
            f'SELECT min(e."at") AS first FROM {parquet(events)} e SEMI JOIN {name} v ON v.source = e.source AND v.event_id = e.event_id'
        )
        return rows_of(con, voided)[0]["first"]  # type: ignore[no-any-return]
    if moment is None:
        return None
    first = rows_of(con, f"SELECT {moment} AS first FROM {name}")[0]["first"]
    if table == "events" and (listed := snapshot.files("items")):  # who was there is a matter of the period in which the session opened
        kinds, opened = literals(PRESENCE), f"SELECT item, opens_at FROM {parquet(listed)} WHERE opens_at IS NOT NULL"
        visits = f"SELECT DISTINCT item FROM {name} WHERE list_contains({kinds}, kind)"
        opens = rows_of(con, f"SELECT min(opens_at) AS first FROM ({opened}) JOIN ({visits}) USING (item)")[0]["first"]
        first = min(t for t in (first, opens) if t is not None)
    known = snapshot.files(table) if table in KEYS else []
    if known:
        key = " AND ".join(f"k.{quoted(c)} IS NOT DISTINCT FROM s.{quoted(c)}" for c in KEYS[table])
        changed = rows_of(con, f"SELECT count(*) AS n FROM {name} s SEMI JOIN {parquet(known)} k ON {key}")[0]["n"]
        if changed:  # what an earlier row said may reach back further than what the new one says
            return EARLY
    return first  # type: ignore[no-any-return]


def _spans(con: Any, staged: Staged, files: int) -> list[Mapping[str, Any]]:
    """For each file, from when to when its events reach, and how many came from which source."""
    spans: list[dict[str, Any]] = [{} for _ in range(files)]
    if "events" not in staged.tables:
        return [*spans]
    nth = "nth" if files > 1 else "0"
    name = staged.tables["events"]
    about = 'min("at") AS first, max("at") AS last, count(*) AS n'
    query = f"SELECT {nth} AS nth, coalesce(source, '') AS source, {about} FROM {name} GROUP BY 1, 2"
    for r in sorted(rows_of(con, query), key=lambda r: (r["nth"], r["source"])):
        span = spans[r["nth"]]
        span["first_at"] = min(span.get("first_at", r["first"]), r["first"])
        span["last_at"] = max(span.get("last_at", r["last"]), r["last"])
        span.setdefault("sources", []).append([r["source"], r["last"].isoformat(), r["n"]])
    return [{k: v.isoformat() if isinstance(v, datetime) else v for k, v in span.items()} for span in spans]


# ---- which file it is


def digest_of(path: Path) -> str:
    """SHA-256 of a file, or of every file of a folder by name."""
    whole = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        whole.update(file.name.encode() + b"\0" if path.is_dir() else b"")
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()


def digest_of_text(text: str) -> str:
    """First 12 hex digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def size_of(path: Path) -> int:
    """Bytes of a file, or of a folder's files."""
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) if path.is_dir() else path.stat().st_size
