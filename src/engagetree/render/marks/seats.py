"""Boards as their seats: each seat a mark, its shape the sector, filled where it votes, hollow where it only speaks or advises.

The letter in a mark is the key to its sector, so that shape is never the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.marks import letters, svg

STEP, SIZE, LINE = 27, 22, 15


@dataclass(frozen=True)
class Seat:
    """One seat: the letter of its sector, whether the sector is academic (a square, else a circle), whether it votes (None: not known)."""

    letter: str
    academic: bool
    votes: bool | None
    chair: bool = False


@dataclass(frozen=True)
class Board:
    """One board: its name, what is said beside it, its seats in order; `withheld` is printed where the seats may not be shown."""

    label: str
    said: str
    seats: tuple[Seat, ...]
    withheld: str = ""


def seats(boards: Sequence[Board], width: int, key: Sequence[tuple[str, str]]) -> Markup:
    """A row for each board, then the key: what letters, shapes and fills say."""
    if not boards:
        return Markup("")
    slim = width <= 500
    left = 0.0 if slim else min(230.0, max(letters.width(words.clean(b.label), bold=True) for b in boards) + 20)
    parts, y = [], 0.0
    for board in boards:
        names = letters.wrap(words.clean(board.label), (width if slim else left) - 12, bold=True)
        said = letters.wrap(words.clean(board.said), width - left - 8) if board.said else []
        parts += [svg.text(0, y + 19 + LINE * i, t, "b") for i, t in enumerate(names)]
        start = y + (LINE * len(names) + 4 if slim else 0)
        deep = _row(board, parts, start, left, width)
        parts += [svg.text(left, start + deep + 14 + LINE * i, t, "m") for i, t in enumerate(said)]
        y = max(start + deep + LINE * len(said), y + LINE * len(names)) + 20
    return _keyed(parts, y + 4, width, key)


def _row(board: Board, parts: list[str], y: float, left: float, width: int) -> float:
    """The seats of one board from `y`, in as many lines as they need; how deep they go."""
    if board.withheld:
        parts.append(svg.text(left, y + 19, board.withheld, "m"))
        return STEP
    across = max(1, int((width - left) / STEP))
    for i, seat in enumerate(board.seats):
        parts += _seat(seat, left + STEP * (i % across), y + STEP * (i // across) + 3)
    return STEP * (1 + (max(len(board.seats), 1) - 1) // across)


def _seat(seat: Seat, x: float, y: float) -> list[str]:
    kind = "seat" + (" votes" if seat.votes else " unsure" if seat.votes is None else "")
    if seat.academic:
        mark = svg.rect(x + 1, y + 1, SIZE - 2, SIZE - 2, kind)
    else:
        mark = f'<circle class="{kind}" cx="{svg.num(x + SIZE / 2)}" cy="{svg.num(y + SIZE / 2)}" r="{svg.num(SIZE / 2 - 1)}"/>'
    out = [mark, svg.text(x + SIZE / 2, y + SIZE / 2 + 4, seat.letter, "on small" if seat.votes else "small", "mid")]
    if seat.chair:
        out.append(svg.line(x + 3, y + SIZE + 2, x + SIZE - 3, y + SIZE + 2, "tick"))
    return out


def _keyed(parts: list[str], y: float, width: int, key: Sequence[tuple[str, str]]) -> Markup:
    entries = [
        (Seat("", False, True), "filled: votes"), (Seat("", False, False), "hollow: advises or speaks, no vote"),
        (Seat("", True, False), "square: academic"), (Seat("", False, False, True), "underlined: chairs"),
    ]  # fmt: skip
    x = 0.0
    for seat, said in entries:
        wide = STEP + letters.width(said) + 14
        if x and x + wide > width:
            x, y = 0.0, y + STEP
        parts += [*_seat(seat, x, y), svg.text(x + STEP + 2, y + 15, said, "m")]
        x += wide
    y += STEP + 6
    lines = letters.wrap(" · ".join(f"{letter} {name}" for letter, name in key), width - 8)
    parts += [svg.text(0, y + 12 + LINE * i, t, "m") for i, t in enumerate(lines)]
    return svg.drawing(width, y + LINE * len(lines) + 6, parts, f"seats {svg.size(width)}")
