"""*Why did it move*, through the whole way: CSV files in, an exact answer out. Expected numbers are worked by hand from the files.

Two signals of one driver each, prompts answered (0.6) and tasks handed in when due (0.4), cumulative, by weeks from 3 March 2025. In week 1
cohort A has 4 prompts and no task is due; in week 2 it has 4 more prompts and 2 tasks.

| who | week 1 | week 2 | score 1 | score 2 |
| p-1 | 4 of 4 | 4 of 8, 1 of 2 | 100 | 0.6 · 50 + 0.4 · 50 = 50 |
| p-2 | 2 of 4 | 6 of 8, 2 of 2 | 50 | 0.6 · 75 + 0.4 · 100 = 85 |
| p-3 | joins on the 10th | 1 of 4, 0 of 2 | – | 0.6 · 25 = 15 |
| p-4 | 3 of 4, leaves on the 9th | – | 75 | – |
"""

from __future__ import annotations

import json
import re

import pytest
from programme import World, act, defined, in_workspace, item, person, t

from engagetree.errors import EngagetreeError, NotFound
from engagetree.render.moved_rows import printed
from engagetree.workspace import Workspace

SIGNALS = {
    "interaction": {"label": "Interaction", "weight": 0.6,
                    "drivers": {"answers": {"label": "Prompts answered", "offered": "prompt", "taken": "answer", "unit": "prompts"}}},
    "contribution": {"label": "Contribution", "weight": 0.4,
                     "drivers": {"tasks": {"label": "Tasks handed in", "offered": "task", "taken": "submit", "when": "due", "unit": "tasks"}}},
}  # fmt: skip
ONE, TWO = "2025-03-03", "2025-03-10"


def world() -> World:
    prompts = [item(f"q{n}", "prompt", f"2025-03-{4 + n if n < 4 else 7 + n:02} 10:00") for n in range(8)]
    tasks = [item(f"k{n}", "task", "2025-03-10 09:00", f"2025-03-1{4 + n} 12:00") for n in range(2)]
    there = [item("z0", "prompt", "2025-03-04 12:00", cohort="B")]
    people = [person("p-1", owner="ana"), person("p-2", owner="ben"), person("p-3", joined_at=t("2025-03-10 00:00"), owner="ana"),
              person("p-4", left_at=t("2025-03-09 20:00"), owner="ben"), person("p-9", cohort="B")]  # fmt: skip
    taken = {"p-1": [0, 1, 2, 3], "p-2": [0, 1, 4, 5, 6, 7], "p-3": [4], "p-4": [0, 1, 2]}
    answers = [act(p, f"2025-03-{4 + n if n < 4 else 7 + n:02} 11:00", "answer", f"q{n}") for p, ns in taken.items() for n in ns]
    handed = [act(p, "2025-03-12 10:00", "submit", f"k{n}") for p, ns in {"p-1": [0], "p-2": [0, 1]}.items() for n in ns]
    return World(defined(SIGNALS, ends="2025-03-16"), people, [*prompts, *tasks, *there], [*answers, *handed], as_of=t("2025-03-17 00:00"))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return in_workspace(world(), tmp_path_factory.mktemp("why"))


def parts(found) -> dict[tuple[str, str], float]:
    """Everything that is not 0, by node and kind; of a signal its own without its drivers'."""
    out = {}
    for s in found.signals:
        for kind in ("behaviour", "formula", "coverage", "mix"):
            inner = {f"{s.key}.{d.key}": getattr(d, kind) for d in s.children}
            out |= {(k, kind): v for k, v in ({s.key: getattr(s, kind) - sum(inner.values())} | inner).items() if abs(v) > 1e-12}
    return out


def test_one_participant_over_time(work: Workspace) -> None:
    """p-1. The weight of interaction goes from 1 to 0.6: 0.8 · −50 = −40; what is known: 75 · −0.4 = −30 and, tasks standing at 50, 50 · 0.4 = 20.
    taken: min(1, 4/4), nothing new; so all −40 came from what was offered."""
    found = work.why("p-1")
    assert (found.before.score, found.after.score, found.change) == pytest.approx((100, 50, -50))
    assert parts(found) == pytest.approx(
        {("interaction.answers", "behaviour"): -40, ("interaction", "coverage"): -30, ("contribution", "coverage"): 20}
    )
    answers = found.signals[0].children[0]
    assert (answers.taken, answers.offered) == pytest.approx((0, -40))
    assert (answers.amount.before, answers.of.before, answers.amount.after, answers.of.after) == (4, 4, 4, 8)
    assert found.sentence.startswith(
        "Down 50.0: answered none of the 4 new prompts, 4 of 4 before (−40.0); contribution is known now (−10.0)."
    )


def test_a_cohort_over_time(work: Workspace) -> None:
    """A: (100 + 50 + 75)/3 = 75 → (50 + 85 + 15)/3 = 50. p-1 and p-2 stayed: 75 → 67.5. p-3 joined: (15 − 67.5)/3 = −17.5; p-4 left:
    −(75 − 75)/3 = 0. p-2: 0.8 · 25 = 20 by answers, 62.5 · −0.4 = −25 and 100 · 0.4 = 40 by what is known. The means with p-1's:
    answers −10, coverage −27.5 and 30."""
    found = work.why("A")
    assert (found.before.score, found.after.score, found.before.n, found.after.n) == (75, 50, 3, 3)
    assert parts(found) == pytest.approx(
        {("interaction.answers", "behaviour"): -10, ("interaction", "coverage"): -27.5, ("contribution", "coverage"): 30}
    )
    assert {c.kind: (c.n, round(c.effect, 9)) for c in found.comings if c.n} == {"joined": (1, -17.5), "left": (1, 0)}
    whole = sum(found.total(k) for k in ("behaviour", "formula", "coverage", "mix", "joined", "left", "scored", "unscored"))
    assert whole == pytest.approx(found.change, abs=1e-9)
    owners = {g.name: g for g in next(c for c in found.carried if c.by == "owner").groups}
    assert (owners["ana"].mean_before, owners["ana"].mean_after, owners["ben"].mean_before, owners["ben"].mean_after) == (
        100,
        32.5,
        62.5,
        85,
    )
    assert sum(g.change for g in owners.values()) == pytest.approx(-25, abs=1e-9)


def test_two_participants(work: Workspace) -> None:
    """p-1 against p-2 in week 2: 0.6 · (50 − 75) = −15 and 0.4 · (50 − 100) = −20."""
    found = work.why("p-1", against="p-2")
    assert parts(found) == pytest.approx({("interaction.answers", "behaviour"): -15, ("contribution.tasks", "behaviour"): -20})
    assert found.sentence.startswith(
        "35.0 below p-2: handed in 1 of 2 tasks against 2 of 2 (−20.0); answered 4 of 8 prompts against 6 of 8 (−15.0)."
    )


def test_a_participant_and_a_cohort(work: Workspace) -> None:
    """p-1 (50, 50) against the mean of A (50 and 50: (50 + 75 + 25)/3, (50 + 100 + 0)/3): nothing between them."""
    found = work.why("p-1", against="A")
    assert found.change == pytest.approx(0, abs=1e-9) and not any(abs(v) > 1e-9 for v in parts(found).values())
    assert found.sentence == "The same as A."


def test_swapped(work: Workspace) -> None:
    there, back = work.why("A"), work.why("A", TWO, ONE)
    assert parts(there) == pytest.approx({k: -v for k, v in parts(back).items()})
    assert there.total("joined") == pytest.approx(-back.total("left")) and there.change == -back.change


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = in_workspace(world(), tmp_path_factory.mktemp("versions"))
    path = work.root / "programme.yml"
    path.write_text(
        path.read_text("utf-8").replace("weight: 0.6", "weight: 0.2").replace("weight: 0.4", "weight: 0.8") + "reason: Tasks count.\n",
        "utf-8",
    )
    work.score(world().as_of)
    return work


def test_two_versions(versions: Workspace) -> None:
    """p-2 in week 2, 75 and 100: 0.6, 0.4 → 0.2, 0.8: 75 · −0.4 = −30 and 100 · 0.4 = 40; 85 → 95."""
    found = versions.why("p-2", against_version="v1")
    assert parts(found) == pytest.approx({("interaction", "formula"): -30, ("contribution", "formula"): 40})
    assert "interaction from 60\u00a0% to 20\u00a0%" in found.sentence and found.formula


def test_a_version_and_a_week_at_once(versions: Workspace) -> None:
    """p-2 from week 1 under v1 (50) to week 2 under v2 (95), in both orders. Week first: answers 0.8 · 25 = 20, what is known −25 and 40, then
    the weights −30 and 40. Version first: under v2 week 1 would be 50 too, if 20 % were enough for a score; answers 0.6 · 25 = 15, what is known 62.5 · −0.8 = −50 and 80."""
    found = versions.why("p-2", ONE, against_version="v1")
    expected = {("interaction.answers", "behaviour"): 17.5, ("interaction", "coverage"): -37.5, ("contribution", "coverage"): 60,
                ("interaction", "formula"): -15, ("contribution", "formula"): 20}  # fmt: skip
    assert parts(found) == pytest.approx(expected) and sum(expected.values()) == found.change == pytest.approx(45)


def test_two_cohorts(work: Workspace) -> None:
    """A has 50; p-9, alone in B, was offered one prompt and took none: 0."""
    assert work.why("A", against="B").change == pytest.approx(50)


def test_no_score_on_one_side_is_an_answer(tmp_path) -> None:
    strict = world().with_(definition={**world().definition, "min_coverage": 0.7})
    made = in_workspace(strict, tmp_path)
    found = made.why("p-1")
    assert found.change is None and found.before.score is None and found.after.score == pytest.approx(50)
    assert "60 % of the weight is known, 70 % needed" in found.reason and found.sentence.startswith("No split: p-1 has no score")
    assert "No split" in str(found) and found.to_dict()["change"] is None and "<table" in found._repr_html_()
    everybody = made.why("A")
    assert everybody.change is None and "nobody has a score yet" in everybody.reason


def test_what_cannot_be_compared(work: Workspace) -> None:
    for wrong, words in (
        ({"subject": "p-3"}, "was not in the programme yet in 2025-03-03: there since 2025-03-10"),
        ({"subject": "p-4", "to": TWO}, "there from 2025-03-03 to 2025-03-03"),
        ({"subject": "p-11"}, "Did you mean “p-1”"),
        ({"subject": "p-1", "frm": "2025-03-04"}, "“2025-03-03”"),
        ({"subject": "p-1", "against": "p-22"}, "Did you mean “p-2”"),
        ({"subject": "p-1", "version": "v7"}, "there is no such version"),
    ):
        with pytest.raises(NotFound) as told:
            work.why(**wrong)
        assert words in str(told.value)
    with pytest.raises(EngagetreeError, match="nothing came before"):
        work.why("p-1", to=ONE)
    with pytest.raises(EngagetreeError, match="compared with itself"):
        work.why("p-1", TWO, TWO)


def test_what_is_printed_adds_up(work: Workspace) -> None:
    for found in (work.why("p-1"), work.why("p-2"), work.why("A"), work.why(), work.why("A", against="B"), work.why("p-1", against="p-2")):
        shown = printed(found, *found.definitions)
        assert shown is not None
        assert round(shown.before + sum(r.points for r in shown.steps), 1) == shown.after
        for i, row in enumerate(shown.rows):
            beneath = []
            for r in shown.rows[i + 1 :]:
                if r.depth == 1:
                    break
                beneath.append(r.points)
            assert row.depth > 1 or not beneath or round(sum(beneath), 1) == row.points
        assert json.loads(json.dumps(found.to_dict(), default=str))["parts"]


def test_explain_shows_the_change_beside_weight_and_room(tmp_path) -> None:
    """p-1 under 0.6 and 0.4: interaction −40 − 30 = −70, contribution +20; A: −37.5, +30, and −17.5 by who came and went."""
    made = in_workspace(world(), tmp_path)
    told = made.explain("p-1")
    assert [n.change for n in told.tree.children] == pytest.approx([-70, 20]) and told.tree.change == pytest.approx(-50)
    group = made.explain("A")
    assert [n.change for n in group.tree.children] == pytest.approx([-37.5, 30]) and group.came == pytest.approx(-17.5)
    assert group.tree.change == pytest.approx(-25) and "Since 9 Mar" in str(group) and "Joined, left, first scores" in str(group)
    assert made.explain("p-1", ONE).tree.change is None
    html = made.report(tmp_path / "report.html").read_text("utf-8")
    assert "Since 9 Mar" in html and "−70.0" in html


def test_of_a_trailing_window_both_weeks_are_told(tmp_path) -> None:
    """One week at a time: p-2 answered 2 of 4, then 4 of 4, and tasks came in: 0.8 · 50 = 40, and 75 · −0.4 + 100 · 0.4 = 10; 50 → 100."""
    made = in_workspace(world().with_(definition={**world().definition, "window": {"trailing": 1}}), tmp_path)
    found = made.why("p-2")
    assert found.sentence.startswith(
        "Up 50.0: answered all 4 prompts against 2 of 4 the week before (+40.0); contribution is known now (+10.0)."
    )


def test_the_figure_shows_what_the_sentence_says(work: Workspace) -> None:
    """Every number of the sentence stands in the table; the drawing is well-formed and leads from the one printed score to the other."""
    import xml.etree.ElementTree as ET

    from engagetree.render.moved import why_figure

    for found in (work.why("p-1"), work.why("A"), work.why("p-1", against="p-2")):
        figure = why_figure(found, *found.definitions)
        cells = figure.text().split("\n", 1)[1]
        for number in re.findall(r"[+−]\d+\.\d", found.sentence.split(" Most of it")[0]):
            assert number in cells
        wide = str(figure.svg).split("</svg>")[0] + "</svg>"
        said = [t.text for t in ET.fromstring(wide).iter("text")]
        shown = printed(found, *found.definitions)
        assert shown is not None
        assert {f"{shown.before:.1f}", f"{shown.after:.1f}"} <= set(said)


def test_names_from_outside_do_nothing(tmp_path) -> None:
    """A cohort and a reason that are markup stay text."""
    w = world()
    bad = "<script>alert(1)</script>"
    people = [{**p, "owner": bad} for p in w.roster]
    made = in_workspace(w.with_(roster=people), tmp_path)
    assert "<script>" not in made.why("A")._repr_html_()
