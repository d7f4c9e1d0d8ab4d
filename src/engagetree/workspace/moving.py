"""Who rose and who fell most: clear changes only, the others counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.errors import EngagetreeError
from engagetree.render.figure import Figure
from engagetree.render.values import Slip
from engagetree.workspace import behind
from engagetree.workspace.changing import Change, Fall, falls, rises
from engagetree.workspace.result import Result
from engagetree.workspace.slices import Where, slice_of

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace


@dataclass(frozen=True)
class Moved:
    """What `Workspace.moved` gives. `rose` and `fell` list clear changes, the largest first, at most as many as were asked for.

    `n_rose + n_fell + unclear + unknown` is everybody there now; `unknown` have no score at one of the ends, or were not there then.
    """

    rose: tuple[Slip, ...]
    fell: tuple[Slip, ...]
    n_rose: int
    n_fell: int
    unclear: int
    unknown: int
    then: datetime  # ends of the periods, in the programme's zone
    now: datetime
    about: str  # the slice; empty for everybody
    definition: Definition = field(repr=False, compare=False)

    @property
    def sentence(self) -> str:
        from engagetree.render.rose import sentence

        return sentence(self)

    def figure(self) -> Figure:
        """Sentence, drawing and table."""
        from engagetree.render.rose import rose_figure

        return rose_figure(self)

    def result(self) -> Result:
        """One row for each clear change, as Arrow, pandas, Polars, CSV."""
        rows = [{"direction": way, **_row(s)} for way, side in (("rose", self.rose), ("fell", self.fell)) for s in side]
        empty = dict.fromkeys(("direction", "participant", "from_score", "to_score", "change", "since", "band", "reason"))
        made = pa.Table.from_pylist(rows) if rows else pa.table({k: pa.array([], pa.string()) for k in empty})
        return Result(made, self.sentence)

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        return {"sentence": self.sentence, **{k: v for k, v in asdict(self).items() if k != "definition"}}

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.rose import show_moved

        out = StringIO()
        show_moved(Console(file=out, color_system=None), self)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        return self.figure()._repr_html_()


def _row(s: Slip) -> dict[str, Any]:
    return {
        "participant": s.participant, "from_score": s.from_score, "to_score": s.to_score, "change": s.to_score - s.from_score,
        "since": s.since, "band": s.band, "reason": s.reason_sentence,
    }  # fmt: skip


def moved(work: Workspace, period: str | None, back: int, top: int | None, where: Where) -> Moved:
    """See `Workspace.moved`."""
    if back < 1:
        raise EngagetreeError(f"--back {back}", "a change needs at least one period between then and now", "Use 1 or more.")
    definition, changes = work.used(), work.changes(period, back, where)
    up, down = rises(changes, definition), falls(changes, definition)
    key = work.periods()[-1] if period is None else period
    acts = work.lake.read(lambda s: behind.last_acts(s, [f.participant for f in down[:top]], key))
    about = work.lake.read(lambda s: slice_of(s, where)).label
    unknown = sum(c.by is None for c in changes)
    then, now = _ends(work, changes)
    return Moved(
        _told(up[:top], {}, definition), _told(down[:top], acts, definition), len(up), len(down),
        len(changes) - len(up) - len(down) - unknown, unknown, then, now, about, definition,
    )  # fmt: skip


def _told(found: Sequence[Fall], acts: dict[str, datetime], definition: Definition) -> tuple[Slip, ...]:
    return tuple(f.told(acts.get(f.participant), definition) for f in found)


def _ends(work: Workspace, changes: Sequence[Change]) -> tuple[datetime, datetime]:
    if not changes:
        raise EngagetreeError("moved", "nobody was in the programme then", "Ask for another period, or a larger slice.")
    return changes[0].then_as_of, changes[0].now_as_of
