"""From engagetree's own programmes: who took part in an event, and how their scores lie, as *extent* of an activity; never its depth.

A lively lecture is still a lecture: a score says how much people did with what they were offered, not whether anybody listened to them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from engagetree.definition.model import Definition
from engagetree.engine import connect_duckdb, literal, literals
from engagetree.errors import EngagetreeError, NotFound
from engagetree.formula.columns import PRESENCE
from engagetree.institution.opening import loaded
from engagetree.institution.taking import Incoming, take
from engagetree.institution.words import asked
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts
from engagetree.pipeline import MOMENT, Taken, current
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.records import Records
from engagetree.research.readers.shape import vocabularies
from engagetree.research.readers.words import lookup, spelt, suggestion
from engagetree.workspace import Workspace
from engagetree.workspace import open_ as open_workspace
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.institution.office import Office

LOW = 40
"""A score below this is low: the source's own lowest band."""
NO_DEPTH = "scores are extent: the activity's depth is what its records show, and stays as it is"
Row = dict[str, str | None]


def take_programme(
    office: Office, path: Path, activity: str, type_: str | None, attendances: bool, *, dry_run: bool = False,
    on_wait: Callable[[str], None] | None = None,
) -> Taken:  # fmt: skip
    """Write an activity (unless it stands there already), its attendances, and how the scores lie, in one change."""
    beside = asked(office.root / "institution.yml")
    kind = _kind(type_, vocabularies("activities", beside.own)["type"])
    with open_workspace(path) as work:
        definition = work.used()
        name = activity or re.sub(r"[^\w]+", "-", definition.title.casefold()).strip("-") or path.resolve().name
        came, notes = _came(work, definition)
        scores = [(r["participant"], r["score"]) for r in work.scores().rows()]
        lie = {**_lie(work, definition, scores), "activity": name, "programme": definition.title}
    if not came:
        raise EngagetreeError(str(path), "nobody did anything in it", "Import its events and score it first.")
    found = _parts(office, name, definition.title, kind, came, attendances, lie, (*notes, NO_DEPTH))
    digest = hashlib.sha256(json.dumps([name, kind, attendances, lie, came], default=str).encode()).hexdigest()
    what = Incoming(definition.title, digest, 0, "programme", lambda con: tuple(loaded(con, r, n == 0) for n, r in enumerate(found)))
    return take(office, what, beside, who=who(), on_wait=on_wait, dry_run=dry_run)


def _kind(given: str | None, labels: Mapping[str, str]) -> str | None:
    """The type of activity that was meant. NotFound with near words for another."""
    if given is None:
        return None
    if (word := lookup(labels).get(spelt(given))) is None:
        raise NotFound(f"type {given}", "it is none of our words", suggestion(given, labels))
    return word


def _came(work: Workspace, definition: Definition) -> tuple[list[tuple[str, date]], tuple[str, ...]]:
    """(person, day) for everybody on the roster who was there; where nobody's presence is recorded, for all who did anything."""

    def read(snapshot: Snapshot) -> tuple[list[tuple[str, date]], tuple[str, ...]]:
        files = snapshot.files("events")
        if not files:
            return [], ()
        with connect_duckdb() as con:
            con.register("roster", current(con, snapshot, "roster"))
            day = f'CAST(timezone({literal(definition.zone)}, "at") AS DATE)'
            who_ = "SELECT participant, coalesce(person, participant) AS person FROM roster"
            query = f"SELECT DISTINCT person, {day} AS day FROM {acts(snapshot, files)} JOIN ({who_}) USING (participant)"
            there = con.execute(f"{query} WHERE list_contains({literals(PRESENCE)}, kind) ORDER BY 1, 2").fetchall()
            if there:
                return there, ()
            did = con.execute(f"SELECT person, min(day) FROM ({query}) GROUP BY 1 ORDER BY 1").fetchall()
            return did, ("nobody’s presence is recorded: everybody who did anything is taken as having been there, once",)

    return work.lake.read(read)


def _lie(work: Workspace, definition: Definition, scores: list[tuple[str, float | None]]) -> Row:
    """How the scores lie, and what is needed to believe them."""
    known = [s for _, s in scores if s is not None]
    weight = sum(s.weight * d.weight for s, d in definition.drivers() if set(d.taken) <= {*PRESENCE, "present"})
    return {
        "version": definition.fingerprint,
        "as_of": (work.ledger.scorings()[-1].as_of - MOMENT).astimezone(definition.tz).date().isoformat(),
        "people": str(len(known)),
        "unscored": str(len(scores) - len(known)),
        "median": f"{median(known):.6g}" if known else None,
        "under_40": str(sum(s < LOW for s in known)) if known else None,
        "attendance_weight": f"{weight:.6g}",
        "validated": str(work.validated()).lower(),
        "weights_changed": str(len(work.versions()) > 1).lower(),
        "history_recalculated": "true",  # every version scores all periods
    }


def _parts(
    office: Office,
    name: str,
    title: str,
    type_: str | None,
    came: list[tuple[str, date]],
    attendances: bool,
    lie: Row,
    notes: tuple[str, ...],
) -> tuple[Records, ...]:
    people = len({person for person, _ in came})
    first, last = min(day for _, day in came), max(day for _, day in came)
    made: list[Records] = []
    if not _stands(office, name):
        whole: Row = {
            "activity": name, "title": title, "type": type_, "status": "delivered", "relation": "organised",
            "starts_on": first.isoformat(), "until": date.fromordinal(last.toordinal() + 1).isoformat(),
            "size": None if attendances else str(people), "count_method": None if attendances else "register",
        }  # fmt: skip
        made.append(_records("activities", [whole], notes))
    made.append(_records("programmes", [lie], notes))
    if attendances:
        rows: list[Row] = [{"activity": name, "person": person, "on": day.isoformat(), "status": "attended"} for person, day in came]
        made.append(_records("attendances", rows, ()))
    return tuple(made)


def _records(register: str, rows: list[Row], notes: tuple[str, ...]) -> Records:
    columns = tuple(rows[0])
    m = RegisterMap(register, {c: c for c in columns}, origin="engagetree")
    return Records(m, columns, tuple(enumerate(rows, 1)), notes=notes)


def _stands(office: Office, name: str) -> bool:
    """Whether the activity is in its register already: what stands there is not overwritten."""
    query = f"WHERE activity = {literal(name)} LIMIT 1"
    return office.read(lambda con, found: bool(con.execute(f"SELECT 1 FROM {found['activities']} {query}").fetchall()), whole=True)
