"""A small programme in a test: what a person would write on a page, and its scores by way of the real engine or the real workspace.

`World` is plain data. `on_engine` runs the scoring room on it (one file of events a week, as the lake has them); `in_workspace` writes CSV
files, imports them and scores. Both give `{period: {participant: row}}`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from engagetree.definition.model import Definition
from engagetree.definition.read import parse
from engagetree.engine import Engine
from engagetree.formula.columns import columns
from engagetree.scoring import registers
from engagetree.scoring.calendar import weeks_between
from engagetree.scoring.run import Folding, Scoring, prepare
from engagetree.tables import LAKE
from engagetree.workspace import Workspace, create

Row = dict[str, Any]
Scores = dict[str, dict[str, Row]]

HEADERS = {
    "roster": ("participant", "cohort", "joined_at", "left_at", "owner"),
    "items": ("item", "kind", "cohort", "parent", "title", "opens_at", "closes_at", "seconds", "final", "source"),
    "events": ("event_id", "participant", "at", "kind", "item", "amount", "source"),
    "excusals": ("participant", "item", "from_at", "until_at", "reason"),
    "outages": ("source", "cohort", "from_at", "until_at", "reason"),
}


@dataclass(frozen=True)
class World:
    """A programme on paper. Rows are dictionaries with our column names; what is left out is null. Times are aware datetimes."""

    definition: Mapping[str, Any]
    roster: Sequence[Row] = ()
    items: Sequence[Row] = ()
    events: Sequence[Row] = ()
    excusals: Sequence[Row] = ()
    outages: Sequence[Row] = ()
    as_of: datetime | None = None

    def with_(self, **changes: Any) -> World:
        return replace(self, **changes)

    def joined(self, other: World) -> World:
        """Both worlds as one, under this one's definition."""
        mine = {n: [*getattr(self, n), *getattr(other, n)] for n in HEADERS}
        return replace(self, **mine)

    @property
    def parsed(self) -> Definition:
        return parse(yaml.safe_dump(dict(self.definition), sort_keys=False))


def t(text: str) -> datetime:
    """A moment in UTC: "2025-03-03 10:00", seconds as asked.

    >>> t("2025-03-03 10:00").isoformat()
    '2025-03-03T10:00:00+00:00'
    """
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def defined(signals: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A definition in UTC by weeks, cumulative, from 3 March 2025 (a Monday) on, unless told otherwise."""
    start = {"programme": "tested", "zone": "UTC", "period": "week", "starts": "2025-03-03"}
    return {**start, **more, "signals": {k: {"accountable": "somebody", **s} for k, s in signals.items()}}


def alone(**driver: Any) -> dict[str, Any]:
    """A signal of one driver and all the weight."""
    return {"weight": 1, "drivers": {"only": driver}}


def person(
    participant: str, cohort: str | None = "A", joined_at: datetime | None = None, left_at: datetime | None = None, **more: Any
) -> Row:
    return {"participant": participant, "cohort": cohort, "joined_at": joined_at, "left_at": left_at, **more}


def item(name: str, kind: str, opens: str | None = None, closes: str | None = None, cohort: str | None = "A", **more: Any) -> Row:
    return {"item": name, "kind": kind, "cohort": cohort, "opens_at": opens and t(opens), "closes_at": closes and t(closes), **more}


def act(participant: str, at: str, kind: str, on: str | None = None, amount: float | None = None, **more: Any) -> Row:
    return {"participant": participant, "at": t(at), "kind": kind, "item": on, "amount": amount, **more}


# ---- on an engine


def on_engine(world: World, folder: Path, engine: Engine, chunk: int = 0) -> Scores:
    """Scores of every period, by the scoring room alone; `chunk` periods in one statement, as many as it likes with 0."""
    definition = world.parsed
    first, last = spanned(world, definition)
    items, outages = registers.items_of(table("items", world.items)), registers.outages_of(table("outages", world.outages))
    plan = prepare(definition, items, table("roster", world.roster), outages, first, last)
    weeks = _weeks(world.events, folder)
    folding, made = Folding(engine, plan), []
    for i in range(len(plan.periods)):
        events = [weeks[w] for w in weeks_between(*plan.visits_end(i)) if w in weeks]
        path = folder / f"tallies-{i}.parquet"
        folding.one(i, [f for f in made[folding.look_back(i, events) : i] if f], path)
        made.append(str(path))
    if world.excusals:
        plan = plan.with_excusals(table("excusals", world.excusals), _taken(made, definition))
    scoring, i, files = Scoring(engine, plan), 0, []
    while i < len(plan.periods):
        stop = min(len(plan.periods), i + chunk) if chunk else plan.at_once(i)
        since = i if scoring.carry else max(0, i - definition.window + 1)
        targets = [folder / f"scores-{k}.parquet" for k in range(i, stop)]
        scoring.some(i, made[since:stop], made[:stop], targets)
        files, i = [*files, *targets], stop
    out: Scores = {}
    for p, path in zip(plan.periods, files, strict=True):
        out[p.key] = {r["participant"]: r for r in pq.read_table(path).to_pylist() if r["counted"]}
    return out


def spanned(world: World, definition: Definition) -> tuple[datetime, datetime]:
    """[first, last) of the programme, as `pipeline.span` has it for data of the past."""
    items = registers.items_of(table("items", world.items))
    opens = [i.opens_at for i in items if i.opens_at]
    moment = timedelta(microseconds=1)
    ends = [i.ends_at or i.opens_at + moment for i in items if i.ends_at or i.opens_at]
    acts = [e["at"] + moment for e in world.events]
    last = definition.ends or max([*acts, *ends])
    return definition.starts or min(opens or [e["at"] for e in world.events]), min(world.as_of, last) if world.as_of else last


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Rows as the lake's table of that name."""
    schema = LAKE[name]
    made = [{**dict.fromkeys(schema.names), **r} for r in rows]
    return pa.Table.from_pylist(made, schema=schema)


def _weeks(events: Sequence[Row], folder: Path) -> dict[str, str]:
    weeks: dict[str, list[Row]] = {}
    for line, e in enumerate(events):
        monday = (e["at"].astimezone(UTC) - timedelta(days=e["at"].astimezone(UTC).weekday())).date().isoformat()
        weeks.setdefault(monday, []).append({**e, "week": monday, "line": line + 2})
    for week, rows in weeks.items():
        pq.write_table(table("events", rows), folder / f"events-{week}.parquet")
    return {week: str(folder / f"events-{week}.parquet") for week in weeks}


def _taken(tallies: Sequence[str], definition: Definition) -> dict[tuple[str, str, str], datetime]:
    rows = [r for f in tallies for r in pq.read_table(f).to_pylist() if r["fresh"] == 1]
    taken: dict[tuple[str, str, str], datetime] = {}
    for r in rows:
        key = (r["participant"], r["item"], r["kind"])
        taken[key] = min(taken.get(key, r["first_at"]), r["first_at"])
    assert columns(definition)
    return taken


# ---- in a workspace


def write_csv(folder: Path, name: str, rows: Iterable[Row], file: str = "") -> Path:
    """A CSV file with our headers; times in ISO with their zone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file or name}.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADERS[name])
        for r in rows:
            writer.writerow([_cell(r.get(h)) for h in HEADERS[name]])
    return path


def _cell(value: Any) -> Any:
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else value


def workspace(world: World, root: Path) -> Workspace:
    """An empty workspace with the world's definition."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / "definition.yml"
    path.write_text(yaml.safe_dump(dict(world.definition), sort_keys=False), "utf-8")
    return create(root / "work", path)


def bring(work: Workspace, world: World, folder: Path, names: Sequence[str] = tuple(HEADERS)) -> None:
    """Import the world's tables in the order of `names`."""
    for name in names:
        if rows := getattr(world, name):
            work.take(write_csv(folder, name, rows), as_=name)


def in_workspace(world: World, root: Path, names: Sequence[str] = tuple(HEADERS)) -> Workspace:
    """A workspace with everything imported and scored."""
    work = workspace(world, root)
    bring(work, world, root / "files", names)
    work.score(world.as_of)
    return work


def history(work: Workspace) -> Scores:
    """Every stored score."""
    out: Scores = {}
    for r in work.scores(history=True).rows():
        out.setdefault(r["period"], {})[r["participant"]] = r
    return out


Run = Callable[[World], Scores]
