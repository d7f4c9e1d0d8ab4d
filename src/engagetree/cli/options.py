"""Options that several verbs share, named and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engagetree.workspace import Workspace

Place = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        metavar="FOLDER",
        envvar="ENGAGETREE_WORKSPACE",
        help="The workspace's folder.",
        show_default="the current folder",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.", show_default=False)]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet.", show_default=False)]
Parquet = Annotated[Path | None, typer.Option("--parquet", metavar="FILE", help="Write a Parquet file instead of printing.")]
Period = Annotated[
    str | None,
    typer.Option("--period", metavar="START", help="A period, named by its first day: 2025-03-03.", show_default="the latest scored"),
]
Band = Annotated[str | None, typer.Option("--band", help="Only this band: its key or label, or `none` for no score.")]
Cohort = Annotated[str | None, typer.Option("--cohort", help="Only this cohort.")]
Owner = Annotated[str | None, typer.Option("--owner", help="Only the people of this owner.")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="ATTRIBUTE=VALUE", help="Only this part of the roster, such as region=North; may be given several times.",
        show_default=False,
    ),
]  # fmt: skip
By = Annotated[str | None, typer.Option("--by", metavar="ATTRIBUTE", help="A group for each value of this column of the roster.")]
Back = Annotated[int, typer.Option("--back", min=1, metavar="N", help="How many periods to look back.")]
History = Annotated[bool, typer.Option("--history", help="Every scored period instead of one.", show_default=False)]
Top = Annotated[int, typer.Option("--top", min=1, metavar="N", help="How many to list.")]
All = Annotated[bool, typer.Option("--all", help="List everybody.", show_default=False)]

HERE = Path()


def only(work: Workspace, where: list[str] | None, cohort: str | None = None, owner: str | None = None) -> None:
    """Say which part of the people an answer is about, where it is not everybody."""
    from engagetree.cli.said import tell

    if part := work.part(where, cohort, owner):
        tell(f"Only {part}.", "bold")


def workspace(place: Path, engine: str = "duckdb://") -> Workspace:
    """The workspace in a folder; WorkspaceError where there is none."""
    from engagetree.errors import WorkspaceError
    from engagetree.workspace import open_

    try:
        return open_(place, engine)
    except WorkspaceError as error:
        where = "the current folder" if place == HERE else str(place)
        raise WorkspaceError(where, error.found, "Name one with --workspace, or make one with `engagetree init PATH`.") from None
