"""Sentences and lists that did not fit the number above them. Worked by hand; every programme is three lines of data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from programme import Row, World, act, defined, in_workspace, item, person, t

from engagetree.errors import NotFound

SIGNALS = {
    "interaction": {
        "weight": 0.5,
        "drivers": {"prompts": {"offered": "prompt", "taken": "answer", "while_present": True, "source": "slido"}},
    },
    "posts": {"weight": 0.3, "drivers": {"posts": {"taken": "post", "per": "week", "normalise": "target", "target": 1, "source": "forum"}}},
    "rank": {"weight": 0.2, "drivers": {"likes": {"taken": "like", "normalise": "percentile"}}},
}
ITEMS = [
    item("s1", "session", "2025-03-04 10:00", "2025-03-04 11:00"),
    item("q1", "prompt", "2025-03-04 10:10", parent="s1"),
    item("s2", "session", "2025-03-11 10:00", "2025-03-11 11:00"),
    item("q2", "prompt", "2025-03-11 10:10", parent="s2"),
]
DOWN = {"cohort": None, "from_at": t("2025-03-11 00:00"), "until_at": t("2025-03-11 10:05"), "reason": "restart"}
ALL_DOWN = {"cohort": "A", "from_at": t("2025-03-01 00:00"), "until_at": t("2025-04-01 00:00"), "reason": "gone"}


def reasons(root: Path, outages: list[Row], who: str | None, events: list[Row] | None = None) -> dict[str, str]:
    with in_workspace(
        World(defined(SIGNALS, ends="2025-03-16", min_coverage=0), [person("p")], ITEMS, events or [], [], outages), root
    ) as work:
        return {n.key: n.reason for n in work.explain(who).tree.children}


@pytest.mark.parametrize("who", ["p", "A", None])
def test_a_rank_and_a_tool_that_was_always_down(tmp_path: Path, who: str | None) -> None:
    """One person has no rank; the forum saw nothing at all. It said that no likes and no things had been offered yet, and for a cohort or
    everybody it looked at the items of no cohort."""
    told = reasons(tmp_path, [{"source": "forum", **ALL_DOWN}], who)
    assert told["rank"] == "a rank says nothing among fewer than 5 people"
    assert told["posts"] == "forum was down from 1 Mar to 1 Apr (gone)"
    assert told["interaction"] == "none met while present yet"


def test_an_outage_is_no_reason_for_what_was_missed_otherwise(tmp_path: Path) -> None:
    """The tool was down when the second session opened, not during the first, which p missed: that is why no prompt was met. The outage was
    over when the second prompt was put (10:10), which once ended the explanation with an error."""
    assert reasons(tmp_path, [{"source": "slido", **DOWN}], "p")["interaction"] == "none met while present yet"


def offered(root: Path, node: str, **world: Any) -> list[tuple[str, bool, str]]:
    tasks = {"tasks": {"weight": 0.5, "drivers": {"tasks": {"offered": "task", "taken": "submit"}}}, "interaction": SIGNALS["interaction"]}
    made = World(
        defined(tasks, ends="2025-03-16", min_coverage=0), [person("p")], [*ITEMS, item("t1", "task", "2025-03-05 09:00")], **world
    )
    with in_workspace(made, root) as work:
        return [(r["item"], r["taken_at"] is not None, r["note"]) for r in work.events("p", node)[1].rows()]


def test_prompts_that_were_not_met_are_marked(tmp_path: Path) -> None:
    """There for the first session only, no answer: 0 of 1. The list had two rows that looked alike."""
    events = [act("p", "2025-03-04 10:00", "join", "s1")]
    assert offered(tmp_path, "prompts", events=events) == [("q1", False, ""), ("q2", False, "not there")]


def test_what_is_excused_is_marked(tmp_path: Path) -> None:
    """It stood in the list as offered and not taken."""
    excusal = {"participant": "p", "item": "t1", "from_at": t("2025-03-01 00:00"), "until_at": t("2025-03-02 00:00")}
    assert offered(tmp_path, "tasks", excusals=[excusal]) == [("t1", False, "excused")]


def test_an_act_before_the_opening_is_no_taking(tmp_path: Path) -> None:
    """Handed in the day before the task opened: 0 of 1. The list gave that time as taken."""
    assert offered(tmp_path, "tasks", events=[act("p", "2025-03-04 10:00", "submit", "t1")]) == [("t1", False, "")]


def test_a_cohort_that_has_ended(tmp_path: Path) -> None:
    """Everybody of B left on the 12th: in the week of the 24th there is nobody to explain. It showed a mean over nobody, not a number."""
    tasks = {"tasks": {"weight": 1, "drivers": {"tasks": {"offered": "task", "taken": "submit"}}}}
    people = [person("p"), person("q", "B", left_at=t("2025-03-12 00:00"))]
    with in_workspace(
        World(defined(tasks, ends="2025-03-30"), people, [item("t1", "task", "2025-03-04 09:00", cohort=None)]), tmp_path
    ) as work:
        with pytest.raises(NotFound, match=r"nobody of it was in the programme in 2025-03-24.*2025-03-03 to 2025-03-10"):
            work.explain("B")
        assert work.explain("B", "2025-03-10").score == 0
        assert work.explain("q").period == "2025-03-10"
