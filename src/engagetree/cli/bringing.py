"""The verb that brings data in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from engagetree.cli.account import tell_account
from engagetree.cli.answering import Cohort, Encoding, On, Order, Session, Zone, answers, as_dict, ask
from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.previewing import tell_line, tell_notes, tell_people, tell_preview
from engagetree.cli.said import busy, console, say, tell, tell_json, waiting, watched

if TYPE_CHECKING:
    from engagetree.errors import EngagetreeError
    from engagetree.ingest import Account
    from engagetree.pipeline import Taken
    from engagetree.workspace import Workspace
    from engagetree.workspace.preview import Preview

FEW = 6
"""Files of which each is told at length; of more, each in one line."""


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("import", rich_help_panel="Data in, scores out")(bring)


def bring(
    files: Annotated[list[Path] | None, typer.Argument(help="Exports of tools, CSV, Parquet or XLSX files, or folders of them.")] = None,
    place: Place = HERE,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="READER", help="How to read them; `engagetree readers` lists them.", show_default="found out"),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.yml", help="A column map, for files with other column names than ours.")
    ] = None,
    zone: Zone = None,
    order: Order = None,
    session: Session = None,
    cohort: Cohort = None,
    on: On = None,
    encoding: Encoding = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what each file is, and what would become of every row.", show_default=False)
    ] = False,
    names: Annotated[bool, typer.Option("--names", help="Show names in what --dry-run shows.", show_default=False)] = False,
    watch: Annotated[
        Path | None, typer.Option("--watch", metavar="FOLDER", help="Import what arrives in a folder, until Ctrl-C.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Import files, with an account of every row.

    Read = kept + merged (into another row, or known before) + refused. Refused rows lie in a file that can be mended and imported again.
    The same file twice changes nothing. A file that cannot be read does not stop the others; it makes the command leave with 1.
    What a file leaves open (a zone, the order of a date) is asked, with the option that answers it; nothing of that file is imported, and
    the command leaves with 2.
    """
    if not files and watch is None:
        raise typer.BadParameter("Name files or folders to import, or a folder to --watch.", param_hint="FILES")
    said = answers(zone, order, session, cohort, on, encoding)
    with workspace(place) as work:
        _ready(work, mapping)

        def take(file: Path) -> Taken:
            return work.take(file, as_=as_, mapping=mapping, answers=said, dry_run=dry_run, on_wait=waiting)

        def several(many: list[Path]) -> Iterator[tuple[Path, Taken | EngagetreeError]]:
            if dry_run:
                return ((file, outcome(partial(take, file))) for file in many)
            return work.take_all(many, as_=as_, mapping=mapping, answers=said, on_wait=waiting)

        done = Bringing(take, several, work.definition().tz, dry_run, as_json, names)
        if files:
            done.all_of(_meant(files, as_))
        if watch is not None:
            done.as_they_come(watch)
    raise typer.Exit(1 if done.lost else 2 if done.asked else 0)


def _meant(files: Iterable[Path], as_: str | None) -> list[Path]:
    from engagetree.workspace.arriving import files_of

    return files_of(files, as_)


def outcome(take: Callable[[], Taken]) -> Taken | EngagetreeError:
    """What became of a file, or why nothing did."""
    from engagetree.errors import EngagetreeError

    try:
        return take()
    except EngagetreeError as error:
        return error


def at_once(one: Callable[[], None]) -> None:
    """Say it now."""
    one()


@dataclass
class Bringing:
    """Files in their order: each lands as a whole or not at all, and none stops the rest."""

    take: Callable[[Path], Taken]
    several: Callable[[list[Path]], Iterator[tuple[Path, Taken | EngagetreeError]]]
    zone: ZoneInfo
    dry_run: bool
    as_json: bool
    names: bool
    told: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    previews: list[Preview] = field(default_factory=list)
    lost: int = 0
    asked: int = 0

    def all_of(self, files: list[Path]) -> None:
        """Import these, and say what became of them together."""
        if len(files) <= FEW:
            for file in files:
                with busy(f"Importing {file.name}"):
                    taken = self.one(file)
                self.tell(taken)
        else:
            width = min(60, max(len(f.name) for f in files))
            with self._held() as when, watched() as progress:
                progress("Importing files", 0, len(files))
                for n, (file, what) in enumerate(self.several(files), 1):
                    taken = self.met(file, what, when)
                    if taken and not self.as_json:
                        when(partial(tell_line, taken, width))
                    progress("Importing files", n, len(files))
            if not self.as_json:
                tell_notes(self.accounts)
                tell_people(self.previews)
        if self.as_json:
            tell_json(self.told)
        elif len(files) > 1:
            self._sum()

    def as_they_come(self, folder: Path) -> None:
        """Import what arrives in a folder, whole files only, until somebody stops it."""
        from engagetree.workspace.arriving import arrivals

        say(f"Watching {folder}; Ctrl-C ends it. Every file that was imported is whole.")
        for file in arrivals(folder):
            taken = self.one(file)
            if taken and self.as_json:
                tell_json(self.told[-1])
            elif taken:
                tell_line(taken, len(file.name))

    @contextmanager
    def _held(self) -> Iterator[Callable[[Callable[[], None]], None]]:
        """What is said while a progress bar stands in the terminal is said when it is gone; elsewhere at once."""
        held: list[Callable[[], None]] = []
        try:
            yield held.append if console(stderr=True).is_terminal else at_once
        finally:
            for one in held:
                one()

    def one(self, file: Path) -> Taken | None:
        """Import a file; None where it was refused as a whole or leaves a question, which is said."""
        return self.met(file, outcome(partial(self.take, file)))

    def met(self, file: Path, what: Taken | EngagetreeError, when: Callable[[Callable[[], None]], None] = at_once) -> Taken | None:
        """Say what became of a file; None where that is nothing."""
        from engagetree.ingest import OpenQuestion
        from engagetree.pipeline import Taken

        if isinstance(what, OpenQuestion):
            self.asked += 1
            self.told.append({"source": str(file), **as_dict(what)})
            when(partial(ask, what))
            return None
        if not isinstance(what, Taken):
            self.lost += 1
            self.told.append({"source": str(file), "error": str(what)})
            when(partial(say, f"{what}\nNothing of {file} was imported."))
            return None
        taken = what
        self.accounts.append(taken.account)
        if taken.preview:
            self.previews.append(taken.preview)
        preview = {"preview": taken.preview.to_dict(self.names)} if taken.preview else {}
        self.told.append({**taken.account.to_dict(), "import_id": taken.import_id or None, "known": taken.known, **preview})
        return taken

    def tell(self, taken: Taken | None) -> None:
        """A file at length."""
        if taken and not self.as_json:
            tell_account(taken, self.dry_run)
            if taken.preview:
                tell_preview(taken.preview, self.zone, self.names)

    def _sum(self) -> None:
        from engagetree.render.words import count, plural

        read, kept, merged, refused = (sum(getattr(a, k) for a in self.accounts) for k in ("read", "kept", "merged", "refused"))
        whole = f" {plural(self.lost, 'file was', 'files were')} refused as a whole." if self.lost else ""
        whole += f" {plural(self.asked, 'file waits', 'files wait')} for an answer." if self.asked else ""
        dry = " (dry run: nothing was changed)" if self.dry_run else ""
        tell(f"Together{dry}: {count(read)} read = {count(kept)} kept + {count(merged)} merged + {count(refused)} refused.{whole}")


def _ready(work: Workspace, mapping: Path | None) -> None:
    """What would be wrong with every file is said once, before the first: the definition, the map."""
    work.definition()
    if mapping is not None:
        from engagetree.ingest.mapping import read

        read(mapping)
