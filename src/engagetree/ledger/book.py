"""The ledger as one value: a connection recipe and the few questions and acts that the house needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engagetree.errors import WorkspaceError
from engagetree.ledger import audit, definitions, imports, schema
from engagetree.ledger.connect import engine_for, reading, still_engine, url_of, writing
from engagetree.ledger.migrate import migrate
from engagetree.ledger.rows import AuditLine, DataFile, DefinitionRow, Head, ImportRow, PersonRow, ScoringRow, Settlement, UseRow


@dataclass(frozen=True)
class Ledger:
    """A ledger on SQLite or PostgreSQL. Every act is one transaction that is on the disk when the call returns."""

    engine: sa.Engine

    @classmethod
    def open(cls, place: str | Path, create: bool = False) -> Ledger:
        """The ledger at a path or URL, brought to this release's schema. WorkspaceError where there is none and `create` is false."""
        url = url_of(place)
        path = Path(sa.make_url(url).database or "") if url.startswith("sqlite") else None
        if path and not create and not path.exists():
            raise WorkspaceError(str(path), "there is no ledger", "Make a workspace with `engagetree init`, or give the path of one.")
        return cls(_ready(url, path))

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()

    # what may be seen

    def head(self) -> Head:
        """The state of the lake that readers may see."""
        with reading(self.engine) as connection:
            return imports.read_head(connection)

    def inventory(self) -> tuple[Head, list[DataFile]]:
        """The head and its live files with their hashes, as of one moment."""
        with reading(self.engine) as connection:
            return imports.read_head(connection), imports.live_files(connection)

    # imports

    def imports(self, state: str | None = None) -> list[ImportRow]:
        """Every writing of the lake in the order in which they began, or those in one state; `done` leaves out what was withdrawn."""
        table = schema.imports
        stands = [table.c.withdrawn.is_(None)] if state == "done" else []
        with reading(self.engine) as connection:
            return imports.select_imports(connection, *([table.c.state == state, *stands] if state else []))

    def done_import(self, sha256: str, reader_key: str, begins: bool = False) -> ImportRow | None:
        """The import that already took this very file with this very reader and column map, or one whose key begins like that."""
        table = schema.imports
        with reading(self.engine) as connection:
            by = table.c.reader.startswith(reader_key, autoescape=True) if begins else table.c.reader == reader_key
            same = (table.c.sha256 == sha256, by, table.c.state == "done", table.c.sha256 != "")
            return next(iter(imports.select_imports(connection, *same, table.c.withdrawn.is_(None))), None)

    def done_among(self, files: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these (sha256, reader key) that an import took already."""
        table, wanted = schema.imports, set(files)
        with reading(self.engine) as connection:
            parts = imports.batched(sorted({digest for digest, _ in wanted}), 500)
            stands = (table.c.state == "done", table.c.withdrawn.is_(None))
            rows = [r for part in parts for r in imports.select_imports(connection, table.c.sha256.in_(part), *stands)]
            return {(row.sha256, row.reader) for row in rows} & wanted

    def digests_among(self, digests: Iterable[str]) -> set[str]:
        """Those of these files (sha256) that some import took already, however it read them."""
        column = schema.imports.c.sha256
        with reading(self.engine) as connection:
            parts = imports.batched(sorted(set(digests)), 500)
            return {d for part in parts for d in connection.scalars(sa.select(column).where(column.in_(part)))}

    def announce(self, what: str, source: str = "", sha256: str = "", reader: str = "", who: str = "") -> ImportRow:
        """A new import in the state 'writing'. Only the holder of the writer lock calls this and the next three."""
        with writing(self.engine) as connection:
            return imports.announce(connection, {"what": what, "source": source, "sha256": sha256, "reader": reader, "who": who})

    def announce_all(self, several: Sequence[Mapping[str, str]]) -> list[ImportRow]:
        """Several in one transaction, in their order: each what, source, sha256, reader and who."""
        with writing(self.engine) as connection:
            return [imports.announce(connection, about) for about in several]

    def settle(self, change: Settlement) -> Head:
        """The commit point: import done, head moved, files listed, audit line, all in one transaction."""
        with writing(self.engine) as connection:
            return imports.settle(connection, change)

    def fail(self, import_id: str, why: str) -> None:
        """The import came to nothing and left nothing behind."""
        with writing(self.engine) as connection:
            imports.fail(connection, [import_id], why)

    def swept(self, import_ids: Iterable[str], versions: Mapping[str, int], why: str) -> None:
        """The lake is back at the head; `versions` are the tables whose version number changed by that."""
        with writing(self.engine) as connection:
            imports.swept(connection, list(import_ids), versions, why)

    # people

    def people(self, pseudonyms: Iterable[str] | None = None) -> list[PersonRow]:
        """What tools know people by: everybody, or those of these pseudonyms. The one place with names and addresses."""
        table = schema.people
        with reading(self.engine) as connection:
            if pseudonyms is None:
                return [PersonRow(**row._mapping) for row in connection.execute(sa.select(table).order_by(table.c.pseudonym))]
            parts = imports.batched(sorted(set(pseudonyms)), 500)
            found = [row for part in parts for row in connection.execute(sa.select(table).where(table.c.pseudonym.in_(part)))]
            return [PersonRow(**row._mapping) for row in found]

    # definitions and scorings

    def definitions(self) -> list[DefinitionRow]:
        """Every version, oldest first."""
        with reading(self.engine) as connection:
            return definitions.select_definitions(connection)

    def current_definition(self) -> DefinitionRow | None:
        """The version in use, or None before the first."""
        with reading(self.engine) as connection:
            return next(iter(definitions.select_definitions(connection, schema.definitions.c.in_use.is_(True))), None)

    def add_definition(self, fingerprint: str, text: str, who: str = "", reason: str = "", use: bool = False) -> DefinitionRow:
        """Keeps a version; the same fingerprint again changes nothing. `use` also puts it in use, in the same transaction."""
        with writing(self.engine) as connection:
            row = definitions.add(connection, fingerprint, text, who, reason)
            return definitions.use(connection, fingerprint, who, reason) if use else row

    def use_definition(self, fingerprint: str, who: str = "", reason: str = "") -> DefinitionRow:
        """Puts a kept version in use. NotFound where it was never added."""
        with writing(self.engine) as connection:
            return definitions.use(connection, fingerprint, who, reason)

    def uses(self) -> list[UseRow]:
        """Each time that a version was put in use, with who, when and why; oldest first."""
        with reading(self.engine) as connection:
            return definitions.select_uses(connection)

    def scorings(self) -> list[ScoringRow]:
        """Every scoring, oldest first."""
        columns = [column for column in schema.scorings.c if column.name != "id"]
        with reading(self.engine) as connection:
            return [ScoringRow(**row._mapping) for row in connection.execute(sa.select(*columns).order_by(schema.scorings.c.id))]

    # audit and facts

    def audit(self) -> list[AuditLine]:
        """Every line, oldest first."""
        with reading(self.engine) as connection:
            return audit.lines(connection)

    def note(self, who: str, action: str, **detail: Any) -> AuditLine:
        """Adds a line about an act that changes nothing else in the ledger."""
        with writing(self.engine) as connection:
            return audit.write_line(connection, who, action, **detail)

    def verify_audit(self) -> list[str]:
        """Where the chain is broken, in words; empty where it is whole."""
        with reading(self.engine) as connection:
            return audit.breaks(connection)

    def damage(self) -> list[str]:
        """What is wrong with the ledger itself, in words: the database's own check and the audit chain."""
        with reading(self.engine) as connection:
            sqlite = connection.dialect.name == "sqlite"
            said = connection.execute(sa.text("PRAGMA integrity_check")).scalars().all() if sqlite else []
            return [f"ledger: {line}" for line in said if line != "ok"] + audit.breaks(connection)

    def fact(self, key: str, default: Any = None) -> Any:
        """A remembered JSON value."""
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(schema.facts.c.value).where(schema.facts.c.key == key)).one_or_none()
            return default if row is None else row.value

    def set_fact(self, key: str, value: Any) -> None:
        """Remembers a JSON value; what must move together with the head goes through `Change.set_fact` instead."""
        with writing(self.engine) as connection:
            audit.remember(connection, key, value)


def _ready(url: str, path: Path | None) -> sa.Engine:
    engine = engine_for(url)
    try:
        migrate(engine)
    except WorkspaceError:
        engine.dispose()
        if path is None or not _only_readable(path):
            raise
        engine = still_engine(path)
        migrate(engine)
    return engine


def _only_readable(path: Path) -> bool:
    """Whether a ledger lies where nothing can be written and nothing is waiting in its WAL."""
    with suppress(OSError):
        waiting = path.with_name(path.name + "-wal")
        return path.exists() and not _writable(path.parent) and not (waiting.exists() and waiting.stat().st_size)
    return False


def _writable(folder: Path) -> bool:
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
