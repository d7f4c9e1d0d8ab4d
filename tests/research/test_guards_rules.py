"""Every guard fires where its rule (domain notes §5.2) says so and is silent where it must be; messages say what is missing and what to do.

Expected answers are written by hand from the rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from research_cases import annual, attention, extent, reach, value

from engagetree.research.guards import (
    RULES,
    Baseline,
    Breach,
    Comparison,
    Composite,
    Given,
    Interpretation,
    Programme,
    Side,
    Unbacked,
    blocked,
    guarded,
    not_comparable,
)
from engagetree.research.guards.depth import backed
from engagetree.research.guards.reaching import turns
from engagetree.research.model import Claim, Indicator, Value
from engagetree.research.quality.caveat import TREATED_AS_INTERVAL

EVENTS = (extent("events"),)
FINE = (value("events", 3, type="talk", depth="D2"),)


def found(rule, indicators=EVENTS, values=FINE, given=None, before=(), claims=()):
    """What one rule finds. The rest of the return is fine, so that nothing else hides it."""
    every = guarded(annual(indicators, values, before, claims), given or Given())
    return [f for f in every if f.rule == rule]


def test_every_rule_is_there_once_in_order() -> None:
    assert [r.key for r in RULES] == [f"EM-{n:02}" for n in range(1, 17)]


# EM-03


def test_em03_depth_is_recorded_as_what_the_evidence_carries() -> None:
    given = Given(unbacked=(Unbacked("D3", "D2", ("decision_link",), 4, ("a1", "a2")),))
    (one,) = found("EM-03", given=given)
    assert one.found == "depth recorded as D2: no record links input to a decision"
    assert (one.severity, one.indicators) == ("warning", ())
    assert "4 activities claimed as D3 Involve (a1, a2 and 2 more)" in one.about
    assert "decision_link" in one.do


def test_em03_is_silent_where_the_evidence_is_on_file() -> None:
    assert found("EM-03") == []
    assert found("EM-03", given=Given(unbacked=(Unbacked("D2", "D2", ("feedback_given",), 4),))) == []


@pytest.mark.parametrize(
    ("claimed", "on_file", "level"),
    [
        ("D5", (), "D1"),
        ("D5", ("decision_right",), "D5"),
        ("D4", ("decision_log",), "D1"),
        ("D4", ("decision_log", "input_recorded"), "D2"),
        ("D4", ("decision_log", "named_role"), "D4"),
        ("D3", ("decision_link",), "D3"),
        ("D2", ("input_recorded",), "D2"),
        ("D2", (), "D1"),
        ("D1", (), "D1"),
        ("D0", (), "D0"),
    ],
)
def test_em03_capped_at_d1_or_at_d2_where_input_is_recorded(claimed, on_file, level) -> None:
    assert backed(claimed, on_file)[0] == level


# EM-04 … EM-06

GROUNDS = {"tweet": "attention", "note": "coded", "edge": "assessment", "change": "impact"}


def claim(*rests_on, dimension="quality", text="It was good.", sought=True):
    return Claim("c", text, dimension, rests_on=rests_on, negatives_sought=sought)


@pytest.mark.parametrize(
    ("rests_on", "fires"),
    [
        (("tweet",), True),
        ((), True),
        (("nowhere",), True),
        (("tweet", "nowhere"), True),
        (("altmetric_score",), True),
        (("tweet", "events"), True),
        (("tweet", "edge"), True),
        (("tweet", "note"), False),
        (("note",), False),
        (("survey",), False),
    ],
)
def test_em04_claims_of_quality(rests_on, fires) -> None:
    survey = Indicator("survey", "Survey", "quality", "share", "share", "…", inputs=("answers",))
    indicators = (extent("events"), attention(), survey)
    assert bool(found("EM-04", indicators, given=Given(grounds=GROUNDS), claims=(claim(*rests_on),))) is fires


def test_em04_a_claim_about_attention_or_extent_is_none_of_its_business() -> None:
    for dimension in ("attention", "extent", "reach"):
        assert found("EM-04", given=Given(grounds=GROUNDS), claims=(claim("tweet", dimension=dimension),)) == []


def test_em04_attention_is_not_depth_either() -> None:
    (one,) = found("EM-04", given=Given(grounds=GROUNDS), claims=(claim("tweet", dimension="depth"),))
    assert "not depth" in one.found and one.claims == ("c",)


def test_em04_an_indicator_hidden_behind_another() -> None:
    buzz = Indicator("buzz", "Buzz", "extent", "count", "mentions", "…", inputs=("mentions",))
    quality = Indicator("voice", "Voice", "quality", "count", "mentions", "…", inputs=("buzz", "outputs"))
    (one,) = found("EM-04", (buzz, quality), (*FINE, value("buzz", 3), value("voice", 3)))
    assert one.indicators == ("voice",)


def test_em04_an_indicator_of_attention_is_attention_whatever_it_is_made_of() -> None:
    heard = Indicator("heard", "Heard of us", "attention", "share", "share", "…", inputs=("answers",))
    quality = Indicator("voice", "Voice", "quality", "share", "share", "…", inputs=("heard",))
    assert [f.indicators for f in found("EM-04", (heard, quality), (*FINE, value("voice", 0.3)))] == [("voice",)]


def test_em04_an_interpretation_of_mentions_needs_coded_evidence_on_file() -> None:
    interpreted = Indicator("voice", "Voice", "quality", "structured_qualitative", "items", "…", inputs=("mentions", "coded"))
    values = (*FINE, value("voice", 3))
    assert found("EM-04", (extent("events"), interpreted), values)
    assert found("EM-04", (extent("events"), interpreted), values, Given(grounds=GROUNDS)) == []
    assert found("EM-05", (extent("events"), interpreted), values, Given(grounds=GROUNDS)) == []


def test_em05_attention_weighed_into_quality() -> None:
    index = Composite("index", "Engagement quality", "quality", {"events": 0.8, "altmetric_score": 0.2})
    (one,) = found("EM-05", (extent("events"), attention()), given=Given(composites=(index,)))
    assert "Engagement quality" in one.about and "altmetric_score" in one.found and one.indicators == ("index",)
    named = replace(index, dimension="extent")  # its label still says quality
    assert found("EM-05", (extent("events"), attention()), given=Given(composites=(named,)))


def test_em05_what_a_composite_is_made_of_counts_and_not_what_its_indicator_says() -> None:
    voice = Indicator("voice", "Voice", "quality", "composite", "points", "…", inputs=("events",))
    hidden = Composite("voice", "Voice", "extent", {"events": 0.5, "altmetric_score": 0.5})
    indicators, values = (extent("events"), attention(), voice), (*FINE, value("voice", 3))
    assert [f.indicators for f in found("EM-05", indicators, values, Given(composites=(hidden,)))] == [("voice",)]
    fine = replace(hidden, weights={"events": 1.0, "altmetric_score": 0.0})
    assert found("EM-05", indicators, values, Given(composites=(fine,))) == []


def test_em05_a_weight_of_nothing_or_a_composite_of_attention_is_fine() -> None:
    indicators = (extent("events"), attention())
    for weights, dimension, label in (
        ({"events": 1.0, "altmetric_score": 0.0}, "quality", "Quality"),
        ({"altmetric_score": 1.0}, "attention", "Reach in media"),
    ):
        assert found("EM-05", indicators, given=Given(composites=(Composite("i", label, dimension, weights),))) == []


def test_em05_an_own_indicator_that_mixes() -> None:
    own = Indicator("mix", "Depth", "depth", "sum", "points", "…", inputs=("activities", "mentions"), own=True)
    assert [f.indicators for f in found("EM-05", (extent("events"), own), (*FINE, value("mix", 3)))] == [("mix",)]


@pytest.mark.parametrize(
    ("told", "sought", "words"),
    [
        (Interpretation(4, mentions=400, alpha=0.9), True, "4 coded items"),
        (Interpretation(40, mentions=400, alpha=0.5), True, "α = 0.50"),
        (Interpretation(40, mentions=400, alpha=0.9, only_positive=True), False, "cases against it were not looked for"),
        (Interpretation(40, mentions=400, alpha=0.9), None, "nobody says whether"),
        (Interpretation(40, mentions=400, alpha=0.9), True, None),
        (Interpretation(4, mentions=4, alpha=0.9), True, None),  # all there are
        (Interpretation(40, alpha=0.9, only_positive=True), True, None),  # looked for and none found
        (Interpretation(40, alpha=0.667), True, None),
    ],
)
def test_em06_thin_interpretation(told, sought, words) -> None:
    given = Given(grounds=GROUNDS, interpretations={"c": told})
    seen = found("EM-06", given=given, claims=(claim("tweet", "note", sought=sought),))
    assert (words in f"{seen[0].found}") if words else seen == []
    assert all(f.severity == "warning" and not f.claims for f in seen)


# EM-07, EM-12

ONE = Side("a", "Altmetric", "2017", (30, 60), "X", "v1")


@pytest.mark.parametrize("other", [{"provider": "PlumX"}, {"score_version": "2021"}, {"age_days": (300, 400)}])
def test_em07_scores_of_unlike_making(other) -> None:
    trend = Comparison("trend", "attention of outputs", (ONE, replace(ONE, name="b", **other)), "altmetric_score", attention=True)
    (one,) = found("EM-07", given=Given(comparisons=(trend,)))
    assert (one.severity, one.indicators) == ("error", ("altmetric_score",))
    assert found("EM-07", given=Given(comparisons=(replace(trend, attention=False),))) == []


def test_em07_like_with_like() -> None:
    trend = Comparison("trend", "attention", (ONE, replace(ONE, name="b")), attention=True)
    assert found("EM-07", given=Given(comparisons=(trend,))) == []


def test_em07_against_the_year_before() -> None:
    now, before = (value("altmetric_score", 300),), (value("altmetric_score", 200),)
    versions = Given(score_versions=(frozenset({"Altmetric 2021"}), frozenset({"Altmetric 2017"})))
    same = Given(score_versions=(frozenset({"Altmetric 2021"}), frozenset({"Altmetric 2021"})))
    assert found("EM-07", (attention(),), now, versions, before)[0].indicators == ("altmetric_score",)
    assert found("EM-07", (attention(),), now, same, before) == []
    findings = guarded(annual((attention(),), now, before), versions)
    assert not_comparable(findings) == {"altmetric_score"}
    assert blocked(findings) == frozenset()  # the number may be shown, the comparison may not
    by_version = (value("altmetric_score", 300, score_version="2021"),)
    assert found("EM-07", (attention(),), by_version, versions, (value("altmetric_score", 200, score_version="2017"),)) == []


def test_em12_rankings() -> None:
    across = Comparison("ranking", "KEF", (ONE, replace(ONE, name="b", cluster="ARTS")))
    weights = Comparison("ranking", "programmes", (replace(ONE, cluster=""), Side("b", weights="v2")))
    assert "ARTS and X" in found("EM-12", given=Given(comparisons=(across,)))[0].found
    assert "weights" in found("EM-12", given=Given(comparisons=(weights,)))[0].found
    within = Comparison("ranking", "KEF", (ONE, replace(ONE, name="b")))
    trend = replace(across, kind="trend")
    assert found("EM-12", given=Given(comparisons=(within, trend))) == []


# EM-08, EM-09


def test_em08_left_out_or_still_counted() -> None:
    (one,) = found("EM-08", given=Given(not_public={"audience": 3, "scientific_meeting": 2, "participation": 0}))
    assert "left out of every number" in one.found and "5 activities" in one.about and one.severity == "warning"
    (two,) = found("EM-08", values=(*FINE, value("events", 2, type="scientific_meeting", depth="D1")))
    assert "still counted" in two.found
    excluded = tuple(value("excluded", n, reason=why) for why, n in (("audience", 7), ("purpose", 2), ("cancelled", 5)))
    (three,) = found("EM-08", (extent("events"), extent("excluded")), (*FINE, value("excluded", 14), *excluded))
    assert "9 activities" in three.about and "7 for academics or students only" in three.found  # cancelled ones are another matter
    assert found("EM-08", values=(*FINE, value("events", 9, audience="schools", depth="D1"))) == []
    assert found("EM-08", values=(*FINE, value("events", 0, audience="academics", depth="D1"))) == []


def visits(label="Attendances", unit="attendances", counts="attendances", **what):
    indicator = replace(extent("attendances", counts), label=label, unit=unit)
    return (indicator,), (Value("attendances", "2025-26", (("type", "talk"), ("depth", "D1")), 10.0, unit=unit, counts=counts, **what),)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (visits(label="People reached"), "person-visits"),
        (visits(unit="participants"), "person-visits"),
        (visits(count_method="registration_only"), "registrations"),
        (visits(count_method="register + footfall"), "different ways"),
        (visits(count_method="mixed"), "different ways"),
        (visits(count_method="band"), "band"),
        (visits(count_method="band", low=5.0, high=None), "band"),
        (visits(), None),
        (visits(unit="person-visits"), None),
        (visits(label="Unique participants", unit="people", counts="people"), None),
        (visits(count_method="register, ticket_scan"), None),
        (visits(label="Registrations", count_method="registration_only"), None),
        (visits(count_method="footfall"), None),
    ],
)
def test_em09_numbers_are_called_what_they_are(case, words) -> None:
    seen = found("EM-09", *case)
    assert (words in seen[0].found) if words else seen == []
    assert all(f.severity == "error" and f.indicators == ("attendances",) for f in seen)


def test_em09_a_range_is_no_point() -> None:
    indicators, values = visits(count_method="band", low=5.0, high=20.0)
    assert found("EM-09", indicators, (replace(values[0], value=None),)) == []
    assert found("EM-09", indicators, (replace(values[0], value=None, high=None),)) == []


# EM-10

CENSUS = Baseline("census", "Census 2021", "Bristol", date(2021, 3, 21), "16 and over")
KNOWN = Given(baselines=(CENSUS,))


def reached(number=1.5, low=1.1, high=2.1, n=120, x=18.0, missing=0, verdict="over-represented", baseline="census"):
    base = value("representation", number, low, high, n, baseline, verdict, group="asian")
    return (*FINE, replace(base, numerator=x, denominator=float(n), missing=missing))


def em10(values, given=KNOWN):
    return found("EM-10", (extent("events"), reach()), values, given)


@pytest.mark.parametrize(
    ("values", "given", "words"),
    [
        (reached(baseline=""), KNOWN, "compared with nothing that is named"),
        (reached(), Given(), "described nowhere"),
        (reached(), Given(baselines=(replace(CENSUS, on=None),)), "no date"),
        (reached(), Given(baselines=(replace(CENSUS, geography="", on=None),)), "no geography and date"),
        (reached(low=0.970, high=2.247), KNOWN, "its interval holds 1"),  # the notes' example: 18 of 120 against 10 %
        (reached(missing=100), KNOWN, "could turn it round"),  # 18 of 220 is 8.2 %
        (reached(1.1, 1.02, 1.2, n=1000, x=110.0), KNOWN, "smaller than 2 points"),
        (reached(missing=90, n=120), KNOWN, "57% of those asked"),
        (reached(missing=90, n=120, verdict="consistent with parity"), KNOWN, "57% of those asked"),
        (reached(), KNOWN, None),
        (reached(missing=10), KNOWN, None),
        (reached(low=0.970, high=2.247, verdict="consistent with parity"), KNOWN, None),
        (reached(low=0.970, high=2.247, missing=100, verdict="not determinable"), KNOWN, None),
    ],
)
def test_em10_demographic_reach(values, given, words) -> None:
    seen = em10(values, given)
    assert any(words in f.found for f in seen) if words else seen == []
    assert all(f.severity == "error" and f.indicators == ("representation",) and "asian" in f.about for f in seen)


def test_em10_reach_without_a_comparison_needs_no_baseline() -> None:
    first = Indicator("first_time_share", "First time", "reach", "share", "share", "…")
    assert found("EM-10", (first,), (value("first_time_share", 0.4),)) == []


def test_em10_a_gap_is_at_parity_at_nought() -> None:
    gap = Indicator("representation_gap", "Gap", "reach", "index", "percentage points", "…", "people", required_context=("baseline",))
    crosses = value("representation_gap", 3.0, -1.0, 7.0, 120, "census", "over-represented", category="asian")
    assert "its interval holds 0" in found("EM-10", (gap,), (crosses,), KNOWN)[0].found
    assert found("EM-10", (gap,), (replace(crosses, low=0.5),), KNOWN) == []


@pytest.mark.parametrize(
    ("x", "n", "m", "q", "verdict", "flips"),
    [
        (18, 120, 10, 0.1, "over-represented", False),
        (18, 120, 60, 0.1, "over-represented", True),
        (2, 120, 9, 0.1, "under-represented", False),
        (2, 120, 12, 0.1, "under-represented", True),
    ],
)  # by hand: 18/130, 18/180, 11/129, 14/132 against 0.1
def test_em10_bounds_by_missing_answers(x, n, m, q, verdict, flips) -> None:
    assert turns(x, n, m, q, verdict) is flips


# EM-11, EM-13 … EM-16


def test_em11_a_self_assessment_cited_for_activities() -> None:
    given = Given(grounds=GROUNDS)
    assert found("EM-11", given=given, claims=(claim("edge"),))[0].severity == "warning"
    assert found("EM-11", given=given, claims=(claim("edge", "note"),)) == []
    assert found("EM-11", given=given, claims=(claim("edge", dimension="extent"),)) == []


def test_em11_a_self_assessment_beside_depth_is_fine() -> None:
    support = Indicator("kef_mean", "KEF", "quality", "index", "level", "…", inputs=("ratings",), scope="institution")
    depth = Indicator("co_auth_share", "Co-authorship", "depth", "share", "share", "…")
    assert found("EM-11", (support,), (value("kef_mean", 3.2),)) == []
    assert found("EM-11", (support, extent("events"), depth), (value("kef_mean", 3.2), *FINE, value("co_auth_share", 0.1))) == []
    assert found("EM-11", (support, extent("events")), (value("kef_mean", 3.2), *FINE)) == []  # their depth is shown
    assert found("EM-11", (support, extent("events")), (value("kef_mean", 3.2), value("events", 3, type="talk")))


def test_em13_means_of_levels() -> None:
    ordinal = Indicator("depth_level", "Depth", "depth", "ordinal", "level", "…")
    mean = value("depth_level", 2.4)
    (one,) = found("EM-13", (extent("events"), ordinal), (*FINE, mean))
    assert "a mean of levels" in one.found and "breakdown" in one.do
    for fine in (replace(mean, value=None, level="D2"), replace(mean, value=2.0, level="D2"), replace(mean, notes=(TREATED_AS_INTERVAL,))):
        assert found("EM-13", (extent("events"), ordinal), (*FINE, fine)) == []


def test_em13_composites_are_declared_and_stand_with_their_parts() -> None:
    index = Indicator("index", "Index", "extent", "composite", "points", "…")
    indicators, values = (extent("events"), index), (*FINE, value("index", 61))
    declared = Given(composites=(Composite("index", "Index", "extent", {"events": 1.0}, "1"),))
    without = Given(composites=(Composite("index", "Index", "extent", {"events": 0.5, "hours": 0.5}, "1"),))
    assert "declared its weights" in found("EM-13", indicators, values)[0].found
    assert "hours is not shown" in found("EM-13", indicators, values, without)[0].found
    assert found("EM-13", indicators, values, declared) == []


@pytest.mark.parametrize(
    ("made", "fires"),
    [
        (claim("events", dimension="extent", text="Our workshops improved health."), "improved"),
        (claim("events", dimension="impact", text="Policy is different now."), ""),
        (claim("change", dimension="impact", text="Our workshops improved health."), None),
        (claim("events", dimension="extent", text="We held twelve workshops."), None),
    ],
)
def test_em14_impact_needs_its_record(made, fires) -> None:
    seen = found("EM-14", given=Given(grounds=GROUNDS), claims=(made,))
    assert ([f.matched for f in seen] == [fires]) if fires is not None else seen == []


def test_em15_the_mistakes_of_a_participant_score() -> None:
    fine = Programme("Summer school", 0.3, validated=True, indicators=("events",))
    assert found("EM-15", given=Given(programmes=(fine,))) == []
    assert found("EM-15", given=Given(programmes=(replace(fine, attendance_weight=0.5),))) == []
    for wrong, severity in (
        ({"attendance_weight": 0.6}, "warning"),
        ({"validated": False}, "warning"),
        ({"unnormalised": ("minutes",)}, "error"),
        ({"weights_changed": True, "history_recalculated": False}, "error"),
    ):
        (one,) = found("EM-15", given=Given(programmes=(replace(fine, **wrong),)))
        assert (one.severity, one.indicators) == (severity, ("events",) if severity == "error" else ())
    assert found("EM-15", given=Given(programmes=(replace(fine, weights_changed=True),))) == []


def test_em16_names_the_rule_and_never_the_number() -> None:
    (one,) = found("EM-16", given=Given(breaches=(Breach("fewer than 5", "boards by ethnicity", ("seats",)),)))
    assert (one.severity, one.indicators) == ("block", ("seats",))
    assert "fewer than 5" in one.found and blocked([one]) == {"seats"}
    assert found("EM-16") == []


def test_the_gravest_comes_first_and_only_errors_block() -> None:
    given = Given(breaches=(Breach("lt5", "t", ("x",)),), not_public={"audience": 1})
    every = guarded(annual((extent("attendances"),), (value("attendances", 10),)), given)
    assert [f.severity for f in every] == ["block", "error", "warning"]
    assert blocked(every) == {"x", "attendances"}
