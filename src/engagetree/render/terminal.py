"""The same answers in a terminal: coloured where it is one, plain text without cutting anything off when piped."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.findings import Explanation
from engagetree.render import words
from engagetree.render.breakdown import Part, breakdown, walk
from engagetree.render.sentences import left_out, sentence
from engagetree.render.values import BandCounts, RankRow, Slip

COLOURS = ("bright_cyan", "blue", "magenta", "bright_magenta")
BAR = 12  # characters of the longest bar
PIPED = 400  # wide enough that nothing wraps when the output is no terminal


def show_explanation(console: Console, explanation: Explanation, definition: Definition) -> None:
    """Name, band, range, the sentence, the tree with weight and points to gain side by side, and what is not known."""
    _print(console, _title(explanation, definition))
    _print(console, Text(sentence(explanation, definition)))
    _print(console, _tree(explanation, definition))
    for line in filter(None, (left_out(explanation), *explanation.unknown)):
        _print(console, Text(words.clean(line)))
    if not explanation.validated:
        _print(console, Text("Not yet validated against outcomes.", style="dim"))


def show_ranking(console: Console, rows: Sequence[RankRow], definition: Definition) -> None:
    """A line for each participant: band, score with its range, and the value of every signal (never the number alone)."""
    table = _table(
        "Participant", "Band", ">Score", "Likely", *(f">{s.label}" for s in definition.signals), "Four-week change", "Coverage", ""
    )
    for row in rows:
        values = [words.score(row.signals.get(s.key)) for s in definition.signals]
        _add(
            table,
            words.clean(row.participant),
            chip(row.score, row.low, row.high, definition),
            words.score(row.score, definition.bands),
            words.span(row.low, row.high),
            *values,
            _moved(row),
            _coverage(row),
            words.clean(row.reason) if row.score is None else "",
        )
    _print(console, table)
    if not rows:
        _print(console, Text("Nobody matches."))
    _print(console, Text("Ranges that overlap are not ranked.", style="dim"))


def show_bands(console: Console, bands_over_time: Sequence[BandCounts], definition: Definition) -> None:
    """How many were in each band, a line for each period."""
    table = _table("Until", *(f">{b.label}" for b in definition.bands), f">{words.UNKNOWN_BAND}", "Share in each band")
    for point in bands_over_time:
        numbers = [words.count(point.counts.get(b.key, 0)) for b in definition.bands]
        _add(table, words.date(words.last_day(point.as_of, definition.tz)), *numbers, words.count(point.unknown), _strip(point, definition))
    _print(console, table)


def show_slipping(console: Console, slips: Sequence[Slip], definition: Definition) -> None:
    """Who fell, from where to where, and why."""
    if not slips:
        _print(console, Text("Nobody's score has fallen clearly."))
        return
    table = _table("Participant", "Band now", ">From", ">To", "Change", "Since", "Why")
    for slip in slips:
        moved = words.moved(slip.from_score, slip.to_score, slip.clear)
        since = words.date(words.last_day(slip.since, definition.tz))
        _add(
            table,
            words.clean(slip.participant),
            chip(slip.to_score, None, None, definition),
            words.score(slip.from_score, definition.bands),
            words.score(slip.to_score, definition.bands),
            moved,
            since,
            words.clean(slip.reason_sentence),
        )
    _print(console, table)


def chip(score: float | None, low: float | None, high: float | None, definition: Definition) -> Text:
    """Glyph and words of a band, in its colour where there is colour."""
    band = definition.band(score)
    i = None if band is None else words.rank(band.key, definition)
    style = "dim" if i is None else COLOURS[round(i * 3 / max(1, len(definition.bands) - 1))]
    return Text.assemble((words.glyph(i, len(definition.bands)), style), " ", words.clean(words.band_words(score, low, high, definition)))


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


def _tree(explanation: Explanation, definition: Definition) -> Table:
    total = breakdown(explanation, definition)
    known = [p for p in total.parts if p.weight is not None]
    scale = max((p.weight or 0 for p in known), default=100) / BAR
    table = _table("", ">Value", ">Weight", "", ">Points", ">To gain", "", "Taken of offered", "Accountable", "")
    for part in walk(total):
        _add(table, *_tree_row(part, scale, "most room" if explanation.is_cohort else "easiest gain"))
    if total.points is not None:
        table.add_section()
        _add(table, "Score", words.one(total.points), total.weight_text, "", words.one(total.points), words.one(total.gain))
    return table


def _tree_row(part: Part, scale: float, gain: str) -> list[RenderableType]:
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
        part.taken_text,
        words.clean(part.accountable),
        last,
    ]


def _length(points: float | None, scale: float) -> int:
    return 0 if not points else max(1, round(points / scale))


def _moved(row: RankRow) -> str:
    if row.change is None:
        return words.DASH
    return words.change(row.change) if row.clear else "no clear change"


def _coverage(row: RankRow) -> str:
    return words.DASH if row.coverage is None else f"{row.coverage * 100:.0f}{words.SPACE}%"


def _strip(point: BandCounts, definition: Definition, width: int = 40) -> Text:
    """The shares of one period as a strip: a darker shade for a lower band, dots for no score."""
    from engagetree.render.rounding import spread

    counts = [point.counts.get(b.key, 0) for b in definition.bands] + [point.unknown]
    if not sum(counts):
        return Text("")
    last = max(1, len(definition.bands) - 1)
    fills = [("░▒▓█"[round(i * 3 / last)], COLOURS[round(i * 3 / last)]) for i in range(len(definition.bands))] + [("·", "dim")]
    lengths = spread([width * c / sum(counts) for c in counts], width)
    return Text.assemble(*((char * int(n), style) for (char, style), n in zip(fills, lengths, strict=True)))


def _table(*columns: str) -> Table:
    """A table with hairlines only; `>` in front of a heading sets a column of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name.removeprefix(">"), justify="right" if name.startswith(">") else "left")
    return table


def _add(table: Table, *cells: RenderableType) -> None:
    """A row whose text is only text: brackets in a name are no markup."""
    table.add_row(*(Text(c) if isinstance(c, str) else c for c in cells))


def _print(console: Console, what: Table | Text) -> None:
    """To a terminal as it is; into a pipe as plain lines of any length."""
    if console.is_terminal:
        console.print(what)
        return
    wide = Console(file=StringIO(), width=PIPED, color_system=None, force_terminal=False, legacy_windows=False)
    with wide.capture() as held:
        wide.print(what)
    for line in held.get().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)
