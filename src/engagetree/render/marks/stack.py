"""Bands over time: every period a column of 100 %, the highest band on top, those without a score hollow. Named at the right, no legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import palette, words
from engagetree.render.marks import letters, svg
from engagetree.render.values import BandCounts, Mark

HEIGHT, TOP, LEFT = 180, 20, 44
Layer = tuple[str, str, int]  # colour class, label, count


def stack(points: Sequence[BandCounts], definition: Definition, width: int, marks: Sequence[Mark] = ()) -> Markup:
    """The columns of up to 26 periods, with every change of the definition drawn and named."""
    shown = [p for p in points if p.total][-26:]
    if not shown:
        return Markup("")
    names = [letters.wrap(n, width if width > 500 else 96) for n in _labels(layers(shown[-1], definition))]
    room = max(letters.width(line) for lines in names for line in lines) + 12
    step = (width - LEFT - room) / len(shown)
    parts = [b for i, p in enumerate(shown) for b in _column(layers(p, definition), p.total, LEFT + i * step, step)]
    parts += [
        svg.text(LEFT - 5, TOP + 5, f"100{words.SPACE}%", "m", "end") if width > 500 else "",
        svg.text(LEFT - 5, TOP + HEIGHT, "0", "m", "end"),
    ]
    last = _middles(layers(shown[-1], definition), shown[-1].total)
    gap = 15.0 * max(len(lines) for lines in names)
    for y, lines in zip(svg.apart([m + 4 for m in last], gap, TOP + 8, TOP + HEIGHT + 17 - gap), names, strict=True):
        parts += [svg.text(width - room + 8, y + 15 * i, line) for i, line in enumerate(lines)]
    parts += _dates(shown, definition, step) + changes([p.as_of for p in shown], marks, lambda i: LEFT + i * step, TOP, TOP + HEIGHT)
    return svg.drawing(width, TOP + HEIGHT + 24, parts, f"stack {svg.size(width)}")


def layers(point: BandCounts, definition: Definition) -> list[Layer]:
    """From top to bottom: those without a score, then the bands from the highest down; empty ones left out."""
    of = len(definition.bands)
    found = [("bn", words.UNKNOWN_BAND, point.unknown)]
    found += [(palette.step(i, of), words.clean(b.label), point.counts.get(b.key, 0)) for i, b in enumerate(definition.bands)]
    return [x for x in found if x[2]]


def _labels(found: Sequence[Layer]) -> list[str]:
    return [f"{label} {said}" for (_, label, _), said in zip(found, words.shares([n for _, _, n in found]), strict=True)]


def _column(found: Sequence[Layer], total: int, x: float, w: float) -> list[str]:
    parts, y = [], float(TOP)
    for kind, _, n in found:
        h = HEIGHT * n / total
        parts.append(svg.rect(x + 0.75, y + 0.5, w - 1.5, h - 1, f"{kind} area"))
        y += h
    return parts


def _middles(found: Sequence[Layer], total: int) -> list[float]:
    out, y = [], float(TOP)
    for _, _, n in found:
        out.append(y + HEIGHT * n / total / 2)
        y += HEIGHT * n / total
    return out


def _dates(shown: Sequence[BandCounts], definition: Definition, step: float) -> list[str]:
    """The first, the last, and between them as many dates as have room."""
    every = max(1, -(-62 // max(1, int(step))))
    picked = range(len(shown) - 1, -1, -every)
    return [
        svg.text(LEFT + (i + 0.5) * step, TOP + HEIGHT + 18, words.day(words.last_day(shown[i].as_of, definition.tz)), "m", "mid")
        for i in picked
    ]


def changes(ends: Sequence[datetime], marks: Sequence[Mark], at: Callable[[int], float], top: float, bottom: float) -> list[str]:
    """A dashed line in front of the first period that ends after a mark, with its name above."""
    parts = []
    for mark in marks:
        i = next((i for i, end in enumerate(ends) if end > mark.at), None)
        if i:
            parts += [svg.line(at(i), top - 4, at(i), bottom, "cut"), svg.text(at(i), top - 8, mark.label, "m", "mid")]
    return parts
