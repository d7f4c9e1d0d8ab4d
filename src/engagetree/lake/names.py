"""Names of tables and of their partitions, which become names of folders."""

from __future__ import annotations

import re

import pyarrow as pa

from engagetree.tables import LAKE, PARTITION

TABLE = re.compile(r"[a-z][a-z0-9_]*(-[A-Za-z0-9._]+)*")
VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # nothing that a folder, a URL or Delta would write differently


def checked_table(table: str) -> str:
    """The name itself; ValueError where it cannot be a folder."""
    if not TABLE.fullmatch(table):
        raise ValueError(f"{table!r} cannot name a table of the lake: small letters, digits and _, then parts set off by -")
    return table


def partition_column(table: str) -> str | None:
    """The column by which a table's files are split, or None.

    >>> partition_column("scores-4f2a"), partition_column("roster")
    ('period', None)
    """
    return PARTITION.get(table.partition("-")[0])


def fixed_schema(table: str) -> pa.Schema | None:
    """The schema that the house fixes for a table, or None where its first file decides."""
    return LAKE.get(table)


def partition_folder(table: str, partition: str | None) -> str:
    """Where a file of this partition lies inside the table's folder.

    >>> partition_folder("events", "2026-03-02"), partition_folder("roster", None)
    ('week=2026-03-02', '')
    """
    column = partition_column(table)
    if (column is None) != (partition is None):
        raise ValueError(f"{table} is {'split by ' + column if column else 'not split'}, but partition is {partition!r}")
    if partition is not None and not VALUE.fullmatch(partition):
        raise ValueError(f"{partition!r} cannot name a partition of {table}: letters, digits, '.', '_' and '-' only")
    return f"{column}={partition}" if column else ""
