"""EM-13: levels have an order and no distances, and a number made of others is shown with them."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards.given import Composite
from engagetree.research.guards.seen import Seen, keys, listed
from engagetree.research.model import Guarded
from engagetree.research.quality.caveat import TREATED_AS_INTERVAL

BREAKDOWN = "Show the breakdown with the number"


def means_and_composites(seen: Seen) -> Iterator[Guarded]:
    """EM-13: the mean of levels, a composite whose weights nobody declared, a composite without its parts."""
    ordinal = [v for v in seen.published if v.indicator in seen.indicators and seen.indicators[v.indicator].kind == "ordinal"]
    means = [v for v in ordinal if v.value is not None and not v.level and TREATED_AS_INTERVAL not in v.notes]
    if means:
        says = "a mean of levels is printed; levels have an order, no distances"
        do = f"{BREAKDOWN}: how many at each level, the lowest and the median; or declare `treat_as_interval`, and its caveat is printed."
        yield Guarded("EM-13", "error", listed(f"“{seen.indicators[k].label}”" for k in keys(means)), says, do, keys(means))
    declared = {c.key: c for c in seen.given.composites}
    for key in keys(v for v in seen.published if v.indicator in seen.indicators and v.value is not None):
        if seen.indicators[key].kind == "composite":
            yield from _composite(seen, key, declared.get(key))


def _composite(seen: Seen, key: str, declared: Composite | None) -> Iterator[Guarded]:
    about = f"the composite “{seen.indicators[key].label}”"
    if declared is None or not declared.weights:
        do = f"Write its weights down with a version. {BREAKDOWN}."
        yield Guarded("EM-13", "error", about, "nobody declared its weights", do, (key,))
        return
    shown = set(keys(seen.published))
    absent = [part for part, weight in declared.weights.items() if weight and part not in shown]
    if absent:
        says = f"it stands without its parts: {listed(absent)} {'is' if len(absent) == 1 else 'are'} not shown"
        yield Guarded("EM-13", "error", about, says, f"{BREAKDOWN}.", (key,))
