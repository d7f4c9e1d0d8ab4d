"""Verbs that ask what would be: what-if, reach; and adopt, which makes a what-if a version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagetree.cli.options import HERE, All, Csv, Json, Period, Place, Top, workspace
from engagetree.cli.said import console, tell, tell_json, waiting, watched, write_out

if TYPE_CHECKING:
    from engagetree.workspace import Workspace

PANEL = "Questions"

Weights = Annotated[
    list[str] | None,
    typer.Option("--weight", metavar="SIGNAL=WEIGHT", help="Another weight of a signal; all together sum to 1. Again for each."),
]
Bands = Annotated[
    list[str] | None, typer.Option("--band", metavar="BAND=SCORE", help="Another lower end of a band, by its key or label: at_risk=45.")
]
Values = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PLACE=VALUE", help="Another value anywhere: interaction.unprompted.target=6; `none` takes it out."),
]
File = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Another definition to begin with.", show_default="the one in use")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command(name="what-if", rich_help_panel=PANEL)(what_if)
    app.command(rich_help_panel=PANEL)(reach)
    app.command(rich_help_panel="Versions of the formula")(adopt)


def what_if(
    place: Place = HERE,
    weight: Weights = None,
    band: Bands = None,
    set: Values = None,
    file: File = None,
    period: Period = None,
    history: Annotated[bool, typer.Option("--history", help="The means of every period as well.", show_default=False)] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the supposed definition to a file.")] = None,
    top: Top = 20,
    everybody: All = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show what other weights, bands or values would do to everybody, and store nothing.

    The mean before and after, who changes band, how scores are spread, who moves most. --csv lists everybody (with --history: the means).
    """
    with workspace(place) as work:
        with _pasted(), watched() as progress:
            text = _text(work, weight, band, set, file)
            found = work.what_if(definition=text, period=period, history=history, progress=progress)
        if out is not None:
            write_out(found.text, out)
        if as_json:
            tell_json(found.to_dict())
        elif as_csv:
            write_out((found.means() if history else found.result()).csv(), None)
        else:
            from engagetree.render.supposed import show_what_if

            show_what_if(console(), found, found.moved_count if everybody else top)


def adopt(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with the version.", show_default=False)],
    place: Place = HERE,
    weight: Weights = None,
    band: Bands = None,
    set: Values = None,
    file: File = None,
    discard: Annotated[
        bool, typer.Option("--discard", help="Let an edit of programme.yml go that is no version yet.", show_default=False)
    ] = False,
) -> None:
    """Make other weights, bands or values the version in use, with a reason.

    Takes what `what-if` takes. All history is scored under it; the version before keeps its scores.
    """
    with workspace(place) as work:
        with _pasted():
            text = _text(work, weight, band, set, file)
        with watched() as progress:
            version = work.adopt(text, reason, discard=discard, progress=progress, on_wait=waiting)
    tell(f"Definition {version} is in use.")


@contextmanager
def _pasted() -> Iterator[None]:
    """Weights that do not sum to 1 are offered scaled, as options to paste."""
    from engagetree.definition.propose import WeightsError
    from engagetree.errors import EngagetreeError

    try:
        yield
    except WeightsError as error:
        raise EngagetreeError(error.thing, error.found, error.offer("--weight ", " ")) from None


def _text(
    work: Workspace, weight: Sequence[str] | None, band: Sequence[str] | None, values: Sequence[str] | None, file: Path | None
) -> str:
    from engagetree.definition.propose import value

    if not (weight or band or values or file):
        raise typer.BadParameter("Say what is to change: --weight, --band, --set or --file.")
    return work.proposal(
        {k: _number(k, v) for k, v in _pairs("--weight", weight)},
        bands={k: _number(k, v) for k, v in _pairs("--band", band)},
        definition=file,
        set={k: value(v) for k, v in _pairs("--set", values)},
    )


def _pairs(option: str, given: Sequence[str] | None) -> list[tuple[str, str]]:
    pairs = []
    for text in given or []:
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            raise typer.BadParameter(f"{text}: write it as NAME=VALUE.", param_hint=option)
        pairs.append((name.strip(), value.strip()))
    return pairs


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{name}={text}: {text or 'nothing'} is not a number.") from None


def reach(
    participant: Annotated[str, typer.Argument(metavar="PARTICIPANT", help="Who.")],
    to: Annotated[str, typer.Argument(metavar="SCORE|BAND", help="A score from 0 to 100, or a band.")],
    place: Place = HERE,
    period: Period = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="DAY", help="By the end of this day.", show_default="the end of the programme"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the fewest acts that would bring somebody to a score.

    Only acts that are still possible: what is open, and what is still to come as registered.
    One act is one session attended, one prompt answered, one task handed in, one comment.
    """
    with workspace(place) as work:
        found = work.reach(participant, to, period=period, by=by)
        if as_json:
            tell_json(found.to_dict())
            return
        from engagetree.render.reached import show_reach

        show_reach(console(), found)
