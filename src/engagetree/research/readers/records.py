"""Readers of records: files that are no tables (XML, JSON, YAML), each found by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engagetree.research.readers.mapping import RegisterMap


@dataclass(frozen=True)
class Records:
    """One register's rows as texts under headers. `rows` are (line or number, cells); `broken` (line, reason, kind, text)."""

    map: RegisterMap
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str | None]], ...]
    broken: tuple[tuple[int, str, str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """A kind of record. `recognises` gets the file's first 64 KB as text; the first of what `read` gives is what the account counts."""

    name: str
    about: str
    recognises: Callable[[str], bool]
    read: Callable[[Path], tuple[Records, ...]]
