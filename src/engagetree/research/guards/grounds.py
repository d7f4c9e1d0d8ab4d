"""What a number or a claim finally rests on. Labels do not count here: an indicator is what its inputs are.

This is the only place that decides what carries quality, and attention is never among it: there is no way from one to the other.
"""

from __future__ import annotations

from engagetree.research.guards.seen import Seen
from engagetree.research.model import Claim, Indicator

ATTENTION_REGISTERS = ("mentions",)
CARRIES_QUALITY = frozenset({"coded", "measured"})
ABOUT_ONLY = ("outputs", "affiliations", "claims")
"""Registers that say what a number is about or what is said of it; they are no evidence."""


def of_indicator(seen: Seen, key: str, above: frozenset[str] = frozenset()) -> frozenset[str]:
    """attention, coded, assessment, impact, other: all that an indicator is made of, through the indicators it is composed of."""
    known = seen.indicators.get(key)
    if known is None or key in above:
        return frozenset()
    if known.dimension == "attention":
        return frozenset({"attention"})
    parts = [*known.inputs, *(part for c in seen.given.composites if c.key == key for part, w in c.weights.items() if w)]
    found = frozenset().union(*(_of_input(seen, part, known, above | {key}) for part in parts))
    return found or frozenset({"other"})


def _of_input(seen: Seen, part: str, known: Indicator, above: frozenset[str]) -> frozenset[str]:
    if part in seen.indicators:
        return of_indicator(seen, part, above)
    if part in ATTENTION_REGISTERS:
        return frozenset({"attention"})
    if part in ABOUT_ONLY:
        return frozenset()
    if part == "ratings":
        return frozenset({"assessment" if known.scope == "institution" else "coded"})
    return frozenset({"impact" if part == "impacts" else "coded" if part == "coded" else "other"})


def of_claim(seen: Seen, claim: Claim) -> dict[str, frozenset[str]]:
    """What each thing that a claim cites is; nothing for what is in no register.

    An indicator of this return is looked into; what it is called does not matter.
    """
    return {cited: _of_cited(seen, cited) for cited in claim.rests_on}


def _of_cited(seen: Seen, cited: str) -> frozenset[str]:
    ground = seen.given.grounds.get(cited)
    if ground:
        return frozenset({ground})
    found, known = of_indicator(seen, cited), seen.indicators.get(cited)
    if known and known.dimension == "quality" and known.inputs and found == {"other"}:
        return frozenset({"measured"})  # a measure of quality that is made of neither attention nor a self-assessment, such as a survey
    return found


def all_of(found: dict[str, frozenset[str]]) -> frozenset[str]:
    """Everything that a claim rests on."""
    return frozenset().union(*found.values())
