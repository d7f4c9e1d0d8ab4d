"""Numbers, ranges, changes, shares and dates in words. The expected texts are those of the number table in the experience design."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import BANDS, DEFINITION, ZONE

from engagetree.render import words

MIDNIGHT = datetime(2025, 11, 24, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.score(48.2), "48"),
        (words.score(None), "—"),
        (words.score(59.7, BANDS), "59.7"),  # 60 would name the next band
        (words.score(59.97, BANDS), "59.9"),
        (words.score(60.0, BANDS), "60"),
        (words.one(3.04), "3.0"),
        (words.likely(44.2, 51.6), "likely 44–52"),
        (words.likely(None, 3), ""),
        (words.span(0, 0), "0"),
        (words.change(3.2, 1), "+3"),
        (words.change(-3.2, 1), "−3"),
        (words.change(-3.2, 4), "no clear change"),
        (words.change(0.2), "no clear change"),
        (words.moved(65.6, 56.9), "−9"),  # the difference of the printed 66 and 57
        (words.share(6, 10), "6 of 10"),
        (words.share(12, 20), "12 of 20, 60\u00a0%"),
        (words.count(1204), "1,204"),
        (words.date(words.last_day(MIDNIGHT, ZONE)), "Sun 23 Nov 2025"),  # half-open: midnight belongs to the day before
        (words.date(words.last_day(datetime(2025, 11, 23, 12, tzinfo=UTC), ZONE)), "Sun 23 Nov 2025"),
        (words.moment(datetime(2025, 11, 24, 5, 0, tzinfo=UTC), ZONE), "Mon 24 Nov 2025, 06:00"),
        (words.listing(["a", "b", "c"]), "a, b and c"),
        (words.band_words(57, 51, 63, DEFINITION), "At risk, or solidly engaged"),
        (words.band_words(57, 55, 59, DEFINITION), "At risk"),
        (words.band_words(50, 30, 70, DEFINITION), "At risk, or solidly engaged or disengaged"),
        (words.band_words(None, None, None, DEFINITION), "Not enough data yet"),
        (words.band_range(1, DEFINITION), "60–<80"),
        (words.glyph(0), "▂▄▆█"),
        (words.glyph(None), "____"),
    ],
)
def test_forms(said: str, expected: str) -> None:
    assert said == expected


@given(st.floats(0, 100), st.sampled_from(BANDS))
def test_a_printed_score_never_names_another_band(x: float, band: object) -> None:
    shown = float(words.score(x, BANDS))
    assert DEFINITION.band(shown) == DEFINITION.band(x)
    assert DEFINITION.band(words.tenths(x, BANDS)) == DEFINITION.band(x)


@given(st.floats(-100, 100, allow_nan=False), st.floats(0, 20))
def test_a_change_is_never_a_signed_zero(x: float, margin: float) -> None:
    assert re.fullmatch(r"[+−][1-9]\d*|no clear change", words.change(x, margin))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_printed_percentages_add_up(counts: list[int]) -> None:
    shown = words.shares(counts)
    if sum(counts) >= words.ENOUGH:
        assert sum(int(s.removesuffix("\u00a0%")) for s in shown) == 100
    else:
        assert not any("%" in s for s in shown)


@given(st.text())
def test_no_control_characters_reach_a_terminal(text: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", words.clean(text).replace("\n", ""))
