"""The report of a year in a real browser: nothing leaves, nothing overflows, no label is cut off, it prints. Skipped without Chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from research_sample import empty, release
from test_render_browser import Visit, axe, browser, unfold

from engagetree.render.research import report
from engagetree.render.research.returns import gripp2, hebci, kef, wellcome

pytestmark = pytest.mark.browser
__all__ = ["axe", "browser"]

CUT = """[...document.querySelectorAll('figure svg')].filter(s => s.getClientRects().length).flatMap(s => {
    const box = s.getBoundingClientRect();
    return [...s.querySelectorAll('text')].filter(t => { const r = t.getBoundingClientRect();
      return r.left < box.left - 12 || r.right > box.right + 12 || r.top < box.top - 6 || r.bottom > box.bottom + 6 })
      .map(t => s.className.baseVal + ': ' + t.textContent) })"""
OVER = """[...document.querySelectorAll('figure svg')].filter(s => s.getClientRects().length).flatMap(s => {
    const all = [...s.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => [t.textContent, t.getBoundingClientRect()]);
    return all.flatMap(([a, r], i) => all.slice(i + 1).filter(([b, q]) =>
      Math.min(r.right, q.right) - Math.max(r.left, q.left) > 3 && Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top) > 5)
      .map(([b]) => s.className.baseVal + ': ' + a + ' | ' + b)) })"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("years")
    html = {"year": report(release()), "nothing": report(empty())}
    html |= {form.key: form.html() for form in (kef(release()), hebci(release()), gripp2(release()), wellcome(release()))}
    for name, text in html.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in html}


@pytest.mark.parametrize("name", ["year", "nothing", "kef", "hebci", "gripp2", "wellcome"])
def test_no_request_leaves_and_nothing_is_complained_of(browser: Any, pages: dict[str, Path], name: str) -> None:
    with Visit(browser, pages[name]) as v:
        unfold(v.page)
        assert v.asked == [pages[name].as_uri()] and v.said == []


@pytest.mark.parametrize("name", ["year", "nothing", "kef", "hebci"])
@pytest.mark.parametrize(("width", "size"), [(320, 100), (360, 100), (1240, 100), (640, 200)])
def test_no_sideways_scroll(browser: Any, pages: dict[str, Path], name: str, width: int, size: int) -> None:
    with Visit(browser, pages[name], width) as v:
        unfold(v.page)
        v.page.evaluate(f"document.documentElement.style.fontSize = '{size}%'")
        assert v.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [360, 1240])
def test_no_label_is_cut_off_and_none_lies_over_another(browser: Any, pages: dict[str, Path], width: int) -> None:
    with Visit(browser, pages["year"], width) as v:
        assert v.page.evaluate(CUT) == []
        assert v.page.evaluate(OVER) == []


def test_printed_tables_are_open_and_each_page_has_its_foot(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    with Visit(browser, pages["year"], color_scheme="dark") as v:
        v.page.pdf(path=str(tmp_path / "year.pdf"), format="A4")
    done = subprocess.run(["pdftotext", "-layout", str(tmp_path / "year.pdf"), "-"], capture_output=True, text=True, check=True)
    sheets = done.stdout.rstrip("\f").split("\f")
    assert len(sheets) > 5
    assert all("definition 2026.1" in s and "invented" in s and re.search(rf"\d ?/ ?{len(sheets)}\b", s) for s in sheets)
    assert "Representation ratio: Ethnic group" in done.stdout and "Depth by activities and by participant-hours" in done.stdout


@pytest.mark.parametrize(("name", "scheme"), [("year", "light"), ("year", "dark"), ("hebci", "light")])
def test_axe_finds_nothing(browser: Any, pages: dict[str, Path], axe: str, name: str, scheme: str) -> None:
    """WCAG 2.0–2.2 A and AA and best practice."""
    with Visit(browser, pages[name], color_scheme=scheme, bypass_csp=True) as v:
        unfold(v.page, 30)
        v.page.evaluate(axe)
        found = v.page.evaluate("axe.run(document).then(r => r.violations.map(x => [x.id, x.nodes.length, x.nodes[0].html.slice(0, 200)]))")
        assert found == []
