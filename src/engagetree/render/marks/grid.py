"""A cross-table drawn: each cell a square whose area is its number, the number beside it. Withheld is dashed, nothing recorded is empty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

LARGEST, LINE = 26.0, 15


@dataclass(frozen=True)
class Square:
    """One cell: its number (None: not known or withheld) and what is printed. No cell at all is None in the grid."""

    value: float | None
    said: str
    withheld: bool = False


def grid(rows: Sequence[tuple[str, Sequence[Square | None]]], columns: Sequence[str], width: int) -> Markup:
    """Rows with a square for each column; on a slim page the name of a row stands above its squares."""
    if not rows or not columns:
        return Markup("")
    slim = width <= 500
    left = 0.0 if slim else min(220.0, max(letters.width(words.clean(name)) for name, _ in rows) + 16)
    step = (width - left) / len(columns)
    heads = [letters.wrap(words.clean(c), step - 6) for c in columns]
    deep = max(map(len, heads))
    parts = [
        svg.text(left + step * i, 13 + LINE * (k + deep - len(lines)), t, "m") for i, lines in enumerate(heads) for k, t in enumerate(lines)
    ]
    y, most = LINE * deep + 8.0, max((s.value or 0 for _, cells in rows for s in cells if s is not None), default=0)
    parts.append(svg.line(0, y, width, y, "axis"))
    for name, cells in rows:
        lines = letters.wrap(words.clean(name), width - 8 if slim else left - 12)
        if slim:
            parts += [svg.text(0, y + 16 + LINE * i, t) for i, t in enumerate(lines)]
            y += LINE * len(lines) + 2
        tall = max(LARGEST + 8, 0 if slim else LINE * len(lines) + 12)
        if not slim:
            parts += [svg.text(0, y + tall / 2 + 4 - 7.5 * (len(lines) - 1) + LINE * i, t) for i, t in enumerate(lines)]
        parts += [p for i, cell in enumerate(cells) if cell is not None for p in _square(cell, left + step * i, y + tall / 2, most, step)]
        y += tall
        parts.append(svg.line(0, y, width, y))
    return svg.drawing(width, y + 6, parts, f"grid {svg.size(width)}")


def _square(cell: Square, x: float, y: float, most: float, step: float) -> list[str]:
    largest = min(LARGEST, step - letters.width("1,000") if step > 66 else max(step - 34, 8))
    if cell.withheld or cell.value is None:
        side = 12.0
        kind = "empty" if cell.withheld else "none"
        mark = [svg.rect(x, y - side / 2, side, side, kind)] if cell.withheld else []
    else:
        side = largest * math.sqrt(cell.value / most) if most else 0.0
        mark = [svg.rect(x, y - side / 2, max(side, 1.5), max(side, 1.5), "filled")] if cell.value else []
    room = max(side, 12.0) + 5 if mark else 0.0
    return [*mark, svg.text(x + room, y + 4, cell.said)]
