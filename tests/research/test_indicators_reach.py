"""Who was there against whom: the numbers of the domain notes, statsmodels' Wilson, and by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from research_books import PLAIN, measured
from statsmodels.stats.proportion import proportion_confint

from engagetree.research.definition_model import Floors
from engagetree.research.indicators.reach import FEW, OVER, PARITY, UNDECIDED, UNDER, judged

IN = date(2025, 10, 1)


def baseline(shares: str, characteristic: str = "ethnicity") -> str:
    return (
        PLAIN
        + f"""
baselines:
  census:
    name: Census
    characteristic: {characteristic}
    geography: The city
    date: 2021-03-21
    age_range: 16+
    question: What is your group?
    shares: {shares}
"""
    )


def people(characteristic="ethnicity", start=0, **groups):
    """So many people of each answer; `missing_…` are those without one."""
    rows, number = [], start
    for answer, n in groups.items():
        for _ in range(n):
            number += 1
            told = {"person": f"p{number}", "on": IN, "characteristic": characteristic}
            without = answer.removeprefix("missing_")
            rows.append(told | ({"asked": without} if without != answer else {"asked": "answered", "answer": answer}))
    return rows


def test_the_ratio_and_its_interval_are_those_of_the_notes():
    found = measured(baseline("{g: 0.10, other: 0.90}"), reach=people(g=18, other=102))
    ratio = found.one("representation_ratio", characteristic="ethnicity", category="g")
    assert ratio.value == pytest.approx(1.50) and (ratio.low, ratio.high) == pytest.approx((0.970, 2.247), abs=5e-4)
    assert (ratio.n, ratio.numerator, ratio.missing, ratio.baseline, ratio.verdict) == (120, 18, 0, "census", PARITY)
    gap = found.one("representation_gap", characteristic="ethnicity", category="g")
    low, high = proportion_confint(18, 120, method="wilson")
    assert (gap.value, gap.low, gap.high) == pytest.approx((5.0, 100 * (low - 0.1), 100 * (high - 0.1)))


def test_nobody_of_a_group_has_an_upper_end():
    found = measured(baseline("{g: 0.10, other: 0.90}"), reach=people(other=40))
    ratio = found.one("representation_ratio", characteristic="ethnicity", category="g")
    assert (ratio.value, ratio.low) == (0, 0) and ratio.high == pytest.approx(0.876, abs=5e-4) and ratio.verdict == UNDER


def test_dissimilarity_is_that_of_the_notes():
    found = measured(baseline("{a: 0.4, b: 0.35, c: 0.25}"), reach=people(a=50, b=30, c=20))
    assert found.number("dissimilarity", characteristic="ethnicity") == pytest.approx(0.10)


def test_the_verdict_and_when_there_is_none():
    floors = Floors()
    assert judged(10, 20, 0, 0.1, floors)[0] == FEW
    assert judged(60, 120, 0, 0.1, floors)[0] == OVER and judged(2, 200, 0, 0.1, floors)[0] == UNDER
    assert judged(60, 120, 100, 0.1, floors) == (UNDECIDED, "55% of the answers are known, less than 60%")
    assert judged(35, 120, 70, 0.1, floors) == (OVER, ""), "35 of 190 is still clearly more than a tenth"
    assert judged(22, 120, 79, 0.1, floors)[0] == UNDECIDED, "30 of 199 is not clearly more than a tenth, as 22 of 120 is"
    assert judged(11_500, 100_000, 0, 0.10, floors)[0] == PARITY, "clearly above, and by less than two points"


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 200), st.floats(0.01, 0.99))
def test_a_claim_holds_whatever_the_missing_answers_are(x, n, m, q):
    x = min(x, n)
    verdict = judged(x, n, m, q, Floors())[0]
    if verdict in (UNDER, OVER):
        for k in (x, x + m // 2, x + m):
            low, high = proportion_confint(k, n + m, method="wilson")
            assert high < q if verdict == UNDER else low > q


def test_missing_answers_are_told_apart_and_bound_the_ratio():
    rows = people(g=30, other=30, missing_prefer_not_to_say=10, missing_not_asked=5, missing_no_reply=5)
    found = measured(baseline("{g: 0.5, other: 0.5}"), reach=rows)
    coverage = found.one("item_coverage", characteristic="ethnicity")
    assert coverage.value == 0.75 and coverage.notes == ("10 prefer not to say", "5 no reply", "5 not asked")
    ratio = found.one("representation_ratio", characteristic="ethnicity", category="g")
    assert ratio.missing == 20 and (ratio.least, ratio.most) == pytest.approx((0.75, 1.25))


def test_people_are_counted_once_and_an_answer_anywhere_is_an_answer():
    rows = [
        {"person": "p", "on": IN, "characteristic": "ethnicity", "asked": "prefer_not_to_say", "activity": "a"},
        {"person": "p", "on": date(2025, 9, 1), "characteristic": "ethnicity", "asked": "answered", "answer": "g", "activity": "b"},
        {"person": "q", "on": date(2025, 9, 1), "characteristic": "ethnicity", "answer": "g"},
        {"person": "q", "on": IN, "characteristic": "ethnicity", "answer": "other"},
        {"person": None, "on": IN, "characteristic": "ethnicity", "answer": "other"},
    ]
    found = measured(baseline("{g: 0.5, other: 0.5}"), reach=rows)
    ratio = found.one("representation_ratio", characteristic="ethnicity", category="g")
    assert (ratio.n, ratio.numerator, ratio.verdict) == (2, 1, FEW)
    assert "without a pseudonym" in found.one("item_coverage", characteristic="ethnicity").notes[0]


def test_no_baseline_no_ratio_and_a_category_that_the_baseline_does_not_know():
    bare = measured(reach=people(g=30)).one("representation_ratio", characteristic="ethnicity")
    assert bare.value is None and "no baseline" in bare.reason
    odd = measured(baseline("{g: 0.5, h: 0.5}"), reach=people(g=20, elsewhere=20))
    unknown = odd.one("representation_ratio", characteristic="ethnicity", category="elsewhere")
    assert unknown.value is None and "no such category" in unknown.reason
    assert odd.number("dissimilarity", characteristic="ethnicity") == pytest.approx(0.5)


def test_a_group_that_the_baseline_has_none_of():
    found = measured(baseline("{g: 0, other: 1}"), reach=people(g=3, other=30))
    assert found.number("representation_ratio", characteristic="ethnicity", category="g") is None
    assert found.number("representation_gap", characteristic="ethnicity", category="g") == pytest.approx(100 * 3 / 33)


def test_places_and_first_timers():
    rows = people("lsoa", E1=3, E2=1) + people("first_time", yes=6, no=2, missing_no_reply=2) + people("outside_area", yes=1, no=3)
    found = measured(reach=rows)
    assert found.number("areas_reached") == 2 and found.one("areas_reached").n == 4
    first = found.one("first_time_share")
    assert (first.value, first.n, first.missing) == (0.75, 8, 2)
    assert (first.low, first.high) == pytest.approx(proportion_confint(6, 8, method="wilson"))
    assert found.number("outside_share") == 0.25


def test_people_of_another_year_and_of_activities_left_out():
    rows = people(g=5) + [r | {"on": date(2024, 10, 1)} for r in people(start=50, g=5)]
    rows += [r | {"on": None, "activity": "c"} for r in people(start=90, g=7)]
    acts = [{"activity": "c", "starts_on": IN, "status": "cancelled", "type": "talk"}]
    found = measured(activities=acts, reach=rows)
    assert found.one("item_coverage", characteristic="ethnicity").n == 5
