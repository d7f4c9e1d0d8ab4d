"""Ratings by rubrics: a figure for each unit that was rated, one for all where there are many, a radar for EDGE. Levels, never a mean."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.marks import svg
from engagetree.render.marks.levels import Rating, levels
from engagetree.render.marks.radar import Axis, radar
from engagetree.render.marks.stages import Level, stages
from engagetree.render.research import say
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import DRAWN, Block, narrowed, not_drawn
from engagetree.research.model import Shown
from engagetree.research.quality import BUILT_IN, Rubric, built_in

LEVEL = "_level"
NOT_ENGAGEMENT = {
    "support": "This is how the institution judges its support for engagement. It says nothing of any activity.",
    "reporting": "This is how completely involvement is reported, not how good it was.",
    "engagement": "",
}
RADAR = "edge"
FEW = 2  # units, up to which each has a figure of its own
AIM = "_aspiration"
SHOWN = (LEVEL, AIM, "_ratings", "_criteria", "_lowest", "_median", "_total")


def _known(key: str) -> Rubric | None:
    return built_in(key) if key in BUILT_IN else None


def figures(facts: Facts, key: str) -> list[Block]:
    """A figure for each unit that was rated by a rubric; a radar for EDGE."""
    values = [v for v in facts.all(key + LEVEL) if v.at("criterion")]
    units = tuple(dict.fromkeys(v.at("unit") or "" for v in values))
    each = [(unit, [v for v in values if (v.at("unit") or "") == unit]) for unit in units]
    if len(units) > FEW and _known(key) is not None:
        return [_many(facts, key, each)]
    return [_unit(facts, key, unit, mine) for unit, mine in each]


def _many(facts: Facts, key: str, each: list[tuple[str, list[Shown]]]) -> Block:
    """All units by all criteria in one figure: levels by number, and in words in the table."""
    rubric = built_in(key)
    rows = [(facts.called("unit", unit), [_steps(_of(mine, c.key), rubric) for c in rubric.criteria]) for unit, mine in each]
    table = tuple(
        (facts.called("unit", unit), *(level(facts, v, rubric) if (v := _of(mine, c.key)) else say.NONE for c in rubric.criteria))
        for unit, mine in each
    )
    heads = [c.label for c in rubric.criteria]
    ranks = ", ".join(f"{i} {lv.label}" for i, lv in enumerate(rubric.levels, 1))
    few = "Where raters agree too little their lowest and highest stand, and no level."
    sentence = f"Levels: {ranks}. {few} {NOT_ENGAGEMENT[rubric.measures]}".strip() + not_drawn(len(each), "units")
    drawing = svg.both(lambda w: stages(rows[:DRAWN], heads, w, len(rubric.levels)))
    figure = Figure(sentence, drawing, ("Unit", *heads), table, f"{rubric.label}: levels of {words.plural(len(each), 'unit')}")
    return Block(rubric.label, figure, tuple(f"{key}{part}" for part in SHOWN))


def _of(values: list[Shown], criterion: str) -> Shown | None:
    return next((v for v in values if v.at("criterion") == criterion), None)


def _steps(v: Shown | None, rubric: Rubric) -> Level | None:
    """A cell of the figure: the level by its number, the span of raters, or a dash."""
    if v is None:
        return None
    place = rank(v, rubric)
    if place is not None:
        return int(place), f"{place:.0f}"
    if not v.withheld and v.low is not None and v.high is not None:
        return None, f"{v.low:.0f}–{v.high:.0f}" if v.high > v.low else f"{v.low:.0f}?"
    return None, say.text(v)


def _unit(facts: Facts, key: str, unit: str, values: list[Shown]) -> Block:
    rubric = _known(key)
    label = rubric.label if rubric else facts.indicators[key + LEVEL].label.split(":")[0]
    title = words.clean(label) + (f": {words.clean(facts.called('unit', unit))}" if unit else "")
    names = tuple(lv.label for lv in rubric.levels) if rubric else ()
    sentence = f"{_summary(facts, values, rubric)} {NOT_ENGAGEMENT[rubric.measures] if rubric else ''}".strip()
    aims = {v.at("criterion"): v for v in facts.all(key + AIM) if (v.at("unit") or "") == unit}
    rows = tuple(_row(facts, v, rubric, aims.get(v.at("criterion"))) for v in values)
    head, rows = narrowed(("Criterion", "Level", "Aimed at", "Raters between", ">Ratings", "Year before", "What to know"), rows)
    figure = Figure(sentence, _drawing(facts, key, values, rubric, names, aims), head, rows, title)
    return Block(title, figure, tuple(f"{key}{part}" for part in SHOWN))


Aims = Mapping[str | None, Shown]


def _drawing(facts: Facts, key: str, values: list[Shown], rubric: Rubric | None, names: tuple[str, ...], aims: Aims) -> Markup:
    if rubric is None:
        return Markup("")
    if key == RADAR:
        order = {c.key: i for i, c in enumerate(rubric.criteria)}
        axes = [
            _axis(facts, v, rubric, aims.get(v.at("criterion")))
            for v in sorted(values, key=lambda v: order.get(v.at("criterion") or "", 99))
        ]
        before = "the year before" if any(a.before is not None for a in axes) else ""
        return svg.both(lambda w: radar(axes, names, w, before))
    rows = [Rating(_criterion(facts, v, rubric), rank(v, rubric), v.low, v.high, level(facts, v, rubric)) for v in values]
    return svg.both(lambda w: levels(rows, names, w))


def rank(v: Shown | None, rubric: Rubric | None) -> float | None:
    """The place of a level from 1, None where it is not known or withheld."""
    if v is None or v.withheld or rubric is None or not v.level:
        return None
    return next((float(i) for i, lv in enumerate(rubric.levels, 1) if lv.code == v.level), None)


def level(facts: Facts, v: Shown, rubric: Rubric | None) -> str:
    """A level by its name, else the text of the cell."""
    if v.withheld:
        return say.text(v)
    if rubric and not v.level and v.low is not None and v.high is not None:
        return " to ".join(dict.fromkeys(rubric.levels[int(x) - 1].label for x in (v.low, v.high)))
    found = next((lv.label for lv in rubric.levels if lv.code == v.level), "") if rubric and v.level else ""
    return found or (facts.label("level", v.level) if v.level else "") or say.text(v)


def _axis(facts: Facts, v: Shown, rubric: Rubric, aim: Shown | None) -> Axis:
    low, high = (None, None) if v.withheld else (v.low, v.high)
    return Axis(_criterion(facts, v, rubric), rank(v, rubric), low, high, rank(facts.before(v), rubric), rank(aim, rubric))


def _criterion(facts: Facts, v: Shown, rubric: Rubric | None) -> str:
    key = v.at("criterion") or ""
    if facts.release.label("criterion", key) != key or rubric is None:
        return facts.label("criterion", key)
    return next((c.label for c in rubric.criteria if c.key == key), facts.label("criterion", key))


def _row(facts: Facts, v: Shown, rubric: Rubric | None, aim: Shown | None) -> tuple[Cell, ...]:
    before = facts.before(v)
    spread = ""
    if rubric and not v.withheld and v.low is not None and v.high is not None and v.high > v.low:
        spread = f"{rubric.levels[int(v.low) - 1].label} to {rubric.levels[int(v.high) - 1].label}"
    told = [say.WITHHELD] if v.withheld else [v.reason if not v.level else "", *v.notes]
    what = "; ".join(words.clean(t).rstrip(".") for t in told if t)
    return (
        _criterion(facts, v, rubric),
        level(facts, v, rubric),
        level(facts, aim, rubric) if aim else "",
        spread,
        say.base(v),
        level(facts, before, rubric) if before else "",
        what,
    )


def _summary(facts: Facts, values: list[Shown], rubric: Rubric | None) -> str:
    """How many criteria stand at each level, and the lowest. No mean, no total."""
    if rubric is None:
        return "Levels have an order and no distances."
    ranks = [(rank(v, rubric), v) for v in values]
    counts = [(lv.label, sum(r == i for r, _ in ranks)) for i, lv in enumerate(rubric.levels, 1)]
    said = words.listing([f"{n} {name}" for name, n in reversed(counts) if n])
    gaps = sum(r is None for r, _ in ranks)
    low = min((r for r, _ in ranks if r is not None), default=None)
    weakest = [_criterion(facts, v, rubric) for r, v in ranks if r is not None and r == low]
    first = f"Of {words.count(len(values))}: {said}" if said else f"Nothing of {words.count(len(values))} has a level"
    lowest = f" Lowest: {words.listing(weakest)}." if said and len(weakest) < len(values) else ""
    return f"{first}{f'; {gaps} without a level' if gaps and said else ''}.{lowest}"
