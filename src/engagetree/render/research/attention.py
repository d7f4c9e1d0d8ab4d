"""Attention, aside: how often outputs were mentioned. It is not quality, and nothing here goes into any other section."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Figure
from engagetree.render.research import say
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import HEAD, Block, Section, narrowed, rest, rows_of

MENTIONS = ("attention_mentions", "mentions")
ASIDE = "Attention is not quality. A mention can praise, blame or only repeat; it does not say that anybody took part."


def attention(facts: Facts) -> Section:
    """The section, in a box of its own."""
    blocks = [b for key in MENTIONS if (b := _by_source(facts, key)) is not None][:1]
    shown = {k for b in blocks for k in b.shows}
    blocks += rest(facts, "attention", shown, "By provider, version and age")
    return Section("attention", "What attention was there?", lead(facts), tuple(blocks), ASIDE)


def _by_source(facts: Facts, key: str) -> Block | None:
    """Mentions by medium, with provider and version where several counted. No drawing: a post and a policy paper have no common scale."""
    values = facts.split(key, "medium") or tuple(v for v in facts.all(key) if v.at("medium"))
    if not values:
        return None
    head, table = narrowed(HEAD, rows_of(values, facts, named=False))
    sentence = "A post and a policy paper are not alike, so sources are neither added up nor drawn on one scale."
    return Block("Mentions by source", Figure(sentence, Markup(""), head, table, "Mentions by source"), (key,))


def lead(facts: Facts) -> str:
    """From how many kinds of source mentions are reported, never what they are worth."""
    values = [v for k in MENTIONS for v in facts.all(k)]
    sources = dict.fromkeys(v.at("medium") for v in values if v.at("medium") and say.known(v))
    if sources:
        return f"Mentions are reported from {words.plural(len(sources), 'kind')} of source. They are not added up."
    why = say.reasons(values)
    return f"No attention is reported{f': {why}' if why else ''}."
