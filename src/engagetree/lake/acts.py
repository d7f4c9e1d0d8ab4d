"""Events as they stand: each with the participant whose it is, and without those that their own source took back.

The lake keeps what was seen and never rewrites it. Who a handle belongs to, and what is void, are registers beside it, so that both can
change, and change back, and all history follows. Where neither register has a row, this is the files themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from engagetree.engine import connect_duckdb, parquet
from engagetree.lake.snapshot import Snapshot

DECIDED = 1 << 40
"""Added to `seq` in the register by a person's decision: it counts before whatever a roster or a rule says, earlier or later."""

LINKS = pa.schema([("handle", pa.string()), ("cohort", pa.string()), ("participant", pa.string())])
"""Whose a handle is, in a cohort; cohort '' where it is the same in all of them."""

HOMES = pa.schema([("item", pa.string()), ("cohort", pa.string())])
"""The cohort of each item that belongs to one only."""

VOID = pa.schema([("source", pa.string()), ("event_id", pa.string())])

STANDING = """
SELECT e.event_id, CASE WHEN d.handle IS NOT NULL THEN d.participant WHEN o.handle IS NOT NULL THEN o.participant ELSE e.participant END
  AS participant, e."at", e.kind, e.item, e.amount, e.source, e.import_id, e.line, e."week"
FROM {events} e LEFT JOIN {homes} h ON e.item = h.item
LEFT JOIN {links} d ON d.handle = e.participant AND d.cohort = h.cohort
LEFT JOIN {links} o ON o.handle = e.participant AND o.cohort = ''
LEFT JOIN {void} v ON v.source = e.source AND v.event_id = e.event_id WHERE v.event_id IS NULL
"""
"""Plain SQL of every engine. The names are relations: `events` as they lie, `homes`, `links` and `void` by the schemas above."""


def is_plain(snapshot: Snapshot) -> bool:
    """Whether every event stands as it lies."""
    return not (snapshot.rows("identities") or snapshot.rows("voids"))


def acts(snapshot: Snapshot, files: Sequence[str]) -> str:
    """SQL for DuckDB: the events of these files as they stand."""
    if is_plain(snapshot):
        return parquet(files)
    return f"({STANDING.format(events=parquet(files), homes=homes(snapshot), links=links(snapshot), void=void(snapshot))})"


def as_they_stand() -> str:
    """The query of `STANDING` over tables of the names `lying`, `links`, `homes` and `void`."""
    return STANDING.format(events="lying", homes="homes", links="links", void="void")


def register_tables(snapshot: Snapshot) -> dict[str, pa.Table]:
    """`links`, `homes` and `void` as small tables, for an engine that does not read registers by itself."""
    asked = (("links", links(snapshot), LINKS), ("homes", homes(snapshot), HOMES), ("void", void(snapshot), VOID))
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
        f"(SELECT item, any_value(cohort) AS cohort FROM {parquet(files)} GROUP BY item "
        "HAVING count(*) = count(cohort) AND count(DISTINCT cohort) = 1)"
    )


def void(snapshot: Snapshot) -> str:
    """SQL for what was taken back."""
    files = snapshot.files("voids")
    if not files:
        return "(SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS event_id WHERE FALSE)"
    return f"(SELECT DISTINCT source, event_id FROM {parquet(files)})"
