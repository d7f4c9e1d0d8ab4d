"""The JSON Schema of a `programme.yml`, for editors, made from the tables in `fields.py`.

It knows shapes, names and limits; what ties several fields together (sums, orders, dates that exist) is for `read.check`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engagetree.definition import values
from engagetree.definition.fields import DRIVER, NORMALISERS, PROGRAMME, Field
from engagetree.definition.metric_fields import COMPOSED, KINDS, METRIC

Schema = dict[str, Any]


def schema() -> Schema:
    """The whole schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "engagetree programme definition",
        **_level(PROGRAMME),
    }


def _level(fields: tuple[Field, ...]) -> Schema:
    """One level: its fields and no others."""
    out: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": [f.name for f in fields if f.required],
        "properties": {f.name: {"description": f.says, **SHAPES[f.kind](f)} for f in fields},
    }
    chosen = next(((field, names) for level, field, names in CHOOSING if level is fields), None)
    return out | ({"allOf": [_chosen(fields, chosen[0], name) for name in chosen[1]]} if chosen else {})


CHOOSING: tuple[tuple[tuple[Field, ...], str, tuple[str, ...]], ...] = (
    (DRIVER, "normalise", tuple(NORMALISERS)),
    (METRIC, "kind", tuple(KINDS)),
    (COMPOSED, "by", ("sum", "mean", "product", "ratio")),
)
"""Levels with a field that decides which others have an effect. Left out, the normaliser is `share`."""


def _chosen(level: tuple[Field, ...], by: str, name: str) -> Schema:
    """What a part must and must not have when this is its normaliser, or its kind of metric."""
    chosen: Schema = {"properties": {by: {"const": name}}} | ({} if name == "share" else {"required": [by]})
    idle: Schema = {f.name: False for f in level if f.only and name not in f.only}
    return {"if": chosen, "then": {"required": [f.name for f in level if name in f.needed], "properties": idle}}


def _text(field: Field) -> Schema:
    return {"type": "string", "pattern": r"\S"} | ({"maxLength": int(field.most)} if field.most else {})


def _kind(field: Field) -> Schema:
    derived = "|".join(values.PREFIXES)
    return {"type": "string", "pattern": rf"^\s*(?!{derived}|\s)[^,\n]+\s*$"}


def _several(one: Callable[[Field], Schema]) -> Callable[[Field], Schema]:
    return lambda field: {"anyOf": [one(field), {"type": "array", "items": one(field), "minItems": 1, "uniqueItems": True}]}


def _number(field: Field) -> Schema:
    limits = {"minimum": field.least, "exclusiveMinimum": field.above, "maximum": field.most or values.MOST}
    return {"type": "number"} | {name: limit for name, limit in limits.items() if limit is not None}


def _named(pattern: str) -> Callable[[Field], Schema]:
    return lambda _: {"type": "string", "pattern": pattern, "maxLength": values.LONGEST_KEY}


def _window(_: Field) -> Schema:
    trailing: Schema = {"type": "integer", "minimum": 1, "maximum": values.MOST_TRAILING}
    part: Schema = {"type": "object", "additionalProperties": False, "required": ["trailing"], "properties": {"trailing": trailing}}
    return {"anyOf": [{"const": "cumulative"}, part]}


def _map(field: Field) -> Schema:
    return {"type": "object", "minProperties": 1, "propertyNames": _named(values.KEY)(field), "additionalProperties": _level(field.of)}


def _shares(field: Field) -> Schema:
    weights: Schema = {"type": "object", "minProperties": 1, "propertyNames": _node(field), "additionalProperties": {"type": "number"}}
    return {"anyOf": [*_several(_node)(field)["anyOf"], weights]}


def _node(_: Field) -> Schema:
    return {"type": "string", "pattern": rf"^\s*{values.NODE[1:-1]}\s*$"}


def _count(field: Field) -> Schema:
    return {"type": "integer", "minimum": int(field.least or 0), "maximum": int(field.most or values.MOST)}


SHAPES: dict[str, Callable[[Field], Schema]] = {
    "text": _text,
    "key": _named(values.KEY),
    "id": _named(values.ID),
    "kinds": _several(_kind),
    "names": _several(_text),
    "one_name": _text,
    "number": _number,
    "weight": _number,
    "choice": lambda field: {"enum": list(field.choices)},
    "flag": lambda _: {"type": "boolean"},
    "zone": _text,
    "window": _window,
    "date": lambda _: {"type": "string", "pattern": f"^({values.DATE.pattern}|{values.TIME.pattern})$"},
    "map": _map,
    "node": _node,
    "shares": _shares,
    "count": _count,
    "lag": lambda _: {"type": "string", "pattern": rf"^\s*{values.LAG.pattern[1:-1]}\s*$"},
    "interval": lambda _: {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "part": lambda field: _level(field.of),
    "list": lambda field: {"type": "array", "minItems": 1, "items": _level(field.of)},
}
"""How each kind of field is said in JSON Schema; its twin is `values.READERS`."""
