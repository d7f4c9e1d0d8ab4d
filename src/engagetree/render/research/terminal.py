"""The year in a terminal: findings first, then a sentence and a table for each dimension."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from engagetree.render import words
from engagetree.render.figure import plain
from engagetree.render.lines import add, put, table
from engagetree.render.research import findings, quality
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import HEAD, Block, Section, narrowed, rows_of
from engagetree.render.research.sections import sections
from engagetree.research.model import Guarded, Release

HEADLINES = 20  # rows of one table


def tables(release: Release, console: Console | None = None) -> None:
    """Print the year: what stops it, what it says, the wholes of every dimension, and under each table the rule."""
    facts, to = Facts.of(release), console or Console()
    name = f"{words.clean(release.institution.name)}, {words.clean(release.year.key)}"
    put(to, Text(name + (" (invented)" if release.institution.invented else ""), style="bold"))
    put(to, Text(findings.summary(facts)))
    for finding in sorted(facts.findings(*findings.ORDER), key=lambda f: findings.ORDER.index(f.severity)):
        put(to, _finding(finding))
    for claim in facts.release.claims:
        put(to, Text(f"Claim: {words.clean(claim.text)} ({quality.resting(claim)})"))
    for section in sections(facts):
        _section(to, section, facts)
    put(to, Text(words.clean(release.profile_says), style="dim"))
    put(to, Text(f"Definition {words.clean(release.definition_version)}. {_where(facts)}", style="dim"))


def _finding(f: Guarded) -> Text:
    said = Text.assemble(
        (f"{findings.SAYS[f.severity]} ", "bold"), f"{f.rule} {words.clean(f.about).rstrip('.')}: {words.clean(f.found).rstrip('.')}."
    )
    return said.append(f" To mend: {words.clean(f.do)}") if f.do else said


def _section(to: Console, section: Section, facts: Facts) -> None:
    put(to, Text(""))
    put(to, Text(section.title, style="bold"))
    if section.aside:
        put(to, Text(section.aside))
    put(to, Text(section.lead))
    if section.key == "since":
        for block in section.blocks:
            _print(to, block.figure.head, block.figure.rows)
        return
    values = [v for i in facts.release.indicators if i.dimension == section.key for v in facts.all(i.key) if not v.cell][:HEADLINES]
    if values:
        _print(to, *narrowed(HEAD, rows_of(values, facts)))
    for block in section.blocks:
        if block.shows and not any(v.indicator in block.shows for v in values):
            _block(to, block)


def _block(to: Console, block: Block) -> None:
    """A figure of which no whole was shown, as its table."""
    put(to, Text(""))
    put(to, Text(block.title, style="italic"))
    _print(to, block.figure.head, block.figure.rows)


def _print(to: Console, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    made = table(*head)
    for row in rows[:HEADLINES]:
        add(made, *(plain(cell) for cell in row))  # type: ignore[arg-type]
    put(to, made)
    if len(rows) > HEADLINES:
        put(to, Text(f"{words.plural(len(rows) - HEADLINES, 'further row')} in the report.", style="dim"))


def _where(facts: Facts) -> str:
    return f"{words.plural(len(facts.release.values), 'value')} in all; the report and the workbook have them."
