"""Verbs of `engagetree research` about the machine-readable form: term, lint."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagetree.cli.options import Json
from engagetree.cli.said import placed, say, tell, tell_json

if TYPE_CHECKING:
    from engagetree.research.terms import Flaw

PANEL = "Machine-readable"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (term, lint):
        app.command(rich_help_panel=PANEL)(verb)


def term(
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORM",
            help="jsonld, skos, skos-jsonld, jats, jats-named-content, jats-subject or plain.",
            show_default=True,
        ),
    ] = "jsonld",
    profile: Annotated[
        str,
        typer.Option(
            "--profile", metavar="PROFILE", help="corrected, or source: what the source published, byte for byte (jsonld and jats)."
        ),
    ] = "corrected",
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this file instead of printing.")] = None,
) -> None:
    """Print the dictionary term “Engagement metric” for machines.

    The term is CASRAI's, under CC BY 4.0; the corrected form says whom to thank. `research lint` says what is wrong with the source's own.
    """
    from engagetree.research.terms import encoded

    data = encoded(form, profile)
    if out is not None:
        with placed(out):
            out.write_bytes(data)
        return
    _print(data)


def _print(data: bytes) -> None:
    """Byte for byte where stdout has bytes: no line end is changed on the way."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(data.decode())
        return
    sys.stdout.flush()
    raw.write(data)
    raw.flush()


def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON-LD, a web page with JSON-LD, JATS XML, or CASRAI's CSV.")],
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="jsonld, html, jats or csv.", show_default="what the file begins with")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong in others' machine-readable files: what was found, why it matters, how to mend it.

    Leaves with 1 if there is an error; warnings and notes leave with 0. Nothing is fetched.
    """
    from engagetree.errors import EngagetreeError

    found: dict[Path, tuple[Flaw, ...]] = {}
    unread = 0
    for file in files:
        try:
            found[file] = _flaws(file, kind)
        except EngagetreeError as error:
            unread += 1
            say(str(error), "bold")
    if as_json:
        tell_json([f for flaws in found.values() for f in flaws])
    else:
        for file, flaws in found.items():
            _show(file, flaws)
    if unread or any(f.severity in ("block", "error") for flaws in found.values() for f in flaws):
        raise typer.Exit(1)


def _flaws(file: Path, kind: str | None) -> tuple[Flaw, ...]:
    from engagetree.errors import NotFound, near
    from engagetree.research.terms.lint import KINDS
    from engagetree.research.terms.lint import lint as looked_at

    known = next((k for k in KINDS if k == kind), None)
    if kind is not None and known is None:
        raise NotFound(f"kind {kind}", f"there are {', '.join(KINDS)}", near(kind, KINDS))
    return looked_at(file, known)


def _show(file: Path, flaws: tuple[Flaw, ...]) -> None:
    if not flaws:
        tell(f"{file}: nothing to mend.")
        return
    for f in flaws:
        tell(f"{file}{f':{f.line}' if f.line else ''}: {f.rule} {f.severity}", "bold")
        for part in (f.found, f.why, f.do):
            if part:
                tell(f"  {part}")
