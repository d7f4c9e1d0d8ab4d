"""`institution.yml`: what is in it, what is wrong with it, its years and versions; and the catalogue that it adds to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from research_books import PLAIN

from engagetree.errors import DefinitionError, NotFound
from engagetree.research import vocabulary
from engagetree.research.catalogue import BUILT_IN
from engagetree.research.catalogue_page import MARK, page
from engagetree.research.definition import check, indicators, parse, read, template
from engagetree.research.definition_years import Calendar
from engagetree.research.indicators.depth import CROSSWALK
from engagetree.research.registers import REGISTERS

BASELINE = """
baselines:
  census:
    name: Census
    characteristic: ethnicity
    geography: The city
    date: 2021-03-21
    age_range: 16+
    question: What is your group?
    shares: {white: 0.8, Asian / Asian British: 0.2}
"""


def said(text: str) -> str:
    return "\n".join(str(p) for p in check(text))


def test_the_template_is_a_definition_and_says_the_defaults():
    made, bare = parse(template()), parse("institution: {name: Our university}")
    assert made.version == bare.version and made.floors == bare.floors and made.excluded_types == bare.excluded_types


def test_what_is_commented_out_in_the_template_works_once_it_is_not():
    lines = [line[2:] if line.startswith("# ") else line for line in template().splitlines()]
    kept = [line for line in lines if line.startswith((" ", "words:", "overrides:", "baselines:", "published:", "indicators:", "floors:"))]
    text = "institution: {name: X}\n" + "\n".join(
        line for line in kept if not line.startswith(("  name: Our", "  # ", "  types: [sci", "  purposes: [rec"))
    )
    made = parse(text)
    assert made.types["market_stall"] == "Market stall" and made.baselines[0].share("asian") == 0.10
    assert made.own[0].key == "free_share" and made.published[0].by == ("type", "depth") and len(made.overrides) == 2


def test_a_full_definition_is_read():
    text = PLAIN + BASELINE + 'starts: "09-01"\nidentifiers: {ukprn: 10007774}\nrubrics: {mine: {levels: [a, b]}}\ncodebook: v2'
    made = parse(text, "institution.yml")
    assert made.baselines[0].dated == date(2021, 3, 21) and made.baselines[0].share("Asian / Asian British") == 0.2
    assert made.year("2025-26").starts == date(2025, 9, 1) and made.identifiers == {"ukprn": "10007774"}
    assert made.rubrics == {"mine": {"levels": ["a", "b"]}} and made.institution.invented and made.labels()["type"]["talk"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAIN + BASELINE.replace("    date: 2021-03-21\n", ""), "`date` is missing"),
        (PLAIN + BASELINE.replace("    geography: The city\n", ""), "`geography` is missing"),
        (PLAIN + BASELINE.replace("0.8", "0.7"), "sum to 0.9, not to 1. Add the 0.1 that is lacking"),
        (PLAIN + BASELINE.replace("0.8", "80"), "not a number from 0 to 1. Write 0.8"),
        (PLAIN + BASELINE.replace("2021", "2199"), "has not come yet"),
        (PLAIN + "calender: x", "Did you mean “calendar”?"),
        (PLAIN + "calendar: uk", "Use one of uk-academic-year"),
        (PLAIN + "calendar: calendar-year\nstarts: '02-29'", "stands beside `calendar`"),
        (PLAIN + "starts: '02-29'", "not a day of every year"),
        (PLAIN + "disclosure: none", "Use one of hesa, lt5, threshold10"),
        (PLAIN + "floors: {coverage: 60}", "at most 1"),
        (PLAIN + "excluded: {types: [scientific_meting]}", "Did you mean “scientific_meeting”?"),
        (PLAIN + "non_academic_types: [compny]", "Did you mean “company”?"),
        (PLAIN + "overrides: {Some School: schools}", "which is no type"),
        (PLAIN + "published: [{indicator: evnts, by: [type]}]", "Did you mean “events”?"),
        (PLAIN + "published: [{indicator: events, by: [typ]}]", "Did you mean “type”?"),
        (PLAIN + "published: [{indicator: events, by: [type, depth, audience, sector]}]", "at most three"),
        (PLAIN + "words: {types: {Market Stall: x}}", "cannot be a key"),
        ("calendar: uk-academic-year", "`institution` is missing"),
        ("", "engagetree research init"),
        ("institution: {name: a, name: b}", "given twice"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(text, words):
    assert words in said(text)
    with pytest.raises(DefinitionError):
        parse(text)


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("{label: L, dimension: quality, kind: count, register: mentions}", "attention is not quality"),
        ("{label: L, dimension: depth, kind: count, register: mentions}", "attention is not depth"),
        ("{label: L, dimension: quality, kind: count, register: attendances}", "which attendances cannot show"),
        ("{label: L, dimension: extent, kind: share, register: activities}", "is a share without `where`"),
        ("{label: L, dimension: extent, kind: sum, register: activities}", "is a sum without `column`"),
        ("{label: L, dimension: extent, kind: sum, register: activities, column: depth}", "no column of numbers"),
        ("{label: L, dimension: depth, kind: mean, register: activities, column: intended_depth}", "no column of numbers"),
        ("{label: L, dimension: extent, kind: count, register: activities, column: size}", "has no effect on a count"),
        ("{label: L, dimension: extent, kind: count, register: activities, where: {typ: talk}}", "Did you mean “type”?"),
        ("{label: L, dimension: extent, kind: count, register: activities, where: {chargeable: maybe}}", "Write `chargeable: true`"),
        ("{label: L, dimension: extent, kind: count, register: activities, where: {size: {at_last: 3}}}", "Did you mean “at_least” or"),
        ("{label: L, dimension: extent, kind: count, register: activities, where: {depth: {at_least: 3}}}", "cannot be at least 3"),
        ("{label: L, dimension: extent, kind: count, register: attendances, by: [person]}", "a list of people"),
        ("{label: L, dimension: extent, kind: count, register: reach}", "Use one of activities"),
    ],
)
def test_own_indicators_that_would_mislead_are_refused(own, words):
    assert words in said(PLAIN + f"indicators:\n  mine: {own}")


def test_all_problems_come_at_once_each_with_its_line():
    text = PLAIN + "calender: x\nfloors: {few: 0}\nindicators:\n  events: {label: L, dimension: extent, kind: count, register: activities}"
    problems = check(text)
    assert [p.line for p in problems] == [2, 3, 5] and "built-in" in problems[2].found


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DefinitionError, match="no such file"):
        read(tmp_path / "institution.yml")
    (tmp_path / "x.yml").write_bytes(b"institution: \xff")
    with pytest.raises(DefinitionError, match="not UTF-8"):
        read(tmp_path / "x.yml")


def test_the_version_moves_with_numbers_and_the_fingerprint_with_words_too():
    one = parse(PLAIN)
    renamed = parse(PLAIN + "disclosure: lt5")
    refloored = parse(PLAIN + "floors: {feedback_days: 30}")
    again = parse("# a remark\n" + PLAIN + "reason: none at all")
    assert one.version == renamed.version and one.fingerprint != renamed.fingerprint
    assert one.version != refloored.version and (one.version, one.fingerprint) == (again.version, again.fingerprint)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from([(8, 1), (1, 1), (4, 6), (12, 31)]))
def test_every_day_lies_in_exactly_one_year_that_is_found_by_its_key(day, begins):
    calendar = Calendar(*begins)
    year = calendar.year_of(day)
    assert year.starts <= day < year.until and calendar.year(year.key) == year and calendar.before(year).until == year.starts


@pytest.mark.parametrize("key", ["2025", "2025-27", "25-26", "next", "2025-26 ", "2025/26", "2025-2026"])
def test_years_as_people_write_them(key):
    if key.strip() in ("2025-26", "2025/26", "2025-2026"):
        assert Calendar().year(key).key == "2025-26"
    else:
        with pytest.raises(NotFound, match="2025-26"):
            Calendar().year(key)


def test_the_catalogue_is_whole():
    keys = [i.key for i in BUILT_IN]
    assert len(set(keys)) == len(keys)
    for one in BUILT_IN:
        assert one.dimension in vocabulary.DIMENSIONS and one.kind in vocabulary.KINDS, one.key
        assert one.formula.endswith(".") and one.pitfalls and one.unit and one.label, one.key
        assert all(p[0].isupper() or p[0] == "“" for p in one.pitfalls) and all(p.endswith(".") for p in one.pitfalls), one.pitfalls
        assert set(one.inputs) <= {*REGISTERS, "reach"} and one.inputs, one.key
        assert one.kind != "share" or (one.numerator and one.denominator) or "fraction" in one.key or "estimate" in one.key, one.key
        assert (one.dimension == "attention") is one.key.startswith("attention"), one.key
        assert one.dimension != "quality", "quality is made of rubrics and coded evidence, in its own part"
    assert not {i for i in BUILT_IN if i.counts == "people" and "attendance" in i.label.lower()}


def test_own_indicators_join_the_catalogue_with_a_sentence():
    own = "indicators:\n  free: {label: Free, dimension: extent, kind: share, register: activities, of: {type: talk}, where: {chargeable: false}}"
    made = indicators(parse(PLAIN + own))
    assert len(made) == len(BUILT_IN) + 1 and made[-1].own
    assert made[-1].formula == "Of the activities of the year where type is talk where it is known, the share where chargeable is false."
    assert made[-1].denominator == "type is talk" and made[-1].numerator == "type is talk and chargeable is false"


def test_the_page_says_what_the_catalogue_says():
    text = (Path(__file__).parents[2] / "docs/explanation/research-indicators.md").read_text("utf-8")
    assert text.partition(MARK)[2].strip() == page().strip(), "python -m engagetree.research.catalogue_page"
    for row in CROSSWALK:
        assert any(line.startswith(f"| {row['depth']} ") and all(v in line for v in list(row.values())[1:]) for line in text.splitlines())
