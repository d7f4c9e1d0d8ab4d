"""What holds for every split: the parts sum to the change, swapping the sides negates every part, and what did not change did nothing.

The scores that the parts must lead between come from plain Python (`sides.score`), not from the code under test.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sides import Counts, defined, half, score, share, side, signal, target

from engagetree.definition.model import Definition, Driver
from engagetree.tree.combine import KINDS
from engagetree.tree.means import compare
from engagetree.tree.split import Side, Split, split

ONE = 1e-9

weights = st.integers(1, 10)


@st.composite
def drivers(draw: st.DrawFn, key: str) -> Driver:
    kind = draw(st.sampled_from(["share", "target", "half"]))
    at = draw(st.integers(1, 4))
    return share(key) if kind == "share" else target(key, at) if kind == "target" else half(key, at)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    signals = []
    for s in draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True)):
        keys = draw(st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True))
        shares = draw(st.lists(weights, min_size=len(keys), max_size=len(keys)))
        made = [replace(draw(drivers(k)), weight=w / sum(shares)) for k, w in zip(keys, shares, strict=True)]
        signals.append(signal(s, draw(weights), *made, combine=draw(st.sampled_from(["mean", "product"]))))
    total = sum(s.weight for s in signals)
    return defined(*(replace(s, weight=s.weight / total) for s in signals))


@st.composite
def rows(draw: st.DrawFn, definition: Definition) -> Counts:
    out = {}
    for s, d in definition.drivers():
        offered = draw(st.integers(0, 5))
        out[f"{s.key}.{d.key}"] = (float(draw(st.integers(0, offered + (0 if d.is_share else 3)))), float(offered))
    return out


@st.composite
def pairs(draw: st.DrawFn, same: bool = False) -> tuple[Side, Side, list[tuple[float, float]]]:
    first = draw(definitions())
    last = first if same else draw(st.one_of(st.just(first), definitions()))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        a, b = draw(rows(first)), draw(rows(last))
        if (x := score(first, a)) is not None and (y := score(last, b)) is not None:
            found.append((a, b, (x, y)))
    assume(found)
    return side(first, *(a for a, _, _ in found)), side(last, *(b for _, b, _ in found)), [ends for _, _, ends in found]


@settings(max_examples=120, deadline=None)
@given(pairs())
def test_the_parts_sum_to_the_change(pair: tuple[Side, Side, list[tuple[float, float]]]) -> None:
    before, after, ends = pair
    assert split(before, after).change() == pytest.approx([b - a for a, b in ends], abs=ONE)


@settings(max_examples=120, deadline=None)
@given(pairs())
def test_the_points_of_each_signal_change_by_its_parts(pair: tuple[Side, Side, list[tuple[float, float]]]) -> None:
    """Points are effective weight × value, worked out here from the stored signals."""
    before, after, _ = pair
    found = split(before, after)
    points = [_points(s) for s in (before, after)]
    for node in {n[0] for n in found.nodes}:
        zero = np.zeros(found.rows)
        assert found.change((node,)) == pytest.approx(points[1].get(node, zero) - points[0].get(node, zero), abs=ONE)


def _points(s: Side) -> dict[str, np.ndarray]:
    values = {x.key: np.array([np.nan if v is None else v for v in s.table[x.key].to_pylist()]) for x in s.definition.signals}
    total = sum(np.where(np.isnan(values[x.key]), 0.0, x.weight) for x in s.definition.signals)
    return {x.key: np.nan_to_num(values[x.key]) * x.weight / total for x in s.definition.signals}


@settings(max_examples=120, deadline=None)
@given(pairs(), st.booleans())
def test_swapping_the_sides_negates_every_part(pair: tuple[Side, Side, list[tuple[float, float]]], because: bool) -> None:
    before, after, _ = pair
    there, back = split(before, after, because=because), split(after, before, because=because)
    for path, kind in {*there.parts, *back.parts}:
        assert there.of(path, kind) == pytest.approx(-back.of(path, kind), abs=ONE)


@settings(max_examples=120, deadline=None)
@given(pairs(same=True), st.data())
def test_what_did_not_change_did_nothing(pair: tuple[Side, Side, list[tuple[float, float]]], data: st.DataObject) -> None:
    """One definition: no formula. Nothing moved at all: no part. A driver with the same counts on both sides has no behaviour."""
    before, after, _ = pair
    found = split(before, after, because=True)
    assert not [k for k in found.parts if k[1] == "formula"]
    same = split(before, before)
    assert all(not v.any() for v in same.parts.values())
    for s, d in before.definition.drivers():
        names = [f"{s.key}__{d.key}__{x}" for x in ("taken", "offered")]
        still = np.array([all(before.table[n][i] == after.table[n][i] for n in names) for i in range(found.rows)])
        assert not found.of((s.key, d.key), "behaviour")[still].any()


@settings(max_examples=120, deadline=None)
@given(definitions(), st.data())
def test_what_people_did_is_nothing_where_only_the_weights_changed(d: Definition, data: st.DataObject) -> None:
    """Other weights on the same rows: no behaviour and no coverage."""
    row = data.draw(rows(d))
    assume(score(d, row) is not None)
    others = data.draw(st.lists(weights, min_size=len(d.signals), max_size=len(d.signals)))
    later = replace(d, signals=tuple(replace(s, weight=w / sum(others)) for s, w in zip(d.signals, others, strict=True)))
    found = split(side(d, row), side(later, row))
    assert all(kind == "formula" or not v.any() for (_, kind), v in found.parts.items())


@settings(max_examples=120, deadline=None)
@given(pairs(same=True))
def test_taken_and_offered_are_all_that_people_did(pair: tuple[Side, Side, list[tuple[float, float]]]) -> None:
    before, after, _ = pair
    found = split(before, after, because=True)
    for node in found.nodes:
        assert found.of(node, "taken") + found.of(node, "offered") == pytest.approx(found.of(node, "behaviour"), abs=ONE)


@settings(max_examples=120, deadline=None)
@given(definitions(), st.data())
def test_means_of_different_people(d: Definition, data: st.DataObject) -> None:
    """Two groups of other sizes: the parts are the difference of the means, and with the sides swapped all of them change their sign."""
    groups = [[r for r in data.draw(st.lists(rows(d), min_size=1, max_size=4)) if score(d, r) is not None] for _ in range(2)]
    assume(all(groups))
    tables = [side(d, *g).table for g in groups]
    low, high = (sum(score(d, r) or 0.0 for r in g) / len(g) for g in groups)
    there, back = compare(d, *tables), compare(d, *reversed(tables))
    assert sum(there.values()) == pytest.approx(high - low, abs=ONE)
    assert all(v == pytest.approx(-back[k], abs=ONE) for k, v in there.items())
    assert all(abs(v) < 1e-12 for v in compare(d, tables[0], tables[0]).values())


def test_the_kinds_are_three() -> None:
    assert KINDS == ("behaviour", "formula", "coverage") and Split(0, (), {}).change().size == 0
