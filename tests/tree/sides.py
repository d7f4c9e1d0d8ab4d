"""Small definitions and rows of scores for the tests of splits, with an own way to the score: plain Python, one row at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from engagetree.definition.model import Band, Definition, Driver, Signal
from engagetree.tree.split import Side

Counts = Mapping[str, tuple[float, float]]
"""(taken, offered) of each driver, by "signal.driver"."""

BANDS = (Band("high", "High", 50), Band("low", "Low", 0))


def share(key: str, weight: float = 1.0, **more: Any) -> Driver:
    return Driver(key, key.title(), ("answer",), weight=weight, offered=("prompt",), unit="prompts", **more)


def target(key: str, goal: float, weight: float = 1.0) -> Driver:
    return Driver(key, key.title(), ("comment",), normalise="target", target=goal, weight=weight)


def half(key: str, at: float, weight: float = 1.0) -> Driver:
    return Driver(key, key.title(), ("comment",), normalise="saturating", half=at, weight=weight)


def signal(key: str, weight: float, *drivers: Driver, combine: str = "mean") -> Signal:
    return Signal(key, key.title(), weight, drivers, combine)


def defined(*signals: Signal, **more: Any) -> Definition:
    return Definition("tested", "Tested", "UTC", "week", more.pop("window", 0), signals, BANDS, **more)


def side(definition: Definition, *rows: Counts) -> Side:
    """Stored rows as scoring makes them; what a row does not name was not offered."""
    columns: dict[str, list[float | None]] = {"score": [score(definition, r) for r in rows]}
    for s in definition.signals:
        columns[s.key] = [None if (v := value(s, r)) is None else 100 * v for r in rows]
        for d in s.drivers:
            for i, name in enumerate(("taken", "offered")):
                columns[f"{s.key}__{d.key}__{name}"] = [float(r.get(f"{s.key}.{d.key}", (0, 0))[i]) for r in rows]
    table = pa.table({k: pa.array(v, pa.float64()) for k, v in columns.items()})
    return Side(definition, table.append_column("participant", pa.array([f"p{i}" for i in range(len(rows))])))


def of_driver(d: Driver, taken: float, offered: float) -> float | None:
    if not offered:
        return None
    rate = taken / offered
    if d.is_share:
        return min(1.0, rate)
    return 1 - 2 ** (-rate / (d.half or 1)) if d.normalise == "saturating" else min(1.0, rate / (d.target or 1))


def value(s: Signal, row: Counts) -> float | None:
    """A signal 0–1."""
    known = [(d.weight, v) for d in s.drivers if (v := of_driver(d, *row.get(f"{s.key}.{d.key}", (0, 0)))) is not None]
    if not known:
        return None
    if s.combine == "product":
        out = 1.0
        for _, v in known:
            out *= v
        return out
    return mean(known)


def score(definition: Definition, row: Counts) -> float | None:
    """0–100."""
    found = mean([(s.weight, v) for s in definition.signals if (v := value(s, row)) is not None])
    return None if found is None else 100 * found


def mean(parts: Sequence[tuple[float, float]]) -> float | None:
    total = sum(w for w, _ in parts)
    return sum(w * v for w, v in parts) / total if total else None
