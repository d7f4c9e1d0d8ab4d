"""What `Workspace.reach` gives: the plan in words where it is printed, as a table in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

from engagetree.tree.reached import Reach


@dataclass(frozen=True)
class Planned(Reach):
    """A `Reach` that shows itself."""

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.reached import show_reach

        out = StringIO()
        show_reach(Console(file=out, color_system=None), self)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        from engagetree.render.reached import reach_figure

        return reach_figure(self)._repr_html_()
