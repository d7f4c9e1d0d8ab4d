"""From one number to another, step by step, each with its printed number. A gain is filled, a loss is hollow: no red, no green."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

ROW, LINE, NUMBER = 30, 15, 64  # pixels of a step, of a further line of its name, of the number behind a bar


@dataclass(frozen=True)
class Step:
    """One cause: how far it leads, and the number as it is printed."""

    name: str
    by: float
    said: str


def steps(start: float, taken: Sequence[Step], end: float, width: int, ends: tuple[str, str]) -> Markup:
    """A row for the start, one for each step, one for the end, on one scale that shows where they are between 0 and 100."""
    reached = [start]
    for step in taken:
        reached.append(reached[-1] + step.by)
    low, high = max(0.0, min(*reached, end) - 4), min(100.0, max(*reached, end) + 4)
    names = [words.clean(n) for n in (ends[0], *(s.name for s in taken), ends[1])]
    left = min(0.42 * width, max(letters.width(n, bold=True) for n in names) + 14)
    room = width - left - NUMBER

    def at(v: float) -> float:
        return left + room * (v - low) / max(high - low, 1e-9)

    y, parts = 0.0, list[str]()
    for i, name in enumerate(names):
        lines = letters.wrap(name, left - 10, bold=i in (0, len(names) - 1))
        tall = ROW + LINE * (len(lines) - 1)
        bold = "b" if i in (0, len(names) - 1) else ""
        parts += [svg.text(0, y + 19 + LINE * j, line, bold) for j, line in enumerate(lines)]
        if bold:
            parts += _end(y, start if i == 0 else end, at)
        else:
            parts += _bar(y, taken[i - 1], reached[i - 1], reached[i], at)
        if i < len(names) - 1:
            x = at(reached[min(i, len(taken))])
            parts.append(svg.line(x, y + (22 if bold else 8), x, y + tall + 8, "thread"))
        y += tall
    return svg.drawing(width, y + 4, parts, f"waterfall {svg.size(width)}")


def _bar(y: float, step: Step, a: float, b: float, at: Callable[[float], float]) -> list[str]:
    x1, x2 = sorted((at(a), at(b)))
    return [svg.rect(x1, y + 8, max(x2 - x1, 1), 13, "weight" if step.by > 0 else "gain"), svg.text(x2 + 7, y + 19, step.said)]


def _end(y: float, value: float, at: Callable[[float], float]) -> list[str]:
    return [svg.line(at(value), y + 7, at(value), y + 22, "tick"), svg.text(at(value) + 7, y + 19, words.one(value), "b")]
