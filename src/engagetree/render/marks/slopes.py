"""From then to now: one line for each who moved clearly, a name at its end; those who rose beside those who fell."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

LINE, TITLE, LEFT, GAP, HEIGHT = 17, 28, 30, 24, 190.0

Line = tuple[str, float, float]  # name, then, now


def slopes(sides: Sequence[tuple[str, Sequence[Line]]], ends: tuple[str, str], cuts: Sequence[float], width: int) -> Markup:
    """`sides` are (title, lines) with values on 0–100; `ends` name the two moments. Side by side on a wide page, else one under another."""
    shown = [s for s in sides if s[1]]
    if not shown:
        return Markup("")
    across = len(shown) if width > 500 else 1
    wide = (width - GAP * (across - 1)) / across
    parts, top = [], 0.0
    for i, (title, lines) in enumerate(shown):
        tall = max(HEIGHT, LINE * (len(lines) + 1))
        left = (i % across) * (wide + GAP)
        parts += _side(title, lines, ends, cuts, (left, top + TITLE, wide, tall))
        if (i + 1) % across == 0:
            top += TITLE + max(max(HEIGHT, LINE * (len(s[1]) + 1)) for s in shown) + 30
    return svg.drawing(width, top, parts, f"slopes {svg.size(width)}")


def _side(
    title: str, lines: Sequence[Line], ends: tuple[str, str], cuts: Sequence[float], box: tuple[float, float, float, float]
) -> list[str]:
    left, top, wide, tall = box
    start, label = left + LEFT, max(letters.width(words.clean(n), bold=True) + letters.width("00 to 00") for n, _, _ in lines) + 26
    end = max(start + 60, left + wide - label)

    def y(value: float) -> float:
        return top + tall * (1 - value / 100)

    parts = [svg.text(start, top - 10, title, "b")]
    for at in (0.0, *cuts, 100.0):
        parts.append(svg.line(start, y(at), end, y(at), "axis" if at == 0 else "hair" if at == 100 else "cut"))
        parts.append(svg.text(start - 5, y(at) + 4, words.count(at), "m", "end"))
    order = sorted(lines, key=lambda line: -line[2])
    for (name, a, b), place in zip(order, settled([y(b) + 4 for _, _, b in order], LINE, top + 6, top + tall), strict=True):
        parts += [svg.path([(start + 4, y(a)), (end - 6, y(b))], "way"), svg.line(end - 4, y(b), end + 8, place - 4, "hair")]
        parts.append(svg.pair(end + 12, place, name, f"{words.score(a)} to {words.score(b)}"))
    foot = top + tall + 18
    return [*parts, svg.text(start, foot, ends[0], "m"), svg.text(end, foot, ends[1], "m", "end")]


def settled(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions in the same order and at least `gap` apart, as near to the wanted ones as least squares can, then moved into the bounds.

    >>> settled([10, 12, 50], 8, 0, 60), settled([58, 59], 8, 0.0, 60.0)
    ([7.0, 15.0, 50.0], [52.0, 60.0])
    """
    runs: list[list[float]] = []  # of each run that touches: the sum of what its members want of its start, how many
    for i, at in enumerate(wanted):
        runs.append([at - i * gap, 1.0])
        while len(runs) > 1 and runs[-2][0] / runs[-2][1] > runs[-1][0] / runs[-1][1]:
            total, n = runs.pop()
            runs[-1][0], runs[-1][1] = runs[-1][0] + total, runs[-1][1] + n
    starts = [total / n for total, n in runs for _ in range(int(n))]
    return svg.apart([s + i * gap for i, s in enumerate(starts)], gap, low, high)
