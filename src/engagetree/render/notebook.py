"""An explanation in a notebook: the same figures as in the report, with the style sheet beside them."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.findings import Explanation
from engagetree.render import words
from engagetree.render.figure import standalone
from engagetree.render.marks.chip import chip
from engagetree.render.person import breakdown_html


def explanation_html(explanation: Explanation, definition: Definition) -> str:
    """Name, band, score and range, then sentence, field, table and history."""
    head = Markup('<p class="head"><b>{}</b> {} <b>{}</b> <span class="m">{}</span>').format(
        words.clean(explanation.subject),
        chip(explanation.score, explanation.low, explanation.high, definition),
        words.score(explanation.score, definition.bands),
        words.likely(explanation.low, explanation.high),
    )
    return str(standalone(head + breakdown_html(explanation, definition)))
