"""What the tests of ingest share: a real DuckDB connection, a scratch folder, and a short way to stage a text."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from engagetree.engine import connect_duckdb
from engagetree.ingest import ColumnMap, Staged, stage

ROOT = Path(__file__).parents[2]


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect_duckdb(tmp_path / "spill")
    connection.execute("SET threads = 2")
    yield connection
    connection.close()


@pytest.fixture
def shared() -> Path:
    """The shared working data, where it is there."""
    folder = Path(os.environ.get("ENGAGETREE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "oulad-dev").is_dir():
        pytest.skip(f"the working data is not at {folder}; name its folder in ENGAGETREE_DATA")
    return folder


Stager = Callable[..., Staged]


@pytest.fixture
def staged(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Stager:
    """`staged(content, map or dict, zone=…, name=…)` writes the content to a file and stages it."""

    def run(
        content: str | bytes, how: ColumnMap | dict[str, object] | None = None, zone: str | None = "Europe/Madrid", name: str = "x.csv"
    ) -> Staged:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        chosen = ColumnMap.of(how) if isinstance(how, dict) else how
        return stage(con, path, chosen, zone, tmp_path / "scratch")

    return run


@pytest.fixture
def rows(con: duckdb.DuckDBPyConnection) -> Callable[..., list[tuple[object, ...]]]:
    """`rows(staged, "events", "participant", "at")`: the columns as text, sorted."""

    def run(result: Staged, table: str, *columns: str) -> list[tuple[object, ...]]:
        picked = ", ".join(f'"{c}"::VARCHAR' for c in columns)
        found = con.execute(f"SELECT {picked} FROM {result.tables[table]}").fetchall()
        return sorted(found, key=lambda r: tuple(str(c) for c in r))

    return run
