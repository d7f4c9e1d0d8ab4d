"""Rows of the scores table taken apart into a metric tree: for one participant exactly, for many as a mean whose parts still add up.

The tree is worked out again from the totals that are stored beside the score; a test holds that it comes to the same number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.findings import Node
from engagetree.formula import Column, Vector, columns, driver_value, offered_of, signal_value, vector, weighted
from engagetree.formula.product import shortfalls
from engagetree.stats.intervals import jeffreys

Reason = Callable[[Column], str]
"""Why a driver has no value, in words."""


def nowhere(column: Column) -> str:
    """The reason when nobody knows a better one."""
    return "nothing was offered yet"


@dataclass(frozen=True)
class Part:
    """One node for every row: its value 0–1 (NaN: unknown) and the share of the whole score that it carries (0 where unknown)."""

    value: Vector
    weight: Vector


def tree(definition: Definition, table: pa.Table, reason: Reason = nowhere) -> Node:
    """The metric tree of one row, or the mean tree of several; points and headroom of the signals add up to the score and to 100 − score.

    For several rows give only those that have a score: weights, points and headroom are means over them.
    """
    cols = columns(definition)
    values = {c.index: driver_value(c, table) for c in cols}
    mine = {s.key: [c for c in cols if c.signal.key == s.key] for s in definition.signals}
    signals = {s.key: signal_value(s, [values[c.index] for c in mine[s.key]]) for s in definition.signals}
    whole, shares = weighted([s.weight for s in definition.signals], [signals[s.key][0] for s in definition.signals])
    nodes = []
    for s, share in zip(definition.signals, shares, strict=True):
        value, inner = signals[s.key]
        missing = shortfalls([values[c.index] for c in mine[s.key]]) if s.combine == "product" else [None] * len(inner)
        drivers = tuple(
            _driver_node(c, Part(values[c.index], share * own), table, reason, None if gap is None else share * gap)
            for c, own, gap in zip(mine[s.key], inner, missing, strict=True)
        )
        nodes.append(_signal_node(s, Part(value, share), drivers))
    mean = _mean(whole)
    points = sum(n.points or 0.0 for n in nodes)
    return Node(
        definition.programme, definition.title, "score", mean, 1.0, 1.0, points if mean is not None else None,
        100.0 - points if mean is not None else None, children=tuple(nodes),
    )  # fmt: skip


def _mean(value: Vector) -> float | None:
    known = value[~np.isnan(value)]
    return float(known.mean() * 100.0) if known.size else None


def _points(part: Part) -> tuple[float, float, float]:
    """Mean weight, points and headroom over all rows, on 0–1 and 0–100; a row that does not know the node carries no weight there."""
    gained = part.weight * np.nan_to_num(part.value)
    return float(part.weight.mean()), float(gained.mean() * 100.0), float((part.weight - gained).mean() * 100.0)


def _signal_node(s: Signal, part: Part, drivers: tuple[Node, ...]) -> Node:
    weight, points, headroom = _points(part)
    known = weight > 0
    return Node(
        s.key, s.label, "signal", 100.0 * points / (100.0 * weight) if known else None, weight, s.weight,
        points if known else None, headroom if known else None, combine=s.combine,
        reason="" if known else next((d.reason for d in drivers if d.reason), ""),
        accountable=s.owners.accountable, advice=s.advice, children=drivers,
    )  # fmt: skip


def _driver_node(c: Column, part: Part, table: pa.Table, reason: Reason, gap: Vector | None) -> Node:
    """A driver; of a product it has no weight and no points of its own, but its part `gap` of what is to gain."""
    d, value = c.driver, _mean(part.value)
    weight, points, headroom = _points(part) if gap is None else (0.0, None, float(np.nan_to_num(gap).mean() * 100.0))
    taken, offered = float(np.nansum(vector(table, c.taken))), float(np.nansum(offered_of(c, table)))
    low, high = _interval(c, table, value)
    seconds = d.is_share and d.count != "items"
    known = value is not None
    return Node(
        d.key, d.label, "driver", value, weight, d.weight, points if known else None, headroom if known else None, low, high,
        taken=None if value is None else taken, offered=offered if d.is_share and value is not None else None,
        unit="seconds" if seconds else d.unit, how=described(d, offered, table.num_rows),
        reason="" if value is not None else reason(c), accountable=d.owners.accountable or c.signal.owners.accountable,
    )  # fmt: skip


def _interval(c: Column, table: pa.Table, value: float | None) -> tuple[float | None, float | None]:
    """Jeffreys' interval of one person's share; a mean over people and a rate carry none here."""
    if value is None or table.num_rows != 1 or not c.driver.is_share:
        return None, None
    n = float((offered_of(c, table) if c.chances == c.offered else vector(table, c.chances))[0])
    if n <= 0:
        return None, None
    low, high = jeffreys(min(n, value / 100.0 * n), n)
    return low * 100.0, high * 100.0


EXPOSURE = {"day": "days", "week": "weeks", "hour_present": "hours present", "total": ""}


def described(d: Driver, offered: float, people: int) -> str:
    """How a driver is measured, in words.

    >>> described(Driver("c", "Comments", ("comment",), normalise="target", target=2.0, per="week"), 3.5, 1)
    'in 3.5 weeks, against 2 a week'
    """
    if d.is_share:
        return "of those that were due" if d.when == "due" else "of those offered while present" if d.while_present else "of those offered"
    a = {"day": "a day", "week": "a week", "hour_present": "an hour present", "total": "in all"}.get(d.per, f"for each {d.per}")
    goal = {
        "target": f"against {d.target or 0:g} {a}",
        "saturating": f"half of it at {d.half or 0:g} {a}",
        "range": f"from {d.floor:g} to {d.target or 0:g} {a}",
        "percentile": "relative to the cohort",
    }[d.normalise]
    exposure = EXPOSURE.get(d.per, f"{d.per}s")
    return f"in {offered:.3g} {exposure}, {goal}" if people == 1 and exposure else goal


def easiest(node: Node) -> str | None:
    """The signal with the most points to gain, if there is anything to gain."""
    known = [c for c in node.children if c.headroom]
    return max(known, key=lambda c: c.headroom or 0.0).key if known else None
