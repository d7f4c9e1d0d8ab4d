"""Co-development, boards, co-authors, decision roles: numbers from the domain notes and by hand."""

from __future__ import annotations

from datetime import date

import pytest
from research_books import PLAIN, measured

from engagetree.research.vocabulary import REQUIRED_EVIDENCE, STAGES

IN, LAST = date(2025, 10, 1), date(2024, 10, 1)


def stage(project, name, depth=None, **more):
    return {
        "project": project,
        "stage": name,
        "depth": depth,
        "partner": "m",
        "on": IN,
        "depth_evidence": list(REQUIRED_EVIDENCE.get(depth, ())),
    } | more


def test_stages_where_partners_decide():
    rows = [
        stage("p", "design", "D3"),
        stage("p", "design", "D4", partner="n"),
        stage("p", "analysis", "D4", depth_evidence=["input_recorded"]),
        stage("p", "governance", None, applicable=False),
        stage("q", "dissemination", "D5"),
    ]
    partners = [{"partner": "m", "sector": "archive"}, {"partner": "n", "sector": "company"}]
    found = measured(codevelopment=rows, partners=partners)
    coverage = found.one("codevelopment_coverage")
    assert (coverage.numerator, coverage.denominator) == (2, 15)
    assert found.one("codevelopment_stage", stage="design").level == "D4"
    assert found.one("codevelopment_stage", stage="design", sector="archive").level == "D3"
    assert found.one("codevelopment_stage", stage="analysis").level == "D2"
    assert found.one("codevelopment_stage", stage="evaluation").reason
    early = found.one("early_involvement")
    assert (early.numerator, early.denominator) == (1, 2)
    assert (
        found.number("codevelopment_coverage", stage="governance") == 0 and found.one("codevelopment_coverage", stage="governance").n == 1
    )


def test_earlier_stages_of_a_project_that_goes_on_stay_with_it():
    rows = [stage("p", "priority_setting", "D4", on=LAST), stage("p", "analysis", "D2"), stage("old", "design", "D5", on=LAST)]
    found = measured(codevelopment=rows)
    assert found.number("early_involvement") == 1 and found.one("early_involvement").n == 1
    assert found.one("codevelopment_coverage").denominator == len(STAGES)


def test_money_and_hours_only_where_both_are_known():
    rows = [
        stage("p", "design", budget=20.0, project_budget=100.0, hours_given=40.0, hours_paid=10.0),
        stage("p", "analysis", budget=30.0, project_budget=100.0, hours_given=10.0),
        stage("q", "design", budget=500.0, project_budget=100.0, hours_given=5.0, hours_paid=50.0),
        stage("r", "design", project_budget=100.0),
    ]
    found = measured(codevelopment=rows)
    money, hours = found.one("partner_budget_share"), found.one("paid_involvement_share")
    assert (money.value, money.n, money.missing) == (0.5, 1, 1) and "more than there is" in money.notes[0]
    assert (hours.value, hours.n, hours.missing) == (0.25, 1, 1) and hours.notes


def test_partners_who_stay():
    def act(key, day, *partners):
        return {
            "activity": key,
            "type": "talk",
            "audiences": ["public"],
            "status": "delivered",
            "starts_on": day,
            "partners": list(partners),
        }

    acts = [act("a", LAST, "a", "b"), act("b", IN, "a", "x")]
    partners = [{"partner": "c", "active_from": date(2020, 1, 1), "active_until": date(2025, 8, 1)}, {"partner": "unknown span"}]
    found = measured(activities=acts, partners=partners).one("partner_continuity")
    assert (found.numerator, found.denominator) == (1, 3)


def seats(*given):
    return [{"board": "b", "seat": str(i)} | s for i, s in enumerate(given)]


def test_the_mix_of_sectors_is_that_of_the_notes():
    sectors = ["education"] * 4 + ["company"] * 3 + ["nonprofit"] * 2 + ["government"]
    found = measured(boards=[{"board": "b"}], seats=seats(*({"sector": s} for s in sectors)))
    assert found.number("board_blau") == pytest.approx(0.700)
    assert found.number("board_blau_normalised") == pytest.approx(0.933, abs=5e-4)
    assert found.number("board_gini_simpson") == pytest.approx(0.778, abs=5e-4)
    assert "4 sectors occur: education 4, company 3" in found.one("board_blau").notes[0]


def test_seats_votes_chairs_and_attendance():
    rows = seats(
        {"sector": "education", "right": "vote", "role": "chair", "meetings_attended": 4.0, "lay": False},
        {"sector": "education", "right": "vote", "meetings_attended": 4.0, "lay": False},
        {"sector": "community", "right": "vote", "meetings_attended": 1.0, "lay": True, "remunerated": True},
        {"sector": "nonprofit", "right": "advise", "meetings_attended": 1.0, "remunerated": False},
        {"sector": None, "right": "vote", "meetings_attended": 2.0},
        {"sector": "company", "right": "vote", "active_until": date(2025, 8, 1)},
    )
    found = measured(boards=[{"board": "b", "terms_defined": True}, {"board": "c"}], seats=rows)
    assert found.number("board_seats") == 5
    share = found.one("board_non_academic_share")
    assert (share.value, share.n, share.missing, share.low, share.high) == (0.5, 4, 1, 0.4, 0.6)
    assert found.number("board_voting_share") == pytest.approx(1 / 3) and found.number("board_attendance_share") == 0.2
    assert found.number("board_chair_share") == 0 and found.number("board_remunerated_share") == 0.5
    lay = found.one("board_lay_share")
    assert (lay.numerator, lay.denominator, lay.missing) == (1, 3, 2)
    terms = found.one("board_terms_share")
    assert (terms.value, terms.missing) == (1, 1)
    assert found.number("board_seats", board="b", sector="nonprofit", right="advise") == 1


def test_a_board_of_one_and_a_board_of_one_kind():
    one = measured(seats=seats({"sector": "education"}))
    assert one.number("board_blau") == 0 and one.number("board_blau_normalised") is None and one.number("board_gini_simpson") is None
    assert one.number("board_non_academic_share") == 0 and one.number("board_voting_share") is None


def test_advice_that_was_taken_and_none_given():
    def rec(outcome, **more):
        return {"board": "b", "recommendation": str(outcome) + str(more), "made_on": IN, "outcome": outcome} | more

    rows = [
        rec("adopted"),
        rec("adopted_in_part"),
        rec("rejected"),
        rec("rejected", reason="cost"),
        rec("pending"),
        rec("adopted", made_on=LAST),
    ]
    rate = measured(recommendations=rows).one("board_influence_rate")
    assert (rate.value, rate.n, rate.low, rate.high) == (0.4, 5, 0.4, 0.6) and "2 rejected, 1 of them without a reason" in rate.notes
    none = measured(recommendations=[rec("adopted", made_on=LAST)]).one("board_influence_rate")
    assert none.value is None and none.n == 0 and "no rate" in none.reason


OUTPUTS = [{"output": o, "published_on": IN} for o in "abcdef"] + [{"output": "old", "published_on": LAST}]
AFFILIATIONS = [
    *({"output": "a", "author": str(i), "organisation": "U", "organisation_type": "education"} for i in range(3)),
    {"output": "a", "author": "9", "organisation": "Trust", "organisation_type": "nonprofit"},
    {"output": "b", "author": "1", "organisation": "U", "organisation_type": "education"},
    {"output": "b", "author": "2", "organisation": "Hospital", "organisation_type": "healthcare"},
    {"output": "c", "author": "1", "organisation": "U", "organisation_type": "education"},
    {"output": "c", "author": "2", "contributor_group": "Residents of Hill Street"},
    {"output": "d", "author": "1", "organisation": "Synchrotron", "organisation_type": "facility"},
    {"output": "e", "author": "1", "organisation": "U", "organisation_type": "education"},
    {"output": "e", "author": "2", "organisation": "Hillside School", "organisation_type": "education"},
    {"output": "old", "author": "1", "organisation": "Firm", "organisation_type": "company"},
]


def test_co_authorship_with_both_denominators():
    found = measured(outputs=OUTPUTS, affiliations=AFFILIATIONS)
    share = found.one("coauthorship_share")
    assert (share.value, share.n, share.missing) == (0.5, 4, 2) and (share.low, share.high) == pytest.approx((2 / 6, 4 / 6))
    assert found.number("coauthorship_share_all") == pytest.approx(2 / 6)
    assert found.number("coauthorship_fractional") == pytest.approx((1 / 4 + 0 + 1 / 2 + 0) / 4)
    assert found.number("coauthorship_healthcare_share") == 0.25


def test_what_the_institution_says_of_an_organisation_comes_first():
    text = PLAIN + "overrides: {Hillside School: nonprofit}\nnon_academic_types: [nonprofit, facility]"
    found = measured(text, outputs=OUTPUTS, affiliations=AFFILIATIONS)
    assert found.one("coauthorship_share").numerator == 4 and found.one("coauthorship_share").n == 5


def test_outputs_without_affiliations():
    found = measured(outputs=OUTPUTS)
    assert found.number("coauthorship_share") is None and found.number("coauthorship_share_all") == 0
    assert found.one("coauthorship_share_all").missing == 6
    assert measured().one("coauthorship_share").reason


def test_governance_is_read_by_right():
    rows = [
        {"role": str(i), "project": "p", "held_by": h, "right": r}
        for i, (h, r) in enumerate(
            [
                ("partner", "advise"),
                ("partner", "vote"),
                ("institution", "vote"),
                ("institution", "budget"),
                ("partner", None),
                (None, "vote"),
            ]
        )
    ]
    found = measured(decision_roles=rows)
    share = found.one("shared_governance_share")
    assert (share.numerator, share.denominator, share.missing) == (3, 5, 1)
    assert found.number("shared_governance_share", right="vote") == 0.5 and found.number("shared_governance_share", depth="D5") == 0
    assert found.number("decision_rights", right="veto") == 0 and found.one("decision_rights", right="vote").level == "D4"
    assert found.number("decision_rights", right="not_recorded") == 1
