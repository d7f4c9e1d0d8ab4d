"""EM-15: where an activity's extent comes from engagetree's own scores, the five mistakes of a participant score count here too."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards.given import Programme
from engagetree.research.guards.seen import Seen, listed
from engagetree.research.model import Guarded, Severity

MOST_ATTENDANCE = 0.5


def scored_programmes(seen: Seen) -> Iterator[Guarded]:
    """EM-15: errors block the indicators that rest on the scores; warnings stand beside them."""
    for programme in seen.given.programmes:
        for severity, found, do in _mistakes(programme):
            blocked = programme.indicators if severity == "error" else ()
            yield Guarded("EM-15", severity, f"the scores of “{programme.name}”", found, do, blocked)


def _mistakes(programme: Programme) -> Iterator[tuple[Severity, str, str]]:
    if programme.unnormalised:
        found = f"{listed(programme.unnormalised)} enters as it was counted, so that the largest unit decides"
        yield "error", found, "Give each signal a normaliser."
    if programme.weights_changed and not programme.history_recalculated:
        do = "Score earlier periods again with the new definition, or show each version by itself."
        yield "error", "its weights changed and earlier scores were not made again: the trend compares two things", do
    if programme.attendance_weight > MOST_ATTENDANCE:
        found = f"attendance weighs {programme.attendance_weight:.2g} of the score: it mostly says who was there"
        yield "warning", found, f"Give attendance at most {MOST_ATTENDANCE:g}, or call it attendance."
    if not programme.validated:
        yield (
            "warning",
            "no validation against an outcome is on file",
            "Run `engagetree evidence` on an outcome, or say that it is not validated.",
        )
