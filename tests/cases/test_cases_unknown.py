"""Unknown is not zero: outages, renormalised weights, coverage, and people without a single event. Worked by hand."""

from __future__ import annotations

from pathlib import Path

from casebook import Read, case
from programme import Run, World, act, alone, defined, in_workspace, item, person, t
from pytest import approx


@case(
    "down",
    people=[person("p"), person("quiet")],
    items=[item(f"p{d}", "page", f"2025-03-{d} 09:00") for d in ("04", "11", "18", "25")],
    events=[act("p", "2025-03-05 10:00", "open", "p04"), act("p", "2025-03-12 10:00", "open", "p11")],
    outages=[{"source": "lms", "cohort": "down", "from_at": t("2025-03-10 00:00"), "until_at": t("2025-03-17 00:00")}],
)
def test_what_opened_while_its_tool_was_down_is_left_out(scores: Read) -> None:
    """Of four pages the second opened while the tool was down: it counts neither as offered nor as taken, although an act on it was seen.
    1 of 3 and 0 of 3."""
    assert scores.of("p", "pages") == (1, 3)
    assert scores.of("quiet", "pages") == (0, 3)


@case(
    "down-always",
    people=[person("p")],
    items=[item("p04", "page", "2025-03-04 09:00"), item("s", "session", "2025-03-04 10:00", "2025-03-04 11:00")],
    outages=[
        {"source": source, "cohort": "down-always", "from_at": t("2025-03-01 00:00"), "until_at": t("2025-04-01 00:00")}
        for source in ("lms", "zoom", "forum")
    ],
)
def test_a_tool_that_was_down_all_the_time_gives_no_value(scores: Read) -> None:
    """Pages (lms), attendance (zoom) and comments a week (forum: no week was seen) have no value; it is not 0."""
    assert [scores("p", s) for s in ("pages", "attendance", "comments")] == [None, None, None]


@case(
    "down-weeks",
    people=[person("p"), person("late", joined_at=t("2025-03-12 00:00"))],
    items=[item("start", "other", "2025-03-03 00:00")],
    events=[act(p, "2025-03-25 10:00", "comment") for p in ("p", "late")],
    outages=[
        {"source": "forum", "cohort": "down-weeks", "from_at": t("2025-03-10 00:00"), "until_at": t("2025-03-14 00:00")},
        {"source": "forum", "cohort": "down-weeks", "from_at": t("2025-03-12 00:00"), "until_at": t("2025-03-17 00:00")},
        {"source": "forum", "cohort": "others", "from_at": t("2025-03-17 00:00"), "until_at": t("2025-03-24 00:00")},
    ],
)
def test_a_rate_by_the_week_leaves_out_the_time_in_which_the_tool_was_down(scores: Read) -> None:
    """Two reports that overlap are one outage from the 10th to the 17th; that of another cohort is none. One comment in 4 − 1 = 3 weeks.
    Who joined on the 12th was seen from the 17th on: 2 weeks."""
    assert scores.of("p", "comments") == approx((1, 3))
    assert scores.of("late", "comments") == approx((1, 2))


@case(
    "down-prompts",
    people=[person("p")],
    items=[item(s, "session", f"2025-03-{d} 10:00", f"2025-03-{d} 11:00") for s, d in (("s1", "04"), ("s2", "11"))]
    + [item(f"{s}q{n}", "prompt", f"2025-03-{d} 10:{n}0", parent=s) for s, d in (("s1", "04"), ("s2", "11")) for n in (1, 2)],
    events=[
        act("p", "2025-03-04 10:00", "join", "s1"),
        act("p", "2025-03-11 10:00", "join", "s2"),
        act("p", "2025-03-04 10:11", "answer", "s1q1"),
    ]
    + [act("p", "2025-03-04 10:30", "chat", "s1"), act("p", "2025-03-04 10:31", "chat", "s1")],
    outages=[{"source": "slido", "cohort": "down-prompts", "from_at": t("2025-03-11 00:00"), "until_at": t("2025-03-12 00:00")}],
)
def test_prompts_and_hours_while_the_tool_of_the_answers_was_down(scores: Read) -> None:
    """The answers come from a tool that was down during the second session, which the person did attend: its prompts were met, but nobody
    could see an answer. 1 of 2, not 1 of 4. Chat comes from the same tool: two in the one hour that it saw, not in two hours."""
    assert scores.of("p", "answered") == (1, 2)
    assert scores.of("p", "chat") == (2, 1)
    assert scores("p", "attendance") == approx(100)


@case(
    "silent",
    people=[person("nobody")],
    items=[item("p04", "page", "2025-03-04 09:00"), item("s", "session", "2025-03-04 10:00", "2025-03-04 11:00")],
)
def test_somebody_without_a_single_event_is_there(scores: Read) -> None:
    """They have a row in every week; what was offered and not taken is 0, what was not offered has no value."""
    assert len(scores.there("nobody")) == 4
    assert scores("nobody", "pages") == 0
    assert scores("nobody", "attendance") == 0
    assert scores("nobody", "handed_in") is None


THREE = defined(
    {
        "reading": {"weight": 0.5, "drivers": {"only": {"offered": "page", "taken": "study"}}},
        "tasks": {"weight": 0.3, "drivers": {"only": {"offered": "task", "taken": "submit", "when": "due"}}},
        "posts": {
            "weight": 0.2,
            "drivers": {
                "replies": {"weight": 0.75, "offered": "thread", "taken": "reply"},
                "votes": {"weight": 0.25, "offered": "poll", "taken": "vote"},
            },
        },
    },
    ends="2025-03-23",
)


def test_weights_are_renormalised_over_what_is_known(run: Run) -> None:
    """Week 1: pages only (1 of 2). Known weight 0.5, so coverage 0.5 and the score is that of reading: 50.
    Week 2: a task is due and handed in. Known 0.8: (0.5 · 50 + 0.3 · 100)/0.8 = 68.75.
    Week 3: a poll, not voted in; no thread, so within `posts` the votes carry all of it: 0. Known 1: 25 + 30 + 0 = 55."""
    items = [
        item("a", "page", "2025-03-04 09:00"),
        item("b", "page", "2025-03-04 09:00"),
        item("task", "task", "2025-03-04 09:00", "2025-03-12 09:00"),
        item("poll", "poll", "2025-03-18 09:00"),
    ]
    found = run(
        World(THREE, [person("p")], items, [act("p", "2025-03-05 10:00", "study", "a"), act("p", "2025-03-11 10:00", "submit", "task")])
    )
    rows = [found[w]["p"] for w in ("2025-03-03", "2025-03-10", "2025-03-17")]
    assert [r["coverage"] for r in rows] == approx([0.5, 0.8, 1])
    assert [r["score"] for r in rows] == approx([50, 68.75, 55])
    assert [r["posts"] for r in rows] == [None, None, 0]


def test_too_little_known_is_no_score_and_no_band(run: Run) -> None:
    """Least coverage 0.4. Only `posts` is known: 0.2 of the weight → no score, no interval and no band, but the signal's value and the
    coverage are kept. With `tasks` and `posts`: 0.5 → a score. Exactly the least, 0.5 of 0.5, is enough; 0.3 + 0.2 must not miss 0.5 by a
    rounding."""
    poll, task = item("poll", "poll", "2025-03-04 09:00"), item("task", "task", None, "2025-03-12 09:00")
    found = run(World(THREE, [person("p")], [poll, task], [act("p", "2025-03-04 10:00", "vote", "poll")]))
    first, second = found["2025-03-03"]["p"], found["2025-03-10"]["p"]
    assert first["coverage"] == approx(0.2)
    assert (first["score"], first["low"], first["high"], first["band"]) == (None, None, None, None)
    assert first["posts"] == 100
    assert second["coverage"] == approx(0.5)
    assert second["score"] == approx(100 * 0.2 / 0.5)
    assert second["band"] == "risk"
    stricter = run(World({**THREE, "min_coverage": 0.5}, [person("p")], [poll, task], [act("p", "2025-03-04 10:00", "vote", "poll")]))
    assert stricter["2025-03-10"]["p"]["score"] == approx(40)
    more = run(World({**THREE, "min_coverage": 0.51}, [person("p")], [poll, task], [act("p", "2025-03-04 10:00", "vote", "poll")]))
    assert more["2025-03-10"]["p"]["score"] is None


def test_the_reason_is_told(tmp_path: Path) -> None:
    """The page opened while the tool was down, no task is due until the 19th, nobody has put a poll or a thread yet. Nothing is known, so
    there is no score; each signal says why, and so does the whole."""
    definition = {
        **THREE,
        "signals": {
            **THREE["signals"],
            "reading": {**THREE["signals"]["reading"], "drivers": {"only": {"offered": "page", "taken": "study", "source": "lms"}}},
        },
    }
    items = [item("a", "page", "2025-03-04 09:00"), item("task", "task", "2025-03-04 09:00", "2025-03-19 09:00")]
    down = [
        {
            "source": "lms",
            "cohort": None,
            "from_at": t("2025-03-04 00:00"),
            "until_at": t("2025-03-06 00:00"),
            "reason": "certificate ran out",
        }
    ]
    world = World(definition, [person("p")], items, [], [], down, as_of=t("2025-03-10 00:00"))
    with in_workspace(world, tmp_path) as work:
        told = work.explain("p")
    reasons = {n.key: n.reason for n in told.tree.children}
    assert (told.score, told.band, told.coverage) == (None, None, 0)
    assert reasons["reading"] == "lms was down from 4 Mar to 6 Mar (certificate ran out)"
    assert reasons["tasks"].startswith("no task due yet: the first is on")
    assert "19 Mar" in reasons["tasks"]
    assert reasons["posts"]
    assert "0 % of the weight is known, 40 % needed" in told.reason
    assert told.tree.points is None


def test_no_signal_alone_decides_whether_somebody_is_shown(run: Run) -> None:
    """A roster of two, no event at all: both have a row with score 0 and full coverage, for a page was offered and not taken."""
    found = run(
        World(
            defined({"reading": alone(offered="page", taken="study")}),
            [person("a"), person("b")],
            [item("x", "page", "2025-03-04 09:00", "2025-03-05 09:00")],
        )
    )
    assert {p: (r["score"], r["coverage"], r["band"]) for p, r in found["2025-03-03"].items()} == {
        "a": (0, 1, "disengaged"),
        "b": (0, 1, "disengaged"),
    }
