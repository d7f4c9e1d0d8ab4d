"""Whose acts these are: what tools know people by, pseudonyms for it, and which participant each is.

* A pseudonym is the keyed hash of a handle; names and addresses stay in the ledger's table `people`.
* The register `identities` says which participant a handle is. Rules add to it at every import, the surest first: the roster says so; the
  same row of a tool gave a handle that is known; the name is that of exactly one person on the roster; it is no person at all.
* What no rule decides stays open, for people to decide (`engagetree people review`). Nothing is ever merged by likeness.
* Nothing is overwritten: the latest word on a handle counts, so every decision can be taken back, and all history follows.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engagetree.engine import connect_duckdb, literal, literals, parquet, quoted
from engagetree.ingest import Staged
from engagetree.ingest.persons import real_names
from engagetree.lake import Change, Lake, Snapshot
from engagetree.ledger import PersonRow
from engagetree.ledger.pseudonyms import key_at, pseudonym
from engagetree.tables import IDENTITIES, KEYS

KEY = "people.key"
ROSTER = "roster"
"""The tool that a roster's own names and addresses are kept under."""

SAME_ROW, NAME, NOT_A_PERSON, OPEN = "same row", "name", "not a person", "open"
RULES = (SAME_ROW, NAME, NOT_A_PERSON, OPEN)
"""What follows from the rest, and is worked out anew at every import. A roster's words and people's decisions are not."""


@dataclass(frozen=True)
class Link:
    """One word on whose a handle is. `participant` None: nobody's; the handle itself: somebody on no roster."""

    handle: str
    cohort: str | None
    participant: str | None
    why: str


@dataclass(frozen=True)
class Seen:
    """What a file says of people, in pseudonyms: who they are in the tool's words, and whom a roster says they are."""

    people: tuple[PersonRow, ...] = ()
    roster: tuple[Link, ...] = ()


def pseudonymised(con: Any, staged: Staged, lake: Lake, import_id: str, dry: bool = False) -> tuple[Staged, Seen]:
    """The staged tables with pseudonyms in place of handles, and who was seen; the table `seen` is gone from them."""
    if "seen" not in staged.tables:
        return staged, Seen()
    rows = con.sql(f"SELECT * FROM {staged.tables['seen']}").to_arrow_table().to_pylist()
    path = lake.root / KEY
    key = key_at(path) if path.exists() or not dry else secrets.token_bytes(32)
    names = {h: pseudonym(key, h) for r in rows for h in (r["handle"], r["same_as"]) if h and not _is_participant(h)}
    tables = {name: table for name, table in staged.tables.items() if name != "seen"}
    for name, table in tables.items():
        if "participant" in [c[0] for c in con.execute(f"DESCRIBE {table}").fetchall()]:
            _replaced(con, table, names, name == "roster")
    people: dict[str, PersonRow] = {}
    for r in sorted(rows, key=lambda r: r["same_as"] is not None):  # what a row says beside it comes after what it says itself
        name, fellow = names[r["handle"]], names.get(r["same_as"])
        one = PersonRow(name, r["kind"], r["value"], r["name"], r["tool"], bool(r["person"]), import_id, fellow)
        people[name] = replace(people.get(name, one), same_as=fellow) if fellow else people.get(name, one)
    given = [r for r in rows if r["same_as"] and _is_participant(r["same_as"])]
    roster = tuple(Link(names[r["handle"]], *_enrolment(r["same_as"]), ROSTER) for r in given)
    return Staged(tables, staged.account, staged.facts), Seen(tuple(people.values()), roster)


PARTICIPANT = "participant:"


def of_participant(participant: str, cohort: str | None) -> str:
    """What a roster's row gives as `same_as` of the names and addresses in it."""
    return f"{PARTICIPANT}{cohort or ''}:{participant}"


def _is_participant(handle: str) -> bool:
    return handle.startswith(PARTICIPANT)


def _enrolment(handle: str) -> tuple[str | None, str]:
    cohort, _, participant = handle.removeprefix(PARTICIPANT).partition(":")
    return cohort or None, participant


def _replaced(con: Any, table: str, names: Mapping[str, str], roster: bool) -> None:
    if roster or not names:
        return
    con.register("pseudonyms", pa.table({"handle": list(names), "pseudonym": list(names.values())}))
    con.execute(f"UPDATE {table} SET participant = p.pseudonym FROM pseudonyms p WHERE p.handle = {table}.participant")
    con.unregister("pseudonyms")


# ---- the rules


def linked(people: Iterable[PersonRow], known: Sequence[Link], roster: Sequence[Link] = ()) -> list[Link]:
    """What is to be added to the words that are known: a roster's own, and wherever the rules now say something else than before."""
    said = {(k.handle, k.cohort or ""): k for k in known}
    new = [r for r in roster if _news(said.get((r.handle, r.cohort or "")), r)]
    said |= {(n.handle, n.cohort or ""): n for n in new}
    firm: dict[str, list[Link]] = defaultdict(list)
    soft: dict[str, list[Link]] = defaultdict(list)
    for one in said.values():
        (soft if one.why in RULES else firm)[one.handle].append(one)
    everybody = {p.pseudonym: p for p in people}
    by_name, fellows = _by_name(everybody.values(), firm), _fellows(everybody.values())
    for p in everybody.values():
        if p.pseudonym not in firm:
            new += _changed(p, soft.get(p.pseudonym, []), _follows(p, firm, fellows, by_name))
    return new


def _news(before: Link | None, now: Link) -> bool:
    """Whether a roster says something new; what a person decided stands until a person decides otherwise."""
    return before is None or (before.why in (ROSTER, *RULES) and (before.why, before.participant) != (now.why, now.participant))


def _changed(p: PersonRow, before: Sequence[Link], now: Sequence[Link]) -> list[Link]:
    """The words that bring a handle from what the rules said before to what they say now."""
    if set(before) == set(now):
        return []
    gone = {k.cohort for k in before if k.why != OPEN} - {k.cohort for k in now}
    return [*now, *(Link(p.pseudonym, cohort, p.pseudonym, OPEN) for cohort in sorted(gone, key=str))]


def _fellows(people: Iterable[PersonRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for p in people:
        if p.same_as:
            found[p.pseudonym].append(p.same_as)
            found[p.same_as].append(p.pseudonym)
    return found


def _follows(p: PersonRow, firm: Mapping[str, list[Link]], fellows: Mapping[str, list[str]], by_name: Mapping[str, set[str]]) -> list[Link]:
    """Whose a handle is by rule; empty where no rule decides."""
    if not p.person:
        return [Link(p.pseudonym, None, None, NOT_A_PERSON)]
    for other in fellows.get(p.pseudonym, ()):
        if theirs := [k for k in firm.get(other, ()) if k.participant is not None]:
            return [Link(p.pseudonym, k.cohort, k.participant, SAME_ROW) for k in theirs]
    shown = p.value if p.kind == "name" else p.name if p.kind != "email" else None
    for name in real_names(shown or ""):
        handles = by_name.get(name, set())
        if len(handles) == 1:
            return [Link(p.pseudonym, k.cohort, k.participant, NAME) for k in firm[next(iter(handles))]]
        if handles:
            return []
    return []


def _by_name(people: Iterable[PersonRow], firm: Mapping[str, list[Link]]) -> dict[str, set[str]]:
    """Name → the roster's handles of that name, one for each different set of enrolments: two people of one name are two."""
    found: dict[str, dict[tuple[str | None, ...], str]] = defaultdict(dict)
    for p in people:
        if p.tool == ROSTER and p.kind == "name" and firm.get(p.pseudonym):
            owners = tuple(sorted({k.participant or "" for k in firm[p.pseudonym]}))
            for name in real_names(p.value):
                found[name].setdefault(owners, p.pseudonym)
    return {name: set(handles.values()) for name, handles in found.items()}


# ---- the register


def links(snapshot: Snapshot, without: str = "") -> list[Link]:
    """The latest word on each handle and cohort, leaving out what one import said."""
    files = snapshot.files("identities")
    if not files:
        return []
    key = ", ".join(quoted(k) for k in KEYS["identities"])
    latest = f"row_number() OVER (PARTITION BY {key} ORDER BY seq DESC) = 1"
    where = f"WHERE import_id <> {literal(without)}"
    with connect_duckdb() as con:
        found = con.sql(f"SELECT handle, cohort, participant, why FROM {parquet(files)} {where} QUALIFY {latest}").to_arrow_table()
        return [Link(**row) for row in found.to_pylist()]


def settle(change: Change, people: Iterable[PersonRow], roster: Sequence[Link] = (), without: str = "") -> datetime | None:
    """Add to the register what the rules say now; the first moment at which somebody's acts change hands by that, or None."""
    return record(change, linked(people, links(change.snapshot, without), roster))


def record(change: Change, new: Sequence[Link]) -> datetime | None:
    """Write words on handles; from when on they matter."""
    if not new:
        return None
    rows = [{**vars(n), "import_id": change.import_id, "seq": change.seq} for n in new]
    pq.write_table(pa.Table.from_pylist(rows, schema=IDENTITIES), change.new_file("identities"), store_schema=False)
    return first_act(change.snapshot, [n.handle for n in new])


def first_act(snapshot: Snapshot, handles: Sequence[str]) -> datetime | None:
    """The first thing that any of these handles did, as far as the lake had it before."""
    files = snapshot.files("events")
    if not (files and handles):
        return None
    query = f'SELECT min("at") AS first FROM {parquet(files)} WHERE list_contains({literals(sorted(set(handles)))}, participant)'
    with connect_duckdb() as con:
        found = con.sql(query).to_arrow_table()["first"].to_pylist()
        first: datetime | None = found[0]
        return first
