"""Means of changing crowds, worked by hand."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sides import defined, share, side, signal

from engagetree.tree.crowd import groups, meet
from engagetree.tree.means import compare


def table(scores: dict[str, float | None], group: dict[str, str | None] | None = None) -> pa.Table:
    made = {"participant": list(scores), "score": pa.array(scores.values(), pa.float64())}
    return pa.table(made | ({"group": pa.array([group.get(p) for p in scores], pa.string())} if group else {}))


def test_joiners_leavers_and_those_who_became_known() -> None:
    """Before a 50, b 60, d 90 (c has no score): mean 66⅔. After b 40, c 70, e 10 (d has none any more): mean 40. b stayed: 60 → 40, −20.
    e joined: ⅓ (10 − 40) = −10. c has a first score: ⅓ (70 − 40) = 10. a left: −⅓ (50 − 60) = 3⅓. d lost it: −⅓ (90 − 60) = −10."""
    before, after = table({"a": 50, "b": 60, "c": None, "d": 90}), table({"b": 40, "c": 70, "d": None, "e": 10})
    found = meet(before, after)
    assert found.means == pytest.approx((200 / 3, 40)) and found.stayed == pytest.approx((60, 40))
    assert {c.kind: (c.n, c.mean) for c in found.comings} == {"joined": (1, 10), "left": (1, 50), "scored": (1, 70), "unscored": (1, 90)}
    effects = {c.kind: c.effect for c in found.comings}
    assert effects == pytest.approx({"joined": -10, "scored": 10, "left": 10 / 3, "unscored": -10})
    assert -20 + sum(effects.values()) == pytest.approx(40 - 200 / 3, abs=1e-12)
    assert (found.before.tolist(), found.after.tolist()) == ([1], [0])


def test_nobody_stayed() -> None:
    """a 50 left, b 70 joined: against the middle, 60, each did +10."""
    found = meet(table({"a": 50}), table({"b": 70}))
    assert found.stayed is None and [c.effect for c in found.comings] == pytest.approx([10, 10, 0, 0])


@given(*[st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(st.none(), st.floats(0, 100)), min_size=1) for _ in range(2)])
def test_comings_and_goings_sum_and_change_their_sign(a: dict[str, float | None], b: dict[str, float | None]) -> None:
    assume(any(v is not None for v in a.values()) and any(v is not None for v in b.values()))
    found, back = meet(table(a), table(b)), meet(table(b), table(a))
    stayed = found.stayed[1] - found.stayed[0] if found.stayed else 0.0
    assert stayed + sum(c.effect for c in found.comings) == pytest.approx(found.means[1] - found.means[0], abs=1e-9)
    there, again = ({c.kind: c.effect for c in m.comings} for m in (found, back))
    other = {"joined": "left", "left": "joined", "scored": "unscored", "unscored": "scored"}
    assert there == pytest.approx({k: -again[other[k]] for k in there}, abs=1e-9)


def test_no_group_fell_and_the_mean_did() -> None:
    """x: two at 80 → one at 90; y: two at 40 → three at 40. Mean 60 → 52.5. Shares of x ½ → ¼. Within: x (½ + ¼)/2 · 10 = 3.75, y 0.
    Mix against the middle, 56.25: x −¼ (85 − 56.25) = −7.1875, y ¼ (40 − 56.25) = −4.0625. Together −7.5."""
    before = table({"a": 80, "b": 80, "c": 40, "d": 40}, {"a": "x", "b": "x", "c": "y", "d": "y"})
    after = table({"a": 90, "b": 40, "c": 40, "d": 40}, {"a": "x", "b": "y", "c": "y", "d": "y"})
    found = {g.name: g for g in groups(before, after)}
    assert (found["x"].within, found["x"].mix) == pytest.approx((3.75, -7.1875))
    assert (found["y"].within, found["y"].mix) == pytest.approx((0, -4.0625))
    assert sum(g.change for g in found.values()) == pytest.approx(-7.5, abs=1e-12)
    assert (found["x"].before, found["x"].after, found["x"].mean_before, found["x"].mean_after) == (2, 1, 80, 90)


people = st.dictionaries(st.integers(0, 20), st.tuples(st.floats(0, 100), st.sampled_from(["x", "y", "z", None])), min_size=1)


@given(people, people)
def test_groups_sum_and_change_their_sign(a: dict[int, tuple[float, str | None]], b: dict[int, tuple[float, str | None]]) -> None:
    before, after = (table({str(k): s for k, (s, _) in x.items()}, {str(k): g for k, (_, g) in x.items()} | {"-": None}) for x in (a, b))
    found, back = groups(before, after), groups(after, before)
    means = [sum(s for s, _ in x.values()) / len(x) for x in (a, b)]
    assert sum(g.change for g in found) == pytest.approx(means[1] - means[0], abs=1e-9)
    again = {g.name: g for g in back}
    for g in found:
        assert (g.within, g.mix) == pytest.approx((-again[g.name].within, -again[g.name].mix), abs=1e-9)


def test_how_factors_go_together() -> None:
    """(1, 1) and (0, 0): mean of the products ½. Twice (½, ½): ¼. The drivers' means are ½ on both sides: only what goes together differs."""
    d = defined(signal("a", 1.0, share("x"), share("y"), combine="product"))
    one = side(d, {"a.x": (2, 2), "a.y": (2, 2)}, {"a.x": (0, 2), "a.y": (0, 2)}).table
    two = side(d, *[{"a.x": (1, 2), "a.y": (1, 2)}] * 2).table
    found = {(".".join(p), k): v for (p, k), v in compare(d, one, two).items() if abs(v) > 1e-12}
    assert found == pytest.approx({("a", "mix"): -25})


def test_a_group_that_knows_less() -> None:
    """Weights ½, ½. One group: a 40, b 80, mean 60. The other: one with a 40 alone, one with a 40 and b 80: mean (40 + 60)/2 = 50.
    Mean weights of a: ½ → ¾, of b: ½ → ¼, values as they were: 40 · ¼ = 10, 80 · −¼ = −20."""
    d = defined(signal("a", 0.5, share("x")), signal("b", 0.5, share("y")))
    full = {"a.x": (4, 10), "b.y": (8, 10)}
    found = {
        (".".join(p), k): v
        for (p, k), v in compare(d, side(d, full).table, side(d, full, {"a.x": (4, 10)}).table).items()
        if abs(v) > 1e-12
    }
    assert found == pytest.approx({("a", "coverage"): 10, ("b", "coverage"): -20})
