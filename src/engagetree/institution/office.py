"""A research office: a folder with an institution's definition and registers, and the verbs that work on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from engagetree.engine import connect_duckdb, parquet
from engagetree.errors import WorkspaceError
from engagetree.institution import standing, yearly
from engagetree.institution.opening import way
from engagetree.institution.sources import State, everything, sources
from engagetree.institution.taking import of_file, take
from engagetree.institution.withdrawing import TakenBack, withdraw
from engagetree.institution.words import asked, template
from engagetree.lake import Lake
from engagetree.ledger import ImportRow, Ledger
from engagetree.ledger.pseudonyms import key_at
from engagetree.pipeline import Taken, digest_of_text
from engagetree.research.definition import read as read_definition
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.disclosure import ReleaseRecord
from engagetree.research.model import AnnualReturn, Guarded, Indicator, Release, Year
from engagetree.research.readers.mapping import RegisterMap, read_map
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.render.research.returns import Form

DEFINITION = "institution.yml"
T = TypeVar("T")


def open_(path: str | Path) -> Office:
    """The research office in a folder that has one. WorkspaceError where there is none.

    >>> open_("no/such/folder")
    Traceback (most recent call last):
    engagetree.errors.WorkspaceError: no/such/folder: there is no institution. Make one with `engagetree research init no/such/folder`.
    """
    root = Path(path)
    if not (root / DEFINITION).exists():
        raise WorkspaceError(str(path), "there is no institution", f"Make one with `engagetree research init {path}`.")
    return Office(root)


def create(path: str | Path, name: str = "", definition: str | Path | None = None) -> Office:
    """A new research office, from a definition file or a template with the institution's name; what is there already is kept."""
    root, target = Path(path), Path(path) / DEFINITION
    try:
        text = Path(definition).read_text("utf-8") if definition else template(name or root.resolve().name)
        root.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.read_text("utf-8") != text:
            raise WorkspaceError(str(target), "there is a definition already", "Edit it, or choose another folder.")
        target.write_text(text, "utf-8")
        (root / "reach").mkdir(mode=0o700, exist_ok=True)
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise WorkspaceError(str(getattr(error, "filename", None) or root), found, "Choose a folder that you may write to.") from None
    made = Office(root)
    made.ledger.close()
    made.reach.ledger.close()
    made.key("attendances"), made.key("reach")
    return Office(root)


@dataclass(frozen=True)
class Office:
    """An institution with its registers. `reach` is a store of its own, with its own ledger and its own pseudonyms."""

    root: Path

    def __enter__(self) -> Office:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back the ledgers' connections."""
        for held in ("ledger", "reach"):
            if held in self.__dict__:
                (self.ledger if held == "ledger" else self.reach.ledger).close()

    # ---- what it is made of

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger.open(self.root / "ledger.db", create=True)

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.root, self.ledger)

    @cached_property
    def reach(self) -> Lake:
        """The store of demographic answers. Nothing joins it with people."""
        folder = self.root / "reach"
        folder.mkdir(mode=0o700, exist_ok=True)
        return Lake(folder, Ledger.open(folder / "ledger.db", create=True))

    def key(self, register: str) -> bytes:
        """The secret under which ids become pseudonyms: one for attendances, another for reach."""
        return key_at(self.root / "reach" / "key" if register == "reach" else self.root / "attendances.key")

    def definition(self) -> ResearchDefinition:
        """The definition in the folder, checked. DefinitionError with every problem in it."""
        return read_definition(self.root / DEFINITION)

    # ---- in

    def take(
        self, path: str | Path, as_: str | None = None, mapping: str | Path | RegisterMap | None = None, year: str | None = None,
        dry_run: bool = False, on_wait: Callable[[str], None] | None = None,
    ) -> Taken:  # fmt: skip
        """Import one file into the registers, with an account of every row: read = kept + merged + refused.

        `as_` names a reader or a register, `mapping` is a column map; without either the file's content decides. `year` stands where a file
        says no year or day. ImportRefused where the file as a whole cannot be read; DefinitionError for a map with mistakes.
        """
        m = mapping if isinstance(mapping, RegisterMap) or mapping is None else read_map(Path(mapping))
        how = way(Path(path), as_, m)
        key = ":".join([how.key, *([digest_of_text(repr(m))] if m else []), *([year] if year else [])])
        what = of_file(Path(path), how, key)
        return take(self, what, asked(self.root / DEFINITION, year), who=who(), on_wait=on_wait, dry_run=dry_run)

    def take_programme(
        self, workspace: str | Path, activity: str = "", *, type_: str | None = None, attendances: bool = True, dry_run: bool = False,
        on_wait: Callable[[str], None] | None = None,
    ) -> Taken:  # fmt: skip
        """An event of an engagetree workspace as an activity's *extent*: who took part, and how their scores lie. Never its depth."""
        from engagetree.institution.programme import take_programme

        return take_programme(self, Path(workspace), activity, type_, attendances, dry_run=dry_run, on_wait=on_wait)

    # ---- out

    def state(self) -> State:
        """Both stores as they are now."""
        overlaps = {**(self.ledger.fact("overlaps") or {}), **(self.reach.ledger.fact("overlaps") or {})}
        return State(self.lake.snapshot(), self.reach.snapshot(), overlaps)

    def sources(self, state: State | None = None) -> dict[str, str]:
        """Register → a SQL relation of its valid rows; an event that several departments reported counts once.

        Read them with `read`, so that an upkeep at the same time does no harm, or with `connect_duckdb()` at once.
        """
        return sources(state or self.state())

    def read(self, fn: Callable[[Any, dict[str, str]], T], whole: bool = False) -> T:
        """What `fn(con, sources)` makes of one state; `whole` leaves in the records that do not count."""

        def once(_main: Any) -> T:
            def both(_reach: Any) -> T:
                state = self.state()
                with connect_duckdb(self.root / "spill") as con:
                    return fn(con, everything(state) if whole else sources(state))

            return self.reach.read(both)

        return self.lake.read(once)

    def duplicates(self) -> list[dict[str, Any]]:
        """Records that several departments made of one event, and which one counts."""

        def found(con: Any, _sources: dict[str, str]) -> list[dict[str, Any]]:
            files = self.lake.snapshot().files("duplicates")
            rows: list[dict[str, Any]] = (
                con.sql(f"SELECT * FROM {parquet(files)} ORDER BY ALL").to_arrow_table().to_pylist() if files else []
            )
            return rows

        return self.read(found)

    def registers(self) -> tuple[standing.Standing, ...]:
        """Every register: its rows, when something last came, and what would come of filling it."""
        return standing.standing(self)

    def imports(self) -> list[ImportRow]:
        """Every import into both stores, oldest first; `withdrawn` is set on what was taken back."""
        rows = [r for ledger in (self.ledger, self.reach.ledger) for r in ledger.imports() if (r.what, r.state) == ("import", "done")]
        return sorted(rows, key=lambda r: (r.finished or r.started, r.seq))

    def withdraw(self, name: str, on_wait: Callable[[str], None] | None = None) -> TakenBack:
        """Take back an import, named by its id, the first letters of it, or its file: the registers are as if it had never been."""
        return withdraw(self, name, who=who(), on_wait=on_wait)

    def findings(self) -> tuple[Guarded, ...]:
        """What is doubtful in the registers, in words, with how to mend it. Nothing is changed by it."""
        from engagetree.institution.checking import findings

        return findings(self)

    # ---- a year

    def years(self) -> tuple[Year, ...]:
        """The years in which something was done, oldest first."""
        return yearly.years(self)

    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator that this institution can have a value of, by dimension, with its formula and pitfalls."""
        return yearly.indicators(self)

    def annual_return(self, year: str | None = None, today: date | None = None) -> AnnualReturn:
        """A year as it is, exact and private, with what the guards find: to work with, never to pass on."""
        return yearly.annual_return(self, year, today)

    def release(self, year: str | None = None, profile: str | None = None, *, today: date | None = None, keep: bool = True) -> Release:
        """A year as it may be seen, under a profile of disclosure control. `keep` enters it in the register of releases."""
        return yearly.release(self, year, profile=profile, today=today, keep=keep)

    def releases(self) -> tuple[ReleaseRecord, ...]:
        """What was released, oldest first."""
        return yearly.releases(self)

    def report(
        self, year: str | None = None, folder: str | Path | None = None, *, forms: Sequence[str] = ("html", "xlsx", "data"),
        profile: str | None = None, keep: bool = True,
    ) -> list[Path]:  # fmt: skip
        """Write a year as a page, a workbook and data for machines; the files written (default folder: the year's, in the office's)."""
        from engagetree.institution.publishing import publish

        made = self.release(year, profile, keep=keep)
        return publish(made, Path(folder) if folder is not None else self.root / made.year.key, tuple(forms))

    def returned(
        self, name: str, year: str | None = None, *, narrative: str | Path | None = None, unit: str = "", profile: str | None = None,
        keep: bool = True,
    ) -> Form:  # fmt: skip
        """A return for a funder (kef, hebci, gripp2, wellcome, researchfish), with what is missing before it can be sent."""
        from engagetree.institution.publishing import returned

        return returned(self, self.release(year, profile, keep=keep), name, narrative, unit)

    def last_import(self) -> datetime | None:
        """When something last came in."""
        return max((r.finished for r in self.imports() if r.finished and r.withdrawn is None), default=None)
