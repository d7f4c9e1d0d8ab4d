"""The same score for opposite reasons. The largest number of pairs comes from networks (scipy's matching), the rest from hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from engagetree.findings import Explanation, Node
from engagetree.render import sentences
from engagetree.stats.means import Mean
from engagetree.tree.opposites import STRONG, WEAK, opposites, ranges, sides

PERSON = st.tuples(st.floats(0, 100).map(round), st.sampled_from([10, 50, 90]), st.sampled_from([10, 50, 90]))


@settings(max_examples=80, deadline=None)
@given(st.lists(PERSON, min_size=1, max_size=25))
def test_as_many_pairs_as_there_can_be_and_nobody_twice(rows: list[tuple[int, int, int]]) -> None:
    score, a, b = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    found = opposites([f"p{i}" for i in range(len(rows))], score, {"a": a, "b": b})
    near = [[int(x[1] >= 70 and x[2] < 40 and y[2] >= 70 and y[1] < 40 and abs(x[0] - y[0]) <= 5) for y in rows] for x in rows]
    most = int((maximum_bipartite_matching(csr_array(np.array(near)), "column") >= 0).sum())
    pairs = found[0].scores if found else ()
    assert len(pairs) == most
    if found:
        assert len(set(found[0].first)) == len(set(found[0].second)) == most
        assert all(abs(x - y) <= 5 for x, y in pairs)
        gaps = [abs(x - y) for x, y in pairs]
        assert gaps[0] == min(gaps), "the closest pair leads"


def test_who_has_no_score_or_no_value_is_in_no_pair() -> None:
    values = {"a": np.array([90.0, 10.0, np.nan]), "b": np.array([10.0, 90.0, 90.0])}
    assert opposites(["x", "y", "z"], np.array([50.0, np.nan, 50.0]), values) == ()


def test_strong_and_weak_are_those_of_the_sentences() -> None:
    assert (STRONG, WEAK) == (sentences.STRONG, sentences.WEAK)


def told(name: str, values: dict[str, float], half: float, group: bool = False) -> Explanation:
    """Two signals of weight a half; the score and its range follow."""
    nodes = tuple(Node(k, k.title(), "signal", v, 0.5, 0.5, 0.5 * v, 0.5 * (100 - v)) for k, v in values.items())
    score = sum(n.points or 0 for n in nodes)
    at = datetime(2025, 3, 10, tzinfo=UTC)
    root = Node("p", "P", "score", score, 1, 1, score, 100 - score, children=nodes)
    return Explanation(name, group, 20 if group else 1, 0, None, None, "2025-03-03", at, "v", False, score, score - half, score + half,
                       None, 1.0, "", "", None, root)  # fmt: skip


def test_two_people_side_by_side() -> None:
    """a: 100 and 0, b: 4 and 90; scores 50 and 47. Points: 50 − 2 = 48 more of talking, 45 less of coming: opposite. They make 3."""
    found = sides(told("a", {"come": 100, "talk": 0}, 6), told("b", {"come": 4, "talk": 90}, 6))
    assert found is not None
    assert found.difference == pytest.approx(3) == sum(p for _, p in found.parts)
    assert dict(found.parts) == {"come": 48.0, "talk": -45.0}
    assert found.same and found.opposite == ("come", "talk")


def test_clearly_apart_or_alike_is_not_opposite() -> None:
    far = sides(told("a", {"come": 100, "talk": 40}, 6), told("b", {"come": 20, "talk": 80}, 6))
    assert far is not None and far.clear and far.opposite is None, "70 and 50, each ±6: 20 > √72"
    alike = sides(told("a", {"come": 50, "talk": 50}, 6), told("b", {"come": 52, "talk": 47}, 6))
    assert alike is not None and alike.same and alike.opposite is None


def test_groups_must_differ_clearly_in_both_signals() -> None:
    a, b = told("A", {"come": 70, "talk": 40}, 4, True), told("B", {"come": 60, "talk": 50}, 4, True)
    sure = tuple({k: Mean(20, v, v - 3, v + 3) for k, v in m.items()} for m in ({"come": 70.0, "talk": 40.0}, {"come": 60.0, "talk": 50.0}))
    loose = tuple({k: replace(m, low=m.value - 9, high=m.value + 9) for k, m in side.items() if m.value} for side in sure)
    opposite = [s.opposite for s in (sides(a, b, m) for m in (None, (sure[0], sure[1]), (loose[0], loose[1]))) if s]
    assert opposite == [None, ("come", "talk"), None]


def test_no_score_no_sides_no_place() -> None:
    a, nobody = told("a", {"come": 80, "talk": 80}, 3), replace(told("b", {"come": 0, "talk": 0}, 3), score=None, low=None, high=None)
    assert sides(a, nobody) is None
    assert ranges([a, nobody, told("c", {"come": 10, "talk": 10}, 3)]) == ((1, 1), None, (2, 2))
