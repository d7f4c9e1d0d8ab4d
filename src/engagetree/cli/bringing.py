"""The verb that brings data in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagetree.cli.account import tell_account
from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import busy, say, tell, tell_json, waiting

if TYPE_CHECKING:
    from engagetree.pipeline import Taken
    from engagetree.workspace import Workspace


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("import", rich_help_panel="Data in, scores out")(bring)


def bring(
    files: Annotated[list[Path], typer.Argument(help="CSV, Parquet or XLSX files, or a folder or zip of OULAD.")],
    place: Place = HERE,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="READER", help="How to read them; `engagetree readers` lists them.", show_default="found out"),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.yml", help="A column map, for files with other column names than ours.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of every row.")] = False,
    as_json: Json = False,
) -> None:
    """Import files, with an account of every row.

    Read = kept + merged (into another row, or known before) + refused. Refused rows lie in a file that can be mended and imported again.
    The same file twice changes nothing. A file that cannot be read does not stop the others; it makes the command leave with 1.
    """
    from engagetree.errors import EngagetreeError

    accounts: list[dict[str, Any]] = []
    lost = 0
    with workspace(place) as work:
        _ready(work, mapping)
        for file in files:
            try:
                with busy(f"Importing {file.name}"):
                    taken = work.take(file, as_=as_, mapping=mapping, dry_run=dry_run, on_wait=waiting)
            except EngagetreeError as error:
                lost += 1
                accounts.append({"source": str(file), "error": str(error)})
                say(f"{error}\nNothing of {file} was imported.")
                continue
            accounts.append(_as_dict(taken))
            if not as_json:
                tell_account(taken, dry_run)
    if as_json:
        tell_json(accounts)
    elif len(files) > 1:
        _sum(accounts, lost)
    raise typer.Exit(1 if lost else 0)


def _ready(work: Workspace, mapping: Path | None) -> None:
    """What would be wrong with every file is said once, before the first: the definition, the map."""
    work.definition()
    if mapping is not None:
        from engagetree.ingest.mapping import read

        read(mapping)


def _as_dict(taken: Taken) -> dict[str, Any]:
    return {**taken.account.to_dict(), "import_id": taken.import_id or None, "known": taken.known}


def _sum(accounts: list[dict[str, Any]], lost: int) -> None:
    from engagetree.render.words import count, plural

    read, kept, merged, refused = (sum(a.get(k, 0) for a in accounts) for k in ("read", "kept", "merged", "refused"))
    whole = f" {plural(lost, 'file was', 'files were')} refused as a whole." if lost else ""
    tell(f"Together: {count(read)} read = {count(kept)} kept + {count(merged)} merged + {count(refused)} refused.{whole}")
