"""How much of a group was reached against its share of a named baseline, on a scale where twice and half lie equally far from 1.

A tick is the ratio, the thin line its interval, the bar behind it what the missing answers leave open; an arrow goes on past the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
ROW = 34
KEY = "Tick: the ratio. Line: its 95 % interval. Bar: if everybody who gave no answer were in the group, or nobody."


@dataclass(frozen=True)
class Parity:
    """One row. Each number may be missing; `said` is printed with it, `verdict` below in words."""

    label: str
    ratio: float | None
    low: float | None = None
    high: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    said: str = ""
    verdict: str = ""


def parity(rows: Sequence[Parity], width: int, key: str = KEY) -> Markup:
    """The rows from top to bottom around 1; on a slim page the label stands above its line."""
    if not rows:
        return Markup("")
    slim = width <= 500
    right = 0.0 if slim else min(250.0, max(max(letters.width(r.said), letters.width(r.verdict)) for r in rows) + 16)
    left = 0.0 if slim else min(190.0, max(letters.width(words.clean(r.label)) for r in rows) + 16)
    ends = _ends(rows)
    at = _scale(left + 10, width - right - 10, *ends)
    lines = letters.wrap(key, width - 8)
    parts = [svg.text(0, 13 + 15 * i, line, "m") for i, line in enumerate(lines)]
    top = y = 15.0 * len(lines) + 12
    body: list[str] = []
    for row in rows:
        y = _row(row, body, y, width, left, at, ends, slim)
    shown = [t for t in TICKS if ends[0] <= t <= ends[1]]
    shown = [t for t in shown if not slim or t in (0.2, 0.5, 1.0, 2.0, 5.0)]
    parts += [svg.line(at(t), top, at(t), y, "axis" if t == 1 else "hair") for t in shown]
    parts += [svg.text(at(t), y + 16, "1 = parity" if t == 1 else f"{t:g}", "b" if t == 1 else "m", "mid") for t in _apart(shown, at)]
    parts += [svg.text(at(ends[0]), y + 34, "reached less", "m"), svg.text(at(ends[1]), y + 34, "reached more", "m", "end")]
    return svg.drawing(width, y + 40, [*parts, *body], f"parity {svg.size(width)}")


def _row(
    row: Parity, body: list[str], y: float, width: int, left: float, at: Callable[[float], float], ends: tuple[float, float], slim: bool
) -> float:
    """Draw one row below `y` and say where the next begins."""
    names = letters.wrap(words.clean(row.label), width - 8 if slim else left - 12)
    if slim:
        said = letters.wrap(" · ".join(t for t in (row.said, row.verdict) if t), width - 8)
        body += [svg.text(0, y + 14 + 15 * i, t, "b") for i, t in enumerate(names)]
        y += 15 * len(names)
        body += [svg.text(0, y + 14 + 15 * i, t, "m") for i, t in enumerate(said)]
        y += 15 * len(said)
        body += _mark(row, y + 15, at, ends)
        return y + 30
    tall = max(ROW, 15 * len(names) + 12)
    middle = y + tall / 2
    body += [svg.text(0, middle + 4 - 7.5 * (len(names) - 1) + 15 * i, t) for i, t in enumerate(names)]
    body += [svg.text(width, middle - 3, row.said, "", "end"), svg.text(width, middle + 13, row.verdict, "m", "end")]
    body += _mark(row, middle, at, ends)
    return y + tall


def _mark(row: Parity, y: float, at: Callable[[float], float], ends: tuple[float, float]) -> list[str]:
    parts = []
    if row.bound_low is not None and row.bound_high is not None:
        parts.append(svg.rect(at(row.bound_low), y - 6, max(at(row.bound_high) - at(row.bound_low), 1), 12, "filled"))
    if row.low is not None and row.high is not None:
        parts.append(svg.line(at(row.low), y, at(row.high), y, "thin"))
        parts += [
            _arrow(at(e), y, e == ends[0]) for e, v in ((ends[0], row.low), (ends[1], row.high)) if (v < e if e == ends[0] else v > e)
        ]
    if row.ratio is None:
        return parts
    if row.ratio < ends[0] or row.ratio > ends[1]:
        return parts
    return [*parts, svg.line(at(row.ratio), y - 8, at(row.ratio), y + 8, "tick")]


def _arrow(x: float, y: float, leftwards: bool) -> str:
    d = -6 if leftwards else 6
    return svg.path([(x - d, y - 4), (x, y), (x - d, y + 4)], "thin")


def _ends(rows: Sequence[Parity]) -> tuple[float, float]:
    """The ends of the scale: round numbers that hold every ratio, at least a half and twice, at most a tenth and ten times."""
    found = [v for r in rows for v in (r.ratio, r.low, r.high, r.bound_low, r.bound_high) if v is not None and v > 0]
    low = max((t for t in TICKS if t <= min([*found, 0.5])), default=TICKS[0])
    high = min((t for t in TICKS if t >= max([*found, 2.0])), default=TICKS[-1])
    return low, high


def _scale(left: float, right: float, low: float, high: float) -> Callable[[float], float]:
    a, b = math.log(low), math.log(high)

    def at(v: float) -> float:
        return left + (right - left) * (math.log(min(max(v, low), high)) - a) / (b - a)

    return at


def _apart(shown: Sequence[float], at: Callable[[float], float]) -> list[float]:
    """The ticks whose labels have room; 1 always."""
    kept = [1.0] if 1.0 in shown else []
    for t in shown:
        if t != 1 and all(abs(at(t) - at(k)) >= (52 if k == 1 else 30) for k in kept):
            kept.append(t)
    return sorted(kept)
