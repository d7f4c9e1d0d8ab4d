"""Who took part at which stage, and how deeply: a small column of up to five steps for each cell, with its code."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

STEPS, HIGH, WIDE, LINE = 5, 5, 20, 15
Level = tuple[int | None, str]
"""Steps that are filled (None: no such stage, or not known), and what is printed."""


def stages(rows: Sequence[tuple[str, Sequence[Level | None]]], columns: Sequence[str], width: int, steps: int = STEPS) -> Markup:
    """A row for each partner with a column of steps for each stage; on a slim page stages go down and the steps lie on their side."""
    if not rows or not columns:
        return Markup("")
    if width <= 500:
        return _slim(rows, columns, width, steps)
    left = min(190.0, max(letters.width(words.clean(name)) for name, _ in rows) + 16)
    step = (width - left) / len(columns)
    names = [words.clean(c) for c in columns]
    broken = any(letters.width(word) > step - 6 for name in names for word in name.split())
    key = letters.wrap(" · ".join(f"{i} {name}" for i, name in enumerate(names, 1)), width - 8) if broken else []
    heads = [[str(i)] if broken else letters.wrap(name, step - 6) for i, name in enumerate(names, 1)]
    deep, under = max(map(len, heads)), LINE * len(key)
    parts = [svg.text(0, 13 + LINE * i, t, "m") for i, t in enumerate(key)]
    parts += [
        svg.text(left + step * i, 18 + under + LINE * (k + deep - len(lines)), t, "m")
        for i, lines in enumerate(heads)
        for k, t in enumerate(lines)
    ]
    y = LINE * deep + 12.0 + under
    parts.append(svg.line(0, y, width, y, "axis"))
    for name, cells in rows:
        lines = letters.wrap(words.clean(name), left - 12)
        tall = max(steps * (HIGH + 1) + 14, LINE * len(lines) + 12)
        parts += [svg.text(0, y + tall / 2 + 4 - 7.5 * (len(lines) - 1) + LINE * i, t) for i, t in enumerate(lines)]
        parts += [p for i, cell in enumerate(cells) if cell is not None for p in _column(cell, left + step * i, y + 7, steps)]
        y += tall
        parts.append(svg.line(0, y, width, y))
    return svg.drawing(width, y + 6, parts, f"stages {svg.size(width)}")


def _column(level: Level, x: float, y: float, steps: int) -> list[str]:
    filled, said = level
    tall = steps * (HIGH + 1)
    if filled is None:
        return [svg.text(x, y + tall / 2 + 4, said, "m")]
    marks = [
        svg.rect(x, y + (steps - 1 - k) * (HIGH + 1), WIDE, HIGH - 1, "filled" if k < filled else "hollow faint") for k in range(steps)
    ]
    return [*marks, svg.text(x + WIDE + 5, y + tall / 2 + 4, said)]


def _slim(rows: Sequence[tuple[str, Sequence[Level | None]]], columns: Sequence[str], width: int, steps: int) -> Markup:
    """Each row a short list of its stages, the column of steps lying on its side."""
    parts, y = [], 0.0
    for name, cells in rows:
        lines = letters.wrap(words.clean(name), width - 8, bold=True)
        parts += [svg.text(0, y + 16 + LINE * i, t, "b") for i, t in enumerate(lines)]
        y += LINE * len(lines) + 6
        for column, cell in zip(columns, cells, strict=True):
            if cell is None:
                continue
            filled, said = cell
            parts.append(svg.text(0, y + 14, column, "m"))
            if filled is not None:
                parts += [svg.rect(width - 130 + 17 * k, y + 5, 14, 9, "filled" if k < filled else "hollow faint") for k in range(steps)]
            parts.append(svg.text(width, y + 14, said, "", "end"))
            y += 20
        y += 10
    return svg.drawing(width, y, parts, f"stages {svg.size(width)}")
