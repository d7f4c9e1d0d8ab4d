"""The programme tree and the metrics as they are shown: 40 nodes stay readable, hypotheses are marked, what is printed adds up."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from forty import ACTS, all_metrics, forty
from rich.console import Console
from sample import ATTACK, DEFINITION

from engagetree.render import words
from engagetree.render.figure import plain, standalone
from engagetree.render.metrics import days_figure, metrics_figure, metrics_html
from engagetree.render.programme import guessed, influences_figure, lines, programme_figure, programme_html, sentence
from engagetree.render.programme_terminal import show_metrics, show_tree

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NOT_SAID = re.compile(r"\bNone\b|\bnan\b|[+−]0(?![.\d])|-\d")


def printed(show: Any, *what: Any, width: int | None = None) -> str:
    out = StringIO()
    show(Console(file=out, color_system=None, width=width, force_terminal=width is not None), *what, DEFINITION)
    return out.getvalue()


def test_it_has_forty_nodes() -> None:
    tree = forty()
    assert sum(not b.again for _, b in tree.walk()) == 40 and max(d for d, _ in tree.walk()) >= 5


def test_every_node_has_one_line_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    tree = forty()
    shown = lines(tree, DEFINITION)
    assert [s.label for s in shown] == [words.clean(b.label) for _, b in tree.walk()]
    said = printed(show_tree, tree)
    assert all(words.clean(b.label) in said for _, b in tree.walk()) and not NOT_SAID.search(said.replace("-11-", ""))


def test_hypotheses_are_marked_and_named() -> None:
    """18 influences in `forty.py`: one was observed, one tested, one refuted; one is of a node that stands above already."""
    tree = forty()
    said = printed(show_tree, tree)
    assert guessed(tree) == "18 of these are hypotheses (dashed), never added up." and guessed(tree) in said
    dashed = [line for line in said.splitlines() if "╌ " in line]
    assert len(dashed) == 18
    assert any("Heads" in line and "below the line" in line and "╌ " not in line for line in said.splitlines())
    assert "lowered it in a trial" in said and "not found to raise it" in said and "see above" in said
    figure = influences_figure(tree)
    assert figure is not None and len(figure.rows) == 18
    observed = next(r for r in figure.rows if "observed" in r)
    assert [plain(c) for c in observed] == [
        "Engagement", "may raise “Used”", "4 weeks later", "observed", "214", "0.31", "0.05 to 0.57",
        "regression on the score without completion", "20 Oct 2025"]  # fmt: skip
    assert "−4.4 to −0.4" in plain(next(r for r in figure.rows if "tested" in r)[6])


def test_what_is_printed_adds_up() -> None:
    """Weights, points to gain of the signals; shares of a sum. All from the printed text."""
    shown = lines(forty(), DEFINITION)
    signals = [s for s in shown if s.branch.kind == "signal"]
    whole = next(s for s in shown if s.branch.kind == "score")
    number = re.compile(r"[\d.]+")
    assert round(sum(float(number.search(s.weight)[0]) for s in signals), 6) == 100  # type: ignore[index]
    assert round(sum(float(s.gain) for s in signals), 6) == float(whole.gain) == round(100 - float(whole.value), 6)
    parts = [s for s in shown if s.branch.key in ACTS]
    assert len(parts) == 7 and round(sum(float(number.search(s.weight)[0]) for s in parts), 6) == 100  # type: ignore[index]


def test_below_twenty_there_is_no_percentage() -> None:
    """6 of 9 came again: not 67 %, no range, no change in points of a percent."""
    line = next(s for s in lines(forty(), DEFINITION) if s.branch.key == "coming_again")
    assert (line.value, line.likely, line.gain, line.change) == ("6 of 9", "", "", words.DASH)
    again = next(s for s in lines(forty(), DEFINITION) if s.branch.key == "again")
    assert again.value == "57\u00a0%" and again.likely == "36–76"


def test_the_unknown_has_a_dash_and_its_reason() -> None:
    figure = programme_figure(forty(), DEFINITION)
    row = next(r for r in figure.rows if "Handed in late" in plain(r[0]))
    assert plain(row[1]) == words.DASH and "nobody here has an outcome “late” yet" in plain(row[0]).lower().replace("nobody", "nobody")


def test_the_sentence_names_what_stands_in_the_table() -> None:
    tree = forty()
    said, figure = sentence(tree, DEFINITION), programme_figure(forty(), DEFINITION)
    assert said.startswith("Engagement is ") and "Used and Used a breakout room miss their thresholds." in said
    cells = " ".join(plain(c) for r in figure.rows for c in r) + figure.caption
    for number in re.findall(r"\d+\.\d", said):
        assert number in cells
    assert "below 60" in cells and "below 50" in cells


def test_a_mismatch_is_told_where_it_is_and_on_top() -> None:
    from dataclasses import replace

    tree = forty()
    root = replace(tree.root, mismatch="its parts make 4, its own value is 5")
    said = sentence(replace(tree, root=root, mismatches=("People use what they learned does not add up: its parts make 4.",)), DEFINITION)
    assert said.endswith("does not add up: its parts make 4.")


def test_it_fits_eighty_columns_and_cuts_nothing_off() -> None:
    tree = forty()
    for width in (80, 100, 200):
        said = printed(show_tree, tree, width=width)
        assert max(len(line.rstrip()) for line in said.splitlines()) <= width
        for label in ("Would recommend it", "Used a breakout room", "Final step", "Active in 28 days"):
            assert label.split()[0] in said
        assert "…" not in said
        metrics = printed(show_metrics, all_metrics(), width=width)
        assert max(len(line.rstrip()) for line in metrics.splitlines()) <= width and "…" not in metrics


def test_metrics_tell_how_active_days_are_spread() -> None:
    """Two camps: 24 of 47 were active on 5 days or fewer: 9 + 4 + 6 + 3 + 2."""
    said = printed(show_metrics, all_metrics())
    assert "people by active days, 1 to 28: " in said and "half were active on 5 or fewer, 9 on a single one" in said
    sticky = next(m for m in all_metrics().values if m.key == "sticky")
    assert "half of 47 people were active on 5 of 28 days or fewer" in days_figure(sticky).sentence
    assert [plain(c) for c in days_figure(sticky).rows[0]] == ["1 day", "9"]
    figure = metrics_figure(all_metrics(), DEFINITION)
    assert len(figure.rows) == 27 and figure.sentence == "27 metrics beside the score; one of them is not known."


def test_nothing_from_outside_is_obeyed() -> None:
    html = str(programme_html(forty(), DEFINITION)) + str(metrics_html(all_metrics(), DEFINITION))
    assert ATTACK not in html and "<script" not in html and "<img" not in html and "&lt;script&gt;" in html


# ---- in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        opened = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], headless=True)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tree") / "tree.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tree</title>'
    path.write_text(head + str(standalone(programme_html(forty(), DEFINITION) + metrics_html(all_metrics(), DEFINITION))), "utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1240])
def test_forty_nodes_stay_readable(browser: Any, page: Path, scheme: str, width: int) -> None:
    """No sideways scroll of the page; on a wide one nearly every node is one line, all of the table is in sight, and names never overlap."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    try:
        tab = context.new_page()
        tab.goto(page.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        rows = tab.evaluate("[...document.querySelectorAll('figure')][0].querySelectorAll('tbody tr').length")
        assert rows == 41, "40 nodes, and one that stands above already"
        if width == 320:
            return
        heights = tab.evaluate("[...[...document.querySelectorAll('figure')][0].querySelectorAll('tbody tr')].map(r => r.offsetHeight)")
        assert sum(h < 34 for h in heights) >= 38, heights
        region = "document.querySelector('figure .scroll')"
        assert tab.evaluate(f"{region}.scrollWidth - {region}.clientWidth") <= 0
        boxes = tab.evaluate(
            "[...document.querySelectorAll('figure svg.wide')][0].querySelectorAll('text').length"
            " ? [...[...document.querySelectorAll('figure svg.wide')][0].querySelectorAll('text')].map(t => {"
            "const b = t.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]}) : []"
        )
        assert boxes, "the larger parts of the map are named"
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                assert a[1] <= b[0] + 1 or b[1] <= a[0] + 1 or a[3] <= b[2] + 2 or b[3] <= a[2] + 2, (a, b)
    finally:
        context.close()
