"""Evidence as a notebook draws it: it remembers the definition that its words come from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from engagetree.definition.model import Definition
from engagetree.errors import EngagetreeError
from engagetree.evidence.study import Study


@dataclass(frozen=True)
class Held(Study):
    """What `Workspace.evidence` gives: findings and the rows behind them, drawn in a notebook, in words where it is printed."""

    definition: Definition | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, study: Study | dict[str, Any], definition: Definition | None = None) -> Held:
        found = study if isinstance(study, Study) else Study.of(study)
        return cls(**{f.name: getattr(found, f.name) for f in fields(Study)}, definition=definition)

    def to_dict(self) -> dict[str, Any]:
        """For JSON: findings, rows and the verdict of the whole."""
        return Study.to_dict(Study(**{f.name: getattr(self, f.name) for f in fields(Study)}))

    def proposal(self, name: str = "weights") -> str:
        """The text of a proposed definition, `weights`, `bands` or `counting`: to look at, or to `adopt`.

        EngagetreeError where there is none.
        """
        texts = dict(self.proposals)
        if name not in texts:
            do = f"There is {', '.join(texts)}." if texts else "This evidence proposes nothing."
            raise EngagetreeError(f"proposal {name}", "there is no such proposal", do)
        return texts[name]

    def figures(self) -> tuple[Any, ...]:
        """Band rates, calibration, AUC by week, weights: each a sentence, a drawing and a table."""
        from engagetree.render.evidence import evidence_figures

        assert self.definition is not None
        return evidence_figures(self, self.definition)

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.evidence_terminal import show_evidence

        if self.definition is None:
            return f"{self.outcome}: {self.verdict}"
        out = StringIO()
        show_evidence(Console(file=out, color_system=None), self, self.definition)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str | None:
        from engagetree.render.evidence import evidence_html
        from engagetree.render.figure import standalone

        return None if self.definition is None else str(standalone(evidence_html(self, self.definition)))
