"""Expressions as a chain of named stages.

Ibis folds one projection into the next and repeats what the first one computed; a few levels deep the SQL doubles with each. So each
stage is compiled by itself, under a name, and the next one reads that name: shorter SQL, and each step can be run and looked at alone.
"""

from __future__ import annotations

from typing import Any

import ibis


class Plan:
    """Stages in order; the last one is the answer.

    >>> plan = Plan()
    >>> t = plan.then("doubled", ibis.table({"x": "int64"}, name="numbers").mutate(y=ibis._.x * 2))
    >>> _ = plan.then("answer", t.filter(t.y > 2))
    >>> plan.sql("duckdb").splitlines()[0], plan.names
    ('WITH "doubled" AS (', ('doubled', 'answer'))
    """

    def __init__(self) -> None:
        self._stages: list[tuple[str, Any]] = []

    @classmethod
    def of(cls, name: str, expression: Any) -> Plan:
        """A plan of a single stage."""
        plan = cls()
        plan.then(name, expression)
        return plan

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._stages)

    def then(self, name: str, expression: Any) -> Any:
        """Add a stage; returns the table by which the next stage reads it."""
        self._stages.append((name, expression))
        return ibis.table(expression.schema(), name=name)

    def sql(self, dialect: str) -> str:
        """One statement in the dialect `duckdb` or `pyspark`."""
        if dialect == "pyspark":
            _ = ibis.pyspark  # registers the dialect
        quote = "`" if dialect == "pyspark" else '"'
        bodies = [f"{quote}{name}{quote} AS (\n{ibis.to_sql(e, dialect=dialect, pretty=False)}\n)" for name, e in self._stages]
        last = self._stages[-1][0]
        return "WITH " + ",\n".join(bodies) + f"\nSELECT * FROM {quote}{last}{quote}"
