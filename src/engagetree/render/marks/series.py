"""One history under several versions: a line for each, the one in use with its range as a cone, every change of version drawn and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.marks import letters, svg

HEIGHT, TOP, LEFT, LINE = 190, 24, 30, 17
AFTER = 32  # room for a change of version that came after all that is shown
WAYS = ("way", "other o1", "other o2", "other o3")
"""Classes of the lines: the one in use, then the others."""

Value = tuple[float, float | None, float | None]  # score, low, high


@dataclass(frozen=True)
class Track:
    """One line: what is written at its end, and its value at each moment (None is a gap, not a zero)."""

    label: str
    values: tuple[Value | None, ...]
    main: bool = False


def series(
    ends: Sequence[datetime], tracks: Sequence[Track], marks: Sequence[tuple[float, str]], definition: Definition, width: int
) -> Markup:
    """`marks` stand between moments: 3.5 is between the fourth and the fifth, one past the last behind all of them."""
    if len(ends) < 2 or not any(v for t in tracks for v in t.values):
        return Markup("")
    room = max(letters.width(words.clean(t.label), bold=t.main) for t in tracks) + 14
    right = width - room - (AFTER if any(m > len(ends) - 1 for m, _ in marks) else 0)
    at = _scale(len(ends), right)
    styles = iter(WAYS[1:])
    ways = [WAYS[0] if t.main else next(styles, WAYS[-1]) for t in tracks]
    parts = _cuts(definition, right)
    parts += [p for t in tracks if t.main for p in _cone(t, at)]
    parts += [p for t, way in zip(tracks, ways, strict=True) for p in _line(t, way, at)]
    parts += _labels(tracks, ways, at, width - room) + _marks(marks, at, len(ends) - 1, width) + _dates(ends, definition, at)
    return svg.drawing(width, TOP + HEIGHT + 24, parts, f"line {svg.size(width)}")


def _y(value: float) -> float:
    return TOP + HEIGHT * (1 - value / 100)


def _scale(n: int, right: float) -> Callable[[float], float]:
    return lambda i: LEFT + 6 + (right - LEFT - 16) * i / (n - 1)


def _cuts(definition: Definition, right: float) -> list[str]:
    parts = []
    for at in (100.0, *(b.at_least for b in definition.bands)):
        parts += [
            svg.line(LEFT, _y(at), right, _y(at), "hair" if at else "axis"),
            svg.text(LEFT - 5, _y(at) + 4, words.count(at), "m", "end"),
        ]
    return parts


def _runs(track: Track, at: Callable[[float], float]) -> list[list[tuple[float, Value]]]:
    known = groupby(enumerate(track.values), key=lambda x: x[1] is not None)
    return [[(at(i), v) for i, v in run if v is not None] for there, run in known if there]


def _cone(track: Track, at: Callable[[float], float]) -> list[str]:
    parts = []
    for run in _runs(track, at):
        inside = [(x, low, high) for x, (_, low, high) in run if low is not None and high is not None]
        around = [(x, _y(high)) for x, _, high in inside] + [(x, _y(low)) for x, low, _ in reversed(inside)]
        parts += [svg.path(around, "cone", closed=True)] if len(inside) > 1 else []
    return parts


def _line(track: Track, way: str, at: Callable[[float], float]) -> list[str]:
    parts = []
    for run in _runs(track, at):
        points = [(x, _y(v[0])) for x, v in run]
        parts.append(svg.path(points if len(points) > 1 else [(points[0][0] - 4, points[0][1]), (points[0][0] + 4, points[0][1])], way))
    return parts


def _labels(tracks: Sequence[Track], ways: Sequence[str], at: Callable[[float], float], x: float) -> list[str]:
    """The name of each line at its end, never one over the other, tied to it by a thin thread."""
    ends = [(i, v[0]) for t in tracks for i, v in [max(((i, v) for i, v in enumerate(t.values) if v is not None), default=(0, None))] if v]
    named = [(t, way) for t, way in zip(tracks, ways, strict=True) if any(t.values)]
    order = sorted(range(len(named)), key=lambda k: -ends[k][1])
    places = svg.apart([_y(ends[k][1]) + 4 for k in order], LINE, TOP + 6, TOP + HEIGHT)
    parts = []
    for k, y in zip(order, places, strict=True):
        track, (i, value) = named[k][0], ends[k]
        parts += [svg.line(at(i) + 3, _y(value), x + 6, y - 4, "hair"), svg.text(x + 10, y, track.label, "b" if track.main else "")]
    return parts


def _marks(marks: Sequence[tuple[float, str]], at: Callable[[float], float], last: int, width: float) -> list[str]:
    """A dashed line at each change of version, its name above; those after the last moment just behind it."""
    parts = []
    for place, label in marks:
        x, half = (at(place) if place < last else at(last) + AFTER / 2), letters.width(label) / 2
        middle = min(max(x, half), width - half)
        parts += [svg.line(x, TOP - 4, x, TOP + HEIGHT, "cut"), svg.text(middle, TOP - 9, label, "m", "mid")]
    return parts


def _dates(ends: Sequence[datetime], definition: Definition, at: Callable[[float], float]) -> list[str]:
    every = max(1, -(-64 // max(1, int(at(1) - at(0)))))
    picked = range(len(ends) - 1, -1, -every)
    return [svg.text(at(i), TOP + HEIGHT + 18, words.day(words.last_day(ends[i], definition.tz)), "m", "mid") for i in picked]
