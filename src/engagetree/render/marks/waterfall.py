"""Why a score moved: from the old number to the new one, step by step. A gain is filled, a loss is hollow: no red, no green."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg
from engagetree.render.rounding import nearest, spread

ROW = 28


def shown(start: float, steps: Sequence[float], end: float) -> tuple[float, ...]:
    """The steps rounded to whole points so that they lead from the printed start to the printed end."""
    return spread(steps, nearest(end) - nearest(start))


def waterfall(start: float, steps: Sequence[tuple[str, float]], end: float, width: int) -> Markup:
    """A row for the start, one for each step, one for the end."""
    numbers = shown(start, [d for _, d in steps], end)
    reached = [start]
    for _, delta in steps:
        reached.append(reached[-1] + delta)
    low, high = max(0.0, min(*reached, end) - 5), min(100.0, max(*reached, end) + 5)
    labels = ["before", *(words.clean(name) for name, _ in steps), "now"]
    left = min(0.4 * width, max(letters.width(name) for name in labels) + 14)
    room = width - left - 96

    def at(v: float) -> float:
        return left + room * (v - low) / max(high - low, 1e-9)

    parts = _end(0, "before", start, at) + _end(len(steps) + 1, "now", end, at)
    for i, ((name, _), number) in enumerate(zip(steps, numbers, strict=True)):
        a, b = sorted((at(reached[i]), at(reached[i + 1])))
        y = ROW * (i + 1)
        parts += [svg.text(0, y + 18, line) for line in letters.wrap(words.clean(name), left - 8)[:1]]
        parts += [svg.rect(a, y + 7, max(b - a, 1), 13, "weight" if number > 0 else "gain"), svg.text(b + 7, y + 18, words.signed(number))]
        parts.append(svg.line(at(reached[i + 1]), y + 7, at(reached[i + 1]), y + ROW + 7, "thread"))
    return svg.drawing(width, ROW * (len(steps) + 2) + 4, parts, f"waterfall {svg.size(width)}")


def _end(row: int, name: str, value: float, at: Callable[[float], float]) -> list[str]:
    y = ROW * row
    return [
        svg.text(0, y + 18, name, "b"),
        svg.line(at(value), y + 6, at(value), y + 21, "tick"),
        svg.text(at(value) + 7, y + 18, words.score(value), "b"),
    ]
