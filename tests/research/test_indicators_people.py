"""Distinct people, follow-up, escalation: by hand, against statsmodels' Kaplan–Meier and Wilson, and against a plain loop."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from research_books import PLAIN, measured
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

FIRST = date(2025, 8, 1)
EVIDENCE = ["content_delivered", "input_recorded", "feedback_given", "decision_link", "decision_log", "named_role", "decision_right"]


def act(key, day, depth="D2", **more):
    told = {"activity": key, "type": "talk", "audiences": ["public"], "status": "delivered"}
    return told | {"starts_on": FIRST + timedelta(days=day), "depth": depth, "depth_evidence": EVIDENCE} | more


def came(*pairs):
    return [{"activity": a, "person": p} for a, p in pairs]


def test_people_are_counted_once_and_in_every_row_where_they_were():
    acts = [act("a", 1), act("b", 2, type="workshop", depth="D3"), act("c", 3)]
    found = measured(activities=acts, attendances=came(("a", "p"), ("b", "p"), ("c", "p"), ("a", "q")))
    assert found.number("unique_participants") == 2 and found.number("attendances") == 4
    assert found.split("unique_participants", "type") == {"talk": 2, "workshop": 1}
    assert found.split("unique_participants", "depth") == {"D2": 2, "D3": 1}


def test_without_pseudonyms_there_is_no_number_and_a_reason():
    found = measured(activities=[act("a", 1)], attendances=[{"activity": "a"}, {"activity": "a"}])
    assert found.number("attendances") == 2
    for key in ("unique_participants", "follow_up_rate", "follow_up_estimate", "escalation_rate"):
        one = found.one(key)
        assert one.value is None and one.low is None and "pseudonym" in one.reason
    assert "no register" in measured(activities=[act("a", 1, size=5.0, count_method="clicker")]).one("unique_participants").reason


def test_more_cells_than_one_number_has_bits():
    acts = [act(f"a{i}", 1, department=f"d{i:03d}") for i in range(150)]
    text = PLAIN + "published: [{indicator: unique_participants, by: [sector]}, {indicator: events, by: [department]}]"
    rows = came(*((f"a{i}", f"p{i % 7}") for i in range(150)))
    assert measured(text, activities=acts, attendances=rows).number("unique_participants") == 7


def test_follow_up_within_the_window_deep_enough_and_later():
    acts = [
        act("first", 0),
        act("soon", 100),
        act("edge", 180),
        act("late", 181),
        act("shallow", 50, "D1"),
        act("same", 0),
        act("end", 480, "D1"),
    ]
    rows = came(
        ("first", "soon"),
        ("soon", "soon"),
        ("first", "edge"),
        ("edge", "edge"),
        ("first", "late"),
        ("late", "late"),
        ("first", "shallow"),
        ("shallow", "shallow"),
        ("first", "same day"),
        ("same", "same day"),
        ("first", "never"),
    )
    rate = measured(activities=acts, attendances=rows).one("follow_up_rate")
    assert (rate.numerator, rate.denominator) == (2, 6)
    low, high = proportion_confint(2, 6, method="wilson")
    assert (rate.low, rate.high) == pytest.approx((low, high)) and rate.interval == "95 % Wilson"


def test_those_whose_window_is_not_over_are_left_out_of_the_rate_and_kept_in_the_estimate():
    acts = [act("early", 0), act("again", 60), act("late", 300), act("end", 350, "D1")]
    rows = came(("early", "p"), ("again", "p"), ("early", "q"), ("late", "r"), ("early", "s"))
    found = measured(activities=acts, attendances=rows)
    rate = found.one("follow_up_rate")
    assert (rate.numerator, rate.denominator, rate.missing) == (1, 3, 1)
    estimate = found.one("follow_up_estimate")
    theirs = SurvfuncRight(np.array([60, 180, 50, 180]), np.array([1, 0, 0, 0]))
    assert estimate.value == pytest.approx(1 - theirs.surv_prob[theirs.surv_times <= 180][-1]) and estimate.n == 4


def test_an_institution_chooses_window_and_depth():
    acts = [act("a", 0), act("b", 20, "D1"), act("c", 400)]
    rows = came(("a", "p"), ("b", "p"))
    text = PLAIN + "floors: {follow_up_days: 30, qualifying_depth: D1}"
    assert measured(activities=acts, attendances=rows).number("follow_up_rate") == 0
    assert measured(text, activities=acts, attendances=rows).number("follow_up_rate") == 1


def test_escalation_looks_at_the_deepest_of_the_first_day():
    acts = [act("d1", 0, "D1"), act("d3", 0, "D3"), act("d4", 30, "D4"), act("none", 0, None), act("end", 400, "D1")]
    rows = came(("d1", "up"), ("d4", "up"), ("d1", "both"), ("d3", "both"), ("d1", "still"), ("none", "unknown"), ("d4", "unknown"))
    rate = measured(activities=acts, attendances=rows).one("escalation_rate")
    assert (rate.numerator, rate.denominator, rate.missing) == (1, 3, 1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 420), st.sampled_from(["D1", "D2", "D3", None])), min_size=1, max_size=8),
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, max_size=25),
)
def test_a_plain_loop_agrees(days, seen):
    acts = [act(str(i), day, depth) for i, (day, depth) in enumerate(days)]
    visits = [(i, p) for i, p in seen if i < len(days)]
    if not visits:
        return
    found = measured(activities=acts, attendances=came(*((str(i), f"p{p}") for i, p in visits)))
    last = max(day for day, _ in days) + 1
    watched = part = 0
    for person in {p for _, p in visits}:
        mine = sorted((days[i][0], days[i][1] or "") for i, p in visits if p == person)
        index = next((d for d, _ in mine if d < 365), None)
        if index is None or last - index <= 180:
            continue
        watched += 1
        part += any(index < d <= index + 180 and level >= "D2" for d, level in mine)
    rate = found.one("follow_up_rate")
    if any(days[i][0] < 365 for i, _ in visits):
        assert (rate.numerator, rate.denominator) == (part, watched)
