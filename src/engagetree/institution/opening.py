"""Opening a file: what is in it decides how it is read. Its cells, or its records, go on to `research.readers` unjudged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from engagetree.errors import ImportRefused, NotFound, near
from engagetree.ingest.formats import form
from engagetree.ingest.mapping import ColumnMap
from engagetree.ingest.opened import Broken, Opened, fresh
from engagetree.ingest.opened import Cell as OpenedCell
from engagetree.ingest.readers import DAMAGE
from engagetree.ingest.tabular import open_file
from engagetree.research.readers import casrai, researchfish, tables
from engagetree.research.readers.given import Given
from engagetree.research.readers.headers import own_map
from engagetree.research.readers.known import READERS
from engagetree.research.readers.known import find as find_records
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.records import Records
from engagetree.research.readers.shape import SCHEMAS


@dataclass(frozen=True)
class Part:
    """One register's share of a file: its cells as they were opened, and the map by which they are read. `main`: its rows are counted."""

    opened: Opened
    map: RegisterMap
    main: bool = True
    notes: tuple[str, ...] = ()
    derive: Callable[[Given], Given] | None = None
    spotless: bool = False

    def given(self, name: str) -> Given:
        """The cells for `research.readers.judge`."""
        cells = Given(name, self.opened.relation, tuple((c.header, c.at) for c in self.opened.cells), self.opened.rows, self.spotless)
        return self.derive(cells) if self.derive else cells


@dataclass(frozen=True)
class Way:
    """How a file is to be read, before it is read: `key` tells it from other ways in the ledger."""

    key: str
    parts: Callable[[Any, Path], tuple[Part, ...]]


def names() -> list[str]:
    """Everything that --as understands."""
    return [*READERS, *tables.built_in(), *SCHEMAS]


def about() -> dict[str, str]:
    """What each of them is."""
    known = {n: r.about for n, r in READERS.items()} | {n: t.about for n, t in tables.built_in().items()}
    return known | {n: f"a table with the columns of {n}" for n in SCHEMAS}


def way(path: Path, as_: str | None, mapping: RegisterMap | None) -> Way:
    """The way to read a file: by the map, as asked, or as its content says. Raises NotFound, ImportRefused."""
    if as_ is not None and as_ not in names():
        raise NotFound(f"reader {as_}", "there is no such reader", near(as_, names()) or f"Known: {', '.join(names())}.")
    if not path.exists():
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise ImportRefused(str(path), "there is no such file", near(path.name, beside) or "Check the path.")
    kind = form(path)
    if kind in ("folder", "zip"):
        raise ImportRefused(path.name, f"it is a {kind}, where one file is needed", "Name the files in it.")
    if as_ in READERS:
        return _records(str(as_))
    if mapping is None and as_ is None and kind == "text" and (found := find_records(path)):
        return _records(found)
    if mapping is not None and as_ in SCHEMAS and as_ != mapping.register:
        raise ImportRefused(path.name, f"--as says {as_}, the map says {mapping.register}", "Give one of them.")
    return _table(as_, mapping)


# ---- records: XML, JSON, YAML


def _records(name: str) -> Way:
    def parts(con: Any, path: Path) -> tuple[Part, ...]:
        found = READERS[name].read(path)
        return tuple(loaded(con, one, main=n == 0) for n, one in enumerate(found))

    return Way(name, parts)


def loaded(con: Any, records: Records, main: bool) -> Part:
    """Records as a table of texts, as a CSV file would have come."""
    table = fresh("records")
    columns: dict[str, pa.Array] = {"line": pa.array([line for line, _ in records.rows], pa.int64())}
    for n, header in enumerate(records.header):
        columns[f"c{n}"] = pa.array([row.get(header) for _, row in records.rows], pa.string())
    con.register("arriving_records", pa.table(columns))
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM arriving_records")
    con.unregister("arriving_records")
    cells = tuple(OpenedCell(header, f"c{n}") for n, header in enumerate(records.header))
    broken = tuple(Broken(line, reason, text, kind=kind) for line, reason, kind, text in records.broken)
    return Part(Opened(table, cells, len(records.rows), (table,), broken), records.map, main, records.notes)


# ---- tables: CSV, XLSX, Parquet


def _table(as_: str | None, mapping: RegisterMap | None) -> Way:
    def parts(con: Any, path: Path) -> tuple[Part, ...]:
        built = tables.built_in().get(as_ or "")
        wanted = mapping.header if mapping else built.map.header if built else ""
        opened, notes = _opened(con, path, mapping, wanted)
        header, spotless = [c.header for c in opened.cells], form(path) != "parquet"
        if mapping is not None:
            return (Part(opened, mapping, True, (*opened.notes, *notes), None, spotless),)
        known = built or (tables.recognised(header) if as_ is None else None)
        if known is None:
            _dictionary(header, path)
            own = own_map(header, as_ if as_ in SCHEMAS else None, path.name)
            return (Part(opened, own, True, (*opened.notes, *notes), None, spotless),)
        fit = tables.fitted(known, header, path.name)
        derive = (
            partial(researchfish.derived, columns=fit.map.columns, aside=fit.aside) if fit.aside or known.name == "researchfish" else None
        )
        return (Part(opened, fit.map, True, (*opened.notes, *notes, f"read as {known.about}"), derive, spotless),)

    return Way(as_ or "table", parts)


def _dictionary(header: Sequence[str], path: Path) -> None:
    if casrai.recognises(header):
        raise ImportRefused(path.name, "it is CASRAI’s dictionary, which holds terms and no records", "It belongs in no register.")


def _opened(con: Any, path: Path, m: RegisterMap | None, wanted: str) -> tuple[Opened, tuple[str, ...]]:
    scratch = _scratch(con)
    dialect = ColumnMap("items", {}, sheet=m.sheet, encoding=m.encoding, delimiter=m.delimiter) if m else None
    kind = form(path)
    source, notes = path, tuple[str, ...]()
    if kind == "text":
        source, notes = tables.without_preamble(path, wanted, scratch)
    try:
        opened = open_file(con, source, dialect, scratch)
    except ImportRefused as error:
        raise ImportRefused(path.name, error.found, error.do) from None
    except DAMAGE as e:
        found = str(e).splitlines()[0].split(": ", 1)[-1][:200].rstrip(".")
        raise ImportRefused(path.name, f"it cannot be read to its end ({found})", "It may be damaged: copy or export it again.") from e
    finally:
        if source != path:
            source.unlink(missing_ok=True)
    if kind == "parquet":
        return _flat(opened), notes
    return (_lifted(con, opened, wanted or "UKPRN"), notes) if kind == "xlsx" else (opened, notes)


def _flat(opened: Opened) -> Opened:
    """Lists of a Parquet file as they stand in a CSV file."""
    lists = [c.at for c in opened.cells if c.kind.endswith("[]")]
    if not lists:
        return opened
    joined = ", ".join(f"array_to_string({at}, ';') AS {at}" for at in lists)
    return replace(opened, relation=f"(SELECT * REPLACE ({joined}) FROM {opened.relation})")


def _lifted(con: Any, opened: Opened, wanted: str) -> Opened:
    """A sheet whose header stands below other lines: the row that has the wanted cell becomes the header."""
    if wanted.casefold() in [c.header.casefold() for c in opened.cells]:
        return opened
    columns = [c.at for c in opened.cells]
    rows = con.execute(f"SELECT line, {', '.join(columns)} FROM {opened.relation} ORDER BY line LIMIT 60").fetchall()
    for line, *texts in rows:
        if wanted.casefold() in [str(t or "").strip().casefold() for t in texts]:
            cells = tuple(
                OpenedCell(str(t or "").strip() or f"column {n}", at) for n, (t, at) in enumerate(zip(texts, columns, strict=True), 1)
            )
            below = f"(SELECT * FROM {opened.relation} WHERE line > {line})"
            left = int(con.execute(f"SELECT count(*) FROM {below}").fetchall()[0][0])
            return replace(opened, relation=below, cells=cells, rows=left)
    return opened


def _scratch(con: Any) -> Path:
    return Path(str(con.execute("SELECT current_setting('temp_directory')").fetchall()[0][0]))


def drop(con: Any, parts: Sequence[Part]) -> None:
    """Drop the cells."""
    for part in parts:
        for table in part.opened.tables:
            con.execute(f"DROP TABLE IF EXISTS {table}")
