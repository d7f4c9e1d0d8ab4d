"""The parts of an `institution.yml` whose entries people name themselves: shares by category, words, conditions, rubrics."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyarrow as pa

from engagetree.definition.document import Part
from engagetree.definition.field import Field
from engagetree.definition.values import KEY, LONGEST_KEY, name_hint, show
from engagetree.errors import Problem, near
from engagetree.research.definition_model import Condition
from engagetree.research.registers import REGISTERS

Place = tuple[str, ...]
Problems = list[Problem]

HOWS = ("is", "one_of", "not", "at_least", "at_most", "has", "known")
NUMBERS, SUM = (int, float), 1e-6


def apart(part: Part, fields: tuple[Field, ...], taken: dict[Place, Part], place: Place = ()) -> Part:
    """The same part with a word in place of every free one, which goes to `taken` under its place."""
    if not isinstance(part.value, dict):
        return part
    known, out = {f.name: f for f in fields}, {}
    for name, inner in part.value.items():
        out[name] = _apart(inner, known[name], taken, (*place, name)) if name in known and inner.value is not None else inner
    return Part(part.line, out)


def _apart(part: Part, spec: Field, taken: dict[Place, Part], place: Place) -> Part:
    if spec.kind == "free":
        taken[place] = part
        return Part(part.line, "given")
    if spec.kind == "part":
        return apart(part, spec.of, taken, place)
    if spec.kind == "map" and isinstance(part.value, dict):
        return Part(part.line, {key: apart(inner, spec.of, taken, (*place, key)) for key, inner in part.value.items()})
    return part


def as_text(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The same fields for a part from which the free ones were taken."""
    return tuple(replace(f, kind="text" if f.kind == "free" else f.kind, of=as_text(f.of)) for f in fields)


def _entries(part: Part, where: str, like: str, problems: Problems) -> dict[str, Part]:
    if isinstance(part.value, dict) and part.value:
        return part.value
    problems.append(Problem(part.line, where, f"is {show(part.value)}, not a mapping", f"Write entries below it, such as `{like}`."))
    return {}


def words(part: Part, where: str, problems: Problems) -> dict[str, str]:
    """key: label."""
    out = {}
    for key, inner in _entries(part, where, "market_stall: Market stall", problems).items():
        if len(key) > LONGEST_KEY or not re.fullmatch(KEY, key):
            problems.append(Problem(inner.line, where, f"{show(key)} cannot be a key", name_hint(key)))
        if isinstance(inner.value, str) and inner.value.strip():
            out[key] = inner.value.strip()[:120]
        else:
            problems.append(Problem(inner.line, where, f"`{key[:60]}` is {show(inner.value)}, not a text", "Write how it is called."))
    return out


def texts(part: Part, where: str, like: str, problems: Problems) -> dict[str, str]:
    """name: text; the names are free, and numbers become texts as they are written."""
    out = {}
    for key, inner in _entries(part, where, like, problems).items():
        if isinstance(inner.value, str | int) and not isinstance(inner.value, bool) and str(inner.value).strip():
            out[key] = str(inner.value).strip()
        else:
            problems.append(Problem(inner.line, where, f"`{key[:60]}` is {show(inner.value)}, not a text", f"Write it like `{like}`."))
    return out


def shares(part: Part, where: str, problems: Problems) -> tuple[tuple[str, float], ...]:
    """category: share, each within 0 and 1, together 1."""
    out: list[tuple[str, float]] = []
    for key, inner in _entries(part, where, "white: 0.817", problems).items():
        value = inner.value
        if isinstance(value, bool) or not isinstance(value, NUMBERS) or not 0 <= value <= 1:
            do = f"Write {value / 100:.6g}." if isinstance(value, NUMBERS) and 1 < value <= 100 else "Write a share such as 0.12."
            problems.append(Problem(inner.line, where, f"the share of `{key[:60]}` is {show(value)}, not a number from 0 to 1", do))
        else:
            out.append((key, float(value)))
    total = sum(share for _, share in out)
    if out and not any(p.where == where for p in problems) and abs(total - 1) > SUM:
        lacking = f"Add the {1 - total:.4g} that is lacking" if total < 1 else f"Take away {total - 1:.4g}"
        problems.append(Problem(part.line, where, f"its shares sum to {total:.4g}, not to 1", f"{lacking}; “other” is a category too."))
    return tuple(out)


def conditions(part: Part, register: str, where: str, problems: Problems) -> tuple[Condition, ...]:
    """column: value, or column: [values], or column: {at_least: n, at_most: m, not: v, has: word, known: true}."""
    schema = REGISTERS.get(register)
    out: list[Condition] = []
    for column, inner in _entries(part, where, "chargeable: false", problems).items():
        if schema is None:
            continue
        if column not in schema.names:
            problems.append(_no_column(column, schema, inner.line, register, where))
            continue
        out += _conditions(column, inner, schema.field(column).type, where, problems)
    return tuple(out)


def _no_column(column: str, schema: pa.Schema, line: int, register: str, where: str) -> Problem:
    hint = near(column[:60], schema.names) or f"Its columns are {', '.join(schema.names[:-3])}."
    return Problem(line, where, f"{show(column)} is not a column of {register}", hint)


def _conditions(column: str, part: Part, kind: pa.DataType, where: str, problems: Problems) -> list[Condition]:
    if isinstance(part.value, list):
        return _checked([Condition(column, "one_of", tuple(p.value for p in part.value), part.line)], kind, where, problems)
    if not isinstance(part.value, dict):
        return _checked([Condition(column, "has" if pa.types.is_list(kind) else "is", part.value, part.line)], kind, where, problems)
    made = []
    for how, inner in part.value.items():
        if how in HOWS:
            value = tuple(p.value for p in inner.value) if isinstance(inner.value, list) else inner.value
            made.append(Condition(column, how, value, inner.line))
        else:
            problems.append(Problem(inner.line, where, f"{show(how)} is no way to ask", near(how[:60], HOWS) or f"Use {', '.join(HOWS)}."))
    return _checked(made, kind, where, problems)


def _checked(made: list[Condition], kind: pa.DataType, where: str, problems: Problems) -> list[Condition]:
    """Those whose value is of the column's kind."""
    good = []
    for c in made:
        wrong = _misfit(c, kind)
        if wrong:
            problems.append(Problem(c.line, where, f"`{c.column}` cannot {wrong}", _like(c, kind)))
        else:
            good.append(c)
    return good


def _misfit(c: Condition, kind: pa.DataType) -> str:
    values = c.value if isinstance(c.value, tuple) else (c.value,)
    if c.how == "known":
        return "" if isinstance(c.value, bool) else f"be known {show(c.value)}"
    if c.how == "one_of" and not isinstance(c.value, tuple):
        return "be one of a single value"
    if c.how in ("at_least", "at_most") and not (_is_number(kind) and all(_number(v) for v in values)):
        return f"be {c.how.replace('_', ' ')} {show(c.value)}"
    if pa.types.is_list(kind) is not (c.how == "has"):
        return f"be asked with `{c.how}`"
    if not all(_fits(v, kind) for v in values):
        return f"be {show(c.value if not isinstance(c.value, tuple) else list(c.value))}"
    return ""


def _number(value: Any) -> bool:
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _fits(value: Any, kind: pa.DataType) -> bool:
    if pa.types.is_boolean(kind):
        return isinstance(value, bool)
    if _is_number(kind):
        return _number(value)
    return isinstance(value, str)


def _like(c: Condition, kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"It is a list: write `{c.column}: word`, or `{c.column}: {{has: word}}`."
    if pa.types.is_boolean(kind):
        return f"Write `{c.column}: true` or `{c.column}: false`."
    if _is_number(kind):
        return f"Write `{c.column}: 3`, or `{c.column}: {{at_least: 3}}`."
    return f"Write `{c.column}: word`, or `{c.column}: [word, other]`."
