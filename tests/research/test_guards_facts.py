"""What the guards learn from the registers, and the whole way from rows to findings. Expected answers are counted by hand from the rows."""

from __future__ import annotations

from datetime import date

import duckdb
from research_cases import YEAR, annual, attention, extent, register, value

from engagetree.research.definition import parse
from engagetree.research.guards import Baseline, Given, Unbacked, guarded
from engagetree.research.guards.facts import given
from engagetree.research.model import Year
from engagetree.research.quality import measure, rubrics_of
from engagetree.research.quality.claimed import claims

BEFORE = Year("2024-25", date(2024, 8, 1), date(2025, 8, 1))
ON = date(2025, 10, 1)


def activity(key, depth=None, evidence=(), **more):
    return {"activity": key, "type": "talk", "starts_on": ON, "depth": depth, "depth_evidence": list(evidence), **more}


ACTIVITIES = [
    activity("a1", "D3", ["input_recorded", "feedback_given"]),
    activity("a2", "D3", ["input_recorded"]),
    activity("a3", "D4", ["decision_log"]),
    activity("a4", "D3", ["decision_link"]),
    activity("a5", "D2", ["input_recorded"]),
    activity("a6", "D1"),
    activity("a7"),
    activity("a8", starts_on=date(2025, 7, 31)),
    activity("c8", "D3", starts_on=date(2026, 8, 1)),
    activity("a9", status="cancelled"),
    activity("b1", type="scientific_meeting"),
    activity("b2", audiences=["academics", "postgraduates"]),
    activity("b3", audiences=["academics", "public"]),
    activity("b4", relation="participation", audiences=["academics"]),
]


def known(before=None, told=None, **registers):
    con = duckdb.connect()
    sources = {name: register(con, name, rows) for name, rows in registers.items()}
    return given(con, sources, None, YEAR, before, told or Given()), claims(con, sources, YEAR)


def test_depths_that_lack_their_evidence() -> None:
    found, _ = known(activities=ACTIVITIES)
    assert found.unbacked == (
        Unbacked("D4", "D1", ("named_role",), 1, ("a3",)),
        Unbacked("D3", "D2", ("decision_link",), 2, ("a1", "a2")),
        Unbacked("D2", "D2", ("feedback_given",), 1, ("a5",)),
    )


def test_who_is_left_out_with_one_reason_each() -> None:
    found, _ = known(activities=ACTIVITIES)
    assert found.not_public == {"audience": 1, "participation": 1, "scientific_meeting": 1}
    assert (found.activities, found.without_depth) == (8, 2)  # a1 to a7 and b3; a7 and b3 have no depth


def test_what_is_told_stays() -> None:
    told = Given(baselines=(Baseline("census"),), activities=5, without_depth=1, not_public={"audience": 9})
    found, _ = known(told=told, activities=ACTIVITIES)
    assert found == told


def test_from_rows_to_findings() -> None:
    coded = [{"item": f"i{n}", "code": "trust", "polarity": "+", "coder": c, "on": ON} for n in range(3) for c in "ab"]
    mentions = [{"mention": f"m{n}", "output": "out", "count": 50.0} for n in range(2)]
    said = [
        {"claim": "c1", "text": "Good", "dimension": "quality", "rests_on": ["out"], "negatives_sought": True, "year": "2025-26"},
        {
            "claim": "c2",
            "text": "Fine",
            "dimension": "quality",
            "rests_on": ["out", "i0", "i1"],
            "negatives_sought": False,
            "year": "2025-26",
        },
    ]
    found, made = known(activities=ACTIVITIES, coded=coded, mentions=mentions, claims=said)
    assert found.interpretations["c2"].coded == 2 and found.interpretations["c2"].mentions == 100
    assert found.interpretations["c2"].only_positive
    year = annual((extent("events"),), (value("events", 8, type="talk", depth="D1"),), claims=made)
    seen = {f.rule: f for f in guarded(year, found)}
    assert set(seen) == {"EM-03", "EM-04", "EM-06", "EM-08", "EM-02"}
    assert seen["EM-04"].claims == ("c1",)
    assert "2 coded items" in seen["EM-06"].found and "10 coded mentions are the least" in seen["EM-06"].found
    assert (seen["EM-02"].severity, "2 of 8 activities" in seen["EM-02"].found) == ("note", True)


def test_a_negative_case_makes_it_more_than_positive() -> None:
    said = [{"claim": "c", "text": "Good", "dimension": "quality", "rests_on": ["i0", "i1"], "negatives_sought": False, "year": "2025-26"}]
    for against in ({"negative_case": True}, {"polarity": "-"}):
        coded = [
            {"item": "i0", "code": "trust", "polarity": "+", "on": ON},
            {"item": "i1", "code": "trust", "polarity": "+", "on": ON, **against},
        ]
        found, _ = known(coded=coded, claims=said)
        assert not found.interpretations["c"].only_positive


def test_versions_of_scores_in_both_years() -> None:
    def mention(key, version, on):
        return {"mention": key, "output": "o", "provider": "Altmetric", "score": 3.0, "score_version": version, "retrieved_on": on}

    rows = [mention("m1", "2021", ON), mention("m2", "2017", date(2024, 10, 1)), {"mention": "m3", "retrieved_on": ON}]
    found, _ = known(BEFORE, mentions=rows)
    assert found.score_versions == (frozenset({"Altmetric 2021"}), frozenset({"Altmetric 2017"}))
    year = annual((attention(),), (value("altmetric_score", 3),), before=(value("altmetric_score", 2),))
    assert [f.rule for f in guarded(year, found)] == ["EM-07"]


DEFINITION = """
institution: {name: Invented University}
excluded: {types: [open_day], purposes: [recruitment], audiences: [schools]}
floors: {coverage: 0.7, gap: 0.05, coded_mentions: 4, agreement: 0.7, raters_share: 0.5}
baselines:
  city:
    name: Census 2021, ethnic group
    characteristic: ethnicity
    geography: Bristol
    date: 2021-03-21
    age_range: all ages
    question: What is your ethnic group?
    shares: {white: 0.8, asian: 0.2}
rubrics:
  ours: {levels: [low, high], criteria: [care]}
"""


def test_what_the_definition_says_counts() -> None:
    con, definition = duckdb.connect(), parse(DEFINITION)
    rows = [activity("a1", audiences=["schools"]), activity("a2", type="open_day"), activity("a3", purpose="recruitment"), activity("a4")]
    found = given(con, {"activities": register(con, "activities", rows)}, definition, YEAR)
    assert found.not_public == {"audience": 1, "excluded_type": 1, "purpose": 1} and found.activities == 1
    assert found.baselines == (Baseline("city", "Census 2021, ethnic group", "Bristol", date(2021, 3, 21), "all ages"),)
    assert (found.coverage_floor, found.least_gap, found.fewest_coded, found.least_alpha) == (0.7, 0.05, 4, 0.7)
    assert rubrics_of(definition)["ours"].levels[1].code == "high"
    few = [{"item": f"i{n}", "code": "trust", "coder": c, "on": ON} for n in range(5) for c in ("ab" if n < 2 else "a")]
    values = measure(con, {"coded": register(con, "coded", few)}, definition, YEAR)
    assert next(v.verdict for v in values if v.indicator == "double_coded_share") == "too few coded twice"  # 40 %, and 50 % are asked for


def test_a_register_can_be_a_query() -> None:
    con = duckdb.connect()
    register(con, "activities", ACTIVITIES)
    found = given(con, {"activities": "SELECT * FROM activities WHERE activity < 'a3'"}, None, YEAR)
    assert found.activities == 2


def test_registers_that_are_not_there() -> None:
    assert known()[0] == Given()
