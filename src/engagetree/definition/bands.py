"""The bands of a programme that does not write its own. To be drawn again on the programme's own outcomes."""

from __future__ import annotations

from engagetree.definition.model import Band

DEFAULT_BANDS = (
    Band(
        "high", "Highly engaged", 80.0, "Takes part in nearly everything that is offered.", "Say so, and invite them to help others along."
    ),
    Band(
        "solid",
        "Solidly engaged",
        60.0,
        "Takes part in most of it, with one soft spot.",
        "Send one small, specific prompt for the soft spot.",
    ),
    Band(
        "risk",
        "At risk",
        40.0,
        "Takes part in some of it; whole parts are still open.",
        "Contact them early, about one thing that is open.",
    ),
    Band("disengaged", "Disengaged", 0.0, "Has been seen little so far.", "Ask in person what is in the way."),
)
