"""Shares on one scale of 0 to 100: a tick, a thin line for chance, a bar for what unknown answers leave open. The two are not alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

LINE = 15


@dataclass(frozen=True)
class Share:
    """One row: a share 0–1 (None: withheld or not known) between `low` and `high`, which are `bounds` or an interval; what is printed."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    said: str
    bounds: bool = False


def shares(rows: Sequence[Share], width: int) -> Markup:
    """The rows from top to bottom; on a slim page the label stands above its line."""
    if not rows:
        return Markup("")
    slim = width <= 500
    right = max(letters.width(r.said) for r in rows) + 12
    left = 0.0 if slim else min(240.0, max(letters.width(words.clean(r.label)) for r in rows) + 16)

    def at(v: float) -> float:
        return left + 6 + (width - right - left - 14) * v

    body, y = list[str](), 0.0
    for row in rows:
        lines = letters.wrap(words.clean(row.label), width - 8 if slim else left - 12)
        tall = 26.0 if slim else max(30.0, LINE * len(lines) + 10)
        if slim:
            body += [svg.text(0, y + 15 + LINE * i, t) for i, t in enumerate(lines)]
            y += LINE * len(lines) + 2
        else:
            body += [svg.text(0, y + tall / 2 + 4 - 7.5 * (len(lines) - 1) + LINE * i, t) for i, t in enumerate(lines)]
        body += [*_mark(row, y + tall / 2, at), svg.text(width, y + tall / 2 + 4, row.said, "", "end")]
        y += tall
    ends = [svg.line(at(0), 0, at(0), y, "hair"), svg.line(at(1), 0, at(1), y, "hair")] if not slim else []
    ends += [svg.line(at(0), y, at(1), y, "axis"), *(svg.text(at(v), y + 16, f"{100 * v:.0f}", "m", "mid") for v in (0.0, 0.5, 1.0))]
    return svg.drawing(width, y + 24, [*ends, *body], f"shares {svg.size(width)}")


def _mark(row: Share, y: float, at: Callable[[float], float]) -> list[str]:
    parts = []
    if row.low is not None and row.high is not None:
        low, high = at(max(0.0, row.low)), at(min(1.0, row.high))
        parts.append(svg.rect(low, y - 6, max(high - low, 1), 12, "filled") if row.bounds else svg.line(low, y, high, y, "thin"))
    return [*parts, svg.line(at(row.value), y - 8, at(row.value), y + 8, "tick")] if row.value is not None else parts
