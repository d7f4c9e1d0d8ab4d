"""The metrics and the programme tree in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.render import measures, words
from engagetree.render.lines import add, put, table
from engagetree.render.programme import Line, guessed, lines, sentence, since_words
from engagetree.tree.metrics import Measured, Metrics
from engagetree.tree.programme import Programme

BAR = 10  # characters of the longest bar
SPARKS = "▁▂▃▄▅▆▇█"


def show_tree(console: Console, tree: Programme, definition: Definition) -> None:
    """The sentence, the tree with weight, value, to gain and change side by side, and what dashed means."""
    put(console, _title(definition, tree.as_of, tree.cohort, tree.version, tree.around))
    put(console, Text(sentence(tree, definition)))
    shown, since = lines(tree, definition), since_words(tree, definition)
    put(console, _tree(shown, since), lambda: _slim_tree(shown, since, console.width))
    if said := guessed(tree):
        put(console, Text(said, style="dim"))


def show_metrics(console: Console, metrics: Metrics, definition: Definition) -> None:
    """A line for each metric: value, range, what it was made of, who answers for it; then notes, and how active days are spread."""
    put(console, _title(definition, metrics.as_of, metrics.cohort, metrics.version, metrics.around))
    measured = [m for m in metrics.values if m.metric.kind not in ("purpose", "calculated")]
    put(console, _metrics(measured), lambda: _slim_metrics(measured, console.width))
    for m in measured:
        for note in m.value.notes:
            put(console, Text(f"{words.clean(m.metric.label)}: {words.clean(note)}.", style="dim"))
        if m.value.days:
            put(console, Text(f"{words.clean(m.metric.label)}: {active_days(m.value.days)}", style="dim"))


def _title(definition: Definition, as_of: object, cohort: str | None, version: str, around: str) -> Text:
    from datetime import datetime

    assert isinstance(as_of, datetime)
    who = f", {words.clean(cohort)}" if cohort else ""
    head = Text.assemble((f"{words.clean(definition.title)}{who}", "bold"))
    metrics = f" · metrics {around}" if around else ""
    head.append(f"\nas of {words.date(words.last_day(as_of, definition.tz))} · definition {version}{metrics}", style="dim")
    return head


# ---- the tree


def _tree(shown: Sequence[Line], since: str) -> Table:
    scale = max((s.share or 0.0 for s in shown), default=0.0) / BAR or 1.0
    change = f"Since {' '.join(since.split()[1:3])}" if since else "Change"
    made = table("=Node", ">Value", ">Likely", ">Weight", "", ">To gain", "", f">{change}", "Accountable", "=Over", "")
    for line in shown:
        add(made, _node(line), line.value, line.likely, line.weight, Text("█" * _length(line.share, scale), "dim"), line.gain,
            "▭" * _length(line.room, scale), line.change, line.accountable, line.over, Text(_why(line), "dim"))  # fmt: skip
    return made


def _slim_tree(shown: Sequence[Line], since: str, width: int) -> Table:
    """Without bars; how it hangs there stands beneath, between the lines of the tree."""
    heads = ("Node", "Value", "Weight", "To gain", f"Since {' '.join(since.split()[1:3])}" if since else "Change")
    made = table(heads[0], *(f">{h}" for h in heads[1:]), gap=1)
    cells = [(line.value, line.weight, line.gain, line.change) for line in shown]
    room = width - sum(1 + max(len(h), *(len(c[i]) for c in cells)) for i, h in enumerate(heads[1:]))
    for line, numbers in zip(shown, cells, strict=True):
        said = ", ".join(s for s in (*line.tags, line.accountable, line.over, line.why) if s)
        add(made, Text.assemble(_node(line), *((f"\n{row}", "dim") for row in _beneath(said, _onward(line), room))), *numbers)
    return made


def _onward(line: Line) -> str:
    """The lines of the tree as they run on beside what stands beneath a node."""
    own = line.guide[:-3] + ("│  " if line.guide[-3:-2] == "├" else "   ") if line.guide else ""
    return own + ("│ " if line.branch.children else "  ")


def _beneath(text: str, before: str, room: int) -> list[str]:
    """A text in so many columns, every row after the same beginning."""
    return [f"{before}{row}" for row in wrap(text, max(16, room - len(before)))] if text else []


def _node(line: Line) -> Text:
    style = "bold" if line.branch.kind in ("score", "purpose") else "italic" if line.guessed else ""
    return Text.assemble((line.guide, "dim"), (line.label, style))


def _why(line: Line) -> str:
    return "; ".join(s for s in (*line.tags, line.why) if s)


def _length(points: float | None, scale: float) -> int:
    return 0 if not points else max(1, round(points / scale))


# ---- the metrics


def _metrics(measured: Sequence[Measured]) -> Table:
    made = table("Metric", ">Value", ">Likely", ">People", "Over", "Accountable", "Made of", "")
    for m in measured:
        add(made, *_metric(m))
    return made


def _slim_metrics(measured: Sequence[Measured], width: int) -> Table:
    made = table("Metric", ">Value", ">Likely", ">People", gap=1)
    rows = [_metric(m) for m in measured]
    room = width - sum(1 + max(len(h), *(len(r[i]) for r in rows)) for i, h in enumerate(("Value", "Likely", "People"), 1))
    for label, value, likely, n, over, who, counted, said in rows:
        texts = (counted, said, ", ".join(s for s in (over, who) if s))
        beneath = [row for text in texts for row in _beneath(text, "  ", room)]
        add(made, Text.assemble(label, *((f"\n{row}", "dim") for row in beneath)), value, likely, n)
    return made


def _metric(m: Measured) -> tuple[str, ...]:
    v, unit = m.value, m.metric.measured_in
    wrong = m.missed and m.metric.threshold is not None
    said = measures.threshold(m.metric.threshold or 0.0, unit, m.metric.direction) if wrong else ""
    return (
        words.clean(m.metric.label),
        measures.value(v.value, unit, v.numerator, v.denominator),
        measures.span(v.low, v.high, unit, v.denominator),
        words.count(v.n) if v.n else "",
        measures.over(m.since, m.until) if v.value is not None else "",
        words.clean(m.metric.accountable),
        words.clean(v.counted),
        words.clean(v.reason) if v.value is None else said,
    )


def active_days(days: Sequence[int]) -> str:
    """How people spread over the number of days that they were active: a mean hides two camps.

    >>> active_days([2, 0, 1])
    'people by active days, 1 to 3: █▁▅  half were active on 1 or fewer, 2 on a single one'
    """
    top, total = max(days), sum(days)
    bars = "".join(SPARKS[round((len(SPARKS) - 1) * n / top)] for n in days)
    middle, seen = 0, 0
    while 2 * seen < total:
        seen += days[middle]
        middle += 1
    return f"people by active days, 1 to {len(days)}: {bars}  half were active on {middle} or fewer, {words.count(days[0])} on a single one"
