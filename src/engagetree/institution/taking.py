"""A file becomes rows of registers: one change of the lake, with the account of every row."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagetree.engine import connect_duckdb, literal, parquet, quoted
from engagetree.ingest import Account
from engagetree.ingest.opened import Opened
from engagetree.ingest.opened import fresh as fresh_cells
from engagetree.ingest.refused import Refused, keep_refused
from engagetree.institution.opening import Part, Way, drop
from engagetree.institution.sources import current, repeats, same
from engagetree.lake import Change, Lake
from engagetree.ledger.pseudonyms import pseudonym_sql
from engagetree.pipeline import SLACK, Taken, digest_of, size_of
from engagetree.research.duplicates import DUPLICATES, duplicates
from engagetree.research.readers.given import Asked, Judged
from engagetree.research.readers.judge import judge
from engagetree.research.readers.shape import SCHEMAS, kinds

if TYPE_CHECKING:
    from engagetree.institution.office import Office

OnWait = Callable[[str], None] | None
Overlaps = dict[str, list[int]]
"""Register → the imports that say something of a row which an earlier one had: see `sources.State`."""


@dataclass(frozen=True)
class Incoming:
    """Something to be taken: a file, or an event of engagetree. `key` tells ways of reading apart in the ledger."""

    name: str
    digest: str
    bytes: int
    key: str
    parts: Callable[[Any], tuple[Part, ...]]


@dataclass(frozen=True)
class Arrived:
    """What came before it is written: rows by register in temporary tables, and the account as far as the file itself goes."""

    judged: tuple[Judged, ...]
    account: Account


def of_file(path: Path, how: Way, key: str) -> Incoming:
    """A file to be taken in this way."""
    return Incoming(path.name, digest_of(path), size_of(path), key, lambda con: how.parts(con, path))


def take(office: Office, what: Incoming, asked: Asked, *, who: str, on_wait: OnWait = None, dry_run: bool = False) -> Taken:
    """Bring it into the registers; the same the same way twice changes nothing, an overlapping one adds only what is new."""
    stores = (office.lake, office.reach)
    for lake in stores:
        if before := lake.ledger.done_import(what.digest, what.key):
            return Taken(_known(what.name, before.account), before.import_id, known=True)
    office.lake.require_space(2 * what.bytes + SLACK)
    with _work(office.root) as con:
        parts = what.parts(con)
        lake = stores[parts[0].map.register == "reach"]
        arrived = _arrive(con, parts, asked, what.name, lake.root / "refused")
        drop(con, parts)
        _pseudonyms(con, office, arrived)
        if dry_run:
            return Taken(arrived.account.settled(_settled(con, lake, None, arrived)), "")
        with lake.write("import", source=what.name, sha256=what.digest, reader=what.key, who=who, on_wait=on_wait) as change:
            if before := lake.ledger.done_import(what.digest, what.key):
                return Taken(_known(what.name, before.account), before.import_id, known=True)
            account = arrived.account.settled(_settled(con, lake, change, arrived))
            _write(con, lake, change, arrived, what.name)
            change.account(account.to_dict() | {"refusals": []})
            return Taken(account, change.import_id)


def _known(name: str, account: Mapping[str, Any]) -> Account:
    read = int(account.get("read", 0))
    return Account(name, read, 0, read, 0, notes=("this very file was imported before; nothing is changed",))


@contextmanager
def _work(root: Path) -> Iterator[Any]:
    """A DuckDB and a folder that only the owner can look into, gone afterwards: ids that were given lie there meanwhile."""
    with ExitStack() as stack:
        scratch = Path(tempfile.mkdtemp(prefix="taking-", dir=root))
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        con = connect_duckdb(scratch)
        stack.callback(con.close)
        yield con


def _arrive(con: Any, parts: tuple[Part, ...], asked: Asked, name: str, refused_folder: Path) -> Arrived:
    judged = tuple(judge(con, part.given(name), part.map, _filling(asked, part)) for part in parts)
    main, opened = judged[0], parts[0].opened
    refused = _refused(con, opened, main, name, refused_folder)
    notes = [*parts[0].notes, *main.notes]
    if main.ignored:
        notes.append(f"columns ignored: {', '.join(main.ignored)}")
    for part, one in zip(parts[1:], judged[1:], strict=True):
        notes += [*part.notes, *one.notes]
        if one.refused:
            reasons = con.execute(f"SELECT reason, count(*) FROM {one.bad} GROUP BY 1 ORDER BY 2 DESC LIMIT 3").fetchall()
            notes.append(f"{one.register}: {one.refused:,} rows could not be taken ({'; '.join(str(r) for r, _ in reasons)})")
    account = Account(
        source=name,
        read=main.read + len(opened.broken),
        kept=main.kept,
        merged=main.merged,
        refused=main.refused + len(opened.broken),
        by_table={j.register: j.kept for j in judged},
        refusals=refused.first,
        reasons=refused.reasons,
        refused_file=refused.file,
        notes=tuple(dict.fromkeys(notes)),
        derived=tuple(j.register for j in judged[1:]),
    )
    return Arrived(judged, account)


def _filling(asked: Asked, part: Part) -> Asked:
    """Only what this register has a column for."""
    have = kinds(part.map.register)
    return replace(asked, fill={c: t for c, t in asked.fill.items() if c in have})


def _refused(con: Any, opened: Opened, judged: Judged, name: str, folder: Path) -> Refused:
    """The refused rows by line, in a file that can be mended and imported again by the same map."""
    if not (judged.refused or opened.broken):
        return Refused((), {}, None)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    by_line = fresh_cells("by_line")
    con.execute(
        f"CREATE TEMP TABLE {by_line} AS SELECT line, first(kind ORDER BY part) AS kind, string_agg(reason, '; ' ORDER BY part) AS reason "
        f"FROM {judged.bad} GROUP BY line"
    )
    kept = keep_refused(con, opened, by_line, folder, name)
    con.execute(f"DROP TABLE {by_line}")
    if kept.file:
        kept.file.chmod(0o600)
    return kept


def _pseudonyms(con: Any, office: Office, arrived: Arrived) -> None:
    """No id that was given goes on from here."""
    for one in arrived.judged:
        if one.register in ("attendances", "reach"):
            made = pseudonym_sql(office.key(one.register), "person")
            people = fresh_cells("people")
            con.execute(f"CREATE TEMP TABLE {people} AS SELECT person, {made} AS known_as FROM (SELECT DISTINCT person FROM {one.table})")
            joined = f"SELECT t.* REPLACE (p.known_as AS person) FROM {one.table} t LEFT JOIN {people} p ON p.person = t.person"
            con.execute(f"CREATE TEMP TABLE {people}_known AS {joined}")
            con.execute(f"DROP TABLE {one.table}")
            con.execute(f"DROP TABLE {people}")
            con.execute(f"ALTER TABLE {people}_known RENAME TO {one.table}")


# ---- against the lake


def _stands(con: Any, lake: Lake, change: Change | None, register: str) -> str | None:
    snapshot = change.snapshot if change else lake.snapshot()
    files = snapshot.files(register)
    if not files:
        return None
    return current(files, register, SCHEMAS[register], lake.ledger.fact("overlaps") or {})


def _settled(con: Any, lake: Lake, change: Change | None, arrived: Arrived) -> dict[str, int]:
    """Puts aside the rows that say nothing new; how many of each register. A row without a person is one more person, and stays."""
    merged = {}
    for one in arrived.judged:
        valid = _stands(con, lake, change, one.register)
        if valid is None:
            continue
        before = _count(con, one.table)
        alike = " AND ".join(f"k.{quoted(c)} IS NOT DISTINCT FROM s.{quoted(c)}" for c in kinds(one.register))
        known = "s.person IS NOT NULL" if one.register == "attendances" else "TRUE"
        on = f"{same(one.register, SCHEMAS[one.register], 's', 'k')} AND {alike}"
        again = f"SELECT s.*, s.rowid AS staged_at FROM {one.table} s SEMI JOIN {valid} k ON {on} WHERE {known}"
        con.execute(f"CREATE TEMP TABLE {_aside(one)} AS {again}")
        con.execute(f"DELETE FROM {one.table} WHERE rowid IN (SELECT staged_at FROM {_aside(one)})")
        merged[one.register] = before - _count(con, one.table)
    return merged


def _aside(one: Judged) -> str:
    """The rows that said again what stood there: needed when what stood there is withdrawn."""
    return f"{one.table}_again"


def _write(con: Any, lake: Lake, change: Change, arrived: Arrived, source: str) -> None:
    """Writes the staged rows, which earlier imports they say something of, and beside the register what was said again."""
    overlaps: Overlaps = dict(lake.ledger.fact("overlaps") or {})
    for one in arrived.judged:
        if change.snapshot.files(one.register) and _count(con, _aside(one)):
            _copy(con, _aside(one), one.register, change, source, change.new_file(repeats(one.register)))
        if not _count(con, one.table):
            continue
        known = change.snapshot.files(one.register)
        if known and _overlap(con, one, known):
            overlaps[one.register] = [*overlaps.get(one.register, []), change.seq]
        target = change.new_file(one.register)
        _copy(con, one.table, one.register, change, source, target)
        if one.register == "activities":
            find_duplicates(con, change, [*known, str(target)], overlaps)
    if overlaps:
        change.set_fact("overlaps", overlaps)


def _overlap(con: Any, one: Judged, known: list[str]) -> bool:
    on = same(one.register, SCHEMAS[one.register], "s", "k")
    return bool(con.execute(f"SELECT 1 FROM {one.table} s SEMI JOIN {parquet(known)} k ON {on} LIMIT 1").fetchall())


def _copy(con: Any, table: str, register: str, change: Change, source: str, target: Path) -> None:
    schema = SCHEMAS[register]
    stamp = f"{literal(source)} AS source, {literal(change.import_id)} AS import_id, {change.seq}::BIGINT AS seq"
    names = ", ".join(quoted(n) for n in schema.names)
    first = next(iter(kinds(register)))
    query = f"SELECT {names} FROM (SELECT *, {stamp} FROM {table}) ORDER BY {quoted(first)}"
    con.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")


def find_duplicates(con: Any, change: Change, files: list[str], overlaps: Overlaps) -> None:
    """The list of records that stand for another one's event, made anew."""
    activities = current(files, "activities", SCHEMAS["activities"], overlaps)
    names = ", ".join(quoted(n) for n in DUPLICATES.names)
    stamp = f"{literal(change.import_id)} AS import_id, {change.seq}::BIGINT AS seq"
    change.replace("duplicates")
    target = change.new_file("duplicates")
    query = f"SELECT {names} FROM (SELECT *, {stamp} FROM ({duplicates(activities)}))"
    con.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")


def _count(con: Any, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
