"""The product against a second implementation of the rules (`oracle.py`), on programmes made at random."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Oracle, Row
from programme import Scores, World, on_engine, spanned
from worlds import worlds

from engagetree.engine import connect


def expected(world: World) -> dict[str, dict[str, Row]]:
    """What the second implementation says."""
    first, last = spanned(world, world.parsed)
    return Oracle(world.definition, world.roster, world.items, world.events, world.excusals, world.outages, first, last).run()


def scored(world: World, chunk: int = 0) -> Scores:
    engine = connect()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return on_engine(world, Path(folder), engine, chunk)
    finally:
        engine.close()


def agree(world: World, chunk: int = 0) -> None:
    theirs, ours = expected(world), scored(world, chunk)
    assert list(ours) == list(theirs)
    for period, rows in theirs.items():
        assert sorted(ours[period]) == sorted(rows), period
        for who, row in rows.items():
            mine = ours[period][who]
            for name, value in row.items():
                if isinstance(value, tuple):
                    found = (mine[f"{name}__taken"], mine[f"{name}__offered"])
                    assert found == pytest.approx(value, abs=1e-9), (period, who, name)
                else:
                    assert (mine[name] is None) == (value is None), (period, who, name, mine[name], value)
                    assert value is None or mine[name] == pytest.approx(value, abs=1e-9), (period, who, name)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds(), st.integers(0, 3))
def test_every_number_is_that_of_the_second_implementation(world: World, chunk: int) -> None:
    """Whether periods are scored one by one, some at once, or all at once (0)."""
    agree(world, chunk)
