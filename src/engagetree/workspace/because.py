"""An answer to *why did it move* that draws itself in a notebook and prints itself in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engagetree.definition.model import Definition
from engagetree.tree.moved import Why


@dataclass(frozen=True)
class Because(Why):
    """What `Workspace.why` gives; it remembers the two definitions, before and after, that its words come from."""

    definitions: tuple[Definition, ...] = field(default=(), repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        bare = replace(self, definitions=())
        return {k: v for k, v in Why.to_dict(bare).items() if k != "definitions"}

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.moved_lines import show_why

        out = StringIO()
        show_why(Console(file=out, color_system=None), self, *self.definitions)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        from engagetree.render.moved import why_html

        return str(why_html(self, *self.definitions))
