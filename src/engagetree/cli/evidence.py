"""The verb that holds the score against what became of people: evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import busy, console, tell, tell_json, write_out

PANEL = "Questions"


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command(rich_help_panel=PANEL)(evidence)


def evidence(
    outcome: Annotated[str, typer.Option("--outcome", metavar="NAME", help="An imported outcome, or one that the definition declares.")],
    place: Place = HERE,
    inside: Annotated[
        list[str] | None,
        typer.Option(
            "--inside", metavar="SIGNAL", show_default="as the definition says",
            help="A signal, or signal.driver, that is part of the outcome: it is left out. `none`: none is. May be given several times.",
        ),
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="ATTRIBUTE", help="Also whether it is the same in each group of this roster column.")
    ] = None,
    week: Annotated[
        int | None, typer.Option("--week", min=1, metavar="N", help="The week of each cohort that findings are about.", show_default="4")
    ] = None,
    ceiling: Annotated[bool, typer.Option("--ceiling/--no-ceiling", help="Gradient boosting beside it; needs scikit-learn.")] = True,
    proposal: Annotated[
        str | None, typer.Option("--proposal", metavar="weights|bands|counting", help="Print this proposed definition instead.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="With --proposal: write it to a file.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show whether the score says what becomes of people.

    Bands, ranking, calibration, weights and drift, held against what became of people, on cohorts that nothing was learnt from. Each
    finding has a number, its range and a verdict: holds, does not hold, or cannot tell. Nothing is changed but what scores say of it.
    """
    if out is not None and proposal is None:
        raise typer.BadParameter("--out needs --proposal.")
    with workspace(place) as work, busy("Looking at the evidence"):
        found = work.evidence(outcome, leave_out=inside, groups=group, week=week, ceiling=ceiling)
    if proposal is not None:
        write_out(found.proposal(proposal), out)
    elif as_json:
        tell_json(found.to_dict())
    else:
        from engagetree.render.evidence_terminal import show_evidence

        assert found.definition is not None
        show_evidence(console(), found, found.definition)
        for name, _ in found.proposals:
            tell(f"Proposed {name}: engagetree evidence --outcome {outcome} --proposal {name} -o proposed.yml, then engagetree adopt.")
