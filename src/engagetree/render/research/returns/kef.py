"""UKRI's Knowledge Exchange Framework, public and community engagement: five aspects, each with its score and its text.

The names of the aspects are engagetree's own short words; the template's wording is UKRI's and is not shipped.
"""

from __future__ import annotations

from engagetree.render import words
from engagetree.render.research import rubrics, say
from engagetree.render.research.facts import Facts
from engagetree.render.research.returns.form import Answer, Form, Missing, Table, made
from engagetree.render.research.returns.narrative import NOTHING, QUESTIONS, Narrative
from engagetree.research.guards import lint_text
from engagetree.research.model import Release, Shown
from engagetree.research.quality import built_in

WORDS = 2000
"""Of the whole narrative, as in the first round; `limits: kef:` of the narrative says otherwise."""


def kef(release: Release, narrative: Narrative = NOTHING, unit: str = "") -> Form:
    """The five scores with their spread, the texts with their words, and what is missing. `unit` where several were assessed."""
    facts = Facts.of(release)
    rubric, chosen = built_in("kef"), unit or _unit(facts)
    scores = {c.key: _score(facts, chosen, c.key) for c in rubric.criteria}
    rows = tuple(
        (c.label, _number(scores[c.key]), rubrics.level(facts, s, rubric) if (s := scores[c.key]) else say.NONE, _about(s))
        for c in rubric.criteria
    )
    answers = tuple(Answer(c.label, narrative.text("kef", c.key), beside=f"Score: {_said(scores[c.key])}") for c in rubric.criteria)
    limit = narrative.limits.get("kef", WORDS)
    mean = next((v for v in facts.all("kef_mean") if (v.at("unit") or "") == chosen), None)
    notes = [
        "Each aspect is scored 1 to 5 by the institution itself. It measures support for engagement, not the engagement (EM-11).",
        f"Words in all: {words.count(sum(a.words for a in answers))} of at most {words.count(limit)}.",
    ]
    if mean is not None and say.known(mean):
        caveat = "levels are treated as equally far apart by the scheme, which nothing shows"
        notes.insert(1, f"Mean of the five: {say.text(mean)}, total {_total(scores)} of 25; {caveat}.")
    table = Table("Self-assessment", ("Aspect", ">Score", "Level", "What to know"), rows)
    missing = tuple(_missing(facts, scores, answers, limit, chosen))
    title = "KEF: public and community engagement"
    return made(release, "kef", title, "UK Research and Innovation", tables=(table,), answers=answers, missing=missing, notes=tuple(notes))


def _unit(facts: Facts) -> str:
    return next((v.at("unit") or "" for v in facts.all("kef_level")), "")


def _score(facts: Facts, unit: str, criterion: str) -> Shown | None:
    return next((v for v in facts.all("kef_level") if v.at("criterion") == criterion and (v.at("unit") or "") == unit), None)


def _number(v: Shown | None) -> int | None:
    return int(v.level) if v is not None and not v.withheld and v.level.isdigit() else None


def _total(scores: dict[str, Shown | None]) -> str:
    found = [_number(v) for v in scores.values()]
    return words.count(sum(n for n in found if n is not None)) if all(n is not None for n in found) else say.NONE


def _said(v: Shown | None) -> str:
    n = _number(v)
    return say.NONE if n is None else f"{n} of 5"


def _about(v: Shown | None) -> str:
    return "; ".join((*((v.reason,) if v.reason else ()), *v.notes)) if v is not None and not v.withheld else ""


def _missing(facts: Facts, scores: dict[str, Shown | None], answers: tuple[Answer, ...], limit: int, unit: str) -> list[Missing]:
    out = []
    others = {v.at("unit") or "" for v in facts.all("kef_level")} - {unit}
    if others:
        out.append(
            Missing("Unit", f"{words.clean(unit)} is shown; {words.listing(sorted(others))} were assessed too", "Name the unit.", False)
        )
    for key, question in zip(QUESTIONS["kef"], answers, strict=True):
        score = scores[key]
        if _number(score) is None:
            why = say.reasons([score]) or "nobody rated it"
            out.append(Missing(question.question, f"no score: {why}", "Rate it from 1 to 5 with what it rests on."))
        elif score is not None and any("asserted" in n for n in score.notes):
            out.append(Missing(question.question, "the score is asserted: no evidence is on file", "File what it rests on.", False))
        if not question.text:
            out.append(Missing(question.question, "no text", f"Write it in the narrative, `kef: {key}:`."))
        out += [Missing(question.question, f.found, f.do, False) for f in lint_text(question.text)]
    total = sum(a.words for a in answers)
    if total > limit:
        out.append(
            Missing(
                "Texts", f"{words.count(total)} words, {words.count(total - limit)} too many", f"Shorten to {words.count(limit)} words."
            )
        )
    if not facts.release.institution.identifier:
        out.append(Missing("Identifier", "the institution has none", "Write its UKPRN in institution.yml.", False))
    return out
