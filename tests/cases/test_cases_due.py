"""Tasks and steps that fall due, worked by hand. Weeks are 2025-03-03, -10, -17, -24."""

from __future__ import annotations

from casebook import Read, case
from programme import act, item, person, t
from pytest import approx

TASK = item("task", "task", "2025-03-04 09:00", "2025-03-14 12:00")


@case(
    "due",
    people=[person("early"), person("in-time"), person("late"), person("never")],
    items=[TASK],
    events=[
        act("early", "2025-03-05 10:00", "submit", "task"),
        act("in-time", "2025-03-13 10:00", "submit", "task"),
        act("late", "2025-03-20 10:00", "submit", "task"),
    ],
)
def test_opened_and_due(scores: Read) -> None:
    """The task opens in the first week and is due in the second. As opened it counts from the first week on; as due, from the second:
    before that there is nothing to hand in yet, so no value, whoever was early. Late is done as well, from the day on which it is."""
    weeks = ("2025-03-03", "2025-03-10", "2025-03-17", "2025-03-24")
    assert [scores("early", "begun", w) for w in weeks] == [100, 100, 100, 100]
    assert [scores("in-time", "begun", w) for w in weeks] == [0, 100, 100, 100]
    assert [scores("early", "handed_in", w) for w in weeks] == [None, 100, 100, 100]
    assert [scores("in-time", "handed_in", w) for w in weeks] == [None, 100, 100, 100]
    assert [scores("late", "handed_in", w) for w in weeks] == [None, 0, 100, 100]
    assert [scores("never", "handed_in", w) for w in weeks] == [None, 0, 0, 0]


@case(
    "due-many",
    people=[person("p")],
    items=[item(f"t{k}", "task", None, f"2025-03-{d} 12:00") for k, d in enumerate(("07", "14", "21", "28"), 1)],
    events=[
        act("p", "2025-03-04 10:00", "submit", "t2"),
        act("p", "2025-03-05 10:00", "submit", "t4"),
        act("p", "2025-03-11 10:00", "submit", "t2"),
        act("p", "2025-03-19 10:00", "submit", "t1"),
    ],
)
def test_early_late_and_twice(scores: Read) -> None:
    """Due one a week. t2 and t4 are handed in during the first week, t2 once more in the second, t1 late in the third, t3 never.
    Week 1: 0 of 1 (t1 missing). Week 2: t2 of t1, t2. Week 3: t1, t2 of three. Week 4: t1, t2, t4 of four."""
    weeks = ("2025-03-03", "2025-03-10", "2025-03-17", "2025-03-24")
    assert [scores.of("p", "handed_in", w) for w in weeks] == [(0, 1), (1, 2), (2, 3), (3, 4)]


@case(
    "due-edges",
    people=[
        person("p"),
        person("joined-after-opening", joined_at=t("2025-03-06 00:00")),
        person("joined-after-due", joined_at=t("2025-03-15 00:00")),
    ],
    items=[TASK, item("sunday", "task", None, "2025-03-17 00:00")],
    events=[act("joined-after-opening", "2025-03-07 10:00", "submit", "task")],
)
def test_due_at_midnight_and_joining_in_between(scores: Read) -> None:
    """A task due until Monday 00:00 is due by the end of Sunday: it belongs to the second week, with `task`. Who joined after `task` opened
    but before it was due has both; who joined after it was due has only the other."""
    assert scores.of("p", "handed_in", "2025-03-03") == (0, 0)
    assert scores.of("p", "handed_in", "2025-03-10") == (0, 2)
    assert scores.of("p", "handed_in", "2025-03-17") == (0, 2)
    assert scores.of("joined-after-opening", "handed_in") == (1, 2)
    assert scores.of("joined-after-due", "handed_in") == (0, 1)


@case(
    "due-seconds",
    people=[person("p")],
    items=[item("task", "task", "2025-03-04 09:00", None, seconds=8 * 86400)],
)
def test_due_by_opening_and_length(scores: Read) -> None:
    """It opens on the 4th and lasts eight days: due on the 12th, in the second week."""
    assert scores("p", "handed_in", "2025-03-03") is None
    assert scores("p", "handed_in", "2025-03-10") == 0


@case(
    "final",
    people=[person("done"), person("open")],
    items=[item("s1", "step", None, "2025-03-07 12:00", final=False), item("s2", "step", None, "2025-03-21 12:00", final=True)],
    events=[
        act("done", "2025-03-05 10:00", "complete", "s1"),
        act("done", "2025-03-06 10:00", "complete", "s2"),
        act("open", "2025-03-05 10:00", "complete", "s1"),
    ],
)
def test_the_final_step(scores: Read) -> None:
    """Only the step marked as final counts, once it is due in the third week: done or not. Before that there is no value."""
    assert scores("done", "closing", "2025-03-10") is None
    assert (scores("done", "closing"), scores("open", "closing")) == (100, 0)
    assert scores.of("done", "closing") == approx((1, 1))
