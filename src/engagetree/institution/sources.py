"""The registers as they stand: for each one a SQL relation of its valid rows, read straight from the lake's files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from engagetree.engine import literal, literals, parquet, quoted
from engagetree.lake import Snapshot
from engagetree.research.registers import KEYS, REACH, REGISTERS

NULLED = {"string": "''", "date32[day]": "DATE '0001-01-01'"}
"""What stands for null in a key."""


@dataclass(frozen=True)
class State:
    """One state of both stores. `overlaps` are, for each register, the imports that say something of a row which an earlier one had."""

    main: Snapshot
    reach: Snapshot
    overlaps: Mapping[str, Sequence[int]]


def sources(state: State) -> dict[str, str]:
    """Register → relation to select from, with the columns of `research.registers`; each event that several reported counts once."""
    found = {name: current(state.main.files(name), name, schema, state.overlaps) for name, schema in REGISTERS.items()}
    found["reach"] = current(state.reach.files("reach"), "reach", REACH, state.overlaps)
    if doubled := state.main.files("duplicates"):
        return _once(found, doubled)
    return found


def everything(state: State) -> dict[str, str]:
    """The same with the records that do not count."""
    return {
        **{name: current(state.main.files(name), name, schema, state.overlaps) for name, schema in REGISTERS.items()},
        "reach": current(state.reach.files("reach"), "reach", REACH, state.overlaps),
    }


def current(files: Sequence[str], register: str, schema: pa.Schema, overlaps: Mapping[str, Sequence[int]]) -> str:
    """The valid rows of a register: of two imports with one key, the later.

    Only imports that overlapped an earlier one can make a row invalid, so only their keys are looked up, and filters reach the files.
    """
    names = ", ".join(quoted(n) for n in schema.names)
    if not files:
        nothing = ", ".join(f"NULL::{sql_type(f.type)} AS {quoted(f.name)}" for f in schema)
        return f"(SELECT {nothing} WHERE FALSE)"
    later = overlaps.get(register, ())
    if not later:
        return f"(SELECT {names} FROM {parquet(files)})"
    keys = ", ".join(quoted(k) for k in KEYS[register])
    newer = f"(SELECT {keys}, seq FROM {parquet(files)} WHERE list_contains({literals(list(later))}, seq))"
    return f"(SELECT {names} FROM {parquet(files)} k ANTI JOIN {newer} n ON {same(register, schema, 'k', 'n')} AND n.seq > k.seq)"


def repeats(register: str) -> str:
    """The table of rows that said again what stood in a register: needed when what stood there is withdrawn."""
    return f"repeats-{register}"


def same(register: str, schema: pa.Schema, one: str, other: str) -> str:
    """SQL: whether two rows have one key. A row without a person has none."""

    def side(row: str, column: str) -> str:
        cell = f"{row}.{quoted(column)}"
        if column == "person" or (register, column) == ("attendances", "activity"):  # never empty, or without a key
            return cell
        return f"coalesce({cell}, {NULLED[str(schema.field(column).type)]})"

    return " AND ".join(f"{side(one, c)} = {side(other, c)}" for c in KEYS[register])


def _once(found: dict[str, str], doubled: Sequence[str]) -> dict[str, str]:
    """Records of one event stand for one: the others' attendances, mentions and answers go to the one that counts."""
    pairs = f"(SELECT activity, same_as FROM {parquet(doubled)})"
    known = [p for file in doubled for p in pq.read_table(file, columns=["activity", "same_as"], partitioning=None).to_pylist()]
    gone, touched = {p["activity"] for p in known}, {name for p in known for name in p.values()}
    return {
        **found,
        "activities": f"(SELECT * FROM {found['activities']} WHERE activity IS NULL OR NOT {_among(gone)})",
        "attendances": _attendances(found["attendances"], pairs, _among(touched)),
        "mentions": _moved(found["mentions"], pairs),
        "reach": _moved(found["reach"], pairs),
    }


def _among(names: Collection[str]) -> str:
    """SQL: whether an activity is one of these. Said by name, so that whole files can be passed over."""
    return f"(activity IN ({', '.join(literal(n) for n in sorted(names))}))"


def _moved(relation: str, pairs: str) -> str:
    moved = "r.* REPLACE (coalesce(d.same_as, r.activity) AS activity)"
    return f"(SELECT {moved} FROM {relation} r LEFT JOIN {pairs} d ON d.activity = r.activity)"


def _attendances(relation: str, pairs: str, touched: str) -> str:
    """People whom several departments list at one event are there once; those whom nobody knows are taken from the record that counts."""
    moved = (
        "SELECT a.* REPLACE (coalesce(d.same_as, a.activity) AS activity), d.same_as IS NOT NULL AS brought "
        f"FROM (SELECT * FROM {relation} WHERE {touched}) a LEFT JOIN {pairs} d ON d.activity = a.activity"
    )
    once = 'row_number() OVER (PARTITION BY activity, person, "on" ORDER BY brought, seq DESC) = 1'
    return (
        f"(WITH moved AS MATERIALIZED ({moved}) SELECT * FROM {relation} WHERE activity IS NULL OR NOT {touched} "
        f"UNION ALL (SELECT * EXCLUDE (brought) FROM moved WHERE person IS NOT NULL QUALIFY {once}) "
        "UNION ALL SELECT * EXCLUDE (brought) FROM moved WHERE person IS NULL AND NOT brought)"
    )


def sql_type(of: pa.DataType) -> str:
    """A column's type in SQL."""
    return {"string": "VARCHAR", "double": "DOUBLE", "int64": "BIGINT", "bool": "BOOLEAN", "date32[day]": "DATE"}.get(str(of), "VARCHAR[]")
