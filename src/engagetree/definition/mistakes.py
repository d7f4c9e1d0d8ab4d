"""The known ways to make a score that misleads, as checks: attendance for engagement, traits for behaviour, nobody who answers for it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from engagetree.definition.checks import drivers_of, signals_of
from engagetree.definition.shape import Row
from engagetree.definition.values import number, show
from engagetree.errors import Problem

HEAVY, TOO_HEAVY = 0.5, 0.7
"""Presence above the first flatters those who are there and do nothing; from the second on nothing else can matter."""

ATTENDANCE = re.compile("attend|(^|_)(presence|present)$")
THERE = frozenset({"present", "join", "leave", "attend", "view", "open", "visit", "login"})
"""Kinds of event that only say that somebody was there."""

TRAITS = frozenset(
    {"gender", "sex", "age", "birthdate", "birthday", "ethnicity", "ethnic", "race", "racial", "caste", "nationality", "citizenship"}
    | {"disability", "disabled", "pregnancy", "marital", "religion", "faith", "income", "imd", "deprivation", "postcode", "region"}
)
PHRASES = ("highest_education", "education_level", "sexual_orientation", "first_language", "mother_tongue")
WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+")

NEVER_VALIDATED = Problem(
    0,
    "definition",
    "never validated against outcomes",
    "Every score says so until it is: import outcomes and see whether people in lower bands really leave more often.",
    "note",
)


def attendance(row: Row) -> Iterator[Problem]:
    """Presence is the easiest signal to measure and the weakest on its own."""
    found = signals_of(row)
    total = math.fsum(s.get("weight", 0.0) for s in found)
    heavy = [s for s in found if _only_presence(s) and s.get("weight")]
    share = math.fsum(s.get("weight") for s in heavy) / total if 0 < total < math.inf else 0.0
    heaviest = max(heavy, key=lambda s: float(s.get("weight")), default=row)
    if found and all(_only_presence(s) for s in found):
        s = found[0]
        yield Problem(s.line, s.where, "presence alone is not engagement", "Add a signal for what people do when they are there.")
    elif share >= TOO_HEAVY - 1e-9:
        do = "A participant can attend everything and take part in nothing. Keep it below 0.7, better at most 0.5."
        yield heaviest.error("weight", f"attendance weighs {number(share)} of the score", do)
    elif share > HEAVY + 1e-9:
        do = "Such a score flatters people who are present and silent. At most 0.5 is usual."
        yield heaviest.error("weight", f"attendance weighs {number(share)} of the score", do, "warning")


def _only_presence(signal: Row) -> bool:
    drivers = signal.get("drivers", [])
    kinds = [set(d.get("taken", ())) for d in drivers]
    return bool(ATTENDANCE.search(signal.key)) or (bool(kinds) and all(k and k <= THERE for k in kinds))


def traits(row: Row) -> Iterator[Problem]:
    """Demographics never enter a score: who somebody is is not what they did."""
    for signal in signals_of(row):
        if _trait(signal.key):
            yield _refused(signal, "", signal.key)
    for _, d in drivers_of(row):
        if _trait(d.key):
            yield _refused(d, "", d.key)
        for name in ("taken", "offered", "on", "per"):
            given = d.get(name, ())
            for kind in (given,) if isinstance(given, str) else given:
                if _trait(kind):
                    yield _refused(d, name, kind)


def _trait(kind: str) -> bool:
    """`age_band` and `imd` are traits; `page` and `message` are not."""
    words = [word.lower() for word in WORD.findall(kind)]
    return bool(TRAITS & set(words)) or any(phrase in "_".join(words) for phrase in PHRASES)


def _refused(row: Row, name: str, kind: str) -> Problem:
    do = "Remove it; compare groups in the evidence instead. If it is something that people do, give it another name."
    return row.error(name, f"{show(kind)} is who somebody is, not what they did: demographics never enter a score", do)


def owners(row: Row) -> Iterator[Problem]:
    """A falling signal goes to the one who answers for it; without one it goes nowhere."""
    for signal in signals_of(row):
        if signal.has("accountable"):
            continue
        alone = [d.key for d in signal.get("drivers", []) if not d.has("accountable")]
        also = f", nor for its drivers {', '.join(alone)}" if alone else ""
        do = "Add `accountable:` with one role or person; drivers take it from their signal."
        yield Problem(signal.line, signal.where, f"nobody is accountable for it{also}", do, "warning")


RULES: tuple[Callable[[Row], Iterator[Problem]], ...] = (attendance, traits, owners)
