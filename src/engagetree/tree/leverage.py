"""Leverage: how many points one more act is worth, beside a node's weight and headroom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engagetree.findings import Node
from engagetree.tree.acts import Way, World


@dataclass(frozen=True)
class Lever:
    """One more act for a driver and the points that it is worth. `act` says which: "the next session", "one task still open"."""

    act: str
    points: float


def lever(world: World, way: Way, act: str) -> Lever | None:
    """What one more act in this way is worth now; None where there is no score before or after it."""
    before, after = world.now(), world.after([(way, 1)])
    return None if before is None or after is None else Lever(act, after - before)


def with_levers(root: Node, levers: Mapping[tuple[str, str], Lever]) -> Node:
    """The tree with the leverage of each driver, by (signal, driver)."""
    return replace(root, children=tuple(_signal(s, levers) for s in root.children))


def _signal(signal: Node, levers: Mapping[tuple[str, str], Lever]) -> Node:
    drivers = (_driver(d, levers.get((signal.key, d.key))) for d in signal.children)
    return replace(signal, children=tuple(drivers))


def _driver(driver: Node, found: Lever | None) -> Node:
    return driver if found is None else replace(driver, leverage=found.points, act=found.act)
