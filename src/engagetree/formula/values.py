"""The arithmetic of a definition on arrays: totals of drivers become values of drivers, signals and the score.

One row an element everywhere; values are 0–1, and NaN is what nothing is known about, which is not zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.formula.columns import Column

Vector = NDArray[np.float64]


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


def row_values(row: Mapping[str, object], definition: Definition) -> dict[str, float | None]:
    """The signals' values of one row, by key."""
    out: dict[str, float | None] = {}
    for s in definition.signals:
        v = row[s.key]
        out[s.key] = float(v) if isinstance(v, int | float) else None
    return out
