"""Verbs of `engagetree research` about what was imported: look at it, take one of it back."""

from __future__ import annotations

from typing import Annotated

import typer

from engagetree.cli.options import Json
from engagetree.cli.research_registers import HERE, PANEL, Home
from engagetree.cli.said import busy, tell, tell_json, waiting


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("imports", rich_help_panel=PANEL)(imports)
    app.command(rich_help_panel=PANEL)(withdraw)


def imports(home: Home = HERE, as_json: Json = False) -> None:
    """List what was imported, when and by whom."""
    from zoneinfo import ZoneInfo

    from engagetree.cli.research import office
    from engagetree.render.words import count

    with office(home) as here:
        rows, zone = here.imports(), ZoneInfo(here.definition().zone)
    if as_json:
        names = ("import_id", "source", "reader", "who", "started", "account", "withdrawn")
        return tell_json([{n: getattr(r, n) for n in names} for r in rows])
    if not rows:
        return tell("Nothing was imported yet: engagetree research import FILES.")
    width = max(len(r.source) for r in rows)
    for r in rows:
        kept = count(int(r.account.get("kept", 0)))
        state = "   withdrawn" if r.withdrawn is not None else ""
        tell(f"{r.import_id[:8]}  {r.started.astimezone(zone):%Y-%m-%d %H:%M}  {r.source:<{width}}  {kept:>9} kept  {r.who}{state}")
    tell("Take one back: engagetree research withdraw ID.")


def withdraw(
    name: Annotated[str, typer.Argument(metavar="IMPORT", help="Its id, the first letters of it, or its file's name.")],
    home: Home = HERE,
    as_json: Json = False,
) -> None:
    """Take an import back, as one thing.

    Its rows go; rows of other imports that had said the same stay. The next year or report is as if it had never been, and the file
    can be imported again. What was released stays released.
    """
    from engagetree.cli.research import office
    from engagetree.render.words import count, plural

    with office(home) as here, busy(f"Withdrawing {name}"):
        done = here.withdraw(name, on_wait=waiting)
        published = len(here.releases())
    if as_json:
        return tell_json({"import_id": done.row.import_id, "source": done.row.source, "went": done.went, "stay": done.came})
    went = (
        ", ".join(f"{plural(n, f'row of {r}', f'rows of {r}')}" for r, n in done.went.items()) or "no row: others had said the same before"
    )
    tell(f"{done.row.source}, imported {done.row.started:%Y-%m-%d}, is withdrawn: {went}.")
    if done.came:
        tell(f"Other imports say the same as {count(sum(done.came.values()))} of them, so those stay.")
    if published:
        tell(f"{plural(published, 'report was', 'reports were')} released before and may rest on it: engagetree research releases.")
    tell("Look at what is left: engagetree research check.")
