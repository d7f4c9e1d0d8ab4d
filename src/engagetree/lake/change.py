"""A change in the making: which files are new, which are replaced, what is to be remembered with them. Nothing of it is visible yet."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from engagetree.lake.delta import LakeFile
from engagetree.lake.names import checked_table, partition_folder
from engagetree.lake.snapshot import Snapshot
from engagetree.ledger import ImportRow, PersonRow, ScoringRow
from engagetree.ledger.rows import now


class Staged(NamedTuple):
    """A place that was given out for one parquet file."""

    table: str
    partition: str | None
    path: Path


@dataclass
class Part:
    """One row of the ledger that a change makes true, with what is told of it."""

    row: ImportRow
    account: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Change:
    """Handed out by `Lake.write`; becomes visible as a whole when the block ends, or not at all."""

    row: ImportRow
    snapshot: Snapshot  # the state that it builds on
    staged: list[Staged] = field(default_factory=list)
    replaced: dict[str, dict[str, LakeFile]] = field(default_factory=dict)
    announce: Callable[[Sequence[Mapping[str, str]]], list[ImportRow]] | None = None  # makes further rows of the ledger
    told: Part = field(init=False)
    besides: list[Part] = field(default_factory=list)  # imports that land with it
    moved: dict[str, int] = field(default_factory=dict)  # tables whose version upkeep moved without touching a row
    remembered: dict[str, Any] = field(default_factory=dict)
    people: list[PersonRow] = field(default_factory=list)  # whom its rows are about
    withdrawn: list[str] = field(default_factory=list)  # imports whose rows go with this change
    scorings: list[ScoringRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.told = Part(self.row)

    def part(self) -> Part:
        """Its own row of the ledger."""
        return self.told

    def beside(self, others: Sequence[Mapping[str, str]]) -> list[Part]:
        """Further imports (source, sha256, reader) that become visible with this change, or not at all. Each can be withdrawn alone."""
        if others and self.announce is None:
            raise RuntimeError("this change stands alone")
        own = {"what": self.row.what, "who": self.row.who}
        self.besides += [Part(row) for row in self.announce([{**own, **o} for o in others])] if self.announce and others else []
        return self.besides

    @property
    def import_id(self) -> str:
        """The id of this change, for the column `import_id`."""
        return self.row.import_id

    @property
    def import_ids(self) -> list[str]:
        """That id, and those of the imports that land with it."""
        return [self.import_id, *(p.row.import_id for p in self.besides)]

    @property
    def seq(self) -> int:
        """Its running number, for the column `seq`: of two rows with one key the higher is valid."""
        return self.row.seq

    def new_file(self, table: str, partition: str | None = None) -> Path:
        """Where to write one parquet file; its folder is there. It counts if it exists and has rows when the block ends."""
        inside = partition_folder(checked_table(table), partition)
        path = self.snapshot.folder / table / inside / f"part-{uuid.uuid4().hex}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.staged.append(Staged(table, partition, path))
        return path

    def replace(self, table: str, partitions: Collection[str] | None = None) -> None:
        """The live files of these partitions, or of the whole table, go in the same step in which the new ones come."""
        self.replace_files(table, self.snapshot.listed(table, partitions))

    def replace_files(self, table: str, files: Iterable[LakeFile]) -> None:
        """These live files go in the same step."""
        self.replaced.setdefault(table, {}).update({file.path: file for file in files})

    def account(self, account: Mapping[str, Any]) -> None:
        """Adds to the account of rows (read = kept + merged + refused) in the ledger's row of this change."""
        self.told.account.update(account)

    def facts(self, facts: Mapping[str, Any]) -> None:
        """Adds further facts to the ledger's row of this change."""
        self.told.facts.update(facts)

    def set_fact(self, key: str, value: Any) -> None:
        """A fact of the ledger that moves together with the head."""
        self.remembered[key] = value

    def scoring(self, fingerprint: str, as_of: datetime, grain: str, facts: Mapping[str, Any] | None = None) -> None:
        """A scoring, listed together with the head that it made."""
        self.scorings.append(ScoringRow(fingerprint, 0, as_of, grain, now(), dict(facts or {})))

    def bytes_staged(self) -> int:
        """Bytes of the files written so far."""
        return sum(place.path.stat().st_size for place in self.staged if place.path.exists())

    def discard(self) -> None:
        """Deletes the files written so far."""
        for place in self.staged:
            place.path.unlink(missing_ok=True)
