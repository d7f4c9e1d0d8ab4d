"""Small multiples: the same little drawing for each group or signal, on one axis, so that heights can be compared across."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

HEIGHT, TITLE, GAP, LEFT, FOOT = 92, 38, 26, 30, 22
Value = tuple[float, float | None, float | None]  # value, low, high on 0–100


@dataclass(frozen=True)
class Panel:
    """One little drawing: its name, what is said at its end, and a value for each moment (None is a gap, not a zero)."""

    name: str
    said: str
    values: tuple[Value | None, ...]


def multiples(panels: Sequence[Panel], ends: tuple[str, str], cuts: Sequence[float], width: int) -> Markup:
    """Panels from left to right and top to bottom; `ends` name the first and the last moment."""
    shown = [p for p in panels if sum(v is not None for v in p.values) > 1]
    if not shown:
        return Markup("")
    across = 1 if width <= 500 else 2 if len(shown) in (2, 4) else 3
    wide = (width - LEFT - GAP * (across - 1)) / across
    parts, height, tall = [], 0.0, HEIGHT + FOOT
    for start in range(0, len(shown), across):
        line = shown[start : start + across]
        titles = [letters.wrap(words.clean(p.name), wide - letters.width(p.said, bold=True) - 12, bold=True) for p in line]
        top = height + max(TITLE, 17 * max(map(len, titles)) + 8)
        for i, (panel, title) in enumerate(zip(line, titles, strict=True)):
            parts += _panel(panel, title, LEFT + i * (wide + GAP), top, wide, cuts, i == 0, ends)
        height = top + tall
    return svg.drawing(width, height, parts, f"multiples {svg.size(width)}")


def _panel(
    panel: Panel, title: Sequence[str], left: float, top: float, wide: float, cuts: Sequence[float], first: bool, ends: tuple[str, str]
) -> list[str]:
    def y(value: float) -> float:
        return top + HEIGHT * (1 - value / 100)

    def x(i: float) -> float:
        return left + 4 + (wide - 10) * i / max(1, len(panel.values) - 1)

    parts = [svg.text(left, top - 8 - 17 * (len(title) - 1 - i), text, "b") for i, text in enumerate(title)]
    parts.append(svg.text(left + wide, top - 8, panel.said, "", "end"))
    for at in (0.0, *cuts, 100.0):
        parts.append(svg.line(left, y(at), left + wide, y(at), "axis" if at == 0 else "hair" if at == 100 else "cut"))
    if first:
        parts += [svg.text(left - 5, y(at) + 4, words.count(at), "m", "end") for at in _apart((0.0, *sorted(cuts), 100.0))]
    parts += _line(panel.values, x, y)
    return [*parts, svg.text(left, top + HEIGHT + 15, ends[0], "m"), svg.text(left + wide, top + HEIGHT + 15, ends[1], "m", "end")]


def _apart(marks: Sequence[float]) -> list[float]:
    """Those of the axis's numbers that do not touch; both ends always stand."""
    out = [marks[0]]
    for at in marks[1:-1]:
        if min(at - out[-1], marks[-1] - at) * HEIGHT / 100 >= 13:
            out.append(at)
    return [*out, marks[-1]]


def _line(values: Sequence[Value | None], x: Callable[[float], float], y: Callable[[float], float]) -> list[str]:
    parts, last = [], None
    for known, run in groupby(enumerate(values), key=lambda v: v[1] is not None):
        points = [(i, v) for i, v in run if v is not None]
        if not known:
            continue
        inside = [(x(i), v[1], v[2]) for i, v in points if v[1] is not None and v[2] is not None]
        if len(inside) > 1:
            around = [(at, y(high)) for at, _, high in inside] + [(at, y(low)) for at, low, _ in reversed(inside)]
            parts.append(svg.path(around, "cone", closed=True))
        ends = [(x(i), y(v[0])) for i, v in points]
        parts.append(svg.path(ends if len(ends) > 1 else [(ends[0][0] - 3, ends[0][1]), (ends[0][0] + 3, ends[0][1])], "way"))
        last = ends[-1]
    return [*parts, svg.line(last[0], last[1] - 4, last[0], last[1] + 4, "tick")] if last else parts
