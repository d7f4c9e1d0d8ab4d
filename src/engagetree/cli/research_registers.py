"""Verbs on what a research office has: registers, columns, check, readers, programme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engagetree.cli.options import Json
from engagetree.cli.said import busy, tell, tell_json, waiting

HERE = Path()
PANEL = "Registers"
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
WORD = {"block": "must not be published", "error": "to mend", "warning": "to look at", "note": "to know"}


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (registers, columns, check, readers, programme):
        app.command(rich_help_panel=PANEL)(verb)


def registers(home: Home = HERE, as_json: Json = False) -> None:
    """Show every register: rows, the last import, what the empty ones are for."""
    from engagetree.cli.research import office
    from engagetree.render.words import count

    with office(home) as here:
        found = here.registers()
    if as_json:
        return tell_json(found)
    for one in found:
        if one.rows:
            last = f"last from {one.source}, {one.last:%Y-%m-%d}" if one.last else ""
            tell(f"  {one.register:<20} {count(one.rows):>12} rows   {last}")
    if empty := [one for one in found if not one.rows]:
        tell("Still empty:", "bold")
        for one in empty:
            tell(f"  {one.register:<20} {one.about}")


def check(home: Home = HERE, as_json: Json = False) -> None:
    """Look through the definition and the registers; say what is doubtful and how to mend it.

    Leaves with 1 where something has to be mended before it is published.
    """
    from engagetree.cli.research import office

    with office(home) as here, busy("Looking through the registers"):
        here.definition()
        found = here.findings()
    if as_json:
        tell_json(found)
    elif not found:
        tell("Nothing doubtful was found in the registers.")
    else:
        for one in found:
            tell(f"{WORD[one.severity]}: {one.about}: {one.found}", "bold" if one.severity in ("block", "error") else "")
            if one.do:
                tell(f"  {one.do}")
    raise typer.Exit(1 if any(one.severity in ("block", "error") for one in found) else 0)


def columns(
    register: Annotated[str, typer.Argument(help="A register, such as activities; `engagetree research readers` lists them.")],
    home: Home = HERE,
    as_json: Json = False,
) -> None:
    """List the columns of a register, and the words that they take: here also the institution's own."""
    from engagetree.institution.columns import columns_of

    found = columns_of(register, home)
    if as_json:
        return tell_json(found)
    for one in found:
        tell(f"  {one.name:<26} {one.says}{' (needed)' if one.needed else ''}")
        if one.words:
            tell(f"  {'':<26}   {', '.join(one.words)}")


def readers(as_json: Json = False) -> None:
    """List what --as understands."""
    from engagetree.institution.opening import about

    found = about()
    if as_json:
        return tell_json(found)
    for name, says in found.items():
        tell(f"  {name:<20} {says}")


def programme(
    workspace: Annotated[Path, typer.Argument(help="The workspace of an event or programme, scored.")],
    home: Home = HERE,
    activity: Annotated[str, typer.Option("--activity", help="The id of its activity here.", show_default="the programme's title")] = "",
    type_: Annotated[str | None, typer.Option("--type", help="What kind of activity it was: talk, workshop …")] = None,
    attendances: Annotated[bool, typer.Option("--attendances/--no-attendances", help="Also who came to which day.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
) -> None:
    """Take an event of engagetree as the extent of an activity: who took part, and how their scores lie. Never its depth."""
    from engagetree.cli.account import tell_account
    from engagetree.cli.research import office

    with office(home) as here, busy(f"Reading {workspace}"):
        taken = here.take_programme(workspace, activity, type_=type_, attendances=attendances, dry_run=dry_run, on_wait=waiting)
    tell_account(taken, dry_run)
