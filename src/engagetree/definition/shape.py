"""Parts → rows, by the tables in `fields.py`: unknown, missing and mistyped fields are found here, at every level at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engagetree.definition.document import Part
from engagetree.definition.fields import LEVELS, Field
from engagetree.definition.values import KEY, LONGEST_KEY, READERS, MisfitError, name_hint, show
from engagetree.errors import Problem, near

BREAKDOWN = re.compile("breakdown|(composite|score|headline|total)_only|(hide|show)_(signals|drivers|parts)")


@dataclass(frozen=True)
class Row:
    """One part of the definition: the values that could be read, and the line of every field that was given.

    A field that is given but wrong has a line and no value, so that rules can tell it from one that is missing.
    """

    where: str  # signal attendance, driver reached
    key: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def has(self, name: str) -> bool:
        return name in self.lines

    def at(self, name: str) -> int:
        """The line of a field, or of the row itself."""
        return self.lines.get(name, self.line)

    def error(self, name: str, found: str, do: str, level: str = "error") -> Problem:
        """A problem at a field of this row."""
        return Problem(self.at(name), self.where, found, do, level)


def fit(part: Part, fields: tuple[Field, ...], where: str, key: str, problems: list[Problem]) -> Row:
    """The row that `part` describes. What does not fit goes to `problems`."""
    if not isinstance(part.value, dict):
        names = ", ".join(f.name for f in fields if f.required)
        problems.append(
            Problem(part.line, where, f"is {_found(part)}, not a mapping of fields", f"Write its fields below it, at least {names}.")
        )
        return Row(where, key, part.line, lines={f.name: part.line for f in fields})
    known = {f.name: f for f in fields}
    problems += [_unknown(name, inner, known, where) for name, inner in part.value.items() if name not in known]
    problems += [_missing(f, part, where) for f in fields if f.required and f.name not in part.value]
    row = Row(where, key, part.line, lines={name: inner.line for name, inner in part.value.items() if name in known})
    for name in row.lines:
        try:
            row.values[name] = _value(part.value[name], known[name], row, problems)
        except MisfitError as wrong:
            problems.append(Problem(wrong.line or row.at(name), where, f"`{name}` {wrong.found}", wrong.do))
    return row


def _value(part: Part, spec: Field, row: Row, problems: list[Problem]) -> Any:
    if part.value is None:
        raise MisfitError("is empty", "Write a value or remove the line.")
    if spec.kind == "map":
        return list(_map(part, spec, row, problems))
    if spec.kind == "list":
        return list(_list(part, spec, row, problems))
    if spec.kind == "part":
        return fit(part, spec.of, f"{row.where}, {spec.part}" if row.where != "definition" else spec.part, "", problems)
    return READERS[spec.kind](part, spec)


def _map(part: Part, spec: Field, row: Row, problems: list[Problem]) -> Iterator[Row]:
    """One row for each key: the signals, or the drivers of a signal."""
    if not isinstance(part.value, dict) or not part.value:
        raise MisfitError(f"is {_found(part)}", f"Write at least one {spec.part} below it, each under its key.")
    above = f"{row.where}, " if row.where != "definition" else ""
    for key, inner in part.value.items():
        where = f"{above}{spec.part} {show(key)[1:-1]}"
        if len(key) > LONGEST_KEY or not re.fullmatch(KEY, key):
            problems.append(Problem(inner.line, where, f"{show(key)} cannot be a key", name_hint(key)))
        yield fit(inner, spec.of, where, key, problems)


def _list(part: Part, spec: Field, row: Row, problems: list[Problem]) -> Iterator[Row]:
    """One row for each entry: the bands."""
    if not isinstance(part.value, list) or not part.value:
        raise MisfitError(f"is {_found(part)}", f"Write a list, one line for each {spec.part}: `- {spec.like}`.")
    for number, inner in enumerate(part.value, 1):
        key = inner.value.get("key") if isinstance(inner.value, dict) else None
        name = key.value if key is not None and isinstance(key.value, str) else str(number)
        yield fit(inner, spec.of, f"{spec.part} {show(name)[1:-1]}", name, problems)


def _found(part: Part) -> str:
    return "empty" if part.value in (None, [], {}) else show(part.value)


def _missing(spec: Field, part: Part, where: str) -> Problem:
    return Problem(part.line, where, f"`{spec.name}` is missing", f"Add it. {spec.says}")


def _unknown(name: str, part: Part, known: dict[str, Field], where: str) -> Problem:
    if BREAKDOWN.search(name.lower().replace("-", "_").replace(" ", "_")):
        return Problem(
            part.line,
            where,
            f"`{show(name)[1:-1]}` cannot be set: a score is never shown without its breakdown",
            "Remove it. Two people with one score can need opposite help, and only the signals beneath it say which.",
        )
    return Problem(part.line, where, f"{show(name)} is not a field here", _suggestion(name, known))


def _suggestion(name: str, known: dict[str, Field]) -> str:
    also = next((f.name for f in known.values() if name.lower() in f.also and f.name != name), "")
    hint = f"Did you mean “{also}”?" if also else near(name[:60], known)
    if hint:
        return hint
    level = next((level for level, fields in LEVELS.items() if any(f.name == name for f in fields)), "")
    return f"It belongs to {'an' if level[0] in 'aeiou' else 'a'} {level}." if level else f"The fields are {', '.join(known)}."
