"""A release built by hand: numbers, a share with an interval, a level, an open-ended span, withheld and unknown values, odd characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from engagetree.research.model import Claim, Guarded, Indicator, Institution, Release, Shown, Year

YEAR = Year("2025-26", date(2025, 8, 1), date(2026, 8, 1))

INDICATORS = (
    Indicator("events", "Events", "extent", "count", "events", "Activities that took place in the year", alt_labels=("Activities held",)),
    Indicator(
        "attendances",
        "Attendances",
        "extent",
        "sum",
        "attendances",
        "Attendances at activities of the year",
        counts="attendances",
        pitfalls=("Somebody who came twice counts twice.",),
    ),
    Indicator(
        "representation",
        "Representation ratio",
        "reach",
        "ratio",
        "ratio",
        "Share among those reached ÷ share in the baseline",
        counts="people",
        numerator="people of the group",
        denominator="people who said",
    ),
    Indicator("partner_depth", "Typical depth", "depth", "ordinal", "", "Median level of activities with evidence", counts="none"),
)


def shown(indicator: str, text: str, value: float | None = None, unit: str = "", **more: Any) -> Shown:
    told: dict[str, Any] = {"year": "2025-26", "cell": (), **more}
    return Shown(indicator=indicator, text=text, value=value, unit=unit, **told)


VALUES = (
    shown("events", "15", 15.0, "events"),
    shown("events", "10", 10.0, "events", cell=(("type", "talk"),)),
    shown("events", "0", 0.0, "events", cell=(("type", "workshop"), ("depth", "D3"))),
    shown("attendances", "1 200", 1200.0, "attendances", count_method="register", n=1200),
    shown("attendances", "at least 300", None, "attendances", low=300.0, interval="band", count_method="band"),
    shown(
        "attendances",
        "..",
        None,
        "attendances",
        cell=(("type", "talk"),),
        withheld="a count of people under the smallest that is shown",
        n=3,
        low=1.0,
        high=4.0,
        denominator=40.0,
    ),
    shown(
        "representation",
        "0.71",
        0.71,
        "ratio",
        cell=(("age", "16–24"),),
        low=0.52,
        high=0.94,
        interval="95 % Wilson",
        n=120,
        denominator=480.0,
        missing=60,
        verdict="under-represented",
        baseline="census-2021",
        notes=("Of those who said.",),
    ),
    shown("representation", "not known", None, "ratio", cell=(("age", "65+"),), reason="fewer than half said", verdict="not determinable"),
    shown("partner_depth", "D3 Involve", None, "", level="D3"),
    shown("attendances", "fewer than 5", None, "attendances", cell=(("type", "workshop"),)),
)

RELEASE = Release(
    institution=Institution("University of “Nowhere” \\ Ünder\n<Hill>", "0xxxxxx00", invented=True),
    year=YEAR,
    indicators=INDICATORS,
    values=VALUES,
    before=(shown("events", "20", 20.0, "events", year="2024-25"),),
    claims=(Claim("c1", "We listen.", "quality", rests_on=("partner_depth",)),),
    findings=(Guarded("EM-02", "warning", "Attendances", "How far they took part is not shown.", "Add depth."),),
    labels={"type": {"talk": "Talk or presentation", "workshop": "Workshop"}, "age": {"16–24": "16 to 24", "65+": "65 and over"}},
    profile="hesa",
    profile_says="Counts of people are rounded to the nearest 5",
    definition_version="3f2a91",
    code_version="0.1.0",
    made_on=date(2026, 9, 30),
    register_number="R-7",
    notes=("Not a real place",),
)


def with_values(*values: Shown) -> Release:
    """The release with other values."""
    return replace(RELEASE, values=values, before=())
