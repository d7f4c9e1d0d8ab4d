"""What the checks on registers look at, and how a finding about many records is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engagetree.research.definition_years import Calendar
from engagetree.research.model import Guarded, Severity

SHOWN = 5
"""Records that a finding names."""


@dataclass(frozen=True)
class Looked:
    """What the checks look at. `sources` have every record, also those that stand for another; `ever` are the rows of all imports."""

    con: Any
    sources: Mapping[str, str]
    ever: Mapping[str, str]
    duplicates: Sequence[Mapping[str, Any]]
    calendar: Calendar
    today: date

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        found: list[tuple[Any, ...]] = self.con.execute(query).fetchall()
        return found

    def ids(self, query: str) -> tuple[int, list[str]]:
        """How many rows a query has, and the first of their first column."""
        n, some = self.rows(f"SELECT count(*), min(k, {SHOWN}) FROM ({query}) q(k)")[0]
        return int(n), [str(k) for k in some or []]


def said(rule: str, severity: Severity, n: int, some: Sequence[str], what: str, found: str, do: str) -> Guarded:
    """A finding about so many records, the first of them by name. `what` is one|many, and so is every <verb|verbs> in `found`."""
    named = ", ".join(some[:SHOWN]) + (f" and {n - min(n, SHOWN):,} more" if n > SHOWN else "")
    one, many = what.split("|")
    verbs = re.sub(r"<([^|>]*)[|]([^>]*)>", lambda m: m[1] if n == 1 else m[2], found)
    return Guarded(rule, severity, f"{n:,} {one if n == 1 else many}", f"{verbs}: {named}" if named else verbs, do)


def unless_none(looked: Looked, query: str, rule: str, severity: Severity, what: str, found: str, do: str) -> Iterator[Guarded]:
    n, some = looked.ids(query)
    if n:
        yield said(rule, severity, n, some, what, found, do)
