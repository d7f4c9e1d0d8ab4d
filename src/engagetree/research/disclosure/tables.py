"""Which values stand in one table: those of one indicator, and those of others that say the same numbers in another way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engagetree.research.disclosure.margins import Relation, placed
from engagetree.research.disclosure.profiles import Profile
from engagetree.research.disclosure.table import Number, Table
from engagetree.research.disclosure.treating import Part, sensitive
from engagetree.research.model import Cell

NOT_DEFINED = "#"
KnownPart = Callable[[Cell], tuple[float, float]]  # what a reader knows of how many, from a percentage
Known = Mapping[Cell, tuple[float, float]]  # what earlier releases printed of a cell


UNKNOWN_BASE = "how many people it rests on is not known"


def few(profile: Profile) -> str:
    """Why a small number, or one that would give a small one away, is withheld. One sentence for both: which it is would say too much."""
    return f"fewer than {profile.threshold} people, or a number from which such a number could be worked out"


@dataclass(frozen=True)
class Cells:
    """The cells of one table with the reason why a cell is withheld for its own sake ('' where it is not)."""

    table: Table
    primary: dict[Cell, str]


def alike(tables: Mapping[str, Mapping[Cell, object]]) -> list[tuple[str, ...]]:
    """Indicators that say the same of every cell which they have in common, put together; each belongs to one group."""
    groups: list[tuple[list[str], dict[Cell, object]]] = []
    for key, cells in tables.items():
        for names, have in groups:
            common = have.keys() & cells.keys()
            if common and all(have[cell] == cells[cell] for cell in common):
                names.append(key)
                have.update(cells)
                break
        else:
            groups.append(([key], dict(cells)))
    return [tuple(names) for names, _ in groups]


def of_counts(counts: Mapping[Cell, float], profile: Profile, before: Known, tiny: Iterable[Cell]) -> Cells:
    """A table of counts of people. `tiny` are single activities of a few people: a size band in every profile."""
    banded, top = set(tiny), profile.threshold - 1.0
    numbers: dict[Cell, Number] = {}
    primary: dict[Cell, str] = {}
    for cell, count in counts.items():
        low, high = (1.0, top) if cell in banded else profile.known(count)
        is_band = cell in banded or (profile.small == "band" and profile.is_small(count))
        need = high - low if is_band else float(profile.step > 1 and high > low)
        hidden = 1.0 if profile.small == "round" else float(profile.width)
        floor, ceiling = before.get(cell, (0.0, math.inf))
        if not floor <= count <= ceiling:  # revised since: what was printed is not this number
            floor, ceiling = 0.0, math.inf
        low, high = max(low, floor), min(high, ceiling)
        numbers[cell] = Number(count, low, high, min(need, high - low), min(hidden, ceiling - floor), floor, ceiling)
        if profile.small == "withhold" and profile.is_small(count) and cell not in banded:
            primary[cell] = few(profile)
    for cell, (low, high) in before.items():
        if cell not in counts and low == high:
            numbers[cell] = Number(low, low, high, fixed=True)
    return Cells(Table(numbers, whole=_whole(counts.values())), primary)


def of_hours(hours: Mapping[Cell, float], people: Mapping[Cell, float | None], profile: Profile) -> Cells:
    """A table of hours: those of a few people are withheld, and must not be known to within half of what they are."""
    numbers, primary = {}, {}
    for cell, amount in hours.items():
        near, half = profile.rounded(amount), profile.step / 2 if profile.step > 1 else 0.0
        need = max(float(profile.width), amount / 2)
        numbers[cell] = Number(amount, max(0.0, min(near - half, amount)), max(near + half, amount), need_hidden=need)
        resting = people.get(cell)
        if amount and (resting is None or resting < profile.threshold):
            primary[cell] = UNKNOWN_BASE if resting is None else few(profile)
    return Cells(Table(numbers, whole=False), primary)


def of_parts(parts: Mapping[Cell, Part], profile: Profile, known: KnownPart) -> Cells:
    """A table of how many of how many: what percentages and ratios say of the people behind them."""
    primary = {cell: reason for cell, part in parts.items() if (reason := _too_few(part, profile))}
    primary.update(_of_everybody(parts, profile))
    everybody = _groups(parts)
    numbers: dict[Cell, Number] = {}
    more: list[Relation] = []
    for cell, part in parts.items():
        low, high = known(cell)
        _, most = _base(part, profile)
        most = max(most, part.of)
        need = min(1.0 if _only_base(primary.get(cell, ""), profile) else float(profile.width), most)
        numbers[cell] = Number(part.of, min(low, part.of), max(high, part.of), need_hidden=need, ceiling=most)
    for cell, group in everybody.items():
        base = (*cell, (NOT_DEFINED, "base"))
        low, high = _base(parts[group[0]], profile)
        numbers[base] = Number(parts[group[0]].base, 0, 0, floor=low, ceiling=high, unseen=True)
        more.append(Relation(base, group))
    apart = frozenset(cell for cell in numbers if cell and cell[-1][0] == NOT_DEFINED)
    return Cells(Table(numbers, tuple(more), apart, _whole([n.value for n in numbers.values()])), primary)


def base_reason(profile: Profile) -> str:
    """Why a percentage of too few is withheld. Where counts are exact, no reason may say how large a base is."""
    return f"a percentage of fewer than {profile.base:g} people" if profile.small == "round" else few(profile)


def _only_base(reason: str, profile: Profile) -> bool:
    """Withheld for its base alone where all counts are rounded: it must not be known exactly, and more is not asked."""
    return profile.small == "round" and reason == base_reason(profile)


def _too_few(part: Part, profile: Profile) -> str:
    if part.base < profile.base:
        return base_reason(profile)
    small = profile.is_small(part.of) or profile.is_small(part.base - part.of)
    return few(profile) if small and profile.small != "round" else ""


def _base(part: Part, profile: Profile) -> tuple[float, float]:
    """What a reader knows of the base: rounded where it is large enough to be shown."""
    if profile.small == "withhold" and profile.is_small(part.base):
        return 0.0, float("inf")
    low, high = profile.known(part.base) if float(part.base).is_integer() else (part.base, part.base)
    return min(low, part.base), max(high, part.base)


def _groups(parts: Mapping[Cell, Part]) -> dict[Cell, tuple[Cell, ...]]:
    """Categories that share one base and together are all of it, by the place that they have in common."""
    found: dict[Cell, tuple[Cell, ...]] = {}
    for place, cells in _siblings(parts).items():
        bases = {parts[cell].base for cell in cells}
        if len(cells) > 1 and len(bases) == 1 and abs(sum(parts[cell].of for cell in cells) - bases.pop()) < 1e-6:
            found[place] = tuple(cells)
    return found


def _siblings(parts: Mapping[Cell, Part]) -> dict[Cell, list[Cell]]:
    """Cells that differ in one dimension only, by their place without it, marked with that dimension."""
    found: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in parts:
        for entry in cell:
            found[(*(e for e in cell if e != entry), (NOT_DEFINED, entry[0]))].append(cell)
    return found


def _of_everybody(parts: Mapping[Cell, Part], profile: Profile) -> dict[Cell, str]:
    """Group disclosure: one category of a sensitive characteristic holds everybody, so all categories of that group go."""
    found: dict[Cell, str] = {}
    answered = {"category", "answer"}
    groups: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in parts:
        if sensitive(cell):
            names = {name for name, _ in cell}
            split = answered & names or {name for name in names if sensitive(((name, ""),))}
            groups[tuple(e for e in cell if e[0] not in split)].append(cell)
    for cells in groups.values():
        alone = len(cells) == 1
        if any(parts[c].of >= parts[c].base or (alone and parts[c].of <= 0) for c in cells):
            found.update(dict.fromkeys(cells, few(profile)))
    return found


def _whole(numbers: Iterable[float]) -> bool:
    return all(float(number).is_integer() for number in numbers)


__all__ = ["Cells", "alike", "base_reason", "few", "of_counts", "of_hours", "of_parts", "placed"]
