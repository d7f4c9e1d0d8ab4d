"""Verbs about what was imported: look at it, take one of it back."""

from __future__ import annotations

from typing import Annotated

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import busy, tell, tell_json, waiting

PANEL = "Data in, scores out"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("imports", rich_help_panel=PANEL)(imports)
    app.command(rich_help_panel=PANEL)(withdraw)


def imports(place: Place = HERE, as_json: Json = False) -> None:
    """List what was imported, when and by whom."""
    with workspace(place) as work:
        rows = work.imports()
        zone = work.definition().tz
    if as_json:
        names = ("import_id", "source", "reader", "who", "started", "account", "withdrawn")
        tell_json([{n: getattr(r, n) for n in names} for r in rows])
        return
    if not rows:
        tell("Nothing was imported yet: engagetree import FILE.")
        return
    from engagetree.render.words import count

    width = max(len(r.source) for r in rows)
    for r in rows:
        kept = count(int(r.account.get("kept", 0)))
        state = "   withdrawn" if r.withdrawn is not None else ""
        tell(f"{r.import_id[:8]}  {r.started.astimezone(zone):%Y-%m-%d %H:%M}  {r.source:<{width}}  {kept:>9} kept  {r.who}{state}")
    tell("Take one back: engagetree withdraw ID.")


def withdraw(
    name: Annotated[str, typer.Argument(metavar="IMPORT", help="Its id, the first letters of it, or its file's name.")],
    place: Place = HERE,
    as_json: Json = False,
) -> None:
    """Take an import back, as one thing.

    Its rows go; rows of other imports that had said the same stay. The next scoring is as if it had never been, and the file can be
    imported again.
    """
    with workspace(place) as work, busy(f"Withdrawing {name}"):
        done = work.withdraw(name, on_wait=waiting)
    if as_json:
        tell_json({"import_id": done.row.import_id, "source": done.row.source, "went": done.went, "stay": done.came, "since": done.since})
        return
    from engagetree.render.words import count, plural

    went = (
        ", ".join(f"{plural(n, f'row of {t}', f'rows of {t}')}" for t, n in done.went.items()) or "no row: others had said the same before"
    )
    tell(f"{done.row.source}, imported {done.row.started:%Y-%m-%d}, is withdrawn: {went}.")
    if done.came:
        tell(f"Other imports say the same as {count(sum(done.came.values()))} of them, so those stay.")
    tell("Bring the scores up to date: engagetree score.")
