"""A workspace: a folder with a definition, a lake and a ledger, and the verbs that work on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as day_of
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from engagetree.definition import read as reading
from engagetree.definition.model import Definition
from engagetree.definition.templates import template
from engagetree.engine import connect, literal
from engagetree.errors import EngagetreeError, NotFound, Problem, WorkspaceError, near
from engagetree.findings import Explanation
from engagetree.formula.columns import Column, columns
from engagetree.ingest import NOTHING, Answers, ColumnMap, Proposal, find
from engagetree.ingest.times import check_zone
from engagetree.lake import Lake, Snapshot
from engagetree.ledger import ImportRow, Ledger
from engagetree.pipeline import Asked, Progress, Taken, fold, prepared, quiet, score, take, take_all
from engagetree.render.values import BandCounts, RankRow, Slip
from engagetree.render.words import date, last_day
from engagetree.scoring.registers import members, window_start
from engagetree.tree.versions import Diff, Version
from engagetree.withdrawal import Withdrawn, withdraw
from engagetree.workspace import (
    adopting,
    attending,
    behind,
    comparing,
    exporting,
    groups,
    histories,
    mapping,
    moving,
    reaching,
    slices,
    stored,
    supposing,
    trending,
    versions,
)
from engagetree.workspace.around import ShownMetrics, ShownTree
from engagetree.workspace.because import Because
from engagetree.workspace.changing import BACK, Change, changed, falls, ranked
from engagetree.workspace.comparing import Compared
from engagetree.workspace.exporting import Exported
from engagetree.workspace.file import DEFINITION, checked, span_of, zone_of
from engagetree.workspace.held import Held
from engagetree.workspace.histories import Histories
from engagetree.workspace.levers import levered
from engagetree.workspace.metrics import metrics
from engagetree.workspace.moving import Moved
from engagetree.workspace.people import People
from engagetree.workspace.placing import among
from engagetree.workspace.planned import Planned
from engagetree.workspace.preview import preview
from engagetree.workspace.programme import tree
from engagetree.workspace.result import Result
from engagetree.workspace.shown import Shown
from engagetree.workspace.since import group_since, people_since
from engagetree.workspace.slices import Where, slice_of
from engagetree.workspace.supposed import Supposition
from engagetree.workspace.telling import Teller
from engagetree.workspace.trending import Trends
from engagetree.workspace.unseen import unseen
from engagetree.workspace.who import who
from engagetree.workspace.why import why as answer_why

EVERYBODY = "Everybody"


def open_(path: str | Path, engine: str = "duckdb://") -> Workspace:
    """The workspace in a folder that has one. WorkspaceError where there is none.

    >>> open_("no/such/folder")
    Traceback (most recent call last):
    engagetree.errors.WorkspaceError: no/such/folder: there is no workspace. Make one with `engagetree init no/such/folder`.
    """
    root = Path(path)
    if not (root / DEFINITION).exists() and not (root / "ledger.db").exists():
        raise WorkspaceError(str(path), "there is no workspace", f"Make one with `engagetree init {path}`.")
    return Workspace(root, engine)


def create(path: str | Path, definition: str | Path = "live-programme", engine: str = "duckdb://", *, zone: str | None = None) -> Workspace:
    """A new workspace from a template's name or a definition file; what is there already is kept. `zone` replaces a template's."""
    root, target = Path(path), Path(path) / DEFINITION
    text = Path(definition).read_text("utf-8") if Path(definition).is_file() else template(str(definition))
    if zone is not None:
        check_zone(zone, "--zone")
        text = ZONE.sub(f"zone: {zone}", text, count=1)
    try:
        root.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.read_text("utf-8") != text:
            raise WorkspaceError(str(target), "there is a definition already", "Edit it, or choose another folder.")
        target.write_text(text, "utf-8")
    except OSError as error:
        raise WorkspaceError(str(root), error.strerror or str(error), "Choose a folder that you may write to.") from None
    Ledger.open(root / "ledger.db", create=True).close()
    return Workspace(root, engine)


ZONE = re.compile(r"^zone: *\S+", re.MULTILINE)
"""The line of a definition that says where days and weeks begin."""


@dataclass(frozen=True)
class Workspace:
    """A programme with its data. Reading never waits for a writer; every answer is of one state of the lake."""

    root: Path
    engine: str = "duckdb://"

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back the ledger's connections."""
        if "ledger" in self.__dict__:
            self.ledger.close()

    # ---- what it is made of

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger.open(self.root / "ledger.db", create=True)

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.root, self.ledger)

    @property
    def scratch(self) -> Path:
        """Where unpacked and refused rows lie."""
        return self.root / "refused"

    def definition(self) -> Definition:
        """The definition in the folder, checked. DefinitionError with every problem in it."""
        return checked(reading.read(self.root / DEFINITION))

    def check(self, deep: bool = False) -> list[Problem]:
        """Everything wrong with the definition, and with the workspace's files; `deep` reads and hashes every byte."""
        problems = reading.check(self.root / DEFINITION, self.validated())
        if (self.root / "ledger.db").exists():
            problems += [Problem(0, "workspace", p, "") for p in self.lake.verify(deep)]
        return problems

    def validated(self) -> bool:
        """Whether the definition in use has been held against an outcome; `validation` says with what result."""
        return bool(self.validation())

    def validation(self) -> str:
        """What came of holding the version in use against an outcome, in one sentence; empty where nobody has."""
        if not (self.root / "ledger.db").exists():
            return ""
        row = self.ledger.current_definition()
        if row is None:
            return ""
        from engagetree.workspace.remembering import remembered, said

        study = remembered(self, row.fingerprint)
        return said(study) if study else ""

    # ---- in

    def take(
        self, path: str | Path, *, as_: str | None = None, mapping: str | Path | None = None, answers: Answers = NOTHING,
        dry_run: bool = False, on_wait: Callable[[str], None] | None = None,
    ) -> Taken:  # fmt: skip
        """Import one file or folder; `answers` are for what files leave open (OpenQuestion says what). See `pipeline.take`.

        A dry run changes nothing; `Taken.preview` says what the file is and what would become of it.
        """
        from engagetree.ingest.mapping import read as read_map

        chosen: ColumnMap | None = read_map(Path(mapping)) if mapping else None
        reader = find(Path(path), as_, chosen)
        zone = zone_of(self.root / DEFINITION)
        span = span_of(self.root / DEFINITION)
        return take(
            self.lake, Path(path), zone, self.scratch, reader=reader, mapping=chosen, answers=answers, who=who(), on_wait=on_wait,
            span=span, dry_run=dry_run, look=partial(preview, self, reader) if dry_run else None,
        )  # fmt: skip

    def take_all(
        self, paths: Iterable[str | Path], *, as_: str | None = None, mapping: str | Path | None = None, answers: Answers = NOTHING,
        on_wait: Callable[[str], None] | None = None,
    ) -> Iterator[tuple[Path, Taken | EngagetreeError]]:  # fmt: skip
        """Import many files in their order; of each, what became of it, or why nothing did (OpenQuestion where it waits for an answer).

        Small ones land several at a time, which is much faster than one by one, and comes to the same.
        """
        from engagetree.ingest.mapping import read as read_map

        chosen: ColumnMap | None = read_map(Path(mapping)) if mapping else None
        zone, span = zone_of(self.root / DEFINITION), span_of(self.root / DEFINITION)
        asked = Asked(zone, self.scratch, chosen, answers, who(), on_wait, span)
        return take_all(self.lake, map(Path, paths), asked, lambda path: find(path, as_, chosen))

    def propose_map(self, path: str | Path, table: str | None = None, *, sheet: str | None = None) -> Proposal:
        """A column map for a file in anyone's layout; its `.open` lines are to be decided. The roster helps to find who is who."""
        return mapping.propose_map(self, path, table, sheet)

    def imports(self) -> list[ImportRow]:
        """Everything that was imported, oldest first; `withdrawn` is set on what was taken back."""
        return [row for row in self.ledger.imports() if row.what == "import" and row.state == "done"]

    def withdraw(self, name: str, on_wait: Callable[[str], None] | None = None) -> Withdrawn:
        """Take back an import, named by its id, the beginning of it, or its file: the next scoring is as if it had never been."""
        return withdraw(self.lake, name, who=who(), on_wait=on_wait)

    def export(self, folder: str | Path, *tables: str, form: str = "csv", replace: bool = False) -> list[Exported]:
        """The facts as they stand in files that `take` reads: events (with whose they are), items, roster and the rest, without names.

        `tables`: which (default: all that have rows); `form`: csv or parquet. Files that are there are kept, unless `replace`.
        """
        return exporting.export(self, Path(folder), tables, form, replace=replace)

    @property
    def people(self) -> People:
        """Who is who: what tools know people by, and whose each handle is."""
        return People(self)

    # ---- score

    def score(self, as_of: datetime | None = None, progress: Progress = quiet, on_wait: Callable[[str], None] | None = None) -> Result:
        """Fold and score what is new; the latest scores of everybody."""
        definition = self.definition()
        before = adopting.check_reason(self, definition)
        for verb in (fold, score):
            engine = connect(self.engine, self.root / "spill")
            try:
                verb(self.lake, definition, engine, as_of, progress, who=who(), on_wait=on_wait)
            finally:
                engine.close()
        adopting.register(self, definition, before)
        return self.scores()

    # ---- versions

    def unseen(self) -> str:
        """Which drivers of the version in use count acts of which no source has delivered any: their zero may be no zero. "" for none."""
        return self.lake.read(lambda snapshot: unseen(snapshot, self.used()))

    def attendance(self, subject: str | None = None) -> Result:
        """Every session with how many were there; of a participant or a session, the minutes of each stay."""

        def read(snapshot: Snapshot) -> Result:
            if subject is None:
                return Result(attending.sessions(self, snapshot), "Sessions")
            return Result(attending.stays(self, snapshot, subject), f"Attendance of {subject}")

        return self.lake.read(read)

    def versions(self) -> list[Version]:
        """Every version of the definition, oldest first."""
        return versions.versions(self)

    def definition_of(self, version: str) -> Definition:
        """The definition of a version: `v2`, a fingerprint or the beginning of one, or `now` for what programme.yml says."""
        return versions.definition_of(self, version)

    def ensure(self, version: str, progress: Progress = quiet, on_wait: Callable[[str], None] | None = None) -> Definition:
        """Bring the scores of any version up to date over all periods, without putting it in use; its definition."""
        return versions.ensure(self, self.definition_of(version), None, progress, on_wait)

    def diff(self, old: str | None = None, new: str | None = None) -> Diff:
        """How two versions differ, in words; by default the one in use and what programme.yml says."""
        return versions.difference(self, old, new)

    def use(
        self, version: str, reason: str = "", *, discard: bool = False, progress: Progress = quiet,
        on_wait: Callable[[str], None] | None = None,
    ) -> Version:  # fmt: skip
        """Put an earlier version in use again, with a reason; `discard` lets an edit in programme.yml go that is no version yet."""
        return adopting.use(self, version, reason, discard, progress, on_wait)

    def adopt(
        self, definition: str | Path, reason: str, *, discard: bool = False, progress: Progress = quiet,
        on_wait: Callable[[str], None] | None = None,
    ) -> Version:  # fmt: skip
        """Make a definition (its text or path) the version in use, with a reason, and score all history under it."""
        return adopting.adopt(self, definition, reason, discard, progress, on_wait)

    def history(
        self, subject: str | None = None, versions: Sequence[str] = (), *, fresh: bool = True, progress: Progress = quiet,
        on_wait: Callable[[str], None] | None = None,
    ) -> Histories:  # fmt: skip
        """Every period of a participant, a cohort or everybody under several versions; `fresh` brings lagging scores up to date first."""
        return histories.history(self, subject, versions, fresh, progress, on_wait)

    def remove(self, version: str, on_wait: Callable[[str], None] | None = None) -> Version:
        """Drop the stored scores of a version that is not in use; the version itself stays known."""
        return versions.remove(self, version, on_wait)

    # ---- what if

    def what_if(
        self, weights: Mapping[str, float] | None = None, *, bands: Mapping[str, float] | None = None,
        definition: str | Path | None = None, set: Mapping[str, Any] | None = None, period: str | None = None, history: bool = False,
        progress: Progress = quiet,
    ) -> Supposition:  # fmt: skip
        """Everybody's score and band under other weights, cuts, values or a whole other definition. Nothing is stored."""
        return supposing.what_if(self, self.proposal(weights, bands=bands, definition=definition, set=set), period, history, progress)

    def proposal(
        self, weights: Mapping[str, float] | None = None, *, bands: Mapping[str, float] | None = None,
        definition: str | Path | None = None, set: Mapping[str, Any] | None = None,
    ) -> str:  # fmt: skip
        """The text of the definition with these changes, comments and layout kept: to look at, or to `adopt`."""
        return supposing.proposal(self, weights, bands, definition, set)

    def reach(self, participant: str, to: str | float, *, period: str | None = None, by: str | day_of | None = None) -> Planned:
        """The fewest acts, of those still possible, that bring somebody to a score or a band by a day (default: the programme's end)."""
        return reaching.reach(self, participant, to, period, by)

    def version(self) -> str:
        """The fingerprint of the definition in use."""
        row = self.ledger.current_definition()
        if row is None:
            raise NotFound("scores", "nothing has been scored yet", "Run `engagetree score`.")
        return row.fingerprint

    def used(self) -> Definition:
        """The definition in use, as it was when it scored: not what the file says meanwhile."""
        row = self.ledger.current_definition()
        if row is None:
            raise NotFound("scores", "nothing has been scored yet", "Run `engagetree score`.")
        return replace(reading.parse(row.text), fingerprint=row.fingerprint)

    def periods(self) -> list[str]:
        """Keys of the scored periods, oldest first."""
        version = self.version()
        return self.lake.read(lambda s: stored.periods_of(s, version))

    def scores(
        self,
        period: str | None = None,
        *,
        band: str | None = None,
        cohort: str | None = None,
        owner: str | None = None,
        where: Where = None,
        history: bool = False,
        places: bool = False,
    ) -> Result:
        """Scores at the end of a period (default: the latest), or the whole history, stamped with the definition's version.

        `where` names a slice: `"region=North"`, several of them, or `{"region": ["North", "South"]}`; see `workspace.slices`.
        `places` adds the range of places among the slice (in any band) that the data cannot tell apart.
        """
        version = self.version()

        def read(snapshot: Snapshot) -> Result:
            keys = stored.periods_of(snapshot, version)
            key = stored.period_named(keys, period)
            condition = self._where(snapshot, band, cohort, owner, where)
            table = stored.rows(snapshot, version, keys if history else [key], condition)
            if places and not history:
                table = among(table, stored.rows(snapshot, version, [key], self._where(snapshot, None, cohort, owner, where)))
            told = table.append_column("version", pa.array([version] * table.num_rows, pa.string())).drop_columns(["counted"])
            return Result(
                told, f"Scores at the end of {key}, definition {version}" if not history else f"All scores under definition {version}"
            )

        return self.lake.read(read)

    def _where(self, snapshot: Snapshot, band: str | None, cohort: str | None, owner: str | None, where: Where = None) -> str:
        parts = [slice_of(snapshot, where, cohort, owner).sql]
        if band is not None:
            known = {b.key: b.label for b in self.used().bands}
            key = next((k for k, label in known.items() if band.lower() in (k.lower(), label.lower())), None)
            if key is None and band.lower() not in ("none", "not enough data"):
                raise NotFound(f"band {band}", "there is no such band", near(band, known) or f"The bands are {', '.join(known)}.")
            parts.append(f"band = {literal(key)}" if key else "band IS NULL")
        return " AND ".join(parts)

    # ---- explain

    def teller(self, snapshot: Snapshot) -> Teller:
        """What explanations of this state need."""
        definition = self.used()
        done = self.ledger.fact(f"scored-{definition.fingerprint}") or {}
        until = datetime.fromisoformat(done["until"]) if done else None
        return Teller(definition, prepared(self.lake, snapshot, definition, until), definition.fingerprint, self.validation())

    def why(
        self, subject: str | None = None, frm: str | None = None, to: str | None = None, *, against: str | None = None,
        version: str | None = None, against_version: str | None = None, progress: Progress = quiet,
    ) -> Because:  # fmt: skip
        """Why a score is not what it was in another period, that of another participant or cohort, or that of another version.

        Behaviour, formula, coverage, and who joined and left, down to the driver; the parts sum to the change. By default the latest period
        against the one before; with `against` or `against_version` the same period, unless `frm` names another.
        """
        return answer_why(self, subject, frm, to, against, version, against_version, progress)

    def explain(self, subject: str | None = None, period: str | None = None, where: Where = None) -> Shown:
        """Why a participant's, a cohort's, a slice's (`region=North`) or everybody's number is what it is. NotFound with near names for an
        unknown one."""

        def read(snapshot: Snapshot) -> Shown:
            teller = self.teller(snapshot)
            keys = stored.periods_of(snapshot, teller.version)
            key = stored.period_named(keys, period)
            who = groups.subject(self, snapshot, teller, subject, where)
            made = groups.explained(self, snapshot, teller, who, key)
            if who.history is not None:
                row = [r for r in who.history.to_pylist() if r["period"] <= key][-1]
                made = people_since(snapshot, teller, levered(snapshot, teller, [(made, row)]))[0]
            else:
                made = group_since(snapshot, teller, who.slice.sql, made)
            return Shown.of(made, teller.definition)

        return self.lake.read(read)

    def compare(self, *subjects: str, period: str | None = None, by: str | None = None, where: Where = None) -> Compared:
        """Side by side: every cohort, every value of a roster attribute (`by`), or the participants, cohorts and slices that are named.

        Those of whom the roster does not say the attribute are a group of their own. Each has the range of its place, and the same scores
        for opposite reasons are found.
        """
        return comparing.compare(self, subjects, by, where, period)

    def trend(
        self, subject: str | None = None, *, by: str | None = None, where: Where = None, period: str | None = None, back: int = BACK
    ) -> Trends:
        """Mean score and signals from period to period with their ranges, and how the same people changed over the last `back` periods.

        With `by` a line for every value of a roster attribute. Joiners and leavers are told apart from change.
        """
        return trending.trend(self, subject, by, where, period, back)

    def moved(self, period: str | None = None, back: int = BACK, top: int | None = None, where: Where = None) -> Moved:
        """Who rose and who fell by more than the uncertainty allows against `back` periods before, the largest change first."""
        return moving.moved(self, period, back, top, where)

    def part(self, where: Where = None, cohort: str | None = None, owner: str | None = None) -> str:
        """In words which part of the people a slice is: `region North or South, cohort A`; empty for everybody."""
        return self.lake.read(lambda s: slice_of(s, where, cohort, owner).label)

    def attributes(self) -> list[str]:
        """Everything by which the roster can be sliced: cohort, owner, and its further columns."""
        return self.lake.read(slices.attributes)

    def _group(self, snapshot: Snapshot, teller: Teller, cohort: str | None, key: str) -> Explanation:
        where = "TRUE" if cohort is None else f"cohort = {literal(cohort)}"
        return groups.told(snapshot, teller, EVERYBODY if cohort is None else cohort, where, key)

    def _unknown(self, teller: Teller, subject: str, history: pa.Table) -> EngagetreeError:
        people = teller.plan.roster["participant"].to_pylist()
        if history.num_rows:
            return NotFound(
                f"participant {subject}",
                f"was not in the programme yet; the first score is of {history['period'][0]}",
                "Ask for a later period.",
            )
        if subject in people:
            return NotFound(
                f"participant {subject}",
                "is on the roster, but was never a member while anything was offered",
                "See joined_at and left_at.",
            )
        known = [*people, *(c for c in teller.plan.offers.cohorts if c)]
        return NotFound(f"participant {subject}", "nobody on the roster and no cohort has this name", near(subject, known))

    def events(self, participant: str, node: str | None = None, period: str | None = None) -> tuple[Result, Result]:
        """The very events behind a person's number (or one signal's or driver's), and what was offered with whether it was taken."""

        def read(snapshot: Snapshot) -> tuple[Result, Result]:
            teller = self.teller(snapshot)
            key = stored.period_named(stored.periods_of(snapshot, teller.version), period)
            people = {r["participant"]: r for r in members(teller.plan.roster).to_pylist()}
            if participant not in people:
                raise self._unknown(teller, participant, pa.table({"period": []}))
            row, wanted = people[participant], self._columns(teller.definition, node)
            until = min(row["left_at"], teller.period(key).ends)
            since = max(row["joined_at"], teller.plan.periods[0].starts)
            at = next((k for k, p in enumerate(teller.plan.periods) if p.key == key), len(teller.plan.periods) - 1)
            looked = window_start(teller.definition, teller.plan.periods, at)
            seen = behind.events(snapshot, teller.plan, participant, wanted, since, until)
            what = f" for {node}" if node else ""
            day = date(last_day(teller.as_of(key), teller.definition.tz))
            return (
                Result(seen, f"Events of {participant}{what} up to {day}"),
                Result(behind.offered(snapshot, teller.plan, row, wanted, looked, until), f"Offered to {participant}{what} up to {day}"),
            )

        return self.lake.read(read)

    def _columns(self, definition: Definition, node: str | None) -> list[Column]:
        cols = columns(definition)
        if node is None:
            return list(cols)
        found = [c for c in cols if node in (c.signal.key, c.driver.key, f"{c.signal.key}.{c.driver.key}")]
        if not found:
            known = [*(s.key for s in definition.signals), *(c.driver.key for c in cols)]
            raise NotFound(
                f"signal {node}", "the definition has no such signal or driver", near(node, known) or f"There are {', '.join(known)}."
            )
        return found

    # ---- compare

    def bands(self, cohort: str | None = None, where: Where = None) -> tuple[BandCounts, ...]:
        """How many were in each band at the end of each period."""

        def read(snapshot: Snapshot) -> tuple[BandCounts, ...]:
            teller = self.teller(snapshot)
            rows = stored.band_counts(snapshot, teller.version, self._where(snapshot, None, cohort, None, where))
            out = []
            for key in stored.periods_of(snapshot, teller.version):
                mine = [r for r in rows if r["period"] == key]
                if mine:
                    counts = {b.key: sum(r["n"] for r in mine if r["band"] == b.key) for b in teller.definition.bands}
                    out.append(BandCounts(key, teller.as_of(key), counts, sum(r["n"] for r in mine if r["band"] is None)))
            return tuple(out)

        return self.lake.read(read)

    def changes(self, period: str | None = None, back: int = BACK, where: Where = None) -> list[Change]:
        """For everybody scored: the score now and `back` periods before."""

        def read(snapshot: Snapshot) -> list[Change]:
            teller = self.teller(snapshot)
            keys = stored.periods_of(snapshot, teller.version)
            key = stored.period_named(keys, period)
            then = keys[max(0, keys.index(key) - back)]
            table = stored.rows(snapshot, teller.version, sorted({then, key}), slice_of(snapshot, where).sql)
            return changed(teller, table, key, then, keys.index(key) - keys.index(then))

        return self.lake.read(read)

    def ranking(
        self, period: str | None = None, *, band: str | None = None, cohort: str | None = None, owner: str | None = None,
        where: Where = None,
    ) -> list[RankRow]:  # fmt: skip
        """Everybody with the value of every signal, the largest clear fall first, then the lowest score.

        `place` is the range of places among the slice that the data cannot tell apart: see `stats.ranks`.
        """
        rows = ranked(self.changes(period, where=slices.also(where, cohort=cohort, owner=owner)), self.used())
        if band is None:
            return rows
        keep = {r["participant"] for r in self.scores(period, band=band).rows()}
        return [r for r in rows if r.participant in keep]

    def slipping(self, period: str | None = None, most: int | None = None, where: Where = None) -> list[Slip]:
        """Who fell by more than the uncertainty allows, the largest fall first, with why in words."""
        definition = self.used()
        found = falls(self.changes(period, where=where), definition)[:most]
        key = self.periods()[-1] if period is None else period
        acts = self.lake.read(lambda s: behind.last_acts(s, [f.participant for f in found], key))
        return [f.told(acts.get(f.participant), definition) for f in found]

    # ---- around the score

    def metrics(self, period: str | None = None, cohort: str | None = None) -> ShownMetrics:
        """The metrics of the definition (retention, adoption, NPS, …), each with range, people, what it was made of, and who answers."""
        return ShownMetrics.of(metrics(self, period, cohort), self.used())

    def tree(self, cohort: str | None = None, period: str | None = None) -> ShownTree:
        """The programme tree: what is made of what, checked, and what is thought to move what; without one, the score's own."""
        return ShownTree.of(tree(self, cohort, period), self.used())

    def evidence(
        self, outcome: str, *, leave_out: Sequence[str] | None = None, groups: str | None = None, week: int | None = None,
        ceiling: bool = True,
    ) -> Held:  # fmt: skip
        """Whether the version in use says something of an outcome: bands, ranking, calibration, weights, drift, each with a verdict.

        `leave_out` names the signals (or `signal.driver`) that are part of the outcome, `["none"]` that none is; by default the definition
        says it. `groups` is a roster attribute; `week` the week of each cohort that findings are about; `ceiling` needs scikit-learn.
        """
        from engagetree.workspace.evidence import evidence

        return Held.of(evidence(self, outcome, leave_out, groups, week, ceiling), self.used())

    def report(self, path: str | Path | None = None, people: Sequence[str] | None = None, by: str | None = None) -> Path:
        """Write the report, one HTML file; returns where it is. `by` compares the groups of a roster attribute instead of cohorts."""
        from engagetree.render.report import report
        from engagetree.workspace.reporting import report_data

        target = Path(path) if path else self.root / "report.html"
        html = report(report_data(self, people, by))
        try:
            target.write_text(html, "utf-8")
        except OSError as error:
            raise WorkspaceError(str(target), error.strerror or str(error), "Choose a place that you may write to.") from None
        return target
