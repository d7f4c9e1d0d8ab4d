"""How scores are spread: bars whose edges include every cut, so that no bar belongs to two bands. Area is the number of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import palette, words
from engagetree.render.marks import letters, svg

HEIGHT = 150


def edges(definition: Definition, width: float) -> list[float]:
    """Edges of the bars from 0 to 100, about `width` apart."""
    cuts = sorted({0.0, 100.0, *(b.at_least for b in definition.bands if 0 < b.at_least < 100)})
    found = [0.0]
    for low, high in pairwise(cuts):
        n = max(1, round((high - low) / width))
        found += [low + (high - low) * (i + 1) / n for i in range(n)]
    return found


def tally(scores: Sequence[float], bounds: Sequence[float]) -> list[int]:
    """How many lie in each half-open bar; 100 belongs to the last."""
    return [sum(low <= s < high or (s == high == bounds[-1]) for s in scores) for low, high in pairwise(bounds)]


def histogram(scores: Sequence[float | None], definition: Definition, width: int) -> Markup:
    """The bars, the cuts, and each band named with its count above its own part."""
    known = [s for s in scores if s is not None]
    bounds = edges(definition, 2.5 if len(known) >= 500 else 5)
    heights = [n / (high - low) for n, (low, high) in zip(tally(known, bounds), pairwise(bounds), strict=True)]
    top = 44.0 if width > 500 else 58.0
    at = _scale(width)
    parts = []
    for h, (low, high) in zip(heights, pairwise(bounds), strict=True):
        tall = HEIGHT * h / max(*heights, 1e-9)
        if tall > 0:
            parts.append(svg.rect(at(low) + 1, top + HEIGHT - tall, at(high) - at(low) - 2, tall, f"{_kind(low, definition)} area"))
    parts.append(svg.line(at(0), top + HEIGHT, at(100), top + HEIGHT, "axis"))
    return svg.drawing(width, top + HEIGHT + 24, [*parts, *_cuts(known, definition, at, top, width)], f"histogram {svg.size(width)}")


def _cuts(known: Sequence[float], definition: Definition, at: Callable[[float], float], top: float, width: int) -> list[str]:
    parts, high = [svg.text(at(100), top + HEIGHT + 18, "100", "m", "mid")], 100.0
    for b in definition.bands:
        x = at(b.at_least)
        n = sum(definition.band(s) == b for s in known)
        parts.append(svg.text(x, top + HEIGHT + 18, words.count(b.at_least), "m", "mid"))
        if b.at_least > 0:
            parts.append(svg.line(x, 4, x, top + HEIGHT + 4, "cut"))
        name = letters.wrap(words.clean(b.label), at(high) - x - 6)
        if len(name) <= 2 and all(letters.width(line) <= at(high) - x - 6 for line in name):
            parts += [svg.text(x + 4, 14 + 15 * i, line, "m") for i, line in enumerate(name)]
            parts.append(svg.text(x + 4, 14 + 15 * len(name), words.count(n), "b"))
        high = b.at_least
    return parts


def _kind(low: float, definition: Definition) -> str:
    band = definition.band(low)
    return palette.step(words.rank(band.key, definition) if band else None, len(definition.bands))


def _scale(width: float) -> Callable[[float], float]:
    return lambda v: 14 + (width - 28) * v / 100
