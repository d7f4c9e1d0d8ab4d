"""The catalogue as a page for people: one section a dimension, one entry an indicator."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.catalogue import BUILT_IN
from engagetree.research.model import Indicator

HEADINGS = {
    "extent": "Extent: how much was done, and how many came",
    "depth": "Depth: how far people took part in deciding",
    "reach": "Reach: who was there, against whom",
    "attention": "Attention: who mentioned it",
}
MARK = "<!-- From here on the page is made from catalogue.yml: python -m engagetree.research.catalogue_page -->"


def page() -> str:
    """Everything after the mark in docs/explanation/research-indicators.md."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    for dimension, heading in HEADINGS.items():
        yield from (f"## {heading}", "")
        for one in BUILT_IN:
            if one.dimension == dimension:
                yield from _entry(one)


def _entry(one: Indicator) -> Iterator[str]:
    yield from (f"### {one.label}", "", f"`{one.key}` · {one.kind}, in {one.unit} · from {', '.join(one.inputs)}", "", one.formula)
    if one.interval:
        yield f"Its range: {one.interval[0].lower()}{one.interval[1:].rstrip('.')}."
    if one.breakdowns:
        yield f"Split by {', '.join(one.breakdowns)}."
    yield ""
    yield from (f"* {pitfall}" for pitfall in one.pitfalls)
    yield ""


if __name__ == "__main__":
    print(page(), end="")
