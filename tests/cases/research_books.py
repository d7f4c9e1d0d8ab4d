"""Hand-made registers → values: what every test of research indicators shares."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from engagetree.research.definition import parse
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.indicators import measure
from engagetree.research.model import Value
from engagetree.research.registers import REACH, REGISTERS

PLAIN = "institution: {name: Nether Wallop, invented: true}\n"
TODAY = date(2026, 12, 1)


class Measured:
    """The values of a year, looked up by indicator and cell."""

    def __init__(self, values: tuple[Value, ...]) -> None:
        self.values = values

    def of(self, key: str) -> list[Value]:
        return [v for v in self.values if v.indicator == key]

    def one(self, key: str, **cell: str) -> Value:
        found = [v for v in self.of(key) if dict(v.cell) == cell]
        assert len(found) == 1, (key, cell, [v.cell for v in self.of(key)])
        return found[0]

    def number(self, key: str, **cell: str) -> float | None:
        return self.one(key, **cell).value

    def split(self, key: str, dimension: str) -> dict[str, float | None]:
        return {v.cell[0][1]: v.value for v in self.of(key) if [d for d, _ in v.cell] == [dimension]}


def table(register: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of a register; what a row does not say is null."""
    schema = REACH if register == "reach" else REGISTERS[register]
    for row in rows:
        assert row.keys() <= set(schema.names), row.keys() - set(schema.names)
    return pa.Table.from_pylist([dict.fromkeys(schema.names) | row for row in rows], schema=schema)


def measured(
    text: str | ResearchDefinition = PLAIN, year: str = "2025-26", today: date = TODAY, **registers: list[dict[str, Any]]
) -> Measured:
    """The values of a year from hand-made registers."""
    definition = parse(text) if isinstance(text, str) else text
    con = duckdb.connect()
    con.execute("SET threads = 1")
    for name, rows in registers.items():
        con.register(f"t_{name}", table(name, rows))
    try:
        return Measured(measure(con, {name: f"t_{name}" for name in registers}, definition, definition.year(year), today))
    finally:
        con.close()
