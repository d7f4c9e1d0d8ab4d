"""A plan is kept: the acts that `reach` names are done, imported and scored, and the score is the one that it promised.

Expected: the product's own scoring of the events that the plan stands for.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from programme import Row, World, act, bring, t
from supposable import DEFINITION, world

from engagetree.errors import EngagetreeError, NotFound
from engagetree.workspace import Workspace, create


def made(root: Path, everything: World) -> Workspace:
    root.mkdir(parents=True)
    (root / "definition.yml").write_text(DEFINITION)
    work = create(root / "work", root / "definition.yml")
    bring(work, everything, root / "files")
    work.score(everything.as_of)
    return work


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> World:
    """What had happened by Monday 17 March."""
    whole, now = world(), t("2025-03-17 00:00")
    return whole.with_(events=[e for e in whole.events if e["at"] < now], as_of=now)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, before: World) -> Workspace:
    return made(tmp_path_factory.mktemp("reach") / "w", before)


def doing(who: str, steps: dict[str, int]) -> list[Row]:
    """Events that do so many acts of each kind from 17 March on. Only one session is attended: that of the 24th with its two prompts."""
    rows: list[Row] = []
    days = [("17", "s2"), ("24", "s3")][: steps.pop("session", 0)]
    for day, session in days:
        rows += [act(who, f"2025-03-{day} 10:00", "join", session), act(who, f"2025-03-{day} 11:00", "leave", session)]
    prompts = [(f"2025-03-{day} 10:55", f"{s}p{j}") for day, s in days for j in range(2)]
    tasks = [("2025-03-18 09:00", f"t{k}") for k in (1, 2)]
    open_steps = [("2025-03-27 09:00", name) for name in ("open", "late")]
    for what, kind, on in (("prompt", "answer", prompts), ("task", "submit", tasks), ("step", "complete", open_steps)):
        rows += [act(who, at, kind, name) for at, name in on[: steps.pop(what, 0)]]
    rows += [act(who, f"2025-03-20 12:{m:02d}", "question") for m in range(steps.pop("question", 0))]
    rows += [act(who, f"2025-03-20 13:{m:02d}", "chat", f"c{m // 3}") for m in range(steps.pop("chat", 0))]
    assert not steps
    return rows


@pytest.mark.parametrize("who", ["all", "silent", "excused", "never", "late"])
@pytest.mark.parametrize("target", [40, 60, 85])
def test_what_it_promises_comes_true(work: Workspace, before: World, tmp_path: Path, who: str, target: int) -> None:
    if who == "late" and target == 40:
        with pytest.raises(NotFound, match="never a member"):
            work.reach(who, target)
        return
    if who == "late":
        return
    found = work.reach(who, target)
    if found.acts is None:
        assert found.highest is not None and found.highest < target
        return
    acts: dict[str, int] = {}
    for s in found.steps:
        acts[s.what] = acts.get(s.what, 0) + s.n
    assert sum(acts.values()) == found.acts
    with made(tmp_path / "w", before.with_(events=[*before.events, *doing(who, acts)], as_of=t("2025-03-31 00:00"))) as after:
        score = next(r["score"] for r in after.scores().rows() if r["participant"] == who)
    assert score == pytest.approx(found.reached, abs=1e-9)
    assert score >= target - 1e-9


def test_with_no_further_act(work: Workspace, before: World, tmp_path: Path) -> None:
    """Expected: the same programme scored at its end, with nobody doing anything more."""
    with made(tmp_path / "w", before.with_(as_of=t("2025-03-31 00:00"))) as after:
        scores = {r["participant"]: r["score"] for r in after.scores().rows()}
    for who in ("all", "silent", "excused", "never"):
        assert work.reach(who, 100).idle == pytest.approx(scores[who], abs=1e-9), who


def test_by_hand(work: Workspace) -> None:
    """`never` has 0 of everything after two weeks, and two sessions of four, two tasks of three and two steps of two are still possible.
    By the end, with everything: attendance 50, interaction 100 (2 of 2 chats … any rate), contribution 0.4·100 + 0.6·2/3, completion 100:
    15 + 20 + 0.3·80 + 20 = 79. So 80 is out of reach, and it is attendance that holds it down."""
    found = work.reach("never", 80)
    assert found.acts is None and found.highest == pytest.approx(79, abs=1e-6)
    assert found.ceiling["attendance"] == pytest.approx(50) and "attendance can come to 50.0 at most" in str(found)
    assert work.reach("never", 0).acts == 0


def test_a_band_is_a_goal_and_a_nearer_day_leaves_less(work: Workspace) -> None:
    assert work.reach("silent", "Solidly engaged").target == 60 == work.reach("silent", "solid").target
    near, far = work.reach("silent", 60, by="2025-03-20"), work.reach("silent", 60)
    assert near.until.date().isoformat() == "2025-03-21" and far.until.date().isoformat() == "2025-03-31"
    assert near.highest is not None and far.highest is not None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"participant": "sillent", "to": 60}, "Did you mean “silent”"),
        ({"participant": "silent", "to": 160}, "from 0 to 100"),
        ({"participant": "silent", "to": "sollid"}, "neither a score nor a band"),
        ({"participant": "silent", "to": 60, "by": "soon"}, "not a date"),
        ({"participant": "silent", "to": 60, "by": "2025-03-10"}, "Name a later one"),
        ({"participant": "silent", "to": 60, "period": "2025-03-11"}, "Did you mean"),
    ],
)
def test_bad_input(work: Workspace, given: dict[str, Any], said: str) -> None:
    with pytest.raises(EngagetreeError, match=said):
        work.reach(**given)


def test_a_trailing_window_says_why_not(before: World, tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    (root / "definition.yml").write_text(DEFINITION.replace("min_coverage", "window: {trailing: 2}\nmin_coverage"))
    with create(root / "work", root / "definition.yml") as own:
        bring(own, before, root / "files")
        own.score(before.as_of)
        with pytest.raises(EngagetreeError, match="cumulative scores only"):
            own.reach("silent", 60)


def test_after_the_end_nothing_counts(tmp_path: Path) -> None:
    with made(tmp_path / "w", replace(world(), as_of=None)) as own:
        found = own.reach("silent", 90)
        assert found.over and found.acts is None and "nothing counts any more" in str(found)
