"""The audit log: lines that are only ever added, each sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa

from engagetree.ledger import schema
from engagetree.ledger.rows import AuditLine, now

LAST = "audit.last"  # in `facts`: number and hash of the newest line, so that a lost tail is seen too
FIRST = "0" * 64


def seal(prev: str, *line: int | str) -> str:
    """SHA-256 of a line (number, at, who, action, detail) and of the hash before it."""
    return hashlib.sha256(json.dumps([prev, *line]).encode()).hexdigest()


def write_line(connection: sa.Connection, who: str, action: str, **detail: Any) -> AuditLine:
    """Adds one line inside the transaction of the act itself."""
    last = connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id.desc()).limit(1)).one_or_none()
    prev, number = (last.hash, last.id + 1) if last else (FIRST, 1)
    at, text = now().isoformat(timespec="microseconds"), json.dumps(detail, sort_keys=True)
    line = AuditLine(number, at, who, action, text, prev, seal(prev, number, at, who, action, text))
    connection.execute(sa.insert(schema.audit), vars(line))
    remember(connection, LAST, [line.id, line.hash])
    return line


def remember(connection: sa.Connection, key: str, value: Any) -> None:
    """Sets one row of `facts`."""
    table = schema.facts
    changed = connection.execute(sa.update(table).where(table.c.key == key).values(value=value))
    if not changed.rowcount:
        connection.execute(sa.insert(table), {"key": key, "value": value})


def lines(connection: sa.Connection) -> list[AuditLine]:
    """Every line, oldest first."""
    return [AuditLine(**row._mapping) for row in connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id))]


def breaks(connection: sa.Connection) -> list[str]:
    """Where the chain is broken, in words; empty where it is whole."""
    found: list[str] = []
    prev, number = FIRST, 0
    for line in lines(connection):
        number += 1
        if line.id != number:
            return [*found, f"audit line {number}: it is missing"]
        if line.prev != prev or line.hash != seal(line.prev, line.id, line.at, line.who, line.action, line.detail):
            found.append(f"audit line {line.id} ({line.action}, {line.at}): it is not as it was written")
        prev = line.hash
    last = connection.execute(sa.select(schema.facts.c.value).where(schema.facts.c.key == LAST)).scalar()
    if (last or [0, FIRST]) != [number, prev] and not found:
        found.append(f"audit line {number + 1}: the newest lines are missing")
    return found
