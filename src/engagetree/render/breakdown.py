"""The breakdown as it is printed: one rounding, used by the sentence, the drawing, the table and the terminal alike.

Points and points to gain of the signals add up to the printed score and to what is missing to 100; those of the drivers to their signal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engagetree.definition.model import Definition
from engagetree.findings import Explanation, Node
from engagetree.render import words
from engagetree.render.rounding import halves, nearest, spread
from engagetree.render.since import with_changes


@dataclass(frozen=True)
class Part:
    """One node with the numbers that are printed for it. `weight`, `points` and `gain` are in points of the score, with one decimal."""

    node: Node
    depth: int  # 0 the score, 1 a signal, 2 and deeper a driver
    weight: float | None
    points: float | None
    gain: float | None
    parts: tuple[Part, ...] = ()
    most_weight: bool = False
    easiest: bool = False
    times: bool = False  # a driver that is multiplied with its sisters, so that it has no points of its own
    above: str = ""  # who is accountable for its parent
    change: float | None = None  # what it did to the score since the period before
    came: float = 0.0  # of the score: what those did who came and went

    @property
    def known(self) -> bool:
        return self.node.value is not None

    @property
    def value_text(self) -> str:
        return words.one(self.node.value)

    @property
    def weight_text(self) -> str:
        """`30 %`, `42.9 %`; `×` for a driver that is multiplied."""
        if self.weight is None:
            return "×" if self.times and self.known else words.DASH
        return f"{words.count(self.weight)}{words.SPACE}%"

    @property
    def points_text(self) -> str:
        return "" if self.times and self.known else words.one(self.points)

    @property
    def gain_text(self) -> str:
        return "" if self.times and self.known and self.gain is None else words.one(self.gain)

    @property
    def lever_text(self) -> str:
        """What one more act is worth, and which: `+1.3, the next session`; empty where nothing is known of it."""
        if self.node.leverage is None:
            return ""
        worth = words.signed(self.node.leverage, 1)
        return f"{worth}, {words.clean(self.node.act)}" if self.node.act else worth

    @property
    def taken_text(self) -> str:
        return taken(self.node)

    @property
    def accountable(self) -> str:
        """Who is accountable, where that is not the one already named for its signal."""
        return "" if self.node.accountable == self.above else self.node.accountable


def breakdown(explanation: Explanation, definition: Definition) -> Part:
    """The whole tree of an explanation, rounded so that it adds up; signals in the order of the definition.

    Without a score there is nothing to add up: the values that are known are shown, without points.
    """
    root = explanation.tree
    if explanation.score is None or not any(c.points is not None for c in root.children):
        return Part(root, 0, None, None, None, tuple(_bare(c, 1, root) for c in root.children))
    points = words.tenths(explanation.score, definition.bands)
    total = Part(root, 0, 100.0, points, nearest(100 - points, 1))
    return with_changes(_tagged(total, _split(total, root.children), explanation.easiest), explanation, definition)


def by_gain(parts: tuple[Part, ...]) -> list[Part]:
    """Parts with the most to gain first, the unknown last."""
    return sorted(parts, key=lambda p: (p.gain is None, not p.known, -(p.gain or 0)))


def walk(part: Part) -> Iterator[Part]:
    """The signals, each followed by its drivers, most to gain first."""
    for child in by_gain(part.parts):
        yield child
        yield from walk(child)


def easiest(part: Part) -> Part | None:
    """The signal with the most points to gain, when there is anything to gain."""
    return next((p for p in part.parts if p.easiest), None)


def taken(node: Node) -> str:
    """What was taken, in words: `6 of 10 steps that were due`, `12 comments in 3.5 weeks, against 2 a week`; empty for the unknown."""
    if node.taken is None:
        return ""
    amount, how = words.quantity(node.taken, node.unit), words.clean(node.how)
    if node.offered is None:
        rate = f"{amount} {_unit(node.unit, amount)}".rstrip()
        return f"{rate}{' ' if how.startswith('in ') else ', '}{how}" if how else rate
    offered = words.quantity(node.offered, node.unit)
    said = f"{amount} of {offered} {_unit(node.unit, offered)}".rstrip()
    return said if how in {"", "share", "of those offered"} else f"{said} {how.removeprefix('of those ')}"


def _unit(unit: str, amount: str) -> str:
    """The unit after an amount: definitions write it in the plural, which in most languages that we meet is an s at the end."""
    said = "" if unit == "seconds" else words.clean(unit)
    one = amount == "1" and said.endswith("s") and not said.endswith("ss")
    return (said[:-3] + "y" if said.endswith("ies") else said[:-1]) if one else said


def _bare(node: Node, depth: int, parent: Node) -> Part:
    children = tuple(_bare(c, depth + 1, node) for c in node.children)
    return Part(node, depth, None, None, None, children, times=parent.combine == "product", above=parent.accountable)


def _split(parent: Part, nodes: tuple[Node, ...]) -> tuple[Part, ...]:
    """The children of one node with their share of its printed weight and points."""
    if parent.node.combine == "product" and parent.gain is not None:
        return _multiplied(parent, nodes)
    counted = [n for n in nodes if n.points is not None and n.value is not None]
    if not counted or parent.weight is None or parent.points is None:
        return tuple(_bare(n, parent.depth + 1, parent.node) for n in nodes)
    weights = [n.points + n.headroom if n.headroom is not None else 100 * n.weight for n in counted if n.points is not None]
    shown = halves(weights, [n.points for n in counted if n.points is not None], parent.weight, parent.points)
    by_key = {n.key: row for n, row in zip(counted, shown, strict=True)}
    return tuple(_child(n, parent, by_key.get(n.key)) for n in nodes)


def _multiplied(parent: Part, nodes: tuple[Node, ...]) -> tuple[Part, ...]:
    """Drivers that are multiplied: no weight or points of their own, but their part of what is to gain."""
    counted = [n for n in nodes if n.headroom is not None and n.value is not None]
    shown = spread([n.headroom or 0.0 for n in counted], parent.gain, 1)
    gains = {n.key: gain for n, gain in zip(counted, shown, strict=True)}
    return tuple(replace(_bare(n, parent.depth + 1, parent.node), gain=gains.get(n.key)) for n in nodes)


def _child(node: Node, parent: Part, shown: tuple[int, int, int] | None) -> Part:
    depth = parent.depth + 1
    if shown is None:
        return _bare(node, depth, parent.node)
    part = Part(node, depth, shown[0] / 10, shown[1] / 10, shown[2] / 10, above=parent.node.accountable)
    return replace(part, parts=_split(part, node.children))


def _tagged(total: Part, parts: tuple[Part, ...], key: str | None) -> Part:
    """Tag the largest weight (when there is one) and the easiest gain (when there is anything to gain)."""
    known = [p for p in parts if p.gain is not None]
    gains = sorted(known, key=lambda p: -(p.node.headroom if p.node.headroom is not None else p.gain or 0))
    best = next((p.node.key for p in known if p.node.key == key), gains[0].node.key if gains else None)
    top = max((p.weight or 0 for p in known), default=0)
    heavy = [p.node.key for p in known if p.weight == top]

    def tag(p: Part) -> Part:
        most = len(known) > 1 and heavy == [p.node.key]
        return replace(p, most_weight=most, easiest=p.node.key == best and (p.gain or 0) > 0)

    return replace(total, parts=tuple(tag(p) for p in parts))
