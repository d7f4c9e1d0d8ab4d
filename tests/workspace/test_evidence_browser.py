"""The report with its evidence in a real browser: every picture whole, in light and dark, wide and narrow. Skipped without Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from courses import courses, definition, imported

pytestmark = pytest.mark.browser
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LONG = "Being there and saying so, each time that something was offered in the evening"

CUT_OFF = """[...document.querySelectorAll('#evidence figure svg')].filter(s => s.getClientRects().length).flatMap(s => {
    const box = s.getBoundingClientRect();
    return [...s.querySelectorAll('text')].filter(t => { const r = t.getBoundingClientRect();
      return r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1 }).map(t => t.textContent) })"""
OVERLAP = """[...document.querySelectorAll('#evidence figure svg')].filter(s => s.getClientRects().length).flatMap(s => {
    const all = [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]).filter(t => t[0].trim());
    return all.flatMap(([a, r], i) => all.slice(i + 1).filter(([b, q]) =>
      r.left + 1 < q.right && q.left + 1 < r.right && r.top + 3 < q.bottom && q.top + 3 < r.bottom).map(([b]) => [a, b])) })"""
CROSSED = """[...document.querySelectorAll('#evidence figure svg.pairs')].filter(s => s.getClientRects().length).flatMap(s => {
    const lines = [...s.querySelectorAll('line.axis')].map(l => l.getBoundingClientRect());
    return [...s.querySelectorAll('text')].filter(t => { const q = t.getBoundingClientRect(); return lines.some(r =>
      r.left > q.left && r.left < q.right - 1 && r.top < q.bottom - 3 && q.top + 3 < r.bottom) }).map(t => t.textContent) })"""

TOO_WIDE = """[...document.querySelectorAll('#evidence *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 &&
    !e.closest('.scroll') && !e.closest('svg')).map(e => e.outerHTML.slice(0, 120))"""


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
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Enough people and hardly any; one driver's label is far too long."""
    out = {}
    for name, people in (("many", 120), ("few", 7)):
        made, folder = courses(people=people), tmp_path_factory.mktemp(name)
        signals = definition()["signals"]
        signals["contribution"]["drivers"]["share"]["label"] = LONG
        with imported(made.with_(defined=definition(signals=signals)), folder) as work:
            work.evidence("passed", leave_out=["completion"], groups="region" if name == "many" else None)
            out[name] = work.report()
            kept = tmp_path_factory.mktemp(f"{name}-report") / "report.html"
            out[name] = Path(shutil.copy(out[name], kept))
    return out


class Opened:
    def __init__(self, browser: Any, path: Path, width: int, scheme: str) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page, self.said = self.context.new_page(), []
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("request", lambda r: self.said.append(r.url) if r.url != path.as_uri() else None)
        self.page.goto(path.as_uri())
        self.page.evaluate("document.querySelectorAll('#evidence details').forEach(d => d.open = true)")

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


WAYS = [(n, w, s) for n in ("many", "few") for w in (320, 640, 1240) for s in ("light", "dark")]


@pytest.mark.parametrize(("name", "width", "scheme"), WAYS)
def test_every_picture_is_whole(browser: Any, reports: dict[str, Path], name: str, width: int, scheme: str) -> None:
    with Opened(browser, reports[name], width, scheme) as v:
        assert v.page.evaluate(CUT_OFF) == []
        assert v.page.evaluate(OVERLAP) == []
        assert v.page.evaluate(CROSSED) == []
        assert v.page.evaluate(TOO_WIDE) == []
        assert v.said == []


def test_all_four_pictures_are_there_each_below_its_question(browser: Any, reports: dict[str, Path]) -> None:
    with Opened(browser, reports["many"], 1240, "light") as v:
        seen = v.page.evaluate("[...document.querySelectorAll('#evidence figure svg')].filter(s => s.getClientRects().length).length")
        titles = v.page.locator("#evidence h3").all_inner_texts()
    assert seen == 4
    assert titles[:2] == ["What does a band mean?", "Do chances come true?"] and "Does each weight do what it says?" in titles


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_in_the_pictures_can_be_read(browser: Any, reports: dict[str, Path], scheme: str) -> None:
    """Contrast by WCAG's formula, worked out here, of every text in a picture against the page."""
    look = """[...document.querySelectorAll('#evidence figure svg text')].filter(t => t.getClientRects().length).map(t =>
        [t.textContent, getComputedStyle(t).fill, getComputedStyle(document.body).backgroundColor])"""
    with Opened(browser, reports["many"], 1240, scheme) as v:
        found = v.page.evaluate(look)
    assert found
    assert [t for t, ink, paper in found if contrast(ink, paper) < 4.5] == []


def contrast(a: str, b: str) -> float:
    def light(colour: str) -> float:
        parts = [int(x) / 255 for x in re.findall(r"\d+", colour)[:3]]
        r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["many", "few"])
def test_what_is_printed_has_true_minus_signs_and_no_plus_nought(browser: Any, reports: dict[str, Path], name: str) -> None:
    with Opened(browser, reports[name], 1240, "light") as v:
        text = v.page.locator("#evidence").inner_text()
    assert re.findall(r"(?<![\w-])-\d", text) == []
    assert re.findall(r"[+−]0(?:\.0+)?(?![.\d])", text) == []
    assert not re.search(r"\bpredict|significan|accura|\bnan\b|\bNone\b|\binf\b", text), text
    assert "Does not hold: Not so" not in text and "cannot tell Cannot tell" not in text


def test_the_axis_of_the_ranking_begins_at_chance_or_below_and_says_so(browser: Any, reports: dict[str, Path]) -> None:
    """Heights of the labels are proportional to what they say; nothing is drawn below the lowest of them."""
    look = """(() => { const s = [...document.querySelectorAll('#evidence figure svg.auc')].find(s => s.getClientRects().length);
        return [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect().top]) })()"""
    with Opened(browser, reports["many"], 1240, "light") as v:
        marks = [(float(t), y) for t, y in v.page.evaluate(look) if re.fullmatch(r"[01]\.\d", t)]
    values, heights = [m[0] for m in marks], [m[1] for m in marks]
    assert min(values) <= 0.5 and max(values) == 1.0
    steps = {round((b - a) / (v - u)) for (u, a), (v, b) in pairwise(marks)}
    assert len(steps) == 1 and heights == sorted(heights, reverse=True)
