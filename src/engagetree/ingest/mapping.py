"""A map from a file's columns to ours. It is data: read from YAML, checked as a whole, every problem reported at once.

table: events
columns: {participant: Student ID, at: Timestamp, item: Session, amount: Minutes}
constants: {kind: present, source: moodle}
values: {kind: {Joined: join, Left: leave}}
only: [kind]                     # refuse what `values` does not translate; otherwise it is kept as it is
times: {format: "%d/%m/%Y %H:%M", zone: Europe/Madrid}

A roster's map may say who people are: `identifiers: {email: E-mail, name: Full name}`; also first_name, last_name, login and account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from engagetree.errors import DefinitionError, ImportRefused, Problem
from engagetree.ingest.map_checks import problems
from engagetree.ingest.shape import identifiers, plain, recognise, targets

OWN = "the file's own header"
"""Where a map comes from that nobody wrote."""


@dataclass(frozen=True)
class ColumnMap:
    """Target column → the file's column, with everything else needed to read the file. See the module's text for the keys."""

    table: str
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    zone: str | None = None
    attributes: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    decimal: str = "."
    origin: str = OWN

    @classmethod
    def of(cls, data: Any, origin: str = "column map", lines: Mapping[str, int] | None = None) -> ColumnMap:
        """A map from a dictionary. Raises DefinitionError with all problems found."""
        found = problems(data, lines or {})
        if found:
            raise DefinitionError(origin, found)
        times = data.get("times") or {}
        formats = times.get("format") or ()
        values = {t: {str(k): None if v is None else str(v) for k, v in m.items()} for t, m in (data.get("values") or {}).items()}
        only = data.get("only") or ()
        return cls(
            table=data["table"],
            columns=dict(data.get("columns") or {}),
            constants={k: _text(v) for k, v in (data.get("constants") or {}).items()},
            values=values,
            only=tuple(values) if only is True else tuple(only),
            formats=(formats,) if isinstance(formats, str) else tuple(formats),
            zone=times.get("zone"),
            attributes=tuple(data.get("attributes") or ()),
            identifiers=dict(data.get("identifiers") or {}),
            skip=tuple(data.get("skip") or ()),
            encoding=data.get("encoding"),
            delimiter=data.get("delimiter"),
            sheet=data.get("sheet"),
            decimal=data.get("decimal") or ".",
            origin=origin,
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read(path: Path) -> ColumnMap:
    """A map from a YAML file. Raises DefinitionError with all problems, each with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except OSError as e:
        raise DefinitionError(str(path), [Problem(0, "column map", f"it cannot be read ({e.strerror})", "Check the path.")]) from None
    except UnicodeDecodeError:
        raise DefinitionError(str(path), [Problem(0, "column map", "it is not UTF-8", "Save it as UTF-8.")]) from None
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise DefinitionError(str(path), [Problem(line, "YAML", str(getattr(e, "problem", e)), "Mend the file's form.")]) from None
    return ColumnMap.of(data, str(path), _lines(node))


def _lines(node: Any, path: str = "") -> dict[str, int]:
    """Line of every key, by its dotted path."""
    found: dict[str, int] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        here = f"{path}.{key.value}" if path else str(key.value)
        found[here] = key.start_mark.line + 1
        found |= _lines(value, here)
    return found


def default_map(header: Iterable[str], table: str | None = None) -> ColumnMap:
    """The map of a file whose header already has our own column names. Raises ImportRefused where the table stays open."""
    header = list(header)
    chosen = table or recognise(header)
    if chosen is None:
        shown = ", ".join(header[:12]) + (" …" if len(header) > 12 else "")
        do = "Let `engagetree map FILE` propose a column map, or name the columns as our tables do: participant, at, kind, … for events."
        raise ImportRefused("header", f"no table has these columns: {shown}", do)
    known = targets(chosen)
    columns = {plain(h): h for h in reversed(header) if plain(h) in known}
    return ColumnMap(chosen, columns, identifiers=identifiers(header) if chosen == "roster" else {})
