"""Ratings by rubric, from the register to values. Expected answers are worked by hand in each test."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from research_cases import YEAR, register
from sklearn.metrics import cohen_kappa_score

from engagetree.errors import DefinitionError
from engagetree.research.guards import Composite, Given, blocked, guarded
from engagetree.research.model import AnnualReturn, Institution
from engagetree.research.quality import BUILT_IN, built_in, indicators, labels, measure, rubrics_of, unknown_rubrics
from engagetree.research.quality.caveat import TREATED_AS_INTERVAL
from engagetree.research.vocabulary import DIMENSIONS, KINDS

ON = date(2026, 2, 1)


def rate(rubric, criterion, level, rater="a", unit="University", **more):
    return {
        "rubric": rubric,
        "unit": unit,
        "criterion": criterion,
        "level": level,
        "rater": rater,
        "on": ON,
        "evidence": ["minutes"],
        **more,
    }


def measured(rows, definition=None, year=YEAR):
    con = duckdb.connect()
    return measure(con, {"ratings": register(con, "ratings", rows)}, definition, year)


def pick(values, indicator, **cell):
    """The one value of an indicator that stands in this cell, at least."""
    (found,) = [v for v in values if v.indicator == indicator and all(v.at(d) == c for d, c in cell.items())]
    return found


def every(rubric, level, **more):
    return [rate(rubric, c.key, level, **more) for c in built_in(rubric).criteria]


@pytest.mark.parametrize(("key", "criteria", "levels"), [("uk_standards", 6, 4), ("kef", 5, 5), ("edge", 9, 4), ("gripp2", 5, 3)])
def test_the_grids_are_those_of_the_notes(key, criteria, levels) -> None:
    rubric = built_in(key)
    assert (len(rubric.criteria), len(rubric.levels)) == (criteria, levels)
    assert rubric.link.startswith("https://")
    assert all(len(c.says) < 80 for c in rubric.criteria) and all(lv.says and len(lv.says) < 80 for lv in rubric.levels)
    assert rubric.scope == ("activity" if key == "uk_standards" else "institution")


def test_edge_codes_and_both_labels_of_its_highest_level() -> None:
    assert [lv.code for lv in built_in("edge").levels] == ["E1", "D", "G", "E2"]
    for word in ("Embedding", "Embedded", "embedded ", "E2", "e2"):
        assert pick(measured([rate("EDGE", "mission", word)]), "edge_level", criterion="mission").level == "E2"


def test_criteria_are_ids_not_positions() -> None:
    values = measured([rate("edge", "students", "E1"), rate("edge", "Public", "G"), rate("edge", "staff", "D")])
    assert [pick(values, "edge_level", criterion=c).level for c in ("staff", "public", "students")] == ["D", "G", "E1"]


def test_several_raters_keep_every_rating_with_lowest_highest_and_median() -> None:
    values = measured([rate("edge", "mission", lv, rater=r) for r, lv in (("a", "D"), ("b", "D"), ("c", "E2"))])
    found = pick(values, "edge_level", criterion="mission")
    # one unit, three raters D D E2: two levels in one unit, so α is below nought and they may not be put together
    assert (found.low, found.high, found.n, found.level) == (2.0, 4.0, 3, "")
    assert "the ratings are shown, not put together" in found.reason
    assert {v.at("level"): v.value for v in values if v.indicator == "edge_ratings"} == {"D": 2.0, "E2": 1.0}


def test_raters_who_agree_are_put_together_by_their_median_and_never_by_a_mean() -> None:
    rows = []
    for number in range(5):  # five units, nine criteria, three raters; the third is one higher now and then
        for place, c in enumerate(built_in("edge").criteria):
            level = (number + place) % 3
            for r in "abc":
                high = r == "c" and (number + place) % 4 == 0
                rows.append(rate("edge", c.key, ("E1", "D", "G", "E2")[level + high], rater=r, unit=f"dept {number}"))
    values = measured(rows)
    agreement = pick(values, "edge_alpha")
    assert agreement.n == 45 and agreement.verdict == "reliable" and agreement.low < agreement.value < agreement.high
    assert "1,000 resamples, 0 undefined left out" in agreement.interval
    found = pick(values, "edge_level", unit="dept 0", criterion="mission")  # E1 E1 D
    assert (found.level, found.low, found.high, found.value) == ("E1", 1.0, 2.0, None)
    assert not [v for v in values if v.indicator == "edge_mean"]
    assert not [v for v in values if v.indicator == "edge_kappa"]  # three raters


def test_two_raters_also_have_kappa_and_may_be_divided() -> None:
    levels = {"a": ["E1", "D", "G", "E2", "E2", "D", "E1", "G", "G"], "b": ["E1", "D", "G", "E2", "G", "D", "D", "G", "E2"]}
    rows = [
        rate("edge", c.key, lv, rater=r) for r, all_of in levels.items() for c, lv in zip(built_in("edge").criteria, all_of, strict=True)
    ]
    values = measured(rows)
    ranks = [[["E1", "D", "G", "E2"].index(lv) for lv in all_of] for all_of in levels.values()]
    assert pick(values, "edge_kappa").value == pytest.approx(cohen_kappa_score(*ranks, weights="quadratic"))
    assert pick(values, "edge_alpha").notes[-1] == "fewer than 20 units: no verdict"
    assert pick(values, "edge_level", criterion="learning").reason == "raters are divided between Gripping and Embedding"


def test_one_rater_and_all_the_same_are_said() -> None:
    one = measured(every("edge", "G"))
    assert pick(one, "edge_alpha").reason == "agreement undefined (one rater)"
    assert "one rater" in pick(one, "edge_level", criterion="mission").notes
    same = measured([*every("edge", "G"), *every("edge", "G", rater="b")])
    found = pick(same, "edge_alpha")
    assert found.value is None and found.reason == "agreement undefined (no variation: all ratings are the same)"
    assert pick(same, "edge_level", criterion="mission").level == "G"


def test_a_gap_stays_a_gap() -> None:
    rows = every("edge", "G")[1:]
    values = measured([*rows[:-1], rate("edge", "students", "E1"), rate("edge", "mission", None)])
    gap = pick(values, "edge_level", criterion="mission")
    assert (gap.level, gap.reason, gap.missing, gap.n) == ("", "not rated", 1, 0)
    assert pick(values, "edge_median").reason == "1 of 9 criteria has no level"
    lowest = pick(values, "edge_lowest")
    assert (lowest.level, lowest.missing) == ("E1", 1)
    assert lowest.notes == ("Students", "1 without a level, which could be lower")
    counts = {v.at("level"): v.value for v in values if v.indicator == "edge_criteria"}
    assert counts == {"E1": 1.0, "D": 0.0, "G": 7.0, "E2": 0.0}


def test_a_rating_without_evidence_is_asserted() -> None:
    values = measured(
        [rate("edge", "mission", "D", evidence=None), rate("edge", "staff", "D", evidence=[" "]), rate("edge", "public", "D")]
    )
    notes = {c: pick(values, "edge_level", criterion=c).notes for c in ("mission", "staff", "public")}
    assert notes["mission"][0] == notes["staff"][0] == "asserted: no evidence is on file"
    assert notes["public"] == ("one rater",)


def test_kef_shows_five_scores_their_mean_and_the_total_with_how_it_is_banded() -> None:
    rows = [rate("kef", c.key, str(s), tool_version="KEF5") for c, s in zip(built_in("kef").criteria, (2, 3, 3, 4, 2), strict=True)]
    values = measured(rows)
    assert [pick(values, "kef_level", criterion=c.key).level for c in built_in("kef").criteria] == ["2", "3", "3", "4", "2"]
    assert pick(values, "kef_mean").value == pytest.approx(2.8)
    total = pick(values, "kef_total")
    assert (total.value, total.denominator) == (14.0, 25.0)
    assert "KEF5 publishes it as a quintile" in total.notes and TREATED_AS_INTERVAL in total.notes
    assert built_in("kef").banding["KEF1"] == "decile"
    only = measured(rows, {"rubrics": {"kef": {"summary": ["total"]}}})
    assert not [v for v in only if v.indicator == "kef_mean"] and pick(only, "kef_total").value == 14.0
    gap = measured(rows[1:])
    assert pick(gap, "kef_mean").value is None and pick(gap, "kef_mean").reason == "1 of 5 criteria has no level"


def test_gripp2_is_reporting_completeness() -> None:
    said = {"aim": "present", "methods": "partial", "results": "absent", "discussion": "not applicable", "reflections": "yes"}
    values = measured([rate("gripp2", c, lv, unit="paper") for c, lv in said.items()])
    found = pick(values, "gripp2_completeness")
    assert (found.value, found.numerator, found.denominator) == (0.5, 2, 4)  # present 2 of 5 − 1
    assert "reporting completeness" in next(i.label for i in indicators() if i.key == "gripp2_completeness")
    none = measured([rate("gripp2", c, None, unit="paper", not_applicable=True) for c in said])
    assert (pick(none, "gripp2_completeness").value, pick(none, "gripp2_completeness").reason) == (None, "no criterion applies")
    rest = measured([rate("gripp2", c, lv, unit="paper") for c, lv in list(said.items())[:3]])
    assert pick(rest, "gripp2_completeness").value is None


def test_a_word_that_the_rubric_does_not_know_is_said_and_counts_as_not_rated() -> None:
    values = measured([rate("edge", "mission", "Brilliant"), rate("edge", "catering", "D"), rate("edge", "staff", "D")])
    assert pick(values, "edge_level", criterion="mission").reason == "not rated"
    notes = pick(values, "edge_alpha").notes
    assert "the rubric does not know “Brilliant”" in notes and "the rubric does not know “catering”" in notes


def test_of_one_raters_ratings_the_last_of_the_year_counts() -> None:
    rows = [
        rate("edge", "mission", "E1", on=date(2025, 7, 31)),  # the year before
        rate("edge", "mission", "D", on=date(2025, 9, 1)),
        rate("edge", "mission", "G", on=date(2026, 7, 31)),
        rate("edge", "mission", "E2", on=date(2026, 8, 1)),  # the year after
        rate("edge", "staff", "E2", on=None),
    ]
    values = measured(rows)
    assert (pick(values, "edge_level", criterion="mission").level, pick(values, "edge_level", criterion="mission").n) == ("G", 1)
    assert "1 rating without a date is in no year" in pick(values, "edge_alpha").notes
    assert pick(values, "edge_level", criterion="staff").reason == "not rated"


OURS = {
    "label": "Our care rubric",
    "levels": [{"code": "1", "label": "Low"}, {"code": "2", "label": "High", "also": ["top"]}],
    "criteria": ["care", {"key": "follow", "label": "Following up", "says": "what came after"}],
}


def test_an_institutions_own_rubric() -> None:
    definition = {"rubrics": {"ours": OURS}}
    values = measured([rate("ours", "care", "1"), rate("ours", "following up", "TOP"), rate("kef", "support", "1")], definition)
    assert pick(values, "ours_level", criterion="ours.care").level == "ours.1"
    assert pick(values, "ours_level", criterion="ours.follow").level == "ours.2"
    assert labels(definition)["level"]["ours.2"] == "High" and labels(definition)["level"]["1"] == built_in("kef").levels[0].label
    own = [i for i in indicators(definition) if i.own]
    assert {i.scope for i in own} == {"activity"} and "ours_level" in {i.key for i in own}
    assert not [v for v in values if v.indicator == "ours_mean"]


def test_a_mean_only_where_it_is_declared_and_then_with_its_caveat() -> None:
    values = measured([rate("ours", "care", "1"), rate("ours", "follow", "2")], {"rubrics": {"ours": {**OURS, "treat_as_interval": True}}})
    found = pick(values, "ours_mean")
    assert found.value == 1.5 and found.notes == (TREATED_AS_INTERVAL,)


def test_ones_own_statements_are_laid_over_a_built_in_rubric() -> None:
    text = {"mission": {"E1": "Nothing yet."}}
    assert rubrics_of({"rubrics": {"edge": {"statements": text}}})["edge"].statements == text


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ([], "no mapping"),
        ({}, "`levels` is missing"),
        ({**OURS, "levels": ["one"]}, "one level"),
        ({**OURS, "levels": ["one", "One"]}, "names more than one level"),
        ({**OURS, "criteria": ["care", {"key": "x", "label": "Care"}]}, "names more than one criterion"),
        ({**OURS, "criteria": [{"label": "Care"}]}, "has no `key`"),
        ({**OURS, "lables": 1}, "“lables” is not a field here"),
        ({**OURS, "summary": ["average"]}, "“average” is no summary"),
        ({**OURS, "measures": "joy"}, "`measures` is “joy”"),
        ({**OURS, "summary": ["completeness"]}, "`complete` names no level"),
    ],
)
def test_a_rubric_that_cannot_be_used_says_why(part, words) -> None:
    with pytest.raises(DefinitionError, match="rubric") as wrong:
        rubrics_of({"rubrics": {"ours": part}})
    assert words in str(wrong.value)


def test_what_may_not_change_of_a_built_in_rubric() -> None:
    with pytest.raises(DefinitionError) as wrong:
        rubrics_of({"rubrics": {"edge": {"levels": ["a", "b"]}}})
    assert "“levels” is not a field here" in str(wrong.value)


def test_every_indicator_is_of_quality_and_every_value_has_one() -> None:
    known = {i.key: i for i in indicators()}
    assert len(known) == len(indicators())
    assert all(i.dimension == "quality" and i.kind in KINDS and i.formula and i.dimension in DIMENSIONS for i in known.values())
    values = [v for key in BUILT_IN for v in measured(every(key, built_in(key).levels[1].code))]
    assert {v.indicator for v in values} <= set(known)
    assert all(v.value is not None or v.level or v.reason for v in values if v.indicator != "edge_level")


def test_what_is_measured_passes_the_guards_but_not_as_evidence_of_activities() -> None:
    values = tuple(v for key in BUILT_IN for v in measured(every(key, built_in(key).levels[1].code)))
    year = AnnualReturn(Institution("Invented", invented=True), YEAR, indicators(), values)
    assert guarded(year) == ()
    assert blocked(guarded(year, Given(composites=(Composite("kef_mean", "KEF", "quality", {"kef_level": 1.0}),)))) == frozenset()


def test_a_rubric_that_nobody_defined_is_named() -> None:
    con = duckdb.connect()
    sources = {"ratings": register(con, "ratings", [rate("EDGE", "mission", "D"), rate("Edgy", "mission", "D"), rate("ours", "care", "1")])}
    assert unknown_rubrics(con, sources, None, YEAR) == ("edgy", "ours")
    assert unknown_rubrics(con, sources, {"rubrics": {"ours": OURS}}, YEAR) == ("edgy",)
    assert unknown_rubrics(con, {}, None, YEAR) == ()


def test_nothing_rated_nothing_said() -> None:
    assert measured([]) == ()
    assert measure(duckdb.connect(), {}, None, YEAR) == ()
