"""How a terminal gets its lines: tables with hairlines only, chips, and a narrower form where the wide one does not fit."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.render import words

COLOURS = ("bright_cyan", "blue", "magenta", "bright_magenta")
PIPED = 400  # wide enough that nothing wraps when the output is no terminal


def table(*columns: str, gap: int = 2) -> Table:
    """A table without lines; `>` in front of a heading sets a column of numbers, `=` one that is never broken. Nothing is ever cut off."""
    made = Table(box=None, pad_edge=False, header_style="bold", show_edge=False, padding=(0, gap, 0, 0))
    for name in columns:
        number = name.startswith(">")
        made.add_column(name.lstrip(">="), justify="right" if number else "left", overflow="fold", no_wrap=name.startswith((">", "=")))
        if number:
            made.columns[-1].header = Text(name.lstrip(">"), no_wrap=False)
    return made


def add(to: Table, *cells: RenderableType) -> None:
    """A row whose text is only text: brackets in a name are no markup."""
    to.add_row(*(Text(c) if isinstance(c, str) else c for c in cells))


def put(console: Console, what: Table | Text, narrow: Callable[[], Table] | None = None) -> None:
    """To a terminal as it is, or `narrow` where that is too wide; into a pipe as plain lines of any length."""
    if console.is_terminal:
        console.print(narrow() if narrow is not None and not fits(console, what) else what, soft_wrap=False)
        return
    wide = Console(file=StringIO(), width=PIPED, color_system=None, force_terminal=False, legacy_windows=False)
    with wide.capture() as held:
        wide.print(what)
    for line in held.get().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)


def fits(console: Console, what: Table | Text) -> bool:
    """Whether this needs no more columns than the terminal has."""
    return console.measure(what, options=console.options.update(width=PIPED)).maximum <= console.width


def chip(score: float | None, low: float | None, high: float | None, definition: Definition) -> Text:
    """Glyph and words of a band, in its colour where there is colour."""
    band = definition.band(score)
    i = None if band is None else words.rank(band.key, definition)
    style = "dim" if i is None else COLOURS[round(i * 3 / max(1, len(definition.bands) - 1))]
    return Text.assemble((words.glyph(i, len(definition.bands)), style), " ", words.clean(words.band_words(score, low, high, definition)))
