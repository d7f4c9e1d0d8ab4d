"""A score with its range on one line: thin for 95 %, thick for the middle half, a tick and not a dot (a dot hides a narrow range)."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render.marks import svg

HALF = 0.6745 / 1.96  # of the 95 % range: where the middle 50 % of a bell curve end


def range_line(score: float | None, low: float | None, high: float | None, definition: Definition, width: float = 104) -> Markup:
    """A small line from 0 to 100 with the cuts as notches; empty without a score."""
    parts = [svg.line(2, 11, width - 2, 11)]
    parts += [svg.line(_x(b.at_least, width), 8, _x(b.at_least, width), 14) for b in definition.bands if b.at_least > 0]
    if score is not None:
        parts += whisker(score, low, high, 6, lambda v: _x(v, width))
    return svg.drawing(width, 16, parts, "range")


def whisker(score: float, low: float | None, high: float | None, y: float, at: Callable[[float], float]) -> list[str]:
    """The mark itself, on any scale."""
    parts = []
    if low is not None and high is not None:
        parts = [svg.line(at(low), y, at(high), y, "thin")]
        parts.append(svg.line(at(score - HALF * (score - low)), y, at(score + HALF * (high - score)), y, "thick"))
    return [*parts, svg.line(at(score), y - 5, at(score), y + 5, "tick")]


def _x(value: float, width: float) -> float:
    return 2 + (width - 4) * value / 100
