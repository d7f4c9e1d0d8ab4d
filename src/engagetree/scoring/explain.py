"""Rows of the scores table taken apart into a metric tree: for one participant exactly, for many as a mean whose parts still add up.

The tree is worked out again from the totals that are stored beside the score; a test holds that it comes to the same number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.findings import Node
from engagetree.scoring.columns import Column, columns
from engagetree.stats.intervals import jeffreys

Vector = NDArray[np.float64]
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


def vector(table: pa.Table, name: str) -> Vector:
    """A column as doubles, null as NaN."""
    return np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def offered_of(c: Column, table: pa.Table) -> Vector:
    """What was offered. A prompt that was answered was met, whatever the presence record says."""
    offered = vector(table, c.offered)
    return np.maximum(offered, vector(table, c.taken)) if c.driver.while_present else offered


def driver_value(c: Column, table: pa.Table) -> Vector:
    """A driver's value 0–1 for every row, NaN where nothing was offered."""
    if c.driver.normalise == "percentile":
        return vector(table, c.value)
    taken, offered = vector(table, c.taken), offered_of(c, table)
    rate = np.divide(taken, offered, out=np.full_like(taken, np.nan), where=offered > 0)
    return normalised(c.driver, rate)


def normalised(d: Driver, rate: Vector) -> Vector:
    """A rate as 0–1; the same rules as `measure.normalised`, on arrays."""
    if d.is_share:
        return np.clip(rate, 0.0, 1.0)
    if d.normalise == "saturating":
        return np.asarray(1.0 - np.exp(-math.log(2.0) * rate / (d.half or 1.0)))
    return np.clip((rate - d.floor) / ((d.target or 1.0) - d.floor), 0.0, 1.0)


def weighted(weights: list[float], values: list[Vector]) -> tuple[Vector, list[Vector]]:
    """The weighted mean over what is known, and the weight of each part after renormalising (0 where it is unknown)."""
    known = sum((np.where(np.isnan(v), 0.0, w) for w, v in zip(weights, values, strict=True)), np.zeros_like(values[0]))
    shares = [
        np.divide(np.where(np.isnan(v), 0.0, w), known, out=np.zeros_like(known), where=known > 0)
        for w, v in zip(weights, values, strict=True)
    ]
    total = sum((s * np.nan_to_num(v) for s, v in zip(shares, values, strict=True)), np.zeros_like(known))
    return np.where(known > 0, total, np.nan), shares


def signal_value(s: Signal, values: list[Vector]) -> tuple[Vector, list[Vector]]:
    """A signal's value and its drivers' shares of it; the drivers of a product have none of their own."""
    if s.combine == "product":
        known = np.any([~np.isnan(v) for v in values], axis=0)
        return np.where(known, np.prod([np.where(np.isnan(v), 1.0, v) for v in values], axis=0), np.nan), [
            np.full_like(v, np.nan) for v in values
        ]
    return weighted([d.weight for d in s.drivers], values)


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
        drivers = tuple(
            _driver_node(c, Part(values[c.index], share * own), table, reason, share, value)
            for c, own in zip(mine[s.key], inner, strict=True)
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


def _driver_node(c: Column, part: Part, table: pa.Table, reason: Reason, share: Vector, of_signal: Vector) -> Node:
    d, value = c.driver, _mean(part.value)
    multiplied = c.signal.combine == "product"
    weight, points, headroom = (0.0, None, None) if multiplied else _points(part)
    taken, offered = float(np.nansum(vector(table, c.taken))), float(np.nansum(offered_of(c, table)))
    low, high = _interval(c, table, value)
    seconds = d.is_share and d.count != "items"
    if value is None:
        points, headroom = None, None
    return Node(
        d.key, d.label, "driver", value, weight, d.weight, points, headroom, low, high,
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


def row_values(row: Mapping[str, object], definition: Definition) -> dict[str, float | None]:
    """The signals' values of one row, by key."""
    out: dict[str, float | None] = {}
    for s in definition.signals:
        v = row[s.key]
        out[s.key] = float(v) if isinstance(v, int | float) else None
    return out
