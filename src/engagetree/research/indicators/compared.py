"""This year's values beside those of the year before: what may be compared, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engagetree.research.model import Cell, Value


@dataclass(frozen=True)
class Comparison:
    """One cell in both years. `change` is None where the two may not be compared, and `reason` says why."""

    indicator: str
    cell: Cell
    now: Value | None
    before: Value | None
    change: float | None = None
    comparable: bool = False
    reason: str = ""


def compared(values: Iterable[Value], before: Iterable[Value]) -> tuple[Comparison, ...]:
    """Every cell of either year, in this year's order, then those that are gone."""
    now, then = ({(v.indicator, v.cell, v.baseline): v for v in side} for side in (values, before))
    return tuple(_compared(key, now.get(key), then.get(key)) for key in dict.fromkeys([*now, *then]))


def _compared(key: tuple[str, Cell, str], now: Value | None, before: Value | None) -> Comparison:
    reason = next(_reasons(now, before), "")
    change = None if reason or now is None or before is None or now.value is None or before.value is None else now.value - before.value
    return Comparison(key[0], key[1], now, before, change, not reason, reason)


def _reasons(now: Value | None, before: Value | None) -> Iterator[str]:
    if now is None or before is None:
        yield "nothing in the year before" if before is None else "nothing in this year"
        return
    if now.definition_version != before.definition_version:
        yield "the definition changed in between"
    if now.unit != before.unit or (now.interval == "band") is not (before.interval == "band"):
        yield "it was measured in another way"
    if _methods(now) != _methods(before):
        yield f"it was counted by {before.count_method or 'nothing named'} then, and by {now.count_method or 'nothing named'} now"
    for value, year in ((now, "this year"), (before, "the year before")):
        if value.value is None and not value.level:
            yield f"not known in {year}" + (f": {value.reason}" if value.reason else "")


def _methods(value: Value) -> frozenset[str]:
    return frozenset(value.count_method.split(", ")) if value.count_method else frozenset()
