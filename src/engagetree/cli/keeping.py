"""Verbs about what is kept: the lake."""

from __future__ import annotations

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import busy, tell, tell_json, waiting

PANEL = "What is kept"

lake = typer.Typer(no_args_is_help=True, help="Look after the lake, where all facts are.")


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.add_typer(lake, name="lake", rich_help_panel=PANEL)


@lake.command()
def head(place: Place = HERE, as_json: Json = False) -> None:
    """Show the state that readers see: tables, rows, files."""
    with workspace(place) as work:
        now = work.lake.snapshot()
        tables = {table: now.listed(table) for table in sorted(now.versions)}
    if as_json:
        said = [{"table": t, "version": now.versions[t], "rows": sum(f.rows for f in own), "files": len(own)} for t, own in tables.items()]
        tell_json({"head": now.seq, "tables": said})
        return
    from engagetree.render.words import count, plural

    tell(f"Head {now.seq}: {plural(len(tables), 'table')}")
    for t, own in tables.items():
        tell(f"  {t:<22} version {now.versions[t]:<4} {count(sum(f.rows for f in own)):>12} rows in {plural(len(own), 'file')}")


@lake.command()
def upkeep(place: Place = HERE) -> None:
    """Join small files, delete what nobody needs.

    Readers and scores are not disturbed.
    """
    with workspace(place) as work, busy("Tidying"):
        done = work.lake.upkeep({"events": ("participant", "at")}, on_wait=waiting)
    from engagetree.render.words import plural

    tell(f"{plural(done.joined, 'small file', 'small files')} joined, {plural(done.deleted, 'file', 'files')} deleted.")
    if done.held:
        tell("A backup is being taken, so no file was deleted. Run it again later.")
