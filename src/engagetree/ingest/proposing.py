"""A column map proposed for a file in anyone's layout, from its header and from what all of its rows hold.

p = propose("attendance.csv")
p.open                                        # the lines that somebody must decide
p = p.answered("times.order", "day")
p.yaml()                                      # the map, every line with its reason
p.tried().account                             # what would become of every row

Nothing is guessed: what header and cells do not settle together is proposed as a question. A column is never proposed for what its cells
contradict.
"""

from __future__ import annotations

import codecs
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engagetree.engine import connect_duckdb
from engagetree.errors import EngagetreeError, ImportRefused, near
from engagetree.ingest.formats import form
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.proposing_columns import Draft, drafted
from engagetree.ingest.proposing_lines import Line, data, text
from engagetree.ingest.proposing_looks import View, viewed
from engagetree.ingest.proposing_roles import against, marked
from engagetree.ingest.proposing_tried import Tried, tried
from engagetree.ingest.readers import TABLE, find
from engagetree.ingest.shape import IMPORTED, plain, recognise, targets
from engagetree.ingest.times import check_zone

ROLES = {"time": "time", "number": "amount", "text": "thing", "flag": "act"}
CLOSED = ("table", "times.order", "decimal")
"""Lines that have no other answers than their options."""
ABSENT = "absent"
COLUMNS = ("columns", "constants", "identifiers")


class NoMapNeeded(ImportRefused):
    """The file can be imported as it is."""

    exit_code = 0


@dataclass(frozen=True)
class Proposal:
    """A map for one file. `said` are the answers so far, by the name of the line; an answer makes another proposal."""

    view: View
    said: Mapping[str, str | None] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    zone: str | None = None

    @cached_property
    def _draft(self) -> Draft:
        return drafted(self.view, self.said, self.known, self.zone)

    @property
    def table(self) -> str:
        """The table that the rows are for."""
        return self._draft.table

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the map with its reason."""
        return self._draft.lines

    @property
    def open(self) -> tuple[Line, ...]:
        """The lines that somebody must decide."""
        return tuple(line for line in self.lines if line.open)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said besides."""
        return self._draft.notes

    @property
    def unfilled(self) -> tuple[Line, ...]:
        """Open lines without which the map cannot be read."""
        return tuple(line for line in self.open if line.needed and line.value is None and line.key[0] != "values")

    @property
    def data(self) -> dict[str, Any]:
        """The map as plain data."""
        return data(self.lines)

    def map(self) -> ColumnMap:
        """The map itself. DefinitionError where something that it needs is not filled in."""
        return ColumnMap.of(self.data, f"the proposal for {self.view.path.name}")

    def yaml(self) -> str:
        """The map as YAML, every line with its reason; open lines are marked `# ?`."""
        n = len(self.open)
        told = "Nothing in it is open." if not n else "Lines marked `# ?` are open: decide each of them, then take the mark away."
        notes = [f"Note: {' '.join(note.split())}." for note in self.notes]
        return text(self.lines, [f"A column map for {_shown(self.view.path.name)}, proposed by `engagetree map`. {told}", *notes])

    def tried(self) -> Tried:
        """What would become of every row, and the first three as they would lie. Changes nothing."""
        if any(line.name == "times.order" for line in self.open):
            return Tried(None, why="First say what comes first in its dates.")
        if self.unfilled:
            return Tried(None, why=f"Fill in first: {', '.join(line.name for line in self.unfilled)}.")
        return tried(self.view.path, self.map(), self.zone)

    def answered(self, name: str, answer: str | None) -> Proposal:
        """The proposal after an answer to the line `name`; None says that there is nothing of it. EngagetreeError where that cannot be."""
        answer = answer.strip() if answer and answer.strip() else None
        if name == "encoding" and answer:
            return _again(self, answer)
        if name == "sheet" and answer:
            return replace(self, view=_view(self.view.path, answer, None), said={**self.said, "sheet": answer})
        first, _, rest = name.partition(".")
        if first in COLUMNS:
            return replace(self, said={**self.said, **self._placed(first, rest, name, answer)})
        line = next((k for k in self.lines if k.name == name), None)
        _check(name, answer, line.options if line and name != "table" else IMPORTED)
        if first == "values" and answer == ABSENT:
            answer = None
        return replace(self, said={**self.said, name: answer})

    def _placed(self, first: str, target: str, name: str, answer: str | None) -> dict[str, str | None]:
        """An answer about a column of ours: a header of the file, or one value for all rows."""
        headers = [k.header for k in self.view.looks]
        if answer is None:
            return {name: None}
        if answer not in headers and (folded := [h for h in headers if h.casefold() == answer.casefold()]):
            answer = folded[0]
        kind = targets(self.table).get(target, "text")
        look = self.view.look(answer)
        if look is None:
            if first == "identifiers" or target in ("participant", "value"):
                raise EngagetreeError(
                    f"“{answer}”", "the file has no such column", near(answer, headers) or f"It has: {', '.join(headers[:12])}."
                )
            _check_value(target, kind, answer)
            return {f"constants.{target}": answer}
        said = against(ROLES[kind] if target not in ("participant", "kind") else {"participant": "person", "kind": "act"}[target], look)
        if said and not (target == "value" and marked(look)):
            raise EngagetreeError(f"“{answer}”", said, f"It cannot be `{target}`.")
        return {f"{'identifiers' if first == 'identifiers' else 'columns'}.{target}": answer}

    def to_dict(self) -> dict[str, Any]:
        """For machines: the map, its lines, what is open, and the dry run."""
        return {
            "file": str(self.view.path),
            "table": self.table,
            "map": self.data,
            "lines": [line.to_dict() for line in self.lines],
            "open": [line.to_dict() for line in self.open],
            "ready": not self.open,
            "notes": list(self.notes),
            "dry_run": self.tried().to_dict(),
        }


def propose(
    path: str | Path, table: str | None = None, *, zone: str | None = None, sheet: str | None = None, known: Collection[str] = ()
) -> Proposal:
    """A column map for a CSV, XLSX or Parquet file.

    `table` says which table the rows are for, where that is known; `zone` is the programme's; `known` are ids of participants, by which the
    column of people is found. Raises ImportRefused for a file that cannot be read, has no header or is empty; NoMapNeeded for one that can
    be imported as it is (where a reader knows it, only if no `table` is given).
    """
    path = Path(path)
    if table is not None and table not in IMPORTED:
        raise EngagetreeError(f"table {table}", "there is no such table", near(table, IMPORTED) or f"One of {', '.join(IMPORTED)}.")
    try:
        reader = find(path)
    except ImportRefused:
        if path.is_dir():
            raise ImportRefused(str(path), "it is a folder, where one file is needed", "Name a CSV, XLSX or Parquet file.") from None
        raise
    if table is None and reader.name != TABLE.name:
        found = f"it needs no map, for the reader {reader.name} knows it ({reader.about})"
        do = f"Import it as it is: {_command(path)}. To map it all the same, name the table with --as."
        raise NoMapNeeded(path.name, found, do)
    if form(path) in ("folder", "zip"):
        raise ImportRefused(path.name, f"it is a {form(path)}, where one file is needed", "Name a CSV, XLSX or Parquet file.")
    made = Proposal(_view(path, sheet, None), {"table": table} if table else {}, frozenset(known), zone)
    if table is None and _ours(made):
        found = f"it needs no map, for its header has our own names, of {made.table}"
        raise NoMapNeeded(path.name, found, f"Import it as it is: {_command(path)}.")
    return made


def _view(path: Path, sheet: str | None, encoding: str | None) -> View:
    with TemporaryDirectory() as folder:
        con = connect_duckdb(Path(folder) / "spill")
        try:
            return viewed(con, path, Path(folder), sheet, encoding)
        finally:
            con.close()


def _again(before: Proposal, encoding: str) -> Proposal:
    """The same answers on the file read in another encoding."""
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise EngagetreeError(f"encoding {encoding}", "it is not known", "Known are cp1252, cp1250, latin-1, utf-16 and others.") from None
    view = before.view if before.view.encoding == encoding else _view(before.view.path, before.view.sheet, encoding)
    return replace(before, view=view, said={**before.said, "encoding": encoding})


def _ours(made: Proposal) -> bool:
    """Whether the file can be imported by its own header, and nothing in it is open."""
    headers = [k.header for k in made.view.looks]
    settled = all(line.name == "constants.item" for line in made.open)  # in a file of ours an act without an item is meant so
    own = recognise(headers) == made.table and settled and not {"decimal", "encoding"} & set(made.data)
    own = own and all(k == v for pairs in made.data.get("values", {}).values() for k, v in pairs.items())
    return own and "format" not in (made.data.get("times") or {}) and all(plain(h) == t for t, h in made.data.get("columns", {}).items())


def _check(name: str, answer: str | None, options: Sequence[str]) -> None:
    """Whether an answer can be one."""
    if name in CLOSED and answer not in options:
        raise EngagetreeError(f"“{answer or ''}”", "this is no answer here", f"One of {', '.join(options)}.")
    if name == "times.zone" and answer:
        check_zone(answer, "times.zone")


def _check_value(target: str, kind: str, answer: str) -> None:
    """Whether one value for all rows can be what is asked."""
    try:
        if kind == "time":
            datetime.fromisoformat(answer)
        elif kind == "number":
            float(answer)
    except ValueError:
        what = "no column and no time like 2025-06-30" if kind == "time" else "no column and no number"
        raise EngagetreeError(f"“{answer}”", f"this is {what}", f"`{target}` needs one.") from None


def _command(path: Path) -> str:
    return f"engagetree import {shlex.quote(_shown(str(path)))}"


def _shown(name: str) -> str:
    """A file's name on one line."""
    return "".join(c if c.isprintable() else "?" for c in name)
