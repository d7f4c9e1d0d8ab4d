"""The metrics around the score on a page: a table, and for stickiness how active days are spread."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import measures, words
from engagetree.render.figure import Cell, Figure
from engagetree.render.marks import svg
from engagetree.tree.metrics import Measured, Metrics

TALL, GAP = 96, 2


def metrics_figure(metrics: Metrics, definition: Definition) -> Figure:
    """Every metric with its value, its range and what it was made of."""
    shown = [m for m in metrics.values if m.metric.kind not in ("purpose", "calculated")]
    rows = tuple(_row(m) for m in shown)
    head = ("Metric", ">Value", ">Likely", ">People", "Over", "Accountable", "Made of")
    who = f" of cohort {words.clean(metrics.cohort)}" if metrics.cohort else ""
    caption = f"Metrics{who} as of {words.date(words.last_day(metrics.as_of, definition.tz))}"
    unknown = sum(m.value.value is None for m in shown)
    some = f"; {words.small(unknown)} of them {'is' if unknown == 1 else 'are'} not known" if unknown else ""
    return Figure(f"{words.upper(words.plural(len(shown), 'metric'))} beside the score{some}.", Markup(""), head, rows, caption, open=True)


def _row(m: Measured) -> tuple[Cell, ...]:
    v, unit = m.value, m.metric.measured_in
    tag = Markup("")
    if m.missed and m.metric.threshold is not None:
        tag = Markup(' <span class="tag">{}</span>').format(measures.threshold(m.metric.threshold, unit, m.metric.direction))
    over = measures.over(m.since, m.until) if v.value is not None else ""
    said = "; ".join(words.clean(s) for s in (v.counted, v.reason if v.value is None else "", *v.notes) if s)
    return (
        Markup('<span class="nl">{}{}</span>').format(words.clean(m.metric.label), tag),
        measures.value(v.value, unit, v.numerator, v.denominator),
        measures.span(v.low, v.high, unit, v.denominator) or words.DASH,
        words.count(v.n) if v.n else words.DASH,
        *(Markup('<span class="nw">{}</span>').format(x) for x in (over, words.clean(m.metric.accountable))),
        Markup('<span class="why">{}</span>').format(words.upper(said)),
    )


def days_figure(m: Measured) -> Figure:
    """How many people were active on how many days of the window: a mean hides two camps."""
    days = m.value.days
    half, seen = 0, 0
    while 2 * seen < sum(days):
        seen += days[half]
        half += 1
    label = words.lower(words.clean(m.metric.label))
    said = f"Behind {label}: half of {words.plural(sum(days), 'person', 'people')} were active on {half} of {len(days)} days or fewer."
    rows = tuple((f"{words.plural(i + 1, 'day')}", words.count(n)) for i, n in enumerate(days))
    return Figure(said, svg.both(lambda w: _bars(days, w)), ("Active on", ">People"), rows, f"People by active days ({label})")


def _bars(days: Sequence[int], width: int) -> Markup:
    top, each = max(*days, 1), width / len(days)
    parts = [svg.rect(i * each + GAP / 2, TALL - TALL * n / top, each - GAP, TALL * n / top, "weight") for i, n in enumerate(days) if n]
    parts += [svg.line(0, TALL, width, TALL, "axis"), svg.text(0, TALL + 18, "1 day", "m")]
    parts.append(svg.text(width, TALL + 18, f"{len(days)} days", "m", "end"))
    return svg.drawing(width, TALL + 24, parts, svg.size(width))


def metrics_html(metrics: Metrics, definition: Definition) -> Markup:
    """The table with the drawings of active days."""
    figures = [metrics_figure(metrics, definition), *(days_figure(m) for m in metrics.values if m.value.days)]
    return Markup("").join(f.html() for f in figures)
