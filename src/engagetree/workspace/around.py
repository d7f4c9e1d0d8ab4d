"""Metrics and programme tree as a notebook draws them: each remembers the definition that its words come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from engagetree.definition.model import Definition
from engagetree.tree.metrics import Metrics
from engagetree.tree.programme import Programme


@dataclass(frozen=True)
class ShownMetrics(Metrics):
    """What `Workspace.metrics` gives: a table in a notebook and where it is printed; `result()` for rows, CSV and data frames."""

    definition: Definition | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, metrics: Metrics, definition: Definition) -> ShownMetrics:
        return cls(**{f.name: getattr(metrics, f.name) for f in fields(Metrics)}, definition=definition)

    def result(self) -> Any:
        """One row a metric."""
        import pyarrow as pa

        from engagetree.workspace.result import Result

        return Result(pa.Table.from_pylist([m.row() for m in self.values]), f"Metrics at the end of {self.period}")

    def __str__(self) -> str:
        from engagetree.render.programme_terminal import show_metrics

        definition = self.definition
        return self.period if definition is None else _printed(lambda console: show_metrics(console, self, definition))

    def _repr_html_(self) -> str | None:
        from engagetree.render.figure import standalone
        from engagetree.render.metrics import metrics_html

        return None if self.definition is None else str(standalone(metrics_html(self, self.definition)))


@dataclass(frozen=True)
class ShownTree(Programme):
    """What `Workspace.tree` gives: the tree drawn in a notebook, printed as in a terminal elsewhere."""

    definition: Definition | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, tree: Programme, definition: Definition) -> ShownTree:
        return cls(**{f.name: getattr(tree, f.name) for f in fields(Programme)}, definition=definition)

    def to_dict(self) -> dict[str, Any]:
        return {k: v for k, v in super().to_dict().items() if k != "definition"}

    def figure(self) -> Any:
        """Sentence, drawing and table."""
        from engagetree.render.programme import programme_figure

        assert self.definition is not None
        return programme_figure(self, self.definition)

    def __str__(self) -> str:
        from engagetree.render.programme_terminal import show_tree

        definition = self.definition
        return self.period if definition is None else _printed(lambda console: show_tree(console, self, definition))

    def _repr_html_(self) -> str | None:
        from engagetree.render.figure import standalone
        from engagetree.render.programme import programme_html

        return None if self.definition is None else str(standalone(programme_html(self, self.definition)))


def _printed(show: Callable[[Any], None]) -> str:
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    show(Console(file=out, color_system=None))
    return out.getvalue().rstrip()
