"""Piece by piece, in any order, with scorings in between: bit for bit the same scores as everything at once.

The answer comes from the product itself, scoring everything from nothing in a fresh workspace; `scoring/test_scoring_oracle.py` holds that
to a second implementation.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programme import HEADERS, Row, World, history, in_workspace, workspace, write_csv
from worlds import worlds

from engagetree.errors import EngagetreeError
from engagetree.workspace import Workspace

Piece = tuple[str, list[Row]]


def plain(work: Workspace) -> dict[str, dict[str, Row]]:
    return {p: {who: dict(row) for who, row in rows.items()} for p, rows in history(work).items()}


def scored_or_not(work: Workspace, **as_of: Any) -> None:
    """Scores, unless there is nobody or nothing yet."""
    with suppress(EngagetreeError):
        work.score(**as_of)


@st.composite
def pieces(draw: st.DrawFn, world: World) -> list[Piece]:
    """Every table of the world cut into up to three files, all files in any order."""
    out: list[Piece] = []
    for name in HEADERS:
        parts: dict[int, list[Row]] = {}
        for row in getattr(world, name):
            parts.setdefault(draw(st.integers(0, 2)), []).append(row)
        out += [(name, rows) for rows in parts.values()]
    return draw(st.permutations(out))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_of_pieces_gives_the_same_scores(data: st.DataObject) -> None:
    world = data.draw(worlds())
    order = data.draw(pieces(world))
    stops = data.draw(st.sets(st.integers(0, max(0, len(order) - 1)), max_size=3))
    compare(world, order, stops)


def compare(world: World, order: list[Piece], stops: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with in_workspace(world, root / "whole") as whole, workspace(world, root / "pieces") as work:
            for k, (name, rows) in enumerate(order):
                work.take(write_csv(root / "files", name, rows, f"{k}-{name}"), as_=name)
                if k in stops:
                    scored_or_not(work)
            work.score()
            assert plain(work) == plain(whole)
