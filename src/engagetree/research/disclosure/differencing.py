"""Differencing: what two releases say together that neither says alone."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engagetree.research.disclosure.margins import placed
from engagetree.research.disclosure.profiles import Profile
from engagetree.research.disclosure.records import ReleasedCell
from engagetree.research.model import Cell, Indicator

BETWEEN = re.compile(r"^\D*?(\d+)\s*(?:-|–|—|to|…)\s*(\d+)\D*$", re.IGNORECASE)
UNDER = re.compile(r"^\s*(?:under|below|less than|younger than|<)\s*(\d+)\D*$", re.IGNORECASE)
UP_TO = re.compile(r"^\s*(?:up to|≤|<=|at most)\s*(\d+)\D*$", re.IGNORECASE)
OVER = re.compile(r"^\D*?(\d+)\s*(?:\+|and over|and older|or over|or older|and above)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Range:
    """Whole numbers from `low` to `high`, both in it: what a category such as 16–24 or 65+ covers."""

    low: float
    high: float

    def holds(self, other: Range) -> bool:
        """Whether the other lies in it and is smaller."""
        return self != other and self.low <= other.low and other.high <= self.high


def range_of(category: str) -> Range | None:
    """The numbers that a category names; None where it names none.

    >>> range_of("16–24"), range_of("65+"), range_of("under 25"), range_of("workshop")
    (Range(low=16.0, high=24.0), Range(low=65.0, high=inf), Range(low=0.0, high=24.0), None)
    """
    if found := BETWEEN.match(category):
        return Range(float(found[1]), float(found[2]))
    if found := UNDER.match(category):
        return Range(0.0, float(found[1]) - 1)
    if found := UP_TO.match(category):
        return Range(0.0, float(found[1]))
    found = OVER.match(category)
    return Range(float(found[1]), math.inf) if found else None


def isolates(one: tuple[float, float], other: tuple[float, float], profile: Profile) -> bool:
    """Whether two numbers of which this much is known differ, for certain, by some people but by fewer than the threshold.

    >>> from engagetree.research.disclosure.profiles import HESA, THRESHOLD10
    >>> isolates((57, 57), (59, 59), THRESHOLD10), isolates((57, 57), (57, 57), THRESHOLD10), isolates((8, 12), (13, 17), HESA)
    (True, False, False)
    """
    least, most = max(one[0] - other[1], other[0] - one[1]), max(one[1] - other[0], other[1] - one[0])
    tight = (one[1] - one[0]) + (other[1] - other[0]) < max(profile.threshold - 2, 1)
    return least > 0 and most < profile.threshold and tight


def clashes(new: Mapping[Cell, tuple[float, float]], old: Iterable[ReleasedCell], profile: Profile) -> Iterator[Cell]:
    """The places of a new cut whose difference from what was ever printed before isolates a few people.

    Compared are a place with itself (it was revised, or it is now counted otherwise) and categories of which one lies within another,
    such as 16–24 and 16–25.
    """
    same, ranged = defaultdict[Cell, list[tuple[float, float]]](list), list[tuple[Cell, tuple[float, float]]]()
    for cell in old:
        if cell.low is not None and cell.high is not None:
            same[placed(cell.cell)].append((cell.low, cell.high))
            if _has_range(cell.cell):
                ranged.append((placed(cell.cell), (cell.low, cell.high)))
    for place, known in new.items():
        beside = [span for other, span in ranged if nested(place, other)] if _has_range(place) else []
        if any(isolates(known, span, profile) for span in (*same.get(place, ()), *beside)):
            yield place


def _has_range(cell: Cell) -> bool:
    return any(range_of(category) for _, category in cell)


def nested(one: Cell, other: Cell) -> bool:
    """Whether two places are the same but for one category that lies within the other's."""
    here, there = dict(one), dict(other)
    if here.keys() != there.keys():
        return False
    differ = [name for name in here if here[name] != there[name]]
    if len(differ) != 1:
        return False
    first, second = range_of(here[differ[0]]), range_of(there[differ[0]])
    return first is not None and second is not None and (first.holds(second) or second.holds(first))


def cumulative(indicator: Indicator | None) -> bool:
    """Whether it goes on counting from year to year: then the difference of two years is who joined."""
    if indicator is None:
        return False
    said = " ".join((indicator.key, indicator.label, indicator.formula, indicator.count_method)).lower()
    return "cumulative" in said or "to date" in said or "since the beginning" in said
