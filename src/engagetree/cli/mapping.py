"""The verb that proposes a column map for a file in anyone's layout, and asks about what the file leaves open."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagetree.cli.options import HERE, Json, Place
from engagetree.cli.said import busy, say, tell_json, write_out

if TYPE_CHECKING:
    from engagetree.ingest.proposing import Proposal
    from engagetree.ingest.proposing_lines import Line

OPEN = 2
"""How the verb leaves where something in the map is open."""
LATER, NOTHING = "?", "-"
"""Answers that leave a line open, and that say there is nothing of it."""
FIRST = ("sheet", "encoding", "table")
SHOWN = 5
UTC = "times without a zone are read as UTC"


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("map", rich_help_panel="Data in, scores out")(propose_map)


def propose_map(
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX or Parquet file with other column names than ours.")],
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="TABLE", help="What the rows are: events, outcomes, roster, items, excusals or outages.",
                     show_default="found out"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="MAP.yml", help="Where to write the map.", show_default="stdout")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook.", show_default="the first")
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="ZONE", help="The zone of times without one.", show_default="the programme's")
    ] = None,
    place: Place = HERE,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Propose a column map for a file.

    Header and cells together say which column is which, how times and numbers are written, and what words mean. What they do not settle is
    open: on a terminal it is asked, elsewhere marked `# ?`, and the command leaves with 2. Then the map is tried on the whole file, and
    nothing is imported. A workspace is not needed; in one, its zone and roster help.
    """
    from engagetree.errors import EngagetreeError

    if out is not None and out.exists():
        raise EngagetreeError(str(out), "it is there already, perhaps with changes of yours", "Choose another name with --out.")
    from engagetree.ingest import NoMapNeeded

    try:
        with busy(f"Looking at {file.name}"):
            made = _proposed(place, file, as_, sheet)
    except NoMapNeeded as known:
        if not as_json:
            raise
        tell_json({"file": str(file), "map": None, "ready": True, "open": [], "notes": [str(known)]})
        raise typer.Exit from None
    if zone is not None:
        made = made.answered("times.zone", zone)
    asked = not as_json and sys.stdin.isatty() and sys.stderr.isatty()
    if asked:
        made = _ask(made)
        out = out or _where(file)
    if as_json:
        tell_json(made.to_dict())
        if out is not None:
            write_out(made.yaml(), out)
    else:
        write_out(made.yaml(), out)
        _tell(made, out, place)
    raise typer.Exit(OPEN if made.open else 0)


def _proposed(place: Path, file: Path, table: str | None, sheet: str | None) -> Proposal:
    """With the help of the workspace, where there is one."""
    from engagetree.ingest import propose
    from engagetree.workspace.file import DEFINITION

    if not (place / DEFINITION).exists():
        return propose(file, table, sheet=sheet)
    from engagetree.cli.options import workspace

    with workspace(place) as work:
        return work.propose_map(file, table, sheet=sheet)


# ---- asking


def _ask(made: Proposal) -> Proposal:
    """Every open line, one after the other; what is left open stays so."""
    later: set[str] = set()
    first = True
    while line := min((k for k in made.open if k.name not in later), key=_before, default=None):
        if first:
            say(
                f"{made.view.path.name}: {len(made.open)} open. Enter takes what is proposed, {NOTHING} says none, {LATER} leaves it open.",
                "bold",
            )
            first = False
        answered = _one(made, line)
        if answered is None:
            later.add(line.name)
        else:
            made = answered
    return made


def _before(line: Line) -> int:
    """What decides how the whole file is read is asked first."""
    return FIRST.index(line.name) if line.name in FIRST else len(FIRST)


def _one(made: Proposal, line: Line) -> Proposal | None:
    """One question until there is an answer to it; None leaves it open."""
    from engagetree.errors import EngagetreeError

    say("")
    say(f"{line.question}{f'  ({line.why})' if line.why else ''}")
    if line.options:
        say(f"  {', '.join(dict.fromkeys(line.options))}")
    while True:
        given = typer.prompt(f"  {line.name}", default=line.value if line.value is not None else LATER, err=True)
        if str(given).strip() == LATER:
            return None
        try:
            return made.answered(line.name, None if str(given).strip() == NOTHING else str(given))
        except EngagetreeError as error:
            say(f"  {error}")


def _where(file: Path) -> Path | None:
    """Where the map shall lie, on a terminal."""
    proposed = Path(f"{file.name.split('.')[0]}.map.yml")
    while True:
        say("")
        given = str(typer.prompt(f"Write the map to ({NOTHING} only shows it)", default=str(proposed), err=True)).strip()
        if given == NOTHING:
            return None
        if not Path(given).exists():
            return Path(given)
        say(f"  {given} is there already, perhaps with changes of yours. Choose another name.")


# ---- what would become of the file


def _tell(made: Proposal, out: Path | None, place: Path) -> None:
    """The dry run in words, and what to type next; on stderr, for stdout is the map."""
    from engagetree.render.words import count, plural

    with busy("Trying the map"):
        t = made.tried()
    say("")
    for note in made.notes:
        say(f"note: {note}")
    if t.account is None:
        say(f"Not tried yet. {t.why}")
    else:
        a = t.account
        say("With this map, tried on the whole file (nothing was imported):", "bold")
        say(f"  {count(a.read)} read = {count(a.kept)} kept as {made.table} + {count(a.merged)} merged + {count(a.refused)} refused")
        said = {"kind is empty": ", among them words that the map takes for no act"} if _no_acts(made) else {}
        for reason, n in a.reasons.items():
            say(f"  refused {count(n)}: {reason}{said.get(reason, '')}")
        for r in a.refusals[:SHOWN]:
            say(f"    line {r.line}: {_short(r.reason)}")
        for note in a.notes:
            if note == UTC and not made.said.get("times.zone"):
                say("  note: times without a zone are read as UTC here, and in the programme's zone when they are imported")
            elif not note.startswith("columns ignored") and note not in made.notes:
                say(f"  note: {note}")
        _rows(made, t.rows)
    if made.open:
        say(f"{plural(len(made.open), 'line is', 'lines are')} open, marked # ?: {', '.join(k.name for k in made.open[:SHOWN])}"
            f"{' …' if len(made.open) > SHOWN else ''}", "bold")  # fmt: skip
    where = "" if place == HERE else f" -w {shlex.quote(str(place))}"
    map_file = shlex.quote(str(out)) if out else "map.yml"
    saved = "" if out else "Save the map as map.yml. "
    first = f"{saved}Decide what is open in {map_file}. Then:" if made.open else f"{saved}Next:"
    say(f"{first} engagetree import {shlex.quote(str(made.view.path))} --map {map_file}{where}")


def _no_acts(made: Proposal) -> bool:
    return any(line.key[:2] == ("values", "kind") and line.value is None for line in made.lines)


def _rows(made: Proposal, rows: tuple[Any, ...]) -> None:
    from engagetree.cli.said import console
    from engagetree.render.lines import add, put, table
    from engagetree.render.words import DASH, clean

    if not rows:
        return
    say("The first rows as they would lie (times in UTC):")
    heads = list(dict.fromkeys(name for row in rows for name in row))
    shown = table(*(f"  {name}" for name in heads))
    for row in rows:
        add(shown, *(f"  {clean(_short(row[n])) if n in row else DASH}" for n in heads))
    put(console(stderr=True), shown)


def _short(value: str) -> str:
    from engagetree.ingest.proposing_tried import masked

    return masked(value.replace("+00", "") if value.endswith("+00") else value)
