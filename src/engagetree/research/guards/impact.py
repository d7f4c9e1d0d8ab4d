"""EM-14: engagement may come before impact; that something changed needs a record of the change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engagetree.research.guards import grounds
from engagetree.research.guards.seen import Seen
from engagetree.research.model import Guarded

VERBS = re.compile(
    r"\b(chang(?:ed|es)|improv(?:ed|es)|transform(?:ed|s)|increas(?:ed|es) (?:awareness|understanding|trust|confidence|uptake)|led to|"
    r"resulted in|caused|saved|reduced|empower(?:ed|s)|shifted|influenced)\b",
    re.IGNORECASE,
)


def impact_without_record(seen: Seen) -> Iterator[Guarded]:
    """EM-14: a claim of impact, by its dimension or by its verb, that cites no record of an impact."""
    for claim in seen.year.claims:
        said = VERBS.search(claim.text)
        if (said or claim.dimension == "impact") and "impact" not in grounds.all_of(grounds.of_claim(seen, claim)):
            yield Guarded(
                "EM-14",
                "warning",
                f"the claim “{claim.text or claim.key}”",
                "engagement metrics describe processes that may precede impact, and it cites no record of an impact",
                "Link a record of the impact (register `impacts`, column `rests_on`), or say what was done instead of what came of it.",
                matched=said.group(0) if said else "",
            )
