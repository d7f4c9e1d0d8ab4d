"""Periods, time zones and windows, worked by hand."""

from __future__ import annotations

from typing import Any

from programme import Row, Run, Scores, World, act, alone, defined, item, person, t
from pytest import approx

READING = {"reading": alone(offered="page", taken="study")}
POSTS = {"posts": alone(taken="post", per="day", normalise="target", target=1)}
DAYS = {"rhythm": alone(taken=["post", "like"], measure="days", normalise="target", target=10)}


def pages(*opens: str) -> list[Row]:
    return [item(f"p{k}", "page", at) for k, at in enumerate(opens)]


def shares(found: Scores, signal: str, who: str = "p") -> dict[str, tuple[float, float]]:
    return {w: (rows[who][f"{signal}__only__taken"], rows[who][f"{signal}__only__offered"]) for w, rows in found.items() if who in rows}


def test_weeks_begin_at_local_midnight(run: Run) -> None:
    """Madrid is an hour ahead of UTC in early March. A page of Sunday 23:30 UTC is one of Monday 00:30: it belongs to the week of the 10th.
    Opening the first one on Sunday 22:59 UTC (23:59 in Madrid) belongs to the week of the 3rd, one minute later would not."""
    madrid = defined(READING, zone="Europe/Madrid", ends="2025-03-16")
    items = pages("2025-03-04 09:00", "2025-03-09 23:30")
    before = run(World(madrid, [person("p")], items, [act("p", "2025-03-09 22:59", "study", "p0")]))
    after = run(World(madrid, [person("p")], items, [act("p", "2025-03-09 23:00", "study", "p0")]))
    assert shares(before, "reading") == {"2025-03-03": (1, 1), "2025-03-10": (1, 2)}
    assert shares(after, "reading") == {"2025-03-03": (0, 1), "2025-03-10": (1, 2)}


def test_the_week_in_which_the_clocks_change_has_167_hours(run: Run) -> None:
    """In Madrid the clocks go forward on Sunday 30 March 2025 at 02:00. The week from the 24th has 167 hours, 167/24 days; the week before
    168, that is 7. Seven posts in each: 7/7, then 14 in 7 + 167/24 days. In New York they went forward on the 9th."""
    madrid = defined(POSTS, zone="Europe/Madrid", starts="2025-03-17", ends="2025-03-30")
    start = [item("start", "other", "2025-03-16 23:00")]
    events = [act("p", f"2025-03-{d} 12:00", "post") for d in range(17, 31)]
    found = shares(run(World(madrid, [person("p")], start, events)), "posts")
    assert found == {"2025-03-17": approx((7, 7)), "2025-03-24": approx((14, 7 + 167 / 24))}
    york = defined(POSTS, zone="America/New_York", starts="2025-03-03", ends="2025-03-09")
    assert shares(run(World(york, [person("p")], [item("start", "other", "2025-03-03 05:00")])), "posts") == {
        "2025-03-03": approx((0, 167 / 24))
    }


def test_local_days_around_the_change_of_clocks(run: Run) -> None:
    """Madrid, week of 24 March 2025. 22:59 UTC on Saturday the 29th is 23:59 local (+1): still Saturday. 22:30 UTC on Sunday the 30th is
    00:30 on Monday the 31st (+2), the next week. 21:59 UTC on Sunday is 23:59 on Sunday. So Saturday and Sunday: 2 days, and Monday 1."""
    madrid = defined(DAYS, zone="Europe/Madrid", starts="2025-03-24", ends="2025-04-06")
    events = [
        act("p", "2025-03-29 10:00", "post"),
        act("p", "2025-03-29 22:59", "like"),
        act("p", "2025-03-30 21:59", "post"),
        act("p", "2025-03-30 22:30", "post"),
        act("p", "2025-03-31 10:30", "post"),
    ]
    found = shares(run(World(madrid, [person("p")], [item("start", "other", "2025-03-23 23:00")], events)), "rhythm")
    assert found == {"2025-03-24": (2, 1), "2025-03-31": (3, 1)}


def test_by_day_and_by_month(run: Run) -> None:
    """Pages on 30 March, 31 March and 1 April. By days the running total grows by one a day; by months 2 in March, 3 in April. The months
    begin on the 1st although the programme starts on the 30th."""
    items = pages("2025-03-30 09:00", "2025-03-31 09:00", "2025-04-01 09:00")
    events = [act("p", "2025-03-30 23:59:59", "study", "p0"), act("p", "2025-04-01 00:00", "study", "p1")]
    days = defined(READING, period="day", starts="2025-03-30", ends="2025-04-01")
    months = defined(READING, period="month", starts="2025-03-30", ends="2025-04-30")
    assert shares(run(World(days, [person("p")], items, events)), "reading") == {
        "2025-03-30": (1, 1),
        "2025-03-31": (1, 2),
        "2025-04-01": (2, 3),
    }
    assert shares(run(World(months, [person("p")], items, events)), "reading") == {"2025-03-01": (1, 2), "2025-04-01": (2, 3)}


SESSIONS = [
    item("s1", "session", "2025-03-04 10:00", "2025-03-04 11:00"),
    item("s2", "session", "2025-03-06 10:00", "2025-03-06 11:00"),
    item("s3", "session", "2025-03-06 14:00", "2025-03-06 14:30"),
]
BY_SESSION: dict[str, Any] = {"period": "session", "ends": "2025-03-08"}


def test_by_session(run: Run) -> None:
    """A period ends with each session. The programme starts on Monday the 3rd: the first lasts to 11:00 on the 4th, the next to 11:00 on the
    6th, the third to 14:30 on the 6th, and what is left to the end. A page put at 12:00 on the 6th belongs to the third."""
    items = [*SESSIONS, item("x", "page", "2025-03-03 09:00"), item("y", "page", "2025-03-06 12:00")]
    events = [act("p", "2025-03-06 10:59:59", "study", "x"), act("p", "2025-03-06 14:30", "study", "y")]
    found = shares(run(World(defined(READING, **BY_SESSION), [person("p")], items, events)), "reading")
    assert found == {"2025-03-03T0000": (0, 1), "2025-03-04T1100": (1, 1), "2025-03-06T1100": (1, 2), "2025-03-06T1430": (2, 2)}


def test_a_day_that_a_session_divides_is_one_day(run: Run) -> None:
    """By sessions: acts on the 6th at 09:00, 12:00 and 20:00 lie in three periods, but are one day. With the 4th that makes two, not four."""
    events = [act("p", f"2025-03-{at}", "post") for at in ("04 12:00", "06 09:00", "06 12:00", "06 20:00")]
    found = shares(run(World(defined(DAYS, **BY_SESSION), [person("p")], SESSIONS, events)), "rhythm")
    assert list(found.values()) == [(0, 1), (2, 1), (2, 1), (2, 1)]


def test_two_sessions_that_end_in_the_same_minute(run: Run) -> None:
    """Ends at 11:00:00 and 11:00:20 make two periods with names of their own, in order."""
    items = [item("a", "session", "2025-03-04 10:00", "2025-03-04 11:00"), item("b", "session", "2025-03-04 10:00", "2025-03-04 11:00:20")]
    found = run(World(defined(READING, **BY_SESSION), [person("p")], [*items, item("x", "page", "2025-03-04 09:00")]))
    assert list(found) == ["2025-03-03T0000", "2025-03-04T1100", "2025-03-04T110020"]


def test_a_score_is_as_of_the_end_of_its_period(run: Run) -> None:
    """As of Wednesday the 12th, 10:00: the page of 10:00 is not yet offered (half-open), that of 09:59 is; the act of 10:00 is not yet seen.
    Of the two weeks the second is cut there: 7 + 2 + 10/24 days on the roster."""
    both = defined({"reading": {**READING["reading"], "weight": 0.5}, "posts": {**POSTS["posts"], "weight": 0.5}}, ends="2025-03-30")
    items = [item("start", "other", "2025-03-03 00:00"), *pages("2025-03-04 09:00", "2025-03-12 09:59", "2025-03-12 10:00")]
    events = [act("p", "2025-03-12 10:00", "study", "p0"), act("p", "2025-03-12 09:59:59", "study", "p1")]
    found = run(World(both, [person("p")], items, events, as_of=t("2025-03-12 10:00")))
    assert shares(found, "reading") == {"2025-03-03": (0, 1), "2025-03-10": (1, 2)}
    assert shares(found, "posts")["2025-03-10"] == approx((0, 9 + 10 / 24))


def test_cumulative_and_trailing(run: Run) -> None:
    """A page a week, of which the first and the fourth are opened in their week. Cumulative: 1/1, 1/2, 1/3, 2/4. Over the last two weeks:
    1/1, 1/2, 0/2, 1/2. Over the last one: 1/1, 0/1, 0/1, 1/1."""
    items = pages(*(f"2025-03-{d} 09:00" for d in ("04", "11", "18", "25")))
    events = [act("p", "2025-03-05 10:00", "study", "p0"), act("p", "2025-03-26 10:00", "study", "p3")]
    for window, answer in (
        ("cumulative", [(1, 1), (1, 2), (1, 3), (2, 4)]),
        ({"trailing": 2}, [(1, 1), (1, 2), (0, 2), (1, 2)]),
        ({"trailing": 1}, [(1, 1), (0, 1), (0, 1), (1, 1)]),
    ):
        found = run(World(defined(READING, window=window, ends="2025-03-30"), [person("p")], items, events))
        assert list(shares(found, "reading").values()) == answer


def test_a_trailing_window_and_what_falls_due_in_it(run: Run) -> None:
    """Over the last two weeks. t1 is due in week 2 and was handed in early, in week 1; t2 is due in week 3 and handed in late, in week 4.
    Week 1: nothing due. Week 2: 1/1. Week 3: t1, t2 → 1/2. Week 4: only t2 is due in weeks 3 and 4, and it is done → 1/1."""
    items = [item("t1", "task", None, "2025-03-12 09:00"), item("t2", "task", None, "2025-03-19 09:00")]
    events = [act("p", "2025-03-04 10:00", "submit", "t1"), act("p", "2025-03-26 10:00", "submit", "t2")]
    due = defined({"tasks": alone(offered="task", taken="submit", when="due")}, window={"trailing": 2}, ends="2025-03-30")
    assert list(shares(run(World(due, [person("p")], items, events)), "tasks").values()) == [(0, 0), (1, 1), (1, 2), (1, 1)]


def test_a_trailing_window_of_rates(run: Run) -> None:
    """Posts a day over the last two weeks: 7 in week 1, none in week 2, 14 in week 3. Days on the roster: 7, 14, 14; who joined on the 20th
    at noon was there for 3.5 days of weeks 2 and 3."""
    events = [
        act("p", f"2025-03-{d:02d} {h}:00", "post")
        for d, hours in [*((d, (10,)) for d in range(3, 10)), *((d, (10, 20)) for d in range(17, 24))]
        for h in hours
    ]
    world = World(
        defined(POSTS, window={"trailing": 2}, ends="2025-03-23"),
        [person("p"), person("late", joined_at=t("2025-03-20 12:00"))],
        [item("start", "other", "2025-03-03 00:00")],
        events,
    )
    found = run(world)
    assert list(shares(found, "posts").values()) == [approx((7, 7)), approx((7, 14)), approx((14, 14))]
    assert shares(found, "posts", "late") == {"2025-03-17": approx((0, 3.5))}


def test_a_cohort_that_starts_later(run: Run) -> None:
    """Cohort B's first page opens on 19 March. Its people are not counted before, and their days run from then on: 4 whole days and 15 hours
    to the end of Sunday the 23rd."""
    items = [item("start", "other", "2025-03-03 00:00"), item("b", "page", "2025-03-19 09:00", cohort="B")]
    found = run(World(defined(POSTS, ends="2025-03-23"), [person("p"), person("q", "B")], items))
    assert list(shares(found, "posts", "q")) == ["2025-03-17"]
    assert shares(found, "posts", "q")["2025-03-17"] == approx((0, 4 + 15 / 24))
