"""EM-01 and EM-02: a number of events or attendances says how much there was, and nothing of what it was.

The first counter-example of the definition is a set of attendance numbers with neither the type of engagement nor its depth. With the
type but not the depth the set is an instance, a weak one; depth without any attendance is an instance too.
"""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards.seen import UNKNOWN, Seen, broken_down, category, counted, keys
from engagetree.research.model import Guarded, Value

TYPES = ("type", "hebci", "form")
OTHER = ("other", "2e")
"""Kinds that say nothing of what it was. 2e is also where HE-BCI puts activities without a type."""


def count_alone(seen: Seen) -> Iterator[Guarded]:
    """EM-01: extent, and neither a breakdown by type nor anything of depth.

    A self-assessment of the institution, reach and attention beside it do not say what people took part in, so they do not help.
    """
    extent = _counts(seen)
    if extent and not _type(seen) and not shows_depth(seen):
        yield Guarded(
            "EM-01",
            "error",
            "what is published",
            "these are attendance counts only: by the CASRAI definition a count without engagement type or depth is "
            "not an engagement metric",
            "Add each activity’s type (column `type`) and its depth with the evidence for it (columns `depth`, `depth_evidence`), or "
            "publish these numbers as “attendance”.",
            keys(extent),
        )


def depth_unknown(seen: Seen) -> Iterator[Guarded]:
    """EM-02: extent by type, and nothing of depth; a note where depth is known of some activities only."""
    if not _counts(seen) or not (_type(seen) or shows_depth(seen)):
        return
    unknown, total = _unknown(seen)
    if not shows_depth(seen) or (total and unknown == total):
        of = f"{unknown:,.0f} of {counted(total, 'activity', 'activities')}" if total else "every activity"
        yield _depth_unknown(f"how many came and to what is shown, not how far they took part: depth is unknown for {of}", "warning")
    elif total and unknown:
        yield _depth_unknown(f"depth is unknown for {unknown:,.0f} of {counted(total, 'activity', 'activities')}", "note")


def _depth_unknown(found: str, severity: str) -> Guarded:
    return Guarded(
        "EM-02",
        "warning" if severity == "warning" else "note",
        "depth",
        found,
        "Record a depth from D1 to D5 for each activity, with what is on file for it (columns `depth`, `depth_evidence`).",
    )


def _counts(seen: Seen) -> list[Value]:
    """Values of extent that are not nought, without those that say what was left out."""
    return [v for v in seen.of("extent") if (v.value or v.low or v.high) and v.at("reason") is None and v.indicator != "excluded"]


def _type(seen: Seen) -> bool:
    """Whether something of an activity is shown by its type: ours, a sub-head of HE-BCI, or a form of Researchfish. “Other” is none."""
    shown = [v for v in seen.published if v.indicator in seen.indicators and _of_activity(seen, v.indicator)]
    return any(category(v, dimension) not in (None, *OTHER) for v in shown for dimension in TYPES)


def shows_depth(seen: Seen) -> bool:
    """Whether depth is shown: activities by depth, or an indicator of depth that says how far, and not only how often something lacks."""
    measured = [v for v in seen.of("depth", "activity") if seen.indicators[v.indicator].kind != "count" and not _nowhere(v)]
    return bool(measured) or broken_down(seen.of("extent"), "depth") or broken_down(seen.of("depth"), "depth")


def _nowhere(value: Value) -> bool:
    """Whether it stands where depth is not known, or at no level."""
    return (value.at("depth") is not None and category(value, "depth") is None) or value.level in UNKNOWN[1:]


def _of_activity(seen: Seen, indicator: str) -> bool:
    found = seen.indicators[indicator]
    return found.scope == "activity" and found.dimension != "attention"


def _unknown(seen: Seen) -> tuple[float, float]:
    """How many activities have no depth, of how many: as told, or from the number of events by depth alone."""
    given = seen.given
    if given.activities is not None:
        return float(given.without_depth if given.without_depth is not None else given.activities), float(given.activities)
    by_depth = [v for v in seen.of("extent") if v.indicator == "events" and tuple(d for d, _ in v.cell) == ("depth",) and v.value]
    total = sum(v.value or 0.0 for v in by_depth)
    return sum(v.value or 0.0 for v in by_depth if category(v, "depth") is None), total
