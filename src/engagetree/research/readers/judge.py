"""From raw cells to a register: what can be read is kept, what cannot is refused with its reason, what is said twice is merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from engagetree.cells import Column, Fault
from engagetree.engine import literal, quoted
from engagetree.research.readers.bound import columns
from engagetree.research.readers.cells import v, x
from engagetree.research.readers.given import Asked, Given, Judged, fresh
from engagetree.research.readers.headers import check_columns
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.merge import merged
from engagetree.research.readers.shape import ID_FROM, IDS, NOT_MORE, SPANS, UNFOLDS, kinds


def judge(con: Any, given: Given, m: RegisterMap, asked: Asked) -> Judged:
    """Judges every row. Raises ImportRefused where the file as a whole does not fit its map."""
    check_columns(given, m)
    filled = replace(m, constants={**{c: t for c, t in asked.fill.items() if c not in m.columns}, **m.constants})
    unfolded = _unfolded(given, filled)
    bound = columns(con, unfolded, filled, asked)
    table, bad = fresh(f"staged_{m.register}"), fresh("refused")
    faults = [*(f for c in bound for f in c.faults), *_together(m.register)]
    wrong = " OR ".join(f"coalesce({f.when}, FALSE)" for f in faults)
    named = ", ".join(f"{v(c.name)} AS {quoted(c.name)}" for c in bound)
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT {named}, line, part, ({wrong}) AS wrong FROM {_valued(bound, unfolded)}")
    con.execute(f"CREATE TEMP TABLE {bad} (line BIGINT, part BIGINT, kind VARCHAR, reason VARCHAR)")
    if count(con, f"{table} WHERE wrong"):
        few = replace(
            unfolded,
            relation=f"(SELECT u.* FROM {unfolded.relation} u SEMI JOIN (SELECT line, part FROM {table} WHERE wrong) w USING (line, part))",
        )
        reasons = ", ".join(f"CASE WHEN {f.when} THEN {f.says} END" for f in faults)
        all_of_them = f"concat_ws('; ', {reasons})"
        con.execute(f"INSERT INTO {bad} SELECT line, part, {_first(faults)}, {all_of_them} FROM {_valued(bound, few)}")
        con.execute(f"DELETE FROM {table} WHERE wrong")
    con.execute(f"ALTER TABLE {table} DROP COLUMN wrong")
    same, notes = merged(con, table, m.register, bad)
    ignored = [h for h in given.header if h[0] != "\0" and h not in {*m.columns.values(), *m.unfold.values(), *m.skip}]
    told = [*notes, *_made_ids(con, table, m), *_told(m, unfolded)]
    con.execute(f"ALTER TABLE {table} DROP COLUMN part")
    return Judged(m.register, table, bad, unfolded.rows, count(con, table), same, count(con, bad), tuple(ignored), tuple(told))


def count(con: Any, table: str) -> int:
    """Rows of a table."""
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _unfolded(given: Given, m: RegisterMap) -> Given:
    """One row for each category where they stand side by side; `part` numbers them within a line."""
    if not m.unfold:
        return replace(given, relation=f"(SELECT *, 0 AS part FROM {given.relation})")
    at = dict(given.cells)
    by, into = UNFOLDS[m.register]
    pieces = [
        f"SELECT *, {n} AS part, {literal(category)} AS unfolded_by, {at[header]} AS unfolded_into FROM {given.relation}"
        for n, (category, header) in enumerate(m.unfold.items())
    ]
    cells_ = (*given.cells, (f"\0{by}", "unfolded_by"), (f"\0{into}", "unfolded_into"))
    return replace(given, relation=f"({' UNION ALL '.join(pieces)})", cells=cells_, rows=given.rows * len(m.unfold))


def _valued(columns: Sequence[Column], given: Given) -> str:
    """Every column twice: as it stands in the file (`x_…`) and as a value (`v_…`)."""
    raw = ", ".join(f"{c.raw} AS {x(c.name)}" for c in columns)
    values = ", ".join(f"{c.value} AS {v(c.name)}" for c in columns)
    return f"(SELECT *, {values} FROM (SELECT line, part, {raw} FROM {given.relation}))"


def _together(register: str) -> Iterator[Fault]:
    """What two columns cannot both say."""
    have = kinds(register)
    for a, b in SPANS:
        if a in have and b in have:
            yield Fault(f"{v(b)} <= {v(a)}", f"{b} is not after {a}", literal(f"{b} is not after {a}"))
    for a, b in NOT_MORE:
        if a in have and b in have:
            says = f"{literal(a + ' ')} || printf('%g', {v(a)}) || {literal(' is more than ' + b + ' ')} || printf('%g', {v(b)})"
            yield Fault(f"{v(a)} > {v(b)}", f"{a} is more than {b}", says)


def _first(faults: Sequence[Fault]) -> str:
    whens = " ".join(f"WHEN {f.when} THEN {literal(f.kind)}" for f in faults)
    return f"CASE {whens} END"


def _made_ids(con: Any, table: str, m: RegisterMap) -> list[str]:
    key = IDS.get(m.register)
    if not key:
        return []
    n = count(con, f"{table} WHERE {quoted(key)} LIKE '{m.register[:3]}-____________'") if key in m.columns else count(con, table)
    what = " and ".join(ID_FROM[m.register]) if len(ID_FROM[m.register]) < 3 else ", ".join(ID_FROM[m.register])
    return [f"{n:,} {'row has' if n == 1 else 'rows have'} no id; one was made from {what}"] if n else []


def _told(m: RegisterMap, given: Given) -> list[str]:
    notes = []
    if m.unfold:
        notes.append(f"each of {len(m.unfold)} columns became a row of its own: {', '.join(m.unfold)}")
    if not given.rows:
        notes.append("the file has a header and no rows")
    return notes
