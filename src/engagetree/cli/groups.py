"""Verbs about groups through time: trend, moved. None of them changes anything."""

from __future__ import annotations

from typing import Annotated

import typer

from engagetree.cli.options import HERE, All, Back, By, Csv, Json, Period, Place, Where, workspace
from engagetree.cli.said import console, tell_json, write_out

PANEL = "Questions"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (trend, moved):
        app.command(rich_help_panel=PANEL)(verb)


def trend(
    subject: Annotated[
        str | None,
        typer.Argument(metavar="[PARTICIPANT|COHORT|SLICE]", help="Whose score; a slice is region=North.", show_default="everybody"),
    ] = None,
    place: Place = HERE,
    by: By = None,
    where: Where = None,
    period: Period = None,
    back: Back = 4,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show how scores went from period to period, with their ranges.

    The mean and every signal, and how the same people changed over the last periods. Joiners and leavers move a mean, too, and are told
    apart.
    """
    with workspace(place) as work:
        found = work.trend(subject, by=by, where=where, period=period, back=back)
    if as_json:
        tell_json(found.to_dict())
    elif as_csv:
        write_out(found.result().csv(), None)
    else:
        from engagetree.render.trend import show_trend

        show_trend(console(), found.lines, found.definition, found.by, found.about)


def moved(
    place: Place = HERE,
    period: Period = None,
    back: Back = 4,
    where: Where = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="How many to list on either side.")] = 10,
    everybody: All = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show who rose and who fell most.

    Only clear changes are listed: those that are larger than the uncertainty of the score allows. The others are counted.
    """
    with workspace(place) as work:
        found = work.moved(period, back, None if everybody else top, where)
    if as_json:
        tell_json(found.to_dict())
    elif as_csv:
        write_out(found.result().csv(), None)
    else:
        from engagetree.render.rose import show_moved

        show_moved(console(), found)
