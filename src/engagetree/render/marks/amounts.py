"""Numbers of people with what is known of them: a bar for a count, a line from end to end for an estimate, an arrow for “at least”."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

ROW, LINE, BAR = 32, 15, 14
KEY = "Bar: counted. Line: an estimate from its low to its high end; an arrow: nobody knows the high end."


@dataclass(frozen=True)
class Amount:
    """One row: a count, or an estimate by its ends (`high` None: open), and what is printed."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    said: str = ""
    withheld: bool = False
    estimate: bool = False


def amounts(rows: Sequence[Amount], width: int, key: str = KEY) -> Markup:
    """The rows from top to bottom on one scale from 0."""
    if not rows:
        return Markup("")
    slim = width <= 500
    left = 0.0 if slim else min(230.0, max(letters.width(words.clean(r.label)) for r in rows) + 16)
    number = 0.0 if slim else max(letters.width(r.said) for r in rows) + 22
    most = max([v for r in rows for v in (r.value, r.low, r.high) if v is not None] + [1.0])

    def at(v: float) -> float:
        return left + (width - left - number - (34 if open_ended else 8)) * v / most

    open_ended = any(r.estimate and r.high is None for r in rows)
    lines = letters.wrap(key, width - 8) if key else []
    parts = [svg.text(0, 13 + LINE * i, t, "m") for i, t in enumerate(lines)]
    y = LINE * len(lines) + 6.0
    top = y
    for row in rows:
        names = letters.wrap(words.clean(row.label), width - 8 if slim else left - 12)
        if slim:
            parts += [svg.text(0, y + 15 + LINE * i, t) for i, t in enumerate(names)]
            y += LINE * len(names)
            said = letters.wrap(row.said, width - 8)
            parts += [svg.text(0, y + 15 + LINE * i, t, "m") for i, t in enumerate(said)]
            y += LINE * len(said) + 4
        tall = 24 if slim else max(ROW, LINE * len(names) + 12)
        if not slim:
            parts += [svg.text(0, y + tall / 2 + 4 - 7.5 * (len(names) - 1) + LINE * i, t) for i, t in enumerate(names)]
        parts += _amount(row, y + tall / 2, at, slim)
        parts += [svg.line(at(0), y + tall / 2 - 10, at(0), y + tall / 2 + 10, "axis")] if slim else []
        y += tall
    if not slim:
        parts.append(svg.line(at(0), top, at(0), y, "axis"))
    return svg.drawing(width, y + 6, parts, f"amounts {svg.size(width)}")


def _amount(row: Amount, y: float, at: Callable[[float], float], slim: bool) -> list[str]:
    end, mark = at(0), list[str]()
    if row.estimate and row.low is not None:
        end = at(row.high) if row.high is not None else at(row.low) + 26
        mark = [svg.line(at(row.low), y, end, y, "thick")] if row.high != row.low else []
        mark += [svg.line(at(row.low), y - 6, at(row.low), y + 6, "tick")]
        mark += (
            [svg.line(end, y - 6, end, y + 6, "tick")]
            if row.high is not None
            else [svg.path([(end - 7, y - 6), (end, y), (end - 7, y + 6)], "arrow")]
        )
    elif row.value is not None:
        end = max(at(row.value), at(0) + 1)
        mark = [svg.rect(at(0), y - BAR / 2, end - at(0), BAR, "weight")] if row.value else []
    elif row.withheld:
        end = at(0) + 24
        mark = [svg.rect(at(0), y - BAR / 2, 24, BAR, "empty")]
    return mark if slim else [*mark, svg.text(end + 8, y + 4, row.said)]
