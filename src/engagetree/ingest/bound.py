"""A column map bound to an opened file: every target column as SQL, and what of the file is left unused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import duckdb

from engagetree.cells import Column
from engagetree.engine import literal
from engagetree.errors import ImportRefused, near
from engagetree.ingest import times
from engagetree.ingest.answers import OpenQuestion
from engagetree.ingest.columns import NUMBERS, Rules, blemished, column
from engagetree.ingest.mapping import OWN, ColumnMap
from engagetree.ingest.opened import Cell, Opened
from engagetree.ingest.shape import REQUIRED, targets

LOOKED_AT = 100_000
"""Rows in which a time without a format is looked for."""


@dataclass(frozen=True)
class Bound:
    """`columns` in the table's order; `ignored` are headers that nothing uses."""

    table: str
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    zone_assumed: str | None


def bind(con: duckdb.DuckDBPyConnection, opened: Opened, m: ColumnMap, zone: str | None, name: str, sound: bool | None = None) -> Bound:
    """The map bound to the file `name`. Raises ImportRefused for missing columns, wrong types and times whose order is open.

    `sound` says whether cells are taken as they stand; None: looked up, for texts.
    """
    used = _find(opened, m, name)
    kinds = targets(m.table)
    rules = Rules(m.zone or zone, m.formats, m.values, m.only, m.decimal)
    for target, cell in used.items():
        _check_type(name, target, kinds[target], cell, rules)
        if kinds[target] == "time" and cell.kind == "VARCHAR" and not m.formats:
            _check_order(con, opened, cell, target, name)
    columns = []
    for target, kind in kinds.items():
        given = used.get(target)
        if target == "attributes" and m.attributes:
            columns.append(_attributes(opened, m))
            continue
        required = target in REQUIRED[m.table]
        if given is None:
            columns.append(
                column(target, kind, literal(m.constants.get(target)), "VARCHAR", required=required, spotless=False, rules=rules)
            )
            continue
        if sound is None:
            text = kind == "text" and target != "attributes" and given.kind == "VARCHAR"
            spotless = text and _spotless(con, opened, given.at, target, required)
        else:
            spotless = sound and target not in m.values
        columns.append(column(target, kind, given.at, given.kind, required=required, spotless=spotless, rules=rules))
    used_headers = {*m.columns.values(), *m.attributes, *m.identifiers.values(), *m.skip}
    ignored = [c.header for c in opened.cells if c.header not in used_headers]
    return Bound(m.table, tuple(columns), tuple(ignored), _assumed(con, opened, used, kinds, rules))


def _find(opened: Opened, m: ColumnMap, name: str) -> dict[str, Cell]:
    headers = Counter(c.header for c in opened.cells)
    by_header = {c.header: c for c in opened.cells}
    wanted = {**{f"{t} ": s for t, s in m.columns.items()}, **{f"attribute {a}": a for a in m.attributes}}
    wanted |= {f"identifier {kind}": s for kind, s in m.identifiers.items()}
    missing = [s for s in wanted.values() if s not in by_header]
    missing += [t for t in REQUIRED[m.table] if t not in m.columns and t not in m.constants]
    if missing:
        hints = " ".join(f"“{s}”: {hint}" for s in missing if (hint := near(s, by_header)))
        there = ", ".join(c.header for c in opened.cells[:20])
        do = f"{hints} The file has: {there}.{' Let `engagetree map FILE` propose a column map.' if m.origin == OWN else ''}".strip()
        raise ImportRefused(name, f"column {' and '.join(f'“{s}”' for s in missing)} is missing", do)
    twice = [s for s in wanted.values() if headers[s] > 1]
    if twice:
        raise ImportRefused(name, f"column “{twice[0]}” stands {headers[twice[0]]} times in the header", "Rename all but one.")
    return {target: by_header[source] for target, source in m.columns.items()}


def _check_type(name: str, target: str, kind: str, cell: Cell, rules: Rules) -> None:
    ok = {
        "text": cell.kind in (*NUMBERS, "VARCHAR", "UUID", "BOOLEAN") or cell.kind.startswith("DECIMAL"),
        "number": cell.kind in (*NUMBERS, "VARCHAR") or cell.kind.startswith("DECIMAL"),
        "time": cell.kind == "VARCHAR" or times.typed("", cell.kind, "UTC") is not None,
        "flag": cell.kind in (*NUMBERS, "VARCHAR", "BOOLEAN"),
    }[kind]
    unix = kind == "time" and cell.kind in NUMBERS and any(f in times.UNAMBIGUOUS for f in rules.formats)
    if not ok and not unix:
        do = "Give `times: {format: unix}` or unix_ms." if kind == "time" and cell.kind in NUMBERS else f"Save it as {kind}."
        raise ImportRefused(name, f"column “{cell.header}” holds {cell.kind}, but {target} is a {kind}", do)


def _check_order(con: duckdb.DuckDBPyConnection, opened: Opened, cell: Cell, target: str, name: str) -> None:
    """Refuses a column of times like 03/04/2025: nobody can know whether the day or the month comes first."""
    x = f"trim({cell.at})"
    slashed = f"regexp_matches({x}, '^[0-9]{{1,4}}[/.-][0-9]{{1,2}}[/.-][0-9]{{2,4}}') AND NOT {times.is_iso(x)}"
    found = con.execute(f"SELECT {x} FROM (SELECT {cell.at} FROM {opened.relation} LIMIT {LOOKED_AT}) WHERE {slashed} LIMIT 1").fetchone()
    iso = con.execute(
        f"SELECT 1 FROM (SELECT {cell.at} FROM {opened.relation} LIMIT {LOOKED_AT}) WHERE {times.is_iso(x)} LIMIT 1"
    ).fetchone()
    if found and not iso:
        do = "Say --date-order day or --date-order month, or `times: {format: …}` in a column map."
        raise OpenQuestion(name, "order", f"{target} reads `{found[0]}`, and which of its numbers is the day is not known", do)


def _spotless(con: duckdb.DuckDBPyConnection, opened: Opened, cell: str, target: str, required: bool) -> bool:
    """Whether every text of a column can be taken as it stands. Ids repeat little, everything else much: so those are asked once each."""
    texts = f"SELECT {'' if target == 'event_id' else 'DISTINCT '}{cell} FROM {opened.relation}"
    row = con.execute(f"SELECT bool_or({blemished(target, cell, required)}) FROM ({texts})").fetchall()[0]
    return row is None or not row[0]


def _attributes(opened: Opened, m: ColumnMap) -> Column:
    by_header = {c.header: c for c in opened.cells}
    pairs = ", ".join(f"{literal(a)}, nullif(trim({by_header[a].at}::VARCHAR), '')" for a in sorted(m.attributes))
    return Column("attributes", f"json_object({pairs})::VARCHAR", "x_attributes")


def _assumed(con: duckdb.DuckDBPyConnection, opened: Opened, used: dict[str, Cell], kinds: dict[str, str], rules: Rules) -> str | None:
    """The zone by which times without one are read, if the file has such times."""
    for target, cell in used.items():
        if kinds[target] != "time" or cell.kind == "TIMESTAMP WITH TIME ZONE":
            continue
        if cell.kind != "VARCHAR":
            return rules.zone
        bare = times.needs_zone(f"trim({cell.at})", rules.formats)
        if con.execute(f"SELECT 1 FROM (SELECT {cell.at} FROM {opened.relation} LIMIT {LOOKED_AT}) WHERE {bare} LIMIT 1").fetchone():
            return rules.zone
    return None
