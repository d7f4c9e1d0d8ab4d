"""Events, attendances, hours, reach by estimate, registrations: answers by hand on registers small enough to count on one's fingers."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from research_books import PLAIN, TODAY, measured, table

from engagetree.research.definition import parse
from engagetree.research.indicators import measure
from engagetree.research.vocabulary import COUNTED

IN = date(2025, 10, 1)


def act(key: str, **more):
    return {"activity": key, "type": "talk", "audiences": ["public"], "starts_on": IN, "status": "delivered"} | more


def test_each_occurrence_counts_once_and_the_series_stands_beside():
    found = measured(activities=[act("a", series="s"), act("b", series="s"), act("c", series="t"), act("d")])
    assert found.number("events") == 4 and found.number("series") == 2


def test_an_exhibition_of_many_days_is_one_event_with_open_days():
    found = measured(activities=[act("x", type="exhibition", until=date(2026, 1, 10), open_days=60.0), act("y", open_days=None)])
    assert found.number("events") == 2 and found.number("open_days") == 60 and found.one("open_days").n == 1


def test_the_year_is_half_open_and_an_event_of_two_years_counts_in_the_one_where_it_begins():
    rows = [act("first", starts_on=date(2025, 8, 1)), act("last", starts_on=date(2026, 7, 31)), act("next", starts_on=date(2026, 8, 1))]
    rows += [act("before", starts_on=date(2025, 7, 31), until=date(2025, 9, 1))]
    assert [measured(year=y, activities=rows).number("events") for y in ("2024-25", "2025-26", "2026-27")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "planned"}, "planned"),
        ({"status": None, "starts_on": date(2026, 7, 20)}, "planned"),
        ({"relation": "participation"}, "participation"),
        ({"type": "scientific_meeting"}, "scientific_meeting"),
        ({"audiences": ["academics", "postgraduates"]}, "audience"),
        ({"purpose": "recruitment"}, "purpose"),
        ({"starts_on": None}, "undated"),
    ],
)
def test_what_is_no_engagement_is_left_out_and_said(more, why):
    found = measured(today=date(2026, 7, 1), activities=[act("a"), act("b", **more)])
    assert found.number("events") == 1 and found.number("excluded") == 1 and found.number("excluded", reason=why) == 1


def test_one_public_audience_among_academics_is_enough_and_no_audience_is_not_known():
    found = measured(activities=[act("a", audiences=["academics", "patients"]), act("b", audiences=None), act("c", audiences=[])])
    assert found.split("events", "audience") == {"several": 1, "not_recorded": 2}


def test_attendances_come_from_the_register_without_staff_and_without_those_who_did_not_come():
    rows = [{"activity": "a", "person": p} for p in ("p1", "p2")]
    rows += [
        {"activity": "a"},
        {"activity": "a", "person": "s", "role": "staff"},
        {"activity": "a", "person": "r", "status": "registered"},
    ]
    found = measured(activities=[act("a")], attendances=rows)
    assert found.number("attendances") == 3 and found.one("attendances").count_method == "register"
    assert found.number("registrations") == 4 and found.number("no_show_rate") == 0.25


def test_a_head_count_is_taken_where_the_register_knows_fewer():
    rows = [{"activity": "a", "person": "p1"}, {"activity": "a", "person": "p2"}]
    found = measured(activities=[act("a", size=50.0, count_method="head_count")], attendances=rows)
    assert found.number("attendances") == 50 and found.one("attendances").count_method == "head_count"
    unique = found.one("unique_participants")
    assert (unique.value, unique.low, unique.high, unique.missing) == (2, 2, 50, 48)


def test_counts_of_different_methods_are_added_only_where_somebody_counted():
    rows = [
        act("a", size=10.0, count_method="head_count"),
        act("b", size=20.0, count_method="clicker"),
        act("c", size=5000.0, count_method="footfall"),
        act("d", size=90000.0, count_method="broadcast_estimate"),
        act("e", size_low=51.0, size_high=100.0),
        act("f", size_low=501.0, count_method="band"),
        act("g", size=30.0),
        act("h", size=70.0, count_method="registration_only"),
    ]
    found = measured(activities=rows)
    whole = found.one("attendances")
    assert whole.value == 30 and whole.missing == 6 and set(whole.count_method.split(", ")) == {"head_count", "clicker"}
    assert found.split("attendances", "count_method") == {"head_count": 10, "clicker": 20}
    assert found.number("estimated_reach", count_method="footfall") == 5000
    assert found.number("estimated_reach", count_method="broadcast_estimate") == 90000
    assert found.number("estimated_reach", count_method="not_recorded") == 30
    band = found.one("estimated_reach", count_method="band")
    assert (band.value, band.low, band.high) == (None, 552, None) and band.interval == "band" and band.reason
    assert found.number("registrations") == 70 and not [v for v in found.of("estimated_reach") if not v.cell]
    assert not [v for v in found.of("estimated_reach") if v.at("count_method") == "registration_only"]


def test_a_closed_band_has_two_ends_and_no_middle():
    found = measured(activities=[act("a", size_low=11.0, size_high=50.0), act("b", size_low=101.0, size_high=500.0)])
    band = found.one("estimated_reach", count_method="band")
    assert (band.value, band.low, band.high) == (None, 112, 550)
    assert found.number("attendances") is None and "counted" in found.one("attendances").reason


def test_hours_are_added_over_attendances_and_unknown_ones_are_missing():
    rows = [
        {"activity": "a", "person": "p", "hours": 1.5},
        {"activity": "a", "person": "q"},
        {"activity": "a", "person": "r", "hours": 2.0},
    ]
    more = [act("b", hours=12.0, size=4.0, count_method="head_count"), act("c", hours=99.0, size=99.0, count_method="web_analytics")]
    hours = measured(activities=[act("a"), *more], attendances=rows).one("participant_hours")
    assert (hours.value, hours.n, hours.missing) == (15.5, 6, 1)


def test_the_non_academic_share_knows_what_it_does_not_know():
    people = ["non_academic"] * 3 + ["academic"] + [None] * 4
    rows = [{"activity": "a", "person": f"p{i}", "affiliation": a} for i, a in enumerate(people)]
    share = measured(activities=[act("a")], attendances=rows).one("non_academic_share")
    assert (share.value, share.n, share.missing) == (0.75, 4, 4) and (share.low, share.high) == (3 / 8, 7 / 8)


def test_more_came_than_had_registered():
    found = measured(activities=[act("a", registered=10.0, size=14.0, count_method="head_count")])
    assert found.number("registrations") == 10 and found.number("no_show_rate") is None
    assert "walk" in found.one("no_show_rate").reason or "registered" in found.one("no_show_rate").reason


def test_attendances_lie_on_their_own_day():
    acts = [act("a", starts_on=date(2026, 7, 30), until=date(2026, 8, 3))]
    rows = [{"activity": "a", "person": "p", "on": date(2026, 7, 31)}, {"activity": "a", "person": "p", "on": date(2026, 8, 1)}]
    rows += [{"activity": "a", "person": "q"}]
    now, then = (measured(year=y, activities=acts, attendances=rows) for y in ("2025-26", "2026-27"))
    assert (now.number("attendances"), then.number("attendances")) == (2, 1)
    assert (now.number("events"), then.number("events")) == (1, 0) and "another year" in then.one("attendances").notes[0]


def test_an_event_that_goes_on_into_the_next_year_is_said():
    found = measured(activities=[act("a", starts_on=date(2026, 7, 30), until=date(2026, 8, 3)), act("b")])
    assert found.one("events").notes == ("1 event began in this year and ended in the next; counted here alone",)


@settings(max_examples=8, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=2, max_size=20), st.data())
def test_what_is_imported_later_never_makes_fewer_of_them(seen, data):
    rows = [{"activity": f"a{i}", "person": f"p{p}", "hours": 1.0} for i, p in sorted(seen)]
    first = data.draw(st.integers(1, len(rows) - 1))
    acts = [act(f"a{i}") for i in range(4)]
    some, every = (measured(activities=acts, attendances=r) for r in (rows[:first], rows))
    for key in ("attendances", "unique_participants", "participant_hours"):
        assert some.number(key) <= every.number(key)
    again = measured(activities=acts[::-1], attendances=rows[::-1])
    assert again.values == every.values, "the order of rows means nothing"


def test_no_register_is_not_nought():
    found = measured()
    assert found.number("events") is None and "no register" in found.one("events").reason
    empty = measured(activities=[act("a", starts_on=date(2020, 1, 1))])
    assert empty.number("events") == 0 and empty.number("attendances") is None


def test_what_the_institution_declares_is_counted_too():
    text = PLAIN + "published: [{indicator: events, by: [department, place]}]\nexcluded: {types: [talk]}"
    rows = [act("a", department="History", place="local"), act("b", department="History", place="local", type="workshop")]
    found = measured(text, activities=rows)
    assert found.number("events", department="History", place="local") == 1 and found.number("excluded", reason="excluded_type") == 1


def test_partners_of_one_sector_and_of_several():
    partners = [{"partner": "m", "sector": "archive"}, {"partner": "c", "sector": "company"}]
    rows = [act("a", partners=["m"]), act("b", partners=["m", "c"]), act("c", partners=["x"]), act("d")]
    assert measured(activities=rows, partners=partners).split("events", "sector") == {
        "archive": 1,
        "several": 1,
        "not_recorded": 1,
        "none": 1,
    }


def test_hebci_takes_sub_heads_and_only_delivery_time():
    rows = [
        act("a", size=100.0, count_method="head_count", chargeable=True, staff_days=2.0, staff_time_basis="delivery"),
        act("b", size=50.0, count_method="head_count", chargeable=False, staff_days=9.0, staff_time_basis="preparation"),
        act("c", type="exhibition", size=30.0, count_method="clicker", delivery="online", format_changed=True),
        act("d", type="open_day", size=500.0, count_method="clicker"),
        act("e", size=500.0, count_method="clicker", purpose="widening_participation"),
    ]
    found = measured(activities=rows)
    assert found.split("hebci_attendees", "hebci") == {"2a": 150, "2e": 30} and found.number("hebci_attendees") == 180
    assert found.number("hebci_attendees", hebci="2a", chargeable="chargeable") == 100
    days = found.one("hebci_staff_days")
    assert (days.value, days.missing) == (2, 2)


KINDS = st.sampled_from(["talk", "workshop", "exhibition", "scientific_meeting", None])
ONE = st.fixed_dictionaries(
    {
        "type": KINDS,
        "depth": st.sampled_from(["D1", "D2", "D3", None]),
        "audiences": st.sampled_from([["public"], ["academics"], ["public", "schools"], None]),
        "size": st.one_of(st.none(), st.integers(0, 300).map(float)),
        "count_method": st.sampled_from(["head_count", "footfall", "clicker", None]),
        "status": st.sampled_from(["delivered", "cancelled", None]),
    }
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(ONE, min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 5), st.booleans()), max_size=30, unique_by=lambda t: t[:2]),
)
def test_parts_add_to_the_whole_and_plain_sql_agrees(acts, seen):
    activities = [act(f"a{i}") | one for i, one in enumerate(acts)]
    attendances = [{"activity": f"a{i}", "person": f"p{p}", "hours": 1.0 if timed else None} for i, p, timed in seen]
    found = measured(activities=activities, attendances=attendances)
    for dimension in ("type", "depth", "audience", "sector"):
        for key in ("events", "attendances"):
            parts = [v for v in found.split(key, dimension).values() if v is not None]
            assert sum(parts) == (found.number(key) or 0)
    con = duckdb.connect()
    con.register("a", table("activities", activities))
    con.register("t", table("attendances", attendances))
    counted = ", ".join(f"'{m}'" for m in COUNTED)
    (events, came, people) = con.execute(f"""
        WITH e AS (SELECT * FROM a WHERE coalesce(status, '') <> 'cancelled' AND coalesce(type, '') <> 'scientific_meeting'
                   AND (audiences IS NULL OR audiences <> ['academics'])),
        c AS (SELECT e.activity, count(t.activity) AS n, any_value(CASE WHEN count_method IN ({counted}) THEN size END) AS size
              FROM e LEFT JOIN t USING (activity) GROUP BY e.activity)
        SELECT (SELECT count(*) FROM e), (SELECT sum(greatest(n, coalesce(size, 0))) FROM c WHERE n > 0 OR size IS NOT NULL),
               (SELECT count(DISTINCT person) FROM t JOIN e USING (activity))""").fetchone()
    assert found.number("events") == events and found.number("attendances") == came
    assert (found.number("unique_participants") or 0) == people
    assert all(v.value is None or 0 <= v.value <= 1 for v in found.values if v.unit == "share")


def test_sources_may_be_queries_or_tables_and_nothing_is_left_behind():
    con = duckdb.connect()
    con.register("raw", table("activities", [act("a"), act("b")]))
    definition = parse(PLAIN)
    for said in ("raw", "(SELECT * FROM raw)", "SELECT * FROM raw WHERE activity <> 'z'", "WITH r AS (SELECT * FROM raw) SELECT * FROM r"):
        values = measure(con, {"activities": said}, definition, definition.year("2025-26"), TODAY)
        assert next(v.value for v in values if v.indicator == "events") == 2
    assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)
