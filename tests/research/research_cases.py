"""Small returns for tests: one indicator of each dimension, values by keyword."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from engagetree.research.model import AnnualReturn, Indicator, Institution, Value, Year
from engagetree.research.registers import REGISTERS

YEAR = Year("2025-26", date(2025, 8, 1), date(2026, 8, 1))
PLAIN = ("baseline", "verdict")

EDGE = Indicator("edge_level", "EDGE", "quality", "ordinal", "level", "…", inputs=("ratings",), scope="institution")


def extent(key, counts="records"):
    return Indicator(key, key.capitalize(), "extent", "count", key, "…", counts, inputs=("activities",), breakdowns=("type", "depth"))


def attention(key="altmetric_score"):
    return Indicator(key, "Attention", "attention", "index", "score", "…", inputs=("mentions", "outputs"))


def reach(key="representation"):
    return Indicator(key, "Representation", "reach", "ratio", "ratio", "…", "people", required_context=("baseline",))


def value(indicator, number, low=None, high=None, n=None, baseline="", verdict="", **cell):
    return Value(indicator, YEAR.key, tuple(cell.items()), number, low=low, high=high, n=n, baseline=baseline, verdict=verdict)


def annual(indicators, values, before=(), claims=()):
    return AnnualReturn(
        Institution("Invented University", invented=True), YEAR, tuple(indicators), tuple(values), tuple(before), tuple(claims)
    )


def register(con, name, rows):
    """A register with these rows as a table; what a row does not say is null. Returns its name, as `sources` want it."""
    schema = REGISTERS[name]
    con.register(name, pa.Table.from_pylist([{**dict.fromkeys(schema.names), **row} for row in rows], schema=schema))
    return name
