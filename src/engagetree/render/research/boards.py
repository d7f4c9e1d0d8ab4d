"""Boards as their seats: who sits, in which sector, and who votes."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Figure
from engagetree.render.marks import svg
from engagetree.render.marks.seats import Board, Seat, seats
from engagetree.render.research import say
from engagetree.render.research.facts import Facts, ordered
from engagetree.render.research.parts import DRAWN, HEAD, Block, narrowed, not_drawn, rows_of
from engagetree.research.model import Shown
from engagetree.research.vocabulary import ACADEMIC

SEATS = "board_seats"
NO_VOTE = ("advise", "speak")
VOTES = "board_voting_share"
MEASURES = (VOTES, "board_non_academic_share", "board_lay_share", "board_influence_rate", "board_attendance_weighted_share")


def boards(facts: Facts) -> tuple[Block, ...]:
    """Each board drawn, where seats were published by board, sector and right; and their measures."""
    values = facts.all(SEATS)
    whole = sorted((v for v in values if v.at("board") and v.at("sector")), key=lambda v: facts.called("board", v.at("board") or ""))
    drawn = [_drawn(facts, whole)] if whole else []
    keys = tuple(i.key for i in facts.release.indicators if i.key in MEASURES or (i.key.startswith("board_") and i.key != SEATS))
    measures = [v for key in keys for v in facts.all(key) if not v.cell or key == VOTES]
    if measures:
        head, rows = narrowed(HEAD, rows_of(measures, facts))
        sentence = "Shares of a board are given as seats, not as percentages: a board is too small for those."
        drawn.append(Block("What boards are made of", Figure(sentence, Markup(""), head, rows, "Boards: seats, votes, influence"), keys))
    return tuple(drawn)


def _drawn(facts: Facts, values: list[Shown]) -> Block:
    names = tuple(dict.fromkeys(v.at("board") or "" for v in values))
    sectors = ordered("sector", (v.at("sector") or "" for v in values))
    letters = _letters(facts, sectors)
    made = [_board(facts, name, [v for v in values if v.at("board") == name], letters) for name in names[:DRAWN]]
    key = [(letters[s], facts.label("sector", s)) for s in sectors]
    rows = tuple(
        (*(facts.called(d, v.at(d) or "") for d in ("board", "sector", "right")), say.cell(v))
        for v in values
    )  # fmt: skip
    sentence = "Each mark is a seat, its letter the sector. Filled marks vote; hollow ones speak or advise." + not_drawn(
        len(names), "boards"
    )
    figure = Figure(
        sentence,
        svg.both(lambda w: seats(made, w, key)),
        ("Board", "Sector", "Right", ">Seats"),
        rows,
        "Seats of boards by sector and right",
    )
    return Block("Who sits on boards, and who votes?", figure, (SEATS,))


def _board(facts: Facts, name: str, values: list[Shown], letters: dict[str, str]) -> Board:
    """The seats of one board; none where any of them is withheld, for the rest would tell."""
    label = facts.called("board", name)
    if any(v.withheld or v.value is None for v in values):
        return Board(label, "", (), f"{say.WITHHELD} or not known")
    found = []
    for v in sorted(values, key=lambda v: (v.at("right") in NO_VOTE, v.at("sector") in ACADEMIC)):
        sector, right = v.at("sector") or "", v.at("right") or ""
        seat = Seat(letters[sector], sector in ACADEMIC, _votes(right), right == "chair" or v.at("role") in ("chair", "co_chair"))
        found += [seat] * round(v.value or 0)
    votes = sum(s.votes is True for s in found)
    outside = sum(s.votes is True and not s.academic for s in found)
    said = f"{words.plural(len(found), 'seat')}, {votes} with a vote, {outside} of those outside academia"
    return Board(label, said, tuple(found))


def _votes(right: str) -> bool | None:
    if right in ("", "unknown", "not_recorded"):
        return None
    return right not in NO_VOTE


def _letters(facts: Facts, sectors: tuple[str, ...]) -> dict[str, str]:
    """A letter for each sector: the first of its name that no other has."""
    taken: dict[str, str] = {}
    for sector in sectors:
        name = facts.label("sector", sector)
        free = [c.upper() for c in name if c.isalpha() and c.upper() not in taken.values()]
        taken[sector] = free[0] if free else str(len(taken) + 1)
    return taken
