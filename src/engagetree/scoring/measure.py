"""Totals become values: drivers to 0–1, signals and the score to 0–100, each with what is known about its uncertainty.

Every quantity here is a triple (value, mean, variance). `value` is what people see, *taken / offered*. `mean` and `variance` describe what
n opportunities let us know about it: for a share the Jeffreys posterior Beta(k + ½, n − k + ½), for a rate of k acts the Gamma
posterior of a Poisson rate, carried through the normaliser. Nothing offered gives null, which is not zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis

from engagetree.definition.model import ON_THE_LINE, Band, Definition, Driver, Signal
from engagetree.formula.columns import Column, columns
from engagetree.scoring.plan import Plan

Value = Any  # an Ibis column expression

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals hold 95 %."""

FEWEST_TO_RANK = 5
"""A percentile among fewer people than this says nothing."""


@dataclass(frozen=True)
class Measured:
    value: Value
    mean: Value
    variance: Value


def offered(c: Column, t: Value) -> Value:
    """What was offered. A prompt that was answered was met, whatever the presence record says."""
    return ibis.greatest(t[c.offered], t[c.taken]) if c.driver.while_present else t[c.offered]


def rate(c: Column, t: Value) -> Value:
    """Taken by offered; null where nothing was offered. What is offered is never negative."""
    return t[c.taken] / offered(c, t).nullif(number(0))


def normalised(d: Driver, x: Value, t: Value) -> Value:
    """A rate as 0–1."""
    if d.normalise == "percentile":
        peers = ibis.window(group_by=[t.key, t.cohort, x.isnull()], order_by=x)
        among = x.count().over(ibis.window(group_by=[t.key, t.cohort]))
        return ibis.ifelse(x.notnull() & (among >= FEWEST_TO_RANK), x.percent_rank().over(peers), ibis.null("float64"))
    if d.normalise == "saturating":
        return number(1) - number(0.5) ** (x / number(d.half or 1.0))
    if d.normalise == "range":
        return _unit((x - number(d.floor)) / number((d.target or 1.0) - d.floor))
    return _unit(x / number(d.target or 1.0))


def spread(c: Column, value: Value, mean: Value, t: Value) -> Value:
    """The variance of what n opportunities, or k acts, let us know of the driver."""
    d = c.driver
    if d.is_share or d.normalise == "percentile":
        return mean * (number(1) - mean) / (_chances(c, t) + number(2))
    of_rate = (t[c.taken] + number(0.5)) / (t[c.offered] * t[c.offered])
    if d.normalise == "saturating":
        slope = (number(1) - value) * number(math.log(2.0) / (d.half or 1.0))
        return _most(slope * slope * of_rate, 0.25)
    width = (d.target or 1.0) - d.floor
    return _most(of_rate * number(1 / (width * width)), 0.25)


def expected(c: Column, value: Value, t: Value) -> Value:
    """The posterior mean: Jeffreys' (k + ½)/(n + 1) for a share of n, the value itself for a rate."""
    if c.driver.is_share or c.driver.normalise == "percentile":
        n = _chances(c, t)
        return (value * n + number(0.5)) / (n + number(1))
    return value


def _chances(c: Column, t: Value) -> Value:
    if not c.driver.is_share:
        return number(1)
    return offered(c, t) if c.chances == c.offered else t[c.chances]


def signal(s: Signal, parts: list[Measured]) -> Measured:
    """A signal 0–1 from its drivers: a weighted mean over those that have a value, or the product of them."""
    return _product(parts) if s.combine == "product" else _mean([d.weight for d in s.drivers], parts)


def _mean(weights: list[float], parts: list[Measured]) -> Measured:
    if len(parts) == 1:
        return parts[0]
    known = _sum(p.value.notnull().cast("float64") * number(w) for w, p in zip(weights, parts, strict=True)).nullif(number(0))
    value, mean, variance = (
        _sum((x * number(f(w))).fill_null(number(0)) for w, x in zip(weights, xs, strict=True))
        for xs, f in (
            ([p.value for p in parts], float),
            ([p.mean for p in parts], float),
            ([p.variance for p in parts], lambda w: w * w),
        )
    )
    return Measured(value / known, mean / known, variance / (known * known))


def _product(parts: list[Measured]) -> Measured:
    # A factor with nothing offered is left out: who reached no session has nothing to stay in, and the product is still 0.
    known = reduce(lambda a, b: a | b, [p.value.notnull() for p in parts])
    value, mean, square = (
        ibis.ifelse(known, reduce(lambda a, b: a * b, [f.fill_null(number(1)) for f in factors]), ibis.null("float64"))
        for factors in (
            [p.value for p in parts],
            [p.mean for p in parts],
            [p.variance + p.mean * p.mean for p in parts],
        )
    )
    return Measured(value, mean, _unit(square - mean * mean))


def score(definition: Definition, signals: list[Measured]) -> tuple[Measured, Value]:
    """The score 0–1 over the signals that have a value, and the coverage: weight observed of the weight defined."""
    weights = [s.weight for s in definition.signals]
    whole = _mean(weights, signals)
    coverage = _sum(p.value.notnull().cast("float64") * number(w) for w, p in zip(weights, signals, strict=True))
    return whole, coverage


def worth(m: Measured) -> Value:
    """How many opportunities the variance is worth: a Beta has a + b = mean(1 − mean)/variance − 1, which for a single share is n + 1."""
    tiny = ibis.ifelse(m.variance < number(1e-12), number(1e-12), m.variance)
    n = m.mean * (number(1) - m.mean) / tiny - number(1)
    return ibis.ifelse(n < number(0.1), number(0.1), n)


def interval(value: Value, n: Value) -> tuple[Value, Value]:
    """A 95 % interval on 0–1 that always holds the value: Wilson's, for n opportunities."""
    z2 = Z * Z
    shrink = number(1) + number(z2) / n
    centre = (value + number(z2 / 2) / n) / shrink
    half = (value * (number(1) - value) / n + number(z2 / 4) / (n * n)).sqrt() * number(Z) / shrink
    low, high = centre - half, centre + half
    return ibis.ifelse(value < low, value, ibis.ifelse(low < number(0), number(0), low)), ibis.ifelse(value > high, value, _most(high, 1.0))


def band(bands: tuple[Band, ...], value: Value) -> Value:
    """The key of the band of an unrounded score 0–100; null for no score."""
    cases = [(value >= number(b.at_least - ON_THE_LINE), b.key) for b in sorted(bands, key=lambda b: -b.at_least)]
    return ibis.cases(*cases, else_=ibis.null("string"))


def measured(definition: Definition, plan: Plan, totals: Value) -> Value:
    """Stages that turn `totals` into the scores table: a column for each signal, and score, low, high, coverage and band beside them."""
    names, each = columns(definition), list(enumerate(definition.signals))
    kept = ["participant", "cohort", "owner", "counted", "key", *dict.fromkeys(n for c in names for n in (c.taken, c.offered, c.chances))]
    shares = {c.index: _unit(rate(c, totals)) if c.driver.is_share else rate(c, totals) for c in names}
    table = plan.then("rates", totals.select(*kept, **{f"r{i}": r for i, r in shares.items()}))
    values = {c.index: table[f"r{c.index}"] if c.driver.is_share else normalised(c.driver, table[f"r{c.index}"], table) for c in names}
    table = plan.then("values", table.select(*kept, **{f"d{i}_value": v for i, v in values.items()}))
    table = plan.then("means", table.mutate(**{f"d{c.index}_mean": expected(c, table[f"d{c.index}_value"], table) for c in names}))
    known = {c.index: (table[f"d{c.index}_value"], table[f"d{c.index}_mean"]) for c in names}
    table = plan.then("drivers", table.mutate(**{f"d{c.index}_variance": spread(c, *known[c.index], table) for c in names}))
    parts = {s.key: [_read(table, f"d{c.index}") for c in names if c.signal.key == s.key] for s in definition.signals}
    relative = {c.value: table[f"d{c.index}_value"] for c in names if c.driver.normalise == "percentile"}
    table = plan.then("signals", table.select(*kept, **relative, **_named({f"s{i}": signal(s, parts[s.key]) for i, s in each})))
    kept += list(relative)
    whole, coverage = score(definition, [_read(table, f"s{i}") for i, _ in each])
    table = plan.then("whole", table.select(*kept, *[f"s{i}_value" for i, _ in each], coverage=coverage, **_named({"w": whole})))
    table = plan.then("worth", table.mutate(n=worth(_read(table, "w"))))
    low, high = interval(table.w_value, table.n)
    enough = table.counted & (table.coverage >= number(definition.min_coverage - 1e-9))
    only = {
        n: ibis.ifelse(enough, v * number(100), ibis.null("float64")) for n, v in (("score", table.w_value), ("low", low), ("high", high))
    }
    shown = {s.key: table[f"s{i}_value"] * number(100) for i, s in each}
    table = plan.then("shown", table.select(*kept, "coverage", **only, **shown))
    first, own = ["participant", "cohort", "owner", "counted", "score", "low", "high", "coverage"], [s.key for s in definition.signals]
    return plan.then(
        "scores",
        table.select(*first, band=band(definition.bands, table.score), **{n: table[n] for n in [*own, *kept[5:]]}, period=table.key),
    )


def _named(parts: dict[str, Measured]) -> dict[str, Value]:
    return {f"{k}_{n}": getattr(m, n) for k, m in parts.items() for n in ("value", "mean", "variance")}


def _read(table: Value, prefix: str) -> Measured:
    return Measured(table[f"{prefix}_value"], table[f"{prefix}_mean"], table[f"{prefix}_variance"])


def number(value: float) -> Value:
    """A literal that is a double on every engine: Ibis writes a bare 0.3, which is a decimal to DuckDB, and so would be what is stored."""
    return ibis.literal(repr(float(value))).cast("float64")


def _unit(value: Value) -> Value:
    return ibis.ifelse(value < number(0), number(0), _most(value, 1.0))


def _most(value: Value, limit: float) -> Value:
    # Not least(): DuckDB's skips nulls, and unknown would silently become the limit.
    return ibis.ifelse(value > number(limit), number(limit), value)


def _sum(values: Any) -> Value:
    return reduce(lambda a, b: a + b, values)
