"""Weight, headroom and leverage at every level. Expected: by hand."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from programme import World, act, in_workspace, item, person, t

from engagetree.findings import Node
from engagetree.formula.product import shortfalls
from engagetree.render.breakdown import breakdown, walk
from engagetree.workspace import Workspace

DEFINED = {
    "programme": "levers", "zone": "UTC", "period": "week", "starts": "2025-03-03", "ends": "2025-03-30", "reason": "First.",
    "signals": {
        "attendance": {"weight": 0.4, "combine": "product", "accountable": "a", "drivers": {
            "reached": {"offered": "session", "taken": "present", "count": "length"},
            "stayed": {"offered": "session", "taken": "present", "count": "presence"}}},
        "contribution": {"weight": 0.6, "accountable": "a", "drivers": {
            "pages": {"weight": 0.5, "offered": "page", "taken": "open"},
            "tasks": {"weight": 0.3, "offered": "task", "taken": "submit", "when": "due"},
            "questions": {"weight": 0.2, "taken": "question", "normalise": "saturating", "half": 1}}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """After one of four weeks: one session of two hours, one of them attended; 1 of 4 pages opened; one task due and not handed in."""
    items = [item(f"s{k}", "session", f"2025-03-{d} 10:00", f"2025-03-{d} 12:00") for k, d in enumerate(("03", "05", "12"))]
    items += [item(f"page{k}", "page", "2025-03-03 08:00") for k in range(4)]
    items += [item("t0", "task", None, "2025-03-07 12:00"), item("t1", "task", None, "2025-03-14 12:00")]
    events = [act("ada", "2025-03-03 10:00", "join", "s0"), act("ada", "2025-03-03 11:30", "leave", "s0")]
    events += [act("ada", "2025-03-04 09:00", "open", "page0"), act("ada", "2025-03-04 09:00", "question")]
    return in_workspace(
        World(DEFINED, [person("ada"), person("bob")], items, events, as_of=t("2025-03-10 00:00")), tmp_path_factory.mktemp("levers")
    )


def drivers(work: Workspace, who: str) -> dict[str, Node]:
    return {d.key: d for s in work.explain(who).tree.children for d in s.children}


def test_one_more_act_by_hand(work: Workspace) -> None:
    """Ada: reached 1 of 2 sessions of 2 h, stayed 1.5 of 2 h: 0.375. Pages 1/4, tasks 0/1, questions 1 − 1/2: 0.125 + 0 + 0.1 = 0.225.
    Score 15 + 13.5 = 28.5.
    Next session in full: reached 4/6 h, stayed 3.5/4 h: 0.5833 → +8.3333. An open page: 2/4 → 0.6·0.5·0.25 = +7.5. The task that is over is
    closed, so the next one, 1/2: 0.6·0.3·0.5 = +9. A second question: 1 − 1/4, a quarter more: 0.6·0.2·0.25 = +3."""
    found = drivers(work, "ada")
    assert work.explain("ada").score == pytest.approx(28.5)
    told = {k: (d.act, d.leverage) for k, d in found.items()}
    assert told == {
        "reached": ("the next session", pytest.approx(40 * (3.5 / 6 - 0.375))),
        "stayed": ("the next session", pytest.approx(40 * (3.5 / 6 - 0.375))),
        "pages": ("one page still open", pytest.approx(7.5)),
        "tasks": ("the next task", pytest.approx(9)),
        "questions": ("one more question", pytest.approx(3)),
    }


def test_nobody_seen_has_levers_too(work: Workspace) -> None:
    """Bob: 0 of everything. The next session: 2 of 6 h, all of it stayed: 1/3 of 40."""
    found = drivers(work, "bob")
    assert found["reached"].leverage == pytest.approx(40 / 3)
    assert found["stayed"].leverage == pytest.approx(40 / 3)
    assert found["pages"].leverage == pytest.approx(7.5)


def test_where_everything_is_taken_or_over_it_is_a_further_one(tmp_path: Path) -> None:
    """By hand: 1 of 2 pages, both closed: a further one makes 2 of 3, 0.6·(0.5 / (0.5 + 0.2))·(2/3 − 1/2)·100; no task was ever due."""
    items = [item(f"page{k}", "page", "2025-03-03 08:00", "2025-03-05 08:00") for k in range(2)]
    signals = {"contribution": DEFINED["signals"]["contribution"] | {"weight": 1}}  # type: ignore[index]
    world = World(
        DEFINED | {"signals": signals},
        [person("ada")],
        items,
        [act("ada", "2025-03-04 09:00", "open", "page0")],
        as_of=t("2025-03-10 00:00"),
    )
    with in_workspace(world, tmp_path) as work:
        found = drivers(work, "ada")
        assert (found["pages"].act, found["pages"].leverage) == ("a further page", pytest.approx(100 * 0.5 / 0.7 / 6))


def test_a_cohort_has_none(work: Workspace) -> None:
    assert all(d.leverage is None for s in work.explain("A").tree.children for d in s.children)


def test_weight_and_headroom_stand_at_every_level(work: Workspace) -> None:
    """Headroom of the drivers of a product, by hand: reached ½, stayed ¾: ½·(1 + ¾)/2 = 0.4375 and ¼·(1 + ½)/2 = 0.1875 of 40 points."""
    found = drivers(work, "ada")
    assert found["reached"].headroom == pytest.approx(17.5) and found["stayed"].headroom == pytest.approx(7.5)
    for subject in ("ada", "bob", "A"):
        shown = work.explain(subject)
        for part in walk(breakdown(shown, work.used())):
            assert not part.known or (part.gain is not None and (part.weight is not None or part.times)), (subject, part.node.key)
            if part.parts:
                assert sum(p.gain or 0 for p in part.parts) == pytest.approx(part.gain, abs=1e-9), "as printed, it adds up"
    text = str(work.explain("ada"))
    assert "One more act" in text and "+7.5, one page still open" in text and "One more act" not in str(work.explain("A"))
    assert "one page still open" in (work.explain("ada")._repr_html_() or "")


share = st.one_of(st.just(float("nan")), st.floats(0, 1))


@given(st.lists(share, min_size=1, max_size=4))
def test_what_is_missing_of_a_product_is_divided_without_rest(factors: list[float]) -> None:
    """The parts make 1 − Π; an unknown or full factor has none; the weaker of two has the larger."""
    parts = [float(p[0]) for p in shortfalls([np.array([f]) for f in factors])]
    known = [f for f in factors if f == f]
    assert sum(parts) == pytest.approx(1 - np.prod(known), abs=1e-12)
    assert all(p == 0 for p, f in zip(parts, factors, strict=True) if f != f or f == 1)
    weak = sorted(zip(factors, parts, strict=True), key=lambda fp: fp[0]) if known == factors else []
    assert all(a[1] >= b[1] - 1e-12 for a, b in pairwise(weak))
