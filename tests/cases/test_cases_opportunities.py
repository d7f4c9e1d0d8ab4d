"""Opportunities are this person's own: worked by hand from `scoring.md`."""

from __future__ import annotations

from casebook import Read, case
from programme import Run, World, act, alone, defined, item, person, t
from pytest import approx

PAGES = [item(f"page{k}", "page", f"2025-03-{day} 09:00") for k, day in ((1, "04"), (2, "11"), (3, "18"), (4, "25"))]


@case(
    "late",
    people=[person("early"), person("joiner", joined_at=t("2025-03-11 09:00")), person("second", joined_at=t("2025-03-11 09:01"))],
    items=PAGES,
    events=[act(p, "2025-03-19 10:00", "open", "page3") for p in ("early", "joiner", "second")],
)
def test_late_joiner_is_not_charged_for_what_was_offered_before(scores: Read) -> None:
    """Four pages, one opened. Who was there from the start: 1 of 4 = 25. Who joined at the very moment in which page 2 opened has it among
    theirs (half-open: joined ≤ opens): 1 of 3. One minute later: 1 of 2 = 50. The joiner has no row for the week before joining."""
    assert scores.of("early", "pages") == (1, 4)
    assert scores("early", "pages") == approx(25)
    assert scores.of("joiner", "pages") == (1, 3)
    assert scores.of("second", "pages") == (1, 2)
    assert scores("second", "pages") == approx(50)
    assert scores.there("early")[0] == "2025-03-03"
    assert scores.there("joiner")[0] == "2025-03-10"


@case(
    "early-act",
    people=[person("joiner", joined_at=t("2025-03-10 12:00"))],
    items=[item("before", "page", "2025-03-04 09:00"), item("after", "page", "2025-03-11 09:00")],
    events=[
        act("joiner", "2025-03-05 10:00", "open", "before"),
        act("joiner", "2025-03-12 10:00", "open", "before"),
        act("joiner", "2025-03-12 10:05", "open", "after"),
    ],
)
def test_what_was_offered_before_joining_cannot_be_taken_either(scores: Read) -> None:
    """Page `before` opened before joining: it is in neither number, although it was opened afterwards. So 1 of 1, not 2 of 1."""
    assert scores.of("joiner", "pages") == (1, 1)


@case(
    "leaver",
    people=[person("stayer"), person("leaver", left_at=t("2025-03-18 09:00"))],
    items=PAGES,
    events=[act(p, "2025-03-05 10:00", "open", "page1") for p in ("stayer", "leaver")]
    + [act("leaver", "2025-03-19 10:00", "open", "page2")],
)
def test_leaver_is_not_charged_for_what_came_after(scores: Read) -> None:
    """The leaver left at the moment in which page 3 opened (half-open: opens < left), so 2 pages were offered. Page 2 was opened after
    leaving, which does not count: 1 of 2 in the week of leaving, and no row in the week after it."""
    assert scores.of("leaver", "pages", "2025-03-17") == (1, 2)
    assert scores.there("leaver") == ["2025-03-03", "2025-03-10", "2025-03-17"]
    assert scores.of("stayer", "pages") == (1, 4)


@case(
    "excused",
    people=[person("away"), person("came"), person("none")],
    items=[item(f"s{k}", "session", f"2025-03-{d} 10:00", f"2025-03-{d} 11:00") for k, d in ((1, "04"), (2, "11"))]
    + [item("p1", "page", "2025-03-05 09:00"), item("p2", "page", "2025-03-12 09:00")],
    events=[act(p, "2025-03-04 10:00", "join", "s1") for p in ("away", "came", "none")]
    + [
        act("came", "2025-03-11 10:30", "join", "s2"),
        act("away", "2025-03-05 10:00", "open", "p1"),
        act("came", "2025-03-12 12:00", "open", "p2"),
    ],
    excusals=[
        {"participant": p, "item": what, "from_at": t("2025-03-01 00:00"), "until_at": t("2025-03-02 00:00")}
        for p in ("away", "came")
        for what in ("s2", "p2")
    ],
)
def test_an_excused_absence_leaves_the_denominator_and_coming_all_the_same_counts(scores: Read) -> None:
    """Two sessions of 3,600 s. `none` missed the second: 3600/7200 = 50. `away` was excused from it: 3600/3600 = 100. `came` was excused and
    came for the second half all the same: reached 7200/7200, stayed (3600 + 1800)/7200, product 75. Pages: `away` opened 1 of the 1 left;
    `came` took only the excused one, so it counts on both sides: 1 of 2; `none` 0 of 2."""
    assert scores("none", "attendance") == approx(50)
    assert scores("away", "attendance") == approx(100)
    assert scores.of("away", "attendance", driver="reached") == (3600, 3600)
    assert scores("came", "attendance") == approx(75)
    assert scores.of("away", "pages") == (1, 1)
    assert scores.of("came", "pages") == (1, 2)
    assert scores.of("none", "pages") == (0, 2)


@case(
    "excused-later",
    people=[person("came")],
    items=[item("p1", "page", "2025-03-05 09:00"), item("p2", "page", "2025-03-05 09:00")],
    events=[act("came", "2025-03-19 10:00", "open", "p2")],
    excusals=[{"participant": "came", "item": None, "from_at": t("2025-03-05 00:00"), "until_at": t("2025-03-06 00:00")}],
)
def test_excused_until_the_day_on_which_it_is_taken_all_the_same(scores: Read) -> None:
    """Both pages are excused by their time. Nothing is left to offer in the first two weeks: no value. When page 2 is opened in the third
    week it counts from then on: 1 of 1. Page 1 stays excused."""
    assert scores("came", "pages", "2025-03-03") is None
    assert scores("came", "pages", "2025-03-10") is None
    assert scores.of("came", "pages", "2025-03-17") == (1, 1)
    assert scores("came", "pages") == approx(100)


@case(
    "excused-outside",
    people=[person("joiner", joined_at=t("2025-03-10 00:00"), left_at=t("2025-03-26 00:00"))],
    items=PAGES + [item("page5", "page", "2025-03-27 09:00")],
    events=[act("joiner", "2025-03-12 10:00", "open", "page2")],
    excusals=[
        {"participant": "joiner", "item": f"page{k}", "from_at": t("2025-03-01 00:00"), "until_at": t("2025-03-02 00:00")}
        for k in (1, 4, 5)
    ],
)
def test_an_excusal_for_what_was_never_this_persons_changes_nothing(scores: Read) -> None:
    """Pages 2, 3 and 4 were offered between joining and leaving. Page 1 came before, page 5 after: they never entered the denominator, so
    their excusal cannot take anything out of it. Page 4 is excused: 1 of 2."""
    assert scores.of("joiner", "pages") == (1, 2)


def test_items_of_the_own_cohort_and_of_everybody(run: Run) -> None:
    """`general` is for all, `ours` for this cohort, `theirs` for another: opening it gives nothing. `moved` is for all on the 29th, but this
    cohort has a row of its own for the 6th, which is the valid one: once, not twice. After the first week 3 are offered and 1 taken; for
    the other cohort 2 (general, theirs), and a third on the 29th."""
    items = [
        item("general", "page", "2025-03-04 09:00", cohort=None),
        item("ours", "page", "2025-03-04 09:00"),
        item("theirs", "page", "2025-03-04 09:00", cohort="B"),
        item("moved", "page", "2025-03-29 09:00", cohort=None),
        item("moved", "page", "2025-03-06 09:00"),
    ]
    events = [act("own", "2025-03-05 10:00", "study", "theirs"), act("own", "2025-03-07 10:00", "study", "moved")]
    pages = defined({"pages": alone(offered="page", taken="study")}, ends="2025-03-30")
    found = run(World(pages, [person("own"), person("other", "B")], items, events))
    taken = {(w, who): (r["pages__only__taken"], r["pages__only__offered"]) for w, rows in found.items() for who, r in rows.items()}
    assert taken["2025-03-03", "own"] == taken["2025-03-24", "own"] == (1, 3)
    assert (taken["2025-03-03", "other"], taken["2025-03-24", "other"]) == ((0, 2), (0, 3))


@case(
    "prompts",
    people=[person("half"), person("silent"), person("absent"), person("dialled-in"), person("second-half")],
    items=[item("s", "session", "2025-03-04 10:00", "2025-03-04 11:00"), item("other", "session", "2025-03-05 10:00", "2025-03-05 11:00")]
    + [item(f"q{m}", "prompt", f"2025-03-04 10:{m}", parent="s") for m in (10, 20, 30, 40)]
    + [item(f"r{m}", "prompt", f"2025-03-05 10:{m}", parent="other") for m in (10, 20, 30, 40)],
    events=[
        act("half", "2025-03-04 10:00", "join", "s"),
        act("half", "2025-03-04 10:30", "leave", "s"),
        act("half", "2025-03-04 10:21", "answer", "q20"),
        act("silent", "2025-03-04 10:00", "join", "s"),
        act("dialled-in", "2025-03-04 10:12", "vote", "q10"),
        act("dialled-in", "2025-03-05 10:00", "join", "other"),
        act("second-half", "2025-03-04 10:20", "present", "s", 1200),
        act("second-half", "2025-03-05 10:15", "answer", "q40"),
    ],
)
def test_prompts_count_only_while_present(scores: Read) -> None:
    """Four prompts at 10:10, 10:20, 10:30, 10:40 in each of two sessions. `half` left at 10:30 sharp, so met two (half-open) and answered
    one: 1 of 2. `silent` met four of one session: 0 of 4. `absent` met none: no value. `dialled-in` was never seen in the first session but
    answered a prompt of it, which therefore was met, and met the four of the second: 1 of 5, not 1 of 4. `second-half` was there from
    10:20 to 10:40: met two, and answered a third one later: 1 of 3."""
    assert scores.of("half", "answered") == (1, 2)
    assert scores.of("silent", "answered") == (0, 4)
    assert scores("silent", "answered") == 0
    assert scores("absent", "answered") is None
    assert scores.of("dialled-in", "answered") == (1, 5)
    assert scores.of("second-half", "answered") == (1, 3)


@case(
    "prompts-for-all",
    people=[person("absent")],
    items=[item("s", "session", "2025-03-04 10:00", "2025-03-04 11:00"), item("q", "prompt", "2025-03-04 10:10", parent="s")],
)
def test_unless_the_definition_says_otherwise_for_prompts(scores: Read) -> None:
    """`replied` does not ask for presence: the prompt counts for the absent, too. 0 of 1, beside no value for `answered`."""
    assert scores.of("absent", "replied") == (0, 1)
    assert scores("absent", "answered") is None
