"""Twenty dots: where a score may really lie, as chances that can be counted. One dot is one in twenty."""

from __future__ import annotations

from statistics import NormalDist

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import palette, words
from engagetree.render.marks import svg

N = 20
_Z = [NormalDist().inv_cdf((i + 0.5) / N) / 1.96 for i in range(N)]


def quantiles(score: float, low: float, high: float) -> list[float]:
    """Twenty equally likely values: a bell with a half of its own on each side, kept within 0–100."""
    return [min(100.0, max(0.0, score + z * ((high - score) if z > 0 else (score - low)))) for z in _Z]


def shares(score: float, low: float, high: float, definition: Definition) -> list[tuple[int, int]]:
    """How many of the twenty lie in each band: (rank, dots), most first."""
    found = [words.rank(b.key, definition) for b in map(definition.band, quantiles(score, low, high)) if b is not None]
    return sorted(((i, found.count(i)) for i in sorted({f for f in found if f is not None})), key=lambda pair: -pair[1])


def dots(score: float, low: float, high: float, definition: Definition, width: int = svg.SLIM) -> Markup:
    """The dots above a line from 0 to 100 with its cuts, stacked where they would touch."""
    values, bin_ = quantiles(score, low, high), 100 / ((width - 16) / 10)
    stacked: dict[int, int] = {}
    marks = []
    for v in values:
        place = round(v / bin_)
        level = stacked[place] = stacked.get(place, 0) + 1
        marks.append((8 + (width - 16) * min(place * bin_, 100) / 100, level, v))
    height = 10 * max(stacked.values()) + 26
    parts = [svg.line(8, height - 18, width - 8, height - 18)]
    for i, b in enumerate(definition.bands):
        inside = [f"M{svg.num(x)} {height - 14 - 10 * level}h0" for x, level, v in marks if definition.band(v) == b]
        if inside:
            parts.append(f'<path class="{palette.step(i, len(definition.bands))} dot" d="{"".join(inside)}"/>')
    for b in definition.bands:
        x = 8 + (width - 16) * b.at_least / 100
        parts += [svg.line(x, height - 22, x, height - 14), svg.text(x, height - 2, words.count(b.at_least), "m", "mid")]
    return svg.drawing(width, height, parts, "dots slim only")
