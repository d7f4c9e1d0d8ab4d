"""Ratings by a rubric as YAML: what each rater, or the institution together, said of each criterion.

rubric: edge
unit: Faculty of Science
unit_level: faculty
date: 2026-03-01
raters:
  r1: {mission: Developing, leadership: {level: Gripping, evidence: [https://…], aspiration: Embedding}}
  r2: {mission: Embryonic}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engagetree.definition.document import Part, UnreadableError, document, plain
from engagetree.errors import DefinitionError, Problem, near
from engagetree.research.readers.kept import whole
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.records import Reader, Records

BETWEEN = "␟"
"""Between the parts of a list: links hold every other sign."""
COLUMNS = (
    "rubric",
    "unit",
    "unit_level",
    "criterion",
    "rater",
    "level",
    "not_applicable",
    "aspiration",
    "evidence",
    "confidence",
    "on",
    "tool_version",
)
MAP = RegisterMap("ratings", {c: c for c in COLUMNS}, separators=BETWEEN, origin="ratings in YAML")
TOP = ("rubric", "unit", "unit_level", "date", "on", "tool_version", "raters", "ratings", "rater", "note")
CELL = ("level", "evidence", "aspiration", "confidence", "not_applicable")
ABSENT = ("not_applicable", "n/a", "na")

EDGE = {"embryonic": "E1", "developing": "D", "gripping": "G", "embedding": "E2", "embedded": "E2"}
"""EDGE's levels under both of its own spellings."""


def _recognises(text: str) -> bool:
    return bool(re.search(r"^rubric\s*:", text, re.M)) and bool(re.search(r"^(raters|ratings)\s*:", text, re.M))


def _read(path: Path) -> tuple[Records, ...]:
    try:
        part, problems = document(whole(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DefinitionError(str(path), [Problem(0, "ratings", "it is not UTF-8", "Save it as UTF-8.")]) from None
    except UnreadableError as e:
        raise DefinitionError(str(path), [Problem(e.problem.line, "ratings", e.problem.found, e.problem.do)]) from None
    problems = [*problems, *_problems(part)]
    if problems:
        raise DefinitionError(str(path), sorted(problems, key=lambda p: p.line))
    rows = tuple(_rows(part))
    return (Records(MAP, COLUMNS, rows),)


def _problems(part: Part) -> Iterator[Problem]:
    if not isinstance(part.value, dict):
        yield Problem(part.line, "ratings", "it is not a mapping", "Begin with `rubric:` and `unit:`.")
        return
    for key, inner in part.value.items():
        if key not in TOP:
            yield Problem(inner.line, key, "this key is not known", near(key, TOP) or f"Known: {', '.join(TOP)}.")
    for key in ("rubric", "unit"):
        if key not in part.value or not isinstance(part.value[key].value, str):
            yield Problem(part.line, key, "it is missing", "Say which rubric was used, and what was rated.")
    if ("raters" in part.value) == ("ratings" in part.value):
        yield Problem(
            part.line, "ratings", "one of `raters` and `ratings` is needed", "`raters` for several, `ratings` for one common rating."
        )
    for rater, ratings in _raters(part):
        if not isinstance(ratings.value, dict):
            yield Problem(ratings.line, f"rater {rater}" if rater else "ratings", "it is not a mapping", "Write `criterion: level`.")
            continue
        for criterion, cell in ratings.value.items():
            for key in cell.value if isinstance(cell.value, dict) else ():
                if key not in CELL:
                    yield Problem(cell.line, f"{criterion}.{key}", "this key is not known", near(key, CELL) or f"Known: {', '.join(CELL)}.")


def _raters(part: Part) -> Iterator[tuple[str | None, Part]]:
    assert isinstance(part.value, dict)
    if "ratings" in part.value:
        alone = part.value.get("rater")
        yield (str(alone.value) if alone else None), part.value["ratings"]
    elif "raters" in part.value and isinstance(part.value["raters"].value, dict):
        yield from part.value["raters"].value.items()


def _rows(part: Part) -> Iterator[tuple[int, dict[str, str | None]]]:
    assert isinstance(part.value, dict)
    top = {k: v for k, v in plain(part).items() if k not in ("raters", "ratings")}
    edge = str(top["rubric"]).casefold() == "edge"
    shared = {"rubric": str(top["rubric"]).casefold(), "unit": str(top["unit"]), "unit_level": _text(top.get("unit_level"))}
    shared |= {"on": _text(top.get("date", top.get("on"))), "tool_version": _text(top.get("tool_version"))}
    for rater, ratings in _raters(part):
        assert isinstance(ratings.value, dict)
        for criterion, cell in ratings.value.items():
            said = plain(cell) if isinstance(cell.value, dict) else {"level": plain(cell)}
            level = _text(said.get("level"))
            absent = (level or "").casefold() in ABSENT or said.get("not_applicable") is True
            yield (
                cell.line,
                {
                    **shared,
                    "criterion": criterion,
                    "rater": rater,
                    "level": None if absent else _level(level, edge),
                    "not_applicable": "true" if absent else None,
                    "aspiration": _level(_text(said.get("aspiration")), edge),
                    "evidence": _list(said.get("evidence")),
                    "confidence": _text(said.get("confidence")),
                },
            )


def _level(level: str | None, edge: bool) -> str | None:
    return EDGE.get(level.casefold(), level) if level and edge else level


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _list(value: Any) -> str | None:
    if value is None:
        return None
    return BETWEEN.join(str(v) for v in value) if isinstance(value, list) else str(value)


READER = Reader("rubric", "ratings by a rubric (EDGE, KEF, UK Standards, one’s own) as YAML", _recognises, _read)
