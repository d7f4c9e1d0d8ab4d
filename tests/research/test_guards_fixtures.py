"""The must-pass set of the guards: the definition's two examples and two counter-examples, and what lies between them.

Expected answers are the domain notes' (§5.1 and the fixture set under §5.2), not the code's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from research_cases import EDGE, annual, attention, extent, reach, value

from engagetree.research.guards import NOTHING, Baseline, Given, blocked, blocked_claims, guarded, lint_text
from engagetree.research.model import Claim, Indicator

CENSUS = Given(baselines=(Baseline("census", "Census 2021", "Bristol", date(2021, 3, 21), "16 and over"),))


def rules(year, given=NOTHING):
    return [f.rule for f in guarded(year, given)]


BY_TYPE = (value("events", 12, type="talk"), value("events", 8, type="workshop"))
BY_PARTNER = (value("partners", 5, sector="company"), value("partners", 2, sector="community"))
DEPTH = Indicator("co_auth_share", "Partner co-authorship", "depth", "share", "share", "…")
GOVERNED = Indicator("shared_governance_share", "Shared governance", "depth", "share", "share", "…")


def test_seed_positive_1_by_activity_type_partner_type_and_reach_is_an_instance_with_depth_unknown() -> None:
    year = annual(
        (extent("events"), extent("partners"), reach()),
        (*BY_TYPE, *BY_PARTNER, value("representation", 1.5, group="asian", baseline="census", verdict="consistent with parity")),
    )
    found = guarded(year, CENSUS)
    assert [(f.rule, f.severity) for f in found] == [("EM-02", "warning")]
    assert blocked(found) == frozenset()


def test_seed_positive_2_depth_by_coauthorship_and_governance_without_attendance_is_an_instance() -> None:
    assert rules(annual((DEPTH, GOVERNED), (value("co_auth_share", 0.12), value("shared_governance_share", 0.3)))) == []


def test_seed_negative_1_attendance_alone_is_no_engagement_metric() -> None:
    (found,) = guarded(annual((extent("attendances"),), (value("attendances", 15_000),)))
    assert (found.rule, found.severity, found.indicators) == ("EM-01", "error", ("attendances",))
    assert "not an engagement metric" in found.found
    assert "type" in found.do and "depth" in found.do and "attendance" in found.do


def test_seed_negative_2_attention_called_quality() -> None:
    claim = Claim("c1", "Our engagement is of high quality.", "quality", rests_on=("tweets",), negatives_sought=True)
    (found,) = guarded(annual((attention(),), (value("altmetric_score", 312),), claims=(claim,)), Given(grounds={"tweets": "attention"}))
    assert (found.rule, found.severity, found.claims) == ("EM-04", "error", ("c1",))
    assert "coded qualitative evidence" in found.do
    assert blocked_claims([found]) == {"c1"}


def test_seed_negative_2_as_an_indicator_that_an_institution_calls_quality() -> None:
    own = Indicator("buzz", "Quality of engagement", "quality", "index", "score", "…", inputs=("mentions",), own=True)
    assert [(f.rule, f.indicators) for f in guarded(annual((own,), (value("buzz", 312),)))] == [("EM-04", ("buzz",))]


def test_hebci_table_5_alone_has_types_so_it_is_weak_and_not_wrong() -> None:
    values = (value("attendances", 4000, type="exhibition"), value("attendances", 900, type="talk"))
    assert rules(annual((extent("attendances"),), values)) == ["EM-02"]


def test_edge_beside_attendance_helps_nothing() -> None:
    edge = replace(value("edge_level", None, unit="University", criterion="mission"), level="G")
    assert rules(annual((EDGE, extent("attendances")), (edge, value("attendances", 15_000)))) == ["EM-01", "EM-11"]


def test_attention_shown_as_attention_is_fine() -> None:
    assert rules(annual((attention(),), (value("altmetric_score", 312), value("altmetric_score", 40, medium="news")))) == []


@pytest.mark.parametrize("dimension", ["type", "depth"])
def test_both_type_and_depth_are_silent_and_either_helps(dimension: str) -> None:
    category = {"type": "talk", "depth": "D2"}
    one = annual((extent("events"),), (value("events", 3, **{dimension: category[dimension]}),))
    both = annual((extent("events"),), (value("events", 3, **category),))
    assert "EM-01" not in rules(one)
    assert rules(both) == []


@pytest.mark.parametrize("cell", [{"type": "unknown"}, {"depth": "not_recorded"}, {"department": "physics"}, {"place": "local"}])
def test_a_breakdown_that_says_neither_type_nor_depth_is_none(cell: dict[str, str]) -> None:
    assert rules(annual((extent("attendances"),), (value("attendances", 10, **cell),))) == ["EM-01"]


def test_depth_that_is_not_known_for_some() -> None:
    values = (value("events", 3, depth="D2"), value("events", 7, depth="unknown"), value("events", 10, type="talk"))
    (found,) = guarded(annual((extent("events"),), values))
    assert (found.rule, found.severity) == ("EM-02", "note")
    assert "7 of 10 activities" in found.found
    (found,) = guarded(annual((extent("events"),), values[2:]), Given(activities=10, without_depth=10))
    assert (found.severity, "10 of 10 activities" in found.found) == ("warning", True)


DEPTH_BOOKS = tuple(
    Indicator(key, key, "depth", kind, "…", "…") for key, kind in (("depth_capped", "count"), ("depth_activities", "share"))
)


@pytest.mark.parametrize(
    "beside",
    [
        value("depth_capped", 0),
        value("depth_capped", 3, claimed="D4"),
        value("depth_activities", 1.0, depth="not_recorded"),
        value("depth_activities", None),
        value("excluded", 4, reason="audience"),
    ],
)
def test_book_keeping_about_depth_is_no_depth(beside) -> None:
    year = annual((extent("attendances"), extent("excluded"), *DEPTH_BOOKS), (value("attendances", 10), beside))
    found = [f for f in guarded(year) if f.rule == "EM-01"]
    assert [f.indicators for f in found] == [("attendances",)]


def test_a_depth_distribution_beside_attendance_is_depth() -> None:
    year = annual((extent("attendances"), *DEPTH_BOOKS), (value("attendances", 10), value("depth_activities", 0.4, depth="D2")))
    assert rules(year) == []
    assert rules(year, Given(activities=10, without_depth=10)) == ["EM-02"]  # told that it is known of none


def test_a_year_without_any_activity_is_no_attendance_count() -> None:
    assert rules(annual((extent("events"), DEPTH), (value("events", 0), value("co_auth_share", 0.2)))) == []
    assert rules(annual((extent("events"),), (value("events", 0),))) == []


@pytest.mark.parametrize("cell", [{"type": "other"}, {"hebci": "2e"}])
def test_other_alone_is_no_type(cell) -> None:
    assert rules(annual((extent("attendances"),), (value("attendances", 10, **cell),))) == ["EM-01"]
    assert rules(annual((extent("attendances"),), (value("attendances", 10, **cell), value("attendances", 5, type="talk")))) == ["EM-02"]


def test_a_sub_head_of_hebci_is_a_type() -> None:
    assert rules(annual((extent("hebci_attendees"),), (value("hebci_attendees", 100, hebci="2a", chargeable="free"),))) == ["EM-02"]


LINT = {
    "Our altmetric attention score of 312 demonstrates the quality of our engagement.": True,
    "High-quality engagement is shown by 4,000 tweets.": True,
    "Altmetric attention is not a measure of quality.": False,
    "Altmetric attention was 312; thematic coding of 40 mentions and interviews describes quality.": False,
    "We received 312 mentions. The quality of the exhibition space was good.": False,
}


@pytest.mark.parametrize("text", LINT)
def test_the_five_sentences(text: str) -> None:
    found = lint_text(text)
    assert bool(found) is LINT[text]
    assert all(f.severity == "note" and f.matched and f.matched in text and not f.indicators for f in found)


@pytest.mark.parametrize(
    ("text", "rule", "matched"),
    [
        ("12,000 people engaged with our research this year.", "EM-01", "12,000 people engaged"),
        ("We reached 350 participants, a record for engagement. It was fun.", "EM-01", "350 participants, a record for engagement"),
        ("12,000 people engaged with our research at forty workshops.", None, ""),
        ("12,000 people engaged with us. They came to an exhibition.", None, ""),  # the same paragraph says what it was
        ("12,000 people came.", None, ""),
        ("Our downloads show that the public cares.", "EM-04", "downloads show that the public"),
        ("2.5 million impressions! A meaningful year.", None, ""),  # two sentences
        (
            "Impressions, on Tuesday the first of May when nobody else was there to see them at all, were meaningful.",
            None,
            "",
        ),  # 16 words apart
        ("", None, ""),
    ],
)
def test_the_lint_shows_the_words_it_is_about(text: str, rule: str | None, matched: str) -> None:
    assert [(f.rule, f.matched) for f in lint_text(text)] == ([(rule, matched)] if rule else [])


def test_the_lint_looks_at_each_paragraph_by_itself() -> None:
    assert [f.rule for f in lint_text("We held forty workshops.\n\n12,000 people engaged with us.")] == ["EM-01"]
