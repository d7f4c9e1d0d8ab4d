"""Reach: who was reached, against a named baseline, with what chance and what missing answers leave open."""

from __future__ import annotations

from engagetree.render import words
from engagetree.render.figure import Cell as CellText
from engagetree.render.figure import Figure
from engagetree.render.marks import svg
from engagetree.render.marks.parity import Parity, parity
from engagetree.render.research import say
from engagetree.render.research.facts import NAMED, Facts
from engagetree.render.research.parts import Block, Section, lines, narrowed, rest
from engagetree.render.rounding import nearest
from engagetree.research.model import Cell, Shown

RATIO, GAP = "representation_ratio", "representation_gap"
MISSING = "missing"
HEAD = ("Group", ">Ratio", "Interval", "Missing answers leave", ">Gap, points", ">Answers", ">Missing", "Verdict")


def reach(facts: Facts) -> Section:
    """The section: a figure for each characteristic and each baseline that it is held against."""
    kinds = tuple(dict.fromkeys(_kind(v, facts) for v in facts.all(RATIO) if _grouped(v)))
    blocks = [_figure(facts, *kind) for kind in kinds]
    none = [v for v in facts.all(RATIO) if not _grouped(v)]
    blocks += [lines("What cannot be compared", none, facts)] if none else []
    blocks += rest(facts, "reach", {RATIO, GAP}, "How alike, and how many answered")
    return Section("reach", "Who was reached?", lead(facts), tuple(blocks))


def lead(facts: Facts) -> str:
    """How many groups are under- or over-represented, and how many cannot be told."""
    rows = [v for v in facts.all(RATIO) if not _bounds(v) and _grouped(v)]
    if not rows:
        why = say.reasons(facts.all(RATIO))
        return f"Who was reached is not known{f': {why}' if why else ', for no representation against a baseline can be shown'}."
    told = {w: tuple(dict.fromkeys(_told_of(v, facts) for v in rows if v.verdict.startswith(w))) for w in ("under", "over")}
    open_ = [v for v in rows if v.withheld or not v.verdict.startswith(("under", "over", "consistent"))]
    said = [f"{'Under' if w == 'under' else 'over'}-represented: {words.listing(names)}" for w, names in told.items() if names]
    first = "; ".join(said) if said else "No group is clearly under- or over-represented"
    said_of = words.small if len(rows) < len(words.SMALL) else words.count
    end = f" For {said_of(len(open_))} of {said_of(len(rows))} groups it cannot be told or is withheld." if open_ else ""
    return f"{words.upper(first)}.{end}"


def characteristic(v: Shown) -> str:
    """What it is about: the category of `characteristic`, else the first dimension of its cell."""
    return v.at("characteristic") or (v.cell[0][0] if v.cell else "")


def _kind(v: Shown, facts: Facts) -> tuple[str, str]:
    """Characteristic and baseline. A withheld value does not say its baseline: it stands with the others of its characteristic."""
    mine = characteristic(v)
    if v.baseline or not v.withheld:
        return mine, v.baseline
    return mine, next((o.baseline for o in facts.all(RATIO) if o.baseline and characteristic(o) == mine), "")


def _grouped(v: Shown) -> bool:
    """Whether it is about one group."""
    return any(d not in ("characteristic", "baseline") for d, _ in v.cell)


def _group(v: Shown, facts: Facts) -> str:
    own = [facts.called(d, c) for d, c in v.cell if d not in ("characteristic", "baseline")]
    return ", ".join(own) or facts.name(v.cell)


def _told_of(v: Shown, facts: Facts) -> str:
    """A group with what it is a group of: “age 16–24”."""
    return f"{words.lower(facts.label('characteristic', characteristic(v)))} {_group(v, facts)}"


def _bounds(v: Shown) -> bool:
    return MISSING in v.interval


def _figure(facts: Facts, kind: str, baseline: str) -> Block:
    mine = [v for v in facts.all(RATIO) if _grouped(v) and _kind(v, facts) == (kind, baseline)]
    cells = tuple(dict.fromkeys(v.cell for v in mine))
    pairs = [(_one(mine, c, False), _one(mine, c, True)) for c in cells]
    rows = [_parity(v or b, b, facts) for v, b in pairs]
    head, table = narrowed(HEAD, tuple(_row(v or b, b, facts) for v, b in pairs))
    base = facts.baseline(baseline)
    sentence = (
        f"The share of a group among those reached, divided by its share in the baseline: {base}." if base else "The baseline is not named."
    )
    sentence += f" {_told(mine)}"
    title = f"By {words.lower(facts.label('characteristic', kind))}"
    drawing = svg.both(lambda w: parity(rows, w))
    return Block(
        title, Figure(sentence, drawing, head, table, f"Representation ratio: {facts.label('characteristic', kind)}"), (RATIO, GAP)
    )


def _why(v: Shown) -> str:
    """A verdict with the reason that its notes give."""
    more = [n for n in v.notes if not NAMED.search(n)]
    return "; ".join(words.clean(t) for t in (v.verdict or v.reason, *more) if t)


def _points(gap: Shown | None) -> CellText:
    """A gap in percentage points with its sign; one that rounds to nothing is none."""
    if gap is None:
        return ""
    if gap.withheld or gap.value is None:
        return say.cell(gap)
    return "none" if nearest(gap.value) == 0 else words.signed(gap.value)


def _told(values: list[Shown]) -> str:
    clear = [v for v in values if v.verdict.startswith(("under", "over")) and not _bounds(v)]
    return (
        "A verdict is given only where the interval leaves out 1 and missing answers cannot turn it."
        if clear
        else "No verdict can be given here."
    )


def _one(values: list[Shown], cell: Cell, bounds: bool) -> Shown | None:
    return next((v for v in values if v.cell == cell and _bounds(v) == bounds), None)


def bounds(v: Shown | None, b: Shown | None) -> tuple[float | None, float | None]:
    """Between what the ratio lies whatever the missing answers are: a value of its own, or its own bounds."""
    if b is not None and not b.withheld:
        return b.low, b.high
    return (v.least, v.most) if v is not None and not v.withheld else (None, None)


def _parity(v: Shown | None, b: Shown | None, facts: Facts) -> Parity:
    if v is None or v.withheld:
        return Parity(_group(v, facts) if v else "", None, said=say.text(v), verdict=say.WITHHELD if v and v.withheld else "")
    low, high = bounds(v, b)
    inside = say.interval(v, None, kind=False)
    own = (None, None) if _bounds(v) else (v.low, v.high)
    said = f"{say.text(v)} ({inside})" if inside and not _bounds(v) else say.text(v)
    return Parity(_group(v, facts), v.value, *own, low, high, said, words.clean(v.verdict))


def _row(v: Shown | None, b: Shown | None, facts: Facts) -> tuple[CellText, ...]:
    if v is None:
        return ("",) * len(HEAD)
    gap = next((g for g in facts.all(GAP) if g.cell == v.cell and g.baseline == v.baseline), None)
    low, high = bounds(v, b)
    left = "–".join(say.ends(low, high)) if low is not None and high is not None else ""
    verdict = say.WITHHELD if v.withheld else _why(v)
    between = "" if _bounds(v) else say.interval(v)
    return (_group(v, facts), say.cell(v), between, left, _points(gap), say.base(v), say.missing(v), verdict)
