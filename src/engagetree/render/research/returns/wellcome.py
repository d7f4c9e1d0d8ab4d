"""Wellcome's outcomes of public engagement: for each what speaks for it and what is only extent, with the text that interprets it.

The outcomes are paraphrased in short words. That much was done and many were reached is shown, and is never enough.
"""

from __future__ import annotations

from engagetree.render import words
from engagetree.render.research import say
from engagetree.render.research.facts import Facts
from engagetree.render.research.returns.form import Answer, Form, Missing, Table, made
from engagetree.render.research.returns.narrative import NOTHING, Narrative
from engagetree.research.guards import lint_text
from engagetree.research.model import Release

OUTCOMES = {
    "use_of_research": (
        "People can find, use, question and make health research",
        ("involved_share", "follow_up_rate", "escalation_rate", "codevelopment_coverage"),
    ),
    "people_centred": (
        "What people have lived through improves decisions",
        ("feedback_closure", "board_voting_share", "board_influence_rate", "shared_governance_share", "coauthorship_share"),
    ),
    "valued_by_society": ("Society sees the worth of the work", ("partner_continuity", "backed_claims_share")),
}  # fmt: skip
EXTENT = ("events", "attendances", "unique_participants", "participant_hours")


def wellcome(release: Release, narrative: Narrative = NOTHING) -> Form:
    """What speaks for each outcome, what is only extent, and the texts."""
    facts = Facts.of(release)
    rows = tuple((label, *row) for label, keys in OUTCOMES.values() for row in _rows(facts, keys))
    extent = _rows(facts, EXTENT)
    answers = tuple(
        Answer(label, narrative.text("wellcome", key), narrative.limits.get("wellcome")) for key, (label, _) in OUTCOMES.items()
    )
    notes = (
        "How deep engagement went is not the aim by itself: what fits the purpose is.",
        "Attention is left out: it is not evidence of an outcome.",
        "Outcomes are paraphrased; the strategy’s own wording is Wellcome’s.",
    )
    head = ("Indicator", ">Value", "What to know")
    tables = (
        Table("Outcomes", ("Outcome", *head), rows),
        Table("Extent", head, extent, "This says that engagement happened, not what came of it."),
    )
    missing = tuple(_missing(facts, narrative, answers))
    return made(
        release, "wellcome", "Public engagement by outcome", "Wellcome", tables=tables, answers=answers, missing=missing, notes=notes
    )


def _rows(facts: Facts, keys: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    found = [(facts.indicators.get(k), v) for k in keys if (v := facts.whole(k)) is not None]
    return tuple(
        (words.clean(i.label if i else v.indicator), say.phrase(v, i), "; ".join(words.clean(n) for n in v.notes)) for i, v in found
    )


def _missing(facts: Facts, narrative: Narrative, answers: tuple[Answer, ...]) -> list[Missing]:
    out = []
    for (key, (label, keys)), answer in zip(OUTCOMES.items(), answers, strict=True):
        if not any(say.known(facts.whole(k)) for k in keys):
            out.append(
                Missing(
                    label,
                    "no indicator of depth or quality speaks for it; numbers of events and people are not enough",
                    "Record what it rests on.",
                )
            )
        if not answer.text:
            out.append(Missing(label, "no text that says what came of it", f"Write it in the narrative, `wellcome: {key}:`."))
        if answer.limit and answer.words > answer.limit:
            out.append(
                Missing(label, f"{words.count(answer.words - answer.limit)} words too many", f"Shorten to {words.count(answer.limit)}.")
            )
        out += [Missing(label, f.found, f.do, False) for f in lint_text(answer.text)]
    if not (facts.all("coded_items") or facts.all("coded_evidence")):
        out.append(Missing("Evidence", "no coded qualitative evidence is on file", "Code what people said, for and against.", False))
    return out
