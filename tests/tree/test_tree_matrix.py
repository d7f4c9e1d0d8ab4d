"""Scores of everybody under several sets of weights. Expected: by hand, and a plain loop in Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetree.definition.model import Band
from engagetree.tree.matrix import AT_ONCE, Values, scores
from engagetree.tree.whatif import Supposed, banded, largest, tens, transitions

NAN = float("nan")
WORKED = (0.3, 0.2, 0.3, 0.2)


def of(*rows: tuple[float, ...]) -> Values:
    return Values.of([np.array(column, dtype=float) for column in zip(*rows, strict=True)])


def test_the_worked_example_under_two_sets_of_weights() -> None:
    """By hand: 27 + 12 + 12 + 20 = 71; with 0.2 and 0.4 it is 18 + 12 + 16 + 20 = 66."""
    made = scores(of((90, 60, 40, 100)), [WORKED, (0.2, 0.2, 0.4, 0.2)])
    assert made.tolist() == [pytest.approx([71]), pytest.approx([66])]


def test_what_is_unknown_gives_its_weight_to_the_others() -> None:
    """By hand: without contribution (27 + 12 + 20)/0.7; with 0.4 on it and 0.2 on attendance (18 + 12 + 20)/0.6."""
    made = scores(of((90, 60, NAN, 100)), [WORKED, (0.2, 0.2, 0.4, 0.2)])
    assert made[:, 0].tolist() == pytest.approx([59 / 0.7, 50 / 0.6])


def test_too_little_known_is_no_score_and_just_enough_is_one() -> None:
    """By hand: 0.3 + 0.2 = 0.5 of the weight is known; nothing known is never a score."""
    row = (90.0, 60.0, NAN, NAN)
    assert scores(of(row), [WORKED] * 3, [0.5, 0.51, 0.4])[:, 0].tolist() == pytest.approx([78, NAN, 78], nan_ok=True)
    assert math.isnan(scores(of((NAN,) * 4), [WORKED], [0.0])[0, 0])
    # Only signals without weight are known: that is nothing.
    assert math.isnan(scores(of((90.0, NAN)), [(0.0, 1.0)], [0.0])[0, 0])


def test_more_signals_than_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="17"):
        Values.of([np.zeros(1)] * 17)


value = st.one_of(st.just(NAN), st.floats(0, 100))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 6).flatmap(lambda k: st.tuples(st.lists(st.tuples(*[value] * k), min_size=1), st.lists(st.integers(0, 9), min_size=k, max_size=k))),
       st.floats(0, 1))  # fmt: skip
def test_every_row_is_the_plain_weighted_mean(case: tuple[list[tuple[float, ...]], list[int]], least: float) -> None:
    """Expected: a loop over rows in plain Python."""
    rows, parts = case
    if not sum(parts):
        parts = [1] * len(parts)
    weights = [p / sum(parts) for p in parts]
    made = scores(of(*rows), [weights], [least])[0]
    for row, got in zip(rows, made, strict=True):
        known = [(w, v) for w, v in zip(weights, row, strict=True) if not math.isnan(v)]
        covered = math.fsum(w for w, _ in known)
        if covered == 0 or covered < least - 2e-9:
            assert math.isnan(got)
        elif covered > least:
            assert got == pytest.approx(math.fsum(w * v for w, v in known) / covered, abs=1e-9)


def test_stretches_with_and_without_unknowns_side_by_side() -> None:
    """Expected: the same rows one by one. Longer than three stretches, unknowns only in the second."""
    rng = np.random.default_rng(5)
    rows = rng.random((3 * AT_ONCE + 7, 4)) * 100
    rows[AT_ONCE + 3 : AT_ONCE + 40, 2] = NAN
    values = Values.of(list(rows.T.copy()))
    assert values.whole == (True, False, True, True)
    expected = [np.dot(r[~np.isnan(r)], np.array(WORKED)[~np.isnan(r)]) / np.array(WORKED)[~np.isnan(r)].sum() for r in rows]
    assert np.allclose(scores(values, [WORKED])[0], expected, atol=1e-9, rtol=0)


BANDS = tuple(Band(k, k, low) for k, low in (("high", 80.0), ("solid", 60.0), ("risk", 40.0), ("low", 0.0)))


def test_from_band_to_band() -> None:
    """By hand: 80 stays high, 79.9 rises, 61 falls by two, none gains a score."""
    before, after = np.array([80.0, 79.9, 61.0, NAN]), np.array([85.0, 80.0, 39.9, 50.0])
    s = Supposed(before, after, banded(before, BANDS), banded(after, BANDS))
    table = transitions(s, 4, 4)
    assert table == [[1, 0, 0, 0, 0], [1, 0, 0, 1, 0], [0] * 5, [0] * 5, [0, 0, 1, 0, 0]]
    assert s.moved.tolist() == [False, True, True, True]


def test_the_largest_moves_come_first_and_rounding_is_no_move() -> None:
    """By hand: −21.1, 5, 0.1; the fourth differs in the last binary place only, the fifth has no score before."""
    before, after = np.array([80.0, 79.9, 61.0, 0.3, NAN]), np.array([85.0, 80.0, 39.9, 0.1 + 0.2, 4.0])
    s = Supposed(before, after, banded(before, BANDS), banded(after, BANDS))
    assert largest(s, 10).tolist() == [2, 0, 1] and largest(s, 1).tolist() == [2]


def test_tens_lose_nobody() -> None:
    """Half-open, and 100 in the last."""
    counts = tens(np.array([0.0, 9.999, 10.0, 29.9999999999, 30.0, 99.0, 100.0, NAN]))
    assert counts == [2, 1, 0, 2, 0, 0, 0, 0, 0, 2] and sum(counts) == 7
