"""An event of engagetree as the extent of an activity. The numbers are counted by hand from the first programme's four scores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import engagetree
from engagetree.institution import Office

FIRST = Path(__file__).parents[2] / "examples" / "first-programme"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("work") / "first"
    with engagetree.create(root, FIRST / "programme.yml") as work:
        for name in ("roster", "items", "events"):
            work.take(FIRST / f"{name}.csv")
        work.score()
    return root


def test_participants_and_the_distribution_of_scores_become_extent_and_never_depth(
    office: Office, workspace: Path, rows: Any, laid_down: Callable[[Path], str]
) -> None:
    taken = office.take_programme(workspace, "first", type_="workshop")
    with engagetree.open(workspace) as work:
        scores = [r["score"] for r in work.scores().rows()]
    assert len(scores) == 4
    assert rows("programmes", "activity, people, unscored, median, under_40, validated") == [
        {"activity": "first", "people": 4.0, "unscored": 0.0, "median": pytest.approx(median(scores)), "under_40": 2.0, "validated": False}
    ]
    assert rows("activities", "activity, type, depth, depth_evidence, size") == [
        {"activity": "first", "type": "workshop", "depth": None, "depth_evidence": None, "size": None}
    ]
    assert {r["activity"] for r in rows("attendances")} == {"first"}
    assert any("never" in n or "scores are extent" in n for n in taken.account.notes)
    stored = laid_down(office.root / "lake")
    assert "p-ines" not in stored
    assert all(r["person"] in stored for r in rows("attendances", "person"))


def test_the_same_event_again_changes_nothing_and_what_stands_there_stays(office: Office, workspace: Path, write: Any, rows: Any) -> None:
    office.take(write("a.csv", "activity,title,starts_on,depth\nfirst,Our own title,2025-03-03,D2\n"))
    office.take_programme(workspace, "first")
    assert rows("activities", "title, depth") == [{"title": "Our own title", "depth": "D2"}]
    head = office.ledger.head()
    assert office.take_programme(workspace, "first").known
    assert office.ledger.head() == head


def test_only_a_number_where_nobody_should_be_recognised_again(office: Office, workspace: Path, rows: Any) -> None:
    office.take_programme(workspace, "first", attendances=False)
    assert rows("attendances") == []
    assert rows("activities", "size, count_method") == [{"size": 3.0, "count_method": "register"}]
