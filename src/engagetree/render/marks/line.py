"""A history: the score as a line, its range as a cone around it, the cuts as hairlines, every change of the definition drawn and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.findings import Point
from engagetree.render import words
from engagetree.render.marks import letters, svg
from engagetree.render.marks.stack import changes
from engagetree.render.values import Mark

HEIGHT, TOP, LEFT = 140, 20, 30
Place = tuple[float, Point]


def history(points: Sequence[Point], definition: Definition, width: int, marks: Sequence[Mark] = (), only: bool = False) -> Markup:
    """The line from period to period; a period without a score is a gap, not a zero. `only` shows it on every page."""
    if sum(p.score is not None for p in points) < 2:
        return Markup("")
    room = max(letters.width(words.clean(b.label)) for b in definition.bands) + 10 if width > 500 else 34
    at = _scale(len(points), width - room)
    places = [(at(i), p) for i, p in enumerate(points)]
    parts = _cuts(definition, width, room)
    for known, run in groupby(places, key=lambda p: p[1].score is not None):
        if known:
            parts += _run(list(run))
    ends = [p.as_of for p in points]
    parts += [*_last(places, definition), *_dates(places, definition), *changes(ends, marks, lambda i: at(i) - 3, TOP, TOP + HEIGHT)]
    return svg.drawing(width, TOP + HEIGHT + 24, parts, f"line {svg.size(width)}{' only' if only else ''}")


def _y(value: float) -> float:
    return TOP + HEIGHT * (1 - value / 100)


def _scale(n: int, right: float) -> Callable[[int], float]:
    return lambda i: LEFT + 6 + (right - LEFT - 12) * i / max(1, n - 1)


def _cuts(definition: Definition, width: int, room: float) -> list[str]:
    """Hairlines at the cuts, the names of the bands at the right where there is room."""
    parts, high = [svg.line(LEFT, _y(100), width - room, _y(100)), svg.text(LEFT - 5, _y(100) + 4, "100", "m", "end")], 100.0
    for b in definition.bands:
        parts += [svg.line(LEFT, _y(b.at_least), width - room, _y(b.at_least), "cut" if b.at_least else "axis")]
        parts.append(svg.text(LEFT - 5, _y(b.at_least) + 4, words.count(b.at_least), "m", "end"))
        if width > 500:
            parts.append(svg.text(width - room + 8, _y((high + b.at_least) / 2) + 4, b.label, "m"))
        high = b.at_least
    return parts


def _run(run: Sequence[Place]) -> list[str]:
    """One unbroken stretch: the cone, then the line."""
    cone = [(x, p.low, p.high) for x, p in run if p.low is not None and p.high is not None]
    parts = []
    if len(cone) > 1:
        around = [(x, _y(high)) for x, _, high in cone] + [(x, _y(low)) for x, low, _ in reversed(cone)]
        parts.append(svg.path(around, "cone", closed=True))
    return [*parts, svg.path([(x, _y(p.score or 0)) for x, p in run], "way")] if len(run) > 1 else [*parts, *_alone(run[0])]


def _alone(place: Place) -> list[str]:
    x, p = place
    return [svg.line(x - 4, _y(p.score or 0), x + 4, _y(p.score or 0), "way")]


def _last(places: Sequence[Place], definition: Definition) -> list[str]:
    """The last known score with its number."""
    x, p = next(place for place in reversed(places) if place[1].score is not None)
    y = _y(p.score or 0)
    return [
        svg.line(x, y - 5, x, y + 5, "tick"),
        svg.text(x - 4, y - 8 if y > TOP + 18 else y + 20, words.score(p.score, definition.bands), "b", "end"),
    ]


def _dates(places: Sequence[Place], definition: Definition) -> list[str]:
    step = places[1][0] - places[0][0] if len(places) > 1 else 100.0
    every = max(1, -(-64 // max(1, int(step))))
    picked = [places[i] for i in range(len(places) - 1, -1, -every)]
    return [
        svg.text(min(x, places[-1][0]), TOP + HEIGHT + 18, words.day(words.last_day(p.as_of, definition.tz)), "m", "mid") for x, p in picked
    ]
