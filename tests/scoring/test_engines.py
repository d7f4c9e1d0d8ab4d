"""One programme on every engine, to the last digit that matters.

It touches every expression of folding and scoring: joins and leaves, prompts while present, acts of several kinds as one, days, rates, caps, work
that falls due later, excusals, an outage, nulls, duplicates and somebody without an event. The expected rows are DuckDB's, which
`test_scoring_oracle.py` holds to a second implementation.
"""

import importlib.util
import shutil
from pathlib import Path

import pytest
from programme import on_engine
from whole_programme import WORLD

from engagetree.engine import connect


def _here(url):
    if url.startswith("spark"):
        if importlib.util.find_spec("pyspark") is None:
            pytest.skip("PySpark is not installed")
        if shutil.which("java") is None and not list(Path("/usr/lib/jvm").glob("*")):
            pytest.skip("Spark needs Java 17, which is not here")
    return url


@pytest.fixture(params=["duckdb://", pytest.param("spark://local[2]", marks=pytest.mark.spark)], scope="module")
def engine(request):
    made = connect(_here(request.param))
    yield made
    made.close()


def run(world, folder, engine):
    folder.mkdir()
    return on_engine(world, folder, engine)


@pytest.mark.parametrize("window", ["cumulative", {"trailing": 1}])
def test_the_same_rows(tmp_path, engine, window):
    world = WORLD.with_(definition={**WORLD.definition, "window": window})
    reference = connect()
    theirs, ours = run(world, tmp_path / "reference", reference), run(world, tmp_path / "engine", engine)
    reference.close()
    assert {p: sorted(rows) for p, rows in ours.items()} == {p: sorted(rows) for p, rows in theirs.items()}
    for period, rows in theirs.items():
        for who, row in rows.items():
            for name, value in row.items():
                found = ours[period][who][name]
                if isinstance(value, float):
                    assert found == pytest.approx(value, abs=1e-9), (period, who, name)
                else:
                    assert found == value, (period, who, name)


def test_an_empty_programme(tmp_path, engine):
    """People and items, not one event: everybody is there, with 0 of what was offered."""
    rows = run(WORLD.with_(events=[]), tmp_path / "empty", engine)["2025-03-03"]
    assert rows["p"]["attendance"] == 0 and rows["p"]["completion"] == 0 and rows["p"]["interaction"] is None
