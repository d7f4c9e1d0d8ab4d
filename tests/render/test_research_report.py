"""An institution's year as one file: what must and must not be in it. Expected answers are those of the sample, written by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from itertools import pairwise

import pytest
from research_sample import CLAIMS, FINDINGS, empty, release, shown
from rich.console import Console
from test_render_report import Text

from engagetree.render.figure import plain
from engagetree.render.research import report, tables
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import Section
from engagetree.render.research.sections import sections
from engagetree.render.research.since import change
from engagetree.research.model import Institution

RELEASE = release()
HTML = report(RELEASE)
READ = Text(HTML)
ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def terminal(of: object = RELEASE) -> str:
    out = StringIO()
    tables(of, Console(file=out, width=100))  # type: ignore[arg-type]
    return out.getvalue()


def section(key: str, of: object = RELEASE) -> Section:
    return next(s for s in sections(Facts.of(of)) if s.key == key)  # type: ignore[arg-type]


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", Text(html).text)


@pytest.mark.parametrize("html", [HTML, report(empty())], ids=["year", "nothing"])
def test_no_number_that_is_none(html: str) -> None:
    assert re.findall(r"\bNone\b|\bnan\b|\bNaN\b|\binf\b|[+−]0(?![\d.–])|-\d+ %|\{\{|\{%", Text(html).text) == []


@pytest.mark.parametrize("html", [HTML, report(empty())], ids=["year", "nothing"])
def test_nothing_runs_and_nothing_is_fetched(html: str) -> None:
    tags = Text(html).tags
    assert not [a for _, attrs in tags for a in attrs if a.startswith("on") or a in {"style", "src", "srcset", "action"}]
    assert not [attrs for _, attrs in tags if not (attrs.get("href") or "#").startswith("#")]
    assert not {t for t, _ in tags} & {"img", "iframe", "link", "object", "embed", "base", "script"}
    assert "url(" not in html and "@import" not in html and "default-src &#39;none&#39;" in html


def test_every_link_leads_somewhere() -> None:
    ids = {attrs["id"] for _, attrs in READ.tags if attrs.get("id")}
    assert {(attrs["href"] or "")[1:] for t, attrs in READ.tags if t == "a"} <= ids


def test_one_question_and_the_guards_answer_first() -> None:
    assert HTML.count("<h1>") == 1
    assert re.search(r'<h1>[^<]+\?</h1>\s*<p class="lead">3 findings stop something from being published', HTML)
    order = [
        HTML.index(f'<section id="{k}"')
        for k in ("findings", "year", "extent", "depth", "reach", "quality", "attention", "since", "definitions")
    ]
    assert order == sorted(order)


def test_every_finding_says_what_to_do() -> None:
    for finding in FINDINGS:
        assert finding.found.rstrip(".") in READ.text and finding.do in READ.text and finding.rule in READ.text
    assert READ.text.index("EM-16") < READ.text.index("EM-04") < READ.text.index("EM-02")


def test_every_table_has_a_caption_scopes_and_the_rule_below() -> None:
    assert HTML.count("<table") == HTML.count("<caption>") == HTML.count('<p class="m rule">') > 15
    assert HTML.count(RELEASE.profile_says) > HTML.count("<table")
    for head in re.findall(r"<thead>.*?</thead>", HTML, re.S):
        assert head.count("<th ") == head.count('scope="col"')


def test_every_figure_with_a_drawing_has_a_sentence_and_a_table() -> None:
    figures = re.findall(r'<figure class="fig">.*?</figure>', HTML, re.S)
    assert len(figures) > 15
    for figure in figures:
        assert "<table" in figure
        assert "<svg" not in figure or ("<figcaption>" in figure and 'aria-hidden="true"' in figure)


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(t[1]) for t, _ in READ.tags if t in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_invented_is_said_on_top_and_only_then() -> None:
    assert HTML.index('class="banner"') < HTML.index("<h1>") and "no such university exists" in READ.text
    real = report(replace(RELEASE, institution=Institution("Real")))
    assert "nvented" not in Text(real).text and 'class="banner"' not in real


def test_what_a_guard_stops_is_nowhere() -> None:
    """The claim that EM-04 stops, and the trend that EM-07 stops: this year's score stays, the year before and the change do not."""
    for text in (HTML, terminal()):
        assert CLAIMS[1].text not in text and CLAIMS[0].text in re.sub(r"\s+", " ", text)
        assert "8,888" not in text and "+1,111" not in text
    blocked = replace(RELEASE, findings=(replace(FINDINGS[0], indicators=("attendances",)),))
    for text in (report(blocked), terminal(blocked)):
        assert "12,480" not in text and "14,210" not in text and "147" in text


def test_a_withheld_cell_shows_its_sign_and_never_a_nought() -> None:
    table = re.search(r"<caption>Attendances by type of activity.*?</table>", HTML, re.S)
    assert table is not None
    row = re.search(r"<th scope=row>Citizen science(.*?)<tr|<th scope=row>Citizen science(.*)", table[0], re.S)
    assert row is not None and '<span class="wh">..</span>' in row[0] and "withheld: primary" in row[0] and ">0<" not in row[0]


def test_unknown_is_never_a_nought() -> None:
    nothing = words_of(report(empty()))
    assert "Nothing is known of how much was done." in nothing and "How deep the year went is not known." in nothing
    assert "Who was reached is not known" in nothing and not re.search(r"\b0 (events|attendances|people)", nothing)
    reason = replace(RELEASE, values=(replace(shown("involved_share"), text="..", reason="no depth is on file"),))
    assert section("depth", reason).lead == "How deep the year went is not known: no depth is on file."


def test_four_numbers_stand_apart_and_no_sum_of_them() -> None:
    """12,480 + 9,800 footfall, and the three ways of counting with and without what is no count: none of these sums is anywhere."""
    assert not {"22,280", "22,920", "13,120", "96,480"} & set(re.findall(r"[\d,]+", READ.text))
    assert "at least 84,000" in READ.text and "they are not added" in READ.text


def test_depth_by_activities_and_by_hours_stands_side_by_side() -> None:
    figure = next(b.figure for b in section("depth").blocks if "hours" in b.title)
    assert figure.head == ("Depth", ">Of activities", ">Of participant-hours")
    assert figure.sentence == "57\u00a0% of activities and 83\u00a0% of participant-hours stayed at D1 Inform, one way."
    assert [str(c) for c in figure.rows[-1]] == ["D5 Empower", "1\u00a0%", '<span class="wh">..</span>']


def test_reach_names_its_baseline_and_says_its_verdicts() -> None:
    lead = section("reach").lead
    assert (
        lead
        == "Under-represented: ethnic group Asian and age 65 and over; over-represented: age 16–24. For four of eight groups it cannot be told or is withheld."
    )
    blocks = [b for b in section("reach").blocks if b.title.startswith("By ")]
    assert len(blocks) == 3 and all("Residents of Westhaven aged 16 and over, census of 2021" in b.figure.sentence for b in blocks)
    rows = {str(r[0]): [str(c) for c in r] for b in blocks for r in b.figure.rows}
    assert rows["White"][-1] == "not determinable" and "0.80–1.22" in rows["White"]


def test_bounds_stand_with_the_value_and_go_with_it() -> None:
    from engagetree.render.research.reach import bounds

    said = replace(shown("representation_ratio", 0.6), least=0.4, most=1.0)
    assert bounds(said, None) == (0.4, 1.0) and bounds(replace(said, withheld="rule"), None) == (None, None)


def test_boards_are_drawn_seat_by_seat() -> None:
    """By hand: 3 + 2 + 3 + 1 + 2 seats of the community board, 4 + 2 + 5 of the health panel; 15 of the 22 vote; 7 are academic."""
    block = next(b for b in section("depth").blocks if "boards" in b.title)
    wide = str(block.figure.svg).split("</svg>")[0]
    key = 4  # marks of the key: one votes, one is a square
    assert len(re.findall(r'class="seat[ "]', wide)) == 22 + key
    assert wide.count('class="seat votes"') == 15 + 1
    assert wide.count('<rect class="seat') == 7 + 1
    assert "11 seats, 9 with a vote, 6 of those outside academia" in wide


def test_a_board_with_a_withheld_cell_is_not_drawn() -> None:
    values = tuple(
        replace(v, value=None, text="..", withheld="too few")
        if v.indicator == "board_seats" and v.at("board") == "Health panel" and v.at("right") == "advise"
        else v
        for v in RELEASE.values
    )
    block = next(b for b in section("depth", replace(RELEASE, values=values)).blocks if "boards" in b.title)
    wide = str(block.figure.svg).split("</svg>")[0]
    assert len(re.findall(r'class="seat[ "]', wide)) == 11 + 4 and "withheld or not known" in wide


def test_the_radar_has_named_rings_a_fixed_order_and_no_area() -> None:
    block = next(b for b in section("quality").blocks if b.title.startswith("EDGE"))
    wide = str(block.figure.svg).split("</svg>")[0]
    assert all(name in wide for name in ("Embryonic", "Developing", "Gripping", "Embedding"))
    axes = re.findall(r">(Mission|Leadership|Communication|Support|Learning|Recognition|Staff|Public|Students)<", wide)
    assert axes == ["Mission", "Leadership", "Communication", "Support", "Learning", "Recognition", "Staff", "Public", "Students"]
    assert "Z" not in "".join(re.findall(r' d="([^"]+)"', wide)) and "polygon" not in wide
    assert wide.count('class="knot full"') == 8, "students were not rated: a gap, and no dot in the middle"
    assert "It says nothing of any activity" in block.figure.sentence and len(block.figure.rows) == 9


def test_quality_has_no_number_and_says_what_claims_rest_on() -> None:
    lead = section("quality").lead
    assert not re.search(r"\d", lead) and "One claim of quality stands; cases against it were looked for." in lead
    assert "rests on 2 items; cases against it were looked for" in words_of(HTML)


def test_attention_stands_aside_and_is_not_drawn_or_added() -> None:
    part = section("attention")
    assert part.aside.startswith("Attention is not quality") and not any(b.figure.svg for b in part.blocks)
    assert 'id="attention" class="aside"' in HTML and "score version 2026.1, retrieved on 4 Aug 2026" in READ.text
    assert not [b for s in sections(Facts.of(RELEASE)) if s.key != "attention" for b in s.blocks if any("attention" in k for k in b.shows)]


@pytest.mark.parametrize(
    ("now", "then", "said", "why"),
    [
        ({"value": 147}, {"value": 131}, "+16", ""),
        ({"value": 131}, {"value": 131}, "no change", ""),
        ({"value": 90}, {"value": 131}, "−41", ""),
        ({"value": 147, "withheld": "x"}, {"value": 131}, "", "not comparable: one of the two is withheld"),
        ({"value": None, "reason": "x"}, {"value": 131}, "", "not comparable: one of the two is not known"),
        ({"value": 147, "method": "register"}, {"value": 131, "method": "footfall"}, "", "not comparable: counted by register now, by footfall before"),
        ({"value": 147, "notes": ("Not comparable: another form.",)}, {"value": 131}, "", "not comparable: not comparable: another form"),
    ],
)  # fmt: skip
def test_against_the_year_before(now: dict[str, object], then: dict[str, object], said: str, why: str) -> None:
    found = change(shown("events", **now), shown("events", **then), Facts.of(RELEASE))  # type: ignore[arg-type]
    assert found == (said, why)


@pytest.mark.parametrize(
    ("now", "low", "high", "said"),
    [(0.21, 0.15, 0.28, "no clear change"), (0.31, 0.29, 0.33, "+17\u00a0points"), (0.142, 0.141, 0.143, "no clear change")],
)
def test_shares_against_the_year_before(now: float, low: float, high: float, said: str) -> None:
    """Against 14 % (9 to 21): overlapping intervals, apart, and a change that would print as nought."""
    then = shown("involved_share", 0.14, low=0.09, high=0.21)
    found = change(shown("involved_share", now, low=low, high=high), then, Facts.of(RELEASE))[0]
    assert found.replace(" ", "\u00a0") == said.replace(" ", "\u00a0")


def test_rounding_is_no_change() -> None:
    """Numbers of people that are rounded to 5 and differ by 5."""
    facts, a, b = Facts.of(RELEASE), shown("unique_participants", 3415), shown("unique_participants", 3410)
    assert change(a, b, facts) == ("no clear change", "no more than rounding")
    exact = Facts.of(replace(RELEASE, profile="threshold10"))
    assert change(a, b, exact) == ("+5", "")


def test_definitions_stand_at_the_end_with_pitfalls_and_the_licence() -> None:
    end = words_of(HTML[HTML.index('<section id="definitions"') :])
    assert "Person-visits, not people." in end and "CC BY 4.0" in end and "casrai.org/dictionary/term/engagement-metric" in end
    assert "D3 Involve" in end and "0.5.0" in end


def test_hostile_text_is_only_text() -> None:
    bad = replace(
        RELEASE, institution=Institution(ATTACK, ATTACK, True, ATTACK), profile_says=ATTACK, notes=(ATTACK,), definition_version=ATTACK,
        labels={"type": {"talk": ATTACK}, "baseline": {"city": ATTACK}, "board": {"Health panel": ATTACK}, "unit": {"the university": ATTACK}},
        findings=tuple(replace(f, about=ATTACK, found=ATTACK, do=ATTACK, matched=ATTACK) for f in FINDINGS),
        claims=(replace(CLAIMS[0], text=ATTACK),), values=tuple(replace(v, notes=(ATTACK,), verdict=ATTACK) for v in RELEASE.values),
        indicators=tuple(replace(i, label=ATTACK, formula=ATTACK, pitfalls=(ATTACK,)) for i in RELEASE.indicators),
    )  # fmt: skip
    html = report(bad)
    assert "<script" not in html and "<img" not in html and ATTACK in Text(html).text
    assert "\x1b" not in terminal(replace(bad, institution=Institution("a\x1b[31mb")))


def test_the_terminal_says_the_same() -> None:
    said = terminal()
    assert (
        said.index("3 findings stop")
        < said.index("How much was done?")
        < said.index("How far did people take part?")
        < said.index("What attention was there?")
    )
    for number in ("12,480", "3,415", "at least 84,000", "not determinable", "withheld"):
        assert number in said
    assert terminal(empty()).count("is not known") >= 2


def test_an_indicator_of_ones_own_is_shown() -> None:
    own = replace(RELEASE.indicators[0], key="stalls", label="Market stalls", own=True)
    html = report(
        replace(RELEASE, indicators=(*RELEASE.indicators, own), values=(*RELEASE.values, replace(shown("events", 77), indicator="stalls")))
    )
    assert "Market stalls" in html and "Defined by the institution" in html and "77" in Text(html).text


def test_words_not_to_say() -> None:
    from test_render_sentences import DO_NOT_SAY

    own = re.sub("|".join(re.escape(c.text) for c in CLAIMS), "", READ.text)
    assert re.findall(DO_NOT_SAY, own) == [] and "!" not in own and "user" not in own.lower().split()


def test_numbers_of_a_sentence_stand_in_its_table() -> None:
    """Check 9 of the experience design. Counts of rows and the bounds of a scale are no numbers of the year."""
    for made in sections(Facts.of(RELEASE)):
        for block in made.blocks:
            f = block.figure
            if made.key == "quality" and ("Levels" in f.sentence or f.sentence.startswith(("Of ", "1 is"))):
                continue
            told = re.sub(r"\bD[0-5]\b|95 %( Wilson)?|leaves out 1|census of 2021|aged 16", "", f.sentence)
            numbers = set(re.findall(r"\d[\d,.]*\d|\d", told))
            table = set(re.findall(r"\d[\d,.]*\d|\d", " ".join(plain(c) for row in f.rows for c in row)))
            assert numbers <= table, (block.title, f.sentence)


def test_a_baseline_without_a_label_is_named_by_its_notes() -> None:
    note = "10 % in Census 2021, ethnic group (Westhaven, 2021-03-21)"
    values = tuple(replace(v, notes=(note,)) if v.at("group") == "Asian" else v for v in RELEASE.values)
    found = section("reach", replace(RELEASE, values=values, labels={}))
    assert "Census 2021, ethnic group (Westhaven, 2021-03-21)" in found.blocks[0].figure.sentence


def test_a_share_of_few_records_is_said_as_parts_of_a_whole_and_of_people_it_is_not() -> None:
    """A percentage of 8 decision roles says more than there is; of people the parts would tell who."""
    facts = Facts.of(RELEASE)
    assert next(v.text for v in facts.split("shared_governance_share", "right") if v.at("right") == "budget") == "2 of 8"
    few = replace(
        RELEASE, values=(shown("follow_up_rate", 0.25, of=8),), indicators=tuple(replace(i, numerator="x") for i in RELEASE.indicators)
    )
    assert Facts.of(few).whole("follow_up_rate").text == "25 %"  # type: ignore[union-attr]


def test_a_large_year_stays_a_page() -> None:
    """200 boards, 300 rated studies, 40 types for 15 audiences at 5 depths: what is not drawn stands in the table, and it says so."""
    seats = tuple(shown("board_seats", 1, board=f"b-{i:03d}", sector="education", right="vote") for i in range(200))
    rated = tuple(
        shown("uk_standards_level", None, text="leading", level="leading", low=4, high=4, unit=f"study-{i:03d}", criterion="impact")
        for i in range(300)
    )
    events = tuple(
        shown("events", 2, type=f"type_{a}", audience=f"audience_{b}", depth=f"D{d}")
        for a in range(40)
        for b in range(15)
        for d in range(1, 6)
    )
    html = report(replace(RELEASE, values=(*seats, *rated, *events)))
    assert len(html.encode()) < 3_000_000
    assert "The first 25 of 200 boards are drawn." in html and "The first 25 of 300 units are drawn." in html
    assert html.count("<th scope=row>b-") == 200 and html.count("<th scope=row>study-") == 300
    assert ">30</text>" in html, "2 events for each of 15 audiences, all of them published"


def test_events_over_audiences_are_not_summed_where_one_is_withheld() -> None:
    cells = (
        shown("events", 7, type="talk", audience="public", depth="D1"),
        shown("events", withheld="rule", type="talk", audience="schools", depth="D1"),
    )
    block = section("extent", replace(RELEASE, values=cells)).blocks[0]
    assert ">..</text>" in block.figure.svg and ">7</text>" not in block.figure.svg


def test_a_small_number_is_said_in_words_and_is_neither_unknown_nor_withheld() -> None:
    """The profile that shows 1 to 4 people as “fewer than 5”."""
    small = shown("unique_participants", None, text="fewer than 5")
    said = section("extent", replace(RELEASE, values=(shown("events", 3), small), before=()))
    assert said.lead.startswith("3 events and fewer than 5 people known by register.")
    assert change(small, shown("unique_participants", 40), Facts.of(RELEASE)) == (
        "",
        "not comparable: one of the two is too small for a number",
    )
