"""Rubrics: what is judged, in which levels. The built-in ones are structure and short descriptors of our own, with a link to the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from engagetree.definition.document import document, plain
from engagetree.errors import DefinitionError, Problem, near

BUILT_IN = ("uk_standards", "kef", "edge", "gripp2")
MEASURES = ("engagement", "support", "reporting")
"""What a rubric is about. Only one that is about engagement itself can speak for the quality of an activity."""
SUMMARIES = ("mean", "total", "completeness")
NOT_APPLICABLE = ("not applicable", "not_applicable", "n/a", "na")


@dataclass(frozen=True)
class Level:
    """One level; `also` are other names by which it is accepted."""

    code: str
    label: str
    also: tuple[str, ...] = ()
    says: str = ""

    @property
    def names(self) -> frozenset[str]:
        """All names by which it is accepted, in small letters."""
        return frozenset(name.strip().lower() for name in (self.code, self.label, *self.also))


@dataclass(frozen=True)
class Criterion:
    """One thing that is judged. Criteria are known by key, never by their place in a list."""

    key: str
    label: str
    also: tuple[str, ...] = ()
    group: str = ""
    says: str = ""

    @property
    def names(self) -> frozenset[str]:
        """All names by which it is accepted, in small letters."""
        return frozenset(name.strip().lower() for name in (self.key, self.label, *self.also))


@dataclass(frozen=True)
class Rubric:
    """`levels` from the lowest to the highest. `statements` (criterion → level → text) are the institution's own copy of the wording."""

    key: str
    label: str
    levels: tuple[Level, ...]
    criteria: tuple[Criterion, ...]
    about: str = ""
    measures: str = "engagement"
    link: str = ""
    summary: tuple[str, ...] = ()
    complete: str = ""  # the level that counts as reported
    banding: Mapping[str, str] = field(default_factory=dict)  # iteration → decile | quintile
    statements: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    treat_as_interval: bool = False
    own: bool = False

    @property
    def scope(self) -> str:
        """activity, or institution for what measures support or reporting."""
        return "activity" if self.measures == "engagement" else "institution"

    def called(self, key: str) -> str:
        """A level or criterion as it stands in a cell; those of one's own rubrics carry its name, for “1” can be a level of two."""
        return f"{self.key}.{key}" if self.own else key

    def words(self) -> list[tuple[str, int]]:
        """Every name of a level in small letters, with its rank from 1."""
        return [(name, rank) for rank, level in enumerate(self.levels, 1) for name in sorted(level.names)]

    def names(self) -> list[tuple[str, str]]:
        """Every name of a criterion in small letters, with its key."""
        return [(name, criterion.key) for criterion in self.criteria for name in sorted(criterion.names)]


@cache
def built_in(key: str) -> Rubric:
    """A rubric that comes with engagetree.

    >>> [level.code for level in built_in("edge").levels], len(built_in("edge").criteria)
    (['E1', 'D', 'G', 'E2'], 9)
    """
    root, _ = document((files("engagetree.research.quality") / "rubrics" / f"{key}.yml").read_text("utf-8"))
    return replace(rubric(key, plain(root)), own=False)


def rubrics(told: Mapping[str, Any] | None = None) -> dict[str, Rubric]:
    """The built-in rubrics and those of an institution's `rubrics:`; what it says of a built-in one is laid over it.

    Raises DefinitionError with every problem in it.
    """
    found = {key: built_in(key) for key in BUILT_IN}
    problems: list[Problem] = []
    for key, part in (told or {}).items():
        try:
            found[key] = _over(found[key], part) if key in found else rubric(key, part)
        except DefinitionError as wrong:
            problems += wrong.problems
    if problems:
        raise DefinitionError("rubrics", problems)
    return found


OVER = ("statements", "treat_as_interval", "summary", "link")
FIELDS = ("key", "label", "about", "measures", "link", "levels", "criteria", "summary", "complete", "banding", *OVER[:2])


def rubric(key: str, part: Any) -> Rubric:
    """One's own rubric from plain YAML values. `levels` and `criteria` are lists of texts or of mappings. Raises DefinitionError."""
    problems: list[Problem] = []
    where = f"rubric {key}"
    if not isinstance(part, Mapping):
        raise DefinitionError(where, [Problem(0, where, "is no mapping of fields", "Write at least `levels` and `criteria` below it.")])
    _unknown(where, part, FIELDS, problems)
    levels = tuple(Level(**each) for each in _entries(where, part, "levels", "code", problems))
    criteria = tuple(Criterion(**each) for each in _entries(where, part, "criteria", "key", problems))
    if len(levels) == 1:
        problems.append(Problem(0, where, "has one level", "With fewer than two levels nothing is judged."))
    _once(where, "level", [name for level in levels for name in level.names], problems)
    _once(where, "criterion", [name for criterion in criteria for name in criterion.names], problems)
    _choices(where, part, levels, problems)
    if problems:
        raise DefinitionError(where, problems)
    return Rubric(
        key,
        str(part.get("label", key)),
        levels,
        criteria,
        about=str(part.get("about", "")),
        measures=str(part.get("measures", "engagement")),
        link=str(part.get("link", "")),
        summary=tuple(part.get("summary", ())),
        complete=str(part.get("complete", "")),
        banding=part.get("banding", {}),
        statements=part.get("statements", {}),
        treat_as_interval=part.get("treat_as_interval", False) is True,
        own=True,
    )


def _over(known: Rubric, part: Any) -> Rubric:
    """A built-in rubric with an institution's own wording and summaries; its levels and criteria stay."""
    where, problems = f"rubric {known.key}", list[Problem]()
    if not isinstance(part, Mapping):
        raise DefinitionError(where, [Problem(0, where, "is no mapping of fields", f"It can say {', '.join(OVER)}.")])
    _unknown(where, part, OVER, problems)
    _choices(where, part, known.levels, problems)
    if problems:
        raise DefinitionError(where, problems)
    told: dict[str, Any] = {name: tuple(value) if name == "summary" else value for name, value in part.items()}
    return replace(known, **told)


def _entries(where: str, part: Mapping[str, Any], name: str, first: str, problems: list[Problem]) -> list[dict[str, Any]]:
    """Levels or criteria as keyword arguments; a bare text is both its key and its label."""
    given = part.get(name)
    if not isinstance(given, list) or not given:
        problems.append(
            Problem(0, where, f"`{name}` is missing or no list", f"Write a list, from the lowest: `- {{{first}: …, label: …}}`.")
        )
        return []
    found = []
    for number, each in enumerate(given, 1):
        entry = dict(each) if isinstance(each, Mapping) else {first: each}
        known = (first, "label", "also", "says", *(("group",) if first == "key" else ()))
        _unknown(f"{where}, {name} {number}", entry, known, problems)
        if entry.get(first) in (None, ""):
            problems.append(Problem(0, f"{where}, {name} {number}", f"has no `{first}`", "Give it one; ratings name it by this."))
            continue
        texts = {field: str(entry[field]) for field in known if field in entry and field != "also"}
        found.append({"label": texts[first], **texts, "also": tuple(str(a) for a in entry.get("also") or ())})
    return found


def _unknown(where: str, part: Mapping[str, Any], known: tuple[str, ...], problems: list[Problem]) -> None:
    for name in part:
        if name not in known:
            problems.append(
                Problem(0, where, f"“{name}” is not a field here", near(str(name), known) or f"The fields are {', '.join(known)}.")
            )


def _once(where: str, what: str, names: list[str], problems: list[Problem]) -> None:
    for name in sorted({n for n in names if names.count(n) > 1}):
        problems.append(Problem(0, where, f"“{name}” names more than one {what}", "Every name may stand for one thing only."))


def _choices(where: str, part: Mapping[str, Any], levels: tuple[Level, ...], problems: list[Problem]) -> None:
    for summary in part.get("summary") or ():
        if summary not in SUMMARIES:
            problems.append(Problem(0, where, f"“{summary}” is no summary", f"Choose among {', '.join(SUMMARIES)}."))
    if part.get("measures", "engagement") not in MEASURES:
        problems.append(Problem(0, where, f"`measures` is “{part['measures']}”", f"Choose among {', '.join(MEASURES)}."))
    if "completeness" in (part.get("summary") or ()) and part.get("complete", "present") not in {lv.code for lv in levels}:
        problems.append(Problem(0, where, "`complete` names no level", "Name the code of the level that counts as complete."))
