"""Verbs that ask: bands, slipping, explain, compare, report. None of them changes anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagetree.cli.options import HERE, All, By, Cohort, Csv, Json, Period, Place, Top, Where, only, workspace
from engagetree.cli.said import busy, console, tell, tell_json, write_out

if TYPE_CHECKING:
    from engagetree.workspace import Result, Workspace

PANEL = "Questions"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (bands, slipping, explain, compare, report):
        app.command(rich_help_panel=PANEL)(verb)


def bands(place: Place = HERE, cohort: Cohort = None, where: Where = None, as_json: Json = False) -> None:
    """Show how many were in each band, period by period."""
    with workspace(place) as work:
        found = work.bands(cohort, where)
        if as_json:
            tell_json(found)
            return
        from engagetree.render.terminal import show_bands

        only(work, where, cohort)
        show_bands(console(), found, work.used())


def slipping(
    place: Place = HERE, period: Period = None, where: Where = None, top: Top = 20, everybody: All = False, as_json: Json = False,
    as_csv: Csv = False,
) -> None:  # fmt: skip
    """Show who fell clearly, and why.

    Clearly is by more than the uncertainty allows, against four periods before; the largest fall comes first.
    """
    with workspace(place) as work:
        found = work.slipping(period, where=where)
        shown = found if everybody else found[:top]
        if as_json:
            tell_json(shown)
            return
        if as_csv:
            write_out(_as_result([vars(s) for s in shown]).csv(), None)
            return
        from engagetree.render.terminal import show_slipping
        from engagetree.render.words import count

        only(work, where)
        show_slipping(console(), shown, work.used())
        if len(found) > len(shown):
            tell(f"{count(len(shown))} of {count(len(found))}; --all lists everybody.")


def explain(
    subject: Annotated[
        str | None,
        typer.Argument(metavar="[PARTICIPANT|COHORT|SLICE]", help="Whose score; a slice is region=North.", show_default="everybody"),
    ] = None,
    place: Place = HERE,
    period: Period = None,
    where: Where = None,
    events: Annotated[bool, typer.Option("--events", help="The very events behind a person's number, and what was offered.")] = False,
    node: Annotated[str | None, typer.Option("--node", metavar="NODE", help="With --events: only those of this signal or driver.")] = None,
    top: Top = 20,
    everybody: All = False,
    as_json: Json = False,
) -> None:
    """Take a score apart, in words and numbers.

    Weight, value, points and points to gain side by side, what was taken of what was offered, and what is not known and why.
    """
    if (events or node) and subject is None:
        raise typer.BadParameter("--events needs a participant.")
    with workspace(place) as work:
        if events or node:
            _events(work, str(subject), node, period, None if everybody else top, as_json)
            return
        found = work.explain(subject, period, where)
        if as_json:
            tell_json(found.to_dict())
            return
        from engagetree.render.terminal import show_explanation

        show_explanation(console(), found, work.used())


def _events(work: Workspace, participant: str, node: str | None, period: str | None, most: int | None, as_json: bool) -> None:
    done, offered = work.events(participant, node, period)
    if as_json:
        tell_json({"events": done.rows(), "offered": offered.rows()})
        return
    from engagetree.render.listing import show_rows

    zone = work.used().tz
    show_rows(console(), offered.rows(), offered.about, zone, most)
    tell()
    show_rows(console(), done.rows(), done.about, zone, most)


def compare(
    subjects: Annotated[
        list[str] | None, typer.Argument(metavar="[A B]", help="Two or more participants, cohorts or slices.", show_default="every cohort")
    ] = None,
    place: Place = HERE,
    by: By = None,
    where: Where = None,
    period: Period = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show cohorts, or any groups or people, side by side.

    Score with its range and place, every signal, and where there is most room. Of two: how far apart, by which signals. The same score for
    opposite reasons is said.
    """
    with workspace(place) as work:
        found = work.compare(*(subjects or ()), period=period, by=by, where=where)
    if as_json:
        tell_json(found.to_dict())
    elif as_csv:
        write_out(found.result().csv(), None)
    else:
        from engagetree.render.sides import show_sides

        if found.about and not subjects:
            tell(f"Only {found.about}.", "bold")
        show_sides(console(), found, found.places, found.pair, found.findings(), found.definition, found.by)


def report(
    place: Place = HERE,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to write it.", show_default="report.html in the workspace")
    ] = None,
    by: By = None,
) -> None:
    """Write the report, one HTML file.

    It needs no network: to read, print and pass on.
    """
    with workspace(place) as work, busy("Writing the report"):
        path = work.report(out, by=by)
    tell(f"Report: {path}")


def _as_result(rows: list[dict[str, object]]) -> Result:
    import pyarrow as pa

    from engagetree.workspace import Result

    return Result(pa.Table.from_pylist(rows))
