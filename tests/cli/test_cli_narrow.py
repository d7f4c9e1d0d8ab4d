"""A terminal of any width: nothing is cut off, nothing is wider than the screen. The numbers are those of the wide form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shell import Run

TERMINAL = {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"}


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("words", [["ranking"], ["bands"], ["slipping"], ["explain", "p-mara"], ["explain", "p-mara", "--events"]])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(words: list[str], columns: int, run: Run, spring: Path) -> None:
    said = bare(run(*words, ENGAGETREE_WORKSPACE=str(spring), **{**TERMINAL, "COLUMNS": str(columns)}).stdout)
    assert max(len(line.rstrip()) for line in said.splitlines()) <= columns
    assert "…" not in said, "an ellipsis would mean that something was cut off"


def test_at_80_columns_ids_can_be_typed_and_every_signal_is_there(run: Run, spring: Path) -> None:
    said = bare(run("ranking", ENGAGETREE_WORKSPACE=str(spring), **{**TERMINAL, "COLUMNS": "80"}).stdout)
    assert re.search(r"^p-mara +▂▄▆_ Solidly engaged +71 +55–83 +90 +60 +40 +100", said, re.M)
    assert re.search(r"^p-theo .* −27 *$", said, re.M), "a clear change is shown"


def test_at_80_columns_what_was_taken_stands_beneath_the_driver(run: Run, spring: Path) -> None:
    said = bare(run("explain", "p-mara", ENGAGETREE_WORKSPACE=str(spring), **{**TERMINAL, "COLUMNS": "80"}).stdout)
    assert re.search(r"^  Spoke when there was room to +40\.0 +30.% +12\.0 +18\.0 +\S+.* *\n    2 of 5 moments", said, re.M)
    assert re.search(r"^Contribution .*\n  easiest gain, Facilitator", said, re.M)
    assert re.search(r"^Score +71\.0 +100.% +71\.0 +29\.0", said, re.M)
