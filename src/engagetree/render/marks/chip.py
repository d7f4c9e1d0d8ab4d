"""The chip of a band: a glyph of bars, filled as many as the band is high, and the word. Never colour alone."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import palette, words
from engagetree.render.marks import svg


def chip(score: float | None, low: float | None, high: float | None, definition: Definition) -> Markup:
    """Glyph and words: "At risk, or solidly engaged" when the range crosses a cut."""
    band = definition.band(score)
    said = words.band_words(score, low, high, definition)
    return labelled(None if band is None else words.rank(band.key, definition), len(definition.bands), said)


def labelled(rank: int | None, of: int, said: str) -> Markup:
    """A glyph with its words."""
    return Markup('<span class="chip">{} {}</span>').format(glyph(rank, of), words.clean(said))


@lru_cache
def glyph(rank: int | None, of: int) -> Markup:
    """Bars of rising height, the filled ones in the colour of the band; all hollow for no band."""
    filled = 0 if rank is None else of - rank
    kind = palette.step(rank, of)
    bars = [_bar(i, of, i < filled, kind) for i in range(of)]
    return svg.drawing(of * 6, 16, bars, "glyph")


def _bar(i: int, of: int, on: bool, kind: str) -> str:
    height = 4 + 11 * (i + 1) / of
    return svg.rect(i * 6 + 0.5, 15.5 - height, 4, height, f"{kind} full" if on else "hollow")
