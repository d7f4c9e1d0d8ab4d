"""What is doubtful in the registers: findings, not crashes. Nothing is changed by looking; what is counted how is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engagetree.research import checks_activities as activities
from engagetree.research import checks_people as people
from engagetree.research import checks_sizes as sizes
from engagetree.research.checks_looked import Looked
from engagetree.research.model import Guarded

Check = Callable[[Looked], Iterator[Guarded]]

CHECKS: tuple[Check, ...] = (
    activities.two_years,
    activities.no_day,
    activities.doubles,
    activities.maybe_doubles,
    activities.two_reporters,
    activities.depth,
    sizes.bands,
    sizes.registrations,
    sizes.sizes,
    people.pointing_nowhere,
    people.attendances,
    people.reach,
)


def findings(looked: Looked) -> tuple[Guarded, ...]:
    """Everything doubtful, the gravest first."""
    order = {"block": 0, "error": 1, "warning": 2, "note": 3}
    found = [one for check in CHECKS for one in check(looked)]
    return tuple(sorted(found, key=lambda g: (order[g.severity], g.rule)))


__all__ = ["CHECKS", "Looked", "findings"]
