"""Attention stays attention, years that may be compared, and an institution's own indicators: by hand and by plain SQL."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from research_books import PLAIN, measured, table
from statsmodels.stats.proportion import proportion_confint

from engagetree.research.catalogue import indicator
from engagetree.research.definition import parse
from engagetree.research.indicators import compared, labels

IN = date(2025, 10, 1)


def mention(key, medium="news", **more):
    return {"mention": key, "output": "o", "medium": medium, "provider": "A", "score_version": "2021", "mentioned_on": IN} | more


def test_mentions_by_medium_and_version_and_never_a_total():
    rows = [mention("a", outlet="x"), mention("b", count=4.0, outlet="y"), mention("c", "policy")]
    found = measured(mentions=rows)
    assert found.split("attention_mentions", "medium") == {"news": 5, "policy": 1}
    assert found.number("attention_mentions", medium="news", provider="A", score_version="2021") == 5
    assert not [v for v in found.of("attention_mentions") if not v.cell]
    assert found.number("attention_outlets", medium="news") == 2 and found.number("attention_outlets", medium="policy") is None


def test_two_providers_see_the_same_mention_twice():
    found = measured(mentions=[mention("a"), mention("b", provider="B")])
    assert found.split("attention_mentions", "medium") == {} and len(found.of("attention_mentions")) == 2


def test_the_percentile_is_the_median_of_outputs_at_their_latest_reading():
    rows = [
        mention("a", None, output="o1", percentile=10.0, score=3.0, retrieved_on=date(2025, 9, 1)),
        mention("b", None, output="o1", percentile=50.0, score=9.0, retrieved_on=date(2025, 11, 1)),
        mention("c", None, output="o2", percentile=90.0, score=99.0),
    ]
    found = measured(mentions=rows).one("attention_percentile", provider="A", score_version="2021")
    assert (found.value, found.low, found.high, found.n) == (70, 60, 80, 2)


def test_the_age_of_outputs_when_attention_was_read():
    rows = [
        mention("a", retrieved_on=date(2025, 12, 1)),
        mention("b", output="new", retrieved_on=date(2025, 12, 1)),
        mention("c", output="?"),
    ]
    outputs = [{"output": "o", "published_on": date(2025, 11, 1)}, {"output": "new", "published_on": date(2025, 11, 21)}]
    age = measured(mentions=rows, outputs=outputs).one("attention_age")
    assert (age.value, age.low, age.high, age.n, age.missing) == (20, 10, 30, 2, 1)


def test_nothing_of_attention_is_of_quality():
    values = measured(mentions=[mention("a")]).values
    for v in values:
        if v.indicator.startswith("attention"):
            assert indicator(v.indicator).dimension == "attention"


OWN = (
    PLAIN
    + """
indicators:
  free_share:
    label: Free events
    dimension: extent
    kind: share
    register: activities
    of: {type: [talk, workshop]}
    where: {chargeable: false}
    by: [type]
  staff_time:
    label: Staff days
    dimension: extent
    kind: sum
    register: activities
    column: staff_days
    where: {staff_days: {at_least: 1}}
  days_each:
    label: Staff days an event
    dimension: extent
    kind: mean
    register: activities
    column: staff_days
  per_signup:
    label: Attendances by registration
    dimension: extent
    kind: ratio
    register: activities
    column: size
    over: registered
  school_events:
    label: Events for schools
    dimension: reach
    kind: count
    register: activities
    where: {audiences: schools, depth: {not: D1}}
  news:
    label: In the news
    dimension: attention
    kind: count
    register: mentions
    where: {medium: {one_of: [news]}}
"""
)


def test_own_indicators_agree_with_plain_sql():
    rows = [
        {"type": "talk", "chargeable": True, "staff_days": 0.5, "size": 10.0, "registered": 20.0},
        {
            "type": "talk",
            "chargeable": False,
            "staff_days": 2.0,
            "size": 30.0,
            "registered": 20.0,
            "audiences": ["public", "schools"],
            "depth": "D3",
            "depth_evidence": ["decision_link"],
        },
        {"type": "talk", "staff_days": 3.0, "size": 7.0},
        {"type": "workshop", "chargeable": False, "audiences": ["schools"], "depth": "D4"},
        {"type": "exhibition", "chargeable": False},
    ]
    rows = [{"activity": str(i), "starts_on": IN, "status": "delivered"} | r for i, r in enumerate(rows)]
    rows += [rows[1] | {"activity": "gone", "status": "cancelled"}, rows[1] | {"activity": "then", "starts_on": date(2024, 10, 1)}]
    found = measured(OWN, activities=rows, mentions=[mention("a"), mention("b", "blog")])
    con = duckdb.connect()
    con.register("a", table("activities", rows))
    sql = """SELECT count(*) FILTER (NOT chargeable AND type IN ('talk', 'workshop')) / count(chargeable) FILTER (type IN ('talk', 'workshop')),
        sum(staff_days) FILTER (staff_days >= 1), avg(staff_days), sum(size) FILTER (registered IS NOT NULL) / sum(registered)
        FROM a WHERE status = 'delivered' AND starts_on >= DATE '2025-08-01'"""
    plain = con.execute(sql).fetchone()
    assert [found.number(k) for k in ("free_share", "staff_time", "days_each", "per_signup")] == pytest.approx(list(plain))
    share = found.one("free_share")
    assert (share.numerator, share.denominator, share.missing) == (2, 3, 1) and (share.low, share.high) == (0.5, 0.75)
    assert found.split("free_share", "type") == {"talk": 0.5, "workshop": 1}
    assert found.number("school_events") == 1, "a level without evidence is D1, and so is not counted"
    assert found.number("news") == 1


def test_an_own_indicator_without_rows_says_so():
    found = measured(OWN, activities=[])
    assert found.number("free_share") is None and "no rows" in found.one("free_share").reason


def test_years_that_may_be_compared_and_years_that_may_not():
    def year(n, method="head_count", text=PLAIN):
        acts = [{"activity": str(i), "starts_on": IN, "status": "delivered", "size": 5.0, "count_method": method} for i in range(n)]
        return measured(text, activities=acts).values

    same = {(c.indicator, c.cell): c for c in compared(year(3), year(2))}
    assert same["events", ()].change == 1 and same["attendances", ()].change == 5 and same["attendances", ()].comparable
    other = {(c.indicator, c.cell): c for c in compared(year(3), year(2, "clicker"))}
    assert other["attendances", ()].change is None and "clicker then" in other["attendances", ()].reason
    redefined = compared(year(3), year(2, text=PLAIN + "floors: {feedback_days: 30}"))
    assert all(not c.comparable for c in redefined) and "definition changed" in redefined[0].reason


def test_another_version_of_a_provider_is_another_cell():
    now, then = (measured(mentions=[mention("a", score_version=v)]).values for v in ("2025", "2021"))
    found = [c for c in compared(now, then) if c.indicator == "attention_mentions" and c.cell]
    assert {c.comparable for c in found if len(c.cell) == 3} == {False}
    assert all(not c.comparable for c in found if len(c.cell) == 1)


def test_a_scored_programme_is_extent_of_its_activity():
    acts = [{"activity": k, "starts_on": IN, "status": s, "title": "Open course"} for k, s in (("a", "delivered"), ("gone", "cancelled"))]
    told = {"programme": "Course", "version": "abc", "people": 120.0, "unscored": 30.0, "median": 61.5, "under_40": 18.0, "as_of": IN}
    rows = [told | {"activity": "a"}, told | {"activity": "gone"}, told | {"activity": "elsewhere"}]
    rows += [told | {"activity": "none", "people": 0.0}, told | {"activity": "then", "as_of": date(2024, 10, 1)}]
    found = measured(activities=acts, programmes=rows)
    assert found.split("programme_people", "activity") == {"a": 120, "elsewhere": 120, "none": None}
    assert found.number("programme_median", activity="a") == 61.5 and found.one("programme_median", activity="a").missing == 30
    low = found.one("programme_low_share", activity="a")
    assert low.value == 0.15 and (low.low, low.high) == pytest.approx(proportion_confint(18, 120, method="wilson"))
    assert {indicator(k).dimension for k in ("programme_people", "programme_median", "programme_low_share")} == {"extent"}


def test_every_category_has_a_name():
    con = duckdb.connect()
    con.register("b", table("boards", [{"board": "b1", "name": "Patients’ board"}, {"board": "b2"}]))
    con.register("p", table("programmes", [{"activity": "a", "programme": "Course"}]))
    found = labels(con, {"boards": "b", "programmes": "p"}, parse(PLAIN + "words: {types: {stall: Market stall}}"))
    assert found["type"]["stall"] == "Market stall" and found["board"] == {"b1": "Patients’ board"} and found["activity"] == {"a": "Course"}
    assert found["reason"]["purpose"] and found["depth"]["D3"] == "Involve" and found["type"]["not_recorded"] == "Not recorded"
