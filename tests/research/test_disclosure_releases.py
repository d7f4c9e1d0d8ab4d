"""Differencing: what somebody who kept every earlier release can work out. The attacks subtract, as a reader would."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetree.errors import EngagetreeError
from engagetree.research.disclosure import PROFILES, THRESHOLD10, ReleaseRecord, protect, recorded
from engagetree.research.model import AnnualReturn, Cell, Indicator, Institution, Release, Value, Year

YEAR = Year("2025-26", date(2025, 8, 1), date(2026, 8, 1))
CAME = Indicator("attendances", "Attendances", "extent", "sum", "attendances", "", "attendances")
EVER = Indicator("ever", "People, cumulative", "extent", "count", "people", "All who ever came", "people")
FIVE = dataclasses.replace(THRESHOLD10, key="threshold10", threshold=5, width=5)


def year(cells: dict[Cell, float], kind: Indicator = CAME, before: dict[Cell, float] | None = None) -> AnnualReturn:
    values = tuple(Value(kind.key, YEAR.key, cell, float(n), kind.unit, kind.counts) for cell, n in cells.items())
    then = tuple(Value(kind.key, "2024-25", cell, float(n), kind.unit, kind.counts) for cell, n in (before or {}).items())
    return AnnualReturn(Institution("A place"), YEAR, (kind,), values, then)


def by(dimension: str, **counts: float) -> dict[Cell, float]:
    return {((dimension, name.replace("_", "-").strip("-")),): n for name, n in counts.items()}


def printed(release: Release) -> dict[Cell, str]:
    return {s.cell: s.text for s in release.values}


def test_the_same_year_is_shown_the_same_again() -> None:
    cells = {**by("type", a=3, b=12, c=40), (): 55.0}
    for profile in PROFILES:
        first = protect(year(cells), profile)
        again = protect(year(cells), profile, releases=(recorded(first),))
        assert printed(first) == printed(again)
        assert again.register_number == "2"


def test_one_more_person_in_an_exact_release_is_refused() -> None:
    first = protect(year({**by("type", a=30, b=40), (): 70}), FIVE)
    then = protect(year({**by("type", a=31, b=40), (): 71}), FIVE, releases=(recorded(first),))
    assert set(printed(then).values()) == {".."}
    assert [(f.rule, f.severity, f.indicators) for f in then.findings] == [("EM-16", "block", ("attendances",))]
    assert not any(c.isdigit() and c not in "516" for c in then.findings[0].found)
    many = protect(year({**by("type", a=60, b=40), (): 100}), FIVE, releases=(recorded(first),))
    assert printed(many)[()] == "100"


@pytest.mark.parametrize(("new", "old"), [("16-25", "16-24"), ("under 26", "under 25"), ("65+", "66 and over")])
def test_a_band_of_age_moved_by_a_year_is_refused(new: str, old: str) -> None:
    first = protect(year({(("age", old),): 100}), FIVE)
    assert printed(protect(year({(("age", new),): 103}), FIVE, releases=(recorded(first),)))[(("age", new),)] == ".."
    assert printed(protect(year({(("age", new),): 120}), FIVE, releases=(recorded(first),)))[(("age", new),)] == "120"


def test_what_was_withheld_once_stays_withheld() -> None:
    cells = {**by("type", a=3, b=12, c=40), (): 55.0}
    first = protect(year(cells), FIVE)
    alone = protect(year(by("type", b=12)), FIVE, releases=(recorded(first),))
    assert printed(first)[(("type", "b"),)] == printed(alone)[(("type", "b"),)] == ".."


def test_a_total_of_an_earlier_release_is_known_to_the_audit_of_a_later_one() -> None:
    """First the total alone, then the rows without it: 55 − 12 − 35 would be the 8 that is withheld."""
    first = protect(year({(): 55.0}), THRESHOLD10)
    then = protect(year(by("type", a=8, b=12, c=35)), THRESHOLD10, releases=(recorded(first),))
    alone = protect(year(by("type", a=8, b=12, c=35)), THRESHOLD10)
    assert list(printed(alone).values()).count("..") == 1
    assert list(printed(then).values()).count("..") == 2


def test_a_cumulative_count_does_not_say_who_joined() -> None:
    cells, before = {**by("type", a=53, b=90), (): 143.0}, {**by("type", a=50, b=60), (): 110.0}
    release = protect(year(cells, EVER, before), FIVE)
    assert printed(release)[(("type", "a"),)] == ".."
    assert list(printed(release).values()).count("..") >= 2
    assert printed(protect(year(cells, CAME, before), FIVE))[(("type", "a"),)] == "53"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=4))
def test_whatever_is_released_in_turn_no_difference_is_a_few_people(history: list[list[int]]) -> None:
    """A year that is revised again and again: no number that was ever printed of a cell differs from another by 1 … 4."""
    records: list[ReleaseRecord] = []
    said: dict[Cell, list[int]] = {}
    for rows in history:
        cells = {**by("type", **dict(zip("abc", map(float, rows), strict=True))), (): float(sum(rows))}
        release = protect(year(cells), FIVE, releases=records)
        records.append(recorded(release))
        for cell, text in printed(release).items():
            if text != "..":
                said.setdefault(cell, []).append(int(text))
    for numbers in said.values():
        assert not any(0 < abs(one - other) < 5 for one in numbers for other in numbers)


def test_a_record_that_cannot_be_read_says_so() -> None:
    with pytest.raises(EngagetreeError, match="register of releases"):
        ReleaseRecord.of({"number": "1"})
