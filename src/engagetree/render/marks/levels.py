"""Ratings on a scale of a few named levels: a box for every level, filled up to the middle rating, with the span of all raters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

ROW, LINE, HIGH = 32, 15, 12


@dataclass(frozen=True)
class Rating:
    """One criterion: its level 1 … k, the lowest and the highest that a rater gave; `said` where there is none or as it is called."""

    label: str
    level: float | None
    low: float | None
    high: float | None
    said: str


def levels(rows: Sequence[Rating], names: Sequence[str], width: int) -> Markup:
    """The criteria from top to bottom, the names of the levels above the columns."""
    if not rows or not names:
        return Markup("")
    slim = width <= 500
    left = 0.0 if slim else min(220.0, max(letters.width(words.clean(r.label)) for r in rows) + 16)
    right = 0.0 if slim else max(letters.width(r.said) for r in rows) + 14
    step = (width - left - right) / len(names)
    short = [n if letters.width(n) <= step - 4 else str(i) for i, n in enumerate(names, 1)]
    mixed = any(s != n for s, n in zip(short, names, strict=True))
    heads = [str(i) for i in range(1, len(names) + 1)] if mixed else list(names)
    under = letters.wrap(" · ".join(f"{i} {n}" for i, n in enumerate(names, 1)), width - 8) if mixed else []
    parts = [svg.text(0, 13 + LINE * i, t, "m") for i, t in enumerate(under)]
    y = LINE * len(under) + (20.0 if under else 13.0)
    parts += [svg.text(left + step * i, y, n, "m") for i, n in enumerate(heads)]
    y += 6
    for row in rows:
        lines = letters.wrap(words.clean(row.label), width - 8 if slim else left - 12)
        if slim:
            parts.append(
                svg.pair(0, y + 16, row.label, row.said)
                if letters.width(f"{row.label}  {row.said}") < width
                else svg.text(0, y + 16, row.label, "b")
            )
            y += LINE + 4
        tall = 22 if slim else max(ROW, LINE * len(lines) + 10)
        middle = y + tall / 2
        if not slim:
            parts += [svg.text(0, middle + 4 - 7.5 * (len(lines) - 1) + LINE * i, t) for i, t in enumerate(lines)]
            parts.append(svg.text(width, middle + 4, row.said, "", "end"))
        parts += _steps(row, left, step, middle, len(names))
        y += tall
    return svg.drawing(width, y + 6, parts, f"levels {svg.size(width)}")


def _steps(row: Rating, left: float, step: float, y: float, of: int) -> list[str]:
    full = 0.0 if row.level is None else row.level
    parts = []
    for k in range(of):
        filled = min(1.0, max(0.0, full - k))
        parts.append(svg.rect(left + step * k, y - HIGH / 2, step - 4, HIGH, "empty" if row.level is None else "gain"))
        if filled > 0:
            parts.append(svg.rect(left + step * k, y - HIGH / 2, (step - 4) * filled, HIGH, "weight"))
    if row.low is not None and row.high is not None and row.high > row.low:
        a, b = left + step * (row.low - 0.5) - 2, left + step * (row.high - 0.5) - 2
        parts += [svg.line(a, y, b, y, "spread"), svg.line(a, y - 4, a, y + 4, "tick"), svg.line(b, y - 4, b, y + 4, "tick")]
    return parts
