"""Verbs on an institution's year: year, report, return, indicators, releases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagetree.cli.options import Json
from engagetree.cli.research_registers import HERE, Home
from engagetree.cli.said import busy, console, placed, tell, tell_json

if TYPE_CHECKING:
    from engagetree.research.model import Release

PANEL = "A year"
SHOWN = 12  # things missing of a return

Year = Annotated[
    str | None,
    typer.Option("--year", "-y", metavar="YEAR", help="As the institution calls it: 2025-26.", show_default="the latest that is over"),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="PROFILE", help="Disclosure control: hesa, lt5 or threshold10.", show_default="as defined"),
]
Draft = Annotated[bool, typer.Option("--draft", help="Do not enter it in the register of releases: to look at, not to pass on.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("year", rich_help_panel=PANEL)(year_)
    app.command("report", rich_help_panel=PANEL)(report)
    app.command("return", rich_help_panel=PANEL)(return_)
    app.command("indicators", rich_help_panel=PANEL)(indicators)
    app.command("releases", rich_help_panel=PANEL)(releases)


def year_(home: Home = HERE, year: Year = None, profile: Profile = None, as_json: Json = False) -> None:
    """Show a year: what the guards find, then extent, depth, reach, quality, and attention aside.

    Nothing is released by looking. Numbers are under disclosure control already, so that what is on the screen can be read out.
    """
    made = _release(home, year, profile, keep=False)
    if as_json:
        from engagetree.research.terms import plain_json

        return tell_json(plain_json(made))
    from engagetree.render.research import tables

    tables(made, console())


def report(
    home: Home = HERE,
    year: Year = None,
    profile: Profile = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Where to write.", show_default="FOLDER/YEAR")] = None,
    form: Annotated[
        list[str] | None, typer.Option("--form", metavar="FORM", help="html, xlsx or data; several times.", show_default="all")
    ] = None,
    draft: Draft = False,
) -> None:
    """Write a year's report: a page, a workbook, and data for machines (CSV with CSVW, JSON, JSON-LD, RDF).

    It is entered in the register of releases: every later one is checked against it, so that nobody can subtract the two.
    """
    from engagetree.institution.publishing import publish

    made = _release(home, year, profile, keep=not draft)
    files = publish(made, out or home / made.year.key, tuple(form or ("html", "xlsx", "data")))
    stops = sum(f.severity in ("block", "error") for f in made.findings)
    cares = sum(f.severity == "warning" for f in made.findings)
    from engagetree.render.words import plural

    number = f"release {made.register_number}" if made.register_number else "a draft, in no register"
    tell(f"{made.institution.name}, {made.year.key}: {number}, disclosure {made.profile}.")
    if stops or cares:
        held = f"{plural(stops, 'finding stops', 'findings stop')} something from being published" if stops else "Nothing is stopped"
        tell(f"{held}; {plural(cares, 'asks', 'ask')} for care. They stand on top of the report.")
    for file in files:
        tell(f"  {file}")


def return_(
    name: Annotated[str, typer.Argument(metavar="RETURN", help="kef, hebci, gripp2, wellcome or researchfish.")],
    home: Home = HERE,
    year: Year = None,
    profile: Profile = None,
    narrative: Annotated[Path | None, typer.Option("--narrative", metavar="FILE.yml", help="The texts that go with it.")] = None,
    unit: Annotated[str, typer.Option("--unit", metavar="STUDY", help="Which study, for gripp2.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=".html, .csv or .xlsx.", show_default="RETURN.html")
    ] = None,
    draft: Draft = False,
) -> None:
    """Make a return for a funder, and say what is missing before it can be sent.

    The page can always be made and is marked as a draft while something is missing; CSV and XLSX only when it is complete. Leaves with
    1 when something is missing.
    """
    from engagetree.cli.research import office
    from engagetree.errors import EngagetreeError
    from engagetree.institution.publishing import returned

    made = _release(home, year, profile, keep=not draft)
    with office(home) as here:
        form = returned(here, made, name, narrative, unit)
    target = out or home / made.year.key / f"{name}.html"
    kinds = {".html": lambda: form.html().encode(), ".csv": lambda: form.csv().encode("utf-8-sig"), ".xlsx": form.xlsx}
    if target.suffix not in kinds:
        raise EngagetreeError(str(target), "its name says no form", f"End it with {', '.join(kinds)}.")
    lacks = sorted(form.missing, key=lambda m: not m.stops)
    for lack in lacks[:SHOWN]:
        tell(f"{'Missing' if lack.stops else 'Look at'}: {lack.what}: {lack.found}. {lack.do}")
    if len(lacks) > SHOWN:
        tell(f"and {len(lacks) - SHOWN} more, all on the page.")
    data = kinds[target.suffix]()
    with placed(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    tell(f"{form.title}, {made.year.key}: {'ready to send' if form.ready else 'a draft'}.")
    raise typer.Exit(0 if form.ready else 1)


def indicators(home: Home = HERE, as_json: Json = False) -> None:
    """List every indicator: what it measures, how, and what is easily got wrong."""
    from engagetree.cli.research import office
    from engagetree.institution.yearly import indicators as known

    with office(home) as here:
        found = known(here)
    if as_json:
        return tell_json(found)
    from itertools import groupby

    for dimension, group in groupby(found, key=lambda i: i.dimension):
        tell(dimension.capitalize(), "bold")
        for one in group:
            tell(f"  {one.key:<28} {one.label}{'  (your own)' if one.own else ''}")
            tell(f"  {'':<28} {one.formula}", "dim")


def releases(home: Home = HERE, as_json: Json = False) -> None:
    """List what was released: number, day, profile, how many cells."""
    from engagetree.cli.research import office
    from engagetree.institution.yearly import releases as known

    with office(home) as here:
        found = known(here)
    if as_json:
        return tell_json([r.as_dict() | {"digest": r.digest} for r in found])
    if not found:
        tell("Nothing was released yet: engagetree research report.")
    for r in found:
        years = ", ".join(sorted({c.year for c in r.cells}, reverse=True))
        held = sum(c.withheld for c in r.cells)
        tell(
            f"  {r.number:>4}  {r.made_on}  {years:<18} {r.profile:<12} {len(r.cells):>5} cells of people, {held} withheld  {r.digest[:8]}"
        )


def _release(home: Path, year: str | None, profile: str | None, keep: bool) -> Release:
    from engagetree.cli.research import office
    from engagetree.institution.yearly import release

    with office(home) as here, busy("Measuring the year"):
        return release(here, year, profile=profile, keep=keep)
