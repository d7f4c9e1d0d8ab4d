"""The report in a real browser: nothing leaves, nothing overflows, it prints, and it works without script.

Skipped where Chromium is missing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sample import DEFINITION, data, edges, people, report_data

from engagetree.render.notebook import explanation_html
from engagetree.render.report import report

pytestmark = pytest.mark.browser
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = "axe-core@4.14.1"


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
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    cases = {n: e for n, (e, d) in edges().items() if d is DEFINITION and n != "cohort"}
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Edges</title>'
    html = {
        "report": report(data()),
        "edges": report(report_data(tuple(cases.values()))),
        "few": report(report_data(people()[:12])),
        "notebook": head + "<main><h1>Edges</h1>" + "".join(explanation_html(e, d) for e, d in edges().values()) + "</main>",
    }
    for name, text in html.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in html}


class Visit:
    """An open page with everything that it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1240, **context: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **context)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def unfold(page: Any, most: int = 40) -> None:
    page.evaluate(f"document.querySelectorAll('details').forEach((d, i) => {{ if (i < {most}) d.open = true }})")


@pytest.mark.parametrize("name", ["report", "edges", "notebook"])
def test_no_request_leaves_and_nothing_is_complained_of(browser: Any, pages: dict[str, Path], name: str) -> None:
    with Visit(browser, pages[name]) as v:
        unfold(v.page)
        assert v.asked == [pages[name].as_uri()]
        assert v.said == []
        assert v.page.evaluate("typeof window.x") == "undefined"


@pytest.mark.parametrize("name", ["report", "edges", "notebook"])
@pytest.mark.parametrize(("width", "size"), [(320, 100), (1240, 100), (640, 200)])
def test_no_sideways_scroll(browser: Any, pages: dict[str, Path], name: str, width: int, size: int) -> None:
    with Visit(browser, pages[name], width) as v:
        unfold(v.page)
        v.page.evaluate(f"document.documentElement.style.fontSize = '{size}%'")
        assert v.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [320, 1240])
def test_one_drawing_of_each_figure_is_shown_and_no_text_leaves_it(browser: Any, pages: dict[str, Path], width: int) -> None:
    with Visit(browser, pages["notebook"], width) as v:
        out = """[...document.querySelectorAll('figure svg')].filter(s => s.getClientRects().length).flatMap(s => {
            const box = s.getBoundingClientRect();
            return [...s.querySelectorAll('text')].filter(t => { const r = t.getBoundingClientRect();
              return r.left < box.left - 12 || r.right > box.right + 12; }).map(t => t.textContent) })"""
        assert v.page.evaluate(out) == []
        assert v.page.evaluate("[...document.querySelectorAll('svg.field')].filter(s => s.getClientRects().length).length") == len(
            [e for e, _ in edges().values() if e.score is not None]
        )


def test_without_script_everybody_is_there(browser: Any, pages: dict[str, Path]) -> None:
    with Visit(browser, pages["report"], java_script_enabled=False) as v:
        assert v.page.locator("#list > tbody").count() == 60
        v.page.locator("#p0 summary").first.click()
        assert v.page.locator("#p0 svg.field.wide").is_visible()
        assert not v.page.locator("#filter").is_visible()


def test_the_filter_and_the_link_from_those_slipping(browser: Any, pages: dict[str, Path]) -> None:
    with Visit(browser, pages["report"]) as v:
        v.page.fill("#filter input", "p-03")
        assert v.page.locator("#filter output").inner_text() == "10 of 60 shown"
        v.page.fill("#filter input", "")
        v.page.select_option("#filter select", "At risk")
        assert v.page.locator("#filter output").inner_text() == "14 of 60 shown"
        v.page.select_option("#filter select", "")
        link = v.page.locator("#slipping a").first
        link.click()
        target = link.get_attribute("href")
        assert v.page.locator(f"{target} details").first.evaluate("d => d.open")


def test_printed_tables_are_open_and_each_page_has_its_foot(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    with Visit(browser, pages["report"], color_scheme="dark") as v:
        v.page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    done = subprocess.run(["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"], capture_output=True, text=True, check=True)
    sheets = done.stdout.rstrip("\f").split("\f")
    assert len(sheets) > 3 and all(f"definition {data().version}" in s and re.search(rf"\d ?/ ?{len(sheets)}\b", s) for s in sheets)
    assert "How many were in each band, latest first" in done.stdout  # the caption of a table that is folded on the screen
    assert sum("Participant" in s and "Contribution" in s for s in sheets) > 1  # the head of the list is repeated
    assert done.stdout.count("p-060") == 1


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
    order = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0", AXE]
    got = subprocess.run(order, check=False, capture_output=True, text=True, timeout=120)
    if got.returncode:
        pytest.skip(f"axe-core cannot be installed: {got.stderr[-200:]}")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "scheme"), [("few", "light"), ("edges", "light"), ("edges", "dark")])
def test_axe_finds_nothing(browser: Any, pages: dict[str, Path], axe: str, name: str, scheme: str) -> None:
    """WCAG 2.0–2.2 A and AA and best practice."""
    with Visit(browser, pages[name], color_scheme=scheme, bypass_csp=True) as v:
        unfold(v.page, 8)
        v.page.evaluate(axe)
        found = v.page.evaluate("axe.run(document).then(r => r.violations.map(x => [x.id, x.nodes.length, x.nodes[0].html.slice(0, 200)]))")
        assert found == []
