"""Rounding that adds up: what is printed sums to the whole that is printed beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

TINY = 1e-7  # so that 26.999999999 counts as 27 and not as 26 with a large remainder


def nearest(x: float, digits: int = 0) -> float:
    """Round half away from zero, as people do, and never to a negative zero.

    >>> nearest(2.5), nearest(-2.5), nearest(-0.04, 1)
    (3.0, -3.0, 0.0)
    """
    scale = 10.0**digits
    return math.copysign(math.floor(abs(x) * scale + 0.5 + TINY), x) / scale + 0.0


def spread(parts: Sequence[float], whole: float | None = None, digits: int = 0) -> tuple[float, ...]:
    """Round each part down or up so that together they make the rounded `whole` (by default their sum): largest remainder first.

    Parts that do not belong to the whole (they miss it by more than rounding can) are rounded one by one: the gap stays visible.

    >>> spread([33.4, 33.3, 33.3])
    (34.0, 33.0, 33.0)
    >>> spread([3.24, 0.53, -3.13, 2.76], digits=1)
    (3.2, 0.5, -3.1, 2.8)
    """
    scale = 10**digits
    exact = [p * scale for p in parts]
    low = [math.floor(e + TINY) for e in exact]
    total = round(nearest(math.fsum(parts) if whole is None else whole, digits) * scale)
    missing = total - sum(low)
    order = sorted(range(len(exact)), key=lambda i: (low[i] - exact[i], i))
    if not 0 <= missing <= len(exact):
        return tuple(nearest(p, digits) for p in parts)
    up = set(order[:missing])
    return tuple((v + (i in up)) / scale + 0.0 for i, v in enumerate(low))


def adding_up(parts: Sequence[float], whole: float) -> tuple[float, ...]:
    """Parts rounded to tenths that make exactly the printed whole; what rounding alone cannot mend goes to the largest part.

    >>> adding_up([2.0, 1.0], 2.9)
    (1.9, 1.0)
    >>> adding_up([-3.13, 0.0, 0.53], -2.6)
    (-3.1, 0.0, 0.5)
    """
    if not parts:
        return ()
    out = [round(10 * p) for p in spread(parts, digits=1)]
    largest = max(range(len(parts)), key=lambda i: abs(parts[i]))
    out[largest] += round(10 * whole) - sum(out)
    return tuple(v / 10 + 0.0 for v in out)


def halves(weights: Sequence[float], points: Sequence[float], whole: float, filled: float) -> list[tuple[int, int, int]]:
    """Round a column of weights, each split into points and points to gain, so that every row *and* every column adds up.

    All in points of the score (0–100); answers in tenths: (weight, points, to gain) with weight = points + to gain in each row,
    the weights summing to `whole` and the points to `filled`. No printed number is more than two tenths from the exact one.

    >>> halves([30, 20, 30, 20], [27, 12, 12, 20], 100, 71)
    [(300, 270, 30), (200, 120, 80), (300, 120, 180), (200, 200, 0)]
    """
    w = [round(v * 10) for v in spread(weights, whole, 1)]
    exact = [10 * v for v in points]
    total = sum(round(v * 10) for v in spread(points, filled, 1))
    p = _towards(total, [math.floor(e) for e in exact], [_bounds(*row) for row in zip(weights, points, w, strict=True)], exact)
    p = _towards(total, p, [(0, v) for v in w], exact)
    return [(a, b, a - b) for a, b in zip(w, p, strict=True)]


def _bounds(weight: float, points: float, shown: int) -> tuple[int, int]:
    """The tenths that the points of one row may take so that points and gain are each rounded down or up, and none is negative."""
    gain = max(0.0, 10 * (weight - points))
    low = max(math.floor(10 * points + TINY), shown - math.ceil(gain - TINY), 0)
    high = min(math.ceil(10 * points - TINY), shown - math.floor(gain + TINY), shown)
    return (low, high) if low <= high else (0, shown)


def _towards(total: int, tenths: list[int], bounds: list[tuple[int, int]], exact: list[float]) -> list[int]:
    """Move tenths into their bounds, then one at a time where it costs least, until they sum to the total or no bound leaves room."""
    out = [min(max(t, low), high) for t, (low, high) in zip(tenths, bounds, strict=True)]
    while sum(out) != total:
        step = 1 if sum(out) < total else -1
        room = [i for i, (low, high) in enumerate(bounds) if low <= out[i] + step <= high]
        if not room:
            break
        out[min(room, key=lambda i: step * (out[i] - exact[i]))] += step
    return out
