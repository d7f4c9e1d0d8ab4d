"""What an indicator is, in sentences, for forms that have one field for it."""

from __future__ import annotations

from engagetree.research.model import Indicator

COUNTS = {
    "people": "people",
    "attendances": "attendances; somebody who came twice counts twice",
    "records": "records",
    "hours": "hours",
    "money": "money",
    "none": "",
}


def description(x: Indicator) -> str:
    """How an indicator is measured, in one paragraph.

    >>> description(Indicator("events", "Events", "extent", "count", "events", "Activities that took place in the year"))
    'Activities that took place in the year. Dimension: extent. Unit: events. It counts records.'
    """
    parts = (
        x.formula,
        f"Dimension: {x.dimension}",
        f"Unit: {x.unit}" if x.unit else "",
        f"It counts {COUNTS[x.counts]}" if COUNTS.get(x.counts) else "",
        f"Of: {x.numerator}" if x.numerator else "",
        f"Out of: {x.denominator}" if x.denominator else "",
        f"Population: {x.population}" if x.population else "",
        f"Counted by: {x.count_method}" if x.count_method else "",
        f"Interval: {x.interval}" if x.interval else "",
        f"Must stand beside it: {', '.join(x.required_context)}" if x.required_context else "",
        "It describes the institution’s support of engagement, not an engagement" if x.scope == "institution" else "",
    )
    return " ".join(stopped(p) for p in parts if p.strip())


def stopped(text: str) -> str:
    """A sentence with its full stop.

    >>> stopped("One"), stopped("Two?")
    ('One.', 'Two?')
    """
    whole = text.strip()
    return whole if whole.endswith((".", "?", "!", "…")) else f"{whole}."
