"""A map bound to the cells of one file: every column of the register as SQL, special ones last."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from engagetree.cells import Column, Fault, clean, translated
from engagetree.engine import literal
from engagetree.errors import ImportRefused
from engagetree.research.readers import answers, cells
from engagetree.research.readers.cells import x
from engagetree.research.readers.given import Asked, Given
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.shape import ALSO, BANDED, ID_FROM, IDS, LAST_DAYS, REQUIRED, SCHEMAS, kinds, vocabularies

MOST_WORDS = 5_000
"""Distinct texts of one column that are looked at."""


def _raw(given: Given, m: RegisterMap, name: str) -> str:
    """The cell of one of our columns."""
    at = dict(given.cells)
    if f"\0{name}" in at:
        return clean(at[f"\0{name}"])
    if name in m.columns:
        cell = clean(at[m.columns[name]])
        return f"coalesce({cell}, {literal(m.constants[name])})" if name in m.constants else cell
    return f"{literal(m.constants.get(name))}::VARCHAR"


def columns(con: Any, given: Given, m: RegisterMap, asked: Asked) -> list[Column]:
    """Every column of the register as SQL over `line`, `part` and its cell."""
    register, known = m.register, vocabularies(m.register, asked.own)
    made: dict[str, Column] = {}
    for name, kind in kinds(register).items():
        raw = _raw(given, m, name)
        given_here = name in m.columns or name in m.constants or f"\0{name}" in dict(given.cells)
        values = m.values.get(name, {})
        last = next((a for a, of in LAST_DAYS.items() if of == name and a in m.columns and name not in m.columns), "")
        if last:
            raw = clean(dict(given.cells)[m.columns[last]])
        if kind not in ("word", "words"):
            raw = translated(raw, values)
        if kind == "day" and (given_here or last):
            _check_order(con, given, raw, name, m)
        value, faults = (
            _typed(con, given, raw, name, kind, known.get(name, {}), m) if given_here or last else (_nothing(register, name), [])
        )
        if last:
            value = f"({value}) + 1"
        made[name] = Column(name, raw, value, tuple(faults))
    _special(con, given, m, made)
    for name in REQUIRED[register]:
        need = Fault(f"{x(name)} IS NULL", f"{name} is empty", literal(f"{name} is empty"))
        if name != "title" or "title" in m.columns or IDS.get(register) not in m.columns:
            made[name] = replace(made[name], faults=(need, *made[name].faults))
    return list(made.values())


def _nothing(register: str, name: str) -> str:
    field = SCHEMAS[register].field(name)
    return f"NULL::{sql_type(field.type)}"


def sql_type(of: Any) -> str:
    """A column's type in SQL.

    >>> sql_type(SCHEMAS["activities"].field("audiences").type)
    'VARCHAR[]'
    """
    kinds_ = {"string": "VARCHAR", "double": "DOUBLE", "int64": "BIGINT", "bool": "BOOLEAN", "date32[day]": "DATE"}
    return kinds_.get(str(of), "VARCHAR[]")


def _typed(con: Any, given: Given, raw: str, name: str, kind: str, labels: dict[str, str], m: RegisterMap) -> tuple[str, list[Fault]]:
    if kind == "word":
        return cells.word(name, _words(con, given, raw, name, labels, m))
    if kind == "words":
        return cells.words_of(name, _words(con, given, f"unnest({cells.parts(raw, m.separators)})", name, labels, m), m.separators)
    if kind == "texts":
        return cells.texts(name, m.separators, given.spotless)
    if kind == "number":
        return cells.number(name, m.decimal)
    if kind == "day":
        return cells.day(name, m.dates)
    if kind == "text":
        return cells.text(name, given.spotless)
    return cells.whole(name) if kind == "whole" else cells.flag(name)


def _distinct(con: Any, given: Given, raw: str, where: str = "TRUE") -> list[str]:
    """The texts of a column, each once; trimming and the like is done to each text once, too."""
    used = [at for _, at in given.cells if re.search(rf"\b{at}\b", raw)]
    once = f"(SELECT DISTINCT {', '.join(used)} FROM {given.relation})" if used else given.relation
    query = f"SELECT DISTINCT w FROM (SELECT {raw} AS w FROM {once}) WHERE w IS NOT NULL AND {where} ORDER BY 1 LIMIT {MOST_WORDS}"
    return [r[0] for r in con.execute(query).fetchall()]


def _words(con: Any, given: Given, raw: str, name: str, labels: dict[str, str], m: RegisterMap) -> cells.Words:
    return cells.sorted_out(_distinct(con, given, raw), labels, ALSO.get(name, {}), m.values.get(name, {}))


def _check_order(con: Any, given: Given, raw: str, name: str, m: RegisterMap) -> None:
    """Refuses days like 03/04/2025 without a format: nobody can know whether the day or the month comes first.

    Beside days written 2025-04-03 it is the odd row that is refused, not the file.
    """
    if m.dates or _distinct(con, given, raw, "regexp_matches(w, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}')"):
        return
    found = _distinct(con, given, raw, "regexp_matches(w, '^[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{2,4}')")
    if found:
        do = 'Say it in a column map: `dates: "%d/%m/%Y"` with the day first, "%m/%d/%Y" with the month first.'
        raise ImportRefused(given.name, f"{name} reads `{found[0]}`, and which of its numbers is the day is not known", do)


def _special(con: Any, given: Given, m: RegisterMap, made: dict[str, Column]) -> None:
    """Bands, ids that are made, and what was asked."""
    if (name := BANDED.get(m.register)) and name in m.columns:
        texts = _distinct(con, given, made[name].raw, "TRY_CAST(w AS DOUBLE) IS NULL")
        for column, (value, faults) in cells.banded(name, texts, m.decimal).items():
            own = made[column]
            if column == name:
                made[name] = replace(own, value=value, faults=tuple(faults))
            elif own.name not in m.columns:
                made[column] = replace(own, value=value)
            else:
                made[column] = replace(own, value=f"coalesce({own.value}, {value})")
        low = made[f"{name}_low"].value
        method = made["count_method"]
        made["count_method"] = replace(method, value=f"coalesce({method.value}, CASE WHEN ({low}) IS NOT NULL THEN 'band' END)")
    if key := IDS.get(m.register):
        made[key] = replace(made[key], value=f"coalesce({x(key)}, {_id(m.register)})")
    if m.register == "reach":
        found = _distinct(con, given, made["answer"].raw)
        has_asked = "asked" in m.columns or "asked" in m.constants
        for column, (value, faults) in (answers.beside(found) if has_asked else answers.by_answers(found)).items():
            made[column] = replace(made[column], value=value, faults=tuple(faults))


def _id(register: str) -> str:
    """An id from what a row says."""
    said = ", ".join(f"coalesce({x(c)}, '')" for c in ID_FROM[register])
    return f"'{register[:3]}-' || left(md5(concat_ws('\x1f', {said})), 12)"
