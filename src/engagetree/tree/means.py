"""Why the means of two groups of different people differ: the same split, of means.

The mean score of a group is Σ (mean weight of a node) × (its mean value, each person counting by the weight that the node has for them),
exactly. Two groups under one definition differ in those mean values (behaviour) and mean weights (coverage: what is known of their people).
Only a product of drivers is not the product of its drivers' means: how the factors go together in the same people is told as **mix**.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engagetree.definition.model import Definition, Signal
from engagetree.formula import Vector, columns, driver_value, signal_value, vector, weighted
from engagetree.tree.combine import BEHAVIOUR, COVERAGE
from engagetree.tree.pairs import Path

MIX = "mix"


@dataclass(frozen=True)
class Mean:
    """A node's mean over a group: the share of the score that it carries, and its value 0–1 (None: nobody knows it)."""

    weight: float
    value: float | None


def compare(definition: Definition, before: pa.Table, after: pa.Table) -> dict[tuple[Path, str], float]:
    """The difference of two mean scores in parts by node and kind, in points; rows are those with a score, and each table has some."""
    a, b = (_signals(definition, t) for t in (before, after))
    out: dict[tuple[Path, str], float] = {}
    for s in definition.signals:
        old, new = a[s.key], b[s.key]
        low, high, values = _apart(old.mean, new.mean)
        out[(s.key,), COVERAGE] = 100.0 * (high - low) * sum(values) / 2
        if old.mean.value is not None and new.mean.value is not None:
            for (driver, kind), part in _inside(s, old, new).items():
                path = (s.key, driver) if driver else (s.key,)
                out[path, kind] = out.get((path, kind), 0.0) + 100.0 * (low + high) / 2 * part
    return out


@dataclass(frozen=True)
class _Signal:
    mean: Mean
    drivers: Mapping[str, Mean]  # weights inside the signal; of a product 1


def _signals(definition: Definition, table: pa.Table) -> dict[str, _Signal]:
    cols = columns(definition)
    values = {c.index: driver_value(c, table) for c in cols}
    known = [vector(table, s.key) / 100.0 for s in definition.signals]
    _, shares = weighted([s.weight for s in definition.signals], known)
    out = {}
    for s, value, share in zip(definition.signals, known, shares, strict=True):
        mine = [c for c in cols if c.signal.key == s.key]
        _, inner = signal_value(s, [values[c.index] for c in mine])
        each = {
            c.driver.key: _mean(share * (~np.isnan(values[c.index]) if s.combine == "product" else i), values[c.index], share)
            for c, i in zip(mine, inner, strict=True)
        }
        out[s.key] = _Signal(_mean(share, value, np.ones_like(share)), each)
    return out


def _mean(weight: Vector, value: Vector, of: Vector) -> Mean:
    """The mean weight as a share of `of`, and the mean value with those weights."""
    total, whole = float(weight.sum()), float(of.sum())
    return Mean(total / whole if whole else 0.0, float((weight * np.nan_to_num(value)).sum()) / total if total else None)


def _apart(old: Mean, new: Mean) -> tuple[float, float, tuple[float, float]]:
    """Both weights, and both values with each standing in for the other where only one is known."""
    a, b = (old.value, new.value) if old.value is not None or new.value is not None else (0.0, 0.0)
    return old.weight, new.weight, (b if a is None else a, a if b is None else b)  # type: ignore[return-value]


def _inside(s: Signal, old: _Signal, new: _Signal) -> dict[tuple[str, str], float]:
    """The drivers' parts of the change of a signal's mean value; what belongs to none of them under an empty name."""
    assert old.mean.value is not None and new.mean.value is not None
    each = {d.key: _apart(old.drivers[d.key], new.drivers[d.key]) for d in s.drivers}
    if s.combine != "product":
        behaviour = {(k, BEHAVIOUR): (low + high) / 2 * (b - a) for k, (low, high, (a, b)) in each.items()}
        return behaviour | {(k, COVERAGE): (high - low) * (a + b) / 2 for k, (low, high, (a, b)) in each.items()}
    there = {k: v for k, (low, high, v) in each.items() if low or high}
    out = {(k, BEHAVIOUR): _shapley(k, there) for k in there}
    return out | {("", MIX): new.mean.value - old.mean.value - sum(out.values())}


def _shapley(key: str, factors: Mapping[str, tuple[float, float]]) -> float:
    """One factor's part of the change of a product: its change × the mean of the others on the straight way (`tree.split._product`)."""
    points, shares = np.polynomial.legendre.leggauss((len(factors) + 1) // 2)
    others = [v for k, v in factors.items() if k != key]
    slope = sum(w / 2 * np.prod([a + (p + 1) / 2 * (b - a) for a, b in others]) for p, w in zip(points, shares, strict=True))
    a, b = factors[key]
    return float(slope * (b - a))
