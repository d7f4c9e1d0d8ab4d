"""`engagetree`: the verbs put together. Nothing heavy is imported before a verb runs, so that `--help` is quick."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from engagetree.cli import (
    around,
    asking,
    attending,
    bringing,
    evidence,
    exporting,
    groups,
    keeping,
    mapping,
    people,
    research,
    scoring,
    starting,
    supposing,
    undoing,
    versions,
    why,
)
from engagetree.cli.door import Door, listen

ABOUT = """Participant engagement scores that can be traced, trusted and acted on.

A workspace is a folder with a programme.yml. The way through: init, check, import, score, explain, report.
"""

app = typer.Typer(
    name="engagetree",
    cls=Door,
    help=ABOUT,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (
    starting,
    bringing,
    mapping,
    people,
    undoing,
    exporting,
    scoring,
    asking,
    attending,
    groups,
    around,
    evidence,
    supposing,
    versions,
    why,
    keeping,
    research,
):
    part.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"engagetree {version('engagetree')}")
        raise typer.Exit


@app.callback()
def everything(
    debug: Annotated[
        bool, typer.Option("--debug", envvar="ENGAGETREE_DEBUG", help="Show the trace of an unexpected error.", show_default=False)
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.", show_default=False)
    ] = False,
) -> None:
    """What every verb shares."""


def main() -> None:
    """Run the command line. Leaves with 0 (done), 1 (something to mend), 2 (typed wrongly), 70 (our own bug) or 130 (interrupted)."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our matrices are small: threads would only wait for each other
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no bar shows a question mark rather than an error
    listen()
    app(prog_name="engagetree")


if __name__ == "__main__":
    main()
