"""Verbs about versions of the definition: versions, diff, use, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagetree.cli.options import HERE, Csv, Json, Place, workspace
from engagetree.cli.said import console, tell, tell_json, waiting, watched, write_out

if TYPE_CHECKING:
    from engagetree.tree.versions import Version
    from engagetree.workspace import Workspace

PANEL = "Versions of the formula"

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in a sentence; it is kept.", show_default=False)]
Discard = Annotated[bool, typer.Option("--discard", help="Let an edit in programme.yml go that is no version yet.", show_default=False)]
NAME = "v2, a fingerprint or the beginning of one, or `now` for what programme.yml says."


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (versions, diff, use, history):
        app.command(rich_help_panel=PANEL)(verb)


def versions(
    place: Place = HERE,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="VERSION", help="Drop the stored scores of a version that is not in use.")
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """List the versions of the definition.

    Which there were, who made them, when and why, which is in use, how far each is scored, and which measure the same.
    """
    with workspace(place) as work:
        if remove is not None:
            _removed(work.remove(remove, on_wait=waiting))
            return
        found = work.versions()
        if as_json or as_csv:
            _out([_as_dict(v) for v in found], as_json)
            return
        if not found:
            tell("No version yet: the definition becomes one with the first `engagetree score`.")
            return
        from engagetree.render.versions import show_versions

        show_versions(console(), found, work.used().tz, _edit(work))


def _removed(gone: Version) -> None:
    tell(f"The stored scores of {gone} are dropped. The version itself is kept, with who, when and why;")
    tell(f"`engagetree history --version {gone.name}` makes its scores again.")


def _edit(work: Workspace) -> str:
    """What programme.yml says that is no version yet, in words."""
    from engagetree.errors import EngagetreeError

    try:
        told = work.diff()
    except EngagetreeError:
        return "programme.yml cannot be read as it is: see `engagetree check`."
    return f"Not in use yet: {told.sentence}" if told.changes else ""


def _as_dict(v: Version) -> dict[str, Any]:
    scored = v.scored
    return {
        "version": v.version,
        "name": v.name,
        "in_use": v.in_use,
        "who": v.who,
        "at": v.at,
        "why": v.why,
        "since": v.since,
        "measures": v.measures,
        "scored_periods": scored.periods if scored else 0,
        "scored_to": scored.last if scored else None,
        "up_to_date": bool(scored and not scored.lags),
        "uses": [vars(u) for u in v.uses],
    }


def _out(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        tell_json(rows)
        return
    import pyarrow as pa

    from engagetree.workspace import Result

    flat = [{k: v for k, v in r.items() if k != "uses"} for r in rows]
    write_out(Result(pa.Table.from_pylist(flat)).csv() if flat else "version", None)


def diff(
    old: Annotated[str | None, typer.Argument(metavar="[A]", help=f"From this version: {NAME}", show_default="the one in use")] = None,
    new: Annotated[str | None, typer.Argument(metavar="[B]", help="To this one.", show_default="now")] = None,
    place: Place = HERE,
    as_json: Json = False,
) -> None:
    """Say in words how two versions differ, and why.

    Without names: what was edited in programme.yml since the version in use.
    """
    with workspace(place) as work:
        found = work.diff(old, new)
        if as_json:
            tell_json({**vars(found), "sentence": found.sentence})
            return
        from engagetree.render.versions import show_diff

        show_diff(console(), found)


def use(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="v1, a fingerprint or the beginning of one.")],
    place: Place = HERE,
    reason: Reason = "",
    discard: Discard = False,
    as_json: Json = False,
) -> None:
    """Put an earlier version in use again.

    Its scores are brought up to date and programme.yml says again what it said then. Nothing is deleted.
    """
    with workspace(place) as work, watched() as progress:
        made = work.use(version, reason, discard=discard, progress=progress, on_wait=waiting)
    if as_json:
        tell_json(_as_dict(made))
        return
    tell(f"{made} is in use; programme.yml says again what it said then.")


def history(
    subject: Annotated[str | None, typer.Argument(metavar="[PARTICIPANT|COHORT]", help="Whose history.", show_default="everybody")] = None,
    version: Annotated[
        list[str] | None,
        typer.Option("--version", metavar="VERSION", help=f"Under this version; name several. {NAME}", show_default="the latest four"),
    ] = None,
    place: Place = HERE,
    kept: Annotated[
        bool, typer.Option("--stored", help="Show what is stored, without bringing it up to date.", show_default=False)
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="List every period.", show_default=False)] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show all history under several versions at once.

    What another formula would have said of the same acts, period by period, with ranges and the day on which the version in use changed.
    """
    with workspace(place) as work, watched() as progress:
        found = work.history(subject, version or (), fresh=not kept, progress=progress, on_wait=waiting)
    if as_json:
        tell_json(found.to_dict())
        return
    if as_csv:
        write_out(found.result().csv(), None)
        return
    from engagetree.render.history import LATEST, show_history

    show_history(console(), found, None if everything else LATEST)
