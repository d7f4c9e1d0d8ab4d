"""A map from a file's columns to a register's. It is data: read from YAML, checked as a whole, every problem reported at once.

register: activities
columns: {title: Event name, starts_on: Date, size: Attendees, type: Kind of event}
constants: {department: Physics}
values: {type: {Lecture: talk, Seminar: talk}}
dates: "%d/%m/%Y"                # or several; ISO dates need nothing
unfold: {ethnicity: Ethnic group, age: Age group}    # one column for each category: reach, published_elsewhere
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engagetree.definition.document import Part, UnreadableError, document, plain
from engagetree.errors import DefinitionError, Problem, near
from engagetree.research.readers.shape import LAST_DAYS, SCHEMAS, UNFOLDS, kinds

KEYS: dict[str, tuple[type, ...]] = {
    "register": (str,),
    "columns": (dict,),
    "constants": (dict,),
    "values": (dict,),
    "dates": (str, list),
    "unfold": (dict,),
    "skip": (list,),
    "separators": (str,),
    "decimal": (str,),
    "sheet": (str,),
    "encoding": (str,),
    "delimiter": (str,),
    "header": (str,),
    "strict": (bool,),
}


@dataclass(frozen=True)
class RegisterMap:
    """Our column → the file's header, with everything else needed to read the file.

    `header` is a cell of the header row, where other lines stand before it; `strict` refuses a file with headers that nobody mapped.
    """

    register: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    unfold: Mapping[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    separators: str = ";|"
    decimal: str = "."
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: str = ""
    strict: bool = False
    origin: str = "the file's own header"


def read_map(path: Path) -> RegisterMap:
    """A map from a YAML file. Raises DefinitionError with all problems, each with its line."""
    try:
        text = path.read_text("utf-8")
    except OSError as e:
        raise DefinitionError(str(path), [Problem(0, "column map", f"it cannot be read ({e.strerror})", "Check the path.")]) from None
    except UnicodeDecodeError:
        raise DefinitionError(str(path), [Problem(0, "column map", "it is not UTF-8", "Save it as UTF-8.")]) from None
    return parse_map(text, str(path))


def parse_map(text: str, origin: str) -> RegisterMap:
    """A map from YAML text. Raises DefinitionError with all problems."""
    try:
        part, found = document(text)
    except UnreadableError as e:
        p = e.problem
        raise DefinitionError(origin, [Problem(p.line, "column map", p.found, p.do)]) from None
    found = [*found, *_problems(part)]
    if found:
        raise DefinitionError(origin, sorted(found, key=lambda p: p.line))
    return _made(plain(part), origin)


def _made(data: dict[str, Any], origin: str) -> RegisterMap:
    dates = data.get("dates") or ()
    values = {c: {str(k): None if v is None else _text(v) for k, v in m.items()} for c, m in (data.get("values") or {}).items()}
    return RegisterMap(
        data["register"],
        {k: str(v) for k, v in (data.get("columns") or {}).items()},
        {k: _text(v) for k, v in (data.get("constants") or {}).items()},
        values,
        (dates,) if isinstance(dates, str) else tuple(dates),
        {k: str(v) for k, v in (data.get("unfold") or {}).items()},
        tuple(str(s) for s in data.get("skip") or ()),
        data.get("separators") or ";|",
        data.get("decimal") or ".",
        data.get("sheet"),
        data.get("encoding"),
        data.get("delimiter"),
        data.get("header") or "",
        bool(data.get("strict")),
        origin,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problems(part: Part) -> Iterator[Problem]:
    """Every problem of a map, with its line."""
    if not isinstance(part.value, dict):
        yield Problem(part.line, "column map", "it is not a mapping", "Write `register:` and `columns:`.")
        return
    given = part.value
    for key, inner in given.items():
        if key not in KEYS:
            yield Problem(inner.line, key, "this key is not known", near(key, KEYS) or f"Known: {', '.join(KEYS)}.")
        elif not isinstance(inner.value, KEYS[key]):
            yield Problem(inner.line, key, "another form is needed here", "See the how-to on an institution's registers.")
    register = given["register"].value if "register" in given else None
    if register not in SCHEMAS:
        line = given["register"].line if register is not None else part.line
        do = near(str(register), SCHEMAS) if register else ""
        yield Problem(line, "register", f"there is no register “{register}”" if register else "it is missing", do or _one_of())
        return
    known = {*kinds(register), *(alias for alias, of in LAST_DAYS.items() if of in kinds(register))}
    for key in ("columns", "constants", "values"):
        yield from _names(given.get(key), key, register, known)
    yield from _unfold(given.get("unfold"), register)


def _one_of() -> str:
    return f"One of {', '.join(SCHEMAS)}."


def _names(part: Part | None, key: str, register: str, known: Iterable[str]) -> Iterator[Problem]:
    if part is None or not isinstance(part.value, dict):
        return
    for name, inner in part.value.items():
        if name not in known:
            do = near(name, known) or f"Known: {', '.join(sorted(known))}."
            yield Problem(inner.line, f"{key}.{name}", f"{register} have no column “{name}”", do)
        elif key == "values" and not isinstance(inner.value, dict):
            yield Problem(inner.line, f"{key}.{name}", "it is not a mapping", 'Write {"in the file": ours}.')
        elif key != "values" and (inner.value is None or isinstance(inner.value, dict | list)):
            yield Problem(inner.line, f"{key}.{name}", "one value is needed", "Write a text or a number.")


def _unfold(part: Part | None, register: str) -> Iterator[Problem]:
    if part is None:
        return
    if register not in UNFOLDS:
        yield Problem(part.line, "unfold", f"{register} do not come with a column for each category", f"Only {', '.join(UNFOLDS)} do.")
    elif isinstance(part.value, dict):
        for name, inner in part.value.items():
            if not isinstance(inner.value, str):
                yield Problem(inner.line, f"unfold.{name}", "a header is needed", "Write the header of the file's column, in quotes.")
