"""Rates and means with their ranges, one row each on one axis: a tick and a line, the number at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg
from engagetree.render.marks.range import whisker


@dataclass(frozen=True)
class Estimate:
    """One row: a label, its value with range on 0–100 (or none), and what is printed at the right."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    said: str


def forest(rows: Sequence[Estimate], width: int, cuts: Sequence[float] = ()) -> Markup:
    """The rows from top to bottom; on a slim page the label stands above its line."""
    if not rows:
        return Markup("")
    slim = width <= 500
    right = max(letters.width(r.said) for r in rows) + 10
    left = 0.0 if slim else min(220.0, max(letters.width(words.clean(r.label)) for r in rows) + 16)
    at = _scale(left, width - right - 8)
    body, y = [], 0.0
    for row in rows:
        lines = letters.wrap(words.clean(row.label), width - 8 if slim else left - 12)
        body += [svg.text(0, y + 19 + 15 * i, line) for i, line in enumerate(lines)]
        y += 15 * len(lines) + (28 if slim else 15)
        body += _estimate(row, y - (15 if slim else 7.5 * (len(lines) + 1)), width, at)
    parts = [svg.line(at(c), 4, at(c), y, "cut") for c in cuts]
    parts += [svg.text(at(c), y + 16, words.count(c), "m", "mid") for c in dict.fromkeys((0, *cuts, 100))]
    parts.append(svg.line(at(0), y, at(100), y, "axis"))
    return svg.drawing(width, y + 24, [*parts, *body], f"forest {svg.size(width)}")


def _estimate(row: Estimate, y: float, width: int, at: Callable[[float], float]) -> list[str]:
    mark = [] if row.value is None else whisker(row.value, row.low, row.high, y, at)
    return [*mark, svg.text(width, y + 4, row.said, "", "end")]


def _scale(left: float, right: float) -> Callable[[float], float]:
    return lambda v: left + 8 + (right - left - 16) * v / 100
