"""Levels of a fixed set of points, as a radar with named rings: a dot on each axis, a line to the next, and never a filled area.

The order of the axes is fixed by whoever calls, because the shape depends on it; its area means nothing. A missing rating is a gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

RING = 38
LINE = 15
Place = Callable[[int, float], tuple[float, float]]


@dataclass(frozen=True)
class Axis:
    """One axis: the level 1 … k where it is rated, the lowest and the highest of several raters, the year before, the one aimed at."""

    label: str
    level: float | None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    aim: float | None = None  # the level aimed at


def radar(axes: Sequence[Axis], rings: Sequence[str], width: int, before: str = "") -> Markup:
    """The rings from the middle outwards by their names; `before` names the hollow dots."""
    if len(axes) < 3 or not rings:
        return Markup("")
    wide = width > 500
    numbered = not wide and any(letters.width(w) > 60 for axis in axes for w in words.clean(axis.label).split())
    ring = RING if wide else 34 if numbered else 25
    called = [str(i) if numbered else words.clean(axis.label) for i, axis in enumerate(axes, 1)]
    far = ring * len(rings)
    room = (width - 2 * far) / 2 - 16
    x, top = width / 2, 50.0
    y = top + far

    def at(i: int, level: float) -> tuple[float, float]:
        angle = 2 * math.pi * i / len(axes)
        return x + ring * level * math.sin(angle), y - ring * level * math.cos(angle)

    parts = [f'<circle class="hair" cx="{svg.num(x)}" cy="{svg.num(y)}" r="{svg.num(ring * (k + 1))}"/>' for k in range(len(rings))]
    for i in range(len(axes)):
        parts.append(svg.line(x, y, *at(i, len(rings)), "hair"))
        clear = 0.3 if axes[i].aim != len(rings) else 0.45  # a diamond on the outer ring needs room
        parts += _label(called[i], at(i, len(rings) + clear), room, i, len(axes))
    parts += _joined(axes, at)
    for i, axis in enumerate(axes):
        parts += _dots(axis, i, at)
    parts += _rings(rings, x, y, ring, 2 * math.pi / len(axes) / 2)
    bottom = y + far + 46
    key = [
        "Dot: the rating. Line through it: from the lowest to the highest rater.",
        "No dot: not rated, or raters agree too little. The area inside means nothing.",
    ]
    key[1:1] = [f"Hollow dot: {before}."] if before else []
    key[1:1] = ["Open diamond: the level aimed at, with a dashed way to it."] if any(a.aim is not None for a in axes) else []
    key += [" · ".join(f"{i} {words.clean(axis.label)}" for i, axis in enumerate(axes, 1))] if numbered else []
    lines = [t for k in key for t in letters.wrap(k, width - 8)]
    parts += [svg.text(0, bottom + LINE * i, t, "m") for i, t in enumerate(lines)]
    return svg.drawing(width, bottom + LINE * len(lines), parts, f"radar {svg.size(width)}")


def _joined(axes: Sequence[Axis], at: Place) -> list[str]:
    """Lines between neighbours that are both rated: a gap stays a gap."""
    parts = []
    for i, axis in enumerate(axes):
        after = axes[(i + 1) % len(axes)]
        if axis.level is not None and after.level is not None:
            parts.append(svg.path([at(i, axis.level), at((i + 1) % len(axes), after.level)], "other"))
    return parts


def _dots(axis: Axis, i: int, at: Place) -> list[str]:
    parts: list[str] = []
    if axis.low is not None and axis.high is not None and axis.high > axis.low:
        parts.append(svg.path([at(i, axis.low), at(i, axis.high)], "spread"))
    if axis.aim is not None:
        if axis.level is not None and axis.aim != axis.level:
            parts.append(svg.path([at(i, axis.level), at(i, axis.aim)], "toward"))
        parts.append(_diamond(*at(i, axis.aim), 9))
    if axis.before is not None and axis.before != axis.level:
        parts.append(_circle(*at(i, axis.before), 4, "knot hollow"))
    if axis.level is not None:
        parts.append(_circle(*at(i, axis.level), 5, "knot full"))
    return parts


def _circle(x: float, y: float, r: float, kind: str) -> str:
    return f'<circle class="{kind}" cx="{svg.num(x)}" cy="{svg.num(y)}" r="{svg.num(r)}"/>'


def _diamond(x: float, y: float, r: float) -> str:
    return svg.path([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], "aim", closed=True)


def _label(label: str, end: tuple[float, float], room: float, i: int, of: int) -> list[str]:
    """The name of an axis beyond the outer ring, away from it."""
    angle = 2 * math.pi * i / of
    side, up = math.sin(angle), math.cos(angle)
    anchor = "mid" if abs(side) < 0.2 else "" if side > 0 else "end"
    lines = letters.wrap(label, max(2 * room if anchor == "mid" else room, 56))
    start = end[1] + 4 - LINE * (len(lines) - 1) * (0.5 + 0.5 * up) + (6 * -up if anchor == "mid" else 0)
    return [svg.text(end[0], start + LINE * k, t, "", anchor) for k, t in enumerate(lines)]


def _rings(rings: Sequence[str], x: float, y: float, ring: float, angle: float) -> list[str]:
    """The names of the rings along a ray between two axes."""
    return [
        svg.text(x + ring * (k + 1) * math.sin(angle), y - ring * (k + 1) * math.cos(angle) + 4, name, "m halo small", "mid")
        for k, name in enumerate(rings)
    ]
