"""The rules of an `institution.yml` that no single field can hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pyarrow as pa

from engagetree.definition.shape import Row
from engagetree.definition.values import show
from engagetree.errors import Problem, near
from engagetree.research import vocabulary
from engagetree.research.definition_fields import DIMENSIONS_OF
from engagetree.research.registers import REGISTERS

STARTS = re.compile("(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def starts(row: Row) -> Iterator[Problem]:
    """A year begins on a day that every year has."""
    text = row.get("starts")
    if text is None:
        return
    if row.has("calendar"):
        yield row.error("starts", "stands beside `calendar`, and both say when a year begins", "Keep one of them.")
    found = STARTS.fullmatch(text)
    try:
        date(2025, *(int(g) for g in found.groups())) if found else None
    except ValueError:
        found = None
    if not found:
        yield row.error("starts", f"is {show(text)}, not a day of every year", 'Write month and day in quotes: "08-01".')


def baselines(row: Row) -> Iterator[Problem]:
    """A baseline of a day to come cannot have been counted."""
    for b in row.get("baselines", ()):
        day = b.get("date")
        if isinstance(day, datetime):
            yield b.error("date", "has a time of day", "Write the day alone: 2021-03-21.")
        elif isinstance(day, date) and day > date.today():
            yield b.error("date", f"is {day}, which has not come yet", "Write when the baseline was counted.")


def own(row: Row) -> Iterator[Problem]:
    """What an own indicator counts, of which dimension it may be, and what its kind needs."""
    for o in row.get("indicators", ()):
        yield from _dimension(o)
        yield from _needs(o)
        yield from _columns(o)


def _dimension(o: Row) -> Iterator[Problem]:
    register, dimension = o.get("register"), o.get("dimension")
    allowed = DIMENSIONS_OF.get(register or "", vocabulary.DIMENSIONS)
    if dimension is None or dimension in allowed:
        return
    if register == "mentions":
        found = f"is {dimension} and counts mentions: attention is not {dimension}"
        yield o.error("dimension", found, "Write `dimension: attention`. Quality rests on coded evidence: `register: coded`.")
    else:
        yield o.error("dimension", f"is {dimension}, which {register} cannot show", f"It can be {', '.join(allowed)}.")


def _needs(o: Row) -> Iterator[Problem]:
    kind = o.get("kind")
    needed = {"sum": ("column",), "mean": ("column",), "ratio": ("column", "over"), "share": ("where",)}.get(kind or "", ())
    for name in needed:
        if not o.has(name):
            yield Problem(o.line, o.where, f"is a {kind} without `{name}`", _NEED[name])
    for name in ("column", "over"):
        if o.has(name) and name not in needed and kind is not None:
            yield o.error(name, f"`{name}` has no effect on a {kind}", "Remove it.")


_NEED = {
    "column": "Write the column of numbers that is summed.",
    "over": "Write the column of numbers that it is divided by.",
    "where": "Write which of the rows count; `of` says which rows it is about.",
}


def _columns(o: Row) -> Iterator[Problem]:
    schema = REGISTERS.get(o.get("register", ""))
    if schema is None:
        return
    numbers = [f.name for f in schema if pa.types.is_floating(f.type)]
    words = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_boolean(f.type)]
    for name in ("column", "over"):
        yield from _column(o, name, (o.get(name),) if o.get(name) else (), numbers, "numbers")
    yield from _column(o, "by", o.get("by", ()), [w for w in words if w not in ("source", "import_id")], "words")


def _column(o: Row, name: str, given: tuple[str, ...], known: list[str], kind: str) -> Iterator[Problem]:
    for column in given:
        if column in known:
            continue
        hint = near(column[:60], known) or (f"There are {', '.join(known)}." if known else "This register has none.")
        yield o.error(name, f"`{name}` names {show(column)}, which is no column of {kind} in {o.get('register')}", hint)
    if name == "by" and "person" in given:
        yield o.error(name, "`by` names persons", "A breakdown by person would be a list of people. Remove it.")


def tables(row: Row) -> Iterator[Problem]:
    """A published table has one to three dimensions."""
    for t in row.get("published", ()):
        if len(t.get("by", ())) > 3:
            yield t.error("by", f"names {len(t.get('by'))} dimensions", "Use at most three; finer tables cannot be protected.")


RULES: tuple[Callable[[Row], Iterator[Problem]], ...] = (starts, baselines, own, tables)
