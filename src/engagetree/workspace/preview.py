"""What a file is and what it would become, before anything is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engagetree import identity
from engagetree.engine import duck, quoted, rows_of
from engagetree.ingest import Reader, Staged
from engagetree.pipeline import current
from engagetree.tables import KEYS

if TYPE_CHECKING:
    from engagetree.lake import Snapshot
    from engagetree.workspace.workspace import Workspace

FIRST = 5
"""Events and items that a preview shows."""


@dataclass(frozen=True)
class Preview:
    """`tables` are rows by table, `kinds` events and `things` items by kind. `people` counts who would be seen: `roster`, `name`, … by the
    rule that decides, `id` for ids that are on the roster; `nobody`, and `open` for those that wait for a person to decide.

    `events` and `items` are the first few rows, as they would lie in the lake; `names` what the pseudonyms in them stand for.
    """

    reader: str
    about: str
    tables: Mapping[str, int]
    kinds: Mapping[str, int]
    things: Mapping[str, int]
    people: Mapping[str, int]
    events: tuple[Mapping[str, Any], ...]
    items: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]

    def to_dict(self, names: bool = False) -> dict[str, Any]:
        """For JSON; names and addresses only where they are asked for."""
        told = asdict(self)
        return told if names else {k: v for k, v in told.items() if k != "names"}


def preview(work: Workspace, reader: Reader, con: Any, staged: Staged, seen: identity.Seen) -> Preview:
    """A preview of staged tables; see `pipeline.take`."""
    tables = {t: _count(con, f"SELECT count(*) AS n FROM {name}") for t, name in staged.tables.items()}
    return Preview(
        reader.name,
        reader.about,
        {t: n for t, n in tables.items() if n},
        _by_kind(con, staged, "events"),
        _by_kind(con, staged, "items"),
        _people(work, con, staged, seen),
        _first(con, staged, "events", ("at", "participant", "kind", "item", "amount"), '"at", participant'),
        _first(con, staged, "items", ("item", "kind", "cohort", "title", "opens_at", "closes_at"), "opens_at, item"),
        {p.pseudonym: p.name or p.value for p in seen.people},
    )


def _count(con: Any, query: str) -> int:
    return int(rows_of(con, query)[0]["n"])


def _by_kind(con: Any, staged: Staged, table: str) -> dict[str, int]:
    if table not in staged.tables:
        return {}
    query = f"SELECT kind, count(*) AS n FROM {staged.tables[table]} GROUP BY 1 ORDER BY 2 DESC, 1"
    return {r["kind"]: r["n"] for r in rows_of(con, query)}


def _first(con: Any, staged: Staged, table: str, names: Sequence[str], order: str) -> tuple[dict[str, Any], ...]:
    if table not in staged.tables:
        return ()
    query = f"SELECT {', '.join(map(quoted, names))} FROM {staged.tables[table]} ORDER BY {order} LIMIT {FIRST}"
    return tuple(rows_of(con, query))


def _people(work: Workspace, con: Any, staged: Staged, seen: identity.Seen) -> dict[str, int]:
    """How many would be known, by which rule; how many are nobody; how many stay open."""
    found: Counter[str] = Counter()
    mine = {p.pseudonym for p in seen.people}
    if mine:
        known = work.lake.read(identity.links)
        new = identity.linked(identity.together(work.ledger.people(), seen.people), known, seen.roster, work.people.rules())
        latest = {(k.handle, k.cohort, k.decided): k for k in [*known, *new]}
        words = identity.standing(latest.values())
        for handle in mine:
            said = words.get(handle, [])
            whose = [w for w in said if w.participant is not None]
            found["open" if not said else whose[0].why if whose else "nobody"] += 1
    tables = [name for t, name in staged.tables.items() if t in KEYS | {"events": ()} and t not in ("items", "outages", "voids", "roster")]
    if plain := {p for name in tables for p in _participants(con, name)} - mine:
        enrolled = work.lake.read(_roster)
        found["id"] += len(plain & enrolled)
        found["on no roster"] += len(plain - enrolled)
    return {k: n for k, n in found.most_common() if n}


def _participants(con: Any, name: str) -> set[str]:
    return {r["participant"] for r in rows_of(con, f"SELECT DISTINCT participant FROM {name} WHERE participant IS NOT NULL")}


def _roster(snapshot: Snapshot) -> set[str]:
    with duck() as con:
        return set(current(con, snapshot, "roster")["participant"].to_pylist())
