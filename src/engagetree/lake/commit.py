"""From files in folders to a state that readers see: durable files, one Delta commit for each table, then the ledger.

The order is the whole point: a crash between any two steps leaves readers on the old head.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from engagetree.errors import EngagetreeError
from engagetree.lake import delta
from engagetree.lake.change import Change, Staged
from engagetree.lake.delta import LakeFile
from engagetree.lake.durable import make_durable, seal, together
from engagetree.lake.names import fixed_schema, partition_column
from engagetree.lake.upkeep import summed_up
from engagetree.ledger import Beside, DataFile, Head, Ledger, Settlement

LONG_LOG = 64  # commits that are read at each opening before they are summed up in a checkpoint


@dataclass
class TableChange:
    """What a change does to one table."""

    schema: pa.Schema | None = None  # of its new files
    added: list[tuple[LakeFile, str]] = field(default_factory=list)  # with SHA-256
    removed: list[LakeFile] = field(default_factory=list)


def commit(change: Change, ledger: Ledger) -> Head:
    """Makes a change visible: returns when it would survive a power cut. Raises with the old head still in force."""
    tables = plan(change)
    versions = {table: version for table, what in tables.items() if (version := _write(change, table, what)) is not None}
    return settle(ledger, _settlement(change, tables, change.moved | versions))


def plan(change: Change) -> dict[str, TableChange]:
    """Looks at every staged file: its columns, its rows, its partition; seals those with rows and deletes those without."""
    tables: dict[str, TableChange] = {table: TableChange(removed=list(files.values())) for table, files in change.replaced.items()}
    written = [place for place in change.staged if place.path.exists()]
    footers = [pq.read_metadata(place.path) for place in written]
    for place, footer in zip(written, footers, strict=True):
        _check(change, tables.setdefault(place.table, TableChange()), place, footer)
    full = [(place, footer) for place, footer in zip(written, footers, strict=True) if footer.num_rows]
    digests = together(seal, [place.path for place, _ in full])
    for (place, footer), digest in zip(full, digests, strict=True):
        relative = str(place.path.relative_to(change.snapshot.folder / place.table))
        file = LakeFile(relative, place.partition, footer.num_rows, place.path.stat().st_size)
        tables[place.table].added.append((file, digest))
    for place in set(written) - {place for place, _ in full}:
        place.path.unlink()
    return tables


def _check(change: Change, what: TableChange, place: Staged, footer: pq.FileMetaData) -> None:
    """A file of other columns or in the wrong partition is our own mistake, and must not reach the lake."""
    found = footer.schema.to_arrow_schema()
    want = what.schema or fixed_schema(place.table) or change.snapshot.schema(place.table) or found
    if not delta.same_columns(found, want):
        raise ValueError(f"{place.table}: a new file has the columns {_said(found)}, the table has {_said(want)}")
    what.schema = want
    column = partition_column(place.table)
    if column and (bad := _partitions(footer, found.get_field_index(column)) - {place.partition}):
        raise ValueError(f"{place.table}: a file for {column} {place.partition} also holds {sorted(map(str, bad))[:3]}")


def _said(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} {field.type}" for field in schema)


def _partitions(footer: pq.FileMetaData, index: int) -> set[str | None]:
    """The least and the greatest value of the partition column, where the file says them."""
    chunks = [footer.row_group(number).column(index).statistics for number in range(footer.num_row_groups)]
    return {value for chunk in chunks if chunk is not None and chunk.has_min_max for value in (chunk.min, chunk.max)}


def _write(change: Change, table: str, what: TableChange) -> int | None:
    """One table's commit, durable; its new version, or None where nothing changed."""
    folder, column = change.snapshot.folder / table, partition_column(table)
    base, since = change.snapshot.versions.get(table), change.snapshot.versions.get(table, -1)
    if base is None and what.schema is not None:
        delta.create(folder, what.schema, column)
        base = 0
    elif base is not None and base - delta.last_checkpoint(folder) >= LONG_LOG:
        summed_up(folder, base)
    if base is None or (base == since and not what.added and not what.removed):
        return None
    added = [file for file, _digest in what.added]
    version = delta.commit(folder, base, delta.Actions(column, added, what.removed), change.import_ids) if added or what.removed else base
    make_durable(folder, since, version, [folder / file.path for file in added])
    return version


def _settlement(change: Change, tables: dict[str, TableChange], versions: dict[str, int]) -> Settlement:
    new = [(table, file, digest) for table, what in tables.items() for file, digest in what.added]
    gone = [(table, file.path) for table, what in tables.items() for file in what.removed]
    return Settlement(
        change.import_id,
        versions,
        tuple(DataFile(table, file.path, digest, file.bytes, file.rows) for table, file, digest in new),
        tuple(gone),
        change.told.account,
        change.told.facts,
        change.remembered,
        tuple(change.withdrawn),
        tuple(change.people),
        tuple(change.scorings),
        tuple(Beside(p.row.import_id, p.account, p.facts) for p in change.besides),
    )


def settle(ledger: Ledger, settlement: Settlement) -> Head:
    """The commit point. An error of the ledger does not say that nothing happened: ask it."""
    try:
        return ledger.settle(settlement)
    except EngagetreeError:
        if any(row.import_id == settlement.import_id for row in ledger.imports("done")):
            return ledger.head()
        raise
