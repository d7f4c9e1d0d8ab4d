"""Rows without an error → the frozen `Definition`. What was left out keeps the model's own default."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from engagetree.definition.around import metric, outcome, tree
from engagetree.definition.bands import DEFAULT_BANDS
from engagetree.definition.model import Band, Definition, Driver, Raci, Signal
from engagetree.definition.moments import span
from engagetree.definition.shape import Row
from engagetree.definition.version import fingerprint

ROLES = tuple(f.name for f in fields(Raci))


def build(row: Row, text: str, path: str) -> Definition:
    """The definition that checked rows describe."""
    given = {n: row.values[n] for n in ("zone", "period", "min_coverage", "reason") if n in row.values}
    starts, ends = span(row.get("starts"), row.get("ends"), row.get("zone"))
    made = Definition(
        programme=row.get("programme"),
        title=row.get("title", label(row.get("programme"))),
        window=row.get("window", 0),
        signals=tuple(_signal(s) for s in row.get("signals")),
        bands=tuple(_band(b) for b in row.get("bands", [])) or DEFAULT_BANDS,
        starts=starts,
        ends=ends,
        metrics=tuple(metric(m, label(m.key)) for m in row.get("metrics", [])),
        tree=tree(row.get("tree")),
        outcomes=tuple(outcome(o, label(o.key)) for o in row.get("outcomes", [])),
        text=text,
        path=path,
        **given,
    )
    return replace(made, fingerprint=fingerprint(made))


def _signal(row: Row) -> Signal:
    owners = Raci(**{n: row.values[n] for n in ROLES if n in row.values})
    drivers = tuple(_driver(d, owners) for d in row.get("drivers"))
    given: dict[str, Any] = {n: v for n, v in row.values.items() if n not in (*ROLES, "drivers")}
    return Signal(**{"label": label(row.key), **given}, key=row.key, drivers=drivers, owners=owners, line=row.line)


def _driver(row: Row, above: Raci) -> Driver:
    """A driver; roles that it does not name are those of its signal."""
    given = {n: v for n, v in row.values.items() if n not in ROLES}
    owners = replace(above, **{n: row.values[n] for n in ROLES if n in row.values})
    return Driver(**{"label": label(row.key), **given}, key=row.key, owners=owners, line=row.line)


def _band(row: Row) -> Band:
    return Band(**row.values)


def label(key: str) -> str:
    """A key in words.

    >>> label("response_rate")
    'Response rate'
    """
    return key.replace("_", " ").replace("-", " ").capitalize()
