"""What can be wrong with a column map, all of it at once."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engagetree.errors import Problem, near
from engagetree.ingest.shape import IDENTIFIERS, IMPORTED, REQUIRED, SUREST, targets

KEYS = {
    "table": str,
    "columns": dict,
    "constants": dict,
    "values": dict,
    "only": (bool, list),
    "times": dict,
    "attributes": list,
    "identifiers": dict,
    "skip": list,
    "encoding": str,
    "delimiter": str,
    "sheet": str,
    "decimal": str,
}
SPECIFIERS = set("aAbBdmyYHIMSpfjzZnTDFR%-cxXgG")


def problems(data: Any, lines: Mapping[str, int]) -> list[Problem]:
    """Every problem of a map given as plain data; `lines` has the line of each dotted path."""
    if not isinstance(data, dict):
        return [Problem(0, "column map", "it is not a mapping", "Write `table:` and `columns:`.")]
    found = [*_keys(data), *_table(data)]
    if not found:
        found = [*_columns(data), *_identifiers(data), *_values(data), *_times(data), *_file(data)]
    return sorted(
        (Problem(lines.get(p.where, lines.get(p.where.split(".")[0], 0)), p.where, p.found, p.do) for p in found), key=lambda p: p.line
    )


def _keys(data: dict[str, Any]) -> Iterator[Problem]:
    for key, value in data.items():
        if key not in KEYS:
            yield Problem(0, str(key), "this key is not known", near(str(key), KEYS) or f"Known: {', '.join(KEYS)}.")
        elif value is not None and not isinstance(value, KEYS[key]):  # type: ignore[arg-type]
            yield Problem(0, key, f"{type(value).__name__} where another form is needed", "See the reference of column maps.")


def _table(data: dict[str, Any]) -> Iterator[Problem]:
    table = data.get("table")
    if table is None:
        yield Problem(0, "table", "it is missing", f"One of {', '.join(IMPORTED)}.")
    elif table not in IMPORTED:
        yield Problem(0, "table", f"there is no table “{table}”", near(str(table), IMPORTED) or f"One of {', '.join(IMPORTED)}.")


def _columns(data: dict[str, Any]) -> Iterator[Problem]:
    known = targets(data["table"])
    columns, constants = data.get("columns") or {}, data.get("constants") or {}
    for part, given in (("columns", columns), ("constants", constants), ("values", data.get("values") or {})):
        for name in given:
            if name not in known:
                do = near(str(name), known) or f"Known: {', '.join(known)}."
                yield Problem(0, f"{part}.{name}", f"{data['table']} have no column “{name}”", do)
    for name, source in columns.items():
        if not isinstance(source, str):
            yield Problem(0, f"columns.{name}", f"`{source}` is no column name", "Write the header of the file's column, in quotes.")
        if name in constants:
            yield Problem(0, f"constants.{name}", "the column is also under `columns`", "Keep one of the two.")
    for name, value in constants.items():
        if isinstance(value, dict | list) or value is None:
            yield Problem(0, f"constants.{name}", "a constant is one value", "Write a text or a number.")
    for name in REQUIRED[data["table"]]:
        known_by = data["table"] == "roster" and set(data.get("identifiers") or {}) & {*SUREST, "first_name", "last_name"}
        if name not in columns and name not in constants and not known_by:
            yield Problem(0, "columns", f"“{name}” is missing, which every row of {data['table']} needs", "Name its column, or a constant.")
    if data.get("attributes") and data["table"] != "roster":
        yield Problem(0, "attributes", "only a roster keeps further columns", "Remove it.")
    if data.get("attributes") and "attributes" in columns:
        yield Problem(0, "attributes", "the column is also under `columns`", "Keep one of the two.")


def _identifiers(data: dict[str, Any]) -> Iterator[Problem]:
    given = data.get("identifiers") or {}
    if given and data["table"] != "roster":
        yield Problem(0, "identifiers", "only a roster says who people are", "Remove it.")
    for kind, source in given.items():
        if kind not in IDENTIFIERS:
            yield Problem(
                0, f"identifiers.{kind}", "this is not known", near(str(kind), IDENTIFIERS) or f"Known: {', '.join(IDENTIFIERS)}."
            )
        elif not isinstance(source, str):
            yield Problem(0, f"identifiers.{kind}", f"`{source}` is no column name", "Write the header of the file's column, in quotes.")
    for name in set(data.get("attributes") or ()) & {v for v in given.values() if isinstance(v, str)}:
        yield Problem(0, "attributes", f"“{name}” says who somebody is, which stays out of the lake", "Keep it under `identifiers` only.")


def _values(data: dict[str, Any]) -> Iterator[Problem]:
    values = data.get("values") or {}
    for name, pairs in values.items():
        if not isinstance(pairs, dict):
            yield Problem(0, f"values.{name}", "it is not a mapping", 'Write {"in the file": ours}.')
        elif any(isinstance(v, dict | list) for v in pairs.values()):
            yield Problem(0, f"values.{name}", "a translation is one value", 'Write {"in the file": ours}.')
    only = data.get("only")
    for name in only if isinstance(only, list) else ():
        if name not in values:
            yield Problem(0, "only", f"“{name}” has no translations", near(str(name), values) or "Give them under `values`.")


def _times(data: dict[str, Any]) -> Iterator[Problem]:
    times = data.get("times") or {}
    for key in times:
        if key not in ("format", "zone"):
            yield Problem(0, f"times.{key}", "this key is not known", near(str(key), ["format", "zone"]) or "Known: format, zone.")
    formats = times.get("format") or []
    for one in [formats] if isinstance(formats, str) else formats:
        if one in ("unix", "unix_ms"):
            continue
        parts = str(one).split("%")[1:]
        if not parts or any(p[:1] not in SPECIFIERS for p in str(one).replace("%%", "").split("%")[1:]):
            yield Problem(0, "times.format", f"`{one}` is no time format", "Write one like %d/%m/%Y %H:%M, or unix.")
    zone = times.get("zone")
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, TypeError, OSError):
            yield Problem(
                0, "times.zone", f"“{zone}” is no time zone", near(str(zone), available_timezones()) or "Use one like Europe/Madrid."
            )


def _file(data: dict[str, Any]) -> Iterator[Problem]:
    delimiter = data.get("delimiter")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        yield Problem(0, "delimiter", f"`{delimiter}` is not one character", 'Write one, like ";" or "\\t".')
    if data.get("decimal") not in (None, ".", ","):
        yield Problem(0, "decimal", f"`{data['decimal']}` is not known", 'Write "." or ",".')
    encoding = data.get("encoding")
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            yield Problem(0, "encoding", f"“{encoding}” is not known", "Known are utf-8, cp1252, latin-1, utf-16 and others of Python.")
