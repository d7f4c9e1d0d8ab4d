"""Verbs about everybody's score: score (make and show), ranking (show)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagetree.cli.options import HERE, All, Band, Cohort, Csv, History, Json, Owner, Parquet, Period, Place, Top, Where, only, workspace
from engagetree.cli.said import console, placed, say, tell, waiting, watched, write_out

if TYPE_CHECKING:
    from engagetree.workspace import Workspace

PANEL = "Data in, scores out"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command(rich_help_panel=PANEL)(score)
    app.command(rich_help_panel=PANEL)(ranking)


def score(
    place: Place = HERE,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Up to the end of this day, or to a moment: 2025-03-03, 2025-03-03T09:00.", show_default="now"
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="URL", help="Where to calculate: duckdb:// or spark://local[2].")
    ] = "duckdb://",
    band: Band = None,
    cohort: Cohort = None,
    owner: Owner = None,
    where: Where = None,
    period: Period = None,
    history: History = False,
    top: Top = 20,
    everybody: All = False,
    as_json: Json = False,
    as_csv: Csv = False,
    parquet: Parquet = None,
) -> None:
    """Score what is new, then show who is where.

    Only periods that an import touched are worked on. Without --as-of, up to what the data reach to, and never past now.
    """
    from engagetree.cli.day import as_of as moment

    with workspace(place, engine) as work:
        until = None if as_of is None else moment(as_of, work.definition().zone)
        with watched() as progress:
            work.score(until, progress, on_wait=waiting)
        _show(work, period, band, cohort, owner, where, history, None if everybody else top, as_json, as_csv, parquet)
        if sentence := work.unseen():
            say(sentence)
        handles, acts = work.people.acts_by_state().get("open", (0, 0))
        if acts:
            from engagetree.render.words import plural

            whose = plural(handles, "name or address", "names and addresses")
            waits = f"{plural(acts, 'act')} of {whose} {'counts' if acts == 1 else 'count'} for nobody yet"
            say(f"{waits}: engagetree people review.")


def ranking(
    place: Place = HERE,
    band: Band = None,
    cohort: Cohort = None,
    owner: Owner = None,
    where: Where = None,
    period: Period = None,
    history: History = False,
    top: Top = 20,
    everybody: All = False,
    as_json: Json = False,
    as_csv: Csv = False,
    parquet: Parquet = None,
) -> None:
    """Show who is where, from what was scored last.

    The largest clear fall comes first, then the lowest score. A place is a range where the data cannot tell. Changes nothing.
    """
    with workspace(place) as work:
        _show(work, period, band, cohort, owner, where, history, None if everybody else top, as_json, as_csv, parquet)


def _show(
    work: Workspace,
    period: str | None,
    band: str | None,
    cohort: str | None,
    owner: str | None,
    where: list[str] | None,
    history: bool,
    most: int | None,
    as_json: bool,
    as_csv: bool,
    parquet: Path | None,
) -> None:
    if as_json or as_csv or parquet is not None:
        found = work.scores(period, band=band, cohort=cohort, owner=owner, where=where, history=history, places=True)
        if parquet is not None:
            with placed(parquet):
                found.parquet(parquet)
        if as_json or as_csv:
            write_out(found.json() if as_json else found.csv(), None)
        return
    from engagetree.render import terminal
    from engagetree.render.words import count

    definition, out = work.used(), console()
    only(work, where, cohort, owner)
    rows = work.ranking(period, band=band, cohort=cohort, owner=owner, where=where)
    bands = [b for b in work.bands(cohort, where) if period is None or b.period == period]
    terminal.show_bands(out, bands if history else bands[-1:], definition)
    tell()
    terminal.show_ranking(out, rows[:most], definition)
    if most is not None and len(rows) > most:
        tell(f"{count(most)} of {count(len(rows))}; --all lists everybody.")
    tell(f"Definition {definition.fingerprint}. {work.validation() or 'Not yet validated against outcomes.'}")
