"""Declared against effective: a row for each part, two marks on one axis, and the range of a third behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

ROW, TOP = 30, 24
KEY = ("Bar: declared. Tick: effective.", "Line: fitted on other cohorts.")


@dataclass(frozen=True)
class Share:
    """One row: shares 0–1, each of them None where it is not known."""

    label: str
    declared: float
    effective: float | None
    low: float | None
    high: float | None
    said: str


def pairs(rows: Sequence[Share], width: int) -> Markup:
    """A bar to the declared share, a tick at the effective one, a thick line over the fitted ones."""
    if not rows:
        return Markup("")
    slim = width <= 500
    right = max(letters.width(r.said) for r in rows) + 12
    left = 8.0 if slim else min(240.0, max(letters.width(words.clean(r.label)) for r in rows) + 16)
    values = [v for r in rows for v in (r.declared, r.effective, r.low, r.high) if v is not None]
    low, high = min(0.0, *values), max(0.1, *values)

    def x(v: float) -> float:
        return left + (width - right - left) * (v - low) / (high - low)

    key = KEY if slim else (" ".join(KEY),)
    parts = [svg.text(0, 13 + 15 * i, text, "m") for i, text in enumerate(key)]
    y = TOP + 15.0 * (len(key) - 1)
    top = y
    for r in rows:
        lines = letters.wrap(words.clean(r.label), width - 8 if slim else left - 12)
        if slim:
            parts += [svg.text(0, y + 14 + 15 * i, text) for i, text in enumerate(lines)]
            y += 15 * len(lines) + 6
        else:
            parts += [svg.text(0, y + 18 - 7.5 * (len(lines) - 1) + 15 * i, text) for i, text in enumerate(lines)]
        middle, tall = y + 14, ROW + (15 * (len(lines) - 1) if not slim else 0)
        parts.append(svg.rect(x(min(0.0, r.declared)), middle - 6, x(r.declared) - x(0.0), 12, "weight"))
        if r.low is not None and r.high is not None:
            parts.append(svg.line(x(r.low) - 1, middle + 9, x(r.high) + 1, middle + 9, "thin"))
        if r.effective is not None:
            parts.append(svg.line(x(r.effective), middle - 9, x(r.effective), middle + 7, "tick"))
        parts.append(svg.text(width, middle + 4, r.said, "", "end"))
        y += tall + (6 if slim else 0)
        # Where labels stand above their rows the axis is interrupted for them.
        parts.append(svg.line(x(0.0), middle - 10 if slim else top, x(0.0), middle + 10 if slim else y, "axis"))
        top = y
    return svg.drawing(width, y + 6, parts, f"pairs {svg.size(width)}")
