"""Web pages: the JSON-LD in their script elements."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from engagetree.research.terms.lint.flaw import Flaw, flaw
from engagetree.research.terms.lint.linked import linked


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and (dict(attrs).get("type") or "").strip().lower().startswith("application/ld+json")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append((self.getpos()[0], data))
            self.inside = False


def page(text: str) -> list[Flaw]:
    """The flaws of all JSON-LD in a page, with lines of the page."""
    scripts = _Scripts()
    scripts.feed(text)
    scripts.close()
    if not scripts.found:
        do = 'It belongs into <script type="application/ld+json">.'
        return [flaw("LD-07", 0, "There is no JSON-LD in this page.", do=do, severity="note")]
    return [replace(f, line=f.line and f.line + first - 1) for first, script in scripts.found for f in linked(script)]
