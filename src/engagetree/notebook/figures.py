"""Each figure is one value of three parts, a sentence, a drawing and a table: the same as in the report."""

from __future__ import annotations

from collections.abc import Sequence

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


def history(work: Workspace, subject: str | None = None, versions: Sequence[str] = ()) -> Figure:
    """The score of a participant, a cohort or everybody from period to period, with its range; or under several versions at once."""
    if versions:
        return work.history(subject, versions).figure()
    return figures.history_figure(work.explain(subject), work.used())


def cohorts(work: Workspace, period: str | None = None, by: str | None = None) -> Figure:
    """Cohorts (or the groups of another roster attribute) beside each other, with the range of places of each."""
    return work.compare(period=period, by=by).figure()


def trend(work: Workspace, subject: str | None = None, by: str | None = None) -> Figure:
    """The mean score and signals from period to period with their ranges; with `by` the groups of a roster attribute, on one axis."""
    return work.trend(subject, by=by).figure()


def moved(work: Workspace, top: int | None = 10) -> Figure:
    """Who rose and who fell most, from then to now."""
    return work.moved(top=top).figure()
