"""The terminal's tables where it has few columns: what would not fit beside goes beneath, headings are shortened, nothing is cut off."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.breakdown import Part, walk
from engagetree.render.lines import add, chip, table
from engagetree.render.since import CAME, cells
from engagetree.render.values import RankRow, Slip

SHORT = 4  # letters of a signal's heading


def tree(total: Part, gain: str, since: str = "") -> Table:
    """A breakdown: what was taken, and who is accountable, under the label."""
    made = table("", ">Value", ">Weight", ">Points", ">To gain", *([f">{since}"] if since else []), gap=1)
    for part in walk(total):
        shown = (part.value_text, part.weight_text, part.points_text, part.gain_text)
        add(made, _label(part, gain), *shown, *cells(part.change, since))
    if total.came:
        add(made, CAME, "", "", "", "", *cells(total.came, since))
    if total.points is not None:
        made.add_section()
        shown = (words.one(total.points), total.weight_text, words.one(total.points), words.one(total.gain))
        add(made, "Score", *shown, *cells(total.change, since))
    return made


def _label(part: Part, gain: str) -> Text:
    indent, style = "  " * (part.depth - 1), "bold" if part.depth == 1 else ""
    tags = [t for t, on in ((gain, part.easiest), ("most weight", part.most_weight)) if on]
    more = f"one more act {part.lever_text}" if part.lever_text else ""
    beneath = [part.taken_text if part.known else words.clean(part.node.reason), *tags, more, words.clean(part.accountable)]
    said = ", ".join(b for b in beneath if b)
    return Text.assemble((indent + words.clean(part.node.label), style), (f"\n{indent}  {said}" if said else "", "dim"))


def ranking(rows: Sequence[RankRow], definition: Definition) -> Table:
    """Participants: the band alone (the range says what else it may be), signals by their first letters, a clear change only."""
    made = table("=Participant", "Band", ">Score", ">Likely", *(f">{s.label[:SHORT]}" for s in definition.signals), ">Clear change", gap=1)
    for row in rows:
        add(
            made,
            words.clean(row.participant),
            chip(row.score, None, None, definition) if row.score is not None else words.clean(row.reason or words.UNKNOWN_BAND),
            words.score(row.score, definition.bands),
            words.span(row.low, row.high),
            *(words.score(row.signals.get(s.key)) for s in definition.signals),
            words.change(row.change) if row.change is not None and row.clear else "",
        )
    return made


def slipping(slips: Sequence[Slip], definition: Definition) -> Table:
    """Who fell: why stands beneath who."""
    made = table("Participant, and why", "=Band now", ">From", ">To", "=Since", gap=1)
    for slip in slips:
        who = Text.assemble(words.clean(slip.participant), (f"\n  {words.clean(slip.reason_sentence)}", "dim"))
        since = words.date(words.last_day(slip.since, definition.tz))
        scores = (words.score(x, definition.bands) for x in (slip.from_score, slip.to_score))
        add(made, who, chip(slip.to_score, None, None, definition), *scores, since)
    return made
