"""Open questions: what a file leaves open is asked, with the very option that answers it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engagetree.cli.said import say

if TYPE_CHECKING:
    from engagetree.ingest import Answers, OpenQuestion

PANEL = "Answers to what a file leaves open"

Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help="The zone of times without one, such as Europe/Madrid.", rich_help_panel=PANEL,
                 show_default="the programme's"),
]  # fmt: skip
Order = Annotated[
    Literal["day", "month", "year"] | None,
    typer.Option("--date-order", help="What comes first in dates such as 05/09/2022.", rich_help_panel=PANEL),
]
Session = Annotated[str | None, typer.Option("--session", metavar="ITEM", help="The item that a report is about.", rich_help_panel=PANEL)]
Cohort = Annotated[str | None, typer.Option("--cohort", metavar="NAME", help="The cohort that a report is about.", rich_help_panel=PANEL)]
On = Annotated[
    datetime | None,
    typer.Option(
        "--on", formats=["%Y-%m-%d"], metavar="DAY", help="The day of a report that has times of day only.", rich_help_panel=PANEL
    ),
]

Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="The encoding of a report that is not Unicode, such as cp1250.", rich_help_panel=PANEL),
]


def answers(
    zone: str | None, order: str | None, session: str | None, cohort: str | None, on: datetime | None, encoding: str | None = None
) -> Answers:
    """What was said on the command line. EngagetreeError where it cannot be."""
    from engagetree.ingest import Answers
    from engagetree.ingest.times import check_zone

    if zone is not None:
        check_zone(zone, "--zone")
    return Answers(zone, order, session, cohort, on.date() if on else None, encoding)


def ask(question: OpenQuestion) -> None:
    """The question on stderr, and how to answer it."""
    from engagetree.ingest.answers import OPTIONS

    say(f"A question about {question.thing}: {question.found}.", "bold")
    option = OPTIONS.get(question.question, "")
    name = option.split(" ", 1)[0]
    if question.do:
        say(f"  {question.do}")
    if name and name not in question.do:
        say(f"  Answer with {option}: import the file again with it.")


def as_dict(question: OpenQuestion) -> dict[str, Any]:
    """The question for machines."""
    from engagetree.ingest.answers import OPTIONS

    option = OPTIONS.get(question.question, "").split(" ", 1)[0]
    return {"question": question.question, "found": question.found, "do": question.do, "option": option or None}
