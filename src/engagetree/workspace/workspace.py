"""A workspace: a folder with a definition, a lake and a ledger, and the verbs that work on it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from engagetree.definition import read as reading
from engagetree.definition.model import Definition
from engagetree.definition.templates import template
from engagetree.definition.version import check_change, fingerprint
from engagetree.engine import connect, literal
from engagetree.errors import DefinitionError, EngagetreeError, NotFound, Problem, WorkspaceError, near
from engagetree.findings import Explanation
from engagetree.formula.columns import RESERVED, Column, columns
from engagetree.ingest import ColumnMap, find
from engagetree.lake import Lake, Snapshot
from engagetree.ledger import Ledger
from engagetree.pipeline import Progress, Taken, fold, prepared, quiet, score, take
from engagetree.render.values import BandCounts, RankRow, Slip
from engagetree.render.words import date, last_day
from engagetree.scoring.registers import members, window_start
from engagetree.workspace import behind, stored
from engagetree.workspace.changing import BACK, Change, changed, falls, ranked
from engagetree.workspace.result import Result
from engagetree.workspace.shown import Shown
from engagetree.workspace.telling import Teller

DEFINITION = "programme.yml"
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


def create(path: str | Path, definition: str | Path = "live-programme", engine: str = "duckdb://") -> Workspace:
    """A new workspace from a template's name or a definition file; what is there already is kept."""
    root, target = Path(path), Path(path) / DEFINITION
    text = Path(definition).read_text("utf-8") if Path(definition).is_file() else template(str(definition))
    try:
        root.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.read_text("utf-8") != text:
            raise WorkspaceError(str(target), "there is a definition already", "Edit it, or choose another folder.")
        target.write_text(text, "utf-8")
    except OSError as error:
        raise WorkspaceError(str(root), error.strerror or str(error), "Choose a folder that you may write to.") from None
    Ledger.open(root / "ledger.db", create=True).close()
    return Workspace(root, engine)


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
        made = reading.read(self.root / DEFINITION)
        taken = [s for s in made.signals if s.key in RESERVED]
        if taken:
            wrong = [
                Problem(s.line, f"signal {s.key}", "is the name of a column of the scores table", "Choose another name.") for s in taken
            ]
            raise DefinitionError(made.path, wrong)
        return made if made.fingerprint else replace(made, fingerprint=fingerprint(made))

    def check(self, deep: bool = False) -> list[Problem]:
        """Everything wrong with the definition, and with the workspace's files; `deep` reads and hashes every byte."""
        problems = reading.check(self.root / DEFINITION, self.validated())
        if (self.root / "ledger.db").exists():
            problems += [Problem(0, "workspace", p, "") for p in self.lake.verify(deep)]
        return problems

    def validated(self) -> bool:
        """Whether evidence has confirmed the definition in use against an outcome."""
        if not (self.root / "ledger.db").exists():
            return False
        row = self.ledger.current_definition()
        return bool(row and self.ledger.fact(f"validated-{row.fingerprint}"))

    # ---- in

    def take(
        self, path: str | Path, *, as_: str | None = None, mapping: str | Path | None = None, dry_run: bool = False,
        on_wait: Callable[[str], None] | None = None,
    ) -> Taken:  # fmt: skip
        """Import one file or folder; see `pipeline.take`."""
        from engagetree.ingest.mapping import read as read_map

        chosen: ColumnMap | None = read_map(Path(mapping)) if mapping else None
        reader = find(Path(path), as_, chosen)
        zone = self.definition().zone
        return take(self.lake, Path(path), zone, self.scratch, reader=reader, mapping=chosen, who=who(), on_wait=on_wait, dry_run=dry_run)

    # ---- score

    def score(self, as_of: datetime | None = None, progress: Progress = quiet, on_wait: Callable[[str], None] | None = None) -> Result:
        """Fold and score what is new; the latest scores of everybody."""
        definition = self.definition()
        self._register(definition)
        for verb in (fold, score):
            engine = connect(self.engine, self.root / "spill")
            try:
                verb(self.lake, definition, engine, as_of, progress, who=who(), on_wait=on_wait)
            finally:
                engine.close()
        return self.scores()

    def _register(self, definition: Definition) -> None:
        row = self.ledger.current_definition()
        if row is not None and row.fingerprint != definition.fingerprint:
            wrong = check_change(reading.parse(row.text), definition)
            if wrong:
                raise DefinitionError(str(self.root / DEFINITION), wrong)
        if row is None or row.fingerprint != definition.fingerprint:
            self.ledger.add_definition(definition.fingerprint, definition.text, who(), definition.reason, use=True)

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
        history: bool = False,
    ) -> Result:
        """Scores at the end of a period (default: the latest), or the whole history, stamped with the definition's version."""
        version = self.version()

        def read(snapshot: Snapshot) -> Result:
            keys = stored.periods_of(snapshot, version)
            key = stored.period_named(keys, period)
            where = self._where(snapshot, band, cohort, owner)
            table = stored.rows(snapshot, version, keys if history else [key], where)
            told = table.append_column("version", pa.array([version] * table.num_rows, pa.string())).drop_columns(["counted"])
            return Result(
                told, f"Scores at the end of {key}, definition {version}" if not history else f"All scores under definition {version}"
            )

        return self.lake.read(read)

    def _where(self, snapshot: Snapshot, band: str | None, cohort: str | None, owner: str | None) -> str:
        parts = ["TRUE"]
        if band is not None:
            known = {b.key: b.label for b in self.used().bands}
            key = next((k for k, label in known.items() if band.lower() in (k.lower(), label.lower())), None)
            if key is None and band.lower() not in ("none", "not enough data"):
                raise NotFound(f"band {band}", "there is no such band", near(band, known) or f"The bands are {', '.join(known)}.")
            parts.append(f"band = {literal(key)}" if key else "band IS NULL")
        for name, value in (("cohort", cohort), ("owner", owner)):
            if value is not None:
                with stored.duck() as con:
                    from engagetree.pipeline import current

                    known_values = {v for v in current(con, snapshot, "roster")[name].unique().to_pylist() if v}
                if value not in known_values:
                    some = f"There are {', '.join(sorted(known_values)[:8])}." if known_values else f"The roster names no {name}."
                    raise NotFound(f"{name} {value}", f"there is no such {name}", near(value, known_values) or some)
                parts.append(f'"{name}" = {literal(value)}')
        return " AND ".join(parts)

    # ---- explain

    def teller(self, snapshot: Snapshot) -> Teller:
        """What explanations of this state need."""
        definition = self.used()
        done = self.ledger.fact(f"scored-{definition.fingerprint}") or {}
        until = datetime.fromisoformat(done["until"]) if done else None
        return Teller(definition, prepared(self.lake, snapshot, definition, until), definition.fingerprint, self.validated())

    def explain(self, subject: str | None = None, period: str | None = None) -> Shown:
        """Why a participant's, a cohort's, or everybody's number is what it is. NotFound with near names for an unknown one."""

        def read(snapshot: Snapshot) -> Shown:
            teller = self.teller(snapshot)
            keys = stored.periods_of(snapshot, teller.version)
            key = stored.period_named(keys, period)
            if subject is None or subject in teller.plan.offers.cohorts:
                return Shown.of(self._group(snapshot, teller, subject, key), teller.definition)
            history = stored.person(snapshot, teller.version, subject)
            if not history.num_rows or history["period"][0].as_py() > key:
                raise self._unknown(teller, subject, history)
            return Shown.of(teller.person(history, key), teller.definition)

        return self.lake.read(read)

    def compare(self, period: str | None = None) -> list[Shown]:
        """Every cohort's mean taken apart, in the order of their names: to lay side by side."""

        def read(snapshot: Snapshot) -> list[Shown]:
            teller = self.teller(snapshot)
            key = stored.period_named(stored.periods_of(snapshot, teller.version), period)
            rows = stored.rows(snapshot, teller.version, [key], columns="cohort, period, participant")
            names = sorted({c for c in rows["cohort"].to_pylist() if c})
            return [Shown.of(self._group(snapshot, teller, name, key), teller.definition) for name in names]

        return self.lake.read(read)

    def _group(self, snapshot: Snapshot, teller: Teller, cohort: str | None, key: str) -> Explanation:
        where = "TRUE" if cohort is None else f"cohort = {literal(cohort)}"
        table = stored.rows(snapshot, teller.version, [key], where)
        history = stored.means(snapshot, teller.version, [s.key for s in teller.definition.signals], where)
        if not table.num_rows:
            there = [h["period"] for h in history]
            do = f"There are scores of {there[0]} to {there[-1]}." if there else "It has not begun, or nobody was a member in it."
            raise NotFound(f"cohort {cohort or EVERYBODY}", f"nobody of it was in the programme in {key}", do)
        return teller.group(EVERYBODY if cohort is None else cohort, table, key, history)

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

    def bands(self, cohort: str | None = None) -> tuple[BandCounts, ...]:
        """How many were in each band at the end of each period."""

        def read(snapshot: Snapshot) -> tuple[BandCounts, ...]:
            teller = self.teller(snapshot)
            rows = stored.band_counts(snapshot, teller.version, self._where(snapshot, None, cohort, None))
            out = []
            for key in stored.periods_of(snapshot, teller.version):
                mine = [r for r in rows if r["period"] == key]
                if mine:
                    counts = {b.key: sum(r["n"] for r in mine if r["band"] == b.key) for b in teller.definition.bands}
                    out.append(BandCounts(key, teller.as_of(key), counts, sum(r["n"] for r in mine if r["band"] is None)))
            return tuple(out)

        return self.lake.read(read)

    def changes(self, period: str | None = None, back: int = BACK, where: str = "TRUE") -> list[Change]:
        """For everybody scored: the score now and `back` periods before."""

        def read(snapshot: Snapshot) -> list[Change]:
            teller = self.teller(snapshot)
            keys = stored.periods_of(snapshot, teller.version)
            key = stored.period_named(keys, period)
            then = keys[max(0, keys.index(key) - back)]
            return changed(teller, stored.rows(snapshot, teller.version, sorted({then, key}), where), key, then)

        return self.lake.read(read)

    def ranking(
        self, period: str | None = None, *, band: str | None = None, cohort: str | None = None, owner: str | None = None
    ) -> list[RankRow]:
        """Everybody with the value of every signal, the largest clear fall first, then the lowest score."""
        where = self.lake.read(lambda s: self._where(s, None, cohort, owner))
        rows = ranked(self.changes(period, where=where), self.used())
        if band is None:
            return rows
        keep = {r["participant"] for r in self.scores(period, band=band).rows()}
        return [r for r in rows if r.participant in keep]

    def slipping(self, period: str | None = None, most: int | None = None) -> list[Slip]:
        """Who fell by more than the uncertainty allows, the largest fall first, with why in words."""
        definition = self.used()
        found = falls(self.changes(period), definition)[:most]
        key = self.periods()[-1] if period is None else period
        acts = self.lake.read(lambda s: behind.last_acts(s, [f.participant for f in found], key))
        return [f.told(acts.get(f.participant), definition) for f in found]

    def report(self, path: str | Path | None = None, people: Sequence[str] | None = None) -> Path:
        """Write the report, one HTML file; returns where it is."""
        from engagetree.render.report import report
        from engagetree.workspace.reporting import report_data

        target = Path(path) if path else self.root / "report.html"
        html = report(report_data(self, people))
        try:
            target.write_text(html, "utf-8")
        except OSError as error:
            raise WorkspaceError(str(target), error.strerror or str(error), "Choose a place that you may write to.") from None
        return target


def who() -> str:
    """The account that acts."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
