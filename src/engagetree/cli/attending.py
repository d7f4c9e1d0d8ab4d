"""The verb that shows who was in which session, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagetree.cli.options import HERE, Csv, Json, Place, workspace
from engagetree.cli.said import console, say, tell, write_out

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from engagetree.workspace import Result


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command(rich_help_panel="Questions")(attendance)


def attendance(
    subject: Annotated[
        str | None,
        typer.Argument(metavar="[PARTICIPANT|SESSION]", help="Whose minutes, or of which session.", show_default="every session"),
    ] = None,
    place: Place = HERE,
    names: Annotated[bool, typer.Option("--names", help="Show names in place of ids.", show_default=False)] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show who was in which session, and for how many minutes.

    Stays are united and clipped to the session: two devices at once count once. Only whom a session was offered to is listed. A dash is not
    known, which is not zero. Phones, devices and bots, and names that wait for a decision, are counted beside.
    """
    with workspace(place) as work:
        found = work.attendance(subject)
        if as_json or as_csv:
            write_out(found.json() if as_json else found.csv(), None)
            return
        zone, known = work.used().tz, work.people.names() if names else {}
    from engagetree.render.listing import show_rows

    if subject is None:
        rows, about = [_short(r) for r in found.rows()], found.about
    else:
        rows = [{**r, "participant": known.get(r["participant"], r["participant"])} for r in found.rows()]
        rows, about = _apart(rows, subject, found.about, zone)
    show_rows(console(), rows, about, zone)
    _beside(found, subject)


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Present of offered in one cell."""
    from engagetree.render.words import count

    there = f"{count(row['present'])} of {count(row['offered_to'])}"
    rest = {"unknown": row["unknown"] or None, "waiting": row["waiting"] or None, "nobody": row["nobody"] or None}
    named = {k: row[k] for k in ("session", "title", "opens_at", "held")}
    return {**named, "there": there, "median_minutes": row["median_minutes"], **rest}


def _apart(rows: list[dict[str, Any]], subject: str, about: str, zone: ZoneInfo) -> tuple[list[dict[str, Any]], str]:
    """Without the columns that are the same in all rows; of a session they go into what the rows are about."""
    from engagetree.render.words import moment, quantity

    if not rows or any(r["session"] != subject for r in rows):
        return [{k: v for k, v in r.items() if k != "participant"} for r in rows], about
    one = rows[0]
    title = f" “{one['title']}”" if one["title"] else ""
    said = f"{about}{title}, {moment(one['opens_at'], zone)}, {quantity(one['held'])} minutes"
    return [{k: r[k] for k in ("participant", "cohort", "minutes", "note")} for r in rows], said


def _beside(found: Result, subject: str | None) -> None:
    if not len(found):
        tell("No session with a beginning and an end has been held yet.")
    elif subject is None:
        waiting = sum(r["waiting"] for r in found.rows())
        tell("Held and Median minutes are in minutes; the median is of those who were there. `engagetree attendance SESSION` lists them.")
        if waiting:
            say("Waiting: names and addresses that were there, and wait for a decision: engagetree people review.")
