"""The score field: each signal a column, its width the weight, its filled height the value.

So the filled area *is* the score and the empty area *is* what is left to gain. The easiest gain has a thick outline. Labels are never cut
off: a column too narrow for its name gets a number, and the names stand in a key below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.breakdown import Part
from engagetree.render.marks import letters, svg

HEIGHT, LINE, AXIS = 190, 17, 30
ROW_FITS = 20  # pixels that a line of text needs inside a column


@dataclass(frozen=True)
class Column:
    part: Part
    x: float
    w: float
    name: list[str]  # lines of the label above; empty when it stands in the key

    @property
    def filled(self) -> float:
        return HEIGHT * (self.part.node.value or 0) / 100

    @property
    def label(self) -> str:
        return words.clean(self.part.node.label)


def field(parts: Sequence[Part], width: int, gain: str = "easiest gain") -> Markup:
    """The field of the signals whose value is known; nothing when none is."""
    known = [p for p in parts if p.known and p.weight]
    if not known:
        return Markup("")
    left = AXIS if width > 500 else 0
    columns = _columns(known, left, width - left - 2, width)
    keyed = [c for c in columns if not c.name]
    top = max([LINE * len(c.name) for c in columns] + [LINE if keyed else 0]) + 6
    body = [b for c in columns for b in _column(c, top, gain)]
    level = "".join(f"M{svg.num(c.x)} {svg.num(top + HEIGHT - c.filled)}h{svg.num(c.w)}" for c in columns if c.filled > 0)
    body.append(f'<path class="level" d="{level}"/>')
    scale = _scale(left, top) if left else []
    under, height = _key(keyed, top + HEIGHT + (40 if len(keyed) < len(columns) else 22), width, gain) if keyed else ([], top + HEIGHT + 26)
    return svg.drawing(width, height, [*scale, *body, *_numbers(keyed, top, left, width), *under], f"field {svg.size(width)}")


def _columns(known: Sequence[Part], left: float, room: float, width: int) -> list[Column]:
    """Columns from left to right; on a slim page one name that does not fit sends all of them to the key."""
    exact = [(p.node.points or 0) + (p.node.headroom if p.node.headroom is not None else (p.weight or 0) - (p.points or 0)) for p in known]
    found, x = [], left + 1.0
    for part, weight in zip(known, exact, strict=True):
        w = room * weight / sum(exact)
        found.append(Column(part, x, w, _name(part, w)))
        x += w
    if width <= 500 and any(not c.name for c in found):
        return [Column(c.part, c.x, c.w, []) for c in found]
    return found


def _name(part: Part, w: float) -> list[str]:
    """Name and value in at most two lines that fit, without breaking a word; else nothing."""
    said = f"{words.clean(part.node.label)} {words.score(part.node.value)}"
    longest = max(letters.width(word, svg.SIZE, True) for word in said.split())
    lines = letters.wrap(said, w - 6, svg.SIZE, True) if longest <= w - 6 else []
    inside = max(letters.width(f"{words.one(part.gain)} to gain"), letters.width(f"{words.one(part.points)} points"))
    return lines if len(lines) <= 2 and inside <= w - 8 else []


def _column(c: Column, top: float, gain: str) -> list[str]:
    """Outline, filled part, empty part, and what fits inside."""
    empty = HEIGHT - c.filled
    parts = [svg.rect(c.x, top + empty, c.w, c.filled, "filled"), svg.rect(c.x, top, c.w, empty, "empty")]
    if c.part.easiest:
        parts.append(svg.rect(c.x + 1.5, top + 1.5, c.w - 3, max(empty - 3, 1), "easiest"))
    if not c.name:
        return parts
    parts += [svg.text(c.x + 3, top - 8 - LINE * (len(c.name) - 1 - i), n, "b") for i, n in enumerate(c.name)]
    weight = f"weight {c.part.weight_text}" if letters.width(f"weight {c.part.weight_text}") < c.w - 4 else c.part.weight_text
    return [*parts, *_inside(c, top, empty, gain), svg.text(c.x + c.w / 2, top + HEIGHT + 18, weight, "m", "mid")]


def _inside(c: Column, top: float, empty: float, tag: str) -> list[str]:
    """Points at the foot, points to gain at the head; a line never lies across the edge between full and empty."""
    mid, gain, points = c.x + c.w / 2, f"{words.one(c.part.gain)} to gain", f"{words.one(c.part.points)} points"
    foot = top + HEIGHT - 8 if c.filled >= ROW_FITS else top + empty - 8
    head = top + 20 if empty >= ROW_FITS + 6 else top + empty + 18
    parts = [svg.text(mid, foot, points, "", "mid"), svg.text(mid, head, gain, "b" if c.part.easiest else "", "mid")]
    if c.part.easiest and empty >= 2 * ROW_FITS + 6 and letters.width(tag) <= c.w - 8:
        parts.append(svg.text(mid, head + LINE, tag, "m", "mid"))
    return parts


def _scale(left: float, top: float) -> list[str]:
    """0, 50 and 100 at the side."""
    return [svg.text(left - 5, top + HEIGHT * (1 - v / 100) + 4, str(v), "m", "end") for v in (0, 50, 100)]


def _numbers(keyed: Sequence[Column], top: float, left: float, width: float) -> list[str]:
    """A number above each column of the key; where columns are too close the numbers move apart and point at them."""
    centres = [c.x + c.w / 2 for c in keyed]
    parts = []
    for i, (x, at) in enumerate(zip(centres, svg.apart(centres, 14, left + 6, width - 6), strict=True), 1):
        parts += [svg.text(at, top - 9, i, "m", "mid"), svg.line(at, top - 7, x, top - 1, "thread")]
    return parts


def _key(keyed: Sequence[Column], y: float, width: float, gain: str) -> tuple[list[str], float]:
    """A line for each numbered column: name and value, then weight, points and points to gain."""
    parts = []
    for i, c in enumerate(keyed, 1):
        name = f"{c.label} {words.score(c.part.node.value)}"
        rest = f"{words.one(c.part.points)} points, {words.one(c.part.gain)} to gain, weight {c.part.weight_text}"
        rest += f", {gain}" if c.part.easiest else ""
        parts.append(svg.text(8, y, i, "m", "mid"))
        if letters.width(name, svg.SIZE, True) + letters.width(rest) <= width - 40:
            parts.append(svg.pair(22, y, name, rest))
            y += LINE + 4
            continue
        lines = [(n, "b") for n in letters.wrap(name, width - 24, svg.SIZE, True)] + [(r, "m") for r in letters.wrap(rest, width - 24)]
        parts += [svg.text(22, y + LINE * j, said, kind) for j, (said, kind) in enumerate(lines)]
        y += LINE * len(lines) + 4
    return parts, y - 8
