"""One's own KEF self-assessment with what named others published beside it: a table without an order, a drawing would make one."""

from __future__ import annotations

from engagetree.render import words
from engagetree.render.figure import Figure
from engagetree.render.research import rubrics, say
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import NO_DRAWING, Block
from engagetree.research.model import Shown
from engagetree.research.quality import built_in
from engagetree.research.quality.beside import KEY

TITLE = "What others published beside one’s own"
SAYS = (
    "Every provider judged itself, in the same year, cluster and version of the KEF. Columns stand in the order in which the institution "
    "names them; they are no ranking."
)


def others(facts: Facts) -> tuple[Block, ...]:
    """A row for each aspect: one's own level, then what each provider published; nothing where nobody may stand beside it."""
    theirs, own = facts.all(KEY), [v for v in facts.all(f"kef{rubrics.LEVEL}") if v.at("criterion")]
    units = tuple(dict.fromkeys(v.at("unit") or "" for v in own))
    unit = units[0] if len(units) == 1 else next((u for u in units if u == facts.release.institution.name), None)
    if not theirs or unit is None:
        return ()
    rubric = built_in("kef")
    levels = {v.at("criterion"): v for v in own if (v.at("unit") or "") == unit}
    cells = {(v.at("provider"), v.at("criterion")): v for v in theirs}
    providers = tuple(dict.fromkeys(v.at("provider") or "" for v in theirs))
    rows = tuple(
        (
            c.label,
            _own(facts, levels, c.key),
            *(say.cell(cells.get((p, c.key))) for p in providers),
        )
        for c in rubric.criteria
    )  # fmt: skip
    ranks = ", ".join(f"{level.code} {level.label}" for level in rubric.levels)
    head = ("Aspect", f"{words.clean(unit)} (own)", *(facts.called("provider", p) for p in providers))
    return (Block(TITLE, Figure(SAYS, NO_DRAWING, head, rows, TITLE), (KEY,), f"Levels: {ranks}."),)


def _own(facts: Facts, levels: dict[str | None, Shown], criterion: str) -> str:
    """A level by its number and name, as the others are numbers."""
    v, rubric = levels.get(criterion), built_in("kef")
    if v is None:
        return say.NONE
    place, called = rubrics.rank(v, rubric), rubrics.level(facts, v, rubric)
    return called if place is None else f"{place:.0f} {called}"
