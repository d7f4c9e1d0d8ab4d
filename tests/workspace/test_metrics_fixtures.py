"""The published fixtures of related metrics, events in, metrics out. Every answer was worked by hand, beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from programme import Row, World, act, defined, item, person, spanned, t, table
from pytest import approx

from engagetree.definition.model import Definition
from engagetree.lake import Snapshot
from engagetree.lake.delta import LakeFile
from engagetree.scoring import registers
from engagetree.scoring.run import prepare
from engagetree.tree.metrics import Value
from engagetree.workspace.metrics import counted
from engagetree.workspace.telling import Teller

Make = Callable[..., "Counted"]

SCORE = {"doing": {"weight": 1, "drivers": {"only": {"taken": "act", "normalise": "target", "target": 5, "per": "total"}}}}


def around(metrics: Mapping[str, Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """A definition of one week (3 to 9 March 2025, UTC) with these metrics, without a tree."""
    made = defined(SCORE, **{"ends": "2025-03-09", **more})
    return {**made, "metrics": {k: {"accountable": "Bo", **m} for k, m in metrics.items()}}


@dataclass(frozen=True)
class Counted:
    """A programme's tables as the lake would have them, and its metrics."""

    snapshot: Snapshot
    definition: Definition
    teller: Teller

    def value(self, key: str, period: str | None = None, cohort: str | None = None) -> Value:
        keys = [p.key for p in self.teller.plan.periods]
        at = period or keys[-1]
        return counted(self.snapshot, self.teller, self.definition, at, at == keys[-1], cohort)[key].value


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Tables as files of a lake, without the lake's bookkeeping; the whole way is walked in `test_metrics_live`."""

    def made(
        definition: Mapping[str, Any], people: Iterable[Row], acts: Iterable[Row], answers: Iterable[Row] = (), **tables: Any
    ) -> Counted:
        world = World(definition, list(people), events=list(acts), **tables)
        weeks: dict[str, list[Row]] = {}
        for e in world.events:
            weeks.setdefault(str((e["at"] - timedelta(days=e["at"].weekday())).date()), []).append(e)
        held: dict[tuple[str, str | None], pa.Table] = {("events", week): table("events", rows) for week, rows in weeks.items()}
        held |= {(n, None): table(n, rows) for n, rows in (("outcomes", list(answers)), ("excusals", world.excusals)) if rows}
        return Counted(lake(tmp_path, held), *planned(world))

    return made


def lake(folder: Path, tables: Mapping[tuple[str, str | None], pa.Table]) -> Snapshot:
    lists: dict[tuple[str, int], tuple[LakeFile, ...]] = {}
    for (name, part), data in tables.items():
        (folder / name).mkdir(exist_ok=True)
        pq.write_table(data, folder / name / f"{part}.parquet")
        lists[name, 0] = (*lists.get((name, 0), ()), LakeFile(f"{part}.parquet", part, data.num_rows, 0))
    return Snapshot(1, {name: 0 for name, _ in lists}, folder, lists)


def planned(world: World) -> tuple[Definition, Teller]:
    definition = world.parsed
    items, outages = registers.items_of(table("items", world.items)), registers.outages_of(table("outages", world.outages))
    plan = prepare(definition, items, table("roster", world.roster), outages, *spanned(world, definition))
    return definition, Teller(definition, plan, "none", False)


def value(work: Counted, key: str, *asked: Any) -> Value:
    return work.value(key, *asked)


def gave(who: str, outcome: str, value: float, at: str = "2025-03-05 12:00") -> Row:
    return {"participant": who, "outcome": outcome, "value": float(value), "at": t(at)}


# ---- retention


RETAINED = {
    "retention": {"kind": "retention", "taken": "act", "window": "7_days", "after": 2},
    "net": {"kind": "net_active_ratio", "taken": "act", "window": "7_days", "after": 2},
}


def thirty_acquired() -> list[Row]:
    """100 active in the first week; 30 newcomers in the second; in the third 85 of the 100 and 25 of the 30."""
    first = [act(f"p{i}", "2025-03-04 10:00", "act") for i in range(100)]
    second = [act(f"n{i}", "2025-03-11 10:00", "act") for i in range(30)]
    third = [act(f"p{i}", "2025-03-18 10:00", "act") for i in range(85)] + [act(f"n{i}", "2025-03-19 10:00", "act") for i in range(25)]
    return [*first, *second, *third]


def test_retention_is_85_where_the_naive_ratio_says_110(make: Make) -> None:
    """Start 100, end 110, of 30 acquired 25 still active: |start ∩ end| / |start| = 85 %; (110 − 25) / 100 = 85 %; 110 / 100 = 110 %."""
    people = [person(f"p{i}") for i in range(100)] + [person(f"n{i}") for i in range(30)]
    work = make(around(RETAINED, ends="2025-03-23"), people, thirty_acquired())
    retained, net = value(work, "retention"), value(work, "net")
    assert (retained.value, retained.n, retained.numerator, retained.denominator) == (85.0, 100, 85.0, 100.0)
    assert retained.low is not None and retained.high is not None and retained.low < 85 < retained.high <= 100
    assert "85 of 100 people active from 3 Mar to 9 Mar active again from 17 Mar to 23 Mar" in retained.counted
    assert net.value == approx(110, abs=1e-9) and net.numerator == 110 and "25 of those active now were not active then" in net.notes


def test_nobody_then_is_no_retention(make: Make) -> None:
    """Nobody was active in the first window: there is nothing to divide by, so there is no number."""
    work = make(around(RETAINED, ends="2025-03-23"), [person("a")], [act("a", "2025-03-18 10:00", "act")])
    assert value(work, "retention") == Value(reason="nobody was active from 3 Mar to 9 Mar", counted=value(work, "retention").counted)
    assert value(work, "net").value is None and value(work, "net").reason == "nobody was active then"


def test_a_window_before_the_beginning_has_no_value(make: Make) -> None:
    """In the second week two weeks back was no programme: unknown, not 0."""
    work = make(around(RETAINED, ends="2025-03-23"), [person("a")], [act("a", "2025-03-05 10:00", "act")])
    early = value(work, "retention", "2025-03-10")
    assert early.value is None and early.reason == "it looks back on 21 days, and the programme has run for 14 days"


DAYS = {
    "exact": {"kind": "retention", "way": "day_n", "after": 2, "bound": "bounded", "taken": "act"},
    "since": {"kind": "retention", "way": "day_n", "after": 2, "bound": "unbounded", "taken": "act"},
}


def test_day_n_bounded_and_unbounded_and_who_is_still_waiting(make: Make) -> None:
    """Day 2 after the first act. a: Mon, Wed: both. b: Mon, Thu: only unbounded. c: Mon, Tue: neither. d: Sat, so Mon is still to come."""
    acts = [("a", 3), ("a", 5), ("b", 3), ("b", 6), ("c", 3), ("c", 4), ("d", 8)]
    work = make(around(DAYS), [person(p) for p in "abcd"], [act(p, f"2025-03-{d:02d} 10:00", "act") for p, d in acts])
    exact, since = value(work, "exact"), value(work, "since")
    assert (exact.numerator, exact.denominator) == (1, 3) and (since.numerator, since.denominator) == (2, 3)
    for v in (exact, since):
        assert v.notes == ("1 person left out, whose day 2 is still to come",)
    assert "bounded" in exact.counted and "unbounded" in since.counted


SESSIONS = {
    name: {"kind": "retention", "way": "session_k", "after": 2, "bound": bound, "taken": "present", "offered": "session"}
    for name, bound in (("exact", "bounded"), ("since", "unbounded"))
}


def test_session_k_counts_from_each_ones_first(make: Make) -> None:
    """Sessions on four days. a: 1 and 3. b: 1 and 4 (later). c: 1 only. d misses the first. e joined on day 2, so hers are 2, 3, 4: 2 and 4."""
    held = [item(f"s{i}", "session", f"2025-03-0{i + 2} 10:00", f"2025-03-0{i + 2} 11:00") for i in range(1, 5)]
    came = [("a", 1), ("a", 3), ("b", 1), ("b", 4), ("c", 1), ("d", 2), ("d", 3), ("e", 2), ("e", 4)]
    acts = [act(p, f"2025-03-0{i + 2} 10:05", "join", f"s{i}") for p, i in came]
    people = [*(person(p) for p in "abcd"), person("e", joined_at=t("2025-03-04 00:00"))]
    work = make(around(SESSIONS), people, acts, items=held)
    assert (value(work, "exact").numerator, value(work, "exact").denominator) == (2, 4)  # a, e of a, b, c, e
    assert (value(work, "since").numerator, value(work, "since").denominator) == (3, 4)  # a, b, e


def test_a_session_that_is_still_to_come_censors(make: Make) -> None:
    """The cohort has had two sessions: nobody could have been at a third."""
    held = [item(f"s{i}", "session", f"2025-03-0{i + 2} 10:00", f"2025-03-0{i + 2} 11:00") for i in (1, 2)]
    work = make(around(SESSIONS), [person("a")], [act("a", "2025-03-03 10:05", "join", "s1")], items=held)
    assert value(work, "exact").value is None
    assert value(work, "exact").reason == "nobody who was at their first session has had session 3 yet"


RETURN = {"returned": {"kind": "retention", "way": "cohort_return"}}


def two_cohorts() -> dict[str, Any]:
    return {"items": [item("a", "course", "2025-03-03 00:00", "2025-03-05 00:00", "A"), item("b", "course", "2025-03-06 00:00", None, "B")]}


def test_who_came_again_in_a_later_cohort(make: Make) -> None:
    """A holds x, y, z; B began later and holds x and w: 1 of 3. Those of B are left out: no later cohort has begun."""
    people = [person(f"{who}-{c}", c, person=who) for who, c in (("x", "A"), ("y", "A"), ("z", "A"), ("x", "B"), ("w", "B"))]
    work = make(around(RETURN), people, [act("x-A", "2025-03-03 10:00", "act")], **two_cohorts())
    back = value(work, "returned")
    assert (back.numerator, back.denominator) == (1, 3)
    assert back.notes == ("2 people left out, whose a later cohort is still to come",) or "left out" in back.notes[0]
    assert value(work, "returned", None, "B").reason == "no later cohort has begun yet"


def test_without_persons_nobody_can_be_known_again(make: Make) -> None:
    work = make(around(RETURN), [person("x", "A"), person("y", "B")], [act("x", "2025-03-03 10:00", "act")], **two_cohorts())
    assert "does not say who is the same person" in value(work, "returned").reason


# ---- active people and stickiness


STICKY = {
    "sticky": {"kind": "stickiness", "taken": "act", "window": "programme"},
    "dau": {"kind": "active", "per": "day", "taken": "act", "window": "programme"},
    "mau": {"kind": "active", "taken": "act", "window": "programme"},
}
FOUR_DAYS = [
    act("a", "2025-03-03 09:00", "act"),
    act("b", "2025-03-03 10:00", "act"),
    act("a", "2025-03-04 09:00", "act"),
    act("c", "2025-03-05 09:00", "act"),
]


def test_stickiness_is_the_mean_over_the_window_with_zero_days(make: Make) -> None:
    """{a, b}, {a}, {c}, ∅ over four days: (2 + 1 + 1 + 0) / 4 / 3 = 1/3. The last day alone would say 0, the third 1/3."""
    work = make(around(STICKY, ends="2025-03-06"), [person(p) for p in "abc"], FOUR_DAYS)
    sticky, dau = value(work, "sticky"), value(work, "dau")
    assert sticky.value == approx(100 / 3, abs=1e-9) and sticky.days == (2, 1, 0, 0)
    assert (sticky.numerator, sticky.denominator) == (1.0, 3.0)
    assert dau.value == 1.0 and (dau.numerator, dau.denominator) == (4, 4) and value(work, "mau").value == 3.0


def test_whoever_comes_every_day_is_all_there_is(make: Make) -> None:
    """Everybody on every day: 100 %, and never more; ten acts a day are one active day."""
    acts = [act(p, f"2025-03-0{d} {h:02d}:00", "act") for p in "ab" for d in (3, 4) for h in range(10)]
    work = make(around(STICKY, ends="2025-03-04"), [person(p) for p in "ab"], acts)
    assert value(work, "sticky").value == 100.0 and value(work, "sticky").days == (0, 2)


def test_nobody_active_is_no_stickiness(make: Make) -> None:
    work = make(around(STICKY), [person("a")], [act("a", "2025-03-04 10:00", "other")])
    assert value(work, "sticky").reason == "nobody was active in the window" and value(work, "dau").value == 0.0


def test_a_day_is_local(make: Make) -> None:
    """Madrid is an hour ahead: 23:30 UTC on Monday is Tuesday there; so a was active on one local day, and b on two."""
    acts = [
        act("a", "2025-03-03 23:30", "act"),
        act("a", "2025-03-04 20:00", "act"),
        act("b", "2025-03-03 22:30", "act"),
        act("b", "2025-03-03 23:30", "act"),
    ]
    work = make(around(STICKY, zone="Europe/Madrid", ends="2025-03-04"), [person("a"), person("b")], acts)
    assert value(work, "sticky").days == (1, 1) and value(work, "dau").value == 1.5


def test_the_clocks_change_within_a_window(make: Make) -> None:
    """Madrid lost an hour on Sunday 30 March: 22:30 UTC on Saturday is Saturday, on Sunday it is Monday."""
    acts = [act("a", "2025-03-29 22:30", "act"), act("a", "2025-03-30 22:30", "act")]
    work = make(around(STICKY, zone="Europe/Madrid", starts="2025-03-24", ends="2025-03-31"), [person("a")], acts)
    assert value(work, "dau").denominator == 8 and value(work, "sticky").days == (0, 1, 0, 0, 0, 0, 0, 0)
    assert value(work, "sticky", "2025-03-24").days == (1, 0, 0, 0, 0, 0, 0)


def test_only_who_is_on_the_roster_then_counts(make: Make) -> None:
    """A robot is on no roster; b acted before joining, c after leaving; a is in two cohorts and one person."""
    people = [
        person("a", "A", person="x"),
        person("a2", "B", person="x"),
        person("b", joined_at=t("2025-03-05 00:00")),
        person("c", left_at=t("2025-03-04 00:00")),
    ]
    acts = [
        act(p, f"2025-03-{d}", "act")
        for p, d in (("a", "03 10:00"), ("a2", "03 11:00"), ("b", "04 10:00"), ("c", "05 10:00"), ("robot", "03 10:00"))
    ]
    work = make(around(STICKY), people, acts)
    assert value(work, "mau").value == 1.0 and value(work, "mau", None, "B").value == 1.0


def test_only_qualifying_acts_count(make: Make) -> None:
    """Opening a page is not among the qualifying acts; a comment counts only on a task."""
    metrics = {"mau": {"kind": "active", "taken": ["answer", "comment"], "on": "task", "window": "period"}}
    acts = [
        act("a", "2025-03-04 10:00", "open", "x"),
        act("b", "2025-03-04 10:00", "comment", "y"),
        act("c", "2025-03-04 10:00", "comment", "x"),
    ]
    work = make(around(metrics), [person(p) for p in "abc"], acts, items=[item("x", "task"), item("y", "page")])
    assert value(work, "mau").value == 1.0


def test_a_month_is_the_last_whole_one(make: Make) -> None:
    """From 1 February, asked on 9 March: February, with b and without a, who came in March; `back: 1` would be January, before it began."""
    metrics = {"mau": {"kind": "active", "taken": "act", "window": "month"}}
    metrics |= {"before": {**metrics["mau"], "back": 1}}
    acts = [act("a", "2025-03-01 00:00", "act"), act("b", "2025-02-28 23:59", "act")]
    work = make(around(metrics, starts="2025-02-01"), [person("a"), person("b")], acts)
    assert value(work, "mau").value == 1.0 and "from 1 Feb to 28 Feb" in value(work, "mau").counted
    assert value(work, "before").reason == "it looks back on the whole of January 2025, and the programme began on 1 Feb"


# ---- adoption


FEATURE = {
    "adoption": {"kind": "adoption", "taken": "act", "feature": "poll", "window": "period"},
    "each": {"kind": "uses_per_adopter", "taken": "act", "feature": "poll", "window": "period"},
    "again": {"kind": "repeat_use", "taken": "act", "feature": "poll", "window": "period"},
    "eligible": {"kind": "adoption", "taken": "act", "feature": "poll", "window": "period", "among": "eligible", "offered": "prompt"},
}


def test_users_are_looked_for_among_the_active(make: Make) -> None:
    """Active: a, b. Users of the poll: a (3 times), b (once), c, d. Naively 4 of 2, 200 %; among the active 2 of 2. Uses 4/2, repeated 1/2."""
    acts = [act(p, "2025-03-04 10:00", "act") for p in "ab"]
    acts += [act(p, f"2025-03-05 10:0{i}", "poll", "q") for i, p in enumerate("aaabcd")]
    prompts = [item("q", "prompt", "2025-03-05 09:00", cohort="A")]
    people = [*(person(p) for p in "abcd"), person("e", "B"), person("f", joined_at=t("2025-03-06 00:00"))]
    work = make(around(FEATURE), people, acts, items=prompts)
    adopted = value(work, "adoption")
    assert (adopted.numerator, adopted.denominator, adopted.value) == (2, 2, 100.0)
    assert adopted.notes == ("2 people used it without being active; they are in neither number",)
    assert value(work, "each").value == 2.0 and value(work, "again").value == 50.0
    eligible = value(work, "eligible")  # the prompt was put to A on Wednesday, before f joined; e is in B
    assert (eligible.numerator, eligible.denominator) == (4, 4)
    assert eligible.notes == ("offered from 5 Mar on, so in a part of the window only",)


def test_a_feature_that_nobody_used_or_could(make: Make) -> None:
    """0 of 1 active is 0; uses by nobody and a feature that was never offered have no value."""
    work = make(around(FEATURE), [person("a")], [act("a", "2025-03-04 10:00", "act")])
    assert value(work, "adoption").value == 0.0
    assert value(work, "each").reason == "nobody used it" and value(work, "again").reason == "nobody used it"
    assert value(work, "eligible").reason == "it was offered to nobody in the window"


def test_who_could_not_be_seen_is_left_out(make: Make) -> None:
    """The polls were down for A on Tuesday: with `source: polls` only B counts, 1 of 1; without, 1 of 2 and a word of warning."""
    metrics = {"polls": {**FEATURE["adoption"], "source": "polls"}, "blind": FEATURE["adoption"]}
    acts = [act("a", "2025-03-04 10:00", "act"), act("b", "2025-03-04 10:00", "act"), act("b", "2025-03-04 11:00", "poll")]
    down = [{"source": "polls", "cohort": "A", "from_at": t("2025-03-04 00:00"), "until_at": t("2025-03-05 00:00"), "reason": "moved"}]
    work = make(around(metrics), [person("a", "A"), person("b", "B")], acts, outages=down)
    assert (value(work, "polls").numerator, value(work, "polls").denominator) == (1, 1)
    assert (
        value(work, "polls").notes == ("polls was down for A on 4 Mar (moved); people there are left out",)
        or "left out" in value(work, "polls").notes[0]
    )
    assert (value(work, "blind").numerator, value(work, "blind").denominator) == (1, 2) and "missing" in value(work, "blind").notes[0]
    only = value(work, "polls", None, "A")
    assert only.value is None and only.reason.startswith("polls was down for A")


# ---- cadence


def test_sessions_attended_of_those_held(make: Make) -> None:
    """Three sessions. a: 2 of 3. b joined after the first: 1 of 2. c was excused from two and came to one of these: 1 of 2. 4 of 7."""
    held = [item(f"s{i}", "session", f"2025-03-0{i + 3} 10:00", f"2025-03-0{i + 3} 11:00") for i in range(3)]
    people = [person("a"), person("b", joined_at=t("2025-03-04 00:00")), person("c")]
    came = [("a", 0), ("a", 2), ("b", 1), ("c", 1)]
    acts = [act(p, f"2025-03-0{i + 3} 10:01", "join", f"s{i}") for p, i in came]
    excused = [
        {"participant": "c", "item": f"s{i}", "from_at": t("2025-03-04 00:00"), "until_at": t("2025-03-06 00:00"), "reason": "ill"}
        for i in (1, 2)
    ]
    metrics = {"cadence": {"kind": "cadence", "taken": "present", "offered": "session", "window": "period"}}
    work = make(around(metrics), people, acts, items=held, excusals=excused)
    found = value(work, "cadence")
    assert (found.numerator, found.denominator, found.n) == (4, 7, 3) and found.value == approx(400 / 7, abs=1e-9)


# ---- NPS and outcomes


NPS = {
    "nps": {"kind": "nps", "outcome": "recommends"},
    "all": {"kind": "nps", "outcome": "recommends", "finite": True},
    "well": {"kind": "outcome_rate", "outcome": "recommends", "at_least": 7},
}


def answers(promoters: int, passives: int, detractors: int, start: int = 0) -> list[Row]:
    given = [9.0] * promoters + [7.0] * passives + [6.0] * detractors
    return [gave(f"p{start + i}", "recommends", v) for i, v in enumerate(given)]


def hundred(n: int = 100) -> tuple[list[Row], list[Row]]:
    return [person(f"p{i}") for i in range(n)], [act("p0", "2025-03-04 10:00", "act")]


def test_nps_of_50_30_20_is_30(make: Make) -> None:
    """(50 − 20) / 100. With three pseudo-answers: 103, p 50.75, d 20.75, so 29.13 ± 1.96·7.69: 14.1 to 44.2. All 100 answered: exact."""
    work = make(around(NPS), *hundred(), answers(50, 30, 20))
    found = value(work, "nps")
    assert (found.value, found.n) == (30.0, 100) and (found.low, found.high) == (approx(14.05, abs=0.01), approx(44.20, abs=0.01))
    assert found.notes == ("100 of 100 asked have answered, 100 %",)
    assert (value(work, "all").low, value(work, "all").high) == (30.0, 30.0)
    assert (value(work, "well").numerator, value(work, "well").denominator) == (80, 100)


def test_few_answers_are_counts_and_no_nps(make: Make) -> None:
    """22 answers make no NPS, 23 do. The published 10/0/0 and 5/3/2 are below it: what is shown is how many said what."""
    work = make(around(NPS), *hundred(40), answers(10, 0, 0))
    few = value(work, "nps")
    assert few.value is None and few.low is None and few.counted == "10 gave 9 or 10, 0 gave 7 or 8, 0 gave 0 to 6"
    assert few.reason == "10 answers make no NPS yet; 23 are needed" and few.notes == ("10 of 40 asked have answered, 25 %",)


@pytest.mark.parametrize(("n", "known"), [(22, False), (23, True)])
def test_23_are_enough(make: Make, n: int, known: bool) -> None:
    work = make(around(NPS), *hundred(40), answers(n, 0, 0))
    found = value(work, "nps")
    assert (found.value == 100.0) is known and (found.low is not None) is known
    if known:
        assert found.low is not None and 47 < found.low < 100 and found.high == 100.0, "all alike is no certainty"


def test_answers_outside_the_scale_are_no_nps(make: Make) -> None:
    """A five-star scale, or a share, is no NPS: 8.5 and 11 are not on the scale from 0 to 10."""
    work = make(around(NPS), *hundred(), [*answers(30, 0, 0), gave("p50", "recommends", 8.5), gave("p51", "recommends", 11)])
    assert value(work, "nps").reason == "2 of 32 values of “recommends” are not whole numbers from 0 to 10"


def test_an_nps_of_a_cohort_beside_everybody_else(make: Make) -> None:
    """A: 50/30/20 is 30; B: 30/40/30 is 0. The difference 30, √(SE² + SE²) gives 8.8 to 51.2."""
    people = [person(f"p{i}", "A" if i < 100 else "B") for i in range(200)]
    work = make(around(NPS), people, [act("p0", "2025-03-04 10:00", "act")], [*answers(50, 30, 20), *answers(30, 40, 30, 100)])
    assert value(work, "nps", None, "A").notes[1] == "+30 against everybody else, likely +9 to +51"
    assert value(work, "nps").value == 15.0


def test_the_latest_answer_of_each_counts_once(make: Make) -> None:
    """p0 gave 9, and the day after 0: 29 promoters less 1 detractor."""
    work = make(around(NPS), *hundred(30), [*answers(30, 0, 0), gave("p0", "recommends", 0, "2025-03-06 12:00")])
    assert (value(work, "nps").n, value(work, "nps").numerator) == (30, 28)


def test_before_the_end_only_what_had_come_is_known(make: Make) -> None:
    """Answers of 12 March: not known at the end of the first week, known at the end of the second."""
    late = [gave(f"p{i}", "recommends", 9, "2025-03-12 12:00") for i in range(30)]
    work = make(around(NPS, ends="2025-03-16"), *hundred(30), late)
    assert value(work, "nps", "2025-03-03").value is None and value(work, "nps").value == 100.0


def test_an_unknown_outcome_suggests_a_near_one(make: Make) -> None:
    work = make(around({"nps": {"kind": "nps", "outcome": "recomends"}}), *hundred(30), answers(30, 0, 0))
    assert value(work, "nps").reason == "there is no outcome “recomends”. Did you mean “recommends”?"


def test_who_has_no_outcome_is_not_a_no(make: Make) -> None:
    """3 reached it, 1 did not, 6 are not known: 3 of 4, not 3 of 10."""
    work = make(
        around({"passed": {"kind": "outcome_rate", "outcome": "passed"}}),
        *hundred(10),
        [gave(f"p{i}", "passed", v) for i, v in enumerate((1, 1, 1, 0))],
    )
    found = value(work, "passed")
    assert (found.numerator, found.denominator, found.value) == (3, 4, 75.0) and found.counted.endswith("of 6 it is not")
