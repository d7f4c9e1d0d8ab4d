"""Two lines of evidence: what was told against what came true, and how well a score ranks from week to week beside the ceiling."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from engagetree.render.marks import letters, svg

LEFT, FOOT, TOP = 52, 40, 26
STYLE = ("Dashes", "Dots", "Dashes and dots")
Bin = tuple[float, float, float, float]  # told, rate, low, high, all 0–1
Moment = tuple[int, float, float | None, float | None]  # week, AUC, low, high
Dot = tuple[int, float, float | None, float | None, str]  # the same, and what it is called


def told_against_true(bins: Sequence[Bin], width: int) -> Markup:
    """A square: chances told to the right, rates that came true upwards, each with its interval; right is the dashed line."""
    if not bins:
        return Markup("")
    side = min(width - LEFT - 24, 340)

    def x(v: float) -> float:
        return LEFT + side * v

    def y(v: float) -> float:
        return TOP + side * (1 - v)

    parts = [svg.text(0, 13, "Came true", "m")]
    for v in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(svg.line(x(0), y(v), x(1), y(v), "axis" if v == 0 else "hair"))
        parts.append(svg.text(LEFT - 8, y(v) + 4, f"{100 * v:.0f} %", "m", "end"))
        parts.append(svg.text(x(v), y(0) + 18, f"{100 * v:.0f} %", "m", "mid"))
    parts += [svg.text(x(1), y(0) + 36, "Chance told", "m", "end"), svg.line(x(0), y(0), x(1), y(1), "cut")]
    parts.append(svg.path([(x(t), y(r)) for t, r, _, _ in bins], "other") if len(bins) > 1 else "")
    for told, rate, low, high in bins:
        parts += [svg.line(x(told), y(low), x(told), y(high), "thick"), svg.line(x(told) - 5, y(rate), x(told) + 5, y(rate), "tick")]
    return svg.drawing(width, TOP + side + FOOT, parts, f"curve {svg.size(width)}")


def from_week_to_week(moments: Sequence[Moment], dots: Sequence[Dot], since: int | None, width: int) -> Markup:
    """AUC upwards from one half (chance) to 1; `dots` are other ways of scoring at single weeks, `since` where trust begins."""
    if not moments:
        return Markup("")
    names = list(dict.fromkeys(d[4] for d in dots))
    label = max((letters.width(n) for n in ("The score", *names)), default=0.0) + 18 if width > 500 else 16.0
    wide, tall, last = width - LEFT - label, 220.0, max(m[0] for m in moments)
    lowest = min(0.5, *(m[2] if m[2] is not None else m[1] for m in moments), *(d[1] for d in dots)) if moments else 0.5
    floor = int(lowest * 10) / 10

    def x(week: float) -> float:
        return LEFT + 6 + (wide - 12) * (week - 1) / max(1, last - 1)

    def y(v: float) -> float:
        return TOP + tall * (1 - (v - floor) / (1 - floor))

    parts = [svg.text(0, 13, "AUC", "m")]
    steps = [round(floor + 0.1 * i, 1) for i in range(round((1 - floor) * 10) + 1)]
    for v in steps:
        kind = "cut" if v == 0.5 and floor < 0.5 else "axis" if v == floor else "hair"
        parts += [svg.line(LEFT, y(v), LEFT + wide, y(v), kind), svg.text(LEFT - 8, y(v) + 4, f"{v:.1f}", "m", "end")]
    parts.append(svg.text(LEFT + wide, y(0.5) - 5, "chance", "m", "end"))
    known = [m for m in moments if m[2] is not None and m[3] is not None]
    if len(known) > 1:
        around = [(x(w), y(high or 0)) for w, _, _, high in known] + [(x(w), y(low or 0)) for w, _, low, _ in reversed(known)]
        parts.append(svg.path(around, "cone", closed=True))
    line = [(x(m[0]), y(m[1])) for m in moments]
    parts.append(svg.path(line if len(line) > 1 else [(line[0][0] - 4, line[0][1]), (line[0][0] + 4, line[0][1])], "way"))
    ends = [("The score", line[-1])]
    for i, name in enumerate(names):
        mine = sorted((d[0], d[1]) for d in dots if d[4] == name)
        points = [(x(w), y(v)) for w, v in mine]
        if len(points) > 1:
            parts.append(svg.path(points, f"other o{i + 1}"))
        parts += [svg.line(px - 4, py, px + 4, py, "thin") for px, py in points]
        ends.append((name, points[-1]))
    if since is not None:
        parts.append(svg.line(x(since), y(floor), x(since), y(floor) + 6, "tick"))
    for w in dict.fromkeys((1, *(d[0] for d in dots), last)):
        parts.append(svg.text(x(w), y(floor) + 20, w, "m", "mid"))
    parts.append(svg.text(LEFT + wide, y(floor) + 38, "Week of the programme", "m", "end"))
    if width <= 500:
        parts += [svg.text(0, y(floor) + 58 + 16 * i, f"{STYLE[i]}: {name}", "m") for i, name in enumerate(names)]
    else:
        order = sorted(ends, key=lambda e: e[1][1])
        for (name, (px, py)), place in zip(order, svg.apart([e[1][1] + 4 for e in order], 17, TOP, TOP + tall), strict=True):
            parts += [svg.line(px + 6, py, LEFT + wide + 8, place - 4, "hair"), svg.text(LEFT + wide + 12, place, name)]
    below = 16 * len(names) + 6 if width <= 500 else 0
    return svg.drawing(width, TOP + tall + FOOT + below, parts, f"auc {svg.size(width)}")
