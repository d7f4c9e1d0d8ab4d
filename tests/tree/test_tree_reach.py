"""The fewest acts to a score. Expected: by hand, and every plan there is, tried one after the other."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from programme import alone, defined

from engagetree.definition.model import Definition
from engagetree.definition.read import parse
from engagetree.errors import EngagetreeError
from engagetree.tree.acts import Effect, Way, World
from engagetree.tree.reach import fewest, highest


def definition(signals: dict[str, Any], **more: Any) -> Definition:
    return parse(yaml.safe_dump(defined(signals, **more), sort_keys=False))


PROMPTS: dict[str, Any] = {"offered": "prompt", "taken": "answer"}
QUESTIONS: dict[str, Any] = {"taken": "question", "normalise": "saturating", "half": 1}
CHATS: dict[str, Any] = {"taken": "chat", "per": "hour_present", "normalise": "target", "target": 2}
POSTS: dict[str, Any] = {"taken": "post", "normalise": "range", "floor": 2, "target": 4}


def test_one_driver_by_hand() -> None:
    """3 of 12 prompts, 6 of them still open: 60 % are 7.2, so 5 more make 8; with all 6 it is 75, and 76 is out of reach."""
    world = World(definition({"interaction": alone(**PROMPTS)}), (3.0,), (12.0,), ways=(Way("", "prompt", (Effect(0, 1.0),), 6),))
    found = fewest(world, 60)
    assert found is not None and found.acts == 5 and found.score == pytest.approx(100 * 8 / 12)
    assert fewest(world, 75) is not None and fewest(world, 76) is None
    top = highest(world)
    assert top is not None and top[0] == pytest.approx(75) and top[1] == {"interaction": pytest.approx(75)}


def test_nothing_more_is_needed() -> None:
    world = World(definition({"interaction": alone(**PROMPTS)}), (9.0,), (12.0,))
    found = fewest(world, 75)
    assert found is not None and found.acts == 0 and found.done == ()


def test_the_cheaper_of_two_signals() -> None:
    """By hand: half of the weight each. A question makes 50, then 75 of its signal; a prompt 10 of the other. To 45: two questions and a
    prompt are 37.5 + 5 = 42.5; three questions and no prompt 43.75; two and two 47.5, three and one 48.75. So four acts, not three."""
    both = definition(
        {"interaction": {"weight": 0.5, "drivers": {"a": PROMPTS}}, "contribution": {"weight": 0.5, "drivers": {"b": QUESTIONS}}}
    )
    ways = (Way("", "prompt", (Effect(0, 1.0),), 10), Way("", "question", (Effect(1, 1.0),)))
    found = fewest(World(both, (0.0, 0.0), (10.0, 1.0), ways=ways), 45)
    assert found is not None and found.acts == 4 and found.score == pytest.approx(48.75)
    assert {w.what: n for w, n in found.done} == {"question": 3, "prompt": 1}


def test_a_session_can_cost_more_than_it_brings() -> None:
    """By hand: 4 chats in 2 hours are all of the target; another hour in silence makes 4/3 an hour of 2, 66.7. So no session is attended."""
    world = World(
        definition({"interaction": alone(**CHATS)}), (4.0,), (2.0,),
        visits=(Way("", "session", (Effect(0, 0.0, 1.0),), 3),), ways=(Way("", "chat", (Effect(0, 1.0),)),),
    )  # fmt: skip
    found = fewest(world, 100)
    assert found is not None and found.acts == 0


def test_what_must_be_met_first() -> None:
    """By hand: no prompt was met yet, so there is no value. One session with 2 prompts, both answered: 100 with 3 acts; one of them: 50."""
    met = PROMPTS | {"while_present": True}
    world = World(
        definition({"interaction": alone(**met)}), (0.0,), (0.0,),
        visits=(Way("", "session", (Effect(0, 0.0, 2.0),), 4),), ways=(Way("", "prompt", (Effect(0, 1.0),), 0, {0: 2}),),
    )  # fmt: skip
    assert world.now() is None
    half, whole = fewest(world, 50), fewest(world, 51)
    assert half is not None and half.acts == 2 and whole is not None and whole.acts == 3


def test_days_come_with_acts() -> None:
    """By hand: 1 of 4 active days, each act may be on a new day, 2 days are left: two acts make 3 of 4; a third adds nothing to it."""
    days = definition({"interaction": alone(taken="click", measure="days", normalise="target", target=4)})
    world = World(days, (1.0,), (1.0,), ways=(Way("", "click", (), None),), days={0: 2})
    found = fewest(world, 75)
    assert found is not None and found.acts == 2 and fewest(world, 76) is None


def test_a_floor_has_to_be_passed_first() -> None:
    """By hand: from 2 to 4 posts. Two posts gain nothing, the third 50: a greedy step would stop before it."""
    world = World(definition({"contribution": alone(**POSTS)}), (0.0,), (1.0,), ways=(Way("", "post", (Effect(0, 1.0),)),))
    found = fewest(world, 50)
    assert found is not None and found.acts == 3


def test_too_many_choices_are_refused_in_words() -> None:
    world = World(
        definition({"interaction": alone(**CHATS)}),
        (4.0,),
        (2.0,),
        visits=tuple(Way("", "s", (Effect(0, 0.0, float(k)),), 9) for k in range(1, 7)),
    )
    with pytest.raises(EngagetreeError, match="nearer day"):
        fewest(world, 100)


# ---- against every plan there is

MEAN = definition(
    {
        "attendance": {"weight": 0.5, "combine": "product", "drivers": {"reached": {"offered": "session", "taken": "present"}, "stayed": {"offered": "session", "taken": "present", "count": "presence"}}},
        "interaction": {"weight": 0.3, "drivers": {"answered": PROMPTS | {"while_present": True, "weight": 0.6}, "chat": CHATS | {"weight": 0.4}}},
        "contribution": {"weight": 0.2, "drivers": {"posts": POSTS | {"weight": 0.5}, "tasks": {"offered": "task", "taken": "submit", "weight": 0.5}}},
    }
)  # fmt: skip
REACHED, STAYED, ANSWERED, CHAT, POST, TASK = range(6)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Some sessions of two kinds, prompts within, chats, posts, tasks, and a task that also counts as a post."""
    n = lambda top: draw(st.integers(0, top))  # noqa: E731
    long, short = n(2), n(1)
    visits = [
        Way("", "long", (Effect(REACHED, 1.0), Effect(STAYED, 2.0, 2.0), Effect(CHAT, 0.0, 2.0), Effect(ANSWERED, 0.0, 2.0)), long),
        Way("", "short", (Effect(REACHED, 1.0), Effect(STAYED, 1.0, 1.0), Effect(CHAT, 0.0, 1.0)), short),
    ]
    ways = [
        Way("", "prompt", (Effect(ANSWERED, 1.0),), 0, {0: 2}), Way("", "chat", (Effect(CHAT, 1.0),), draw(st.sampled_from([2, 3]))),
        Way("", "post", (Effect(POST, 1.0),), n(3)), Way("", "task", (Effect(TASK, 1.0),), n(2)),
        Way("", "both", (Effect(TASK, 1.0), Effect(POST, 1.0)), n(1)),
    ]  # fmt: skip
    past, hours = n(3), n(3)
    offered = (float(past + long + short), float(hours), float(n(3)), float(hours), 1.0, float(n(2) + 3))
    taken = (float(min(past, n(3))), hours / (1 + n(1)), float(min(n(2), offered[2])), float(n(4)), float(n(2)), 0.0)
    return World(MEAN, taken, offered, visits=tuple(visits), ways=tuple(ways))


def every(world: World) -> dict[int, float]:
    """The best score of exactly so many acts, by trying all plans."""
    best: dict[int, float] = {}
    for visits in product(*(range((v.most or 0) + 1) for v in world.visits)):
        tops = [(w.most or 0) + sum(w.within.get(v, 0) * n for v, n in enumerate(visits)) for w in world.ways]
        for counts in product(*(range(top + 1) for top in tops)):
            done = [*zip(world.visits, visits, strict=True), *zip(world.ways, counts, strict=True)]
            score = world.after(done)
            acts = sum(visits) + sum(counts)
            if score is not None and score > best.get(acts, -1):
                best[acts] = score
    return best


@settings(deadline=None, max_examples=40)
@given(worlds(), st.integers(5, 95))
def test_no_plan_is_shorter(world: World, target: int) -> None:
    """Expected: of all plans, the shortest that reaches the target, and the highest score of any."""
    best = every(world)
    wanted = min((acts for acts, score in best.items() if score >= target - 1e-9), default=None)
    found, top = fewest(world, target), highest(world)
    assert (found.acts if found else None) == wanted
    if found is not None:
        assert found.score == pytest.approx(best[found.acts], abs=1e-9), "of several as short, the highest"
        assert world.after(found.done) == pytest.approx(found.score, abs=1e-9)
    assert (top[0] if top else None) == pytest.approx(max(best.values(), default=None), abs=1e-9)
