"""Which values are withheld, each with the rule that asks for it: one decision for all that stand in one table."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engagetree.research.disclosure import differencing, showing, tables
from engagetree.research.disclosure.margins import placed
from engagetree.research.disclosure.profiles import Profile
from engagetree.research.disclosure.records import ReleasedCell, ReleaseRecord, earlier, history
from engagetree.research.disclosure.table import protected
from engagetree.research.disclosure.treating import (
    Part,
    Treatment,
    base_of,
    part_of,
    single_activity,
    single_board,
    treatment,
)
from engagetree.research.model import Cell, Indicator, Value

BOARD = "people’s characteristics on a single board"
REFUSED = "beside an earlier release it would tell a few people apart (fewer than {})"
ONCE = "it was withheld in an earlier release"
Kinds = Mapping[str, Indicator]


@dataclass
class Decided:
    """For each value the rule by which it is withheld, or ''; for each refused indicator why."""

    reasons: list[str]
    refused: dict[str, str] = field(default_factory=dict)
    secret: set[tuple[str, Cell, float]] = field(default_factory=set)  # year, place and number of counts that are withheld


@dataclass(frozen=True)
class _Seen:
    """One value with what decides about it."""

    at: int
    value: Value
    indicator: Indicator | None
    how: Treatment
    cell: Cell


def decide(
    values: Sequence[Value],
    kinds: Kinds,
    profile: Profile,
    blocked: Mapping[str, str],
    releases: Iterable[ReleaseRecord],
    before: Sequence[Value],
) -> Decided:
    """What of these values is withheld. They may be of several years; each year is looked at by itself."""
    decided = Decided([blocked.get(value.indicator, "") for value in values])
    records = tuple(releases)
    by_year: dict[str, list[_Seen]] = defaultdict(list)
    for at, value in enumerate(values):
        indicator = kinds.get(value.indicator)
        by_year[value.year].append(_Seen(at, value, indicator, treatment(value, indicator), placed(value.cell)))
    for year, seen in by_year.items():
        printed = earlier(records, year)
        _by_themselves(seen, decided, profile, before)
        _once_withheld(seen, decided, printed)
        _counts(seen, decided, profile, printed)
        _parts(seen, decided, profile)
        _hours(seen, decided, profile)
        _against_earlier(seen, decided, profile, history(records, year))
        decided.secret.update((year, s.cell, float(s.value.value or 0.0)) for s in seen if s.how == "count" and decided.reasons[s.at])
    return decided


def _open(seen: Iterable[_Seen], decided: Decided, *how: Treatment) -> list[_Seen]:
    """Values of these treatments that are known and not kept back by a guard; those withheld by a rule stay: they are in the table."""
    return [s for s in seen if s.how in how and not decided.reasons[s.at].startswith("kept back")]


def _withhold(decided: Decided, at: int, why: str) -> None:
    decided.reasons[at] = decided.reasons[at] or why


def _by_themselves(seen: Iterable[_Seen], decided: Decided, profile: Profile, before: Sequence[Value]) -> None:
    """What can be told of a value alone: boards, bases of averages, bands of a few, and who joined since the year before."""
    then = {(v.indicator, placed(v.cell)): v.value for v in before}
    for s in seen:
        if single_board(s.value, s.indicator):
            _withhold(decided, s.at, BOARD)
        if s.how == "average" and s.value.value is not None:
            _withhold(decided, s.at, _of_average(base_of(s.value), profile))
        if s.how in ("share", "hours_share") and part_of(s.value) is None and s.value.value is not None:
            _withhold(decided, s.at, _of_base(base_of(s.value), profile))
        if s.how == "band" and profile.small == "withhold" and s.value.high is not None and s.value.high < profile.threshold:
            _withhold(decided, s.at, tables.few(profile))
        was = then.get((s.value.indicator, s.cell))
        if was is not None and s.value.value is not None and s.how == "count" and differencing.cumulative(s.indicator):
            few = differencing.isolates(profile.known(s.value.value), profile.known(was), profile)
            _withhold(decided, s.at, tables.few(profile) if few else "")


def _of_average(base: float | None, profile: Profile) -> str:
    if base is None or base >= profile.average_base:
        return tables.UNKNOWN_BASE if base is None else ""
    return f"an average of {math.floor(profile.average_base)} people or fewer" if profile.small == "round" else tables.few(profile)


def _of_base(base: float | None, profile: Profile) -> str:
    if base is None:
        return tables.UNKNOWN_BASE
    return tables.base_reason(profile) if base < profile.base else ""


def _once_withheld(seen: Iterable[_Seen], decided: Decided, printed: Mapping[str, Mapping[Cell, ReleasedCell]]) -> None:
    for s in seen:
        cell = printed.get(s.value.indicator, {}).get(s.cell)
        if cell is not None and cell.withheld and s.how != "free" and s.value.value is not None:
            _withhold(decided, s.at, ONCE)


def _counts(seen: Sequence[_Seen], decided: Decided, profile: Profile, printed: Mapping[str, Mapping[Cell, ReleasedCell]]) -> None:
    rows = [s for s in _open(seen, decided, "count") if _finite(s.value.value)]
    by_key = _by_key(rows)
    for group in tables.alike({key: {s.cell: s.value.value for s in some} for key, some in by_key.items()}):
        members = [s for key in group for s in by_key[key]]
        counts = {s.cell: float(s.value.value or 0.0) for s in members}
        tiny = {s.cell for s in members if single_activity(s.value) and 0 < counts[s.cell] < profile.threshold}
        known = {c: (r.low, r.high) for key in group for c, r in printed.get(key, {}).items() if r.low is not None and r.high is not None}
        cells = tables.of_counts(counts, profile, known, tiny if profile.step > 1 else ())
        _apply(cells, members, decided, profile)


def _parts(seen: Sequence[_Seen], decided: Decided, profile: Profile) -> None:
    rows = {s.at: (s, part) for s in _open(seen, decided, "share", "hours_share") if (part := part_of(s.value)) is not None}
    by_key = _by_key([s for s, _ in rows.values()])
    for group in tables.alike({key: {s.cell: rows[s.at][1] for s in some} for key, some in by_key.items()}):
        members = [s for key in group for s in by_key[key]]
        hours = [s for s in members if s.how == "hours_share"]
        for s in hours:
            _withhold(decided, s.at, _of_base(s.value.n, profile))
        people = [s for s in members if s.how == "share"]
        precise = {s.cell: _precision(s, profile) for s in people}
        parts = {s.cell: rows[s.at][1] for s in people}
        if parts:
            _apply(tables.of_parts(parts, profile, _known_part(parts, precise, profile)), people, decided, profile)


def _known_part(parts: Mapping[Cell, Part], precise: Mapping[Cell, float], profile: Profile) -> tables.KnownPart:
    """What a percentage says of the people behind it, at the precision at which it is shown."""

    def known(cell: Cell) -> tuple[float, float]:
        part = parts[cell]
        if profile.step == 1:
            return part.of, part.of
        low, high = profile.known(part.base) if part.base.is_integer() else (part.base, part.base)
        share, half = part.of / part.base, precise[cell] / 2
        return max(0.0, math.floor((share - 2 * half) * low)), math.ceil((share + 2 * half) * max(high, part.base))

    return known


def _precision(s: _Seen, profile: Profile) -> float:
    """In shares of 1."""
    return 10.0 ** -(showing.decimals(s.value, s.how, profile) + 2)


def _hours(seen: Sequence[_Seen], decided: Decided, profile: Profile) -> None:
    """Hours rest on people: those that the value names, or those who are counted at the same place."""
    behind: dict[Cell, float] = {}
    for s in seen:
        if s.how == "count" and s.value.value is not None:
            count = 0.0 if decided.reasons[s.at] else s.value.value  # hours of an hour each would say a count that is withheld
            behind[s.cell] = min(behind.get(s.cell, math.inf), count)
    by_key = _by_key([s for s in _open(seen, decided, "hours") if _finite(s.value.value)])
    for some in by_key.values():
        hours = {s.cell: float(s.value.value or 0.0) for s in some}
        people = {s.cell: _fewest(s.value.n, behind.get(s.cell)) for s in some}
        _apply(tables.of_hours(hours, people, profile), some, decided, profile)


def _fewest(*counts: float | None) -> float | None:
    return min((float(count) for count in counts if count is not None), default=None)


def _apply(cells: tables.Cells, members: Iterable[_Seen], decided: Decided, profile: Profile) -> None:
    """Runs the audit on one table and withholds what it asks for. What an earlier rule withholds is in it from the beginning."""
    members = list(members)
    first = set(cells.primary) | {s.cell for s in members if decided.reasons[s.at]}
    away, result, _ = protected(cells.table, first)
    for s in members:
        if s.cell in away:
            _withhold(decided, s.at, cells.primary.get(s.cell, tables.few(profile)))
    if result.proved:
        return
    for s in members:
        decided.refused.setdefault(
            s.value.indicator, "no way was found, in the time for it, to withhold so much that nothing small can be worked out"
        )
        _withhold(decided, s.at, tables.few(profile))


def _against_earlier(seen: Sequence[_Seen], decided: Decided, profile: Profile, ever: Mapping[str, Sequence[ReleasedCell]]) -> None:
    """Refuses an indicator whose new cut, beside what was printed before, isolates a few people."""
    for key, some in _by_key([s for s in _open(seen, decided, "count") if _finite(s.value.value)]).items():
        new = {s.cell: profile.known(float(s.value.value or 0.0)) for s in some if not decided.reasons[s.at]}
        if next(differencing.clashes(new, ever.get(key, ()), profile), None) is not None:  # the whole's place is (), which is false
            decided.refused[key] = REFUSED.format(profile.threshold)
            for s in seen:
                if s.value.indicator == key:
                    _withhold(decided, s.at, REFUSED.format(profile.threshold))


def _by_key(seen: Iterable[_Seen]) -> dict[str, list[_Seen]]:
    found: dict[str, list[_Seen]] = defaultdict(list)
    for s in seen:
        found[s.value.indicator].append(s)
    return found


def _finite(number: float | None) -> bool:
    return number is not None and math.isfinite(number)


__all__ = ["Decided", "decide"]
