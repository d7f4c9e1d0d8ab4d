"""Evidence on a course whose truth is known. Scores, rates and AUCs are counted a second time from the plain rows, pair by pair."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from courses import STARTS, WEEKS, Courses, by_hand, courses, definition, end, imported, pairs_won
from pytest import approx

from engagetree.evidence.study import BANDS, LEAK, RANKS, RISK, WHAT, Study
from engagetree.workspace import Workspace

LEFT = {"attendance": 0.4, "contribution": 0.3}


@pytest.fixture(scope="module")
def made() -> Courses:
    return courses()


@pytest.fixture(scope="module")
def work(made: Courses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with imported(made, tmp_path_factory.mktemp("courses")) as work:
        yield work


@pytest.fixture(scope="module")
def study(work: Workspace) -> Study:
    return work.evidence("passed", leave_out=["completion"], ceiling=False)


def test_every_week_is_that_of_the_cohort_and_without_the_outcome_s_own_signal(made: Courses, study: Study) -> None:
    assert [w.week for w in study.weeks] == list(range(1, WEEKS + 1))
    for row in study.weeks:
        rows = list(by_hand(made, row.week, LEFT).values())
        assert row.n == len(rows)
        assert row.auc == approx(pairs_won(rows), abs=1e-9)


def test_the_rate_in_every_band_is_counted_from_the_rows(made: Courses, study: Study) -> None:
    for week in study.looks:
        rows = by_hand(made, week, LEFT).values()
        for b, (low, high) in {"high": (80, 101), "solid": (60, 80), "risk": (40, 60), "disengaged": (0, 40)}.items():
            mine = [y for _, s, y in rows if low <= s + 1e-9 < high]
            line = next(x for x in study.bands if x.week == week and x.key == b)
            assert (line.n, line.yes) == (len(mine), sum(mine))


def test_how_much_more_often_a_low_score_fails_is_a_ratio_of_two_counts(made: Courses, study: Study) -> None:
    rows = by_hand(made, study.week, LEFT).values()
    low, rest = ([1 - y for _, s, y in rows if (s + 1e-9 < 40) is side] for side in (True, False))
    found = study.finding(RISK)
    assert found is not None and found.number == approx(sum(low) / len(low) / (sum(rest) / len(rest)))
    assert found.verdict == "holds" and found.low is not None and found.low > 1


def test_what_was_left_out_is_the_first_finding(study: Study) -> None:
    first = study.findings[0]
    assert first.name == WHAT and "without Completion" in first.sentence and study.left_out == ("Completion",)
    assert not study.circular and study.verdict == "holds"


def test_the_whole_score_is_better_only_because_it_holds_the_outcome(made: Courses, work: Workspace, study: Study) -> None:
    whole = work.evidence("passed", ceiling=False)
    rows = list(by_hand(made, 4, {"attendance": 0.4, "contribution": 0.3, "completion": 0.3}).values())
    assert whole.finding(RANKS).number == approx(pairs_won(rows))  # type: ignore[union-attr]
    assert whole.finding(RANKS).number > study.finding(RANKS).number + 0.05  # type: ignore[union-attr,operator]
    assert whole.circular and "not ruled out" in whole.findings[0].sentence and whole.verdict == "cannot tell"
    assert "circularity was not ruled out" in work.validation()


def test_a_driver_alone_can_be_left_out(made: Courses, work: Workspace) -> None:
    one = work.evidence("passed", leave_out=["completion.share"], ceiling=False)
    assert one.weeks[3].auc == approx(pairs_won(list(by_hand(made, 4, LEFT).values())))


def test_nothing_inside_is_said_not_guessed(work: Workspace) -> None:
    found = work.evidence("passed", leave_out=["none"], ceiling=False)
    assert not found.circular and "no signal is part of" in found.findings[0].sentence


def test_people_in_two_cohorts_are_said(made: Courses, study: Study) -> None:
    still = by_hand(made, study.week, LEFT)
    person = {r["participant"]: r["person"] for r in made.roster}
    twice = len([w for w in still if w.startswith("a") and w in [person[b] for b in still if b.startswith("b")]])
    assert any(n.startswith(f"{twice} people are in more than one cohort") for n in study.notes)


def test_small_groups_are_not_shown(work: Workspace) -> None:
    found = work.evidence("passed", leave_out=["completion"], groups="region", ceiling=False)
    labels = {g.label for g in found.groups}
    assert "Moon" not in labels and labels and found.hidden
    assert "Moon" not in json.dumps([f.sentence for f in found.findings])


def test_it_says_the_same_twice_and_survives_json(work: Workspace, study: Study) -> None:
    again = work.evidence("passed", leave_out=["completion"], ceiling=False)
    assert again.to_dict() == study.to_dict()
    assert Study.of(json.loads(json.dumps(again.to_dict(), allow_nan=False))).to_dict() == again.to_dict()


# ---- leaks


def test_what_happens_at_the_end_of_the_course_is_not_seen_before(made: Courses, study: Study, tmp_path: Path) -> None:
    """A driver on an act that only those do who pass, on the last day: no earlier week changes, down to the last digit."""
    passed = {r["participant"]: r["value"] for r in made.outcomes}
    cohort = {r["participant"]: r["cohort"] for r in made.roster}
    late = [{"participant": p, "at": end(c) - timedelta(hours=1), "kind": "result", "item": None} for p, c in cohort.items() if passed[p]]
    signals = {
        **definition()["signals"],
        "leak": {"weight": 0.3, "accountable": "x", "drivers": {"n": {"taken": "result", "normalise": "target", "target": 1}}},
    }
    for s in signals.values():
        s["weight"] = round(s["weight"] / 1.3, 9)
    signals["leak"]["weight"] = round(1 - sum(s["weight"] for k, s in signals.items() if k != "leak"), 9)
    with imported(made.with_(events=[*made.events, *late], defined=definition(signals=signals)), tmp_path) as work:
        found = work.evidence("passed", leave_out=["completion"], ceiling=False, week=WEEKS - 1)
        assert [w.auc for w in found.weeks[:-1]] == approx([w.auc for w in study.weeks[:-1]])
        assert found.weeks[-1].auc > 0.9 and found.finding(LEAK) is None
        last = work.evidence("passed", leave_out=["completion"], ceiling=False, week=WEEKS)
        assert last.finding(LEAK) is not None and "n alone" in last.finding(LEAK).sentence.lower()  # type: ignore[union-attr]


def test_a_whole_course_feature_written_back_to_the_first_day_is_caught(made: Courses, tmp_path: Path) -> None:
    passed = {r["participant"]: r["value"] for r in made.outcomes}
    early = [
        {
            "participant": r["participant"],
            "at": STARTS[r["cohort"]] + timedelta(days=1, hours=9),
            "kind": "attend",
            "item": f"session-{r['cohort']}-00",
        }
        for r in made.roster
        if passed[r["participant"]]
    ]
    rest = [e for e in made.events if e["kind"] != "attend"]
    with imported(made.with_(events=[*rest, *early]), tmp_path) as work:
        found = work.evidence("passed", leave_out=["completion"], ceiling=False)
        caught = found.finding(LEAK)
        assert caught is not None and caught.verdict == "does not hold" and "recorded after the outcome" in caught.sentence


# ---- an outcome that nothing predicts


def test_a_score_that_says_nothing_is_not_said_to_hold(tmp_path: Path) -> None:
    with imported(courses(strength=0.0, seed=12), tmp_path) as work:
        found = work.evidence("passed", leave_out=["completion"], ceiling=False)
        assert found.finding(RANKS).verdict != "holds" and found.verdict != "holds"  # type: ignore[union-attr]
        assert found.finding(BANDS).verdict != "holds"  # type: ignore[union-attr]
