"""What is printed adds up. The expected answers are sums worked by hand, and properties that any rounding that adds up must have."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagetree.render.rounding import halves, nearest, spread

PARTS = st.lists(st.floats(0, 60, allow_nan=False), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("parts", "digits", "expected"),
    [
        ([1 / 3, 1 / 3, 1 / 3], 0, (1, 0, 0)),  # by hand: one whole over three equal thirds goes to the first
        ([27, 12, 12, 20], 1, (27, 12, 12, 20)),  # the worked example of scoring.md
        ([3.24, 0.53, -3.13, 2.66], 1, (3.2, 0.5, -3.1, 2.7)),  # by hand: 3.3 = 3.2 + 0.5 − 3.1 + 2.7
        ([], 0, ()),
    ],
)
def test_examples(parts: list[float], digits: int, expected: tuple[float, ...]) -> None:
    assert spread(parts, digits=digits) == pytest.approx(expected)


@given(PARTS, st.integers(0, 2))
def test_the_printed_parts_make_the_printed_whole(parts: list[float], digits: int) -> None:
    shown = spread(parts, digits=digits)
    assert math.fsum(shown) == pytest.approx(nearest(math.fsum(parts), digits), abs=1e-9)
    assert all(abs(a - b) <= 10**-digits + 1e-6 for a, b in zip(shown, parts, strict=True))


def test_parts_that_miss_their_whole_are_not_forced() -> None:
    assert spread([10, 10], 50) == (10, 10)


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 100)), min_size=1, max_size=9))
def test_rows_and_columns_of_a_breakdown_add_up(raw: list[tuple[float, float]]) -> None:
    """Weight = points + to gain in every row, and both columns sum to the printed score and to what it lacks to 100."""
    total = sum(w for w, _ in raw)
    weights = [100 * w / total for w, _ in raw]
    points = [w * v / 100 for w, (_, v) in zip(weights, raw, strict=True)]
    score = nearest(sum(points), 1)
    rows = halves(weights, points, 100, score)
    assert all(w == p + g and p >= 0 and g >= 0 for w, p, g in rows)
    assert sum(w for w, _, _ in rows) == 1000
    assert sum(p for _, p, _ in rows) == round(10 * score)
    assert all(abs(p / 10 - exact) <= 0.2 + 1e-6 for (_, p, _), exact in zip(rows, points, strict=True))


def test_drivers_that_share_very_little() -> None:
    """Found by Hypothesis: 0.4 and 0.17 of a point make 0.6 inside a signal whose own weight was rounded up to 28.6."""
    rows = halves([20, 60 / 7], [0.4, 0.171429], 28.6, 0.6)
    assert [p for _, p, _ in rows] == [4, 2] and [w for w, _, _ in rows] == [200, 86]


@given(st.floats(-1000, 1000, allow_nan=False), st.integers(0, 2))
def test_there_is_no_negative_zero(x: float, digits: int) -> None:
    assert not (nearest(x, digits) == 0 and math.copysign(1, nearest(x, digits)) < 0)
