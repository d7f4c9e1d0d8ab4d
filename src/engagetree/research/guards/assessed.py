"""EM-11: EDGE, the KEF self-assessment and GRIPP2 measure how engagement is supported or reported, never what it was like."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards import grounds
from engagetree.research.guards.context import shows_depth
from engagetree.research.guards.seen import Seen, keys, listed
from engagetree.research.model import Guarded

DO = "Show it as support or reporting, and cite coded evidence, ratings of activities or records of decisions for the engagement itself."


def self_assessment(seen: Seen) -> Iterator[Guarded]:
    """EM-11: cited for the quality or depth of engagement, or the only thing that stands beside counts of activities."""
    for claim in seen.year.claims:
        found = grounds.all_of(grounds.of_claim(seen, claim)) if claim.dimension in ("quality", "depth") else frozenset()
        if "assessment" in found and not found & grounds.CARRIES_QUALITY:
            says = "this measures support or reporting, not the engagement itself"
            yield Guarded("EM-11", "warning", f"the claim “{claim.text or claim.key}”", says, DO)
    support, counts = seen.of("quality", "institution"), seen.of("extent", "activity")
    if support and counts and not seen.of("quality", "activity") and not shows_depth(seen):
        named = listed(f"“{seen.indicators[k].label}”" for k in keys(support))
        says = "this measures support or reporting, not the engagement itself: nothing shown says how good or how deep the activities were"
        yield Guarded("EM-11", "warning", named, says, DO)
