"""The verb `tree`: the programme tree at the end of one period, with the change against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engagetree.definition import version
from engagetree.definition.metrics import Metric, ProgrammeTree
from engagetree.definition.model import Definition
from engagetree.engine import literal
from engagetree.errors import DefinitionError, NotFound
from engagetree.findings import Explanation
from engagetree.lake import Snapshot
from engagetree.tree.metrics import Measured, Value
from engagetree.tree.programme import Planter, Programme, gaps, planted
from engagetree.workspace import stored
from engagetree.workspace.metrics import measured
from engagetree.workspace.telling import Teller

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

SCORE = "score"
"""The root of a tree that nobody wrote."""


def tree(work: Workspace, cohort: str | None = None, period: str | None = None) -> Programme:
    """The programme tree of a cohort or everybody, as of the end of a period (default: the latest). Without a `tree`, that of the score."""
    defined = work.definition()

    def read(snapshot: Snapshot) -> Programme:
        return programme(work, snapshot, work.teller(snapshot), defined, cohort, period)

    return work.lake.read(read)


def programme(
    work: Workspace, snapshot: Snapshot, teller: Teller, defined: Definition, cohort: str | None, period: str | None
) -> Programme:
    """The same, of one state of the lake."""
    keys = stored.periods_of(snapshot, teller.version)
    key = stored.period_named(keys, period)
    work._where(snapshot, None, cohort, None)
    before = keys[keys.index(key) - 1] if keys.index(key) else ""
    shape = defined.tree or ProgrammeTree(SCORE)
    now = _values(work, snapshot, teller, defined, key, cohort)
    then = _values(work, snapshot, teller, defined, before, cohort) if before else {}
    told = work._group(snapshot, teller, cohort, key)
    was = _group_or_none(work, snapshot, teller, cohort, before) if before else None
    metrics = {m.key: m for m in defined.metrics}
    if defined.tree is None:
        metrics[SCORE], now[SCORE], then[SCORE] = _alone(teller, told), _of(teller, told), _of(teller, was)
    where = "TRUE" if cohort is None else f"cohort = {literal(cohort)}"
    worst = gaps(stored.rows(snapshot, teller.version, [key], where), teller.definition)
    root, mismatches = planted(Planter(metrics, shape, now, then, told.tree, was.tree if was else None, worst))
    score = next((m.key for m in metrics.values() if m.kind == "score"), "")
    return Programme(
        root, key, teller.as_of(key), before, teller.as_of(before) if before else None, cohort, teller.version, version.around(defined),
        told if score else None, score, mismatches,
    )  # fmt: skip


def around(work: Workspace, snapshot: Snapshot, teller: Teller, key: str) -> dict[str, Any]:
    """What a report shows of it: tree and metrics of everybody; nothing where there are none, or while the file has a mistake."""
    try:
        defined = work.definition()
    except DefinitionError:
        return {}
    if not defined.metrics:
        return {}
    found: dict[str, Any] = {"metrics": measured(work, snapshot, teller, defined, key, None)}
    return found | ({"around": programme(work, snapshot, teller, defined, None, key)} if defined.tree else {})


def _values(work: Workspace, snapshot: Snapshot, teller: Teller, defined: Definition, key: str, cohort: str | None) -> dict[str, Measured]:
    return {m.key: m for m in measured(work, snapshot, teller, defined, key, cohort).values} if defined.tree else {}


def _group_or_none(work: Workspace, snapshot: Snapshot, teller: Teller, cohort: str | None, key: str) -> Explanation | None:
    try:
        return work._group(snapshot, teller, cohort, key)
    except NotFound:  # nobody of it was there yet
        return None


def _alone(teller: Teller, told: Explanation) -> Metric:
    """The score as the one node of a tree that nobody wrote."""
    owners: Mapping[str, None] = dict.fromkeys(s.owners.accountable for s in teller.definition.signals if s.owners.accountable)
    return Metric(SCORE, teller.definition.title, "score", next(iter(owners)) if len(owners) == 1 else "")


def _of(teller: Teller, told: Explanation | None) -> Measured:
    metric = Metric(SCORE, teller.definition.title, "score", "")
    if told is None:
        return Measured(metric, Value(reason="nobody was there yet"))
    n = told.n - told.unscored
    counted = f"mean of {n} of {told.n} people"
    return Measured(metric, Value(told.score, told.low, told.high, n, counted=counted, reason=told.reason), None, told.as_of)
