"""Evidence when something is missing or odd: each a reason, never a crash and never a number. And what scores say of it afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from courses import STARTS, Courses, courses, definition, end, imported

from engagetree.errors import NotFound
from engagetree.evidence.study import CALIBRATED, CEILING, DRAWN, DRIFT, RANKS, WEIGHTS, Study
from engagetree.workspace import Workspace, create

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> Courses:
    return courses(people=30)


@pytest.fixture(scope="module")
def work(made: Courses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with imported(made, tmp_path_factory.mktemp("inputs")) as work:
        yield work


def ask(made: Courses, folder: Path, outcome: str = "passed", **more: Any) -> Study:
    with imported(made, folder) as work:
        return work.evidence(outcome, leave_out=["completion"], ceiling=False, **more)


def none(study: Study, *words: str) -> None:
    """No number anywhere, the reason in every finding that is left, and nothing is called validated."""
    assert all(f.number is None and f.verdict == "cannot tell" for f in study.findings if f.name != "validated")
    said = " ".join(f.sentence for f in study.findings)
    assert all(w in said for w in words), said
    assert not study.usable


def drop(r: dict[str, Any]) -> None:
    return None


def test_no_outcome_at_all(made: Courses, tmp_path: Path) -> None:
    none(ask(made.with_(outcomes=[]), tmp_path), "nobody has the outcome passed", "import")


def test_an_unknown_outcome_has_near_names(work: Workspace) -> None:
    with pytest.raises(NotFound, match="passed"):
        work.evidence("pased")


def test_an_unknown_signal_or_group_or_week_has_a_hint(work: Workspace) -> None:
    with pytest.raises(NotFound, match="completion"):
        work.evidence("passed", leave_out=["completon"])
    with pytest.raises(NotFound, match="region"):
        work.evidence("passed", leave_out=["completion"], groups="regin")
    with pytest.raises(NotFound, match="Weeks 1 to"):
        work.evidence("passed", leave_out=["completion"], week=90)


def test_one_class_only(made: Courses, tmp_path: Path) -> None:
    none(ask(made.became(lambda r: {**r, "value": 1.0}), tmp_path), "same outcome")


def test_an_outcome_that_was_known_before_the_first_week_was_over(made: Courses, tmp_path: Path) -> None:
    early = made.became(lambda r: {**r, "at": STARTS[r["participant"][0].upper()] + timedelta(days=1)})
    none(ask(early, tmp_path), "no score is of a week that ended before the outcome")


def test_only_the_weeks_before_the_outcome_are_looked_at(made: Courses, tmp_path: Path) -> None:
    early = made.became(lambda r: {**r, "at": STARTS[r["participant"][0].upper()] + timedelta(weeks=3)})
    assert [w.week for w in ask(early, tmp_path).weeks] == [1, 2, 3]


def test_outcomes_of_strangers_are_counted_and_left_out(made: Courses, tmp_path: Path) -> None:
    extra = [{"participant": f"zz{i}", "outcome": "passed", "value": 1.0, "at": end("A")} for i in range(7)]
    found = ask(made.with_(outcomes=[*made.outcomes, *extra]), tmp_path)
    assert any("7 people with an outcome are on no roster" in n for n in found.notes)
    assert found.weeks[0].n == 90


def test_outcomes_of_strangers_only(made: Courses, tmp_path: Path) -> None:
    extra = [{"participant": f"zz{i}", "outcome": "passed", "value": float(i % 2), "at": end("A")} for i in range(40)]
    none(ask(made.with_(outcomes=extra), tmp_path), "nobody with a score has an outcome")


def test_missing_outcomes_are_unknown_and_not_failures(made: Courses, tmp_path: Path) -> None:
    gone = made.became(lambda r: {**r, "value": None} if r["participant"].endswith("5") else r)
    half = made.became(lambda r: drop(r) if r["participant"].endswith("5") else r)
    empty, absent = ask(gone, tmp_path / "empty"), ask(half, tmp_path / "absent")
    assert empty.weeks[0].n == absent.weeks[0].n == 81
    assert [w.auc for w in empty.weeks] == [w.auc for w in absent.weeks]
    assert all(any("never taken as failures" in n for n in x.notes) for x in (empty, absent))


def test_one_cohort_ranks_but_nothing_is_said_of_others(made: Courses, tmp_path: Path) -> None:
    found = ask(courses(people=60, cohorts=("A",)), tmp_path)
    assert found.finding(RANKS).number is not None and "cannot be told from one" in found.finding(RANKS).sentence  # type: ignore[union-attr]
    for name in (CALIBRATED, WEIGHTS, DRIFT, DRAWN):
        assert found.finding(name).number is None and "fewer than two cohorts" in found.finding(name).sentence  # type: ignore[union-attr]


def test_everybody_has_the_same_score(made: Courses, tmp_path: Path) -> None:
    same = made.with_(events=[e for e in made.events if e["kind"] == "submit"])
    none(ask(same, tmp_path), "same score")


def test_a_value_that_is_neither_0_nor_1_says_what_to_do(made: Courses, tmp_path: Path) -> None:
    marks = made.became(lambda r: {**r, "value": 70.0 if r["value"] else 20.0})
    none(ask(marks, tmp_path / "plain"), "`at_least`")
    told = marks.with_(defined=definition(outcomes={"passed": {"inside": "completion", "at_least": 40}}))
    assert ask(told, tmp_path / "told").finding(RANKS).number is not None  # type: ignore[union-attr]


def test_every_signal_inside_leaves_nothing(work: Workspace) -> None:
    none(work.evidence("passed", leave_out=["attendance", "contribution", "completion"]), "no score is left to validate")


def test_a_few_people_cannot_tell_and_say_how_many_more(tmp_path: Path) -> None:
    found = ask(courses(people=6), tmp_path)
    told = found.finding(RANKS)
    assert told is not None and told.verdict == "cannot tell" and told.needed and "more people are needed" in told.sentence


def test_the_ceiling_needs_enough_people(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the ceiling comes with the extra `evidence`")
    with imported(courses(people=20), tmp_path) as work:
        found = work.evidence("passed", leave_out=["completion"]).finding(CEILING)
    assert found is not None and found.number is None and "to learn from" in found.sentence


# ---- declared outcomes


def test_a_bad_outcome_is_turned_round(made: Courses, tmp_path: Path) -> None:
    """Failing is not passing: the same ranks, the same rates, told of the good side."""
    failed = made.became(lambda r: {**r, "outcome": "failed", "value": 1 - r["value"]})
    declared = failed.with_(defined=definition(outcomes={"failed": {"inside": ["completion"], "good": 0}}))
    with imported(declared, tmp_path / "a") as work:
        bad = work.evidence("failed", ceiling=False)
    good = ask(made, tmp_path / "b")
    assert bad.label == "Not failed" and [w.auc for w in bad.weeks] == [w.auc for w in good.weeks]
    assert [(b.n, b.yes) for b in bad.bands] == [(b.n, b.yes) for b in good.bands]


def test_a_later_behaviour_is_counted_from_events(made: Courses, tmp_path: Path) -> None:
    """Every third comes back ten days after the end, others after 40 days; of the last cohort the days are not over."""
    late = [
        {"participant": r["participant"], "at": end(r["cohort"]) + timedelta(days=10 if i % 3 == 0 else 40), "kind": "visit", "item": None}
        for i, r in enumerate(made.roster)
        if r["cohort"] != "C"
    ]
    outcomes = {"back": {"inside": "none", "behaviour": {"taken": "visit", "within": 28}}}
    with imported(made.with_(events=[*made.events, *late], defined=definition(outcomes=outcomes)), tmp_path) as work:
        found = work.evidence("back", ceiling=False)
    first = [b for b in found.bands if b.week == found.week]
    here = [r for i, r in enumerate(made.roster) if r["cohort"] != "C" and r["left_at"] is None]
    backs = sum(made.roster.index(r) % 3 == 0 for r in here)
    assert (sum(b.n for b in first), sum(b.yes for b in first)) == (len(here), backs)
    assert any("those days are not over yet" in n for n in found.notes)


def test_coming_back_in_a_later_cohort_is_told_by_the_person(made: Courses, tmp_path: Path) -> None:
    """Every tenth of B was in A; nobody can know it yet of the last cohort."""
    outcomes = {"again": {"inside": "none", "behaviour": {"taken": ["attend", "post", "submit"], "after": "later_cohort"}}}
    with imported(made.with_(defined=definition(outcomes=outcomes)), tmp_path) as work:
        found = work.evidence("again", ceiling=False, week=2)
    active = {e["participant"] for e in made.events}
    backs = {r["person"] for r in made.roster if r["cohort"] == "B" and r["person"].startswith("a") and r["participant"] in active}
    mine = [b for b in found.bands if b.week == 2]
    assert (sum(b.n for b in mine), sum(b.yes for b in mine)) == (60, len(backs))


# ---- what scores say


def test_never_validated_goes_and_comes_back(made: Courses, tmp_path: Path) -> None:
    with imported(made, tmp_path) as work:
        assert work.validation() == "" and not work.explain().validated
        assert any("never validated" in p.found for p in work.check())
        found = work.evidence("passed", leave_out=["completion"], ceiling=False)
        told = f"Validated against passed, without Completion: {found.verdict}"
        assert work.validation().startswith(told) and work.explain("a001").validation.startswith(told)
        assert told in str(work.explain("a001")) and not any("never validated" in p.found for p in work.check())
        html = work.report().read_text("utf-8")
        assert told in html and 'id="evidence"' in html and "Not yet validated" not in html
        text = (work.root / "programme.yml").read_text("utf-8")
        changed = text.replace("weight: 0.4", "weight: 0.35").replace("weight: 0.3\n", "weight: 0.35\n", 1) + "reason: Tried.\n"
        (work.root / "programme.yml").write_text(changed, "utf-8")
        work.score()
        assert work.validation() == "" and "Not yet validated" in str(work.explain("a001"))


def test_what_does_not_hold_is_said(made: Courses, tmp_path: Path) -> None:
    """Outcomes the wrong way round: the score ranks worse than chance, and every score says so."""
    wrong = courses(people=60, strength=2.5).became(lambda r: {**r, "value": 1 - r["value"]})
    with imported(wrong, tmp_path) as work:
        assert work.evidence("passed", leave_out=["completion"], ceiling=False).verdict == "does not hold"
        assert "does not hold" in work.validation() and "does not hold" in str(work.explain())


def test_without_an_answer_nothing_is_called_validated(made: Courses, tmp_path: Path) -> None:
    with imported(made.became(lambda r: {**r, "value": 1.0}), tmp_path) as work:
        work.evidence("passed", leave_out=["completion"], ceiling=False)
        assert work.validation() == "" and not work.validated()


def test_declaring_an_outcome_makes_no_new_version(made: Courses, work: Workspace) -> None:
    path = work.root / "programme.yml"
    before = path.read_text("utf-8")
    try:
        path.write_text(before + "outcomes:\n  passed: {label: Passed the course, inside: [completion]}\n", "utf-8")
        assert work.definition().fingerprint == work.version()
        found = work.evidence("passed", ceiling=False)
        assert found.label == "Passed the course" and found.left_out == ("Completion",)
    finally:
        path.write_text(before, "utf-8")


# ---- real data


@pytest.fixture(scope="session")
def oulad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = Path(os.environ.get("ENGAGETREE_DATA", ROOT.parent / "shared" / "data")) / "oulad-dev"
    if not folder.is_dir():
        pytest.skip(f"the working data is not at {folder}; name its folder in ENGAGETREE_DATA")
    with create(tmp_path_factory.mktemp("oulad") / "work", "on-demand-course") as work:
        work.take(folder)
        work.score()
        yield work


def test_on_real_courses_bands_are_in_order_and_the_score_ranks(oulad: Workspace) -> None:
    found = oulad.evidence("passed", leave_out=["completion"], ceiling=False)
    assert found.verdict == "holds" and found.looks == (4, 8, 12, 20)
    areas = [w.auc for w in found.weeks if w.week in found.looks]
    assert areas == sorted(areas) and areas[0] > 0.65
    rates = [b.rate for b in found.bands if b.week == 4]
    assert rates == sorted(rates)
