"""One thing shared out twice over the same levels: two columns of bars on one scale, so that they can be compared row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

ROW, LINE, BAR = 28, 15, 14


@dataclass(frozen=True)
class Part:
    """One side of a row: a share 0–1 (None: withheld or not known) and what is printed."""

    value: float | None
    said: str
    withheld: bool = False


def ladder(rows: Sequence[tuple[str, Sequence[Part | None]]], heads: Sequence[str], width: int) -> Markup:
    """Rows from top to bottom; every column of bars has the same scale, from nothing to the longest bar rounded up."""
    if not rows or not heads:
        return Markup("")
    slim = width <= 500
    left = 0.0 if slim else min(210.0, max(letters.width(words.clean(name)) for name, _ in rows) + 16)
    each = (width - left) / len(heads)
    number = max(letters.width(p.said) for _, parts in rows for p in parts if p is not None) + 10
    room = max(30.0, each - number - 14)
    top = max([p.value for _, parts in rows for p in parts if p is not None and p.value is not None] + [0.1])
    lines = [letters.wrap(words.clean(h), each - 12, bold=True) for h in heads]
    deep = max(map(len, lines))
    out = [svg.text(left + each * i, 13 + LINE * (k + deep - len(ls)), t, "b") for i, ls in enumerate(lines) for k, t in enumerate(ls)]
    y = LINE * deep + 8.0
    start = y
    for name, parts in rows:
        names = letters.wrap(words.clean(name), width - 8 if slim else left - 12)
        if slim:
            out += [svg.text(0, y + 16 + LINE * i, t) for i, t in enumerate(names)]
            y += LINE * len(names) + 2
        tall = ROW if slim else max(ROW, LINE * len(names) + 8)
        if not slim:
            out += [svg.text(0, y + tall / 2 + 4 - 7.5 * (len(names) - 1) + LINE * i, t) for i, t in enumerate(names)]
        for i, part in enumerate(parts):
            if part is not None:
                out += _bar(part, left + each * i, y + tall / 2, room, top)
                out += [svg.line(left + each * i, y + tall / 2 - 10, left + each * i, y + tall / 2 + 10, "axis")] if slim else []
        y += tall
    if not slim:
        out += [svg.line(left + each * i, start, left + each * i, y, "axis") for i in range(len(heads))]
    return svg.drawing(width, y + 6, out, f"ladder {svg.size(width)}")


def _bar(part: Part, x: float, y: float, room: float, top: float) -> list[str]:
    if part.value is None:
        mark = [svg.rect(x, y - BAR / 2, 24, BAR, "empty")] if part.withheld else []
        return [*mark, svg.text(x + (30 if mark else 6), y + 4, part.said)]
    long = room * part.value / top
    bar = [svg.rect(x, y - BAR / 2, max(long, 1), BAR, "weight")] if part.value else []
    return [*bar, svg.text(x + long + 6, y + 4, part.said)]
