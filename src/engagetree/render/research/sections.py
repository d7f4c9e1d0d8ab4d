"""All sections of a year in their fixed order, and the year in words: one sentence of each, never added up."""

from __future__ import annotations

from engagetree.render.research.attention import attention
from engagetree.render.research.depth import depth
from engagetree.render.research.extent import extent
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import Section
from engagetree.render.research.quality import quality
from engagetree.render.research.reach import reach
from engagetree.render.research.since import since


def sections(facts: Facts) -> tuple[Section, ...]:
    """Extent, depth, reach, quality, then attention aside, then the year before."""
    return extent(facts), depth(facts), reach(facts), quality(facts), attention(facts), since(facts)


def year_in_words(made: tuple[Section, ...]) -> tuple[tuple[str, str], ...]:
    """Of each section its name and its sentence."""
    return tuple((s.key, s.lead) for s in made)
