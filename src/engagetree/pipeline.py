"""The way through, in order: a file becomes events and registers, events become tallies, tallies become scores.

    take   a source file            → events, items, roster, excusals, outages, outcomes      (`ingest`)
    fold   events of a period       → tallies                                                 (`scoring.fold`)
    score  tallies of a period      → scores, stamped with the definition's version           (`scoring.step`)

The first stands in `engagetree.intake`. Each of the three is one change of the lake (`lake.write`): visible as a whole, or not at all.
What was folded and scored up to where is remembered with the head, so each does only what an import touched since, and does it again when
a run was killed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.definition.read import parse
from engagetree.definition.version import fingerprint, measures
from engagetree.engine import Engine, duck, literals, parquet, quoted, rows_of
from engagetree.errors import EngagetreeError
from engagetree.formula.columns import columns, members
from engagetree.intake import SLACK, Asked, Taken, digest_of, digest_of_text, size_of, take, take_all
from engagetree.lake import Change, Lake, Snapshot
from engagetree.lake.acts import as_they_stand, is_plain, items, links, register_tables
from engagetree.scoring import registers
from engagetree.scoring.calendar import weeks_between
from engagetree.scoring.offers import EARLY, LATE
from engagetree.scoring.run import Folding, Prepared, Scoring, Standing, prepare, restate
from engagetree.tables import KEYS, LAKE

__all__ = [
    "MOMENT", "SLACK", "Asked", "Progress", "Taken", "current", "digest_of", "digest_of_text", "fold", "prepared", "quiet", "score",
    "scores_table", "size_of", "take", "take_all",
]  # fmt: skip

Progress = Callable[[str, int, int], None]
"""(what is being done, how much of it is done, how much there is)."""

MOMENT = timedelta(microseconds=1)

TOUCHING = ("import", "withdrawal", "people")
"""What is written to the lake that can change a score."""


def quiet(what: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


# ---- registers


def current(con: Any, snapshot: Snapshot, table: str) -> pa.Table:
    """The valid rows of a register: of two imports with one key, the later."""
    files = snapshot.files(table)
    if not files:
        return LAKE[table].empty_table()
    key, names = ", ".join(quoted(k) for k in KEYS[table]), ", ".join(quoted(n) for n in LAKE[table].names)
    owned = table in OWNED and snapshot.rows("identities")
    said = _owned(snapshot, files) if owned else items(snapshot) if table == "items" else parquet(files)
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
