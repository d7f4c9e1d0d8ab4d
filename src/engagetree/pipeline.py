"""The way through, in order: a file becomes events and registers, events become tallies, tallies become scores.

    take   a source file            → events, items, roster, excusals, outages, outcomes      (`ingest`)
    fold   events of a period       → tallies                                                 (`scoring.fold`)
    score  tallies of a period      → scores, stamped with the definition's version           (`scoring.step`)

Each of the three is one change of the lake (`lake.write`): visible as a whole, or not at all. What was folded and scored up to where is
remembered with the head, so each does only what an import touched since, and does it again when a run was killed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa

from engagetree import identity
from engagetree.definition.model import Definition
from engagetree.definition.read import parse
from engagetree.definition.version import fingerprint, measures
from engagetree.engine import Engine, connect_duckdb, literal, literals, parquet, quoted
from engagetree.errors import EngagetreeError
from engagetree.formula.columns import PRESENCE, columns, members
from engagetree.ingest import NOTHING, Account, Answers, ColumnMap, Reader, Staged, again, find, key_of, settle, stage
from engagetree.lake import Change, Lake, Snapshot
from engagetree.lake.acts import as_they_stand, is_plain, links, register_tables
from engagetree.scoring import registers
from engagetree.scoring.calendar import weeks_between
from engagetree.scoring.offers import EARLY, LATE
from engagetree.scoring.run import Folding, Prepared, Scoring, Standing, prepare, restate
from engagetree.tables import KEYS, LAKE

Progress = Callable[[str, int, int], None]
"""(what is being done, how much of it is done, how much there is)."""

MOMENT = timedelta(microseconds=1)

TOUCHING = ("import", "withdrawal", "people")
"""What is written to the lake that can change a score."""

SLACK = 64 << 20
"""Free space that an import leaves alone, so that an erasure can still run on a full disk."""


def quiet(what: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Taken:
    """What an import did. `known` where this very file had been imported before: nothing was changed."""

    account: Account
    import_id: str
    known: bool = False
    reader: str = ""
    preview: Any = None  # of a dry run: what whoever asked for it made of the staged tables


# ---- take


Look = Callable[[Any, Staged, identity.Seen], Any]
"""(connection, the staged tables, who was seen) → a preview."""


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
    dry_run: bool = False,
    look: Look | None = None,
) -> Taken:
    """Bring a file into the lake; the same file twice changes nothing, an overlapping one adds only what is new.

    OpenQuestion where the file leaves something open that `answers` do not say. A dry run changes nothing; `look` sees what is staged.
    """
    how = reader or find(path, mapping=mapping)
    digest, key = digest_of(path), (f"{how.name}:{digest_of_text(repr(mapping))}" if mapping else how.name) + key_of(answers)
    if before := lake.ledger.done_import(digest, key):
        return Taken(_known(path, before.account), before.import_id, known=True, reader=how.name)
    lake.require_space(2 * size_of(path) + SLACK)
    with duck(scratch) as con:
        staged = stage(con, path, mapping or how, zone, scratch, answers)
        if dry_run:
            staged, seen = identity.pseudonymised(con, staged, lake, "", dry=True)
            preview = look(con, staged, seen) if look else None
            return Taken(staged.account.settled(_settled(con, staged, lake.snapshot())), "", reader=how.name, preview=preview)
        with lake.write("import", source=path.name, sha256=digest, reader=key, who=who, on_wait=on_wait) as change:
            if before := lake.ledger.done_import(digest, key):
                return Taken(_known(path, before.account), before.import_id, known=True, reader=how.name)
            staged, seen = identity.pseudonymised(con, staged, lake, change.import_id)
            account = staged.account.settled(_settled(con, staged, change.snapshot))
            change.people.extend(seen.people)
            settings = lake.ledger.fact(identity.SETTINGS, {})
            people = identity.together(lake.ledger.people(), seen.people) if seen.people else []
            touched = [identity.settle(change, people, seen.roster, settings=settings)] if people else []
            touched += [_write(con, change, table, name) for table, name in staged.tables.items()]
            for table, name in staged.tables.items():
                _write_repeats(con, change, table, again(name))
            first = min([t for t in touched if t is not None], default=LATE)
            if (credit := staged.facts.get("attribution")) and credit not in (credits := lake.ledger.fact("attribution") or []):
                change.set_fact("attribution", [*credits, credit])
            change.account(account.to_dict() | {"refusals": []})
            change.facts({"touches": first.isoformat(), **_span(con, staged)})
            return Taken(account, change.import_id, reader=how.name)


def _known(path: Path, account: dict[str, Any]) -> Account:
    read = int(account.get("read", 0))
    return Account(path.name, read, 0, read, 0, notes=("this very file was imported before; nothing is changed",))


def _settled(con: Any, staged: Staged, snapshot: Snapshot) -> dict[str, int]:
    return {table: settle(con, staged, table, _maybe_known(con, snapshot, table, name)) for table, name in staged.tables.items()}


def _maybe_known(con: Any, snapshot: Snapshot, table: str, name: str) -> list[str]:
    """The files that may hold rows of the staged table already: for events those of the same weeks."""
    if table != "events" or not snapshot.rows("events"):
        return snapshot.files(table)
    return snapshot.files(table, {r["week"] for r in rows_of(con, f'SELECT DISTINCT "week" FROM {name}')})


def _write(con: Any, change: Change, table: str, name: str) -> datetime | None:
    """Write a staged table to the lake; returns from when on it can change a score, or None where it cannot."""
    if not rows_of(con, f"SELECT count(*) AS n FROM {name}")[0]["n"]:
        return None
    stamp = f"{literal(change.import_id)} AS import_id, {change.seq}::BIGINT AS seq"
    touches = touches_from(con, change.snapshot, table, name)
    names = ", ".join(quoted(n) for n in LAKE[table].names)
    source = f"(SELECT *, {stamp} FROM {name})"
    weeks = [r["week"] for r in rows_of(con, f'SELECT DISTINCT "week" FROM {name} ORDER BY 1')] if table == "events" else [None]
    for week in weeks:
        where = f'WHERE "week" = {literal(week)} ORDER BY participant' if week else "ORDER BY ALL"
        target = change.new_file(table, week)
        con.execute(f"COPY (SELECT {names} FROM {source} {where}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")
    return touches


def repeats_table(table: str) -> str:
    """The lake's table of rows that said again what stood there already: needed when what stood there is withdrawn."""
    return f"repeats-{table}"


def _write_repeats(con: Any, change: Change, table: str, name: str) -> None:
    if not rows_of(con, f"SELECT 1 FROM duckdb_tables() WHERE table_name = {literal(name)}"):
        return
    stamp = f"{literal(change.import_id)} AS import_id, {change.seq}::BIGINT AS seq"
    names = ", ".join(quoted(n) for n in dict.fromkeys((*LAKE[table].names, "seq")))
    source = f"(SELECT {names} FROM (SELECT *, {stamp} FROM {name}) ORDER BY ALL)"
    target = change.new_file(repeats_table(table))
    con.execute(f"COPY {source} TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")


def touches_from(con: Any, snapshot: Snapshot, table: str, name: str) -> datetime | None:
    """From when on rows of a table, in the relation `name`, can change a score; None where they cannot."""
    early, late = literal(EARLY), literal(LATE)
    moment = {
        "events": 'min("at")',
        "items": f"min(least(coalesce(opens_at, {early}), coalesce(closes_at, {late})))",
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
    if table == "events" and (items := snapshot.files("items")):  # who was there is a matter of the period in which the session opened
        kinds, opened = literals(PRESENCE), f"SELECT item, opens_at FROM {parquet(items)} WHERE opens_at IS NOT NULL"
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


def _span(con: Any, staged: Staged) -> dict[str, Any]:
    if "events" not in staged.tables:
        return {}
    name = staged.tables["events"]
    found = rows_of(
        con, f'SELECT coalesce(source, \'\') AS source, min("at") AS first, max("at") AS last, count(*) AS n FROM {name} GROUP BY 1'
    )
    if not found:
        return {}
    first, last = min(r["first"] for r in found), max(r["last"] for r in found)
    sources = [[r["source"], r["last"].isoformat(), r["n"]] for r in found]
    return {"first_at": first.isoformat(), "last_at": last.isoformat(), "sources": sources}


# ---- registers


def current(con: Any, snapshot: Snapshot, table: str) -> pa.Table:
    """The valid rows of a register: of two imports with one key, the later."""
    files = snapshot.files(table)
    if not files:
        return LAKE[table].empty_table()
    key, names = ", ".join(quoted(k) for k in KEYS[table]), ", ".join(quoted(n) for n in LAKE[table].names)
    said = _owned(snapshot, files) if table in OWNED and snapshot.rows("identities") else parquet(files)
    query = f"SELECT {names} FROM {said} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY seq DESC) = 1 ORDER BY ALL"
    return con.sql(query).to_arrow_table().cast(LAKE[table])


OWNED = ("outcomes", "excusals")
"""Registers that a tool may fill, by what it knows people by."""


def _owned(snapshot: Snapshot, files: list[str]) -> str:
    """Rows with the participant whose they are."""
    whose = "CASE WHEN o.handle IS NOT NULL THEN o.participant ELSE r.participant END"
    joined = f"{parquet(files)} r LEFT JOIN {links(snapshot)} o ON o.handle = r.participant AND o.cohort = ''"
    return f"(SELECT * FROM (SELECT r.* REPLACE ({whose} AS participant) FROM {joined}) WHERE participant IS NOT NULL)"


def prepared(lake: Lake, snapshot: Snapshot, definition: Definition, as_of: datetime | None = None, also: tuple[str, ...] = ()) -> Prepared:
    """The definition with the registers of a snapshot, its time cut into periods up to `as_of` (default: what the data reach to)."""
    with duck() as con:
        items, roster = current(con, snapshot, "items"), current(con, snapshot, "roster")
        outages = registers.outages_of(current(con, snapshot, "outages"))
    if not roster.num_rows:
        raise EngagetreeError("roster", "nobody is on it yet", "Import a roster first: who takes part, in which cohort, since when.")
    first, last = span(lake, definition, registers.items_of(items), as_of)
    return prepare(definition, registers.items_of(items), roster, outages, first, last, also)


def span(lake: Lake, definition: Definition, items: tuple[Any, ...], as_of: datetime | None) -> tuple[datetime, datetime]:
    """[first, last) of the programme: from the definition, else from the first thing offered or done to the last, and never past now."""
    facts = [r.facts for r in lake.ledger.imports("done") if r.what == "import" and "first_at" in r.facts]
    began = [i.opens_at for i in items if i.opens_at] or [datetime.fromisoformat(f["first_at"]) for f in facts]
    # Half-open: the last event, and an item that only opens, are just inside.
    reached = [datetime.fromisoformat(f["last_at"]) + MOMENT for f in facts]
    reached += [i.ends_at or i.opens_at + MOMENT for i in items if i.ends_at or i.opens_at]
    if not (definition.starts or began):
        raise EngagetreeError("programme", "nothing was offered or done yet", "Import items or events, or set `starts` in the definition.")
    now = datetime.now(UTC)
    first = definition.starts or min(began)
    end = definition.ends or max(reached, default=now)
    return first, min(as_of or now, now, end) if as_of is None else min(as_of, end)


# ---- fold


def fold(
    lake: Lake, definition: Definition, engine: Engine, as_of: datetime | None = None, progress: Progress = quiet, **write: Any
) -> int:
    """Fold what was imported since the last time; returns the number of periods folded."""
    done = lake.ledger.fact("folded") or {}
    plan = prepared(lake, lake.snapshot(), definition, as_of, tuple(done.get("derived", ())))
    if not _from(lake, plan, done, _fold_key(plan))[1]:
        return 0
    with lake.write("fold", **write) as change:
        done = lake.ledger.fact("folded") or {}
        plan = prepared(lake, change.snapshot, definition, as_of, tuple(done.get("derived", ())))
        start, pending = _from(lake, plan, done, _fold_key(plan))
        if pending:
            _fold(change, plan, engine, start, progress)
            change.set_fact("folded", _reached(lake, plan, _fold_key(plan)) | {"derived": list(plan.derived)})
        return len(plan.periods) - start if pending else 0


def _fold_key(plan: Prepared) -> list[Any]:
    """What tallies depend on beside events and registers; when it changes, everything is folded again."""
    return [plan.definition.period, plan.definition.zone, list(plan.derived), plan.periods[0].key if plan.periods else ""]


def _from(lake: Lake, plan: Prepared, done: dict[str, Any], key: list[Any]) -> tuple[int, bool]:
    """The first period to work on, and whether there is anything to do."""
    if done.get("key") != key:
        return 0, True
    pending = [r for r in lake.ledger.imports("done") if r.what in TOUCHING and r.seq > done["seq"]]
    touched = min([datetime.fromisoformat(r.facts["touches"]) for r in pending if "touches" in r.facts], default=LATE)
    until = datetime.fromisoformat(done["until"])
    last = plan.periods[-1].ends if plan.periods else until
    # A period that was cut at an earlier *as of* is not finished.
    start = min(plan.index_of(touched), plan.index_of(until) if last != until else len(plan.periods))
    if last < until:
        start = min(start, max(0, len(plan.periods) - 1))
    return start, start < len(plan.periods) or last < until


def _reached(lake: Lake, plan: Prepared, key: list[Any], upto: float = float("inf")) -> dict[str, Any]:
    seqs = [r.seq for r in lake.ledger.imports("done") if r.what in TOUCHING and r.seq <= upto]
    until = plan.periods[-1].ends.isoformat() if plan.periods else EARLY.isoformat()
    return {"seq": max(seqs, default=0), "until": until, "key": key}


def _fold(change: Change, plan: Prepared, engine: Engine, start: int, progress: Progress) -> None:
    keys = [p.key for p in plan.periods]
    change.replace("tallies", [k for k in change.snapshot.partitions("tallies") if k not in keys[:start]])
    known = {k: change.snapshot.files("tallies", {k}) for k in keys[:start]}
    standing = None if is_plain(change.snapshot) else Standing(as_they_stand(), register_tables(change.snapshot))

    def part(mine: Prepared, engine: Engine, tick: Callable[[], None]) -> None:
        folding, made = Folding(engine, mine, standing), dict(known)
        for i in range(start, len(keys)):
            events = change.snapshot.files("events", set(weeks_between(*mine.visits_end(i))))
            path = change.new_file("tallies", keys[i])
            earlier = [f for k in keys[folding.look_back(i, events) : i] for f in made[k]]
            folding.one(i, earlier, path)
            made[keys[i]] = [str(path)]
            tick()

    _side_by_side("Folding events", plan, engine, part, len(keys) - start, progress)


Part = Callable[[Prepared, Engine, Callable[[], None]], None]


def _side_by_side(what: str, plan: Prepared, engine: Engine, part: Part, periods: int, progress: Progress) -> None:
    """Run the parts of a roster on the engine's parts, each through all its periods; the first error ends it."""
    parts = plan.parts(os.cpu_count() or 1)
    engines = engine.split(len(parts))
    parts = parts if len(engines) == len(parts) else [plan]
    lock, done = Lock(), [0]

    def tick() -> None:
        with lock:
            done[0] += 1
            progress(what, done[0] // len(parts), periods)

    progress(what, 0, periods)
    try:
        with ThreadPoolExecutor(len(parts)) as pool:
            for task in [pool.submit(part, mine, own, tick) for mine, own in zip(parts, engines, strict=True)]:
                task.result()
    finally:
        for own in engines:
            if own is not engine:
                own.close()


# ---- score


def scores_table(version: str) -> str:
    """The lake's table of scores under one version of the definition."""
    return f"scores-{version}"


def score(
    lake: Lake, definition: Definition, engine: Engine, as_of: datetime | None = None, progress: Progress = quiet, **write: Any
) -> int:
    """Score every period that changed since the last time under this definition; returns the number of periods scored."""
    version = definition.fingerprint or fingerprint(definition)
    definition = replace(definition, fingerprint=version)
    with lake.write("score", **write) as change:
        plan = prepared(lake, change.snapshot, definition, as_of)
        done = lake.ledger.fact(f"scored-{version}") or {}
        start, pending = _from(lake, plan, done, _fold_key(plan))
        if not pending:
            return 0
        if start or not _restate(change, plan, lake, progress):
            _score(change, plan, engine, start, progress)
        # An import that came after folding is in no tally yet: it stays to be done.
        folded = (lake.ledger.fact("folded") or {}).get("seq", 0)
        change.set_fact(f"scored-{version}", _reached(lake, plan, _fold_key(plan), folded))
        change.scoring(version, plan.periods[-1].ends if plan.periods else EARLY, definition.period, {"periods": len(plan.periods) - start})
        return len(plan.periods) - start


def _score(change: Change, plan: Prepared, engine: Engine, start: int, progress: Progress) -> None:
    table, keys = scores_table(plan.definition.fingerprint), [p.key for p in plan.periods]
    tallies = {k: change.snapshot.files("tallies", {k}) for k in keys}
    plan = _with_excusals(change.snapshot, plan, engine, [f for files in tallies.values() for f in files])
    before = change.snapshot.files(table, {keys[start - 1]}) if start else []
    carry = not plan.definition.window
    start = 0 if carry and not before else start
    change.replace(table, [k for k in change.snapshot.partitions(table) if k not in keys[:start]])

    def part(mine: Prepared, engine: Engine, tick: Callable[[], None]) -> None:
        scoring, i = Scoring(engine, mine), start
        if start and carry:
            scoring.start_from(start, before, [f for k in keys[max(0, start - scoring.back) : start] for f in tallies[k]])
        while i < len(keys):
            stop, since = mine.at_once(i), i if carry else max(0, i - mine.definition.window + 1)
            now, early = ([f for k in some for f in tallies[k]] for some in (keys[since:stop], keys[mine.early_from(i, stop) : stop]))
            scoring.some(i, now, early, [change.new_file(table, k) for k in keys[i:stop]])
            for _ in range(stop - i):
                tick()
            i = stop

    _side_by_side("Scoring", plan, engine, part, len(keys) - start, progress)


def _restate(change: Change, plan: Prepared, lake: Lake, progress: Progress) -> bool:
    """Make all scores of another version's, where one that measures the same acts is up to date; no tally is read for that."""
    table, folded = scores_table(plan.definition.fingerprint), (lake.ledger.fact("folded") or {}).get("seq", 0)
    wanted = _reached(lake, plan, _fold_key(plan), folded)
    known = [d.fingerprint for d in lake.ledger.definitions() if lake.ledger.fact(f"scored-{d.fingerprint}") == wanted]
    alike = [v for d in lake.ledger.definitions() if (v := d.fingerprint) in known and measures(parse(d.text)) == measures(plan.definition)]
    files = [(k, f) for k in plan.keys for f in change.snapshot.files(scores_table(alike[0]), {k})] if alike else []
    if not files:
        return False
    change.replace(table, change.snapshot.partitions(table))
    targets = [change.new_file(table, key) for key, _ in files]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        tasks = [pool.submit(restate, plan.definition, f, target) for (_, f), target in zip(files, targets, strict=True)]
        for done, task in enumerate(tasks, 1):
            task.result()
            progress("Scoring", done, len(tasks))
    return True


def _with_excusals(snapshot: Snapshot, plan: Prepared, engine: Engine, tallies: list[str]) -> Prepared:
    with duck() as con:
        excusals = current(con, snapshot, "excusals")
        if not excusals.num_rows:
            return plan
        taken: dict[tuple[str, str, str], datetime] = {}
        if tallies:
            people = literals(excusals["participant"].unique().to_pylist())
            acts = literals(sorted({k for c in columns(plan.definition) for k in (c.act, *members(c.act))}))
            rows = rows_of(
                con,
                f"SELECT participant, item, kind, min(first_at) AS first FROM {parquet(tallies)} "
                f"WHERE fresh = 1 AND list_contains({people}, participant) AND list_contains({acts}, kind) GROUP BY ALL",
            )
            taken = {(r["participant"], r["item"], r["kind"]): r["first"] for r in rows}
    return plan.with_excusals(excusals, taken)


# ---- small things


@contextmanager
def duck(temp: Path | None = None) -> Iterator[Any]:
    con = connect_duckdb(temp)
    try:
        yield con
    finally:
        con.close()


def rows_of(con: Any, query: str) -> list[dict[str, Any]]:
    """Rows as dictionaries, by way of Arrow: DuckDB's own fetch of an instant wants a package that nothing else needs."""
    con.abort()  # whoever fetched one row left a result open
    out: list[dict[str, Any]] = con.sql(query).to_arrow_table().to_pylist()
    return out


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
