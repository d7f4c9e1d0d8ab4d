"""Against the year before: what changed, what is no clear change, and what may not be compared, with the reason."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.research import say
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import Block, Section
from engagetree.render.rounding import nearest
from engagetree.research.model import Shown

NO_CHANGE = "no clear change"
BY_ONE = ("depth_activities", "depth_hours", "estimated_reach")
ROUNDED_TO = {"hesa": 5, "lt5": 5}
"""To what a profile rounds counts of people: a change of no more than this may be rounding alone."""


def since(facts: Facts) -> Section:
    """The section: a row for each value of the whole institution that has one of the year before."""
    pairs = [(v, facts.before(v)) for i in facts.release.indicators for v in facts.all(i.key) if _compared(v)]
    rows = [
        (v, b, *change(v, b, facts)) for v, b in pairs if b is not None and any(say.known(x) or say.banded(x) or x.withheld for x in (v, b))
    ]
    told = [(v, b, said, why) for v, b, said, why in rows if said or why]
    table = tuple(_row(v, b, said, why, facts) for v, b, said, why in told)
    before = next((b.year for _, b, _, _ in told), "")
    head = ("Indicator", f">{before}", f">{facts.release.year.key}", ">Change", "What to know")
    figure = Figure("", Markup(""), head, table, f"Against {before}")
    lead = _lead(told, before, facts)
    return Section("since", "What changed against the year before?", lead, (Block("Year against year", figure),) if table else ())


def _compared(v: Shown) -> bool:
    """Wholes, the depths, estimates by how they were made, levels: not every cell of every table."""
    return not v.cell or (v.indicator in BY_ONE and len(v.cell) == 1) or (bool(v.level) and v.at("criterion") is not None)


def change(v: Shown, b: Shown | None, facts: Facts) -> tuple[str, str]:
    """The change in words and, where there is none to give, why not."""
    indicator = facts.indicators.get(v.indicator)
    if b is None:
        return "", "not measured in the year before"
    why = _not_comparable(v, b, facts)
    if why:
        return "", f"not comparable: {why}"
    if v.value is None or b.value is None:
        if v.level and b.level:
            return ("no change" if v.level == b.level else "another level"), ""
        return "", "ranges are not set against each other"
    if v.indicator == "estimated_reach":
        return "", "estimates are not set against each other"
    moved = v.value - b.value
    if _overlap(v, b):
        return NO_CHANGE, "the intervals overlap"
    if say.is_share(v, indicator):
        if any(x.denominator is not None and x.denominator < words.ENOUGH for x in (v, b)):
            return "", "too few for percentages"
        points = nearest(100 * v.value) - nearest(100 * b.value)
        return (NO_CHANGE, "") if not points else (f"{words.signed(points)} {'point' if abs(points) == 1 else 'points'}", "")
    step = ROUNDED_TO.get(facts.release.profile, 1)
    people = indicator is not None and indicator.counts in ("people", "attendances")
    if people and step > 1 and abs(moved) <= step:
        return NO_CHANGE, "no more than rounding"
    return _signed(v, b), ""


def _signed(v: Shown, b: Shown) -> str:
    """The difference of the two numbers as they are printed."""
    now, then = v.value or 0.0, b.value or 0.0
    whole = "." not in v.text and "." not in b.text
    moved = nearest(now) - nearest(then) if whole else now - then
    said = words.count(nearest(abs(moved))) if whole else say.figures(abs(moved))
    return f"{'+' if moved > 0 else words.MINUS}{said}" if moved and said != "0" else "no change"


def _overlap(v: Shown, b: Shown) -> bool:
    if v.low is None or v.high is None or b.low is None or b.high is None or v.low == v.high:
        return False
    return v.low <= b.high and b.low <= v.high


def _not_comparable(v: Shown, b: Shown, facts: Facts) -> str:
    if v.withheld or b.withheld:
        return "one of the two is withheld"
    if say.banded(v) or say.banded(b):
        return "one of the two is too small for a number"
    if not say.known(v) or not say.known(b):
        return "one of the two is not known"
    if v.count_method != b.count_method:
        return f"counted by {_method(v, facts)} now, by {_method(b, facts)} before"
    if v.baseline != b.baseline:
        return "another baseline"
    if v.unit != b.unit:
        return "another unit"
    return next((words.lower(words.clean(n)).rstrip(".") for n in (*b.notes, *v.notes) if "comparable" in n.lower()), "")


def _method(v: Shown, facts: Facts) -> str:
    return words.lower(facts.label("count_method", v.count_method)) if v.count_method else "an unknown method"


def _row(v: Shown, b: Shown, said: str, why: str, facts: Facts) -> tuple[Cell, ...]:
    indicator = facts.indicators.get(v.indicator)
    label = words.clean(indicator.label if indicator else v.indicator) + (f": {facts.name(v.cell)}" if v.cell else "")
    return (label, say.cell(b), say.cell(v), said or say.NONE, why)


def _lead(rows: list[tuple[Shown, Shown, str, str]], before: str, facts: Facts) -> str:
    if not rows:
        blocked = any(f.rule == "EM-07" for f in facts.findings("block", "error"))
        return (
            "Nothing of the year before can be shown."
            if not blocked
            else "What was recorded of the year before may not be compared: see the findings."
        )
    clear = [r for r in rows if r[2] and r[2] not in (NO_CHANGE, "no change")]
    unclear, apart = sum(r[2] in (NO_CHANGE, "no change") for r in rows), sum(not r[2] for r in rows)
    said = [f"{words.plural(len(clear), 'number')} changed against {before}", f"{words.count(unclear)} did not clearly"]
    said += [f"{words.count(apart)} cannot be compared"] if apart else []
    return f"{words.listing(said)}. Compared are numbers as published, so that rounding counts as no change."
