"""EM-08 and EM-09: who is counted, and what the number of them is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engagetree.research.guards.seen import Seen, counted, keys, listed
from engagetree.research.model import Guarded, Indicator, Value
from engagetree.research.vocabulary import ACTIVITY_TYPES, AUDIENCES, COUNT_METHODS, COUNTED, NOT_PUBLIC

NOT_PUBLIC_WHY = {
    "audience": "for academics or students only",
    "scientific_meeting": "scientific meetings",
    "excluded_type": "of a type that is left out",
    "purpose": "with another main purpose, such as recruitment",
    "participation": "somebody else’s event that our people went to",
}

PEOPLE = re.compile(r"\b(people|persons?|participants?|individuals|visitors|attendees|unique)\b", re.IGNORECASE)
VISITS = re.compile(r"attendances?\b|visits?\b", re.IGNORECASE)


def not_public(seen: Seen) -> Iterator[Guarded]:
    """EM-08: what is no engagement with non-academic publics: left out of the count, or still in it."""
    left_out = {why: n for why, n in (seen.given.not_public or _left_out(seen)).items() if n}
    if left_out:
        each = listed(f"{n:,} {NOT_PUBLIC_WHY.get(why, why)}" for why, n in left_out.items())
        yield Guarded(
            "EM-08",
            "warning",
            counted(sum(left_out.values()), "activity", "activities"),
            f"not engagement with non-academic publics, and left out of every number: {each}",
            "Nothing needs to be done. If publics were there, add them to the column `audiences`.",
        )
    still = [v for v in seen.of("extent") if v.value and _no_public(v)]
    if still:
        named = listed(ACTIVITY_TYPES["scientific_meeting"] if _meeting(v) else AUDIENCES[str(v.at("audience"))] for v in still)
        yield Guarded(
            "EM-08",
            "warning",
            listed(keys(still)),
            f"not engagement with non-academic publics, and still counted: {named}",
            "Leave these rows out of the totals, or say who of the public was there.",
        )


def _left_out(seen: Seen) -> dict[str, int]:
    """The numbers of activities that were left out because of who was there, where they are among the values."""
    excluded = [v for v in seen.of("extent") if v.indicator == "excluded" and v.value]
    return {why: int(v.value or 0) for v in excluded if len(v.cell) == 1 and (why := v.at("reason")) in NOT_PUBLIC_WHY}


def _meeting(value: Value) -> bool:
    return value.at("type") == "scientific_meeting"


def _no_public(value: Value) -> bool:
    return _meeting(value) or value.at("audience") in NOT_PUBLIC


def called_what_they_are(seen: Seen) -> Iterator[Guarded]:
    """EM-09: person-visits called people, registrations called attendance, methods added up, a band printed as a point."""
    extent = seen.of("extent")
    rules = (
        (
            _visits_as_people,
            "these are person-visits, not people: one who came twice counts twice",
            "Call them attendances; unique participants need pseudonymous ids.",
        ),
        (
            _registrations,
            "registrations are given as attendance",
            "Show registrations in a row of their own, and the share that did not come.",
        ),
        (
            _mixed,
            "counts made in different ways are added up",
            f"Add up only {', '.join(COUNT_METHODS[m] for m in COUNTED)}; show every other method in a row of its own.",
        ),
        (
            _band_as_point,
            "a band or an estimate is printed as one number",
            "Show both ends of the range; with an open-ended band write “at least”.",
        ),
    )
    for wrong, found, do in rules:
        values = [v for v in extent if wrong(v, seen.indicators[v.indicator])]
        if values:
            yield Guarded("EM-09", "error", _called(seen, values), found, do, keys(values))


def _called(seen: Seen, values: Iterable[Value]) -> str:
    return listed(f"“{seen.indicators[k].label}”" for k in keys(values))


def _visits_as_people(value: Value, indicator: Indicator) -> bool:
    visits = "attendances" in (value.counts, indicator.counts)
    return visits and any(PEOPLE.search(said) and not VISITS.search(said) for said in (value.unit or indicator.unit, indicator.label))


def _registrations(value: Value, indicator: Indicator) -> bool:
    said = re.search(r"regist|signed up|sign-up|no.show", f"{indicator.label} {value.unit or indicator.unit}", re.IGNORECASE)
    return "registration_only" in methods(value) and value.counts in ("attendances", "people", "hours") and not said


def _mixed(value: Value, indicator: Indicator) -> bool:
    found = methods(value)
    return value.value is not None and ("mixed" in found or (len(found) > 1 and not found <= set(COUNTED)))


def _band_as_point(value: Value, indicator: Indicator) -> bool:
    return value.value is not None and "band" in methods(value) and not value.low == value.high == value.value


def methods(value: Value) -> set[str]:
    """The count methods of a value; several are joined with a plus, a comma or “and”.

    >>> sorted(methods(Value("a", "2025", count_method="register + footfall")))
    ['footfall', 'register']
    """
    return {m for m in re.split(r"\s*(?:[+,;|/]|\band\b)\s*", value.count_method.strip().lower()) if m}
