"""`institution.yml` → a checked, frozen `ResearchDefinition`; or every problem in it at once, each with its line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from engagetree.definition.document import MOST_BYTES, Part, UnreadableError, document, plain
from engagetree.definition.shape import Row, fit
from engagetree.errors import DefinitionError, Problem, near
from engagetree.research import definition_checks, vocabulary
from engagetree.research.catalogue import BUILT_IN, dimensions_of, own_indicator
from engagetree.research.definition_fields import RESEARCH
from engagetree.research.definition_free import Place, apart, as_text, conditions, shares, texts, words
from engagetree.research.definition_model import Baseline, Condition, Floors, Own, ResearchDefinition, Table
from engagetree.research.definition_years import CALENDARS, Calendar
from engagetree.research.model import Indicator, Institution

__all__ = ["ResearchDefinition", "check", "indicators", "parse", "read", "template"]

ASIDE = ("text", "path", "reason", "version", "fingerprint", "indicators", "line")
WORDS = (
    *ASIDE,
    "institution",
    "disclosure",
    "published",
    "identifiers",
    "beside",
    "types",
    "audiences",
    "sectors",
    "media",
    "label",
    "says",
    "pitfalls",
)
"""What no number depends on."""


def read(path: Path) -> ResearchDefinition:
    """The definition in a file. Raises `DefinitionError` with every problem if there is an error."""
    try:
        return parse(_load(path), str(path))
    except UnreadableError as error:
        raise DefinitionError(str(path), [error.problem]) from None


def parse(text: str, path: str = "") -> ResearchDefinition:
    """The definition in a text. Raises `DefinitionError`."""
    made, problems = _examine(text, path)
    if made is None:
        raise DefinitionError(path or "institution.yml", problems)
    return made


def check(text: str) -> list[Problem]:
    """Every problem of a text, by line."""
    return _examine(text, "")[1]


def template() -> str:
    """What `engagetree research init` writes."""
    return files("engagetree.research").joinpath("templates", "institution.yml").read_text("utf-8")


def indicators(definition: ResearchDefinition) -> tuple[Indicator, ...]:
    """The built-in indicators and the institution's own."""
    return (*BUILT_IN, *definition.indicators)


def _load(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 4)
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise UnreadableError(0, "there is no such file", "Check the path, or write one with `engagetree research init`.") from None
    except UnicodeDecodeError as error:
        raise UnreadableError(raw.count(b"\n", 0, error.start) + 1, "is not UTF-8", "Save the file as UTF-8.") from None
    except (OSError, ValueError) as error:
        raise UnreadableError(0, f"cannot be opened: {getattr(error, 'strerror', None) or error}", "Check the path.") from None


def _examine(text: str, path: str) -> tuple[ResearchDefinition | None, list[Problem]]:
    try:
        root, problems = document(text)
    except UnreadableError as error:
        if "is empty" in error.problem.found:
            return None, [replace(error.problem, do="Begin with `engagetree research init`.")]
        return None, [error.problem]
    free: dict[Place, Part] = {}
    row = fit(apart(root, RESEARCH, free), as_text(RESEARCH), "definition", "", problems)
    for rule in definition_checks.RULES:
        problems += rule(row)
    made = _build(row, free, problems)
    problems += _known_words(row, made) + _tables(row, made)
    problems.sort(key=lambda p: p.line)
    if any(p.level == "error" for p in problems):
        return None, problems
    made = replace(made, text=text, path=path)
    return replace(made, version=_digest(made, WORDS), fingerprint=_digest(made, ASIDE)), problems


def _build(row: Row, free: dict[Place, Part], problems: list[Problem]) -> ResearchDefinition:
    """The definition of a row; where something is wrong its default stands in, and nobody sees the result."""
    excluded, calendar = _row(row.get("excluded")), CALENDARS[row.get("calendar", "uk-academic-year")]
    if row.has("starts") and not any(p.line == row.at("starts") for p in problems):
        calendar = tuple(int(n) for n in row.get("starts").split("-"))  # type: ignore[assignment]
    added = {name: words(free[place], f"words, {name}", problems) for name in _KINDS if (place := ("words", name)) in free}
    given = {
        n: row.values[n]
        for n in ("zone", "disclosure", "codebook", "reason", "academic_sectors", "non_academic_types", "beside")
        if n in row.values
    }
    whose = _row(row.get("institution")).values
    base = ResearchDefinition(Institution(**({"name": ""} | whose)), Calendar(*calendar), **given)
    made = replace(
        base,
        **{name: getattr(base, name) | more for name, more in added.items()},
        excluded_types=excluded.get("types", base.excluded_types),
        excluded_purposes=excluded.get("purposes", base.excluded_purposes),
        not_public=excluded.get("audiences", base.not_public),
        floors=Floors(**_row(row.get("floors")).values),
        overrides=_texts(free, "overrides", "https://ror.org/05x8b6a26: education", problems),
        identifiers=_texts(free, "identifiers", 'ukprn: "10007774"', problems),
        rubrics=plain(free[("rubrics",)]) if ("rubrics",) in free else {},
        baselines=tuple(_baseline(b, free, problems) for b in row.get("baselines", ())),
        published=tuple(Table(t.get("indicator", ""), t.get("by", ()), t.line) for t in row.get("published", ())),
        own=tuple(_own(o, free, problems) for o in row.get("indicators", ())),
    )
    return replace(made, indicators=tuple(own_indicator(o) for o in made.own))


_KINDS = ("types", "audiences", "sectors", "media")


def _row(found: Row | None) -> Row:
    return found or Row("", "", 0)


def _texts(free: dict[Place, Part], name: str, like: str, problems: list[Problem]) -> dict[str, str]:
    return texts(free[(name,)], name, like, problems) if (name,) in free else {}


def _baseline(row: Row, free: dict[Place, Part], problems: list[Problem]) -> Baseline:
    found = free.get(("baselines", row.key, "shares"))
    given: dict[str, Any] = {n: row.get(n, "") for n in ("name", "characteristic", "geography", "age_range", "question", "source")}
    return Baseline(row.key, dated=row.get("date"), shares=shares(found, row.where, problems) if found else (), line=row.line, **given)


def _own(row: Row, free: dict[Place, Part], problems: list[Problem]) -> Own:
    def asked(name: str) -> tuple[Condition, ...]:
        found = free.get(("indicators", row.key, name))
        return conditions(found, row.get("register", ""), row.where, problems) if found else ()

    names = {f.name for f in fields(Own)}
    given = {n: v for n, v in row.values.items() if n in names and n not in ("of", "where")}
    needed = {"label": "", "dimension": "extent", "kind": "count", "register": "activities"}
    return Own(row.key, of=asked("of"), where=asked("where"), line=row.line, **(needed | given))


def _known_words(row: Row, made: ResearchDefinition) -> list[Problem]:
    """Words that have to be known: excluded types and audiences, academic sectors, types of organisation."""
    excluded = _row(row.get("excluded"))
    asked: tuple[tuple[Row, str, tuple[str, ...], Any], ...] = (
        (excluded, "types", made.excluded_types, made.types),
        (excluded, "audiences", made.not_public, made.audiences),
        (excluded, "purposes", made.excluded_purposes, vocabulary.PURPOSES),
        (row, "academic_sectors", made.academic_sectors, made.sectors),
        (row, "non_academic_types", made.non_academic_types, vocabulary.ORGANISATION_TYPES),
    )
    out = []
    for where, name, given, known in asked:
        out += [
            where.error(name, f"`{name}` names “{w[:60]}”, which is not known", near(w[:60], known) or f"There are {', '.join(known)}.")
            for w in given
            if where.has(name) and w not in known
        ]
    types = vocabulary.ORGANISATION_TYPES
    for name, kind in made.overrides.items():
        if kind not in types:
            out.append(
                row.error(
                    "overrides",
                    f"`overrides` makes {name[:60]} “{kind[:60]}”, which is no type",
                    near(kind, types) or f"There are {', '.join(types)}.",
                )
            )
    taken = {i.key for i in BUILT_IN}
    return out + [
        Problem(o.line, f"indicator {o.key}", "has the key of a built-in indicator", "Call it differently.")
        for o in made.own
        if o.key in taken
    ]


def _tables(row: Row, made: ResearchDefinition) -> list[Problem]:
    """Tables name indicators and dimensions that exist."""
    known = {i.key: i for i in indicators(made)}
    out: list[Problem] = []
    for t in made.published:
        where = f"table {t.indicator[:60]}"
        if t.indicator not in known:
            out.append(
                Problem(t.line, where, "there is no such indicator", near(t.indicator, known) or "See `engagetree research indicators`.")
            )
            continue
        can = dimensions_of(known[t.indicator])
        out += [
            Problem(
                t.line,
                where,
                f"cannot be split by “{d[:60]}”",
                near(d[:60], can) or (f"It can be split by {', '.join(can)}." if can else "It stands alone."),
            )
            for d in t.by
            if d not in can
        ]
    return out


def _digest(made: ResearchDefinition, aside: tuple[str, ...]) -> str:
    """12 hex digits of everything but `aside`, and of the versions of the built-in indicators."""

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {k: v for k, v in pairs if k not in aside}

    told = asdict(made, dict_factory=kept) | {"catalogue": {i.key: i.version for i in BUILT_IN}}
    said = json.dumps(told, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:12]
