"""Depth: how far people took part, who decided with us, who came back."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.marks import svg
from engagetree.render.marks.ladder import Part, ladder
from engagetree.render.marks.shares import Share
from engagetree.render.marks.shares import shares as drawn_shares
from engagetree.render.marks.stages import Level, stages
from engagetree.render.research import say
from engagetree.render.research.boards import boards
from engagetree.render.research.facts import Facts, ordered
from engagetree.render.research.parts import DRAWN, HEAD, Block, Section, given, narrowed, rest, rows_of
from engagetree.research.model import Shown
from engagetree.research.vocabulary import RIGHTS

SHARED = ("depth_activities", "depth_hours")
DEEP = ("involved_share", "depth_fit")
STAGE, COVERAGE = "codevelopment_stage", "codevelopment_coverage"
AUTHORS = ("coauthorship_share", "coauthorship_share_all", "coauthorship_fractional", "coauthorship_healthcare_share")
ROLES = ("decision_rights", "shared_governance_share")
BACK = ("follow_up_rate", "follow_up_estimate", "escalation_rate", "feedback_closure", "partner_continuity")


def depth(facts: Facts) -> Section:
    """The section."""
    made = (
        _distribution(facts),
        _stages(facts),
        *boards(facts),
        _rights(facts),
        _shares(facts, "Who writes with us?", AUTHORS),
        _back(facts),
    )
    blocks = [b for b in made if b is not None]
    used = {key for b in blocks for key in b.shows}
    blocks += rest(facts, "depth", used)
    return Section("depth", "How far did people take part?", lead(facts), tuple(blocks))


def lead(facts: Facts) -> str:
    """The share at D3 or deeper, with its interval and the unknown."""
    value = facts.whole(DEEP[0])
    if value is None:
        return "How deep the year went is not known."
    if not say.known(value):
        return f"How deep the year went is {say.phrase(value)}."
    unknown = f" Of {say.missing(value)} the depth is not known." if value.missing else ""
    return f"{say.told(value, facts)} of events with a known depth involved people or went further (D3 or deeper).{unknown}"


def _distribution(facts: Facts) -> Block | None:
    """By activities and by participant-hours, side by side."""
    sides = [(key, {v.at("depth") or "": v for v in facts.split(key, "depth")}) for key in SHARED]
    levels = ordered("depth", (d for _, held in sides for d in held))
    if not levels:
        return None
    sides = [(key, held) for key, held in sides if held]
    heads = ["of activities" if key == SHARED[0] else "of participant-hours" for key, _ in sides]
    rows = [(facts.called("depth", d), [_part(held.get(d)) for _, held in sides]) for d in levels]
    table = tuple((facts.called("depth", d), *(say.cell(held.get(d)) for _, held in sides)) for d in levels)
    note = "Deeper is not better by itself: what fits the purpose is. Where evidence was missing the level counts as lower."
    unknown = next((v for _, held in sides for v in held.values() if v.missing and not v.withheld), None)
    note += f" Not in the bars: {say.missing(unknown)} events whose depth is not known." if unknown is not None else ""
    figure = Figure(
        _two(facts, sides),
        svg.both(lambda w: ladder(rows, heads, w)),
        ("Depth", *(f">{words.upper(h)}" for h in heads)),
        table,
        "Depth by activities and by participant-hours",
    )
    return Block("Depth, by activities and by hours", figure, SHARED, note)


def _two(facts: Facts, sides: list[tuple[str, dict[str, Shown]]]) -> str:
    first = [(held.get("D1"), key) for key, held in sides]
    said = [
        f"{say.text(v)} of {'activities' if key == SHARED[0] else 'participant-hours'}"
        for v, key in first
        if v is not None and say.known(v)
    ]
    return f"{words.listing(said)} stayed at D1 Inform, one way." if said else ""


def _part(v: Shown | None) -> Part | None:
    return None if v is None else Part(v.value if not v.withheld else None, say.text(v), bool(v.withheld))


def _stages(facts: Facts) -> Block | None:
    """Partner or project by stage, with the deepest level of each."""
    other = next((d for b in facts.breakdowns(STAGE) if "stage" in b for d in b if d != "stage"), "")
    whole = {("", v.at("stage") or ""): v for v in facts.split(STAGE, "stage")}
    down, _, parts = facts.grid(STAGE, other, "stage") if other else ((), (), {})
    held = whole | parts
    across = ordered("stage", (s for _, s in held))
    if not held:
        return None
    rows = [
        (facts.called(other, r) if r else "The deepest of all", [_level(held.get((r, c))) for c in across])
        for r in (("",) if whole else ()) + down
    ]
    heads = [facts.called("stage", c) for c in across]
    table: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(say.cell(held.get((r, c))) for c in across)) for r, (name, _) in zip((("",) if whole else ()) + down, rows, strict=True)
    )
    coverage = facts.whole(COVERAGE)
    sentence = "The deepest level at which a partner took part at each stage."
    if coverage is not None:
        sentence += f" Partners shared decisions (D4 or deeper) at {say.told(coverage, facts)} of the stages that apply."
    head = (words.upper(other) or "Partners", *heads)
    by_stage = {v.at("stage"): v for v in facts.split(COVERAGE, "stage")}
    if coverage is not None:
        head, table = (*head, ">All stages"), tuple((*row, "") for row in table)
        table += (("Projects at D4 or deeper", *(say.cell(by_stage.get(c)) for c in across), say.phrase_cell(coverage, facts)),)
    figure = Figure(sentence, svg.both(lambda w: stages(rows[:DRAWN], heads, w)), head, table, "Co-development by stage")
    return Block("Who makes research with us, from start to end?", figure, (STAGE, COVERAGE), _not_there(list(held.values())))


def _not_there(values: list[Shown]) -> str:
    why = say.reasons(values)
    return f"{say.NONE} {why}." if why else ""


def _level(v: Shown | None) -> Level | None:
    if v is None:
        return None
    if v.withheld or not say.known(v):
        return None, say.text(v)
    code = v.level or v.text
    return (int(code[1:]) if code[:1] == "D" and code[1:2].isdigit() else None), say.text(v)


def _rights(facts: Facts) -> Block | None:
    """Decision roles by right: how many of each partners hold, out of all with that right."""
    share = facts.whole(ROLES[1])
    by_right = facts.split(ROLES[1], "right")
    if not by_right:
        return _shares(facts, "Who decides with us?", ROLES)
    rows = [(facts.called("right", v.at("right") or ""), [_part(v)]) for v in by_right if say.known(v) or v.withheld]
    held = {v.at("right"): v for v in facts.split(ROLES[0], "right")}
    table: tuple[tuple[Cell, ...], ...] = tuple(
        (facts.called("right", r), _stands_for(r), say.cell(held.get(r)), say.cell(v)) for v in by_right for r in [v.at("right") or ""]
    )
    sentence = "A seat without a vote is not collaboration: rights are shown one by one."
    if share is not None:
        table += (("All rights", "", say.cell(facts.whole(ROLES[0])), say.phrase_cell(share, facts)),)
        sentence = f"Partners hold {say.told(share, facts)} of decision roles. {sentence}"
    head = ("Right", "Stands for", ">Held by partners", ">Of all with this right")
    heads = ["Held by partners, of all roles with this right"]
    figure = Figure(sentence, svg.both(lambda w: ladder(rows, heads, w)), head, table, "Decision roles by right")
    return Block("Who decides with us?", figure, ROLES, f"{say.NONE}: there is no role with this right.")


def _stands_for(right: str) -> str:
    return RIGHTS[right][0] if right in RIGHTS else ""


def _back(facts: Facts) -> Block | None:
    return _shares(facts, "Who came back, and who heard what became of it?", BACK)


def _shares(facts: Facts, title: str, keys: tuple[str, ...]) -> Block | None:
    """Shares with their intervals, a row each, on one scale of 0–100 %."""
    values = [v for key in keys for v in (given([facts.whole(key)]) or [v for v in facts.all(key) if len(v.cell) == 1])]
    if not values:
        return None
    rows = [_share(v, facts) for v in values]
    head, table = narrowed(HEAD, rows_of(values, facts))
    shares = [r for r, v in zip(rows, values, strict=True) if say.is_share(v, facts.indicators.get(v.indicator))]
    drawing = svg.both(lambda w: drawn_shares(shares, w)) if shares else Markup("")
    return Block(title, Figure(_first(values, facts), drawing, head, table, title.rstrip("?")), keys)


def _first(values: list[Shown], facts: Facts) -> str:
    v = next((v for v in values if say.known(v)), None)
    if v is None:
        return f"Not known. {say.reasons(values)}".strip()
    indicator = facts.indicators.get(v.indicator)
    drawn = [w for w in values if not w.withheld and w.low is not None and w.high is not None]
    kinds = [
        f"{mark}: {words.listing(names)}."
        for mark, names in (
            ("Line", list(dict.fromkeys(w.interval or "interval" for w in drawn if not _bounds(w)))),
            ("Bar", list(dict.fromkeys(w.interval for w in drawn if _bounds(w)))),
        )
        if names
    ]
    return " ".join([f"{words.clean(indicator.label if indicator else v.indicator)}: {say.phrase(v, indicator)}.", *kinds])


def _bounds(v: Shown) -> bool:
    """Whether its ends are what unknown answers leave open, and not chance."""
    return "bounds" in v.interval


def _share(v: Shown, facts: Facts) -> Share:
    indicator = facts.indicators.get(v.indicator)
    label = (indicator.label if indicator else v.indicator) + (f": {facts.name(v.cell)}" if v.cell else "")
    if v.withheld or v.value is None:
        return Share(label, None, None, None, say.text(v))
    return Share(label, v.value, v.low, v.high, say.text(v), _bounds(v))
