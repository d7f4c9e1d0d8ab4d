"""`engagetree research …`: the verbs of a research office. Other verbs of research are added in `PARTS`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagetree.cli.account import tell_account
from engagetree.cli.options import Json
from engagetree.cli.said import busy, say, tell, tell_json, waiting

if TYPE_CHECKING:
    from engagetree.institution import Office

PARTS = tuple(f"engagetree.cli.research_{part}" for part in ("registers", "undoing", "year", "terms"))
"""Modules with more verbs, each with `add_to(app)`: the one place where they are put together."""

HERE = Path()
PANEL = "Registers"

ABOUT = """An institution's engagement with publics and partners.

A folder with an institution.yml. The way through: init, import, check, year, report.
"""

research = typer.Typer(
    name="research",
    help=ABOUT,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Home = Annotated[
    Path,
    typer.Option(
        "--institution",
        "-i",
        metavar="FOLDER",
        envvar="ENGAGETREE_INSTITUTION",
        help="The institution's folder.",
        show_default="the current folder",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(research, name="research", rich_help_panel="Research offices")


def office(home: Path) -> Office:
    """The research office in a folder; WorkspaceError where there is none."""
    from engagetree.errors import WorkspaceError
    from engagetree.institution import open_

    try:
        return open_(home)
    except WorkspaceError as error:
        where = "the current folder" if home == HERE else str(home)
        raise WorkspaceError(
            where, error.found, "Name one with --institution, or make one with `engagetree research init FOLDER`."
        ) from None


@research.command(rich_help_panel=PANEL)
def init(
    path: Annotated[Path, typer.Argument(help="The folder of the new office.")],
    name: Annotated[str, typer.Option("--name", help="What the institution is called.", show_default="the folder's name")] = "",
    definition: Annotated[Path | None, typer.Option("--definition", metavar="FILE", help="Begin with this institution.yml.")] = None,
) -> None:
    """Make a folder with an institution.yml and empty registers."""
    from engagetree.institution import create

    made = create(path, name, definition)
    made.close()
    tell(f"Made {path}, with {path / 'institution.yml'}.")
    tell("Next:")
    tell(f"  1. Edit {path / 'institution.yml'}: the name, when your years begin, your own words.")
    tell(f"  2. engagetree research import FILES... -i {path}     events, partners, boards, outputs …")
    tell(f"  3. engagetree research registers -i {path}           what is there, what is missing")
    tell(f"  4. engagetree research check -i {path}               what is doubtful")
    tell(f"Keep {path / 'attendances.key'} and {path / 'reach' / 'key'} secret, and keep a copy: they turn ids into pseudonyms.")


@research.command("import", rich_help_panel=PANEL)
def bring(
    files: Annotated[list[Path], typer.Argument(help="CSV, XLSX or Parquet files, XML or JSON of Gateway to Research, OpenAlex, ratings.")],
    home: Home = HERE,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="READER", help="How to read them; `engagetree research readers` lists them.", show_default="found out"
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.yml", help="A column map, for other column names than ours.")
    ] = None,
    year: Annotated[str | None, typer.Option("--year", metavar="YEAR", help="The year of files that say no day or year: 2025-26.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of every row.")] = False,
    as_json: Json = False,
) -> None:
    """Bring files into the registers, with an account of every row.

    Read = kept + merged (into another row, or known before) + refused. Refused rows lie in a file that can be mended and imported again.
    The same file twice changes nothing. A file that cannot be read does not stop the others; it makes the command leave with 1.
    """
    from engagetree.errors import EngagetreeError

    accounts: list[dict[str, Any]] = []
    lost = 0
    with office(home) as here:
        _ready(here, mapping)
        for file in files:
            try:
                with busy(f"Importing {file.name}"):
                    taken = here.take(file, as_=as_, mapping=mapping, year=year, dry_run=dry_run, on_wait=waiting)
            except EngagetreeError as error:
                lost += 1
                accounts.append({"source": str(file), "error": str(error)})
                say(f"{error}\nNothing of {file} was imported.")
                continue
            accounts.append({**taken.account.to_dict(), "import_id": taken.import_id or None, "known": taken.known})
            if not as_json:
                tell_account(taken, dry_run)
    if as_json:
        tell_json(accounts)
    raise typer.Exit(1 if lost else 0)


def _ready(here: Office, mapping: Path | None) -> None:
    """What would be wrong with every file is said once, before the first: the definition, the map."""
    here.definition()
    if mapping is not None:
        from engagetree.research.readers.mapping import read_map

        read_map(mapping)


for part in PARTS:
    importlib.import_module(part).add_to(research)
