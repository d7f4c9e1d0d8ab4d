"""Each figure is one value of three parts, a sentence, a drawing and a table: the same as in the report."""

from __future__ import annotations

from engagetree.findings import Explanation
from engagetree.render import figures
from engagetree.render.figure import Figure
from engagetree.workspace import Workspace
from engagetree.workspace.shown import Shown


def show(explanation: Explanation, work: Workspace) -> Shown:
    """An explanation that came from elsewhere (a `replace`, a file), drawn with the definition in use."""
    return Shown.of(explanation, work.used())


def bands(work: Workspace, cohort: str | None = None) -> Figure:
    """The bands from period to period."""
    return figures.bands_figure(work.bands(cohort), work.used())


def spread(work: Workspace, period: str | None = None) -> Figure:
    """How scores are spread over the bands at the end of a period."""
    return figures.spread_figure([r["score"] for r in work.scores(period).rows()], work.used())


def history(work: Workspace, subject: str | None = None) -> Figure:
    """The score of a participant, a cohort or everybody from period to period, with its range."""
    return figures.history_figure(work.explain(subject), work.used())


def cohorts(work: Workspace, period: str | None = None) -> Figure:
    """Cohorts beside each other; those whose ranges overlap are not ranked."""
    return figures.cohorts_figure(work.compare(period), work.used())
