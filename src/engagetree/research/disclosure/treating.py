"""Which rules a value falls under: what it counts and of what kind it is decide, never its name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from engagetree.research.model import Cell, Indicator, Value

Treatment = Literal["count", "band", "share", "average", "hours", "hours_share", "free"]

PEOPLE = ("people", "attendances")
SINGLE = ("activity", "event", "series")
"""Breakdowns in which a cell is one activity: of a tiny one only the size band is shown."""

SPECIAL = {
    *("ethnicity", "ethnic_group", "race", "religion", "belief", "disability", "health", "pregnancy", "genetic", "biometric"),
    *("sexual_orientation", "sexuality", "gender_identity", "gender_reassignment", "trans", "political_opinion", "union_membership"),
}
"""Characteristics that must not become known of everybody in a group."""


@dataclass(frozen=True)
class Part:
    """How many of how many."""

    of: float
    base: float


def treatment(value: Value, indicator: Indicator | None) -> Treatment:
    """Under which rules it stands; where the value and its indicator disagree in what is counted, the stricter."""
    kind = indicator.kind if indicator else ""
    counted = {value.counts, indicator.counts if indicator else value.counts}
    unit = value.unit or (indicator.unit if indicator else "")
    adds_up = kind in ("count", "sum") or (not kind and value.numerator is None and unit not in ("share", "ratio", "index", "%"))
    if counted & set(PEOPLE) or demographic(value.cell):
        if " per " in f" {unit} " or unit.startswith(("mean", "average")):
            return "average"
        if adds_up:
            return "count" if value.value is not None else "band"
        return "share"
    if "hours" in counted:
        return "hours" if adds_up else "hours_share"
    return "free"


def demographic(cell: Cell) -> bool:
    """Whether it says something of people's characteristics, whatever is said to be counted."""
    return any(name == "characteristic" or name in SPECIAL for name, _ in cell)


def sensitive(cell: Cell) -> bool:
    """Whether it speaks of a characteristic that must not become known of everybody in a group."""
    return any(name in SPECIAL or (name == "characteristic" and category in SPECIAL) for name, category in cell)


def single_board(value: Value, indicator: Indicator | None) -> bool:
    """Whether it is one board's share of people of some kind: a board is always too small for that."""
    reaching = demographic(value.cell) or (indicator is not None and indicator.dimension == "reach")
    return value.at("board") is not None and reaching


def single_activity(value: Value) -> bool:
    """Whether its cell is one activity."""
    return any(value.at(name) is not None for name in SINGLE)


def base_of(value: Value) -> float | None:
    """How many people it rests on; None where that is not recorded."""
    bases = [float(number) for number in (value.denominator, value.n) if number is not None and math.isfinite(number)]
    return min(bases) if bases else None


def part_of(value: Value) -> Part | None:
    """How many of how many, where both are on record."""
    if value.denominator is None or not value.denominator > 0:
        return None
    of = value.numerator if value.numerator is not None else None
    if of is None and value.value is not None and 0 <= value.value <= 1:
        of = value.value * value.denominator
    return None if of is None or not math.isfinite(of) else Part(float(of), float(value.denominator))
