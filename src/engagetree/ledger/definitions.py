"""Versions of the definition: every one is kept with who, when and why; one is in use."""

from __future__ import annotations

import sqlalchemy as sa

from engagetree.errors import NotFound, near
from engagetree.ledger import schema
from engagetree.ledger.audit import write_line
from engagetree.ledger.rows import DefinitionRow, UseRow, now


def select_definitions(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[DefinitionRow]:
    """Definitions, oldest first."""
    table = schema.definitions
    query = sa.select(table).where(*where).order_by(table.c.at, table.c.fingerprint)
    return [DefinitionRow(**row._mapping) for row in connection.execute(query)]


def find(connection: sa.Connection, fingerprint: str) -> DefinitionRow | None:
    """The definition with this fingerprint, or None."""
    return next(iter(select_definitions(connection, schema.definitions.c.fingerprint == fingerprint)), None)


def add(connection: sa.Connection, fingerprint: str, text: str, who: str, reason: str) -> DefinitionRow:
    """Keeps a definition; the same fingerprint again changes nothing."""
    known = find(connection, fingerprint)
    if known:
        return known
    row = DefinitionRow(fingerprint, text, who, now(), reason, False)
    connection.execute(sa.insert(schema.definitions), vars(row))
    write_line(connection, who, "definition added", fingerprint=fingerprint, reason=reason)
    return row


def use(connection: sa.Connection, fingerprint: str, who: str, reason: str = "") -> DefinitionRow:
    """From now on scores are made under this definition; why is its own reason where none is given. NotFound where it was never added."""
    table, known = schema.definitions, find(connection, fingerprint)
    if known is None:
        names = [row.fingerprint for row in select_definitions(connection)]
        raise NotFound(f"definition {fingerprint}", "no such version is kept here", near(fingerprint, names))
    if not known.in_use:
        connection.execute(sa.update(table).values(in_use=(table.c.fingerprint == fingerprint)))
        row = UseRow(fingerprint, who, now(), reason or known.reason)
        connection.execute(sa.insert(schema.uses), vars(row))
        write_line(connection, who, "definition in use", fingerprint=fingerprint, reason=row.reason)
    return DefinitionRow(known.fingerprint, known.text, known.who, known.at, known.reason, True)


def select_uses(connection: sa.Connection) -> list[UseRow]:
    """Each time that a version was put in use, oldest first."""
    columns = [column for column in schema.uses.c if column.name != "id"]
    return [UseRow(**row._mapping) for row in connection.execute(sa.select(*columns).order_by(schema.uses.c.id))]
