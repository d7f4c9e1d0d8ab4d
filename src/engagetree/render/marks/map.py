"""A small map of a tree: dots from the top down, a solid line where a node is made of another, a dashed one where that is a hypothesis.

It shows the shape and nothing else; every name and number stands in the table. A name is written where the node's own part of the width
has room for it.
"""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg
from engagetree.tree.programme import Branch

STEP, EDGE, DOT = 46, 14, 4
NARROWEST = 7.0
"""Pixels that a leaf needs; a tree with more leaves than fit has no map on a page of that width."""


def small_map(root: Branch, width: int) -> Markup:
    """The map, or nothing where it would not fit."""
    leaves = _leaves(root)
    if leaves < 2 or (width - 2 * EDGE) / leaves < NARROWEST:
        return Markup("")
    parts: list[str] = []
    _draw(root, EDGE, width - EDGE, EDGE + 6, parts)
    return svg.drawing(width, (_deep(root) - 1) * STEP + 2 * EDGE + 20, parts, svg.size(width))


def _leaves(b: Branch) -> int:
    return sum(map(_leaves, b.children)) or 1


def _deep(b: Branch) -> int:
    return 1 + max(map(_deep, b.children), default=0)


def _draw(b: Branch, left: float, right: float, y: float, parts: list[str]) -> float:
    """Draw a node and all beneath it between two edges; its own x."""
    x, each, at = (left + right) / 2, (right - left) / _leaves(b), left
    for child in b.children:
        room = each * _leaves(child)
        lower = _draw(child, at, at + room, y + STEP, parts)
        at += room
        parts.insert(0, svg.line(x, y, lower, y + STEP, "cut" if child.edge == "guess" else "thin"))
    hollow = b.value is None
    parts.append(f'<circle class="{"knot hollow" if hollow else "knot"}" cx="{svg.num(x)}" cy="{svg.num(y)}" r="{DOT}"/>')
    label = words.clean(b.label)
    if letters.width(label) + 8 <= right - left:
        first = y < EDGE + 7
        parts.append(svg.text(x + (DOT + 4 if first else 0), y + (4 if first else DOT + 13), label, "m halo", "" if first else "mid"))
    return x
