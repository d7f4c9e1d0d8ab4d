"""The verb that takes the facts out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import busy, say, tell, tell_json


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command(rich_help_panel="Data in, scores out")(export)


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write the files; it is made if need be.", show_default=False)],
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="TABLE", help="Which: events, items, roster, excusals, outages, outcomes.", show_default="all with rows"),
    ] = None,
    place: Place = HERE,
    form: Annotated[str, typer.Option("--format", metavar="csv|parquet", help="CSV, or Parquet for large ones.")] = "csv",
    replace: Annotated[bool, typer.Option("--replace", help="Write over files that are there.", show_default=False)] = False,
    as_json: Json = False,
) -> None:
    """Write the facts to files that `import` reads.

    Events are written with whose they are by all that was decided, without those that were taken back; names and addresses are not in them.
    Imported into an empty workspace with the same definition, they give the same scores.
    """
    with workspace(place) as work, busy("Exporting"):
        done = work.export(folder, *(tables or ()), form=form, replace=replace)
        undecided = sum(k.state == "open" and k.acts > 0 for k in work.people.known())
    if as_json:
        tell_json(done)
        return
    from engagetree.render.words import plural

    width = max(len(str(e.path)) for e in done)
    for e in done:
        tell(f"{e.path!s:<{width}}  {plural(e.rows, 'row')}")
    if undecided and any(e.table == "events" for e in done):
        say(f"Acts of {plural(undecided, 'handle')} that wait for a decision are there under pseudonyms: engagetree people review.")
