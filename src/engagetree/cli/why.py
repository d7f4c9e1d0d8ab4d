"""The verb that says why a score moved."""

from __future__ import annotations

from typing import Annotated

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import console, tell_json, watched

PANEL = "Questions"

Subject = Annotated[
    str | None, typer.Argument(metavar="[PARTICIPANT|COHORT]", help="Whose score.", show_default="everybody")
]  # fmt: skip
From = Annotated[
    str | None,
    typer.Option("--from", metavar="START", help="The period to compare with, named by its first day.", show_default="the one before"),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="START", help="The period that is asked about, named by its first day.", show_default="the latest scored"),
]
Against = Annotated[str | None, typer.Option("--against", metavar="SUBJECT", help="Another participant or cohort to compare with.")]
Version = Annotated[
    str | None, typer.Option("--version", metavar="VERSION", help="The version that is asked about.", show_default="the one in use")
]
AgainstVersion = Annotated[
    str | None, typer.Option("--against-version", metavar="VERSION", help="Another version to compare with.", show_default="the same")
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command(rich_help_panel=PANEL)(why)


def why(
    subject: Subject = None, place: Place = HERE, frm: From = None, to: To = None, against: Against = None, version: Version = None,
    against_version: AgainstVersion = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Say why a score moved, or differs from another.

    What people did, what the formula did and what became known or unknown, down to the driver; for a cohort who joined and left, and
    which groups carry the change. All parts add up to the change. By default the latest period against the one before.
    """
    with workspace(place) as work, watched() as progress:
        found = work.why(subject, frm, to, against=against, version=version, against_version=against_version, progress=progress)
    if as_json:
        tell_json(found.to_dict())
        return
    from engagetree.render.moved_lines import show_why

    show_why(console(), found, *found.definitions)
