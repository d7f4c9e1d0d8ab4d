"""EM-16: what disclosure control forbids stays in the house. The rule is named, never the number."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards.seen import Seen
from engagetree.research.model import Guarded


def disclosure(seen: Seen) -> Iterator[Guarded]:
    """EM-16: one finding for each breach that disclosure control reports."""
    for breach in seen.given.breaches:
        yield Guarded(
            "EM-16",
            "block",
            breach.about,
            f"it would breach the rule “{breach.rule}” of disclosure control",
            "Publish a coarser table, or more years or places together.",
            breach.indicators,
        )
