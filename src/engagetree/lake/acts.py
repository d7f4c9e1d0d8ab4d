"""Events as they stand: each with the participant whose it is, on the session of the programme's own list that a reported meeting was, and
without those that their own source took back.

The lake keeps what was seen and never rewrites it. Who a handle belongs to, which meeting was which session, and what is void follow from
registers beside it, so that all of it can change, and change back, and all history follows. Where they say nothing, this is the files
themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from engagetree.engine import connect_duckdb, literal, literals, parquet
from engagetree.lake.snapshot import Snapshot
from engagetree.tables import STATED

DECIDED = 1 << 40
"""Added to `seq` in the register by a person's decision: it counts before whatever a roster or a rule says, earlier or later."""

LINKS = pa.schema([("handle", pa.string()), ("cohort", pa.string()), ("participant", pa.string())])
"""Whose a handle is, in a cohort; cohort '' where it is the same in all of them."""

HOMES = pa.schema([("item", pa.string()), ("cohort", pa.string())])
"""The cohort of each item that belongs to one only."""

VOID = pa.schema([("source", pa.string()), ("event_id", pa.string())])

MEETINGS = pa.schema([("item", pa.string()), ("listed", pa.string())])
"""A meeting as a tool reported it, and the session on the programme's list that it was."""

HELD = "session"
"""The kind of item that a meeting is, on a list and in a report."""

STANDING = """
SELECT e.event_id, CASE WHEN d.handle IS NOT NULL THEN d.participant WHEN o.handle IS NOT NULL THEN o.participant ELSE e.participant END
  AS participant, e."at", e.kind, coalesce(m.listed, e.item) AS item, e.amount, e.source, e.import_id, e.line, e."week"
FROM {events} e LEFT JOIN {meetings} m ON m.item = e.item LEFT JOIN {homes} h ON h.item = coalesce(m.listed, e.item)
LEFT JOIN {links} d ON d.handle = e.participant AND d.cohort = h.cohort
LEFT JOIN {links} o ON o.handle = e.participant AND o.cohort = ''
LEFT JOIN {void} v ON v.source = e.source AND v.event_id = e.event_id WHERE v.event_id IS NULL
"""
"""Plain SQL of every engine. The names are relations: `events` as they lie, `meetings`, `homes`, `links` and `void` by the schemas here."""


def is_plain(snapshot: Snapshot) -> bool:
    """Whether every event stands as it lies."""
    return not (snapshot.rows("identities") or snapshot.rows("voids") or meetings_of(snapshot))


def acts(snapshot: Snapshot, files: Sequence[str]) -> str:
    """SQL for DuckDB: the events of these files as they stand."""
    if is_plain(snapshot):
        return parquet(files)
    beside = {"meetings": meetings(snapshot), "homes": homes(snapshot), "links": links(snapshot), "void": void(snapshot)}
    return f"({STANDING.format(events=parquet(files), **beside)})"


def as_they_stand() -> str:
    """The query of `STANDING` over tables of the names `lying`, `meetings`, `links`, `homes` and `void`."""
    return STANDING.format(events="lying", meetings="meetings", homes="homes", links="links", void="void")


def register_tables(snapshot: Snapshot) -> dict[str, pa.Table]:
    """`meetings`, `links`, `homes` and `void` as small tables, for an engine that does not read registers by itself."""
    asked = (
        ("meetings", meetings(snapshot), MEETINGS),
        ("links", links(snapshot), LINKS),
        ("homes", homes(snapshot), HOMES),
        ("void", void(snapshot), VOID),
    )
    with connect_duckdb() as con:
        return {name: con.sql(f"SELECT {', '.join(s.names)} FROM {query}").to_arrow_table().cast(s) for name, query, s in asked}


def links(snapshot: Snapshot) -> str:
    """SQL for whose each handle is: the latest word in each cohort, and that of all cohorts where they agree."""
    files = snapshot.files("identities")
    if not files:
        return "(SELECT NULL::VARCHAR AS handle, NULL::VARCHAR AS cohort, NULL::VARCHAR AS participant WHERE FALSE)"
    latest = f"SELECT handle, cohort, participant FROM ({words(files)}) WHERE why <> 'open'"
    agreed = (
        f"SELECT handle, '' AS cohort, any_value(participant) AS participant FROM ({latest}) GROUP BY handle "
        "HAVING count(DISTINCT coalesce(participant, '')) = 1"
    )
    return f"(SELECT * FROM ({latest}) WHERE cohort <> '' UNION ALL {agreed})"


def words(files: Sequence[str]) -> str:
    """SQL for the latest word on each handle and cohort ('' for all cohorts); a decision replaces all other words on its handle."""
    return (
        f"SELECT handle, coalesce(cohort, '') AS cohort, participant, why, import_id FROM {parquet(files)} "
        "QUALIFY row_number() OVER (PARTITION BY handle, cohort ORDER BY seq DESC) = 1 "
        f"AND seq >= max(CASE WHEN seq >= {DECIDED} THEN seq ELSE 0 END) OVER (PARTITION BY handle)"
    )


def homes(snapshot: Snapshot) -> str:
    """SQL for the cohort of each item that belongs to one only."""
    files = snapshot.files("items")
    if not files:
        return "(SELECT NULL::VARCHAR AS item, NULL::VARCHAR AS cohort WHERE FALSE)"
    return (
        f"(SELECT item, any_value(cohort) AS cohort FROM {listed(files)} GROUP BY item "
        "HAVING count(*) = count(cohort) AND count(DISTINCT cohort) = 1)"
    )


def meetings_of(snapshot: Snapshot) -> dict[str, str]:
    """Reported meeting → the session on the programme's list that it was.

    It was the one whose time it shares for more than half of itself and more than half of that session. Where there are two such sessions,
    or the meeting stands on the list itself, it is not decided, and the meeting stands for itself.
    """
    return dict(_meetings_of(tuple(snapshot.files("items"))))


@lru_cache(maxsize=16)  # files never change; what they say is asked at every look at events
def _meetings_of(files: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    if not files:
        return ()
    valid = f"SELECT * FROM {listed(files)} QUALIFY row_number() OVER (PARTITION BY item, cohort ORDER BY seq DESC) = 1"
    timed = (
        f"SELECT item, seq >= {STATED} AS stated, opens_at AS b, coalesce(closes_at, opens_at + to_seconds(seconds)) AS e "
        f"FROM ({valid}) WHERE kind = {literal(HELD)} AND opens_at IS NOT NULL"
    )
    shared = "epoch(least(d.e, s.e)) - epoch(greatest(d.b, s.b))"
    alike = f"2 * ({shared}) > epoch(d.e) - epoch(d.b) AND 2 * ({shared}) > epoch(s.e) - epoch(s.b)"
    query = (
        f"WITH timed AS ({timed}) SELECT d.item, any_value(s.item) AS listed FROM timed d JOIN timed s "
        f"ON NOT d.stated AND s.stated AND {alike} GROUP BY d.item HAVING count(DISTINCT s.item) = 1 ORDER BY 1"
    )
    with connect_duckdb() as con:
        return tuple((item, on_list) for item, on_list in con.execute(query).fetchall())


def meetings(snapshot: Snapshot) -> str:
    """The same as SQL."""
    found = meetings_of(snapshot)
    if not found:
        return "(SELECT NULL::VARCHAR AS item, NULL::VARCHAR AS listed WHERE FALSE)"
    return f"(SELECT unnest({literals(list(found))}) AS item, unnest({literals(list(found.values()))}) AS listed)"


def items(snapshot: Snapshot) -> str:
    """SQL for the rows of `items` that say what was offered: without reported meetings that were sessions of the list.

    What was asked in such a meeting was asked in that session.
    """
    rows = listed(snapshot.files("items"))
    if not meetings_of(snapshot):
        return rows
    parent = "CASE WHEN m.listed IS NOT NULL THEN m.listed ELSE i.parent END"
    on_list = f"SELECT i.* REPLACE ({parent} AS parent) FROM {rows} i LEFT JOIN {meetings(snapshot)} m ON m.item = i.parent"
    return f"({on_list} WHERE i.item NOT IN (SELECT item FROM {meetings(snapshot)}))"


def listed(files: Sequence[str]) -> str:
    """SQL for the rows of `items` without those derived from acts on things that somebody lists: a list says who has a thing, and when."""
    return f"(SELECT * FROM {parquet(files)} QUALIFY seq >= {STATED} OR max(seq) OVER (PARTITION BY item) < {STATED})"


def void(snapshot: Snapshot) -> str:
    """SQL for what was taken back."""
    files = snapshot.files("voids")
    if not files:
        return "(SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS event_id WHERE FALSE)"
    return f"(SELECT DISTINCT source, event_id FROM {parquet(files)})"
