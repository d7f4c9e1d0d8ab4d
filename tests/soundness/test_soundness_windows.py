"""Answers over a window that were wrong once, or could be without anybody seeing it."""

from __future__ import annotations

from pathlib import Path

from programme import World, act, alone, bring, defined, history, in_workspace, item, on_engine, person, workspace

from engagetree.engine import connect

PAGE = item("i1", "page", "2025-03-03 09:00")
END = item("z", "session", "2025-03-20 10:00", "2025-03-20 11:00")


def test_a_page_touched_again_counts_in_a_later_window(tmp_path: Path) -> None:
    """By hand: one page in the first week and the same in the third; a window of one week holds 1, 0, 1. It was 1, 0, 0."""
    driver = {"taken": "click", "measure": "items", "per": "total", "normalise": "target", "target": 10}
    acts = [
        act("p", "2025-03-04 10:00", "click", "i1"),
        act("p", "2025-03-18 10:00", "click", "i1"),
        act("p", "2025-03-18 11:00", "click", "i1"),
    ]
    world = World(defined({"a": alone(**driver)}, window={"trailing": 1}), [person("p")], [PAGE, END], acts)
    engine = connect()
    found = on_engine(world, tmp_path, engine)
    engine.close()
    assert [rows["p"]["a__only__taken"] for rows in found.values()] == [1, 0, 1]


LATELY = {
    "days": {"weight": 0.5, "taken": "click", "measure": "days", "per": "week", "normalise": "target", "target": 5, "last": 2},
    "hours": {"weight": 0.5, "taken": "click", "per": "hour_present", "normalise": "target", "target": 5, "last": 2},
}
ACTS = [
    *(act("p", f"2025-03-0{d} 10:00", "click") for d in (4, 5, 6)),
    act("p", "2025-03-11 10:00", "click"),
    act("p", "2025-03-20 10:00", "present", "z", 1800),
    act("p", "2025-03-20 10:10", "click"),
]


def test_the_last_two_weeks_whenever_the_data_came(tmp_path: Path) -> None:
    """By hand: days active 3, then 3 + 1, then 1 + 1; the same when each week was imported and scored by itself, from stored totals."""
    world = World(defined({"a": {"weight": 1, "drivers": LATELY}}), [person("p")], [PAGE, END], ACTS)
    whole = history(in_workspace(world, tmp_path / "whole"))
    assert [rows["p"]["a__days__taken"] for rows in whole.values()] == [3, 4, 2]
    assert [rows["p"]["a__hours__offered"] for rows in whole.values()] == [0, 0, 0.5]
    work = workspace(world, tmp_path / "parts")
    bring(work, world.with_(events=[]), tmp_path / "registers")
    for week, acts in enumerate((ACTS[:3], ACTS[3:4], ACTS[4:])):
        bring(work, world.with_(events=acts), tmp_path / f"week-{week}", names=("events",))
        work.score()
    assert history(work) == whole


def test_what_came_after_it_closed_is_offered_and_not_taken(tmp_path: Path) -> None:
    """By hand: two tasks due, one handed in before and one after: 2 of 2 taken, 1 of 2 in time."""
    tasks = [item(f"t{k}", "task", "2025-03-03 09:00", "2025-03-05 12:00") for k in (1, 2)]
    acts = [act("p", "2025-03-05 11:59", "submit", "t1"), act("p", "2025-03-05 12:00", "submit", "t2")]
    share = {"offered": "task", "taken": "submit", "when": "due"}
    drivers = {"done": {"weight": 0.5, **share}, "punctual": {"weight": 0.5, **share, "in_time": True}}
    world = World(defined({"a": {"weight": 1, "drivers": drivers}}), [person("p")], tasks, acts)
    engine = connect()
    row = next(iter(on_engine(world, tmp_path, engine).values()))["p"]
    engine.close()
    assert (row["a__done__taken"], row["a__done__offered"]) == (2, 2)
    assert (row["a__punctual__taken"], row["a__punctual__offered"]) == (1, 2)
