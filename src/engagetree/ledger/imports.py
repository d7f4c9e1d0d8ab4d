"""Writings of the lake: announced, then settled in the one transaction that moves the head, or failed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from engagetree.ledger import schema
from engagetree.ledger.audit import remember, write_line
from engagetree.ledger.rows import DataFile, Head, ImportRow, PersonRow, Settlement, now


def read_head(connection: sa.Connection) -> Head:
    """The state of the lake that readers may see."""
    row = connection.execute(sa.select(schema.head)).one()
    return Head(row.seq, dict(row.versions))


def move_head(connection: sa.Connection, versions: Mapping[str, int]) -> int:
    """Lets readers see these versions from the end of this transaction on; returns the new number of the head."""
    head = read_head(connection)
    connection.execute(sa.update(schema.head).values(seq=head.seq + 1, versions={**head.versions, **versions}))
    return head.seq + 1


def select_imports(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> list[ImportRow]:
    """Imports in the order in which they began."""
    query = sa.select(schema.imports).where(*where).order_by(schema.imports.c.seq)
    return [ImportRow(**row._mapping) for row in connection.execute(query)]


def announce(connection: sa.Connection, about: Mapping[str, str]) -> ImportRow:
    """A new import in the state 'writing', known to whoever takes the writer lock next. `about`: what, source, sha256, reader, who."""
    import_id = uuid.uuid4().hex
    row = {"import_id": import_id, "state": "writing", "started": now(), "account": {}, "facts": {}, "tables": {}, **about}
    connection.execute(sa.insert(schema.imports), row)
    return select_imports(connection, schema.imports.c.import_id == import_id)[0]


def settle(connection: sa.Connection, change: Settlement) -> Head:
    """The commit point: import done, head moved, files listed, facts remembered, audit line written."""
    seq = move_head(connection, change.versions) if change.versions else read_head(connection).seq
    _list_files(connection, change.added, change.removed, seq)
    table = schema.imports
    for import_id, account, facts in ((change.import_id, change.account, change.facts), *(vars(b).values() for b in change.besides)):
        done = {"state": "done", "finished": now(), "account": dict(account), "facts": dict(facts), "tables": dict(change.versions)}
        query = sa.update(table).where(table.c.import_id == import_id, table.c.state == "writing")
        if connection.execute(query.values(**done)).rowcount != 1:
            raise RuntimeError(f"import {import_id} is not being written")
    for key, value in change.remembered.items():
        remember(connection, key, value)
    if change.withdrawn:
        connection.execute(sa.update(table).where(table.c.import_id.in_(change.withdrawn)).values(withdrawn=seq))
    know(connection, change.people)
    for scoring in change.scorings:
        connection.execute(sa.insert(schema.scorings), {**vars(scoring), "head": seq, "at": now()})
    ids = [change.import_id, *(b.import_id for b in change.besides)]
    for part in batched(ids, 500):
        for row in select_imports(connection, table.c.import_id.in_(part)):
            write_line(connection, row.who, row.what, import_id=row.import_id, source=row.source, head=seq, tables=dict(change.versions))
    return read_head(connection)


def _list_files(connection: sa.Connection, added: Iterable[DataFile], removed: Iterable[tuple[str, str]], seq: int) -> None:
    table = schema.data_files
    if new := [{**vars(file), "added": seq, "removed": None} for file in added]:
        connection.execute(sa.insert(table), new)
    if gone := [{"t": name, "p": path} for name, path in removed]:
        query = sa.update(table).where(table.c.table == sa.bindparam("t"), table.c.path == sa.bindparam("p"))
        connection.execute(query.values(removed=seq), gone)


def know(connection: sa.Connection, people: Iterable[PersonRow]) -> None:
    """Adds whoever is not known yet; who is, and had no name or no fellow handle, gets this one."""
    table = schema.people
    wanted = {p.pseudonym: p for p in people}
    before: dict[str, tuple[str | None, str | None]] = {}
    for part in batched(sorted(wanted), 500):
        before |= {r.pseudonym: (r.name, r.same_as) for r in connection.execute(sa.select(table).where(table.c.pseudonym.in_(part)))}
    if new := [vars(p) for key, p in wanted.items() if key not in before]:
        connection.execute(sa.insert(table), new)
    now = {key: (before[key][0] or p.name, before[key][1] or p.same_as) for key, p in wanted.items() if key in before}
    if told := [{"p": key, "n": name, "s": same} for key, (name, same) in now.items() if (name, same) != before[key]]:
        query = sa.update(table).where(table.c.pseudonym == sa.bindparam("p"))
        connection.execute(query.values(name=sa.bindparam("n"), same_as=sa.bindparam("s")), told)


def batched(values: list[str], size: int) -> list[list[str]]:
    """In parts that a statement can name one by one."""
    return [values[i : i + size] for i in range(0, len(values), size)]


def fail(connection: sa.Connection, import_ids: Iterable[str], why: str) -> None:
    """Imports that came to nothing. The lake must already be back at the head."""
    table, ids = schema.imports, list(import_ids)
    query = sa.update(table).where(table.c.import_id.in_(ids), table.c.state == "writing")
    connection.execute(query.values(state="failed", finished=now(), facts={"why": why}))


def swept(connection: sa.Connection, import_ids: list[str], versions: Mapping[str, int], why: str) -> None:
    """After a sweep: the head names the versions that stand for the old state again, and what was left over is 'failed'."""
    if versions:
        seq = move_head(connection, versions)
        write_line(connection, "", "sweep", imports=import_ids, head=seq, tables=dict(versions))
    fail(connection, import_ids, why)


def live_files(connection: sa.Connection) -> list[DataFile]:
    """The files of the present head with their hashes."""
    table = schema.data_files
    query = sa.select(table).where(table.c.removed.is_(None)).order_by(table.c.table, table.c.path)
    return [DataFile(**row._mapping) for row in connection.execute(query)]
