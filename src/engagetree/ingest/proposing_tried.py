"""A proposed map tried on its file: what would become of every row, and the first three as they would lie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engagetree.engine import connect_duckdb, quoted
from engagetree.errors import EngagetreeError
from engagetree.ingest.account import Account
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.readers import stage
from engagetree.ingest.shape import targets

FIRST = 3
"""Rows that are shown."""
ADDRESS = re.compile(r"([^\s:|,;<>\"]?)[^\s:|,;<>\"@]*@([^\s|,;<>\"]+)")
NAME = re.compile(r"((?:name|login|account):roster:)(.)[^|]*")


@dataclass(frozen=True)
class Tried:
    """`account` is that of a dry run, None where there could not be one: then `why` says what is missing. `rows` are the first few kept."""

    account: Account | None
    rows: tuple[Mapping[str, Any], ...] = ()
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        counts = ("read", "kept", "merged", "refused", "reasons", "notes")
        told = {k: getattr(self.account, k) for k in counts} if self.account else {}
        shown = [{"line": r.line, "reason": r.reason} for r in self.account.refusals[:FIRST]] if self.account else []
        return {**told, "first_refused": shown, "rows": list(self.rows), "not_tried": self.why or None}


def tried(path: Path, m: ColumnMap, zone: str | None) -> Tried:
    """A dry run of a map on a file, in a folder of its own; times without a zone are read in `zone`, in UTC where none is known."""
    with TemporaryDirectory() as folder:
        con = connect_duckdb(Path(folder) / "spill")
        try:
            staged = stage(con, path, m, zone or "UTC", Path(folder))
            names = list(targets(m.table))
            picked = ", ".join(f"{quoted(n)}::VARCHAR" for n in names)
            found = con.execute(f"SELECT {picked} FROM {staged.tables[m.table]} ORDER BY line LIMIT {FIRST}").fetchall()
        except EngagetreeError as e:
            return Tried(None, why=f"{e.found}. {e.do}".strip())
        finally:
            con.close()
    rows = tuple({n: masked(v) for n, v in zip(names, row, strict=True) if v is not None} for row in found)
    return Tried(staged.account, rows)


def masked(text: str) -> str:
    """A text in which addresses and names of people are shortened: what is shown may be passed on.

    >>> masked("email:ana.lopez@x.org"), masked("name:roster:ana lopez|A"), masked("p-017")
    ('email:a…@x.org', 'name:roster:a…|A', 'p-017')
    """
    return NAME.sub(r"\1\2…", ADDRESS.sub(r"\1…@\2", text))
