"""Versions of the definition: which there are, how two differ, and the scores of any of them brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engagetree.definition import read as reading
from engagetree.definition.model import Definition
from engagetree.definition.version import measures
from engagetree.engine import connect
from engagetree.errors import EngagetreeError
from engagetree.ledger import DefinitionRow
from engagetree.pipeline import Progress, fold, quiet, score, scores_table
from engagetree.tree.versions import FILE, Diff, Scored, Use, Version, diff, named, short_names
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

Waiting = Callable[[str], None] | None
Step = Callable[..., int]
"""`fold` or `score` of the pipeline."""


def versions(work: Workspace) -> list[Version]:
    """Every version, oldest first."""
    rows = work.ledger.definitions()
    short, uses = short_names([r.fingerprint for r in rows]), _uses(work)
    snapshot = work.lake.snapshot()

    def version(i: int, row: DefinitionRow) -> Version:
        keys = snapshot.partitions(scores_table(row.fingerprint))
        made = parsed(row)
        scored = Scored(len(keys), keys[0], keys[-1], not up_to_date(work, made)) if keys else None
        return Version(
            f"v{i}", row.fingerprint, short[row.fingerprint], row.in_use, row.who, row.at, row.reason, measures(made),
            tuple(uses.get(row.fingerprint, ())), scored,
        )  # fmt: skip

    return [version(i, row) for i, row in enumerate(rows, 1)]


def _uses(work: Workspace) -> dict[str, list[Use]]:
    rows = work.ledger.uses()
    found: dict[str, list[Use]] = {}
    for row, after in zip(rows, [*rows[1:], None], strict=False):
        found.setdefault(row.fingerprint, []).append(Use(row.at, after.at if after else None, row.who, row.reason))
    return found


def parsed(row: DefinitionRow) -> Definition:
    """A kept version as a definition that can score."""
    return replace(reading.parse(row.text), fingerprint=row.fingerprint)


def definition_of(work: Workspace, name: str) -> Definition:
    """The definition of a version, by `v2`, a fingerprint or the beginning of one, or `now` for what programme.yml says."""
    if name.strip().lower() in FILE:
        return work.definition()
    version = named(name, versions(work)).version
    return next(parsed(r) for r in work.ledger.definitions() if r.fingerprint == version)


def difference(work: Workspace, old: str | None, new: str | None) -> Diff:
    """How two versions differ; by default the one in use from what programme.yml says."""
    before, after = (work.used() if n is None else definition_of(work, n) for n in (old, new or FILE[0]))
    known = {v.version: v for v in versions(work)}
    names = tuple(str(known[d.fingerprint]) if d.fingerprint in known else "programme.yml" for d in (before, after))
    return diff(before, after, (names[0], names[1]), _because(before, after, known))


def _because(old: Definition, new: Definition, known: dict[str, Version]) -> str:
    """Why the new one came after the old one; empty where it did not."""
    if new.fingerprint not in known:
        return new.reason if new.reason.strip() != old.reason.strip() else ""
    if old.fingerprint not in known:
        return ""
    came, since = known[old.fingerprint].at, known[new.fingerprint].since
    return known[new.fingerprint].uses[-1].reason if since is not None and since > came else ""


# ---- scores of any version


def up_to_date(work: Workspace, definition: Definition, as_of: datetime | None = None) -> bool:
    """Whether a version's stored scores hold every import, and reach as far as those of the version in use (or to `as_of`)."""
    until = as_of or reach(work)
    done = work.ledger.fact(f"scored-{definition.fingerprint}") or {}
    if not done or until is None or done["seq"] < _newest(work):
        return False
    return datetime.fromisoformat(done["until"]) == min(until, definition.ends or until)


def reach(work: Workspace) -> datetime | None:
    """As of when the version in use was scored, or None where facts were imported since: then everything is to reach to the last fact."""
    row = work.ledger.current_definition()
    done: dict[str, Any] = (row and work.ledger.fact(f"scored-{row.fingerprint}")) or {}
    return datetime.fromisoformat(done["until"]) if done and done["seq"] >= _newest(work) else None


def _newest(work: Workspace) -> int:
    return max((r.seq for r in work.ledger.imports("done") if r.what == "import"), default=0)


def ensure(
    work: Workspace, definition: Definition, as_of: datetime | None = None, progress: Progress = quiet, on_wait: Waiting = None
) -> Definition:
    """Bring the stored scores of a version up to date, over all periods and under its own fingerprint; nothing else changes."""
    until = as_of or reach(work)
    if up_to_date(work, definition, until):
        return definition
    _run(work, (fold, score), definition, until, progress, on_wait)
    row = work.ledger.current_definition()
    if row is not None and _time(used := parsed(row)) != _time(definition):
        _run(work, (fold,), used, until, progress, on_wait)  # tallies are cut into periods: those of the version in use are kept
    return definition


def _run(
    work: Workspace, steps: Sequence[Step], definition: Definition, until: datetime | None, progress: Progress, on_wait: Waiting
) -> None:
    for step in steps:
        engine = connect(work.engine, work.root / "spill")
        try:
            step(work.lake, definition, engine, until, progress, who=who(), on_wait=on_wait)
        finally:
            engine.close()


def _time(definition: Definition) -> tuple[object, ...]:
    return definition.period, definition.zone, definition.starts


def remove(work: Workspace, name: str, on_wait: Waiting = None) -> Version:
    """Drop the stored scores of a version that is not in use; the version itself, and when and why it was in use, are kept."""
    version = named(name, versions(work))
    if version.in_use:
        raise EngagetreeError(f"version {version}", "it is in use", "Put another one in use first: `engagetree use VERSION --reason …`.")
    table = scores_table(version.version)
    with work.lake.write("remove scores", source=version.version, who=who(), on_wait=on_wait) as change:
        if (row := work.ledger.current_definition()) is not None and row.fingerprint == version.version:
            raise EngagetreeError(f"version {version}", "it came into use meanwhile", "Put another one in use first.")
        change.replace(table, change.snapshot.partitions(table))
        change.set_fact(f"scored-{version.version}", {})
    return replace(version, scored=None)
