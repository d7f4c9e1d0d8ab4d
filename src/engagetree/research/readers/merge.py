"""Rows of one file that say the same become one; rows with one key that contradict each other are all refused, and their lines named."""

from __future__ import annotations

from typing import Any

from engagetree.engine import quoted
from engagetree.research.readers.given import fresh
from engagetree.research.readers.shape import kinds
from engagetree.research.registers import KEYS

UNITED = ("projects", "partners", "outputs", "evidence_urls")
"""Lists of an activity that differ where several awards or departments report one record: they are joined."""

SEVERAL = ("department", "organiser")
"""Texts of an activity that may differ between those who report it: the first line's is kept."""


def merged(con: Any, table: str, register: str, bad: str) -> tuple[int, list[str]]:
    """Merges equal rows of `table`, moves contradictions to `bad`; (rows merged, what is to be said)."""
    before, refused = _one(con, f"SELECT count(*) FROM {table}"), _one(con, f"SELECT count(*) FROM {bad}")
    known = "person IS NOT NULL" if register == "attendances" else "TRUE"  # a row without a person is one more person
    keys = ", ".join(quoted(k) for k in KEYS[register])
    several = f"(SELECT {keys} FROM {table} WHERE {known} GROUP BY ALL HAVING count(*) > 1)"
    repeated = fresh("repeated")  # the few rows that are not alone with their key; everything else is never looked at again
    alike = " AND ".join(f"k.{quoted(c)} IS NOT DISTINCT FROM t.{quoted(c)}" for c in KEYS[register])
    con.execute(f"CREATE TEMP TABLE {repeated} AS SELECT t.* FROM {table} t SEMI JOIN {several} k ON {alike}")
    notes: list[str] = []
    if _one(con, f"SELECT count(*) FROM {repeated}"):
        con.execute(f"DELETE FROM {table} WHERE (line, part) IN (SELECT (line, part) FROM {repeated})")
        content = ", ".join(quoted(c) for c in kinds(register))
        again = f"SELECT rowid AS r, row_number() OVER (PARTITION BY {content} ORDER BY line, part) AS n FROM {repeated}"
        con.execute(f"DELETE FROM {repeated} WHERE rowid IN (SELECT r FROM ({again}) WHERE n > 1)")
        notes = _united(con, repeated) if register == "activities" else []
        _contradictions(con, repeated, register, bad)
        con.execute(f"INSERT INTO {table} SELECT * FROM {repeated}")
    con.execute(f"DROP TABLE {repeated}")
    return before - _one(con, f"SELECT count(*) FROM {table}") - _one(con, f"SELECT count(*) FROM {bad}") + refused, notes


def _united(con: Any, table: str) -> list[str]:
    """One record under several awards or departments: one row, with the lists of all."""
    columns = list(kinds("activities"))
    same = [c for c in columns if c not in (*UNITED, *SEVERAL)]
    by = ", ".join(quoted(c) for c in same)
    doubled = f"SELECT {by} FROM {table} GROUP BY {by} HAVING count(*) > 1"
    n = _one(con, f"SELECT count(*) FROM ({doubled})")
    if not n:
        return []
    united = [
        f"CASE WHEN len(flatten(list({quoted(c)}))) > 0 THEN list_sort(list_distinct(flatten(list({quoted(c)})))) END AS {quoted(c)}"
        for c in UNITED
    ]
    first = [f"arg_min({quoted(c)}, line) AS {quoted(c)}" for c in SEVERAL]
    made = {**{c: quoted(c) for c in same}, **dict(zip(UNITED, united, strict=True)), **dict(zip(SEVERAL, first, strict=True))}
    picked = ", ".join(made[c] for c in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE united AS SELECT {picked}, min(line) AS line, min(part) AS part FROM {table} GROUP BY {by}")
    con.execute(f"DELETE FROM {table}")
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM united")
    con.execute("DROP TABLE united")
    return [
        f"{n:,} activities stand in several rows that differ only in department, projects, partners, outputs or links: each is one activity"
    ]


def _contradictions(con: Any, table: str, register: str, bad: str) -> None:
    keys = KEYS[register]
    key = " || ', ' || ".join(f"coalesce({quoted(k)}::VARCHAR, 'none')" for k in keys)
    same = f"OVER (PARTITION BY {', '.join(quoted(k) for k in keys)})"
    rows = f"SELECT line, part, {key} AS k, count(*) {same} AS n, list(line) {same} AS together FROM {table}"
    lines = "array_to_string(list_slice(list_sort(list_distinct(together)), 1, 10), ', ') || CASE WHEN n > 10 THEN ', …' ELSE '' END"
    reason = f"'{', '.join(keys)}: `' || k || '` stands on lines ' || {lines} || ' with different content'"
    con.execute(f"INSERT INTO {bad} SELECT line, part, 'one {' and '.join(keys)}, different content', {reason} FROM ({rows}) WHERE n > 1")
    con.execute(f"DELETE FROM {table} WHERE (line, part) IN (SELECT (line, part) FROM {bad})")


def _one(con: Any, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])
