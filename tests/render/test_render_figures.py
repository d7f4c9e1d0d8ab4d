"""A figure's three parts say the same. Areas are computed from the rectangles that were drawn, numbers read back out of the HTML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample import AS_OF, DEFINITION, SIGNALS, data, edges, many, people, person

from engagetree.findings import Explanation
from engagetree.render import figures
from engagetree.render.breakdown import breakdown
from engagetree.render.figure import Figure, plain
from engagetree.render.marks import dots, letters, svg
from engagetree.render.marks.field import field
from engagetree.render.marks.histogram import edges as bar_edges
from engagetree.render.marks.histogram import tally
from engagetree.render.marks.waterfall import shown, waterfall

NUMBER = re.compile(r"[+−]?\d+(?:,\d{3})*(?:\.\d+)?")
EDGES = edges()


def all_figures() -> Iterator[tuple[str, Figure]]:
    d = data()
    yield "spread", figures.spread_figure(d.scores, DEFINITION)
    yield "bands", figures.bands_figure(d.bands_over_time, DEFINITION, d.marks)
    yield "cohorts", figures.cohorts_figure(d.cohorts, DEFINITION)
    apart = [
        person("Low", dict.fromkeys(("attendance", "interaction", "contribution", "completion"), v), is_cohort=True) for v in (20.0, 80.0)
    ]
    yield "cohorts apart", figures.cohorts_figure(apart, DEFINITION)
    for name, (e, definition) in EDGES.items():
        yield f"breakdown {name}", figures.breakdown_figure(e, definition)
        yield f"history {name}", figures.history_figure(e, definition)
        yield f"dots {name}", figures.dots_figure(e, definition)


FIGURES = dict(all_figures())


@pytest.mark.parametrize("name", FIGURES)
def test_every_number_of_the_sentence_is_in_the_table(name: str) -> None:
    if name == "breakdown cohort":
        pytest.skip("the number of people of a cohort stands in the table of cohorts")
    figure = FIGURES[name]
    cells = NUMBER.findall(" ".join(plain(c) for row in figure.rows for c in row) + figure.caption)
    reason = NUMBER.findall("first prompt on Thu 27 Nov")
    assert [n for n in NUMBER.findall(figure.sentence) if n not in cells and n not in reason and n != "20"] == []


@pytest.mark.parametrize("name", FIGURES)
def test_the_drawing_is_well_formed_and_hidden_from_screen_readers(name: str) -> None:
    for drawing in re.findall(r"<svg.*?</svg>", str(FIGURES[name].svg)):
        root = ET.fromstring(drawing)
        assert root.get("aria-hidden") == "true"
        assert not [e for e in root.iter() if e.get("style") or any(k.startswith("on") for k in e.attrib)]


def rects(drawing: str, kind: str) -> list[tuple[float, float, float, float]]:
    found = [r.attrib for r in ET.fromstring(drawing).iter("rect") if r.get("class") == kind]
    return [(float(r["x"]), float(r["y"]), float(r["width"]), float(r["height"])) for r in found]


def check_area(e: Explanation, definition: object) -> None:
    """Filled area is the score, empty area is what it lacks to 100; columns touch and do not overlap."""
    for width in (svg.WIDE, svg.SLIM):
        drawing = str(field(breakdown(e, definition).parts, width))  # type: ignore[arg-type]
        filled, empty = rects(drawing, "filled"), rects(drawing, "empty")
        area = [sum(w * h for _, _, w, h in r) for r in (filled, empty)]
        assert 100 * area[0] / sum(area) == pytest.approx(e.score, abs=0.02)
        assert all(b[0] == pytest.approx(a[0] + a[2], abs=0.02) for a, b in pairwise(filled))


@pytest.mark.parametrize("name", [n for n, (e, _) in EDGES.items() if e.score is not None])
def test_the_filled_area_is_the_score(name: str) -> None:
    check_area(*EDGES[name])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.floats(0, 100), min_size=n, max_size=n)))
def test_the_filled_area_is_the_score_for_any_signals(values: list[float]) -> None:
    definition = many(len(values))
    check_area(person("p", {f"s{i}": v for i, v in enumerate(values)}, definition), definition)


@pytest.mark.parametrize("width", [svg.WIDE, svg.SLIM])
@pytest.mark.parametrize("name", [n for n, (e, _) in EDGES.items() if e.score is not None])
def test_no_label_of_the_field_is_cut_off(name: str, width: int) -> None:
    """Every name is there in full, and every text lies within the drawing by the width that it is expected to need."""
    e, definition = EDGES[name]
    drawing = str(field(breakdown(e, definition).parts, width))
    texts = list(ET.fromstring(drawing).iter("text"))
    words = " ".join("".join(t.itertext()) for t in texts)
    for signal in (n for n in e.tree.children if n.value is not None):
        assert all(w in words for w in signal.label.split())
    for t in texts:
        said, x = "".join(t.itertext()), float(t.get("x", 0))
        kind = set((t.get("class") or "").split())
        w = letters.width(said)
        left = x - w / 2 if "mid" in kind else x - w if "end" in kind else x
        assert left >= -1 and left + w <= width + 1, said


def test_a_bar_never_belongs_to_two_bands() -> None:
    bounds = bar_edges(DEFINITION, 5)
    assert {0.0, 40.0, 60.0, 80.0, 100.0} <= set(bounds)
    scores = [s for s in data().scores if s is not None]
    assert sum(tally([*scores, 100.0, 0.0], bounds)) == len(scores) + 2


def test_twenty_dots() -> None:
    """57, likely 51–63: with a bell of half-width 6 the chance above 60 is 16 %, three in twenty (normal table: z = 0.98)."""
    assert dots.shares(57, 51, 63, DEFINITION) == [(2, 17), (1, 3)]
    assert sum(n for _, n in dots.shares(57, 30, 99, DEFINITION)) == 20


def test_a_waterfall_leads_from_the_printed_start_to_the_printed_end() -> None:
    steps = [("attendance", 1.2), ("interaction", -2.3), ("contribution", -8.1), ("formula", 0.1)]
    assert sum(shown(66.0, [d for _, d in steps], 56.9)) == 57 - 66
    ET.fromstring(str(waterfall(66.0, steps, 56.9, svg.WIDE)))


def test_a_figure_in_a_mail_and_in_a_notebook() -> None:
    figure = FIGURES["breakdown silent"]
    assert "23.1" in figure.text() and "<" not in figure.text()
    assert figure._repr_html_().startswith('<div class="et"><style>')


def test_a_period_without_a_score_is_a_gap() -> None:
    history = people()[0].history
    broken = (*history[1:4], history[0], *history[4:])
    e = person("p", {s.key: 50.0 for s in SIGNALS}, history=broken, as_of=AS_OF)
    assert str(figures.history_figure(e, DEFINITION).svg).count('class="way"') == 4  # two stretches, drawn wide and slim
