"""What `Workspace.what_if` gives: the answer as tables, in words where it is printed, drawn in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from engagetree.tree.supposed import WhatIf
from engagetree.workspace.result import Result


@dataclass(frozen=True)
class Supposition(WhatIf):
    """A `WhatIf` that shows itself."""

    def result(self) -> Result:
        """Everybody, a row each."""
        about = f"Scores at the end of {self.period} under definition {self.before.fingerprint} and {self.after.fingerprint}"
        return Result(self.table, about)

    def means(self) -> Result:
        """The history, a row for each period; empty unless it was asked for."""
        return Result(pa.Table.from_pylist(self.series()), "Mean scores under both definitions")

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.supposed import show_what_if

        out = StringIO()
        show_what_if(Console(file=out, color_system=None), self)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        from engagetree.render.supposed import what_if_html

        return what_if_html(self)
