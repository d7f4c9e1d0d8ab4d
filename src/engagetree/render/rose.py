"""Who rose and who fell: sentence, drawing and table, and the same in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.figure import Figure
from engagetree.render.lines import add, chip, put, table
from engagetree.render.marks import svg
from engagetree.render.marks.chip import chip as drawn_chip
from engagetree.render.marks.slopes import slopes
from engagetree.render.values import Slip

DRAWN = 8  # lines a side
CLEAR = "Clear is a change that is larger than the uncertainty of the score allows."


class Movers(Protocol):
    """What is shown; see `workspace.moving.Moved`."""

    @property
    def rose(self) -> tuple[Slip, ...]: ...
    @property
    def fell(self) -> tuple[Slip, ...]: ...
    @property
    def n_rose(self) -> int: ...
    @property
    def n_fell(self) -> int: ...
    @property
    def unclear(self) -> int: ...
    @property
    def unknown(self) -> int: ...
    @property
    def then(self) -> datetime: ...
    @property
    def now(self) -> datetime: ...
    @property
    def about(self) -> str: ...
    @property
    def definition(self) -> Definition: ...


def sentence(found: Movers) -> str:
    """How many rose, fell, did not move clearly, cannot be compared: four numbers that add up to everybody."""
    if found.then >= found.now:
        return "There is one period so far; change will show from the next."
    parts = [f"{words.count(found.n_rose)} rose clearly", f"{words.count(found.n_fell)} fell clearly"]
    parts.append(f"{words.count(found.unclear)} did not clearly change")
    parts += [f"{words.count(found.unknown)} had no score at one of the ends"] if found.unknown else []
    total = words.plural(found.n_rose + found.n_fell + found.unclear + found.unknown, "person", "people")
    about = f" ({words.clean(found.about)})" if found.about else ""
    days = (words.date(words.last_day(at, found.definition.tz)) for at in (found.then, found.now))
    return f"Of {total}{about} {words.listing(parts)}, from {' to '.join(days)}."


def rose_figure(found: Movers) -> Figure:
    """The largest clear changes as lines from then to now, all listed in the table."""
    d = found.definition
    sides = [(title, [(s.participant, s.from_score, s.to_score) for s in side[:DRAWN]])
             for title, side in (("Rose", found.rose), ("Fell", found.fell))]  # fmt: skip
    first, last = (words.day(words.last_day(at, d.tz)) for at in (found.then, found.now))
    cuts = [b.at_least for b in d.bands if b.at_least > 0]
    drawn = svg.both(lambda w: slopes(sides, (first, last), cuts, w))
    rows = tuple(
        (words.clean(s.participant), way, drawn_chip(s.to_score, None, None, d), words.score(s.from_score, d.bands),
         words.score(s.to_score, d.bands), words.moved(s.from_score, s.to_score, s.clear), words.clean(s.reason_sentence))
        for way, side in (("rose", found.rose), ("fell", found.fell)) for s in side
    )  # fmt: skip
    head = ("Participant", "", "Band now", ">From", ">To", ">Change", "By what")
    return Figure(sentence(found), drawn, head, rows, f"Who rose and who fell, the largest change first. {CLEAR}")


def show_moved(console: Console, found: Movers) -> None:
    """The sentence, then who rose and who fell, with by what."""
    put(console, Text(sentence(found)))
    for title, side, n in (("Rose", found.rose, found.n_rose), ("Fell", found.fell, found.n_fell)):
        if not side:
            put(console, Text(f"{title}: nobody clearly."))
            continue
        more = f", {words.count(len(side))} of {words.count(n)}" if len(side) < n else ""
        put(console, Text(f"{title}{more}", style="bold"))
        put(console, _table(side, found.definition, True), partial(_table, side, found.definition, False))
    put(console, Text(CLEAR, style="dim"))


def _table(side: Sequence[Slip], definition: Definition, wide: bool) -> Table:
    made = table("Participant" if wide else "Participant, by what", "Band now", ">From", ">To", ">Change", *(["By what"] if wide else []))
    for s in side:
        why = words.clean(s.reason_sentence)
        who = Text(words.clean(s.participant)) if wide else Text.assemble(words.clean(s.participant), (f"\n  {why}", "dim"))
        ends = (words.score(x, definition.bands) for x in (s.from_score, s.to_score))
        by = words.moved(s.from_score, s.to_score, s.clear)
        add(made, who, chip(s.to_score, None, None, definition), *ends, by, *([why] if wide else []))
    return made
