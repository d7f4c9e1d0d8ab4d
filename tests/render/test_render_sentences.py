"""The sentence of an explanation. Patterns are read off the design; the numbers are those of the worked example (scoring.md)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import DEFINITION, SIGNALS, WORKED, edges, person

from engagetree.findings import Node
from engagetree.render.breakdown import breakdown, easiest, taken, walk
from engagetree.render.sentences import left_out, sentence

KEYS = [s.key for s in SIGNALS]
VALUE = st.one_of(st.none(), st.integers(0, 100).map(float), st.floats(0, 100))
DO_NOT_SAY = (
    r"lazy|unmotivated|passive|ghost|problem student|fail|ignored|MISSING|LATE|risk score|red flag|offender|bottom 10|predict|will drop|"
    r"significan|accura|\bworked\b|improved engagement|active users|real-time|\bN/A\b|no data\b"
)


def say(*values: float | None) -> str:
    return sentence(person("p", dict(zip(KEYS, values, strict=True))), DEFINITION)


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ((90, 60, 23, 55), "Present but silent"),
        ((90, 20, 23, 55), "Present but silent"),
        ((90, 20, 80, 55), "Contributing, but answering few prompts"),
        ((90, 60, 60, 10), "Present, with many steps still open"),
        ((20, 80, 50, 50), "Often away, active when here"),
        ((20, 50, 50, 90), "Often away, but keeping up with the steps"),
        ((50, 50, 20, 90), "Keeping up with the steps, but silent"),
        ((90, 60, 40, 100), "Strong in attendance and completion"),
        ((50, 30, 50, 50), "Little so far in interaction"),
        ((50, 50, 50, 50), "Taking part in some of everything"),
        ((95, 95, 92, 91), "Taking part in nearly everything offered"),
        ((75, 80, 72, 90), "Taking part in most of what is offered"),
        ((10, 20, 30, 10), "Seen little so far"),
        ((0, 0, 0, 0), "Nothing taken part in yet"),
    ],
)
def test_patterns(values: tuple[float, ...], start: str) -> None:
    assert say(*values).startswith(f"{start}: ")


def test_the_sentence_of_the_design() -> None:
    assert say(90, 60, 23, 55) == "Present but silent: contribution is the easiest gain, 23.1 points."


def test_the_worked_example() -> None:
    """71 with points 27, 12, 12, 20 and headroom 3, 8, 18, 0."""
    total = breakdown(person("p", WORKED), DEFINITION)
    assert total.points == 71 and total.gain == 29
    assert [(p.points, p.gain) for p in total.parts] == [(27, 3), (12, 8), (12, 18), (20, 0)]
    best = easiest(total)
    assert best is not None and best.node.key == "contribution"
    assert say(90, 60, 40, 100).endswith("contribution is the easiest gain, 18.0 points.")


def test_a_strong_signal_that_weighs_most_is_not_called_easy() -> None:
    """Attendance at 70 of weight 0.3 lacks 9 points, interaction at 65 of 0.2 only 7: strong, and yet most is to gain there."""
    assert say(70, 65, 95, 95) == (
        "Strong in attendance, contribution and completion; even so, most is still to gain in attendance, 9.0 points."
    )


def test_nothing_left_to_gain() -> None:
    assert say(100, 100, 100, 100).endswith("nothing left to gain.")


def test_no_score_has_its_reason() -> None:
    e, d = edges()["no score"]
    assert sentence(e, d) == "Not enough data yet: first prompt on Thu 27 Nov."


def test_without_a_score_no_points_are_shown() -> None:
    """Too little is covered: the value of what is known stays, a total must not be printed even when the tree holds one."""
    e = person(
        "p", {"attendance": None, "interaction": None, "contribution": None, "completion": 50.0}, reason="20 % of the weight is known"
    )
    total = breakdown(replace(e, tree=replace(e.tree, value=50.0)), DEFINITION)
    assert total.points is None and [p.value_text for p in total.parts] == ["—", "—", "—", "50.0"]
    assert all(p.points is None for p in walk(total))


def test_a_score_says_what_it_leaves_out() -> None:
    e, _ = edges()["partly known"]
    assert left_out(e) == "Left out of the score: interaction (nothing offered yet). The weights of the others are scaled."


@given(st.tuples(VALUE, VALUE, VALUE, VALUE))
def test_any_values_give_a_sentence_with_the_number_of_the_table(values: tuple[float | None, ...]) -> None:
    who = person("p", dict(zip(KEYS, values, strict=True)), reason="too little is known")
    said, total = sentence(who, DEFINITION), breakdown(who, DEFINITION)
    assert said.endswith(".") and not re.search(DO_NOT_SAY, said)
    assert not re.search(r"nan|None|[+−]0\b", said)
    gain = easiest(total)
    if gain is not None:
        assert f"{gain.gain:.1f} point" in said


@given(st.tuples(VALUE, VALUE, VALUE, VALUE))
def test_the_printed_tree_adds_up_at_every_level(values: tuple[float | None, ...]) -> None:
    total = breakdown(person("p", dict(zip(KEYS, values, strict=True))), DEFINITION)
    for part in (total, *walk(total)):
        counted = [c for c in part.parts if c.points is not None]
        if counted:
            assert sum(c.points or 0 for c in counted) == pytest.approx(part.points)
            assert sum(c.gain or 0 for c in counted) == pytest.approx(part.gain)
            assert sum(c.weight or 0 for c in counted) == pytest.approx(part.weight)


@pytest.mark.parametrize(
    ("amount", "offered", "unit", "said"),
    [
        (1.0, None, "acts", "1 act, against 10 in all"),
        (2.0, None, "acts", "2 acts, against 10 in all"),
        (1.0, None, "replies", "1 reply, against 10 in all"),
        (1.0, None, "Beiträge", "1 Beiträge, against 10 in all"),
        (0.0, 1.0, "tasks", "0 of 1 task"),
        (1.0, 2.0, "tasks", "1 of 2 tasks"),
    ],
)
def test_one_of_a_thing_is_said_in_the_singular(amount: float, offered: float | None, unit: str, said: str) -> None:
    how = "against 10 in all" if offered is None else "share"
    assert taken(Node("k", "K", "driver", 10.0, 1.0, 1.0, taken=amount, offered=offered, unit=unit, how=how)) == said
