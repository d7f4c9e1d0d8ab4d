"""The same answers in a terminal: coloured where it is one, plain text without cutting anything off when piped."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.findings import Explanation
from engagetree.render import narrow, words
from engagetree.render.breakdown import Part, breakdown, walk
from engagetree.render.lines import COLOURS, add, chip, fits, put
from engagetree.render.lines import table as new_table
from engagetree.render.sentences import left_out, sentence
from engagetree.render.sides import place
from engagetree.render.since import CAME, cells, heading
from engagetree.render.values import BandCounts, RankRow, Slip

BAR = 12  # characters of the longest bar
OTHERS = 66  # columns that the bands need beside their strip
SLIM = 8  # columns that a strip needs to say anything


def show_explanation(console: Console, explanation: Explanation, definition: Definition) -> None:
    """Name, band, range, the sentence, the tree with weight and points to gain side by side, and what is not known."""
    put(console, _title(explanation, definition))
    put(console, Text(sentence(explanation, definition)))
    total, gain = breakdown(explanation, definition), "most room" if explanation.is_cohort else "easiest gain"
    since = heading(explanation, definition)
    put(console, _tree(total, gain, since), lambda: narrow.tree(total, gain, since))
    for line in filter(None, (left_out(explanation), *explanation.unknown)):
        put(console, Text(words.clean(line)))
    put(console, Text(words.clean(explanation.validation) if explanation.validated else "Not yet validated against outcomes.", style="dim"))


def show_ranking(console: Console, rows: Sequence[RankRow], definition: Definition) -> None:
    """A line for each participant: band, score with its range, and the value of every signal (never the number alone)."""
    signals = (f">{s.label}" for s in definition.signals)
    table = new_table("Participant", "Band", ">Score", "Likely", ">Place", *signals, "Four-week change", "Coverage", "")
    for row in rows:
        values = [words.score(row.signals.get(s.key)) for s in definition.signals]
        add(
            table,
            words.clean(row.participant),
            chip(row.score, row.low, row.high, definition),
            words.score(row.score, definition.bands),
            words.span(row.low, row.high),
            place(row.place),
            *values,
            _moved(row),
            _coverage(row),
            words.clean(row.reason) if row.score is None else "",
        )
    put(console, table, lambda: narrow.ranking(rows, definition))
    if not rows:
        put(console, Text("Nobody matches."))
    whole = not console.is_terminal or fits(console, table)
    places = f"A place is a range where the data cannot tell, 1 being the highest{_among(rows)}."
    put(console, Text(places if whole else "Ranges that overlap are not ranked.", style="dim"))


def _among(rows: Sequence[RankRow]) -> str:
    return f" of {words.count(rows[0].among)} with a score" if rows and rows[0].among else ""


def show_bands(console: Console, bands_over_time: Sequence[BandCounts], definition: Definition) -> None:
    """How many were in each band, a line for each period."""
    put(console, _bands(bands_over_time, definition), lambda: _bands(bands_over_time, definition, max(0, console.width - OTHERS), True))


def _bands(points: Sequence[BandCounts], definition: Definition, strip: int = 40, slim: bool = False) -> Table:
    """`slim` breaks the headings; without room for a strip of at least eight there is none."""
    labels = (*(b.label for b in definition.bands), words.UNKNOWN_BAND)
    heads = (f">{words.clean(label).replace(' ', chr(10)) if slim else words.clean(label)}" for label in labels)
    table = new_table("=Until", *heads, *(["Share in each band"] if strip >= SLIM else []))
    for point in points:
        numbers = [words.count(point.counts.get(b.key, 0)) for b in definition.bands]
        until = words.date(words.last_day(point.as_of, definition.tz))
        add(table, until, *numbers, words.count(point.unknown), *([_strip(point, definition, strip)] if strip >= SLIM else []))
    return table


def show_slipping(console: Console, slips: Sequence[Slip], definition: Definition) -> None:
    """Who fell, from where to where, and why."""
    if not slips:
        put(console, Text("Nobody's score has fallen clearly."))
        return
    table = new_table("Participant", "Band now", ">From", ">To", "Change", "Since", "Why")
    for slip in slips:
        moved = words.moved(slip.from_score, slip.to_score, slip.clear)
        since = words.date(words.last_day(slip.since, definition.tz))
        add(
            table,
            words.clean(slip.participant),
            chip(slip.to_score, None, None, definition),
            words.score(slip.from_score, definition.bands),
            words.score(slip.to_score, definition.bands),
            moved,
            since,
            words.clean(slip.reason_sentence),
        )
    put(console, table, lambda: narrow.slipping(slips, definition))


def _title(explanation: Explanation, definition: Definition) -> Text:
    owner = [f"cohort {explanation.cohort}" if explanation.cohort else "", f"owner {explanation.owner}" if explanation.owner else ""]
    about = " · ".join(words.clean(o) for o in owner if o)
    as_of = words.date(words.last_day(explanation.as_of, definition.tz))
    coverage = "" if explanation.coverage is None else f" · coverage {explanation.coverage * 100:.0f}{words.SPACE}%"
    head = Text.assemble((words.clean(explanation.subject), "bold"), f"  {about}" if about else "", "\n")
    head.append_text(chip(explanation.score, explanation.low, explanation.high, definition))
    head.append(f"  {words.score(explanation.score, definition.bands)}  {words.likely(explanation.low, explanation.high)}".rstrip())
    head.append(f"\nas of {as_of}{coverage} · definition {explanation.version}", style="dim")
    return head


def _tree(total: Part, gain: str, since: str) -> Table:
    known = [p for p in total.parts if p.weight is not None]
    scale = max((p.weight or 0 for p in known), default=100) / BAR
    levers = any(p.lever_text for p in walk(total))
    middle = (*([f">{since}"] if since else []), "Taken of offered", *(["One more act"] if levers else []))
    table = new_table("", ">Value", ">Weight", "", ">Points", ">To gain", "", *middle, "Accountable", "")
    for part in walk(total):
        add(table, *_tree_row(part, scale, gain, levers, since))
    if total.came:
        add(table, Text(CAME, "bold"), "", "", "", "", "", "", *cells(total.came, since))
    if total.points is not None:
        table.add_section()
        shown = (words.one(total.points), total.weight_text, "", words.one(total.points), words.one(total.gain), "")
        add(table, "Score", *shown, *cells(total.change, since))
    return table


def _tree_row(part: Part, scale: float, gain: str, levers: bool, since: str) -> list[RenderableType]:
    indent, style = "  " * (part.depth - 1), "bold" if part.depth == 1 else ""
    tags = [t for t, on in ((gain, part.easiest), ("most weight", part.most_weight)) if on]
    last = words.clean(part.node.reason) if not part.known else ", ".join(tags)
    return [
        Text(indent + words.clean(part.node.label), style),
        part.value_text,
        part.weight_text,
        Text("█" * _length(part.weight, scale), "dim"),
        part.points_text,
        part.gain_text,
        "▭" * _length(part.gain, scale),
        *cells(part.change, since),
        part.taken_text,
        *([part.lever_text] if levers else []),
        words.clean(part.accountable),
        last,
    ]


def _length(points: float | None, scale: float) -> int:
    return 0 if not points else max(1, round(points / scale))


def _moved(row: RankRow) -> str:
    if row.change is None or row.score is None:
        return words.DASH
    return words.moved(row.score - row.change, row.score, row.clear)


def _coverage(row: RankRow) -> str:
    return words.DASH if row.coverage is None else f"{row.coverage * 100:.0f}{words.SPACE}%"


def _strip(point: BandCounts, definition: Definition, width: int) -> Text:
    """The shares of one period as a strip: a darker shade for a lower band, dots for no score."""
    from engagetree.render.rounding import spread

    counts = [point.counts.get(b.key, 0) for b in definition.bands] + [point.unknown]
    if not sum(counts):
        return Text("")
    last = max(1, len(definition.bands) - 1)
    fills = [("░▒▓█"[round(i * 3 / last)], COLOURS[round(i * 3 / last)]) for i in range(len(definition.bands))] + [("·", "dim")]
    lengths = spread([width * c / sum(counts) for c in counts], width)
    return Text.assemble(*((char * int(n), style) for (char, style), n in zip(fills, lengths, strict=True)))
