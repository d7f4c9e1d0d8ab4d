"""The worked example of `scoring.md` with the drivers of a live programme: from raw CSV files to the explanation, and as it is printed.

Weights 0.3, 0.2, 0.3, 0.2; signals 90, 60, 40, 100. By hand: 27 + 12 + 12 + 20 = 71; to gain 3 + 8 + 18 + 0 = 29 = 100 − 71.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from programme import World, act, defined, in_workspace, item, person
from pytest import approx

from engagetree.definition.model import Definition
from engagetree.findings import Explanation
from engagetree.render.breakdown import breakdown
from engagetree.workspace import Workspace

SIGNALS = {
    "attendance": {
        "label": "Attendance",
        "weight": 0.3,
        "combine": "product",
        "drivers": {
            "reached": {"offered": "session", "taken": "present", "count": "length"},
            "stayed": {"offered": "session", "taken": "present", "count": "presence"},
        },
    },
    "interaction": {
        "label": "Interaction",
        "weight": 0.2,
        "drivers": {"rate": {"offered": "prompt", "taken": "answer", "while_present": True}},
    },
    "contribution": {
        "label": "Contribution",
        "weight": 0.3,
        "drivers": {
            "comments": {"weight": 0.5, "offered": "moment", "taken": "comment", "while_present": True},
            "tasks": {"weight": 0.5, "offered": "task", "taken": "submit", "when": "due"},
        },
    },
    "completion": {
        "label": "Completion",
        "weight": 0.2,
        "drivers": {
            "progress": {"weight": 0.7, "offered": "step", "taken": "complete", "when": "due"},
            "final": {"weight": 0.3, "offered": "step", "taken": "complete", "when": "due", "final": True},
        },
    },
}

ITEMS = [
    item("s1", "session", "2025-03-04 10:00", "2025-03-04 11:00"),
    item("s2", "session", "2025-03-06 10:00", "2025-03-06 11:00"),
    *(item(f"q{n}", "prompt", f"2025-03-04 10:{n}0", parent="s1") for n in range(1, 6)),
    *(item(f"m{n}", "moment", f"2025-03-06 10:{n}0", parent="s2") for n in range(5)),
    *(item(f"t{n}", "task", "2025-03-04 12:00", "2025-03-07 12:00") for n in range(5)),
    item("first", "step", None, "2025-03-05 12:00", final=False),
    item("last", "step", None, "2025-03-08 12:00", final=True),
]
EVENTS = [
    act("p-01", "2025-03-04 09:58", "join", "s1"),  # the whole first hour: 3,600 s
    act("p-01", "2025-03-06 10:00", "join", "s2"),  # 10:00–10:48: 2,880 s; together 6,480 of 7,200 = 0.9
    act("p-01", "2025-03-06 10:20", "join", "s2"),  # a second device
    act("p-01", "2025-03-06 10:30", "leave", "s2"),
    act("p-01", "2025-03-06 10:48", "leave", "s2"),
    *(act("p-01", f"2025-03-04 10:{n}1", "answer", f"q{n}") for n in (1, 3, 5)),  # 3 of 5 prompts = 0.6
    act("p-01", "2025-03-04 10:52", "answer", "q5"),  # answered again: still once
    *(act("p-01", f"2025-03-06 10:{n}1", "comment", f"m{n}") for n in (0, 1, 3)),  # 3 of 5 moments = 0.6
    act("p-01", "2025-03-05 20:00", "submit", "t2"),  # 1 of 5 tasks = 0.2; the mean with the moments is 0.4
    act("p-01", "2025-03-04 13:00", "complete", "first"),
    act("p-01", "2025-03-08 11:00", "complete", "last"),  # both steps, the final one among them = 1
]
ANSWER = {"attendance": (90, 27, 3), "interaction": (60, 12, 8), "contribution": (40, 12, 18), "completion": (100, 20, 0)}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    world = World(defined(SIGNALS, ends="2025-03-09", title="Worked example"), [person("p-01"), person("p-02")], ITEMS, EVENTS)
    with in_workspace(world, tmp_path_factory.mktemp("worked")) as made:
        yield made


@pytest.fixture(scope="module")
def told(work: Workspace) -> Explanation:
    return work.explain("p-01")


def test_values_points_and_headroom(told: Explanation) -> None:
    """See the events: each signal's value is worked out beside them."""
    assert told.score == approx(71, abs=1e-12)
    assert {n.key: (n.value, n.points, n.headroom) for n in told.tree.children} == {k: approx(v, abs=1e-12) for k, v in ANSWER.items()}
    assert sum(n.headroom or 0 for n in told.tree.children) == approx(29, abs=1e-12)
    assert (told.tree.points, told.tree.headroom) == approx((71, 29), abs=1e-12)
    assert (told.easiest, told.band, told.coverage) == ("contribution", "solid", 1)


def test_weights_stand_beside(told: Explanation) -> None:
    """Nothing is unknown, so each signal carries what the definition gives it; drivers carry their part of it: 0.3 · 0.5 and so on."""
    assert {n.key: (n.weight, n.declared) for n in told.tree.children} == {
        k: approx((s["weight"], s["weight"])) for k, s in SIGNALS.items()
    }
    drivers = {d.key: d for n in told.tree.children for d in n.children}
    assert (drivers["comments"].weight, drivers["comments"].points, drivers["comments"].headroom) == approx((0.15, 9, 6))
    assert (drivers["tasks"].weight, drivers["tasks"].points, drivers["tasks"].headroom) == approx((0.15, 3, 12))
    assert (drivers["progress"].points, drivers["final"].points) == approx((14, 6))


def test_opportunities_are_told(told: Explanation) -> None:
    """Taken and offered, as counted in the events above."""
    found = {d.key: (d.taken, d.offered) for n in told.tree.children for d in n.children}
    assert found == {
        "reached": (7200, 7200),
        "stayed": (6480, 7200),
        "rate": (3, 5),
        "comments": (3, 5),
        "tasks": (1, 5),
        "progress": (2, 2),
        "final": (1, 1),
    }


def test_what_is_printed_adds_up(work: Workspace, told: Explanation) -> None:
    """The printed points are 27.0, 12.0, 12.0, 20.0 and sum to 71.0; the sentence names the easiest gain."""
    definition: Definition = work.used()
    printed = breakdown(told, definition)
    assert [p.points for p in printed.parts] == [27.0, 12.0, 12.0, 20.0]
    assert [p.gain for p in printed.parts] == [3.0, 8.0, 18.0, 0.0]
    assert printed.points == 71.0
    assert "contribution is the easiest gain, 18.0 points" in told.sentence


def test_the_events_behind_it(work: Workspace) -> None:
    """Of the five tasks one was handed in, by the event of 5 March at 20:00; the other four are listed as offered and not taken."""
    events, offered = work.events("p-01", "tasks")
    assert [(r["kind"], r["item"]) for r in events.rows()] == [("submit", "t2")]
    assert sorted((r["item"], r["taken_at"] is not None) for r in offered.rows()) == [(f"t{n}", n == 2) for n in range(5)]


def test_the_one_without_an_event(work: Workspace) -> None:
    """p-02 did nothing: attendance 0, contribution 0 (no moment met, no task of five), completion 0; no prompt met, so no value. 0.8 known."""
    told = work.explain("p-02")
    assert (told.score, told.coverage) == approx((0, 0.8))
    assert {n.key: n.value for n in told.tree.children} == {"attendance": 0, "interaction": None, "contribution": 0, "completion": 0}
    assert next(n for n in told.tree.children if n.key == "interaction").reason == "none met while present yet"
