"""Verbs about what surrounds the score: metrics, tree. Neither changes anything."""

from __future__ import annotations

import typer

from engagetree.cli.options import HERE, Cohort, Csv, Json, Period, Place, workspace
from engagetree.cli.said import console, tell_json, write_out

PANEL = "Questions"


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    for verb in (metrics, tree):
        app.command(rich_help_panel=PANEL)(verb)


def metrics(place: Place = HERE, period: Period = None, cohort: Cohort = None, as_json: Json = False, as_csv: Csv = False) -> None:
    """Show the metrics around the score.

    Retention, adoption, NPS, stickiness and what else the definition names under `metrics`: each with its range, what it was made of, who
    answers for it, or why it is not known.
    """
    with workspace(place) as work:
        found = work.metrics(period, cohort)
        if as_json:
            tell_json(found.to_dict())
            return
        if as_csv:
            write_out(found.result().csv(), None)
            return
        from engagetree.render.programme_terminal import show_metrics

        show_metrics(console(), found, work.used())


def tree(place: Place = HERE, period: Period = None, cohort: Cohort = None, as_json: Json = False) -> None:
    """Show the programme tree: what the score is made of, and what it is thought to lead to.

    Weight, value, points to gain and change side by side. What is made of parts is worked out again and must add up; what is only thought
    to move something is marked as a hypothesis and never added up.
    """
    with workspace(place) as work:
        found = work.tree(cohort, period)
        if as_json:
            tell_json(found.to_dict())
            return
        from engagetree.render.programme_terminal import show_tree

        show_tree(console(), found, work.used())
