"""Whose acts these are: what tools know people by, pseudonyms for it, and which participant each is.

* A pseudonym is the keyed hash of a handle; names and addresses stay in the ledger's table `people`.
* The register `identities` says which participant a handle is. Rules add to it at every import, the surest first: the roster says so; the
  same row of a tool gave a handle that is known; the address without what stands behind a plus, where the workspace is set so; the account
  or login is that of exactly one person on the roster; so is the name; it is no person at all.
* What no rule decides stays open, for people to decide (`engagetree people review`). Nothing is ever merged by likeness.
* Nothing is overwritten: a decision counts before what rosters and rules say, the latest first, so every decision can be taken back, and
  all history follows.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engagetree.engine import connect_duckdb, literal, literals, parquet
from engagetree.formula.columns import PRESENCE
from engagetree.ingest import Staged
from engagetree.ingest.identifiers import KEYED, ROSTER, enrolment, of_participant
from engagetree.ingest.persons import real_names
from engagetree.lake import Change, Lake, Snapshot
from engagetree.lake.acts import DECIDED
from engagetree.ledger import PersonRow
from engagetree.ledger.pseudonyms import key_at, pseudonym
from engagetree.scoring.offers import EARLY
from engagetree.tables import IDENTITIES

__all__ = ["KEY", "ROSTER", "Link", "Seen", "links", "of_participant", "pseudonymised", "record", "settle"]

KEY = "people.key"

SAME_ROW, PLUS, ACCOUNT, NAME, NOT_A_PERSON, OPEN = "same row", "plus address", "account", "name", "not a person", "open"
RULES = (SAME_ROW, PLUS, ACCOUNT, NAME, NOT_A_PERSON, OPEN)
"""What follows from the rest, and is worked out anew at every import. A roster's words and people's decisions are not."""

SETTINGS = "people"
"""The ledger's fact with how this workspace reads handles: {"plus": "same" | "different"}."""


@dataclass(frozen=True)
class Link:
    """One word on whose a handle is. `participant` None: nobody's; the handle itself: somebody on no roster."""

    handle: str
    cohort: str | None
    participant: str | None
    why: str

    @property
    def decided(self) -> bool:
        """Whether a person said so."""
        return self.why not in (ROSTER, *RULES)


@dataclass(frozen=True)
class Seen:
    """What a file says of people, in pseudonyms: who they are in the tool's words, and whom a roster says they are."""

    people: tuple[PersonRow, ...] = ()
    roster: tuple[Link, ...] = ()


def pseudonymised(con: Any, staged: Staged, lake: Lake, import_ids: Sequence[str], dry: bool = False) -> tuple[Staged, Seen]:
    """The staged tables with pseudonyms in place of handles, and who was seen; the table `seen` is gone from them.

    `import_ids` are those of the files in these tables, one for each place that the column `nth` names (there is none for a single file).
    """
    if "seen" not in staged.tables and not staged.facts.get("keyed"):
        return staged, Seen()
    rows = _rows(con, staged.tables["seen"]) if "seen" in staged.tables else []
    path = lake.root / KEY
    key = key_at(path) if path.exists() or not dry else secrets.token_bytes(32)
    names = {h: pseudonym(key, h) for r in rows for h in (r["handle"], r["same_as"]) if h and enrolment(h) is None}
    tables = {name: table for name, table in staged.tables.items() if name != "seen"}
    for name, table in tables.items():
        _replace(con, name, table, key, names, bool(staged.facts.get("keyed")))
    of_file: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for r in rows:
        of_file[r.get("nth", 0)].append(r)
    people = together([], chain.from_iterable(_people(of_file[n], names, import_id) for n, import_id in enumerate(import_ids)))
    roster = tuple(Link(names[r["handle"]], e[0], _enrolled(key, e[1], staged), ROSTER) for r in rows if (e := enrolment(r["same_as"])))
    return Staged(tables, staged.account, staged.facts), Seen(tuple(people), roster)


def _people(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], import_id: str) -> Iterable[PersonRow]:
    people: dict[str, PersonRow] = {}
    for r in sorted(rows, key=lambda r: r["same_as"] is not None):  # what a row says beside it comes after what it says itself
        name, fellow = names[r["handle"]], names.get(r["same_as"])
        one = PersonRow(name, r["kind"], r["value"], r["name"], r["tool"], bool(r["person"]), import_id, fellow)
        people[name] = replace(people.get(name, one), same_as=fellow) if fellow else people.get(name, one)
    return people.values()


def together(known: Iterable[PersonRow], seen: Iterable[PersonRow]) -> list[PersonRow]:
    """Everybody who is known, with what a file adds: what was known of a handle stays, and may gain a name or a fellow."""
    found = {p.pseudonym: p for p in known}
    for p in seen:
        before = found.get(p.pseudonym, p)
        found[p.pseudonym] = replace(before, name=before.name or p.name, same_as=before.same_as or p.same_as)
    return list(found.values())


def _rows(con: Any, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = con.sql(f"SELECT * FROM {table}").to_arrow_table().to_pylist()
    return found


def _enrolled(key: bytes, participant: str, staged: Staged) -> str:
    return pseudonym(key, participant) if staged.facts.get("keyed") and participant.startswith(KEYED) else participant


def _replace(con: Any, table: str, name: str, key: bytes, names: Mapping[str, str], keyed: bool) -> None:
    """Pseudonyms into the columns of people of one staged table."""
    columns = {c[0] for c in con.execute(f"DESCRIBE {name}").fetchall()} & {"participant", "person"}
    for column in sorted(columns):
        known = dict(names) if table != "roster" else {}
        if keyed:
            there = [t for (t,) in con.execute(f"SELECT DISTINCT {column} FROM {name} WHERE {column} IS NOT NULL").fetchall()]
            known |= {t: pseudonym(key, t) for t in there if t.startswith(KEYED)}
        if known:
            con.register("pseudonyms", pa.table({"handle": list(known), "pseudonym": list(known.values())}))
            con.execute(f"UPDATE {name} SET {column} = p.pseudonym FROM pseudonyms p WHERE p.handle = {name}.{column}")
            con.unregister("pseudonyms")


# ---- the rules


@dataclass
class _Firm:
    """What the rules go by: words of rosters and people on each handle, and the roster's own names and logins."""

    words: dict[str, list[Link]]
    fellows: dict[str, list[str]] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=dict)
    by_account: dict[str, set[str]] = field(default_factory=dict)
    by_address: dict[str, str] = field(default_factory=dict)


def linked(
    people: Iterable[PersonRow], known: Sequence[Link], roster: Sequence[Link] = (), settings: Mapping[str, str] | None = None
) -> list[Link]:
    """What is to be added to the words that are known: a roster's own, and wherever the rules now say something else than before."""
    said = {(k.handle, k.cohort or ""): k for k in known if not k.decided}
    decided: dict[str, list[Link]] = defaultdict(list)
    for one in known:
        if one.decided:
            decided[one.handle].append(one)
    new = [r for r in _clear(roster) if _news(said.get((r.handle, r.cohort or "")), r)]
    said |= {(n.handle, n.cohort or ""): n for n in new}
    words, soft = defaultdict(list, decided), defaultdict(list)
    for one in said.values():
        if one.why in RULES:
            soft[one.handle].append(one)
        elif one.handle not in decided:
            words[one.handle].append(one)
    everybody = {p.pseudonym: p for p in people}
    firm = _firm(everybody.values(), dict(words), settings or {})
    for p in everybody.values():
        if p.pseudonym not in decided:
            new += _changed(p, soft.get(p.pseudonym, []), firm.words.get(p.pseudonym) or _follows(p, firm))
    return new


def _clear(roster: Sequence[Link]) -> list[Link]:
    """What a roster says of handles that it gives to one person of a cohort only: an address that two share is nobody's by rule."""
    owners: dict[tuple[str, str | None], set[str | None]] = defaultdict(set)
    for r in roster:
        owners[r.handle, r.cohort].add(r.participant)
    return list(dict.fromkeys(r for r in roster if len(owners[r.handle, r.cohort]) == 1))


def _news(before: Link | None, now: Link) -> bool:
    """Whether a roster says something new."""
    return before is None or (before.why, before.participant) != (now.why, now.participant)


def _changed(p: PersonRow, before: Sequence[Link], now: Sequence[Link]) -> list[Link]:
    """The words that bring a handle from what the rules said before to what they say now, or a roster in their place."""
    standing = {k for k in before if k.why != OPEN}
    gone = {k.cohort for k in standing} - {k.cohort for k in now}
    added = [k for k in now if k.why in RULES and k not in before]
    return [*added, *(Link(p.pseudonym, cohort, p.pseudonym, OPEN) for cohort in sorted(gone, key=str))]


def _firm(people: Iterable[PersonRow], words: dict[str, list[Link]], settings: Mapping[str, str]) -> _Firm:
    firm = _Firm(words)
    names: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    accounts: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for p in people:
        if p.same_as:
            firm.fellows.setdefault(p.pseudonym, []).append(p.same_as)
            firm.fellows.setdefault(p.same_as, []).append(p.pseudonym)
        theirs = [k for k in words.get(p.pseudonym, ()) if k.participant is not None]
        if not theirs:
            continue
        owners = tuple(sorted({k.participant or "" for k in theirs}))
        if p.tool == ROSTER and p.kind == "name":
            for name in _names(p.value):
                names[name].setdefault(owners, p.pseudonym)
        if p.tool == ROSTER and p.kind in ("login", "account"):
            accounts[p.value.casefold()].setdefault(owners, p.pseudonym)
        if p.kind == "email" and settings.get("plus") == "same":
            firm.by_address[p.value.lower()] = p.pseudonym
    firm.by_name = {name: set(handles.values()) for name, handles in names.items()}
    firm.by_account = {value: set(handles.values()) for value, handles in accounts.items()}
    return firm


_names = lru_cache(maxsize=1 << 17)(real_names)


def without_plus(address: str) -> str | None:
    """An address without what stands behind a plus, where something does.

    >>> without_plus("Ana+zoom@example.org"), without_plus("ana@example.org")
    ('ana@example.org', None)
    """
    local, at, domain = address.strip().lower().rpartition("@")
    base = local.split("+", 1)[0]
    return f"{base}{at}{domain}" if at and base and base != local else None


def _follows(p: PersonRow, firm: _Firm) -> list[Link]:
    """Whose a handle is by rule; empty where no rule decides."""
    if not p.person:
        return [Link(p.pseudonym, None, None, NOT_A_PERSON)]
    for other in firm.fellows.get(p.pseudonym, ()):
        if found := _as(p, firm.words.get(other, ()), SAME_ROW):
            return found
    if p.kind == "email":
        base = firm.by_address.get(without_plus(p.value) or "")
        return _as(p, firm.words[base], PLUS) if base else []
    if p.kind in ("account", "login") and p.tool != ROSTER and (owners := firm.by_account.get(p.value.casefold(), set())):
        return _as(p, firm.words[next(iter(owners))], ACCOUNT) if len(owners) == 1 else []
    for name in _names((p.value if p.kind == "name" else p.name) or ""):
        if handles := firm.by_name.get(name, set()):
            return _as(p, firm.words[next(iter(handles))], NAME) if len(handles) == 1 else []
    return []


def _as(p: PersonRow, words: Iterable[Link], why: str) -> list[Link]:
    return [Link(p.pseudonym, k.cohort, k.participant, why) for k in words if k.participant is not None]


# ---- the register


def links(snapshot: Snapshot, without: str = "") -> list[Link]:
    """The latest words on each handle, leaving out what one import said: those of rosters and rules, and those of people beside them."""
    files = snapshot.files("identities")
    if not files:
        return []
    said = f"SELECT * FROM {parquet(files)} WHERE import_id <> {literal(without)}"
    ruled = f"SELECT * FROM ({said}) WHERE seq < {DECIDED} QUALIFY row_number() OVER (PARTITION BY handle, cohort ORDER BY seq DESC) = 1"
    decided = f"SELECT * FROM ({said}) WHERE seq >= {DECIDED} QUALIFY seq = max(seq) OVER (PARTITION BY handle)"
    with connect_duckdb() as con:
        query = f"SELECT handle, cohort, participant, why FROM (({ruled}) UNION ALL ({decided}))"
        return [Link(**row) for row in con.sql(query).to_arrow_table().to_pylist()]


def standing(words: Iterable[Link]) -> dict[str, list[Link]]:
    """Of the words of `links`, those that count, by handle: a person's before all others. What is open has none."""
    found: dict[str, list[Link]] = defaultdict(list)
    for one in words:
        found[one.handle].append(one)
    counted = {h: [k for k in theirs if k.decided] or [k for k in theirs if k.why != OPEN] for h, theirs in found.items()}
    return {h: theirs for h, theirs in counted.items() if theirs}


def settle(
    change: Change, people: Iterable[PersonRow], roster: Sequence[Link] = (), without: str = "", settings: Mapping[str, str] | None = None
) -> datetime | None:
    """Add to the register what the rules say now; the first moment at which somebody's acts change hands by that, or None."""
    return record(change, linked(people, links(change.snapshot, without), roster, settings))


def record(change: Change, new: Sequence[Link]) -> datetime | None:
    """Write words on handles; from when on they matter."""
    if not new:
        return None
    rows = [{**vars(n), "import_id": change.import_id, "seq": change.seq + (DECIDED if n.decided else 0)} for n in new]
    pq.write_table(pa.Table.from_pylist(rows, schema=IDENTITIES), change.new_file("identities"), store_schema=False)
    return first_act(change.snapshot, [n.handle for n in new])


def first_act(snapshot: Snapshot, handles: Sequence[str]) -> datetime | None:
    """The first moment that any of these handles could change by what it did, as far as the lake has it."""
    files = snapshot.files("events")
    if not handles:
        return None
    mine = f"list_contains({literals(sorted(set(handles)))}, participant)"
    with connect_duckdb() as con:
        if (other := snapshot.files("excusals")) and con.execute(f"SELECT 1 FROM {parquet(other)} WHERE {mine} LIMIT 1").fetchall():
            return EARLY
        if not files:
            return None
        first: list[datetime | None] = (
            con.sql(f'SELECT min("at") AS t FROM {parquet(files)} WHERE {mine}').to_arrow_table()["t"].to_pylist()
        )
        if items := snapshot.files("items"):  # who was there is a matter of the period in which the session opened
            were = f"SELECT item FROM {parquet(files)} WHERE {mine} AND list_contains({literals(PRESENCE)}, kind)"
            opened = f"SELECT min(opens_at) AS t FROM {parquet(items)} WHERE item IN ({were})"
            first += con.sql(opened).to_arrow_table()["t"].to_pylist()
        return min((t for t in first if t is not None), default=None)
