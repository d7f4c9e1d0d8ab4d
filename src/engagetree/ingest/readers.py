"""Readers: one for each kind of source, found by what a file holds. Others plug in by the entry point `engagetree.readers`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import entry_points
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused, NotFound, near
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import NOTHING, Answers
from engagetree.ingest.formats import form
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.shape import IMPORTED
from engagetree.ingest.tabular import Asked, stage_file
from engagetree.ingest.times import check_zone

Stage = Callable[[duckdb.DuckDBPyConnection, Path, str | None, Path], Staged]
"""(connection, path, the programme's zone, scratch folder) → tables and account."""

StageAnswered = Callable[[duckdb.DuckDBPyConnection, Path, Answers, Path], Staged]
"""(connection, path, what was answered, scratch folder) → the same; `answers.zone` is the programme's zone where no other was named."""


DAMAGE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
"""What DuckDB says of a file that is broken inside; its other errors are our own bugs."""


@dataclass(frozen=True)
class Reader:
    """A kind of source. `recognises` looks into the file and is quick; `stage` reads it.

    A reader of files that leave something open has `stage_answered`, which is then used instead of `stage`: it raises `OpenQuestion` for
    what neither the file nor the answers decide.
    """

    name: str
    about: str
    recognises: Callable[[Path], bool]
    stage: Stage
    stage_answered: StageAnswered | None = None


def _never(path: Path) -> bool:
    return False


def _stage_asked(asked: Asked, con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    return stage_file(con, path, asked, zone, scratch)


def _stage_answered(asked: Asked, con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    return stage_file(con, path, replace(asked, order=answers.order), answers.zone, scratch)


def _of(asked: Asked, name: str, about: str, recognises: Callable[[Path], bool] = _never) -> Reader:
    return Reader(name, about, recognises, partial(_stage_asked, asked), partial(_stage_answered, asked))


def _is_file(path: Path) -> bool:
    return form(path) in ("parquet", "xlsx", "text")


def by_map(m: ColumnMap) -> Reader:
    """The reader of files that one column map describes."""
    return _of(Asked(map=m), f"map:{m.table}", f"{m.table} by {m.origin}")


TABLE = _of(Asked(), "table", "a CSV, Parquet or XLSX file with our own column names", _is_file)


@cache
def readers() -> dict[str, Reader]:
    """Every reader by name: those of entry points, one for each table, and the general one last."""
    found: dict[str, Reader] = {}
    for point in sorted(entry_points(group="engagetree.readers"), key=lambda p: p.name):
        found[point.name] = point.load()
    for table in IMPORTED:
        found[table] = _of(Asked(table=table), table, f"{table}, with our own column names")
    return {**found, TABLE.name: TABLE}


def find(path: Path, as_: str | None = None, mapping: ColumnMap | None = None) -> Reader:
    """The reader for a file or folder: the one named, the map's, or the first that recognises it. Raises NotFound, ImportRefused."""
    if mapping is not None:
        return by_map(mapping)
    known = readers()
    if as_ is not None:
        if as_ not in known:
            raise NotFound(f"reader {as_}", "there is no such reader", near(as_, known) or f"Known: {', '.join(known)}.")
        return known[as_]
    if not path.exists():
        raise ImportRefused(str(path), "there is no such file", _beside(path))
    for reader in known.values():
        try:
            if reader.recognises(path):
                return reader
        except OSError as e:
            raise ImportRefused(path.name, f"it cannot be opened ({e.strerror})", "Check the path and your rights.") from None
    raise ImportRefused(path.name, f"this {form(path)} is nothing that a reader knows", f"Readers: {', '.join(known)}.")


def _beside(path: Path) -> str:
    folder = path.parent
    return near(path.name, [p.name for p in folder.iterdir()]) if folder.is_dir() else "Check the path."


def stage(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    how: Reader | ColumnMap | None,
    zone: str | None,
    scratch: Path,
    answers: Answers = NOTHING,
) -> Staged:
    """A file into temporary tables of `con`, with the account of every row.

    `how` is a reader, a column map, or None to find the reader; `zone` is the programme's, for times that carry none; `scratch` is a
    folder for what is unpacked and for refused rows; `answers` are what was said of what files leave open. Raises EngagetreeError where
    the file as a whole cannot be read, OpenQuestion where something in it stays open.
    """
    if zone is not None:
        check_zone(zone, "programme")
    if answers.zone is not None:
        check_zone(answers.zone, "--zone")
    answers = replace(answers, zone=answers.zone or zone)
    if not path.exists():
        raise ImportRefused(str(path), "there is no such file", _beside(path))
    reader = by_map(how) if isinstance(how, ColumnMap) else how or find(path)
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        if reader.stage_answered is not None:
            return reader.stage_answered(con, path, answers, scratch)
        return reader.stage(con, path, answers.zone, scratch)
    except DAMAGE as e:
        found = str(e).splitlines()[0].split(": ", 1)[-1][:200].rstrip(".")
        raise ImportRefused(path.name, f"it cannot be read to its end ({found})", "It may be damaged: copy or export it again.") from e
