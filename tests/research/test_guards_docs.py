"""The page about the guards has a row for each guard, with its severity, why, and how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engagetree.research.guards import RULES
from engagetree.research.quality import BUILT_IN, built_in

DOCS = Path(__file__).parents[2] / "docs"
ROWS = re.findall(r"^\| \*\*(EM-\d\d)\*\* ([a-z, ]+) \|(.+)\|(.+)\|(.+)\|$", (DOCS / "explanation" / "guards.md").read_text("utf-8"), re.M)


def test_a_row_for_each_guard_in_order() -> None:
    assert [row[0] for row in ROWS] == [rule.key for rule in RULES]
    assert all(len(cell.strip()) > 20 for row in ROWS for cell in row[2:])


@pytest.mark.parametrize("key", BUILT_IN)
def test_the_page_about_rubrics_has_each_of_them_with_its_size(key: str) -> None:
    row = next(
        line for line in (DOCS / "how-to" / "rate-with-a-rubric.md").read_text("utf-8").splitlines() if line.startswith(f"| `{key}`")
    )
    rubric = built_in(key)
    assert f"| {len(rubric.criteria)} " in row
    assert all(level.label.lower() in row.lower() for level in rubric.levels) or key == "kef"
