"""Events of statements, copied out of the lake with our own column names by plain DuckDB, are read back as the same events.

Expected: the rows of the first lake, compared by SQL; brought into that lake again they add nothing.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from programme import World, alone, defined, workspace

from engagetree.engine import literal, parquet
from engagetree.workspace import Workspace

from .statements import statement, written

COLUMNS = 'event_id, participant, "at", kind, item, amount, source'
ADL = "http://adlnet.gov/expapi/verbs/"
WORLD = World(defined({"only": alone(offered="task", taken="submit")}))


def statements(folder: Path) -> Path:
    """4 acts with an id, of which one by two people, and 1 without: 6 events. Moments, numbers and texts as odd as they may be."""
    ana = {"mbox": "mailto:Ana@X.org", "name": 'Ana "A", Ruiz'}
    team = {"objectType": "Group", "member": [ana, {"account": {"homePage": "https://x.org", "name": "0007"}}]}
    odd = {"id": "https://x.org/a,b;'c'/ü"}
    several = [
        statement(1),
        statement(2, ADL + "answered", actor=ana, result={"score": {"scaled": 0.123456789}}, object=odd),
        statement(3, ADL + "completed", actor=team, result={"duration": "PT1.5S"}, timestamp="2025-03-03T23:59:59.999999-11:00"),
        statement(4, "https://x.org/verbs/juggled", timestamp="1999-12-31T00:00:00.000001Z", object={"objectType": "Agent", **ana}),
        statement(5, id=None, timestamp="2025-10-26T02:30:00+02:00"),
    ]
    return written(folder / "statements.jsonl", several)


def events(work: Workspace, con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    files = work.lake.read(lambda now: now.files("events"))
    return con.execute(
        f'SELECT * REPLACE ("at"::VARCHAR AS "at") FROM (SELECT {COLUMNS}, "week" FROM {parquet(files)}) ORDER BY ALL'
    ).fetchall()


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_our_own_export_says_the_same(con: duckdb.DuckDBPyConnection, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"events.{form}"
    with workspace(WORLD, tmp_path / "first") as first, workspace(WORLD, tmp_path / "second") as second:
        first.take(statements(tmp_path))
        files = first.lake.read(lambda now: now.files("events"))
        how = "FORMAT parquet" if form == "parquet" else f"FORMAT csv, HEADER{', COMPRESSION gzip' if form == 'csv.gz' else ''}"
        con.execute(f"COPY (SELECT {COLUMNS} FROM {parquet(files)}) TO {literal(str(path))} ({how})")
        second.take(path)
        before = events(first, con)
        assert len(before) == 6 and events(second, con) == before
        account = first.take(path).account
        assert (account.read, account.kept, account.merged, account.refused) == (6, 0, 6, 0)
        assert events(first, con) == before
