"""The programme tree: what is made of parts is worked out again and told when it does not come out; hypotheses are never added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from engagetree.definition.metrics import Composition, Evidence, Influence, Metric, ProgrammeTree
from engagetree.definition.read import parse
from engagetree.definition.templates import template
from engagetree.findings import Node
from engagetree.formula import columns
from engagetree.tree.metrics import Measured, Value
from engagetree.tree.programme import Branch, Planter, gaps, planted, recompute, walk

BELIEVED = Evidence("believed", date(2025, 3, 3))


def measured(key: str, value: float | None, kind: str = "acts", **more: object) -> Measured:
    return Measured(Metric(key, key.capitalize(), kind, "Bo", **more), Value(value, reason="" if value is not None else "not yet"))  # type: ignore[arg-type]


def grown(
    tree: ProgrammeTree,
    *now: Measured,
    then: tuple[Measured, ...] = (),
    score: Node | None = None,
    stored: Mapping[str, float] | None = None,
) -> tuple[Branch, tuple[str, ...]]:
    metrics = {m.key: m.metric for m in now}
    return planted(Planter(metrics, tree, {m.key: m for m in now}, {m.key: m for m in then}, score, None, stored or {}))


def named(root: Branch, key: str) -> Branch:
    return next(b for _, b in walk(root) if b.key == key)


# ---- what the parts make


@pytest.mark.parametrize(
    ("composition", "amounts", "made"),
    [
        (Composition("a", "sum", ("b", "c")), {"b": 3.0, "c": 4.5}, 7.5),
        (Composition("a", "mean", ("b", "c"), (0.25, 0.75)), {"b": 40.0, "c": 80.0}, 70.0),  # 10 + 60
        (Composition("a", "product", ("b", "c", "d")), {"b": 0.5, "c": 4.0, "d": 3.0}, 6.0),
        (Composition("a", "ratio", ("b",), (), "c"), {"b": 3.0, "c": 12.0}, 0.25),
    ],
)
def test_every_way_by_hand(composition: Composition, amounts: dict[str, float | None], made: float) -> None:
    assert recompute(composition, amounts) == (approx(made, abs=1e-12), "")


def test_what_is_missing_is_named() -> None:
    assert recompute(Composition("a", "sum", ("b", "c")), {"b": 1.0, "c": None}) == (None, "c has no value")
    assert recompute(Composition("a", "product", ("b", "c")), {}, {"b": "Bees"}) == (None, "Bees, c have no value")
    assert recompute(Composition("a", "ratio", ("b",), (), "c"), {"b": 1.0, "c": 0.0}) == (None, "c is 0")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_sum_does_not_depend_on_the_order(parts: list[float], order: object) -> None:
    keys = [f"k{i}" for i in range(len(parts))]
    amounts: dict[str, float | None] = dict(zip(keys, parts, strict=True))
    turned = keys[:]
    order.shuffle(turned)  # type: ignore[attr-defined]
    assert recompute(Composition("a", "sum", tuple(keys)), amounts)[0] == recompute(Composition("a", "sum", tuple(turned)), amounts)[0]


# ---- reconciliation


SUM = ProgrammeTree("all", (Composition("all", "sum", ("asked", "said")),))


def test_what_adds_up_is_silent_and_what_does_not_is_told_with_both_numbers() -> None:
    """5 + 7 = 12. With 12 of its own it is right; with 12.5, or off by 2e-9, it is not."""
    parts = (measured("asked", 5.0), measured("said", 7.0))
    root, wrong = grown(SUM, measured("all", 12.0), *parts)
    assert wrong == () and root.recomputed == 12.0 and [c.weight for c in root.children] == [approx(5 / 12), approx(7 / 12)]
    root, wrong = grown(SUM, measured("all", 12.5), *parts)
    assert wrong == ("All does not add up: its parts make 12, its own value is 12.5.",) and root.value == 12.5
    assert grown(SUM, measured("all", 12.0 + 2e-9), *parts)[1] != () and grown(SUM, measured("all", 12.0 + 1e-10), *parts)[1] == ()


def test_a_share_is_reckoned_as_a_share() -> None:
    """3 a day of 12 is 25 %, not 0.25."""
    tree = ProgrammeTree("sticky", (Composition("sticky", "ratio", ("daily",), (), "all"),))
    parts = (measured("daily", 3.0), measured("all", 12.0))
    root, wrong = grown(tree, measured("sticky", 25.0, "stickiness"), *parts)
    assert wrong == () and root.recomputed == approx(25.0) and [c.role for c in root.children] == ["above", "below"]
    assert grown(tree, measured("sticky", 0.25, "stickiness"), *parts)[1] != ()


def test_what_cannot_be_checked_says_so() -> None:
    root, wrong = grown(SUM, measured("all", 12.0), measured("asked", 5.0), measured("said", None))
    assert wrong == () and root.value == 12.0 and root.notes == ("not checked against its parts: Said has no value",)


def test_a_calculated_node_is_its_parts() -> None:
    """Half of 5 and of 7 is 6; before it was half of 3 and of 7, 5: up by 1. Without a part there is no value, but a reason."""
    tree = ProgrammeTree("mean", (Composition("mean", "mean", ("asked", "said"), (0.5, 0.5)),))
    now = (measured("mean", None, "calculated"), measured("asked", 5.0), measured("said", 7.0))
    then = (measured("mean", None, "calculated"), measured("asked", 3.0), measured("said", 7.0))
    root, _ = grown(tree, *now, then=then)
    assert (root.value, root.before, root.change, root.reason) == (6.0, 5.0, 1.0, "")
    root, _ = grown(tree, now[0], now[1], measured("said", None))
    assert root.value is None and root.reason == "Said has no value"


# ---- hypotheses


def test_an_influence_is_never_added_up() -> None:
    """`said` is 7, `asked` 5, and `praise` may raise their sum: the sum stays 12, with or without it."""
    edge = Influence("praise", "all", "raises", "1 week", BELIEVED)
    parts = (measured("all", 12.0), measured("asked", 5.0), measured("said", 7.0))
    without, _ = grown(SUM, *parts)
    root, wrong = grown(replace(SUM, influences=(edge,)), *parts, measured("praise", 1000.0))
    assert wrong == () and (root.value, root.recomputed) == (without.value, without.recomputed)
    assert root.children[:2] == without.children and root.children[2].edge == "guess" and root.children[2].weight is None


def test_a_node_that_hangs_twice_is_drawn_once() -> None:
    edges = (Influence("asked", "all", "raises", "1 week", BELIEVED), Influence("asked", "said", "lowers", "1 week", BELIEVED))
    root, _ = grown(
        ProgrammeTree("all", (), (*edges, Influence("said", "all", "raises", "1 day", BELIEVED))),
        measured("all", 1.0), measured("asked", 2.0), measured("said", 3.0),
    )  # fmt: skip
    told = [(b.key, b.again) for _, b in walk(root)]
    assert told == [("all", False), ("asked", False), ("said", False), ("asked", True)]


# ---- the score


LIVE = parse(template("live-programme"))


def stored(**wrong: float) -> pa.Table:
    """Two stored rows of the template: everything taken by half; then numbers of one's own in some columns of the first row."""
    cols = columns(LIVE)
    rows: dict[str, list[float]] = {}
    for c in cols:
        rows[c.taken], rows[c.offered] = [5.0, 10.0], [10.0, 10.0]
        rows[c.chances] = [10.0, 10.0]
    half = {
        "attendance": 0.25,  # ½ × ½
        "interaction": 0.7 * 0.5 + 0.3 * 0.5 / 4,  # a rate of ½ against a target of 4
        "contribution": 0.3 * (1 - 2**-1.0) + 0.3 * 0.5 + 0.4 * 0.5,  # ½ question an hour is worth one half
        "completion": 0.5,
    }
    full = {"attendance": 1.0, "interaction": 0.7 + 0.3 * 0.25, "contribution": 0.3 * (1 - 2**-2.0) + 0.7, "completion": 1.0}
    weights = {"attendance": 0.3, "interaction": 0.2, "contribution": 0.3, "completion": 0.2}
    for key in weights:
        rows[key] = [100 * half[key], 100 * full[key]]
    rows["score"] = [100 * sum(weights[k] * v[k] for k in weights) for v in (half, full)]
    for name, value in wrong.items():
        rows[name] = [value, rows[name][1]]
    return pa.table({k: np.array(v) for k, v in rows.items()})


def test_stored_scores_are_what_their_drivers_make() -> None:
    """Worked by hand from the template: product, weighted mean, target, saturating."""
    found = gaps(stored(), LIVE)
    assert set(found) == {"", "attendance", "interaction", "contribution", "completion"} and max(found.values()) < 1e-9


def test_a_stored_number_that_its_parts_do_not_make_is_told() -> None:
    """A signal off by 0.1 in one row is wrong, and the score then is not what its signals make; a score off by 1e-6 is wrong too."""
    signal = gaps(stored(completion=50.1), LIVE)
    assert signal["completion"] == approx(0.1, abs=1e-9) and signal[""] == approx(0.02, abs=1e-9) and signal["attendance"] < 1e-9
    table = stored()
    assert gaps(stored(score=table["score"][0].as_py() + 1e-6), LIVE)[""] == approx(1e-6, abs=1e-9)
    tree = ProgrammeTree("score")
    score = Node("p", "P", "score", 60.0, 1.0, 1.0, 60.0, 40.0, children=(Node("doing", "Doing", "signal", 60.0, 1.0, 1.0, 60.0, 40.0),))
    _, wrong = grown(tree, measured("score", 60.0, "score"), score=score, stored={"": 0.5, "doing": 0.0})
    assert wrong == ("Score does not add up: its parts make 60.5, its own value is 60.",)
    assert grown(tree, measured("score", 60.0, "score"), score=score, stored={"": 1e-12})[1] == ()


def test_the_score_hangs_in_the_tree_with_all_that_it_is_made_of() -> None:
    drivers = (Node("a", "A", "driver", 50.0, 0.6, 1.0, 30.0, 30.0),)
    score = Node("p", "P", "score", 60.0, 1.0, 1.0, 60.0, 40.0, children=(
        Node("low", "Low", "signal", 50.0, 0.6, 0.6, 30.0, 30.0, children=drivers), Node("high", "High", "signal", 75.0, 0.4, 0.4, 30.0, 10.0)))  # fmt: skip
    edge = Influence("polls", "low.a", "raises", "0 days", BELIEVED)
    root, _ = grown(ProgrammeTree("score", (), (edge,)), measured("score", 60.0, "score"), measured("polls", 9.0), score=score)
    assert [(d, b.key, b.edge) for d, b in walk(root)] == [
        (0, "score", "root"), (1, "low", "part"), (2, "low.a", "part"), (3, "polls", "guess"), (1, "high", "part")]  # fmt: skip
    assert sum(c.points or 0 for c in root.children) == approx(60.0) and sum(c.headroom or 0 for c in root.children) == approx(40.0)


def test_a_signal_that_was_not_scored_yet_has_a_reason() -> None:
    score = Node("p", "P", "score", 60.0, 1.0, 1.0, 60.0, 40.0)
    edge = Influence("polls", "newer", "raises", "0 days", BELIEVED)
    tree = ProgrammeTree("top", (), (edge, Influence("newer", "top", "raises", "0 days", BELIEVED)))
    root, _ = grown(tree, measured("top", None, "purpose"), measured("polls", 9.0), score=score)
    assert named(root, "newer").value is None and "nothing was scored with it yet" in named(root, "newer").reason


# ---- what is missing


@pytest.mark.parametrize(
    ("metric", "value", "room", "missed"),
    [
        ({"kind": "retention"}, 85.0, 15.0, False),  # to 100 %
        ({"kind": "retention", "threshold": 90.0}, 85.0, 5.0, True),
        ({"kind": "retention", "threshold": 80.0}, 85.0, 0.0, False),
        ({"kind": "repeat_use", "direction": "lower"}, 85.0, 85.0, False),
        ({"kind": "acts", "direction": "lower", "threshold": 10.0}, 12.0, 2.0, True),
        ({"kind": "acts"}, 12.0, None, False),  # no best is known
        ({"kind": "net_active_ratio"}, 110.0, None, False),
        ({"kind": "nps"}, 30.0, 70.0, False),
        ({"kind": "people", "direction": "neither", "threshold": 50.0}, 30.0, None, False),
    ],
)
def test_what_is_missing_to_the_best_or_to_the_threshold(metric: dict[str, object], value: float, room: float | None, missed: bool) -> None:
    m = Measured(Metric("m", "M", accountable="Bo", **metric), Value(value))  # type: ignore[arg-type]
    assert m.room == (None if room is None else approx(room)) and m.missed is missed
