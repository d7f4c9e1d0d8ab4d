"""The report as one file: what must and must not be in it. The rules are those of the experience design, checks 1, 3, 9 and 11."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample import AS_OF, ATTACK, BANDS, DEFINITION, SIGNALS, data, edges, people, person, report_data
from test_render_sentences import DO_NOT_SAY

import engagetree.render
from engagetree.render.lead import lead
from engagetree.render.notebook import explanation_html
from engagetree.render.report import Slip, foot_of_page, listed, report

DATA = data()
HTML = report(DATA)
EDGE = report(report_data(tuple(e for n, (e, d) in edges().items() if d is DEFINITION and n != "cohort")))
NOTEBOOK = [explanation_html(e, d) for e, d in edges().values()]


class Text(HTMLParser):
    """The words that a reader sees, without style and script, and every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.hidden += tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


PAGES = [pytest.param(h, id=f"page {i}") for i, h in enumerate([HTML, EDGE, *NOTEBOOK])]


@pytest.mark.parametrize("html", PAGES)
def test_no_number_that_is_none(html: str) -> None:
    assert re.findall(r"\bNone\b|\bnan\b|\bNaN\b|\binf\b|[+−-]0(?![\d.–])|\{\{|\{%", Text(html).text) == []
    assert "NaN" not in html and "None" not in re.sub(r"'none'|:none", "", html)


@pytest.mark.parametrize("html", PAGES)
def test_nothing_runs_and_nothing_is_fetched(html: str) -> None:
    tags = Text(html).tags
    assert not [a for _, attrs in tags for a in attrs if a.startswith("on") or a in {"style", "src", "srcset", "action"}]
    assert not [attrs for _, attrs in tags if not (attrs.get("href") or "#").startswith("#")]
    assert not {t for t, _ in tags} & {"img", "iframe", "link", "object", "embed", "base"}
    assert "url(" not in html and "@import" not in html


def test_hostile_names_are_only_text() -> None:
    assert ATTACK in Text(EDGE).text and "<script>alert" not in EDGE and "<img" not in EDGE
    named = replace(
        DATA,
        definition=replace(DEFINITION, title=ATTACK, reason=ATTACK),
        unknown=(ATTACK,),
        account=(ATTACK,),
        sources=((ATTACK, None, 1),),
    )
    html = report(
        replace(named, attribution=(ATTACK,), slipping=(Slip(ATTACK, 60, 50, AS_OF, ATTACK, True, "at_risk"),), never_validated_note=ATTACK)
    )
    assert "<script>alert" not in html and "<img" not in html


def test_the_foot_of_the_page_cannot_end_its_string() -> None:
    assert foot_of_page('"}</style>\\').count('"') == foot_of_page("x").count('"')
    assert "</style" not in foot_of_page("</style>")


def test_one_question_one_answer_first() -> None:
    assert HTML.count("<h1>") == 1
    assert re.search(
        r'<h1>[^<]+\?</h1>\s*<p class="lead">26 of 60 are below 60, 6 more than four weeks ago; contribution has the most room\.', HTML
    )


def test_the_lead_by_hand() -> None:
    """Counted here from the sample: below 60 now, and in the period that ended 28 days earlier."""
    now = sum(s is not None and s < 60 for s in DATA.scores)
    before = next(b for b in DATA.bands_over_time if b.as_of == AS_OF - timedelta(days=28))
    was = before.counts["at_risk"] + before.counts["low"]
    assert lead(DATA).startswith(f"{now} of 60 are below 60, {abs(now - was)} {'more' if now > was else 'fewer'} than four weeks ago")


@pytest.mark.parametrize("scores", [(), (None, None)])
def test_a_programme_without_any_score(scores: tuple[None, ...]) -> None:
    """Nothing to draw, and no traceback: a sentence that says why."""
    nobody = edges()["no score"][0]
    empty = replace(
        DATA, whole=replace(nobody, is_cohort=True), cohorts=(), people=(nobody,) * len(scores), people_total=len(scores), scores=scores,
        bands_over_time=(), slipping=(), unknown=(), sources=(), account=(), marks=(),
    )  # fmt: skip
    assert "Nobody has a score yet: " in report(empty)


def test_every_table_has_a_caption_and_scopes() -> None:
    assert HTML.count("<table") == HTML.count("<caption>")
    for head in re.findall(r"<thead>.*?</thead>", HTML, re.S):
        assert head.count("<th ") == head.count('scope="col"')


def test_every_participant_shows_four_values_beside_the_score() -> None:
    rows = re.findall(r"<tbody id=.*?<tr class=more>", HTML, re.S)
    assert len(rows) == 60 and all(row.count('class="n v"') == len(SIGNALS) for row in rows)


def test_every_score_has_a_glyph_and_a_word() -> None:
    for chip in re.findall(r'<span class="chip">(.*?)</span>', HTML):
        assert chip.startswith('<svg class="glyph"')
        words = re.sub(r"<svg.*?</svg>", "", chip).strip()
        assert any(words.startswith(label) for label in [*(b.label for b in BANDS), "Not enough data yet"])


def test_not_validated_until_it_is() -> None:
    assert "Not yet validated against outcomes" in HTML
    validated = replace(
        DATA, validated=True, whole=replace(DATA.whole, validated=True), people=tuple(replace(p, validated=True) for p in DATA.people)
    )
    assert "ot yet validated" not in report(validated)


def test_of_many_people_only_some_are_listed_and_it_says_so() -> None:
    members = tuple(person(f"m{i:04d}", {s.key: (i * 37) % 101 / 1.0 for s in SIGNALS}, history=()) for i in range(501))
    d = replace(
        DATA,
        people=members,
        people_total=501,
        scores=tuple(m.score for m in members),
        slipping=(Slip("m0002", 80, 74, AS_OF, "Away.", True, "solid"),),
    )
    shown, left_out = listed(d)
    assert all(p.subject == "m0002" or (p.score or 0) < 60 for p in shown) and 0 < len(shown) < 501
    assert left_out.startswith(f"{len(shown)} of 501 people are listed: those slipping or below 60.")
    assert left_out in Text(report(d)).text


def test_clear_falls_come_first() -> None:
    order = [p.subject for p in listed(DATA)[0]]
    falls = [s.participant for s in DATA.slipping if s.clear]
    assert max(order.index(f) for f in falls) < order.index("p-060")


def test_three_hundred_and_eighty_three_people_fit() -> None:
    """A year's course: size in bytes, not time, because this machine is shared."""
    members = tuple(replace(p, subject=f"{p.subject}-{i}") for i in range(7) for p in people())[:383]
    assert len(report(report_data(members)).encode()) < 5_000_000


def test_words_not_to_say() -> None:
    """The "do not say" column of the design, over the templates, the program text that holds words, and the pages."""
    folder = Path(engagetree.render.__file__).parent
    template = re.sub(r"<[^>]+>|\{%.*?%\}|\{\{.*?\}\}", " ", (folder / "templates/report.html").read_text(encoding="utf-8"))
    said = [s for f in sorted(folder.rglob("*.py")) for s in re.findall(r'"([^"\n]*)"', f.read_text(encoding="utf-8"))]
    for text in (template, *said, Text(HTML).text):
        assert re.findall(DO_NOT_SAY, text) == []
    assert "!" not in template


def test_sources_say_until_when() -> None:
    assert "Zoom: until Tue 18 Nov 2025, 12:00, 1,204 events" in Text(HTML).text
