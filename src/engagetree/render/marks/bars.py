"""Weight and points to gain, side by side on one scale, for the cells of a tree table: grey for weight, an outline for what is to gain."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render.marks import svg

ROOM = 64  # pixels of the longest bar


def bar(points: float | None, scale: float, kind: str) -> Markup:
    """A bar of so many points where `scale` points fill the room; `kind` is `weight` or `gain`. For an unknown only its room."""
    if points is None or scale <= 0 or points <= 0:
        return Markup("<span class=bar></span>")
    d = f"M1 2h{svg.num(ROOM * min(1.0, points / scale))}v8H1z"
    return Markup(f'<svg class=bar aria-hidden=true><path class={kind} d="{d}"/></svg>')  # noqa: S704 ours
