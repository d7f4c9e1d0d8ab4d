"""Extent: what was done, for whom, and how many came, in four numbers that are never added to each other."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.marks import svg
from engagetree.render.marks.amounts import Amount, amounts
from engagetree.render.marks.grid import Square, grid
from engagetree.render.research import say
from engagetree.render.research.facts import Facts, ordered
from engagetree.render.research.parts import HEAD, MOST, Block, Section, given, narrowed, rest, rows_of
from engagetree.research.model import Shown
from engagetree.research.vocabulary import COUNTED

ASIDE = ("several", "other", "none", "not_recorded")
MEASURES = ("attendances", "unique_participants", "participant_hours", "estimated_reach")
ESTIMATED = "Line: from the low to the high end. One tick: one number, estimated. Arrow: nobody knows the high end."
WHAT = {
    "attendances": "Visits: who came twice counts twice.",
    "unique_participants": "People, where registers say who came.",
    "participant_hours": "Hours that people spent.",
    "estimated_reach": "Nobody counted them; shown apart and never added.",
}


def extent(facts: Facts) -> Section:
    """The section."""
    made = (_done(facts), _audiences(facts), _partners(facts), _people(facts), _methods(facts), _by_type(facts), _estimates(facts))
    blocks = [b for b in made if b is not None]
    used = {"events", *MEASURES, *(i.key for i in facts.release.indicators if i.key.startswith("hebci_"))}
    blocks += rest(facts, "extent", used, "Who came, more closely")
    return Section("extent", "How much was done?", lead(facts), tuple(blocks))


def lead(facts: Facts) -> str:
    """Events, attendances and unique participants in one sentence."""
    events, visits, people = facts.whole("events"), facts.whole("attendances"), facts.whole("unique_participants")
    if events is None and visits is None:
        return "Nothing is known of how much was done."
    said = [f"{say.phrase(events)} events" if say.known(events) or say.banded(events) else f"The number of events is {say.phrase(events)}"]
    if visits is not None:
        said.append(f"{say.phrase(visits)} attendances" if say.known(visits) or say.banded(visits) else f"attendances {say.phrase(visits)}")
    if people is not None:
        said.append(
            f"{say.phrase(people)} people known by register"
            if say.known(people) or say.banded(people)
            else f"unique participants {say.phrase(people)}"
        )
    return f"{words.listing(said)}. How many came does not say how far they took part."


def _done(facts: Facts) -> Block | None:
    """Events by type and depth, as squares; by type alone where depth was not published."""
    down, across, held = _folded(facts)
    if not held:
        values = facts.split("events", "type")
        return _bars(facts, "What was done?", values, _most(facts, "type"), "Events by type") if values else None
    squares = [(facts.called("type", r), [held.get((r, c)) for c in across]) for r in down]
    heads = [facts.called("depth", c) for c in across]
    short = [h.split()[0] if h[:1] == "D" else "?" for h in heads]
    drawing = svg.both(lambda w: grid(squares, heads if w > 500 else short, w))
    head, rows = _table(facts, across)
    area = "The area of a square is a number of events; its column is how far people took part, as far as that is on file."
    sentence = f"{_most(facts, 'type')} {area}"
    note = (
        f"{say.NONE}: nothing recorded there. "
        + " · ".join(h for h in heads if h[:1] == "D")
        + (" · ?: depth not recorded." if "?" in short else ".")
    )
    return Block(
        "What was done, and how deep did it go?",
        Figure(sentence, drawing, head, rows, "Events by type, audience and depth"),
        ("events",),
        note,
    )


def _folded(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...], dict[tuple[str, str], Square]]:
    """Type by depth as published; else events counted over audiences, unless one of their cells is withheld."""
    down, across, held = facts.grid("events", "type", "depth")
    if held:
        return down, across, {k: Square(v.value, say.text(v), bool(v.withheld)) for k, v in held.items()}
    lines, across, cells = facts.rows("events", ("type", "audience"), "depth")
    down = ordered("type", (line[0] for line in lines))
    return down, across, {(t, d): s for t in down for d in across if (s := _sum([v for k, v in cells.items() if (k[0], k[-1]) == (t, d)]))}


def _sum(values: list[Shown]) -> Square | None:
    """Activities, which are counted exactly and stand in one cell each. Nothing is made up for a cell that is withheld."""
    if not values:
        return None
    if any(v.withheld or v.value is None for v in values):
        return Square(None, "..", True)
    total = sum(v.value or 0 for v in values)
    return Square(total, words.count(total))


def _table(facts: Facts, across: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Type and audience down, depth across; type alone where it was not published by audience."""
    lines, _, cells = facts.rows("events", ("type", "audience"), "depth")
    if not cells or len(lines) > MOST:
        down, _, held = _folded(facts)
        head = ("Type", *(f">{facts.called('depth', c)}" for c in across))
        return head, tuple((facts.called("type", r), *(held[r, c].said if (r, c) in held else say.NONE for c in across)) for r in down)
    head = ("Type", "Audience", *(f">{facts.called('depth', c)}" for c in across))
    return head, tuple(
        (*(facts.called(d, c) for d, c in zip(("type", "audience"), line, strict=True)), *(say.cell(cells.get((*line, c))) for c in across))
        for line in lines
    )


def _most(facts: Facts, dimension: str) -> str:
    values = [v for v in facts.split("events", dimension) if v.value is not None and not v.withheld and v.at(dimension) not in ASIDE]
    if not values:
        return ""
    top = max(values, key=lambda v: v.value or 0)
    return f"Most often: {words.lower(facts.called(dimension, top.at(dimension) or ''))}."


def _audiences(facts: Facts) -> Block | None:
    values = facts.split("events", "audience")
    if not values:
        return None
    return _bars(
        facts,
        "For whom?",
        values,
        f"{_most(facts, 'audience')} Activities for more than one audience may stand in a row of their own.",
        "Events by audience",
    )


def _partners(facts: Facts) -> Block | None:
    """Events by the sector of the partners with whom they were held."""
    values = facts.split("events", "sector")
    if not any(v.at("sector") not in ASIDE for v in values):
        return None
    sentence = f"{_most(facts, 'sector')} Events held with partners of more than one kind, or with none, stand in rows of their own."
    return _bars(facts, "With which partners?", values, sentence, "Events by partner type")


def _bars(facts: Facts, title: str, values: tuple[Shown, ...], sentence: str, caption: str) -> Block:
    rows = [Amount(words.upper(facts.name(v.cell)), v.value, said=say.text(v), withheld=bool(v.withheld)) for v in values]
    head, table = narrowed(HEAD, rows_of(values, facts, named=False))
    return Block(title, Figure(sentence, svg.both(lambda w: amounts(rows, w, "")), head, table, caption), (values[0].indicator,))


def _people(facts: Facts) -> Block | None:
    """The four numbers, one under the other, each with what it counts. No drawing: they have no common scale."""
    values = given(facts.whole(key) for key in MEASURES)
    if not values:
        return None
    told = tuple((r[0], r[1], r[2], r[4], WHAT[v.indicator], r[5]) for v, r in zip(values, rows_of(values, facts), strict=True))
    head, rows = narrowed(("Number", ">Value", "Between", ">Not known of", "What it counts", "What to know"), told)
    sentence = "Different numbers: one cannot stand for another, and they are not added."
    return Block("How many people?", Figure(sentence, Markup(""), head, rows, "Attendances, people, hours and estimates"), MEASURES)


def _methods(facts: Facts) -> Block | None:
    """Attendances by how they were counted, each in a row of its own."""
    counted = facts.split("attendances", "count_method")
    if not counted:
        return None
    one_by_one = all(v.at("count_method") in COUNTED or "," in (v.at("count_method") or "") for v in counted)
    sentence = "Tickets, registers, heads and clickers count people one by one." + (
        "" if one_by_one else " Numbers made in other ways are not added to them."
    )
    return _bars(facts, "How were attendances counted?", counted, sentence, "Attendances by count method")


def _estimates(facts: Facts) -> Block | None:
    """What nobody counted: each way of estimating by itself, from its low to its high end."""
    guessed = [v for v in facts.all("estimated_reach") if v.cell]
    if not guessed:
        return None
    drawn = [_amount(v, facts) for v in guessed]
    rows = rows_of(guessed, facts, named=False)
    head, table = narrowed(
        ("How it was estimated", ">Number", "What to know"),
        tuple((r[0], a.said, r[5]) for r, a in zip(rows, drawn, strict=True)),
    )
    sentence = "Estimates stand apart: ways of estimating are never added to each other or to attendances."
    return Block(
        "Estimated reach, apart",
        Figure(sentence, svg.both(lambda w: amounts(drawn, w, ESTIMATED)), head, table, "Estimated reach by way of estimating"),
        ("estimated_reach",),
    )


def _amount(v: Shown, facts: Facts) -> Amount:
    said = say.text(v) if say.text(v) != say.NONE else say.interval(v, facts.indicators.get(v.indicator), kind=False) or say.NONE
    low, high = (v.low, v.high) if v.low is not None else (v.value, v.value)
    return Amount(words.upper(facts.name(v.cell)), None, low, high, said, bool(v.withheld), not v.withheld)


def _by_type(facts: Facts) -> Block | None:
    values = facts.split("attendances", "type")
    if not values:
        return None
    sentence = "Attendances where people were counted. " + (
        "A dashed box is a number that is withheld." if any(v.withheld for v in values) else ""
    )
    return _bars(facts, "Where did they come to?", values, sentence.strip(), "Attendances by type of activity")
