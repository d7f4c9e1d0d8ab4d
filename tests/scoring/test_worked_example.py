"""The worked example through the whole way: raw CSV files in, an explanation out.

Source of the numbers: weights 0.3, 0.2, 0.3, 0.2 on signals 90, 60, 40, 100 give points 27 + 12 + 12 + 20 = 71 and leave 3, 8, 18, 0 to gain.
The events are made so that each signal is exactly that, by hand: 9 of 10 sessions, 3 of 5 prompts, 2 of 5 moments, 4 of 4 steps.
"""

import pytest
from programme import World, act, defined, in_workspace, item, person

WEIGHTS = {"attendance": 0.3, "interaction": 0.2, "contribution": 0.3, "completion": 0.2}
OFFERED = {"attendance": ("session", "present", 10, 9), "interaction": ("prompt", "answer", 5, 3), "contribution": ("moment", "comment", 5, 2),
           "completion": ("step", "complete", 4, 4)}  # fmt: skip


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    items, events = [], []
    for kind, taken, offered, took in OFFERED.values():
        for n in range(offered):
            items.append(item(f"{kind}{n}", kind, f"2025-03-03 {8 + n:02}:00", f"2025-03-03 {8 + n:02}:30"))
            if n < took:
                events.append(act("p-1", f"2025-03-03 {8 + n:02}:05", taken, f"{kind}{n}"))
    signals = {
        name: {"label": name.title(), "weight": WEIGHTS[name], "drivers": {"taken": {"offered": kind, "taken": taken}}}
        for name, (kind, taken, *_) in OFFERED.items()
    }
    return in_workspace(World(defined(signals), [person("p-1"), person("p-2")], items, events), tmp_path_factory.mktemp("worked"))


def test_score_points_and_headroom(work):
    told = work.explain("p-1")
    assert told.score == pytest.approx(71, abs=1e-12)
    nodes = {n.key: n for n in told.tree.children}
    assert [nodes[s].value for s in WEIGHTS] == pytest.approx([90, 60, 40, 100], abs=1e-12)
    assert [nodes[s].points for s in WEIGHTS] == pytest.approx([27, 12, 12, 20], abs=1e-12)
    assert [nodes[s].headroom for s in WEIGHTS] == pytest.approx([3, 8, 18, 0], abs=1e-12)
    assert sum(n.headroom for n in nodes.values()) == pytest.approx(29, abs=1e-12)
    assert told.easiest == "contribution" and told.coverage == 1.0
    assert [(n.children[0].taken, n.children[0].offered) for n in nodes.values()] == [(9, 10), (3, 5), (2, 5), (4, 4)]


def test_it_is_told_in_one_sentence(work):
    told = work.explain("p-1")
    assert told.band == "solid" and told.low < 71 < told.high
    assert "contribution is the easiest gain, 18.0 points" in told.sentence


def test_the_events_behind_a_number(work):
    """Two comments were made, five moments offered: the events and what was left are listed, with the line each came from."""
    events, offered = work.events("p-1", "contribution")
    assert [(r["item"], r["line"] > 1) for r in events.rows()] == [("moment0", True), ("moment1", True)]
    assert [r["item"] for r in offered.rows() if r["taken_at"] is None] == ["moment2", "moment3", "moment4"]


def test_who_did_nothing_is_there(work):
    """p-2 has no event at all: everything was offered and nothing taken, which is 0 and not unknown."""
    told = work.explain("p-2")
    assert told.score == 0 and told.coverage == 1.0 and told.band == "disengaged"
    assert [r["participant"] for r in work.scores().rows()] == ["p-1", "p-2"]


def test_the_mean_of_everybody_adds_up(work):
    """(71 + 0) / 2 = 35.5; points 13.5, 6, 6, 10; to gain 64.5."""
    told = work.explain()
    assert told.score == pytest.approx(35.5, abs=1e-12)
    assert [n.points for n in told.tree.children] == pytest.approx([13.5, 6, 6, 10], abs=1e-12)
    assert sum(n.headroom for n in told.tree.children) == pytest.approx(64.5, abs=1e-12)
