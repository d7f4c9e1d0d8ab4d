"""Every rule of what a score means, on programmes small enough to work out by hand. Each docstring says how."""

from datetime import UTC, datetime

import pytest
from programme import World, act, alone, defined, in_workspace, item, on_engine, person, t

from engagetree.engine import connect

SHARE = {"offered": "session", "taken": "present", "count": "length"}
SESSIONS = [item(f"s{n}", "session", f"2025-03-0{n} 10:00", f"2025-03-0{n} 11:00") for n in (3, 4, 5, 6)]
STAY = {"reached": SHARE, "stayed": {**SHARE, "count": "presence"}}


@pytest.fixture
def scored(tmp_path):
    def run(world):
        engine = connect()
        try:
            return on_engine(world, tmp_path, engine)
        finally:
            engine.close()

    return run


def row(scores, who="p", period=-1):
    return scores[sorted(scores)[period]][who]


def driver(scores, who="p", period=-1):
    r = row(scores, who, period)
    return r["only__only__taken"], r["only__only__offered"]


def world(driver_, roster=None, items=(), events=(), **more):
    extra = {k: more.pop(k) for k in ("excusals", "outages", "as_of") if k in more}
    return World(defined({"only": alone(**driver_)}, **more), roster or [person("p")], list(items), list(events), **extra)


COUNTED = {"offered": "task", "taken": "submit"}


def tasks(*days, **more):
    return [item(f"t{d}", "task", f"2025-03-{d:02} 09:00", f"2025-03-{d:02} 18:00", **more) for d in days]


# ---- whose opportunities


def test_a_late_joiner_is_not_charged_for_what_was_offered_before(scored):
    """Tasks on the 3rd to 6th; joined on the 5th at 8:00: two were offered, one was taken: 1 of 2."""
    late = person("p", joined_at=t("2025-03-05 08:00"))
    assert driver(scored(world(COUNTED, [late], tasks(3, 4, 5, 6), [act("p", "2025-03-05 10:00", "submit", "t5")]))) == (1, 2)


def test_a_leaver_is_not_charged_for_what_came_after(scored):
    """Left on the 5th at 9:00 sharp, when the third task opens: half-open, so two were offered."""
    gone = person("p", left_at=t("2025-03-05 09:00"))
    assert driver(scored(world(COUNTED, [gone], tasks(3, 4, 5, 6), [act("p", "2025-03-03 10:00", "submit", "t3")]))) == (1, 2)


def test_who_left_has_no_scores_afterwards(scored):
    gone = [person("p", left_at=t("2025-03-05 09:00")), person("q")]
    scores = scored(world(COUNTED, gone, tasks(3, 12), [act("q", "2025-03-12 10:00", "submit", "t12")]))
    assert sorted(scores["2025-03-03"]) == ["p", "q"] and sorted(scores["2025-03-10"]) == ["q"]


@pytest.mark.parametrize(("events", "expected"), [([], (0, 2)), ([act("p", "2025-03-04 10:00", "submit", "t4")], (1, 3))])
def test_an_excused_absence_leaves_the_denominator_but_not_what_was_done_all_the_same(scored, events, expected):
    """Three tasks, the second excused: two count; if it was handed in anyway, all three do."""
    excused = [{"participant": "p", "item": "t4", "from_at": None, "until_at": None, "reason": "ill"}]
    assert driver(scored(world(COUNTED, items=tasks(3, 4, 5), events=events, excusals=excused))) == expected


def test_an_excusal_by_time_covers_what_opens_in_it(scored):
    """Excused [4 March, 6 March): the tasks of the 4th and 5th go, those of the 3rd and 6th stay."""
    span = [{"participant": "p", "item": None, "from_at": t("2025-03-04 00:00"), "until_at": t("2025-03-06 00:00"), "reason": "trip"}]
    assert driver(scored(world(COUNTED, items=tasks(3, 4, 5, 6), excusals=span))) == (0, 2)


def test_items_of_another_cohort_are_not_offered(scored):
    """Two tasks for A, one for B, one for everybody: A has 3, B has 2."""
    items = [*tasks(3, 4), *tasks(5, cohort="B"), *tasks(6, cohort=None)]
    scores = scored(world(COUNTED, [person("a"), person("b", "B")], items))
    assert (driver(scores, "a"), driver(scores, "b")) == ((0, 3), (0, 2))


# ---- presence


@pytest.mark.parametrize(
    ("moves", "minutes"),
    [
        ([("10:00", "join"), ("10:30", "leave")], 30),
        ([("10:00", "join"), ("10:20", "join"), ("10:30", "leave"), ("10:40", "leave")], 40),  # two devices: the union
        ([("10:00", "join"), ("10:10", "leave"), ("10:30", "join"), ("10:50", "leave")], 30),  # left and came back
        ([("10:15", "join")], 45),  # a missing leave lasts to the end
        ([("10:20", "leave")], 20),  # a leave without a join: there from the start
        ([("09:40", "join"), ("11:30", "leave")], 60),  # clipped to the session
        ([("09:00", "join"), ("09:30", "leave")], 0),  # gone before it began
    ],
)
def test_presence_is_the_union_of_intervals_clipped_to_the_session(scored, moves, minutes):
    """One session of 60 minutes; minutes present counted by hand."""
    events = [act("p", f"2025-03-03 {at}", kind, "s3") for at, kind in moves]
    stayed = {"offered": "session", "taken": "present", "count": "presence"}
    scores = scored(World(defined(_beside({"only": {"drivers": {"only": stayed}}})), [person("p")], SESSIONS[:1], events))
    assert driver(scores)[0] == minutes * 60


def test_reached_times_stayed_is_seconds_present_of_seconds_held(scored):
    """Two of four hours reached, 30 and 15 minutes stayed: 45 of 240 minutes, 18.75."""
    events = [act("p", "2025-03-03 10:00", "present", "s3", 1800), act("p", "2025-03-04 10:10", "present", "s4", 900)]
    signals = {
        "only": {"weight": 1, "combine": "product", "drivers": STAY},
    }
    scores = scored(World(defined(_beside(signals)), [person("p")], SESSIONS, events))
    assert row(scores)["only"] == pytest.approx(18.75, abs=1e-12)


def _beside(signals):
    """Presence may not be all of a score: a second signal of half the weight."""
    return {**{k: {**s, "weight": 0.5} for k, s in signals.items()}, "other": {"weight": 0.5, "drivers": {"only": COUNTED}}}


def test_who_reached_no_session_has_0_and_not_nothing(scored):
    scores = scored(World(defined(_beside({"only": {"combine": "product", "drivers": STAY}})), [person("p")], SESSIONS))
    assert row(scores)["only"] == 0


PROMPTED = {"offered": "prompt", "taken": "answer", "while_present": True}
PROMPTS = [item(f"q{m}", "prompt", f"2025-03-03 10:{m}", parent="s3") for m in (10, 20, 30, 40)]


def test_prompts_count_only_while_present(scored):
    """Prompts at 10:10, :20, :30, :40; present 10:15 to 10:35: two met, one answered. An absence is charged under attendance only."""
    events = [act("p", "2025-03-03 10:15", "present", "s3", 1200), act("p", "2025-03-03 10:21", "answer", "q20")]
    assert driver(scored(world(PROMPTED, items=[SESSIONS[0], *PROMPTS], events=events))) == (1, 2)


def test_who_was_not_there_met_no_prompt(scored):
    """Nothing offered, so no value and, all the weight being there, no score."""
    r = row(scored(world(PROMPTED, items=[SESSIONS[0], *PROMPTS])))
    assert (r["only"], r["score"], r["band"], r["coverage"]) == (None, None, None, 0.0)


# ---- unknown is not zero

TWO = {
    "first": {"weight": 0.6, "drivers": {"only": COUNTED}},
    "second": {"weight": 0.4, "drivers": {"only": {"offered": "poll", "taken": "answer"}}},
}


def test_nothing_offered_leaves_the_weight_to_the_others(scored):
    """No poll yet: the score is the first signal alone, 1 of 2, and covers 60 %."""
    r = row(scored(World(defined(TWO), [person("p")], tasks(3, 4), [act("p", "2025-03-03 10:00", "submit", "t3")])))
    assert (r["first"], r["second"], r["score"], r["coverage"]) == (50, None, 50, pytest.approx(0.6))


def test_offered_and_not_taken_is_0(scored):
    """1 of 2 and 0 of 1: 0.6 × 50 + 0.4 × 0 = 30."""
    items = [*tasks(3, 4), item("poll", "poll", "2025-03-05 10:00")]
    r = row(scored(World(defined(TWO), [person("p")], items, [act("p", "2025-03-03 10:00", "submit", "t3")])))
    assert (r["second"], r["score"], r["coverage"]) == (0, pytest.approx(30), 1.0)


def test_too_little_is_known_for_a_score(scored):
    """Only the second signal, 40 %, is known and 50 % are needed: no score and no band."""
    signals = defined(TWO, min_coverage=0.5)
    r = row(scored(World(signals, [person("p")], [item("poll", "poll", "2025-03-05 10:00")])))
    assert (r["second"], r["score"], r["low"], r["band"], r["coverage"]) == (0, None, None, None, pytest.approx(0.4))


def test_what_a_source_did_not_see_is_unknown(tmp_path):
    """The poll opened while slido was down: no value, with the reason; the first signal is all of the score."""
    items = [*tasks(3, 4), item("poll", "poll", "2025-03-05 10:00", source="slido")]
    down = [{"source": "slido", "cohort": None, "from_at": t("2025-03-05 00:00"), "until_at": t("2025-03-06 00:00"), "reason": "licence"}]
    told = in_workspace(World(defined(TWO), [person("p")], items, outages=down), tmp_path).explain("p")
    poll = told.tree.children[1]
    assert poll.value is None and "slido was down" in poll.reason and "licence" in poll.reason
    assert told.score == 0 and told.coverage == pytest.approx(0.6)


# ---- drivers


@pytest.mark.parametrize(
    ("more", "acts", "expected"),
    [
        ({"normalise": "target", "target": 4, "per": "total"}, 3, 75),
        ({"normalise": "target", "target": 4, "per": "total"}, 9, 100),  # capped at 1
        ({"normalise": "saturating", "half": 2, "per": "total"}, 2, 50),  # 1 − 2^(−2/2)
        ({"normalise": "saturating", "half": 2, "per": "total"}, 4, 75),  # 1 − 2^(−4/2)
        ({"normalise": "range", "floor": 2, "target": 6, "per": "total"}, 3, 25),  # (3 − 2)/(6 − 2)
        ({"normalise": "range", "floor": 2, "target": 6, "per": "total"}, 1, 0),
        ({"normalise": "target", "target": 10, "per": "total", "cap": 4}, 9, 40),  # at most 4 of one activity in a week
        ({"normalise": "target", "target": 3, "per": "week"}, 3, 100),  # one whole week
        ({"normalise": "target", "target": 1, "per": "day"}, 3, 300 / 7),  # seven days
    ],
)
def test_rates(scored, more, acts, expected):
    """Comments in a programme of exactly one week."""
    events = [act("p", f"2025-03-04 10:{n:02}", "comment") for n in range(acts)]
    r = row(scored(world({"taken": "comment", **more}, events=events, ends=datetime(2025, 3, 9).date())))
    assert r["only"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("measure", "expected"), [("acts", 4), ("amount", 10), ("days", 2), ("items", 2)])
def test_what_of_an_act_counts(scored, measure, expected):
    """Four clicks on two pages on two days, of 1, 2, 3 and 4: 4 acts, 10 in all, 2 days, 2 pages."""
    pages = [item(n, "page", "2025-03-03 00:00") for n in "ab"]
    where = [("2025-03-04 10:00", "a", 1), ("2025-03-04 11:00", "a", 2), ("2025-03-05 10:00", "b", 3), ("2025-03-05 12:00", "b", 4)]
    events = [act("p", at, "click", page, n) for at, page, n in where]
    d = {"taken": "click", "normalise": "target", "target": 100, "per": "total", "measure": measure}
    assert driver(scored(world(d, items=pages, events=events)))[0] == expected


def test_days_are_local_days(scored):
    """Two clicks at 22:30 and 23:30 UTC: one UTC day, but in Madrid 23:30 and 00:30, two days."""
    events = [act("p", "2025-03-04 22:30", "click"), act("p", "2025-03-04 23:30", "click")]
    d = {"taken": "click", "normalise": "target", "target": 7, "per": "total", "measure": "days"}
    assert driver(scored(world(d, events=events)))[0] == 1
    assert driver(scored(world(d, events=events, zone="Europe/Madrid")))[0] == 2


def test_a_rate_by_the_hour_present(scored):
    """Half an hour present and two chats: 4 an hour against 8 is half."""
    events = [act("p", "2025-03-03 10:00", "present", "s3", 1800), *(act("p", f"2025-03-03 10:0{n}", "chat") for n in (1, 2))]
    d = {"taken": "chat", "per": "hour_present", "normalise": "target", "target": 8}
    assert row(scored(world(d, items=SESSIONS[:1], events=events)))["only"] == pytest.approx(50)


def test_a_rate_by_items_offered(scored):
    """One comment, two sessions offered: 0.5 a session against 1."""
    d = {"taken": "comment", "per": "session", "normalise": "target", "target": 1}
    events = [act("p", "2025-03-03 10:00", "comment")]
    assert row(scored(world(d, items=SESSIONS[:2], events=events)))["only"] == pytest.approx(50)


def test_percentile_is_the_share_of_the_others_below(scored):
    """Five people with 0, 1, 2, 3, 4 comments: 0, 25, 50, 75, 100. With four people there is nothing to compare with."""
    people = [person(f"p{n}") for n in range(5)]
    events = [act(f"p{n}", f"2025-03-04 10:{k:02}", "comment") for n in range(5) for k in range(n)]
    d = {"taken": "comment", "normalise": "percentile", "per": "total"}
    scores = scored(world(d, people, events=events, ends=datetime(2025, 3, 9).date()))
    assert [row(scores, f"p{n}")["only"] for n in range(5)] == pytest.approx([0, 25, 50, 75, 100])
    few = scored(world(d, people[:4], events=[e for e in events if e["participant"] != "p4"], ends=datetime(2025, 3, 9).date()))
    assert row(few, "p3")["only"] is None


# ---- time


DUE = {**COUNTED, "when": "due"}
LONG = [item("t1", "task", "2025-03-03 09:00", "2025-03-05 09:00"), item("t2", "task", "2025-03-03 09:00", "2025-03-12 09:00")]


def test_what_is_not_due_is_not_charged_and_early_work_counts_when_it_is(scored):
    """Both handed in on the 4th; one is due in the first week, the other in the second: 1 of 1, then 2 of 2."""
    events = [act("p", "2025-03-04 10:00", "submit", n) for n in ("t1", "t2")]
    scores = scored(world(DUE, items=LONG, events=events))
    assert (driver(scores, period=0), driver(scores, period=1)) == ((1, 1), (2, 2))


def test_late_work_counts_from_when_it_is_handed_in(scored):
    scores = scored(world(DUE, items=LONG, events=[act("p", "2025-03-11 10:00", "submit", "t1")]))
    assert (driver(scores, period=0), driver(scores, period=1)) == ((0, 1), (1, 2))


def test_the_final_step_alone(scored):
    """Two steps, the second final: before it is due there is no value; then it is done or not."""
    steps = [LONG[0], {**LONG[1], "final": True}]
    scores = scored(world({**DUE, "final": True}, items=steps, events=[act("p", "2025-03-04 10:00", "submit", "t1")]))
    assert (row(scores, period=0)["only"], row(scores, period=1)["only"]) == (None, 0)


def test_an_item_taken_twice_counts_once_also_in_another_week(scored):
    events = [act("p", at, "submit", "t3") for at in ("2025-03-03 10:00", "2025-03-04 10:00", "2025-03-11 10:00")]
    scores = scored(world(COUNTED, items=tasks(3, 12), events=events))
    assert (driver(scores, period=0), driver(scores, period=1)) == ((1, 1), (1, 2))


def test_a_trailing_window_forgets(scored):
    """One task a week, the first handed in: over the last week only it is 1 of 1, then 0 of 1."""
    events = [act("p", "2025-03-03 10:00", "submit", "t3")]
    scores = scored(world(COUNTED, items=tasks(3, 12), events=events, window={"trailing": 1}))
    assert (driver(scores, period=0), driver(scores, period=1)) == ((1, 1), (0, 1))


@pytest.mark.parametrize(
    ("period", "keys"),
    [
        ("day", ["2025-03-29", "2025-03-30", "2025-03-31"]),
        ("week", ["2025-03-24", "2025-03-31"]),
        ("month", ["2025-03-01"]),
    ],
)
def test_periods_are_local_also_when_clocks_change(scored, period, keys):
    """Madrid changes its clocks on 30 March 2025; the task of the 31st opens at 00:30 local, which is the 30th in UTC."""
    items = [item("a", "task", "2025-03-29 12:00"), item("b", "task", "2025-03-30 22:30")]
    span = {"starts": "2025-03-29", "ends": "2025-03-31", "zone": "Europe/Madrid", "period": period}
    scores = scored(world(COUNTED, items=items, **span))
    assert list(scores) == keys
    assert driver(scores, period=0)[1] == (2 if period == "month" else 1)


def test_a_period_may_end_with_each_session(scored):
    """Sessions end on the 3rd and 4th at 11:00: two periods, with one and two sessions offered."""
    signals = _beside({"only": {"drivers": {"only": {**SHARE, "count": "items"}}}})
    scores = scored(World(defined(signals, period="session"), [person("p")], SESSIONS[:2]))
    assert [driver(scores, period=n)[1] for n in range(len(scores))] == [1, 2]


# ---- bands


@pytest.mark.parametrize(
    ("taken", "offered", "band"), [(8, 10, "high"), (159, 200, "solid"), (6, 10, "solid"), (5999, 10000, "risk"), (399, 1000, "disengaged")]
)
def test_bands_are_half_open_on_the_unrounded_score(scored, taken, offered, band):
    """80 is high and 79.5 is not; 60 is solid and 59.99 is not, though both print as 60."""
    d = {"taken": "act", "normalise": "target", "target": offered, "per": "total", "measure": "amount"}
    assert row(scored(world(d, events=[act("p", "2025-03-04 10:00", "act", None, taken)])))["band"] == band


# ---- in the workspace


def test_what_comes_late_or_in_another_order_changes_nothing(tmp_path):
    """Events first and the roster last, or week by week with a scoring in between: the same scores, bit for bit."""
    events = [act("p", f"2025-03-{d:02} 10:00", "submit", f"t{d}") for d in (3, 12, 19)] + [act("q", "2025-03-12 11:00", "submit", "t12")]
    whole = world(COUNTED, [person("p"), person("q")], tasks(3, 12, 19), events)
    once = in_workspace(whole, tmp_path / "once").scores(history=True).rows()
    other = in_workspace(whole, tmp_path / "other", ("events", "items", "roster")).scores(history=True).rows()
    work = in_workspace(whole.with_(events=events[2:]), tmp_path / "late")
    for n, some in enumerate((events[:1], events[1:2])):
        work.take(_csv(tmp_path, f"late{n}", some))
        work.score()
    assert once == other == work.scores(history=True).rows()


def _csv(folder, name, rows):
    from programme import write_csv

    return write_csv(folder, "events", rows, name)


def test_the_same_file_twice_changes_nothing(tmp_path):
    whole = world(COUNTED, items=tasks(3), events=[act("p", "2025-03-03 10:00", "submit", "t3")])
    work = in_workspace(whole, tmp_path)
    before = work.lake.snapshot().rows("events")
    again = work.take(tmp_path / "files" / "events.csv", as_="events")
    assert again.known and work.lake.snapshot().rows("events") == before == 1


def test_a_person_with_events_who_is_on_no_roster_waits(tmp_path):
    """They are not scored, nothing of theirs is lost, and they count from the moment the roster has them."""
    whole = world(COUNTED, items=tasks(3), events=[act("z", "2025-03-03 10:00", "submit", "t3")])
    work = in_workspace(whole, tmp_path)
    assert [r["participant"] for r in work.scores().rows()] == ["p"]
    from programme import write_csv

    work.take(write_csv(tmp_path, "roster", [person("z")], "more"))
    work.score()
    assert {r["participant"]: r["score"] for r in work.scores().rows()} == {"p": 0, "z": 100}


def test_new_weights_are_a_new_version_and_the_old_scores_stay(tmp_path):
    from engagetree.errors import DefinitionError

    work = in_workspace(World(defined(TWO, reason="first"), [person("p")], [*tasks(3), item("poll", "poll", "2025-03-05 10:00")],
                              [act("p", "2025-03-03 10:00", "submit", "t3")]), tmp_path)  # fmt: skip
    old, path = work.version(), work.root / "programme.yml"
    assert work.scores().rows()[0]["score"] == pytest.approx(60)
    text = path.read_text().replace("0.6", "0.5").replace("0.4\n", "0.5\n")
    path.write_text(text)
    with pytest.raises(DefinitionError, match="reason"):
        work.score()
    path.write_text(text.replace("first\n", "polls matter as much\n", 1) if "reason: first" in text else text)
    work.score()
    assert work.version() != old and work.scores().rows()[0]["score"] == pytest.approx(50)
    assert len(work.lake.snapshot().files(f"scores-{old}")) > 0


def test_as_of_looks_at_nothing_later(tmp_path):
    """As of 5 March 00:00 only the tasks of the 3rd and 4th were offered."""
    whole = world(COUNTED, items=tasks(3, 4, 5, 12), as_of=datetime(2025, 3, 5, tzinfo=UTC))
    rows = in_workspace(whole, tmp_path).scores(history=True).rows()
    assert [(r["period"], r["only__only__offered"]) for r in rows] == [("2025-03-03", 2)]
