"""Verbs to begin with: init, check, templates, schema, readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagetree.cli.options import HERE, Json, Place, workspace
from engagetree.cli.said import say, tell, tell_json, write_out

if TYPE_CHECKING:
    from engagetree.errors import Problem

PANEL = "To begin with"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (init, check, templates, schema, readers):
        app.command(rich_help_panel=PANEL)(verb)


def init(
    path: Annotated[Path, typer.Argument(help="The folder of the new workspace.")],
    template: Annotated[
        str, typer.Option("--template", "-t", help="What kind of programme it is; `engagetree templates` lists them.")
    ] = "live-programme",
    definition: Annotated[
        Path | None, typer.Option("--definition", metavar="FILE", help="Begin with this programme.yml instead of a template.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option("--zone", metavar="ZONE", help="Where days and weeks begin, such as Europe/Madrid.", show_default="the definition's"),
    ] = None,
) -> None:
    """Make a workspace, a folder with a commented programme.yml."""
    from engagetree.errors import NotFound, near
    from engagetree.workspace import create

    if definition is not None and not definition.is_file():
        beside = [p.name for p in definition.parent.iterdir()] if definition.parent.is_dir() else []
        raise NotFound(str(definition), "there is no such file", near(definition.name, beside) or "Check the path.")
    work = create(path, definition or template, zone=zone)
    tell(f"Made {path}, with {path / 'programme.yml'} from {definition or 'the template ' + template}.")
    if definition is None and zone is None:
        tell(f"Days, weeks and times without a zone are those of {work.definition().zone}, until `zone` in it says otherwise.")
    if definition is None:
        tell("Next:")
        tell(f"  1. Edit {path / 'programme.yml'}: the title, the time zone, the weights. Its comments say what each line does.")
        tell(f"  2. engagetree check {path}")
        tell(f"  3. engagetree import FILES... -w {path}     who takes part, what was offered, what they did")
        tell(f"  4. engagetree score -w {path}")
    work.close()


def check(
    path: Annotated[
        Path | None, typer.Argument(help="A workspace or a definition file.", show_default="$ENGAGETREE_WORKSPACE or the current folder")
    ] = None,
    place: Place = HERE,
    deep: Annotated[bool, typer.Option("--deep", help="Also read every byte of the lake and compare it with what was written.")] = False,
    as_json: Json = False,
) -> None:
    """List everything wrong with a definition or a workspace, all at once.

    Leaves with 1 if there is an error; warnings and notes alone leave with 0.
    """
    target = path or place
    is_file = target.is_file() or target.suffix in (".yml", ".yaml")
    found = _in_file(target) if is_file else _in_workspace(target, deep)
    wrong = sum(p.level == "error" for p in found)
    if as_json:
        tell_json(found)
    else:
        for problem in found:
            tell(f"{problem.level:<8} {problem}")
        tell(_sum(found, target, is_file, deep))
    raise typer.Exit(1 if wrong else 0)


def _in_file(path: Path) -> list[Problem]:
    from engagetree.definition.read import check as check_file

    return check_file(path)


def _in_workspace(path: Path, deep: bool) -> list[Problem]:
    with workspace(path) as work:
        return work.check(deep)


def _sum(found: list[Problem], path: Path, is_file: bool, deep: bool) -> str:
    from engagetree.render.words import listing, plural

    counts = [(level, sum(p.level == level for p in found)) for level in ("error", "warning", "note")]
    said = listing([plural(n, level, f"{level}s") for level, n in counts if n]) or "nothing to mend"
    also = "" if is_file else "; files read to the last byte" if deep else "; head, files and counts of the lake compared"
    usable = "Cannot be used like this." if counts[0][1] else "Can be used."
    return f"{path}: {said}{also}. {usable}"


def templates(
    name: Annotated[str | None, typer.Argument(help="Print this one.", show_default="list them all")] = None,
) -> None:
    """List the templates to begin with, or print one."""
    from engagetree.definition.templates import TEMPLATES, template

    if name is not None:
        write_out(template(name), None)
        return
    for each in TEMPLATES:
        tell(f"{each:<18} {template(each).splitlines()[0].removeprefix('# ')}")


def schema(
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file.", show_default="print")] = None,
) -> None:
    """Print the JSON Schema of programme.yml for editors."""
    from engagetree.definition.schema import schema as made

    write_out(json.dumps(made(), indent=2, ensure_ascii=False), out)
    if out is not None:
        say(f"In an editor with YAML support, begin programme.yml with: # yaml-language-server: $schema={out.name}")


def readers() -> None:
    """List what can be imported.

    The readers are listed in the order in which they look at a file.
    """
    from engagetree.ingest import readers as known

    for name, reader in known().items():
        tell(f"{name:<10} {reader.about}")
