"""What the ledger holds, as frozen values. Every time is UTC with its zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Head:
    """The state of the lake that readers may see: one Delta version for each table, and a number that grows with every change."""

    seq: int
    versions: Mapping[str, int]


@dataclass(frozen=True)
class ImportRow:
    """One writing of the lake, whatever it was for; `seq` is the order in which they began."""

    seq: int
    import_id: str
    state: str  # writing | done | failed
    what: str  # import | fold | score | upkeep | …
    source: str
    sha256: str  # of the source, or empty
    reader: str  # key of the reader and its column map, or empty
    who: str
    started: datetime
    finished: datetime | None
    account: dict[str, Any] = field(default_factory=dict)  # read = kept + merged + refused
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)  # the Delta version that it wrote, for each table it touched
    withdrawn: int | None = None  # the head that no longer has its rows


@dataclass(frozen=True)
class PersonRow:
    """What a tool knows somebody by, and the pseudonym that stands for it everywhere else. Not a participant yet: see `identities`."""

    pseudonym: str
    kind: str  # email | account | login | id | name
    value: str
    name: str | None  # as the tool shows it
    tool: str
    person: bool  # false: a phone, a device, a bot, somebody anonymous
    import_id: str  # where it was seen first
    same_as: str | None = None  # another handle that a row of the tool gave for the same person


@dataclass(frozen=True)
class DefinitionRow:
    """One version of the programme's definition, with the reason for it. At most one is in use."""

    fingerprint: str
    text: str
    who: str
    at: datetime
    reason: str
    in_use: bool


@dataclass(frozen=True)
class UseRow:
    """One time that a version was put in use; it was, until the next row."""

    fingerprint: str
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class ScoringRow:
    """One scoring: under which definition, from which head, as of when, and for which grain."""

    fingerprint: str
    head: int
    as_of: datetime
    grain: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditLine:
    """One act. `hash` covers the line and the hash before it, so that no line can be changed, dropped or swapped unseen."""

    id: int
    at: str
    who: str
    action: str
    detail: str  # JSON object
    prev: str
    hash: str


@dataclass(frozen=True)
class DataFile:
    """One parquet file of the lake; `path` is relative to the table's folder, `removed` the head that no longer has it."""

    table: str
    path: str
    sha256: str
    bytes: int
    rows: int
    added: int = 0
    removed: int | None = None


@dataclass(frozen=True)
class Beside:
    """A further import that becomes true with a settlement."""

    import_id: str
    account: Mapping[str, Any]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Settlement:
    """Everything that becomes true in the one transaction that moves the head."""

    import_id: str
    versions: Mapping[str, int]  # of the tables that changed
    added: tuple[DataFile, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()  # (table, path)
    account: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    remembered: Mapping[str, Any] = field(default_factory=dict)  # rows of the table `facts`
    withdrawn: tuple[str, ...] = ()  # imports whose rows go
    people: tuple[PersonRow, ...] = ()  # those known already stay as they are, but may gain a name
    scorings: tuple[ScoringRow, ...] = ()  # their `head` and `at` are filled in here
    besides: tuple[Beside, ...] = ()  # imports that landed in the same change
