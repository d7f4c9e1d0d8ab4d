"""Rows of one file that say the same thing become one; rows of a register that contradict each other are all refused.

The order of rows never matters: of equal rows the first line is kept, of equal event ids the row that comes first by content.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import numpy as np
import pyarrow as pa

from engagetree.engine import name as quoted
from engagetree.ingest.opened import fresh
from engagetree.ingest.shape import targets
from engagetree.tables import KEYS

CONTENT = ("participant", "at", "kind", "item", "amount", "source")
"""What makes an event without an id one and the same."""
BY_ID = ("source", "event_id", "participant")

SLICE = 10_000_000
"""Events whose hashes are fetched at a time."""
MANY, HALF = 1_000_000, 1 << 63
"""From so many on, the lower and the upper half of them are sorted side by side."""

Merged = tuple[int, tuple[str, ...]]
_Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]


def columns(names: tuple[str, ...] | list[str], of: str = "") -> str:
    """Quoted, comma-separated, each with the prefix `of`."""
    return ", ".join(of + quoted(n) for n in names)


def merge_events(con: duckdb.DuckDBPyConnection, table: str, _: str, bad: str) -> Merged:
    """Removes repeated events from `table`; returns how many. `hash()` only finds candidates and is never kept."""
    suspects = _suspects(con, table)
    if not len(suspects):
        return 0, ()
    found = fresh("suspects")
    con.register(found, pa.table({"h": suspects}))
    content = columns(list(CONTENT))
    within = f"FROM {table} WHERE {_hash()} IN (SELECT h FROM {found})"
    by_content = f"SELECT line, row_number() OVER (PARTITION BY {content} ORDER BY line) AS n {within} AND event_id IS NULL"
    order = ", ".join(f"{quoted(c)} NULLS FIRST" for c in CONTENT if c not in BY_ID)
    ids, given = columns(list(BY_ID)), f"{within} AND event_id IS NOT NULL"
    by_id = f"SELECT line, row_number() OVER (PARTITION BY {ids} ORDER BY {order}, line) AS n {given}"
    differing = f"SELECT 1 {given} GROUP BY {ids} HAVING count(DISTINCT ({content})) > 1"
    unlike = _one(con, f"SELECT count(*) FROM ({differing})")
    before = _one(con, f"SELECT count(*) FROM {table}")
    con.execute(f"DELETE FROM {table} WHERE line IN (SELECT line FROM ({by_content} UNION ALL {by_id}) WHERE n > 1)")
    con.unregister(found)
    note = f"{unlike} event ids stand for different acts; of each the earliest is kept" if unlike else ""
    return before - _one(con, f"SELECT count(*) FROM {table}"), (note,) if note else ()


def _hash() -> str:
    return f"CASE WHEN event_id IS NULL THEN hash({columns(list(CONTENT))}) ELSE hash({columns(list(BY_ID))}) END"


def _suspects(con: duckdb.DuckDBPyConnection, table: str) -> _Hashes:
    """Hashes that occur more than once: sorting bare numbers is four times as fast as counting distinct ones."""
    rows, ids = con.execute(f"SELECT count(*), count(event_id) FROM {table}").fetchall()[0]
    if rows == ids and not len(_twice(con, table, "hash(event_id)", rows)):  # most tools count their events, whoever did them
        return np.empty(0, dtype=np.uint64)
    return _twice(con, table, _hash() if ids else f"hash({columns(list(CONTENT))})", rows)


def _twice(con: duckdb.DuckDBPyConnection, table: str, expression: str, rows: int) -> _Hashes:
    hashes = np.empty(rows, dtype=np.uint64)  # 8 bytes an event, and no second copy of them all
    filled, end = 0, _one(con, f"SELECT coalesce(max(rowid) + 1, 0) FROM {table}")
    for first in range(0, end, SLICE):
        part = con.execute(f"SELECT {expression} AS h FROM {table} WHERE rowid >= {first} AND rowid < {first + SLICE}").fetchnumpy()["h"]
        hashes[filled : filled + len(part)] = part
        filled += len(part)
    halves = (hashes[hashes < HALF], hashes[hashes >= HALF]) if rows >= MANY else (hashes,)
    del hashes
    with ThreadPoolExecutor(len(halves)) as side_by_side:
        return np.concatenate(list(side_by_side.map(_repeated, halves)))


def _repeated(hashes: _Hashes) -> _Hashes:
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def merge_register(con: duckdb.DuckDBPyConnection, table: str, kind: str, bad: str) -> Merged:
    """Merges equal rows of a register; moves rows with one key and different content to `bad`, naming each other's lines."""
    content = columns(list(targets(kind)))
    repeats = f"SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY {content} ORDER BY line) AS n FROM {table}) WHERE n > 1"
    before = _one(con, f"SELECT count(*) FROM {table}")
    con.execute(f"DELETE FROM {table} WHERE line IN ({repeats})")
    merged = before - _one(con, f"SELECT count(*) FROM {table}")
    keys = KEYS[kind]
    key = " || ', ' || ".join(f"coalesce({quoted(k)}::VARCHAR, 'none')" for k in keys)
    same = f"OVER (PARTITION BY {columns(list(keys))})"
    rows = f"SELECT line, {key} AS k, count(*) {same} AS n, list(line) {same} AS together FROM {table}"
    lines = "array_to_string(list_slice(list_sort(together), 1, 10), ', ') || CASE WHEN n > 10 THEN ', …' ELSE '' END"
    reason = f"'{', '.join(keys)}: `' || k || '` stands on lines ' || {lines} || ' with different content'"
    con.execute(f"INSERT INTO {bad} SELECT line, 'one {' and '.join(keys)}, different content', {reason} FROM ({rows}) WHERE n > 1")
    con.execute(f"DELETE FROM {table} WHERE line IN (SELECT line FROM {bad})")
    return merged, ()


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    assert row is not None
    return int(row[0])
