from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from casebook import BOOK, Read
from programme import Run, Scores, World, history, in_workspace, on_engine

from engagetree.engine import connect


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """Every case of the book, imported from CSV files and scored once."""
    with in_workspace(BOOK.world, tmp_path_factory.mktemp("book")) as work:
        return history(work)


@pytest.fixture
def scores(book: Scores, request: pytest.FixtureRequest) -> Read:
    """The scores of the test's own cohort."""
    return Read(book, request.function.cohort)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Scores of a world of its own, by the scoring room alone."""
    engine = connect()
    made = iter(range(100))

    def scored(world: World) -> Scores:
        folder = tmp_path / str(next(made))
        folder.mkdir()
        return on_engine(world, folder, engine)

    yield scored
    engine.close()
