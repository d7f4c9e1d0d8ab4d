"""Drawings of an institution's year: lengths and areas are what the numbers are, measured from the SVG."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagetree.render.marks.amounts import Amount, amounts
from engagetree.render.marks.grid import Square, grid
from engagetree.render.marks.ladder import Part, ladder
from engagetree.render.marks.levels import Rating, levels
from engagetree.render.marks.parity import Parity, parity
from engagetree.render.marks.radar import Axis, radar
from engagetree.render.marks.seats import Board, Seat, seats
from engagetree.render.marks.shares import Share, shares
from engagetree.render.marks.stages import stages


def rects(svg: object, kind: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(rf'<rect class="{kind}" x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"', str(svg))
    return [tuple(map(float, f)) for f in found]  # type: ignore[misc]


def ticks(svg: object, kind: str = "tick") -> list[float]:
    return [float(x) for x in re.findall(rf'<path class="{kind}" d="M([\d.]+) ', str(svg))]


@pytest.mark.parametrize("width", [720, 340])
def test_the_area_of_a_square_is_its_number(width: int) -> None:
    drawn = grid([("a", [Square(100, "100"), Square(25, "25")]), ("b", [Square(4, "4"), None])], ["x", "y"], width)
    areas = [w * h for _, _, w, h in rects(drawn, "filled")]
    assert areas[0] / areas[1] == pytest.approx(4, rel=0.02) and areas[0] / areas[2] == pytest.approx(25, rel=0.05)


def test_nought_is_drawn_as_nothing_and_withheld_as_a_dashed_box() -> None:
    drawn = grid([("a", [Square(0, "0"), Square(None, "..", True), Square(9, "9")])], ["x", "y", "z"], 720)
    assert len(rects(drawn, "filled")) == 1 and len(rects(drawn, "empty")) == 1 and ">..<" in drawn


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=6))
def test_twice_and_half_lie_equally_far_from_parity(ratios: list[float]) -> None:
    rows = [Parity("a", r) for r in [0.5, 1.0, 2.0, *ratios]]
    x = ticks(parity(rows, 720))
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.02)
    per = (x[2] - x[1]) / math.log(2)
    assert all(x[1] + per * math.log(r) == pytest.approx(at, abs=0.05) for r, at in zip(ratios, x[3:], strict=True))


def test_a_ratio_past_the_edge_has_an_arrow_and_no_tick() -> None:
    drawn = parity([Parity("a", 0.01, 0.001, 0.02), Parity("b", 1.0)], 720)
    assert len(ticks(drawn)) == 1 and str(drawn).count('class="thin"') == 2


def test_both_columns_of_bars_have_one_scale() -> None:
    drawn = ladder([("D1", [Part(0.6, "60 %"), Part(0.3, "30 %")]), ("D2", [Part(None, "..", True), None])], ["a", "b"], 720)
    first, second = rects(drawn, "weight")
    assert first[2] / second[2] == pytest.approx(2, rel=0.01) and len(rects(drawn, "empty")) == 1


def test_an_open_end_is_an_arrow_and_a_count_begins_at_nought() -> None:
    rows = [Amount("a", 100, said="100"), Amount("b", 50, said="50"), Amount("c", None, 60, None, "at least 60", estimate=True)]
    drawn = amounts(rows, 720)
    (x1, _, w1, _), (x2, _, w2, _) = rects(drawn, "weight")
    assert x1 == x2 and w1 / w2 == pytest.approx(2, rel=0.01) and 'class="arrow"' in drawn


def test_a_dot_of_the_radar_lies_on_its_ring() -> None:
    """Distance from the middle in rings, from the circles themselves."""
    axes = [Axis("a", 1), Axis("b", 3, 2, 4, before=2), Axis("c", None), Axis("d", 2)]
    for width in (720, 340):
        drawn = str(radar(axes, ["one", "two", "three", "four"], width, "last year"))
        circles = [tuple(map(float, c)) for c in re.findall(r'<circle class="[^"]*" cx="([^"]+)" cy="([^"]+)" r="([^"]+)"', drawn)]
        rings, dots = circles[:4], re.findall(r'<circle class="knot full" cx="([^"]+)" cy="([^"]+)"', drawn)
        x, y, one = rings[0]
        assert [round(math.hypot(float(a) - x, float(b) - y) / one, 1) for a, b in dots] == [1, 3, 2]
        assert drawn.count('class="knot hollow"') == 1 and "Hollow dot: last year" in drawn
        assert drawn.count('class="other"') == 2, "a gap on both sides of what is not rated"


def test_chance_is_a_line_and_missing_answers_are_a_bar() -> None:
    drawn = shares(
        [Share("a", 0.5, 0.25, 0.75, "50 %"), Share("b", 0.5, 0.25, 0.75, "50 %", True), Share("c", None, None, None, "..")], 720
    )
    assert len(rects(drawn, "filled")) == 1 and str(drawn).count('class="thin"') == 1 and len(ticks(drawn)) == 2
    ((x, _, w, _),) = rects(drawn, "filled")
    assert ticks(drawn)[1] == pytest.approx(x + w / 2, abs=0.02), "half way between a quarter and three quarters"


def test_steps_of_a_level() -> None:
    drawn = stages([("a", [(3, "D3"), (None, "—"), None])], ["x", "y", "z"], 720)
    assert len(rects(drawn, "filled")) == 3 and len(rects(drawn, "hollow faint")) == 2


def test_a_level_that_is_not_known_is_dashed() -> None:
    drawn = levels([Rating("a", None, 1, 3, "—"), Rating("b", 2, 2, 2, "Two")], ["One", "Two", "Three"], 720)
    assert len(rects(drawn, "empty")) == 3 and len(rects(drawn, "weight")) == 2


def test_seats_wrap_and_nothing_is_left_out() -> None:
    board = Board("b", "60 seats", tuple(Seat("E", i % 2 == 0, i % 3 == 0) for i in range(60)))
    for width in (720, 340):
        drawn = str(seats([board], width, [("E", "Education")]))
        assert len(re.findall(r'class="seat[ "]', drawn)) == 60 + 4
        right = max(float(x) for x in re.findall(r'<rect class="seat[^"]*" x="([^"]+)"', drawn))
        assert right + 22 <= width


@pytest.mark.parametrize("draw", [lambda: grid([], [], 720), lambda: parity([], 720), lambda: ladder([], [], 720), lambda: amounts([], 720), lambda: seats([], 720, []), lambda: stages([], [], 720), lambda: levels([], [], 720), lambda: shares([], 720), lambda: radar([], [], 720)])  # fmt: skip
def test_nothing_is_drawn_of_nothing(draw: object) -> None:
    assert draw() == ""  # type: ignore[operator]
