"""The guards: what may not be published as it is, and what has to be said beside it."""

from engagetree.research.guards.given import (
    NOTHING,
    Baseline,
    Breach,
    Comparison,
    Composite,
    Given,
    Ground,
    Interpretation,
    Programme,
    Side,
    Unbacked,
)
from engagetree.research.guards.rules import RULES, blocked, blocked_claims, guarded, not_comparable
from engagetree.research.guards.text import lint_text

__all__ = [
    "NOTHING",
    "RULES",
    "Baseline",
    "Breach",
    "Comparison",
    "Composite",
    "Given",
    "Ground",
    "Interpretation",
    "Programme",
    "Side",
    "Unbacked",
    "blocked",
    "blocked_claims",
    "guarded",
    "lint_text",
    "not_comparable",
]
