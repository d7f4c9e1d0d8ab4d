"""What a cell of reach says: an answer, “prefer not to say”, “not asked” or nothing. These are four different things and stay so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engagetree.cells import Fault, said
from engagetree.engine import literal
from engagetree.research.readers.cells import v, x
from engagetree.research.readers.words import spelt

REFUSED = ("prefer_not_to_say", "prefer_not_say", "pnts", "rather_not_say", "do_not_wish_to_say", "refused", "prefer_not_to_answer")
UNASKED = ("not_asked", "question_not_asked", "n_a", "na", "not_applicable")
SILENT = ("no_reply", "no_answer", "not_answered", "blank", "missing")
UNCLEAR = ("unknown", "not_known", "prefer_not_to_say_not_asked", "unknown_prefer_not_to_say")
DO = "Write which it was: prefer not to say, not asked, or no reply."


def heard(text: str) -> str:
    """How a cell is to be taken: one of `vocabulary.ASKED`, or "unclear".

    >>> heard("Prefer not to say"), heard("N/A"), heard("Black Caribbean"), heard("Prefer not to say / not asked")
    ('prefer_not_to_say', 'not_asked', 'answered', 'unclear')
    """
    word = spelt(text)
    kinds = [kind for kind, words in (("prefer_not_to_say", REFUSED), ("not_asked", UNASKED), ("no_reply", SILENT)) if word in words]
    if kinds:
        return kinds[0]
    mixed = sum(bool(re.search(p, word)) for p in (r"prefer_not|pnts|refus", r"not_asked", r"unknown|no_reply|not_known"))
    return "unclear" if word in UNCLEAR or mixed > 1 else "answered"


def by_answers(found: Iterable[str]) -> dict[str, tuple[str, list[Fault]]]:
    """The values of `answer` and `asked` where the file has no column of its own for what was asked."""
    kinds = {text: heard(text) for text in found}
    return {"answer": _answer(kinds), "asked": (_asked(kinds), _unclear(kinds))}


def beside(found: Iterable[str]) -> dict[str, tuple[str, list[Fault]]]:
    """The value of `answer` where `asked` has a column: both have to agree."""
    kinds = {text: heard(text) for text in found}
    value, _ = _answer(kinds)
    return {
        "answer": (
            value,
            [
                Fault(
                    f"{v('asked')} = 'answered' AND {v('answer')} IS NULL",
                    "answered without an answer",
                    literal("asked says answered, and there is no answer"),
                ),
                Fault(
                    f"{v('asked')} <> 'answered' AND {v('answer')} IS NOT NULL",
                    "an answer that was not given",
                    said("answer", x("answer"), "stands beside an `asked` that says there is none"),
                ),
                *_unclear(kinds),
            ],
        )
    }


def _answer(kinds: Mapping[str, str]) -> tuple[str, list[Fault]]:
    none = [literal(text) for text, kind in kinds.items() if kind != "answered"]
    cell = x("answer")
    return (f"CASE WHEN {cell} NOT IN ({', '.join(none)}) THEN {cell} END" if none else cell), []


def _asked(kinds: Mapping[str, str]) -> str:
    whens = " ".join(f"WHEN {literal(text)} THEN {literal(kind)}" for text, kind in kinds.items() if kind not in ("answered", "unclear"))
    cell = x("answer")
    said = f"CASE {cell} {whens} ELSE 'answered' END" if whens else "'answered'"
    return f"CASE WHEN {cell} IS NULL THEN 'no_reply' ELSE {said} END"


def _unclear(kinds: Mapping[str, str]) -> list[Fault]:
    mixed = [literal(text) for text, kind in kinds.items() if kind == "unclear"]
    if not mixed:
        return []
    tail = f"says two things at once. {DO}"
    return [Fault(f"{x('answer')} IN ({', '.join(mixed)})", "prefer not to say and not asked are mixed", said("answer", x("answer"), tail))]
