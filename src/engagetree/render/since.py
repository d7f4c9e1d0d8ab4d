"""The change of every node since the period before, beside its weight, value and points to gain; printed so that it adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engagetree.definition.model import Definition
from engagetree.findings import Explanation
from engagetree.render import words
from engagetree.render.rounding import adding_up, nearest

if TYPE_CHECKING:
    from engagetree.render.breakdown import Part

CAME = "Joined, left, first scores"


def with_changes(total: Part, explanation: Explanation, definition: Definition) -> Part:
    """The printed tree with what each node did to the score: drivers add up to their signal, signals and `came` to the printed change."""
    by = explanation.tree.change
    if explanation.since is None or by is None or explanation.score is None:
        return total
    before = words.tenths(explanation.score - by, definition.bands)
    change = nearest(words.tenths(explanation.score, definition.bands) - before, 1)
    came = [explanation.came] if explanation.came else []
    shown = adding_up([p.node.change or 0.0 for p in total.parts] + came, change)
    parts = tuple(_under(p, x) for p, x in zip(total.parts, shown[: len(total.parts)], strict=True))
    return replace(total, parts=parts, change=change, came=shown[-1] if came else 0.0)


def _under(part: Part, change: float) -> Part:
    inner = adding_up([p.node.change or 0.0 for p in part.parts], change) if part.parts else ()
    return replace(part, change=change, parts=tuple(replace(p, change=x) for p, x in zip(part.parts, inner, strict=True)))


def heading(explanation: Explanation, definition: Definition) -> str:
    """`Since 20 Apr`; empty where there is nothing to compare with."""
    if explanation.since is None or explanation.tree.change is None:
        return ""
    return f"Since {words.day(words.last_day(explanation.since, definition.tz))}"


def cells(change: float | None, head: str) -> Sequence[str]:
    """One cell under the heading, none without one."""
    return ([words.DASH if change is None else words.signed(change, 1)]) if head else []
