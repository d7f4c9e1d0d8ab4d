"""Totals become values: drivers to 0–1, signals and the score to 0–100, each with what is known about its uncertainty.

Every quantity here is a triple (value, mean, variance). `value` is what people see, *taken / offered*. `mean` and `variance` describe what
n opportunities let us know about it: for a share the Jeffreys posterior Beta(k + ½, n − k + ½), for a rate of k acts the Gamma
posterior of a Poisson rate, carried through the normaliser. Nothing offered gives NaN, which is unknown and not zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetree.definition.model import ON_THE_LINE, Band, Definition, Signal
from engagetree.formula.columns import Column, columns
from engagetree.formula.values import Vector, normalised
from engagetree.stats.intervals import Z

Totals = Mapping[str, Vector]
"""Running totals by the names of their columns, one element a participant."""

FEWEST_TO_RANK = 5
"""A percentile among fewer people than this says nothing."""

ENOUGH = 1e-9
"""Weights that sum to the minimum coverage may miss it by the rounding of binary fractions."""


@dataclass(frozen=True)
class Measured:
    """One quantity 0–1 for everybody."""

    value: Vector
    mean: Vector
    variance: Vector


@dataclass(frozen=True)
class Scored:
    """What a definition makes of totals: everything on 0–100 but the coverage; NaN is unknown. `band` numbers `bands`, −1 is none."""

    score: Vector
    low: Vector
    high: Vector
    coverage: Vector
    band: NDArray[np.int8]
    signals: dict[str, Vector]
    relative: dict[str, Vector]  # values 0–1 of drivers that are a rank in the cohort, by the name of their column


def measured(definition: Definition, totals: Totals, cohort: NDArray[np.integer], counted: NDArray[np.bool_]) -> Scored:
    """The scores of everybody from their totals. `cohort` numbers each one's cohort; who is not `counted` yet has no score."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        known = {c.index: driver(c, totals, cohort) for c in columns(definition)}
        mine: dict[str, list[Measured]] = {s.key: [] for s in definition.signals}
        for c in columns(definition):
            mine[c.signal.key].append(known[c.index])
        signals = [signal(s, mine[s.key]) for s in definition.signals]
        whole, coverage = _mean([s.weight for s in definition.signals], signals)
        low, high = interval(whole.value, worth(whole))
    enough = counted & (coverage >= definition.min_coverage - ENOUGH)
    score = np.where(enough, whole.value * 100.0, np.nan)
    return Scored(
        score,
        np.where(enough, low * 100.0, np.nan),
        np.where(enough, high * 100.0, np.nan),
        coverage,
        banded(definition.bands, score),
        {s.key: m.value * 100.0 for s, m in zip(definition.signals, signals, strict=True)},
        {c.value: known[c.index].value for c in columns(definition) if c.driver.normalise == "percentile"},
    )


def driver(c: Column, totals: Totals, cohort: NDArray[np.integer]) -> Measured:
    """One driver from what was taken and offered."""
    taken, offered = totals[c.taken], offered_in(c, totals)
    rate = np.where(offered > 0, taken / offered, np.nan)
    relative = c.driver.normalise == "percentile"
    value = ranked(rate, cohort) if relative else normalised(c.driver, rate)
    if c.driver.is_share or relative:
        n = chances_in(c, totals)
        mean = (value * n + 0.5) / (n + 1.0)
        return Measured(value, mean, mean * (1.0 - mean) / (n + 2.0))
    of_rate = (taken + 0.5) / (totals[c.offered] * totals[c.offered])
    if c.driver.normalise == "saturating":
        slope = (1.0 - value) * (math.log(2.0) / (c.driver.half or 1.0))
    else:
        slope = np.full_like(value, 1.0 / ((c.driver.target or 1.0) - c.driver.floor))
    return Measured(value, value, np.where(np.isnan(value), np.nan, np.minimum(slope * slope * of_rate, 0.25)))


def offered_in(c: Column, totals: Totals) -> Vector:
    """What was offered. A prompt that was answered was met, whatever the presence record says."""
    return np.maximum(totals[c.offered], totals[c.taken]) if c.driver.while_present else totals[c.offered]


def chances_in(c: Column, totals: Totals) -> Vector:
    """How many separate opportunities stand behind the driver; a rate counts as one."""
    if not c.driver.is_share:
        return np.ones_like(totals[c.taken])
    return offered_in(c, totals) if c.chances == c.offered else totals[c.chances]


def ranked(rate: Vector, cohort: NDArray[np.integer]) -> Vector:
    """The share of the others in the cohort who have less, 0–1; unknown among fewer than `FEWEST_TO_RANK`.

    >>> ranked(np.array([3.0, 1.0, 2.0, 2.0, 9.0, np.nan]), np.zeros(6, dtype=int)).tolist()
    [0.75, 0.0, 0.25, 0.25, 1.0, nan]
    """
    out = np.full_like(rate, np.nan)
    for c in np.unique(cohort):
        among = (cohort == c) & ~np.isnan(rate)
        if (n := int(among.sum())) >= FEWEST_TO_RANK:
            out[among] = np.searchsorted(np.sort(rate[among]), rate[among], side="left") / (n - 1)
    return out


def signal(s: Signal, parts: Sequence[Measured]) -> Measured:
    """A signal 0–1 from its drivers: a weighted mean over those that have a value, or the product of them."""
    return _product(parts) if s.combine == "product" else _mean([d.weight for d in s.drivers], parts)[0]


def _mean(weights: Sequence[float], parts: Sequence[Measured]) -> tuple[Measured, Vector]:
    """The weighted mean over what is known, and how much of the weight that is."""
    if len(parts) == 1:
        return parts[0], np.where(np.isnan(parts[0].value), 0.0, weights[0])
    there = [~np.isnan(p.value) for p in parts]
    known = sum((t * w for t, w in zip(there, weights, strict=True)), np.zeros_like(parts[0].value))
    value, mean, variance = (np.zeros_like(known) for _ in range(3))
    for w, t, p in zip(weights, there, parts, strict=True):
        value += np.where(t, p.value * w, 0.0)
        mean += np.where(t, p.mean * w, 0.0)
        variance += np.where(t, p.variance * (w * w), 0.0)
    over = np.where(known > 0, known, np.nan)
    return Measured(value / over, mean / over, variance / (over * over)), known


def _product(parts: Sequence[Measured]) -> Measured:
    # A factor with nothing offered is left out: who reached no session has nothing to stay in, and the product is still 0.
    nothing = np.logical_and.reduce([np.isnan(p.value) for p in parts])
    value, mean, square = (
        np.where(nothing, np.nan, np.multiply.reduce([np.where(np.isnan(f), 1.0, f) for f in factors]))
        for factors in ([p.value for p in parts], [p.mean for p in parts], [p.variance + p.mean * p.mean for p in parts])
    )
    return Measured(value, mean, np.clip(square - mean * mean, 0.0, 1.0))


def worth(m: Measured) -> Vector:
    """How many opportunities the variance is worth: a Beta has a + b = mean(1 − mean)/variance − 1, which for a single share is n + 1."""
    return np.maximum(m.mean * (1.0 - m.mean) / np.maximum(m.variance, 1e-12) - 1.0, 0.1)


def interval(value: Vector, n: Vector) -> tuple[Vector, Vector]:
    """A 95 % interval on 0–1 that always holds the value: Wilson's, for n opportunities."""
    z2 = Z * Z
    shrink = 1.0 + z2 / n
    centre = (value + (z2 / 2) / n) / shrink
    half = np.sqrt(value * (1.0 - value) / n + (z2 / 4) / (n * n)) * Z / shrink
    return np.minimum(value, np.maximum(centre - half, 0.0)), np.maximum(value, np.minimum(centre + half, 1.0))


def banded(bands: Sequence[Band], score: Vector) -> NDArray[np.int8]:
    """Which of `bands` each unrounded score 0–100 is in; −1 for no score."""
    order = sorted(range(len(bands)), key=lambda i: bands[i].at_least)
    cuts = np.array([bands[i].at_least - ON_THE_LINE for i in order])
    place = np.searchsorted(cuts, score, side="right") - 1
    names = np.array([*order, -1], dtype=np.int8)
    return names[np.where(np.isnan(score) | (place < 0), len(order), place)]
