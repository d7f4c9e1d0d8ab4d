"""What every indicator is measured from: a connection, the registers as SQL relations, the definition and the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from engagetree.engine import literal, name
from engagetree.research.catalogue import indicator
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.model import Cell, Value, Year
from engagetree.research.registers import REACH, REGISTERS

if TYPE_CHECKING:
    import duckdb

UNKNOWN = "not_recorded"
SEVERAL = "several"


def _empty(register: str) -> str:
    """SQL: the register without a row."""
    kinds = {"string": "VARCHAR", "double": "DOUBLE", "int64": "BIGINT", "bool": "BOOLEAN", "date32[day]": "DATE"}
    schema = REACH if register == "reach" else REGISTERS[register]
    columns = ", ".join(f"NULL::{kinds.get(str(f.type), 'VARCHAR[]')} AS {name(f.name)}" for f in schema)
    return f"(SELECT {columns} WHERE FALSE)"


@dataclass(frozen=True)
class Books:
    """A year's books. `today` ends what can have been observed."""

    con: duckdb.DuckDBPyConnection
    sources: Mapping[str, str]
    definition: ResearchDefinition
    year: Year
    today: date

    def of(self, register: str) -> str:
        """A register as something to select from."""
        said = self.sources.get(register, "").strip() or _empty(register)
        return f"({said})" if said[:6].lower() in ("select", "with a") or said[:5].lower() == "with " else said

    def has(self, register: str) -> bool:
        """Whether the register has a row at all."""
        return bool(self.rows(f"SELECT 1 FROM {self.of(register)} LIMIT 1"))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.con.execute(sql).fetchall()

    def dicts(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query by the names of its columns."""
        found = self.con.execute(sql)
        names = [d[0] for d in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def within(self, column: str) -> str:
        """SQL: a day lies in the year."""
        return f"({column} >= {literal(self.year.starts)} AND {column} < {literal(self.year.until)})"

    def active(self, starts: str = "active_from", until: str = "active_until", year: Year | None = None) -> str:
        """SQL: a half-open span has a day in the year; an open end is open."""
        y = year or self.year
        return f"(coalesce({starts} < {literal(y.until)}, TRUE) AND coalesce({until} > {literal(y.starts)}, TRUE))"

    def value(self, key: str, value: float | None = None, cell: Cell = (), **more: Any) -> Value:
        """A value of a built-in indicator, with its unit, what it counts and the definition's version."""
        one = indicator(key)
        given = {"unit": one.unit, "counts": one.counts} | more
        return Value(key, self.year.key, cell, None if value is None else float(value), definition_version=self.definition.version, **given)

    def none(self, key: str, reason: str, cell: Cell = (), **more: Any) -> Value:
        """No number, and why."""
        return self.value(key, None, cell, reason=reason, **more)


def share(books: Books, key: str, part: float, whole: float, unknown: float = 0, cell: Cell = (), nothing: str = "", **more: Any) -> Value:
    """part ÷ whole; with `unknown` ones the bounds between which it must lie. No number and the reason `nothing` where whole is 0."""
    more = {"missing": round(unknown), "numerator": float(part), "denominator": float(whole), "n": round(whole)} | more
    if whole <= 0:
        aside = {name: said for name, said in more.items() if name not in ("low", "high", "interval")}
        return books.none(key, nothing or "there is nothing to divide by", cell, **aside)
    made = books.value(key, part / whole, cell, **more)
    if not unknown or more.get("interval"):
        return made
    return replace(made, low=part / (whole + unknown), high=(part + unknown) / (whole + unknown), interval=BOUNDS)


BOUNDS = "bounds by missing answers"


def words(values: Sequence[str]) -> str:
    """A bracketed SQL list for IN; never empty.

    >>> words(["a", "b"]), words([])
    ("('a', 'b')", '(NULL)')
    """
    return f"({', '.join(literal(v) for v in values) or 'NULL'})"
