"""The history of a participant, a cohort or everybody under any versions at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.engine import literal, parquet
from engagetree.lake import Snapshot
from engagetree.pipeline import Progress, prepared, quiet, scores_table
from engagetree.render.figure import Figure
from engagetree.tree.history import History, Series
from engagetree.tree.versions import FILE, Version, named, switches
from engagetree.workspace import stored
from engagetree.workspace.remembering import remembered, said
from engagetree.workspace.result import Result
from engagetree.workspace.telling import Teller
from engagetree.workspace.versions import Waiting, definition_of, ensure, up_to_date, versions

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

MANY = 4
"""Versions that are laid side by side where none are named."""


@dataclass(frozen=True)
class Histories(History):
    """What `Workspace.history` gives: drawn in a notebook, in words where it is printed."""

    @classmethod
    def of(cls, history: History) -> Histories:
        """The same history, able to show itself."""
        return cls(**vars(history))

    def figure(self) -> Figure:
        """Sentence, drawing and table."""
        from engagetree.render.history import history_figure

        return history_figure(self)

    def result(self) -> Result:
        """One row for each version and period, as Arrow, pandas, Polars, CSV."""
        return Result(pa.Table.from_pylist(self.rows()), f"History of {self.subject}")

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.history import show_history

        out = StringIO()
        show_history(Console(file=out, color_system=None), self)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        return self.figure()._repr_html_()


def history(
    work: Workspace, subject: str | None, names: Sequence[str], fresh: bool = True, progress: Progress = quiet, on_wait: Waiting = None
) -> Histories:
    """Every period under each version; `fresh` first brings scores that lag behind the facts up to date."""
    definitions = _chosen(work, names)
    if fresh:
        for definition in (work.used(), *definitions):
            ensure(work, definition, progress=progress, on_wait=on_wait)
    return Histories.of(read(work, subject, definitions))


def _chosen(work: Workspace, names: Sequence[str]) -> list[Definition]:
    """The named versions, each once; by default the latest four that have scores."""
    if names:
        found = [definition_of(work, n) for n in names]
        return list({d.fingerprint: d for d in found}.values())
    known = [v for v in versions(work) if v.scored or v.in_use]
    older = [v for v in known if not v.in_use][-(MANY - 1) :]
    return [definition_of(work, v.version) for v in known if v.in_use or v in older]


def read(work: Workspace, subject: str | None, definitions: Sequence[Definition]) -> History:
    """The stored series of one state of the lake. NotFound with near names for an unknown participant or cohort."""
    known = versions(work)
    everybody = subject is None or subject.lower() == "everybody"

    def reading(snapshot: Snapshot) -> History:
        used = work.teller(snapshot)
        group = everybody or subject in used.plan.offers.cohorts
        where = "TRUE" if everybody else f"{'cohort' if group else 'participant'} = {literal(subject)}"
        series = [_series(work, snapshot, d, _version(d, known), where, group) for d in definitions]
        if not any(s.points for s in series) and not everybody:
            raise work._unknown(used, str(subject), pa.table({"period": []}))
        people, other = _bands(snapshot, series, where) if group and len(series) == 2 else (None, None)
        return History("Everybody" if everybody else str(subject), group, tuple(series), switches(known), people, other)

    return work.lake.read(reading)


def _version(definition: Definition, known: Sequence[Version]) -> Version:
    """What a definition is called; one that is no version yet is called `now`."""
    if any(v.version == definition.fingerprint for v in known):
        return named(definition.fingerprint, known)
    return Version(
        FILE[0], definition.fingerprint, definition.fingerprint[:7], False, "", datetime.now().astimezone(), definition.reason, ""
    )


def _series(work: Workspace, snapshot: Snapshot, definition: Definition, version: Version, where: str, group: bool) -> Series:
    keys = stored.periods_of(snapshot, version.version)
    if not keys:
        return Series(version, definition, (), True)
    teller = teller_of(work, snapshot, definition)
    if group:
        rows: list[dict[str, Any]] = stored.means(snapshot, version.version, [s.key for s in definition.signals], where)
        points = tuple(teller.mean_point(r) for r in rows)
    else:
        points = tuple(teller.point(r) for r in stored.rows(snapshot, version.version, keys, where).to_pylist())
    return Series(version, definition, points, not up_to_date(work, definition))


def teller_of(work: Workspace, snapshot: Snapshot, definition: Definition) -> Teller:
    """What explanations under any version need."""
    done = work.ledger.fact(f"scored-{definition.fingerprint}") or {}
    until = datetime.fromisoformat(done["until"]) if done else None
    known = remembered(work, definition.fingerprint)
    told = said(known) if known else ""
    return Teller(definition, prepared(work.lake, snapshot, definition, until), definition.fingerprint, told)


def _bands(snapshot: Snapshot, series: Sequence[Series], where: str) -> tuple[int | None, int | None]:
    """Of those with a score under both versions at the last shared moment: how many, and how many of them in another band."""
    at = {p.as_of: p.period for p in series[0].points}
    shared = [(at[p.as_of], p.period) for p in series[1].points if p.as_of in at]
    if not shared:
        return None, None
    one, two = (
        f"(SELECT participant, band FROM {parquet(snapshot.files(scores_table(s.version.version), {key}))} "
        f"WHERE counted AND score IS NOT NULL AND {where})"
        for s, key in zip(series, shared[-1], strict=True)
    )
    found = stored.ask(f"SELECT count(*) AS n, count(*) FILTER (a.band <> b.band) AS other FROM {one} a JOIN {two} b USING (participant)")
    row = found.to_pylist()[0]
    return row["n"], row["other"]


def stored_history(work: Workspace, subject: str | None = None) -> Histories | None:
    """For the report, which changes nothing: the series as they are stored, or None where there is one version only."""
    definitions = _chosen(work, ())
    return Histories.of(read(work, subject, definitions)) if len(definitions) > 1 else None
