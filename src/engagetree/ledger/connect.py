"""One way to connect, for the product and for its migrations alike (`durability.md` §2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engagetree.ledger.trouble import ledger_trouble

WAIT_SECONDS = 30
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "trusted_schema=OFF")


def url_of(place: str | Path) -> str:
    """The URL of a ledger: a URL as it is, a path as SQLite.

    >>> url_of("/data/spring/ledger.db")
    'sqlite:////data/spring/ledger.db'
    """
    return str(place) if "://" in str(place) else f"sqlite:///{Path(place).absolute()}"


def engine_for(url: str) -> sa.Engine:
    """An engine by the recipe: on SQLite WAL, synchronous=FULL, and transactions that we begin ourselves."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url)
    engine = sa.create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def still_engine(path: Path) -> sa.Engine:
    """An engine for a SQLite file in a folder where nothing can be written: no lock, no WAL. Only while nobody writes there."""
    engine = sa.create_engine(f"sqlite:///file:{path.absolute()}?mode=ro&immutable=1&uri=true")
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin ourselves: then DDL rolls back too
    connection.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A read-only transaction: one consistent view, never waits for a writer."""
    with ledger_trouble(engine.url), engine.execution_options(reads=True).connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that takes the write lock at once and is on the disk when this returns."""
    with ledger_trouble(engine.url), engine.begin() as connection:
        yield connection
