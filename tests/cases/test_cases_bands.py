"""Bands are half-open, on the unrounded score: [80, 100], [60, 80), [40, 60), [0, 40)."""

from __future__ import annotations

import pytest
from programme import Run, World, act, alone, defined, item, person

LENGTHS = {"a": 59_999, "b": 1, "c": 19_500, "d": 500, "e": 20_000}
"""Seconds of five pages, 100,000 in all: what somebody studies is their score in thousandths of a point."""

BANDS = {
    "": (0.0, "disengaged"),
    "e": (20.0, "disengaged"),
    "ec": (39.5, "disengaged"),
    "ecd": (40.0, "risk"),
    "a": (59.999, "risk"),
    "ab": (60.0, "solid"),
    "abc": (79.5, "solid"),
    "ace": (99.499, "high"),
    "abcd": (80.0, "high"),
    "abcde": (100.0, "high"),
}


def test_bands_by_hand(run: Run) -> None:
    """The seconds of the pages studied, of 100,000: a + b + c = 79,500 is 79.5, which a printed "60 to 79" would lose; a alone is 59.999,
    at risk although it prints as 60."""
    pages = defined({"reading": alone(offered="page", taken="study", count="length")}, ends="2025-03-09")
    items = [item(name, "page", "2025-03-04 09:00", seconds=length) for name, length in LENGTHS.items()]
    people = [person(f"p{studied}") for studied in BANDS]
    events = [act(f"p{studied}", "2025-03-05 10:00", "study", name) for studied in BANDS for name in studied]
    found = run(World(pages, people, items, events))["2025-03-03"]
    assert {s: (round(found[f"p{s}"]["score"], 9), found[f"p{s}"]["band"]) for s in BANDS} == BANDS


@pytest.mark.parametrize(("taken", "band"), [(2, "risk"), (3, "solid"), (4, "high")])
@pytest.mark.parametrize("weights", [(0.3, 0.2, 0.3, 0.2), (0.1, 0.2, 0.3, 0.4), (0.35, 0.3, 0.2, 0.15), (0.07, 0.18, 0.32, 0.43)])
def test_a_score_that_stands_on_the_line_is_in_the_upper_band(run: Run, weights: tuple[float, ...], taken: int, band: str) -> None:
    """Each of four signals is 2 (3, 4) of 5, so the score is exactly 40 (60, 80) under any weights: sums of binary fractions must not drop
    it into the band below."""
    signals = {f"s{k}": {**alone(offered=f"kind{k}", taken="do"), "weight": w} for k, w in enumerate(weights)}
    items = [item(f"i{k}{n}", f"kind{k}", "2025-03-04 09:00") for k in range(4) for n in range(5)]
    events = [act("p", "2025-03-05 10:00", "do", f"i{k}{n}") for k in range(4) for n in range(taken)]
    found = run(World(defined(signals, ends="2025-03-09"), [person("p")], items, events))["2025-03-03"]["p"]
    assert found["score"] == pytest.approx(20 * taken, abs=1e-9)
    assert found["band"] == band


def test_bands_of_ones_own(run: Run) -> None:
    """Cut at 50 only: 3 of 6 is `in`, 2 of 6 is `out`."""
    bands = [{"key": "in", "label": "In", "at_least": 50}, {"key": "out", "label": "Out", "at_least": 0}]
    pages = defined({"reading": alone(offered="page", taken="study")}, ends="2025-03-09", bands=bands)
    items = [item(f"i{n}", "page", "2025-03-04 09:00") for n in range(6)]
    events = [act(f"p{k}", "2025-03-05 10:00", "study", f"i{n}") for k in (2, 3) for n in range(k)]
    found = run(World(pages, [person("p2"), person("p3")], items, events))["2025-03-03"]
    assert (found["p2"]["band"], found["p3"]["band"]) == ("out", "in")
