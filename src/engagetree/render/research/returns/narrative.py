"""What people write themselves for a return: a YAML file with a text for each question, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engagetree.definition.document import Part, UnreadableError, document
from engagetree.errors import DefinitionError, Problem, near

QUESTIONS: dict[str, tuple[str, ...]] = {
    "kef": ("strategy", "support", "activity", "results", "acting"),
    "hebci": ("online", "other"),
    "gripp2": ("aim", "methods", "results", "results_negative", "discussion", "discussion_negative", "reflections"),
    "wellcome": ("use_of_research", "people_centred", "valued_by_society"),
}


@dataclass(frozen=True)
class Narrative:
    """Texts by return and question; `limits` are the words allowed, where the institution has written that down."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)

    def text(self, of: str, question: str) -> str:
        """A text, "" where none was written."""
        return self.texts.get(of, {}).get(question, "").strip()


NOTHING = Narrative()


def narrative(text: str, path: str = "narrative.yml") -> Narrative:
    """A narrative from YAML. Raises DefinitionError with every problem in it.

    >>> narrative("kef:\\n  strategy: We asked first.").text("kef", "strategy")
    'We asked first.'
    """
    try:
        root, problems = document(text)
    except UnreadableError as wrong:
        raise DefinitionError(path, [wrong.problem]) from None
    if not isinstance(root.value, dict):
        raise DefinitionError(path, [Problem(root.line, path, "is no mapping", f"Write a text below {', '.join(QUESTIONS)}.")])
    texts: dict[str, dict[str, str]] = {}
    limits: dict[str, int] = {}
    for key, part in root.value.items():
        if key == "limits":
            limits |= _limits(part, problems)
        elif key in QUESTIONS:
            texts[key] = _texts(key, part, problems)
        else:
            problems.append(
                Problem(part.line, key, "is no return that has texts", near(key, QUESTIONS) or f"They are {', '.join(QUESTIONS)}.")
            )
    if any(p.level == "error" for p in problems):
        raise DefinitionError(path, problems)
    return Narrative(texts, limits)


def _texts(of: str, part: Part, problems: list[Problem]) -> dict[str, str]:
    if not isinstance(part.value, dict):
        problems.append(Problem(part.line, of, "is no mapping of questions to texts", f"The questions are {', '.join(QUESTIONS[of])}."))
        return {}
    found = {}
    for question, told in part.value.items():
        if question not in QUESTIONS[of]:
            do = near(question, QUESTIONS[of]) or f"The questions are {', '.join(QUESTIONS[of])}."
            problems.append(Problem(told.line, f"{of}: {question}", "is no question of this return", do))
        elif told.value is not None and not isinstance(told.value, (str, int, float)):
            problems.append(Problem(told.line, f"{of}: {question}", "is no text", "Write the text after a `|`, indented."))
        elif told.value is not None:
            found[question] = str(told.value)
    return found


def _limits(part: Part, problems: list[Problem]) -> dict[str, int]:
    found = {}
    for key, told in part.value.items() if isinstance(part.value, dict) else ():
        if key not in QUESTIONS or not isinstance(told.value, int) or isinstance(told.value, bool) or told.value < 1:
            problems.append(Problem(told.line, f"limits: {key}", "is no number of words for a return", "Write for example `kef: 2000`."))
        else:
            found[key] = told.value
    return found
