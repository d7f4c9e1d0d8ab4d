"""Names and addresses in a file of ours: who they are is kept apart from the rows, and the rows have keys in their place.

A roster says who its people are (columns email, name, first_name and last_name, login, account); any file may have e-mail addresses where
participants stand. Both become handles, as a tool's report gives them: the table `seen`, see `ingest.seen`. A roster without a participant
column enrols each row under its surest identifier and its cohort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from engagetree.cells import text_of, translated
from engagetree.engine import literal
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.opened import Cell, Opened, fresh
from engagetree.ingest.seen import SEEN
from engagetree.ingest.shape import SUREST, targets

ROSTER = "roster"
"""The tool that a roster's own names and addresses are kept under."""

ADDRESS = r"^[^@\s;,<>\"]+@[^@\s;,<>\"]+$"
KEYED = ("email:", *(f"{kind}:{ROSTER}:" for kind in SUREST[1:]))
"""How the key of somebody begins that stands in a table in place of a participant's id."""

PARTICIPANT = "participant\x1f"


def of_participant(participant: str, cohort: str | None) -> str:
    """What a roster's row gives as `same_as` of the names and addresses in it."""
    return f"{PARTICIPANT}{cohort or ''}\x1f{participant}"


def enrolment(same_as: str | None) -> tuple[str | None, str] | None:
    """(cohort, participant) of such a text; None of any other.

    >>> enrolment(of_participant("p1", "A: mornings")), enrolment("email:ana@x.org")
    (('A: mornings', 'p1'), None)
    """
    if same_as is None or not same_as.startswith(PARTICIPANT):
        return None
    cohort, _, participant = same_as.removeprefix(PARTICIPANT).partition("\x1f")
    return cohort or None, participant


@dataclass(frozen=True)
class Identified:
    """The file with keys in place of addresses, and the map that reads it. `said` are columns of the relation, by kind of identifier."""

    opened: Opened
    map: ColumnMap
    said: dict[str, str]
    keyed: bool = False
    notes: tuple[str, ...] = ()


def identified(con: duckdb.DuckDBPyConnection, opened: Opened, m: ColumnMap) -> Identified:
    """What a file says of who people are, taken out of its rows. A file with plain ids and nothing else comes back as it was."""
    cells = {c.header: c for c in opened.cells}
    m, notes = _without_addresses(con, opened, m, cells)
    said = _said(m, cells) if m.table == "roster" else {}
    made: dict[str, str] = {f"i_{kind}": sql for kind, sql in said.items()}
    for column in ("participant", "person"):
        header = m.columns.get(column)
        if column in targets(m.table) and header in cells and _has_address(con, opened, cells[header]):
            text = translated(text_of(f"{cells[header].at}::VARCHAR"), m.values.get(column, {}))
            made[f"k_{column}"] = f"CASE WHEN regexp_matches({text}, {literal(ADDRESS)}) THEN 'email:' || lower({text}) ELSE {text} END"
    if m.table == "roster" and "participant" not in {*m.columns, *m.constants} and set(said) & set(SUREST):
        key = _surest(said)
        cohort = _cohort(m, cells)
        enrolled = f"{key} || coalesce('|' || {cohort}, '')"
        alone = f"coalesce({', '.join([said[k] for k in SUREST[:-1] if k in said] + ['NULL'])}) IS NULL"
        twice = f"count(*) OVER (PARTITION BY {enrolled}) > 1"  # of two people of one name nobody could say who is who
        made["k_participant"] = f"CASE WHEN NOT ({alone} AND {twice}) THEN {enrolled} END"
        if con.execute(f"SELECT 1 FROM {opened.relation} WHERE {alone} QUALIFY {twice} LIMIT 1").fetchall():
            notes = (*notes, "a name that stands for several rows enrols nobody: give those an e-mail, a login or an id of their own")
        if "person" not in {*m.columns, *m.constants}:
            made["k_person"] = key
    if not made:
        return Identified(opened, m, {}, notes=notes)
    relation = f"(SELECT *, {', '.join(f'{sql} AS {name}' for name, sql in made.items())} FROM {opened.relation})"
    keys = {name.removeprefix("k_"): name for name in made if name.startswith("k_")}
    own = tuple(Cell(f"\x1f{name}", name) for name in keys.values())
    columns = {**m.columns, **{column: f"\x1f{name}" for column, name in keys.items()}}
    values = {column: pairs for column, pairs in m.values.items() if column not in keys}
    wrapped = replace(opened, relation=relation, cells=(*opened.cells, *own))
    return Identified(wrapped, replace(m, columns=columns, values=values), {k: f"i_{k}" for k in said}, bool(keys), notes)


def _text(cell: Cell) -> str:
    return f"regexp_replace({text_of(f'{cell.at}::VARCHAR')}, '\\s+', ' ', 'g')"


def _said(m: ColumnMap, cells: dict[str, Cell]) -> dict[str, str]:
    """Kind of identifier → SQL of its text, null where a row says none."""
    found = {kind: _text(cells[header]) for kind, header in m.identifiers.items() if header in cells}
    parts = [found.pop(kind) for kind in ("first_name", "last_name") if kind in found]
    if parts:
        whole = f"nullif(concat_ws(' ', {', '.join(parts)}), '')"
        found["name"] = f"coalesce({found['name']}, {whole})" if "name" in found else whole
    if "email" in found:
        found["email"] = f"CASE WHEN regexp_matches({found['email']}, {literal(ADDRESS)}) THEN {found['email']} END"
    return found


def _surest(said: dict[str, str]) -> str:
    """SQL of the key under which a row is enrolled."""
    heads = dict(zip(SUREST, KEYED, strict=True))
    return f"coalesce({', '.join(f'{literal(heads[kind])} || lower({said[kind]})' for kind in SUREST if kind in said)})"


def _cohort(m: ColumnMap, cells: dict[str, Cell]) -> str:
    header = m.columns.get("cohort")
    if header in cells:
        return translated(text_of(f"{cells[header].at}::VARCHAR"), m.values.get("cohort", {}))
    return f"{literal(m.constants.get('cohort'))}::VARCHAR"


def _has_address(con: duckdb.DuckDBPyConnection, opened: Opened, cell: Cell) -> bool:
    if cell.kind != "VARCHAR":
        return False
    query = (
        f"SELECT 1 FROM {opened.relation} WHERE contains({cell.at}, '@') AND regexp_matches({text_of(cell.at)}, {literal(ADDRESS)}) LIMIT 1"
    )
    return bool(con.execute(query).fetchall())


def _without_addresses(
    con: duckdb.DuckDBPyConnection, opened: Opened, m: ColumnMap, cells: dict[str, Cell]
) -> tuple[ColumnMap, tuple[str, ...]]:
    """The map without the further columns that hold addresses: those must not reach the lake."""
    names = [a for a in m.attributes if a in cells] + [h for t, h in m.columns.items() if t == "attributes" and h in cells]
    held = "SELECT 1 FROM {} WHERE regexp_matches({}::VARCHAR, '[^@\\s]@[^@\\s]') LIMIT 1"
    found = [a for a in names if con.execute(held.format(opened.relation, cells[a].at)).fetchall()]
    if not found:
        return m, ()
    kept = {t: h for t, h in m.columns.items() if not (t == "attributes" and h in found)}
    left = replace(m, attributes=tuple(a for a in m.attributes if a not in found), columns=kept, skip=(*m.skip, *found))
    return left, (f"not kept, for it holds e-mail addresses: column {', '.join(found)}",)


# ---- the table `seen`


def seen(con: duckdb.DuckDBPyConnection, found: Identified, valued: str, table: str, bad: str, source: str) -> tuple[str | None, list[str]]:
    """The staged table `seen` of what a judged file says of people, or None where it says nothing; and notes."""
    notes: list[str] = []
    rows: list[dict[str, Any]] = []
    if found.said:
        rows, notes = _of_roster(con, found, valued, bad)
    if found.keyed and found.map.table != "roster":
        rows += _of_participants(con, table, source)
    if not rows:
        return None, notes
    name, arriving = fresh("staged_seen"), fresh("arriving")
    con.register(arriving, pa.Table.from_pylist(rows, schema=SEEN))
    con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM {arriving}")
    con.unregister(arriving)
    return name, notes


def _of_participants(con: duckdb.DuckDBPyConnection, table: str, source: str) -> list[dict[str, Any]]:
    found = con.execute(f"SELECT DISTINCT participant FROM {table} WHERE participant LIKE 'email:%@%'").fetchall()
    return [_row(key, "email", key.removeprefix("email:"), None, source, None) for (key,) in sorted(found)]


def _of_roster(con: duckdb.DuckDBPyConnection, found: Identified, valued: str, bad: str) -> tuple[list[dict[str, Any]], list[str]]:
    kinds = [k for k in (*SUREST, "name") if k in found.said]
    asked = ", ".join(f"r.{found.said[k]}" for k in dict.fromkeys(kinds))
    query = f"SELECT v.v_participant, v.v_cohort, v.v_person, {asked} FROM {valued} v JOIN {found.opened.relation} r USING (line)"
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for participant, cohort, person, *texts in con.execute(f"{query} WHERE line NOT IN (SELECT line FROM {bad}) ORDER BY line").fetchall():
        said = {k: t for k, t in zip(dict.fromkeys(kinds), texts, strict=True) if t}
        if participant.startswith("email:") and "email" not in said:
            said["email"] = participant.removeprefix("email:")
        same = of_participant(participant, cohort)
        for kind, text in said.items():
            key = _key(kind, text, person or said.get("email") or said.get("account") or said.get("login") or participant)
            rows[key, same] = _row(key, kind, text, said.get("name"), ROSTER, same)
    return list(rows.values()), _shared(rows)


def _key(kind: str, text: str, person: str) -> str:
    """Two people of one name have two handles; one person in two cohorts has one."""
    if kind == "email":
        return f"email:{text.lower()}"
    return f"name:{ROSTER}:{text}|{person.lower()}" if kind == "name" else f"{kind}:{ROSTER}:{text.lower()}"


def _shared(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Says which identifiers a roster gives to several people of one cohort."""
    cohorts = Counter((key, (enrolment(same) or (None, ""))[0]) for key, same in rows)
    n = len({key for (key, _), times in cohorts.items() if times > 1})
    told = "1 address or login stands" if n == 1 else f"{n} addresses or logins stand"
    return [f"{told} for several people of one cohort; whose they are stays open: engagetree people review"] if n else []


def _row(key: str, kind: str, value: str, name: str | None, tool: str, same_as: str | None) -> dict[str, Any]:
    return {"handle": key, "kind": kind, "value": value, "name": name, "tool": tool, "person": True, "same_as": same_as}
