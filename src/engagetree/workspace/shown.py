"""An explanation that a notebook draws by itself: it remembers the definition that its words come from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from engagetree.definition.model import Definition
from engagetree.findings import Explanation


@dataclass(frozen=True)
class Shown(Explanation):
    """What `Workspace.explain` gives: an `Explanation`, drawn in a notebook, in words where it is printed."""

    definition: Definition | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, explanation: Explanation, definition: Definition) -> Shown:
        """The same explanation with the definition beside it."""
        return cls(**{f.name: getattr(explanation, f.name) for f in fields(Explanation)}, definition=definition)

    def to_dict(self) -> dict[str, Any]:
        return {k: v for k, v in super().to_dict().items() if k != "definition"}

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.terminal import show_explanation

        if self.definition is None:
            return self.sentence
        out = StringIO()
        show_explanation(Console(file=out, color_system=None), self, self.definition)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str | None:
        from engagetree.render.notebook import explanation_html

        return None if self.definition is None else explanation_html(self, self.definition)
