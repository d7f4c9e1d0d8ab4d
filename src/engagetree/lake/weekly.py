"""Events into one file for each week, all weeks in one pass: taking out one week after the other would read the events once for each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engagetree.engine import literal, quoted

HELD = 2_000_000
"""Events that wait in memory until their row groups are full, about 0.15 GB for a million."""
LARGEST, SMALLEST = 122_880, 4_096
"""Rows of a row group: the more weeks there are, the fewer."""
REPEATING, FEW = ("kind", "item", "source", "import_id"), 500
"""Columns that mostly have few values. DuckDB is told them where it is no more than that: it need not look up each text to number it.

Least and greatest value in the file are then those of all files together, so `week` must not be among them: a commit looks at its."""


def write_weeks(con: Any, relation: str, names: Sequence[str], new_file: Callable[[str], Path]) -> int:
    """Writes the columns `names` of a SQL relation of events, `week` among them, into files of `new_file(week)`; returns how many.

    One file for each week, rarely more. They are not sorted: that takes longer than it saves those who read them, and upkeep sorts what
    it joins. `new_file` gives places in folders called `week=…` that lie side by side; there the files are written under other names
    first. Of an attempt that fails none of those is left.
    """
    weeks = [w for (w,) in con.execute(f'SELECT DISTINCT "week" FROM {relation} ORDER BY 1').fetchall()]
    if not weeks:
        return 0
    places = {week: new_file(week) for week in weeks}
    folder, mark = places[weeks[0]].parent.parent, f"part-{uuid.uuid4().hex}"
    known = {n: _few(con, relation, n) for n in REPEATING if n in names}
    columns = ", ".join(f"{_numbered(n, known.get(n, []))} AS {quoted(n)}" for n in names)
    options = {
        "FORMAT": "parquet",
        "COMPRESSION": "snappy",
        "PARTITION_BY": '("week")',
        "WRITE_PARTITION_COLUMNS": "true",
        "APPEND": "true",
        "FILENAME_PATTERN": literal(mark + "-{uuid}"),
        "ROW_GROUP_SIZE": str(min(max(HELD // len(weeks), SMALLEST), LARGEST)),
    }
    said = ", ".join(f"{key} {value}" for key, value in options.items())
    try:
        with _told(con, partitioned_write_max_open_files=len(weeks) + 1, partitioned_write_flush_threshold=HELD // 32):
            con.execute(f"COPY (SELECT {columns} FROM {relation}) TO {literal(str(folder))} ({said})")
        return sum(_in_place(folder / f"week={week}", mark, place, week, new_file) for week, place in places.items())
    finally:
        for path in folder.glob(f"week=*/{mark}-*"):
            path.unlink()


def _few(con: Any, relation: str, column: str) -> list[str]:
    """The values of a column, in order; none where they are many."""
    found = con.execute(f"SELECT DISTINCT {quoted(column)} FROM {relation} LIMIT {FEW + 2}").fetchall()
    values = sorted(v for (v,) in found if v is not None)
    return values if len(values) <= FEW else []


def _numbered(column: str, values: Sequence[str]) -> str:
    return f"{quoted(column)}::ENUM({', '.join(map(literal, values))})" if values else quoted(column)


def _in_place(folder: Path, mark: str, place: Path, week: str, new_file: Callable[[str], Path]) -> int:
    """Gives a week's files the names that are meant for them."""
    written = sorted(folder.glob(f"{mark}-*"))
    for number, path in enumerate(written):
        path.rename(new_file(week) if number else place)
    return len(written)


@contextmanager
def _told(con: Any, **settings: int) -> Iterator[None]:
    """The connection with other settings for a while."""
    before = {k: con.execute(f"SELECT current_setting({literal(k)})").fetchall()[0][0] for k in settings}
    try:
        for key, value in settings.items():
            con.execute(f"SET {key} = {literal(value)}")
        yield
    finally:
        for key, value in before.items():
            con.execute(f"SET {key} = {literal(value)}")
