"""The ledger's tables. Times are text in UTC, `2026-03-01T09:00:00.000000+00:00`, so that they sort and hash alike everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Moment(sa.types.TypeDecorator[datetime]):
    """A UTC time kept as text of one length."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """A time with a zone, as text; a time without one is our own mistake."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """The text, as a time in UTC."""
        return datetime.fromisoformat(value) if value else None


metadata = sa.MetaData()

head = sa.Table(
    "head",
    metadata,
    sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("versions", sa.JSON, nullable=False),
)

data_files = sa.Table(
    "data_files",
    metadata,
    sa.Column("table", sa.String(120), primary_key=True),
    sa.Column("path", sa.String(400), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer),
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("import_id", sa.String(32), nullable=False, unique=True),
    sa.Column("state", sa.String(8), sa.CheckConstraint("state IN ('writing', 'done', 'failed')"), nullable=False, index=True),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("reader", sa.String(200), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("started", Moment, nullable=False),
    sa.Column("finished", Moment),
    sa.Column("account", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("tables", sa.JSON, nullable=False),
    sa.Column("withdrawn", sa.Integer),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("pseudonym", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("tool", sa.String(40), nullable=False),
    sa.Column("person", sa.Boolean, nullable=False),
    sa.Column("same_as", sa.String(40)),
    sa.Column("import_id", sa.String(32), nullable=False),
)

definitions = sa.Table(
    "definitions",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("in_use", sa.Boolean, nullable=False),
)

uses = sa.Table(
    "uses",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

scorings = sa.Table(
    "scorings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
    sa.Column("head", sa.Integer, nullable=False),
    sa.Column("as_of", Moment, nullable=False),
    sa.Column("grain", sa.String(40), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("prev", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)
