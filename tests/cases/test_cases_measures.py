"""Normalisers, measures and exposures, worked by hand. Weeks are 2025-03-03, -10, -17, -24; the programme ends with Sunday the 30th."""

from __future__ import annotations

from casebook import Read, case
from programme import act, item, person, t
from pytest import approx

STARTS = item("start", "other", "2025-03-03 00:00")
"""Something offered at the very start, so that the cohort starts with the programme."""


@case(
    "target",
    people=[person("some"), person("many"), person("none"), person("late", joined_at=t("2025-03-17 00:00"))],
    items=[STARTS],
    events=[act("some", f"2025-03-{d} 10:00", "comment") for d in ("04", "11", "18")]
    + [act("many", f"2025-03-{d} 10:0{n}", "comment") for d in ("04", "11", "18", "25") for n in range(5)]
    + [act("late", f"2025-03-{d} 10:00", "comment") for d in ("04", "18", "25")],
)
def test_a_weekly_target(scores: Read) -> None:
    """Two comments a week are all of it. Three in four weeks: 0.75 a week, 37.5. Twenty: 5 a week, capped at 100. None: 0, not unknown.
    Who joined for the last two weeks made two in them (that of the 4th came before joining): 1 a week, 50.
    After the first week `some` made 1 in 1 week: 50."""
    assert scores("some", "comments") == approx(37.5)
    assert scores("some", "comments", "2025-03-03") == approx(50)
    assert scores("many", "comments") == 100
    assert scores("none", "comments") == 0
    assert scores.of("late", "comments") == approx((2, 2))
    assert scores("late", "comments") == approx(50)


@case(
    "halves",
    people=[person("zero"), person("three"), person("six"), person("nine")],
    items=[STARTS],
    events=[act(p, f"2025-03-05 10:{n:02d}", "question") for p, k in (("three", 3), ("six", 6), ("nine", 9)) for n in range(k)],
)
def test_saturating(scores: Read) -> None:
    """1 − 2^(−x/3): 0 → 0, 3 → 1/2, 6 → 3/4, 9 → 7/8."""
    assert [scores(p, "questions") for p in ("zero", "three", "six", "nine")] == approx([0, 50, 75, 87.5])


@case(
    "range",
    people=[person(f"p{n}") for n in (0, 1, 2, 3, 6, 8)],
    items=[STARTS],
    events=[act(f"p{k}", f"2025-03-05 10:{n:02d}", "post") for k in (1, 2, 3, 6, 8) for n in range(k)],
)
def test_range_from_floor_to_target(scores: Read) -> None:
    """(x − 2)/(6 − 2), between 0 and 1: 0, 1, 2 → 0; 3 → 25; 6 and 8 → 100."""
    assert [scores(f"p{n}", "posts") for n in (0, 1, 2, 3, 6, 8)] == approx([0, 0, 0, 25, 100, 100])


@case(
    "cohort-of-five",
    people=[person(f"p{n}") for n in range(5)],
    items=[STARTS],
    events=[act(f"p{k}", f"2025-03-05 10:{n:02d}", "like") for k, likes in ((1, 1), (2, 2), (3, 2), (4, 9)) for n in range(likes)],
)
def test_percentile_in_the_cohort(scores: Read) -> None:
    """0, 1, 2, 2 and 9 likes among five people: the share of the four others who have fewer: 0, 1/4, 2/4, 2/4, 4/4."""
    assert [scores(f"p{n}", "likes") for n in range(5)] == approx([0, 25, 50, 50, 100])


@case(
    "cohort-of-four",
    people=[person(f"p{n}") for n in range(4)],
    items=[STARTS],
    events=[act("p1", "2025-03-05 10:00", "like")],
)
def test_no_percentile_among_fewer_than_five(scores: Read) -> None:
    """A rank among four says nothing: no value, for anybody."""
    assert [scores(f"p{n}", "likes") for n in range(4)] == [None] * 4


@case(
    "capped",
    people=[person("spam"), person("spread")],
    items=[STARTS, item("x", "other", "2025-03-03 00:00"), item("y", "other", "2025-03-03 00:00")],
    events=[act("spam", f"2025-03-05 10:{n:02d}", "reaction", "x") for n in range(30)]
    + [act("spam", f"2025-03-12 10:{n:02d}", "reaction", "x") for n in range(30)]
    + [act("spread", f"2025-03-05 1{h}:0{n}", "reaction", on) for h, on in ((0, "x"), (1, "y"), (2, None)) for n in range(2)],
)
def test_a_cap_stops_gaming_by_volume(scores: Read) -> None:
    """At most 3 for one item in one week; ten in all are all of it. Sixty reactions on one thing in two weeks count 3 + 3 = 6 → 60. Two on
    each of x, y and nothing in particular count 6 → 60 as well."""
    assert scores.of("spam", "reactions") == (6, 1)
    assert scores("spam", "reactions", "2025-03-03") == approx(30)
    assert scores("spam", "reactions") == approx(60)
    assert scores("spread", "reactions", "2025-03-03") == approx(60)


@case(
    "days-on-the-roster",
    people=[person("all"), person("part", joined_at=t("2025-03-26 12:00"), left_at=t("2025-03-28 12:00"))],
    items=[STARTS],
    events=[act("all", f"2025-03-{d:02d} 10:00", "call") for d in range(3, 10)] + [act("part", "2025-03-27 10:00", "call")],
)
def test_acts_a_day_on_the_roster(scores: Read) -> None:
    """One call every second day is all of it. Seven calls in 28 days: 0.25 a day, 50. One call in the two days from the 26th, noon, to the
    28th, noon: 0.5 a day, 100."""
    assert scores.of("all", "calls") == approx((7, 28))
    assert scores("all", "calls") == approx(50)
    assert scores.of("part", "calls") == approx((1, 2))
    assert scores("part", "calls") == approx(100)


@case(
    "for-each-session",
    people=[person("p"), person("excused"), person("excused-but-wrote"), person("joiner", joined_at=t("2025-03-11 00:00"))],
    items=[item(f"s{d}", "session", f"2025-03-{d} 10:00", f"2025-03-{d} 11:00") for d in ("04", "11", "18", "25")],
    events=[act(p, "2025-03-11 10:10", "note", "s11") for p in ("p", "excused", "joiner", "excused-but-wrote")]
    + [act("excused-but-wrote", "2025-03-18 20:00", "note", "s18")],
    excusals=[
        {"participant": p, "item": "s18", "from_at": t("2025-03-01 00:00"), "until_at": t("2025-03-02 00:00")}
        for p in ("excused", "excused-but-wrote")
    ],
)
def test_acts_for_each_item_offered(scores: Read) -> None:
    """One note a session is all of it: 1 of 4, 25. Excused from one: 1 of 3. Excused and wrote one there all the same: 2 of 4.
    Joined before the second: 1 of 3."""
    assert scores.of("p", "notes") == (1, 4)
    assert scores("p", "notes") == approx(25)
    assert scores.of("excused", "notes") == (1, 3)
    assert scores.of("excused-but-wrote", "notes") == (2, 4)
    assert scores.of("joiner", "notes") == (1, 3)


@case(
    "amounts",
    people=[person("p"), person("none")],
    items=[STARTS],
    events=[
        act("p", "2025-03-04 10:00", "listen", None, 12.5),
        act("p", "2025-03-04 11:00", "listen", None, 17.5),
        act("p", "2025-03-18 11:00", "listen"),
    ],
)
def test_the_sum_of_amounts(scores: Read) -> None:
    """12.5 + 17.5 minutes, and one act without an amount, against 60: 50."""
    assert scores("p", "minutes") == approx(50)
    assert scores("none", "minutes") == 0


@case(
    "days",
    people=[person("p")],
    items=[STARTS],
    events=[
        act("p", "2025-03-04 00:00", "visit"),
        act("p", "2025-03-04 23:59:59.700", "visit"),
        act("p", "2025-03-04 12:00", "call"),
        act("p", "2025-03-05 00:00", "call"),
        act("p", "2025-03-18 09:00", "visit"),
        act("p", "2025-03-19 09:00", "like"),
    ],
)
def test_distinct_days(scores: Read) -> None:
    """Acts of two kinds on the 4th (three of them), the 5th and the 18th: 3 days, of 4 that are all of it: 75. A like is no visit."""
    assert scores.of("p", "rhythm") == (3, 1)
    assert scores("p", "rhythm") == approx(75)


@case(
    "items",
    people=[person("p")],
    items=[STARTS, item("x", "other", "2025-03-03 00:00"), item("y", "other"), item("z", "other", "2025-03-20 00:00")],
    events=[
        act("p", "2025-03-04 10:00", "explore", "x"),
        act("p", "2025-03-04 11:00", "explore", "x"),
        act("p", "2025-03-11 11:00", "explore", "x"),
        act("p", "2025-03-18 11:00", "explore", "y"),
        act("p", "2025-03-25 11:00", "explore", "y"),
        act("p", "2025-03-19 11:00", "explore", "z"),
        act("p", "2025-03-19 11:00", "explore"),
    ],
)
def test_distinct_items_each_once_also_across_weeks(scores: Read) -> None:
    """x three times in two weeks and y twice in two weeks are two things. z was not open yet, and the last act was on nothing: 2 of 4, 50."""
    assert scores.of("p", "breadth", "2025-03-03") == (1, 1)
    assert scores.of("p", "breadth", "2025-03-10") == (1, 1)
    assert scores.of("p", "breadth") == (2, 1)
    assert scores("p", "breadth") == approx(50)


@case(
    "on",
    people=[person("p")],
    items=[STARTS, item("q", "quiz", "2025-03-03 00:00"), item("x", "other", "2025-03-03 00:00")],
    events=[act("p", "2025-03-04 10:00", "try", "q"), act("p", "2025-03-04 10:05", "try", "x"), act("p", "2025-03-04 10:10", "try")],
)
def test_acts_on_items_of_one_kind_only(scores: Read) -> None:
    """Of three tries one was on a quiz; two are all of it: 50."""
    assert scores("p", "quizzes") == approx(50)


@case(
    "twice",
    people=[person("p"), person("before")],
    items=[item("a", "page", "2025-03-04 09:00"), item("b", "page", "2025-03-11 09:00")],
    events=[act("p", f"2025-03-{d} 10:00", "open", "a") for d in ("04", "05", "12", "19")]
    + [
        act("before", "2025-03-10 10:00", "open", "b"),
        act("before", "2025-03-03 10:00", "open", "a"),
        act("before", "2025-03-18 10:00", "open", "a"),
    ],
)
def test_an_item_taken_twice_counts_once_also_across_weeks(scores: Read) -> None:
    """Page a four times in three weeks: 1 of 2. Opening a page before it opens does not take it: `before` opened b too early (the day before)
    and a first too early, then rightly in the third week: 0 of 2 after two weeks, 1 of 2 after three."""
    assert scores.of("p", "pages") == (1, 2)
    assert scores.of("before", "pages", "2025-03-10") == (0, 2)
    assert scores.of("before", "pages") == (1, 2)


@case(
    "length",
    people=[person("p")],
    items=[
        item("long", "page", "2025-03-04 09:00", seconds=900),
        item("short", "page", "2025-03-04 09:00", seconds=100),
        item("none", "page", "2025-03-04 09:00"),
    ],
    events=[act("p", "2025-03-04 10:00", "open", "long"), act("p", "2025-03-04 10:00", "open", "none")],
)
def test_each_item_by_its_length(scores: Read) -> None:
    """900 of 1,000 s: 90. A page without a length weighs nothing there, and counts as one of three elsewhere: 2 of 3."""
    assert scores.of("p", "read") == (900, 1000)
    assert scores("p", "read") == approx(90)
    assert scores.of("p", "pages") == (2, 3)
