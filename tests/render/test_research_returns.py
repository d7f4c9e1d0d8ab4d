"""Returns: what they hold, and that each says what it lacks before it can be sent."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from research_sample import release, shown
from test_render_report import Text

from engagetree.errors import DefinitionError
from engagetree.render.research.returns import (
    Form,
    Narrative,
    NotReady,
    Record,
    Untimed,
    gripp2,
    hebci,
    kef,
    narrative,
    researchfish,
    wellcome,
)
from engagetree.render.research.returns.narrative import QUESTIONS

RELEASE = release()
TOLD = narrative(
    """
kef: {strategy: One two three., support: Four five., activity: Six., results: Seven., acting: Eight.}
gripp2:
  aim: To ask what matters.
  methods: Two workshops with carers.
  results: The diary was changed.
  results_negative: Three carers left.
  discussion: The question was changed.
  discussion_negative: Sought, none was found.
  reflections: It took longer than we thought.
wellcome: {use_of_research: A., people_centred: B., valued_by_society: C.}
hebci: {online: Heads counted once in the hour.}
"""
)
RECORD = Record(
    "a-1", "River walk", "workshop", ("public", "schools"), "d", "local", (2025, 2026), (30, 30), True, "r", "i", ("u",), ("A/1", "A/2")
)
FORMS = {
    "kef": kef(RELEASE, TOLD), "hebci": hebci(RELEASE, (), TOLD), "gripp2": gripp2(RELEASE, TOLD), "wellcome": wellcome(RELEASE, TOLD),
    "researchfish": researchfish(RELEASE, (RECORD,)),
}  # fmt: skip


def rows(form: Form) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(form.csv())))


@pytest.mark.parametrize("key", FORMS)
def test_a_form_that_lacks_nothing_can_be_sent(key: str) -> None:
    form = FORMS[key]
    assert form.ready and [m for m in form.missing if m.stops] == []
    book = CalamineWorkbook.from_filelike(io.BytesIO(form.xlsx()))
    assert book.sheet_names[0] == form.tables[0].name[:31]
    read = Text(form.html())
    assert "Ready to send" in read.text and "Invented" in read.text
    assert not {t for t, _ in read.tags} & {"script", "img", "link"} and form.html().count("<h1>") == 1
    assert not re.findall(r"\bNone\b|nan|[+−]0(?![\d.])", read.text)
    assert form.html().count("<table") == form.html().count("<caption>") == form.html().count('class="m rule"')


@pytest.mark.parametrize("form", [kef(RELEASE), gripp2(RELEASE), wellcome(RELEASE), researchfish(RELEASE, ())], ids=lambda f: f.key)
def test_a_form_that_lacks_something_is_a_draft_and_no_file(form: Form) -> None:
    assert "Draft" in Text(form.html()).text and "What is missing" in form.html()
    for write in (form.csv, form.xlsx):
        with pytest.raises(NotReady) as wrong:
            write()
        assert wrong.value.missing and wrong.value.do


def test_kef_has_five_scores_and_their_words() -> None:
    """By hand: 4 + 3 + 4 + 2 + 2 = 15; 3 + 2 + 1 + 1 + 1 words."""
    form = FORMS["kef"]
    assert [r[1] for r in form.tables[0].rows] == [4, 3, 4, 2, 2] and [a.words for a in form.answers] == [3, 2, 1, 1, 1]
    assert any("total 15 of 25" in n for n in form.notes) and any("8 of at most 2,000" in n for n in form.notes)


def test_kef_counts_words_and_reads_texts() -> None:
    long = replace(
        TOLD,
        limits={"kef": 5},
        texts={**TOLD.texts, "kef": {**TOLD.texts["kef"], "activity": "High-quality engagement is shown by 4,000 tweets."}},
    )
    found = {m.found for m in kef(RELEASE, long).missing if m.stops}
    assert "14 words, 9 too many" in found
    assert any(not m.stops and m.what == "Activity" for m in kef(RELEASE, long).missing)
    unrated = replace(
        RELEASE, values=tuple(v for v in RELEASE.values if not (v.indicator == "kef_level" and v.at("criterion") == "acting"))
    )
    assert [m.what for m in kef(unrated, TOLD).missing if m.stops] == ["Acting on results"]
    assert "total — of 25" in str(kef(unrated, TOLD).notes)


def test_hebci_by_sub_head_and_price() -> None:
    assert rows(FORMS["hebci"])[0] | {"What to know": ""} == {
        "Sub-head": "2a Public lectures", "Attendees, free": "2980", "Attendees, chargeable": "410", "Academic staff days, free": "64",
        "Academic staff days, chargeable": "12", "What to know": "",
    }  # fmt: skip
    assert rows(FORMS["hebci"])[1]["Attendees, chargeable"] == ".." and rows(FORMS["hebci"])[1]["Attendees, free"] == ""
    assert [r["Sub-head"][:2] for r in rows(FORMS["hebci"])] == ["2a", "2b", "2c", "2d", "2e"]
    assert "EM-01" in Text(FORMS["hebci"].html()).text


@pytest.mark.parametrize("basis", ["unknown", "preparation", "both", ""])
def test_staff_time_without_the_right_basis_stops_hebci_and_names_the_activity(basis: str) -> None:
    form = hebci(RELEASE, (Untimed("a-7", "Tidal flats", basis), Untimed("a-9", "Harbour", "unknown")))
    with pytest.raises(NotReady, match=r"a-7 Tidal flats.*a-9 Harbour"):
        form.csv()
    assert "a-7 Tidal flats" in Text(form.html()).text and "staff_time_basis: delivery" in Text(form.html()).text


def test_hebci_that_knows_only_how_many_lack_their_basis_is_stopped_too() -> None:
    values = tuple(replace(v, missing=3) if v.indicator == "hebci_staff_days" else v for v in RELEASE.values)
    with pytest.raises(NotReady, match="3 events without days whose basis is delivery"):
        hebci(replace(RELEASE, values=values)).xlsx()
    lost = (*RELEASE.values, shown("hebci_attendees", 40, hebci="2e", chargeable="not_recorded"))
    assert any(m.what == "Free or chargeable" and m.stops for m in hebci(replace(RELEASE, values=lost), ()).missing)


def test_gripp2_asks_for_what_went_badly() -> None:
    silent = replace(TOLD, texts={**TOLD.texts, "gripp2": {k: v for k, v in TOLD.texts["gripp2"].items() if "negative" not in k}})
    found = [m for m in gripp2(RELEASE, silent).missing if m.stops]
    assert [m.what.endswith("for the worse") for m in found] == [True, True] and all("none was found" in m.do for m in found)
    assert "Reporting completeness: 60\u00a0%" in str(FORMS["gripp2"].notes[0]) and "not the quality" in FORMS["gripp2"].notes[0]
    assert "PPI quality" not in FORMS["gripp2"].html()


def test_wellcome_takes_no_extent_and_no_attention_for_an_outcome() -> None:
    outcomes = {r[1] for r in FORMS["wellcome"].tables[0].rows}
    assert not outcomes & {"Attendances", "Engagement events", "Mentions"} and "Attendances" in {
        r[0] for r in FORMS["wellcome"].tables[1].rows
    }
    only = replace(RELEASE, values=tuple(v for v in RELEASE.values if v.indicator in ("events", "attendances")))
    assert sum("numbers of events and people are not enough" in m.found for m in wellcome(only, TOLD).missing) == 3


def test_researchfish_has_a_row_for_each_record_and_award() -> None:
    found = rows(FORMS["researchfish"])
    assert (
        [r["Award reference"] for r in found] == ["A/1", "A/2"]
        and found[0]["Number reached"] == "11 - 50"
        and found[0]["Years"] == "2025,2026"
    )
    assert "30" not in {c for r in found for c in r.values()}


def test_researchfish_by_ones_own_headings() -> None:
    form = researchfish(RELEASE, (RECORD,), {"title": "Name of it"}, {"workshop": "Hands-on"})
    assert rows(form)[0]["Name of it"] == "River walk" and rows(form)[0]["Form"] == "Hands-on"
    with pytest.raises(NotReady, match="Column titel"):
        researchfish(RELEASE, (RECORD,), {"titel": "x"}).csv()


def test_researchfish_leaves_out_scientific_meetings_and_says_what_lacks() -> None:
    records = (
        RECORD,
        replace(RECORD, type="scientific_meeting"),
        replace(RECORD, activity="a-2", type="other", years=(), reached=(40, 60)),
    )
    form = researchfish(RELEASE, records)
    assert any("EM-08" in n for n in form.notes) and len(form.tables[0].rows) == 4
    assert {m.found for m in form.missing if m.stops} == {"no form for the type “other”", "no year"}


def test_what_many_records_lack_is_said_once() -> None:
    records = [replace(RECORD, activity=f"a-{i}", title="", awards=()) for i in range(9)]
    found = researchfish(RELEASE, records).missing
    assert [(m.what, m.stops) for m in found] == [("a-0, a-1, a-2 and 6 more", True), ("a-0, a-1, a-2 and 6 more", False)]


def test_text_in_a_csv_is_no_formula() -> None:
    form = researchfish(RELEASE, (replace(RECORD, title='=HYPERLINK("x")', description="+1"),))
    assert rows(form)[0]["Title"] == '\'=HYPERLINK("x")' and rows(form)[0]["Description"] == "'+1"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kfe: {strategy: x}", "Did you mean “kef”"), ("kef: {stratgy: x}", "Did you mean “strategy”"), ("kef: [a]", "is no mapping"),
        ("kef:\n  strategy: [a]", "is no text"), ("limits: {kef: many}", "is no number of words"), ("- a", "is no mapping"), ("kef: {", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_narrative_that_cannot_be_read_says_where(text: str, found: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(found)):
        narrative(text)


def test_a_narrative() -> None:
    assert narrative("limits: {kef: 10}\nkef:\n  strategy: 2024").text("kef", "strategy") == "2024"
    assert Narrative().text("kef", "strategy") == "" and narrative("limits: {kef: 10}").limits == {"kef": 10}


def test_the_narrative_of_the_how_to_answers_every_question() -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/returns-for-funders.md").read_text("utf-8")
    found = narrative(page.split("```yaml\n")[1].split("```")[0])
    assert {k: set(v) for k, v in found.texts.items()} == {k: set(q) - {"other"} for k, q in QUESTIONS.items()}
    assert found.limits == {"kef": 1500}
