"""NIHR, GRIPP2 short form: how involvement is reported, item by item, bad outcomes as well as good ones.

The names of the items are engagetree's own short words. What is measured is how completely it is reported, never how good it was.
"""

from __future__ import annotations

from engagetree.render import words
from engagetree.render.research import rubrics, say
from engagetree.render.research.facts import Facts
from engagetree.render.research.returns.form import Answer, Form, Missing, Table, made
from engagetree.render.research.returns.narrative import NOTHING, Narrative
from engagetree.research.model import Release, Shown
from engagetree.research.quality import built_in

ITEMS = {
    "aim": "Aim: why the public was involved",
    "methods": "Methods: how",
    "results": "Results: what came of it, for the better",
    "results_negative": "Results: what came of it, for the worse",
    "discussion": "Influence on the study, for the better",
    "discussion_negative": "Influence on the study, for the worse",
    "reflections": "Reflections: what went well and what did not",
}
LABEL = "Reporting completeness"


def gripp2(release: Release, narrative: Narrative = NOTHING, unit: str = "") -> Form:
    """The short form of one project."""
    facts = Facts.of(release)
    units = tuple(dict.fromkeys(v.at("unit") or "" for v in facts.all("gripp2_level")))
    chosen = unit or (units[0] if units else "")
    rubric = built_in("gripp2")
    found = {
        c.key: next((v for v in facts.all("gripp2_level") if v.at("criterion") == c.key and (v.at("unit") or "") == chosen), None)
        for c in rubric.criteria
    }
    rows = tuple((c.label, rubrics.level(facts, v, rubric) if (v := found[c.key]) else say.NONE, _about(v)) for c in rubric.criteria)
    whole = next((v for v in facts.all("gripp2_completeness") if (v.at("unit") or "") == chosen), None)
    answers = tuple(Answer(label, narrative.text("gripp2", key)) for key, label in ITEMS.items())
    indicator = facts.indicators.get("gripp2_completeness")
    notes = (
        f"{LABEL}: {say.phrase(whole, indicator)} of the items that apply. It is not the quality of the involvement.",
        "GRIPP2 is by Staniszewska and others, 2017; its wording is not repeated here.",
    )
    table = Table("Items", ("Item", "Reported", "What to know"), rows)
    missing = tuple(_missing(found, narrative, units, chosen))
    title = "GRIPP2 short form" + (f": {chosen}" if chosen else "")
    return made(release, "gripp2", title, "NIHR", tables=(table,), answers=answers, missing=missing, notes=notes)


def _about(v: Shown | None) -> str:
    return "; ".join((*((v.reason,) if v.reason else ()), *v.notes)) if v is not None and not v.withheld else ""


def _missing(found: dict[str, Shown | None], narrative: Narrative, units: tuple[str, ...], chosen: str) -> list[Missing]:
    out = []
    if len(units) > 1:
        rest = words.listing([u for u in units if u != chosen])
        out.append(Missing("Project", f"{chosen} is shown; {rest} were assessed too", "Make a form for each.", False))
    for key, v in found.items():
        if v is None or not say.known(v):
            out.append(Missing(words.upper(key), "not assessed", "Say whether it is present, partial, absent or does not apply."))
    for key, label in ITEMS.items():
        if not narrative.text("gripp2", key):
            negative = key.endswith("_negative")
            do = "Write it, or write that cases against were looked for and none was found." if negative else "Write it in the narrative."
            out.append(Missing(label.split(",")[0] if not negative else label, "no text", do))
    return out
