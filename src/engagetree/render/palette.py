"""The colours, once: tokens for light and dark, and the style sheet made from them.

Colour is spent on bands only. The four steps fall (light) or rise (dark) in lightness in the order of the bands, so that the order survives
a photocopier; they were tested for colour-blind eyes. Points and weight are grey, what is to gain is an outline.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

LIGHT = {
    "page": "#ffffff",
    "text": "#1b1f24",
    "muted": "#565f69",
    "link": "#0b57a4",
    "hair": "#d3d8dd",
    "fill": "#cdd3d9",
    "edge": "#565f69",
    "b0": "#2399e0",
    "b1": "#636b89",
    "b2": "#85323e",
    "b3": "#2a2071",
    "none": "#767d85",
}
DARK = {
    "page": "#15191e",
    "text": "#e8ebee",
    "muted": "#aab2ba",
    "link": "#9fc6f5",
    "hair": "#3a424b",
    "fill": "#3f4852",
    "edge": "#aab2ba",
    "b0": "#427b8b",
    "b1": "#449cdd",
    "b2": "#fca690",
    "b3": "#edd8fb",
    "none": "#8b939c",
}
STEPS = 4


def step(rank: int | None, of: int) -> str:
    """The colour class of the band at `rank` (0 the highest) of so many: `b0` to `b3`, or `bn` for no band.

    >>> [step(i, 4) for i in range(4)], [step(i, 2) for i in range(2)], step(None, 4)
    (['b0', 'b1', 'b2', 'b3'], ['b0', 'b3'], 'bn')
    """
    return "bn" if rank is None else f"b{round(rank * (STEPS - 1) / max(1, of - 1))}"


def tokens(colours: dict[str, str]) -> str:
    """The colours as custom properties."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())


@cache
def stylesheet() -> str:
    """The whole style sheet: tokens for both themes (of the system, or of the notebook it stands in), then the rules."""
    light, dark = tokens(LIGHT) + "color-scheme:light", tokens(DARK) + "color-scheme:dark"
    rules = files("engagetree.render").joinpath("static/engagetree.css").read_text(encoding="utf-8")
    themes = (
        f".et{{{light}}}\n@media (prefers-color-scheme:dark){{.et{{{dark}}}}}\n"
        f"[data-jp-theme-light=true] .et,.vscode-light .et{{{light}}}\n[data-jp-theme-light=false] .et,.vscode-dark .et{{{dark}}}\n"
        f"@media print{{.et.et{{{light}}}}}\n"
    )
    return themes + rules
