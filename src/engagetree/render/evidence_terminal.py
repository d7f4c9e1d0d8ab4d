"""Evidence in a terminal: each finding as a verdict and a sentence, then the numbers by week, band and weight."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.evidence.study import Study
from engagetree.evidence.verdict import Finding
from engagetree.render import words
from engagetree.render.evidence_rows import AGAIN, band_rows, group_rows, shown, way_rows, weight_rows
from engagetree.render.lines import add, put, table

MARKS = {"holds": "✓ holds", "does not hold": "✗ does not hold", "cannot tell": "? cannot tell"}
OPENINGS = ("Cannot tell yet. ", "Cannot tell: ", "Cannot tell ", "Not so: ")
STYLES = {"holds": "bold", "does not hold": "bold", "cannot tell": "dim"}


def show_evidence(console: Console, study: Study, definition: Definition) -> None:
    """Title, findings, tables, notes."""
    put(
        console,
        Text.assemble((f"{words.clean(definition.title)}: does the score say anything about “{words.clean(study.label)}”?", "bold")),
    )
    put(console, Text(f"definition {study.version} · {study.on}", style="dim"))
    for f in study.findings:
        put(console, Text.assemble((f"{MARKS[f.verdict]:<16}", STYLES[f.verdict]), " ", words.clean(bare(f))))
    _put(console, "Rate of the outcome in each band, by week", band_rows(study))
    _put(console, f"How well it ranks, within cohorts, on cohorts not learnt from (AUC, {AGAIN})", way_rows(study))
    _put(console, "Weights: declared, effective, and fitted on other cohorts", weight_rows(study))
    _put(console, f"By {words.clean(study.group_by)}", group_rows(study))
    for note in filter(None, (study.hidden, *study.notes)):
        put(console, Text(words.clean(note), style="dim"))
    put(console, Text(shown(study), style="bold"))


def bare(finding: Finding) -> str:
    """The sentence of a finding beside whose verdict it stands: without saying it again.

    >>> bare(Finding("auc", None, None, None, 3, "cannot tell", "Cannot tell whether it ranks: 0.56."))
    'Whether it ranks: 0.56.'
    """
    for opening in OPENINGS:
        if finding.verdict != "holds" and finding.sentence.startswith(opening):
            return words.upper(finding.sentence.removeprefix(opening))
    return finding.sentence


def _put(console: Console, title: str, rows: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]) -> None:
    head, lines = rows
    if not lines:
        return
    made: Table = table(*head)
    for line in lines:
        add(made, *(words.clean(c) for c in line))
    put(console, Text(""))
    put(console, Text(title, style="dim"))
    put(console, made)
