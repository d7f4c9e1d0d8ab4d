"""A research office to bring files into, and a way to write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from engagetree.institution import Office, create

Write = Callable[[str, str], Path]
Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with create(tmp_path / "uni", "University of Somewhere") as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file with this text; what is indented in the test is not in the file."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return path

    return written


@pytest.fixture
def rows(office: Office) -> Rows:
    """The valid rows of a register, sorted by everything."""

    def read(register: str, columns: str = "*", whole: bool = False) -> list[dict[str, Any]]:
        def found(con: Any, sources: dict[str, str]) -> list[dict[str, Any]]:
            out: list[dict[str, Any]] = con.sql(f"SELECT {columns} FROM {sources[register]} ORDER BY ALL").to_arrow_table().to_pylist()
            return out

        return office.read(found, whole=whole)

    return read
