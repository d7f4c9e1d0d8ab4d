"""Rows without an error → the metrics around the score, the tree in which they stand, and outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engagetree.definition.metrics import Composition, Evidence, Influence, Metric, ProgrammeTree
from engagetree.definition.outcomes import NOTHING, Behaviour, Outcome
from engagetree.definition.shape import Row


def metric(row: Row, label: str) -> Metric:
    """One metric; `label` is what its key says in words."""
    return Metric(**{"label": label, **row.values}, key=row.key, line=row.line)


def tree(row: Row | None) -> ProgrammeTree | None:
    """The programme tree, if there is one."""
    if row is None:
        return None
    composes = tuple(_composition(c) for c in row.get("composes", []))
    return ProgrammeTree(row.get("root"), composes, tuple(_influence(i) for i in row.get("influences", [])), row.line)


def _composition(row: Row) -> Composition:
    parts = row.get("of")
    weights = tuple(w for _, w, _ in parts if w is not None)
    return Composition(row.key, row.get("by"), tuple(k for k, _, _ in parts), weights, row.get("over", ""), row.line)


def _influence(row: Row) -> Influence:
    return Influence(row.get("from"), row.get("to"), row.get("direction"), row.get("lag"), _evidence(row.get("evidence")), row.line)


def _evidence(row: Row) -> Evidence:
    given: dict[str, Any] = dict(row.values)
    if isinstance(given["date"], datetime):
        given["date"] = given["date"].date()
    return Evidence(**given)


def outcome(row: Row, label: str) -> Outcome:
    """One outcome; `label` is what its key says in words."""
    given: dict[str, Any] = {n: v for n, v in row.values.items() if n != "behaviour"}
    if row.has("inside"):
        given["inside"] = tuple(n for n in given["inside"] if n != NOTHING)
    behaviour = Behaviour(**row.get("behaviour").values) if row.has("behaviour") else None
    return Outcome(**{"label": label, **given}, key=row.key, behaviour=behaviour, line=row.line)
