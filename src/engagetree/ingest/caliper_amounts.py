"""How much a Caliper event was: the score or the time that it generated, in the same units as an xAPI result."""

from __future__ import annotations

from typing import Any

from engagetree.ingest.edx_things import thing_of
from engagetree.ingest.xapi_amounts import percent, seconds
from engagetree.ingest.xapi_words import ANY, SCORE, SECONDS

TIMES = ("TimeOnTask", "AggregateTimeOnTask", "DurationInSeconds", "Duration")
FACTORS = {"Seconds": 1.0, "Minutes": 60.0, "Hours": 3_600.0}


def amount_of(e: dict[str, Any], how: str) -> float | None:
    """Seconds, or a score from 0 to 100, as far as the event says one."""
    made = e.get("generated")
    if how in (SCORE, ANY) and (score := _score(made, e.get("object"))) is not None:
        return score
    if how not in (SECONDS, ANY):
        return None
    return _length(e) if e.get("type") == "MediaEvent" and e.get("action") == "Ended" and made is None else _seconds(made)


def judged(e: dict[str, Any]) -> tuple[bool, float | None]:
    """(whether an event says how an answer was judged, the score): of Open edX's early releases both stand beside the object."""
    thing = e.get("object")
    beside = thing.get("extensions") if isinstance(thing, dict) else None
    beside = beside if isinstance(beside, dict) else {}
    found = _score(e.get("generated"), thing)
    return "success" in beside, found if found is not None else percent(None, beside.get("grade"), 0, beside.get("max_grade"))


def _length(e: dict[str, Any]) -> float | None:
    """How long a video of Open edX is that was completed. One that only stopped, which the place where it did says, has no amount."""
    thing = e.get("object")
    if not isinstance(thing, dict) or e.get("target") is not None or thing_of(str(thing.get("id"))) is None:
        return None
    return seconds(thing.get("duration"))


def _score(made: Any, thing: Any) -> float | None:
    for one in (made, thing):
        score = one.get("score") if isinstance(one, dict) and one.get("type") != "Score" else one
        if isinstance(score, dict) and "scoreGiven" in score:
            return percent(None, score.get("scoreGiven"), None, score.get("maxScore"))
    return None


def _seconds(made: Any) -> float | None:
    """Time spent: the duration of an attempt, or what measures of a collection say, added up."""
    if not isinstance(made, dict):
        return None
    if (told := seconds(made.get("duration"))) is not None:
        return told
    items = made.get("items") if made.get("type") == "AggregateMeasureCollection" else [made]
    found = [n for one in (items if isinstance(items, list) else []) if (n := _measured(one)) is not None]
    return sum(found) if found else None


def _measured(one: Any) -> float | None:
    if not isinstance(one, dict) or not isinstance(one.get("metric"), str):
        return None
    metric, value = one["metric"], one.get("metricValue")
    unit = next((u for u in FACTORS if metric.endswith(u)), "")
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        return None
    return value * FACTORS[unit] if unit else None
