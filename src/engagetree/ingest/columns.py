"""One column of a table as SQL: how it is read from the file, what its value is, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagetree.cells import CONTROLS, GUARD, Column, Fault, clean, said, text_of, translated, yes_or_no
from engagetree.engine import literal
from engagetree.ingest import times
from engagetree.ingest.shape import NOT_NEGATIVE

BREAK = r"[\r\n]"
"""In a name, a line break is the trace of a misplaced quote that swallowed the rows below it."""
BLEMISH = rf"^[\s\x{{a0}}]|[\s\x{{a0}}]$|^$|{CONTROLS}|{GUARD}"
LONGEST = {"title": 10_000, "reason": 10_000, "attributes": 100_000}
LONGEST_NAME = 1_000
"""Characters (bytes) that a text may have; a name longer than this is a broken file, not a name."""

NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
    "FLOAT",
    "DOUBLE",
)


@dataclass(frozen=True)
class Rules:
    """What a map says about turning cells into values."""

    zone: str | None
    formats: Sequence[str] = ()
    values: Mapping[str, Mapping[str, str | None]] | None = None
    only: Sequence[str] = ()
    decimal: str = "."


def blemished(name: str, cell: str, required: bool) -> str:
    """Whether a text cell needs cleaning or refusing at all. Asked of each distinct value once: most files need nothing."""
    empty = f"{cell} IS NULL OR " if required else ""
    pattern = BLEMISH if name in LONGEST else f"{BLEMISH}|{BREAK}"
    return f"{empty}strlen({cell}) > {LONGEST.get(name, LONGEST_NAME)} OR regexp_matches({cell}, {literal(pattern)})"


def column(name: str, target: str, cell: str, kind: str, *, required: bool, spotless: bool, rules: Rules) -> Column:
    """The column `name` (a `target` of text, number, time, flag) from a cell of DuckDB type `kind`; a `spotless` text is taken as it is."""
    x = f"x_{name}"
    textual = kind == "VARCHAR"
    if target == "time" and kind in NUMBERS:
        cell, kind, textual = f"{cell}::VARCHAR", "VARCHAR", True
    values = (rules.values or {}).get(name, {})
    raw = cell if textual else f"{cell}::VARCHAR" if target == "text" or values else cell
    if textual and not spotless:
        raw = text_of(raw) if target == "text" else clean(raw)
    if values:
        raw, kind, textual = translated(raw, values), "VARCHAR", True
    made = {"text": _text, "number": _number, "time": _time, "flag": _flag}[target](name, x, kind, textual, rules)
    faults = [] if spotless and target == "text" else list(made.faults)
    if required and not (spotless and not values):
        faults.insert(0, Fault(f"{x} IS NULL", f"{name} is empty", literal(f"{name} is empty")))
    if name in rules.only and values:
        ours = ", ".join(literal(v) for v in values.values() if v) or "NULL"
        faults.append(
            Fault(f"NOT coalesce({x} IN ({ours}), {x} IS NULL)", f"{name} has no translation", said(name, x, "has no translation"))
        )
    return Column(name, raw, made.value, tuple(faults))


def _text(name: str, x: str, kind: str, textual: bool, rules: Rules) -> Column:
    most = LONGEST.get(name, LONGEST_NAME)
    long = Fault(f"strlen({x}) > {most}", f"{name} is too long", said(name, x, f"has more than {most:,} characters"))
    json = [Fault(f"NOT json_valid({x})", f"{name} is no JSON", said(name, x, "is no JSON"))] if name == "attributes" else []
    odd = Fault(f"regexp_matches({x}, {literal(CONTROLS)})", f"{name} has a control character", literal(f"{name} has a control character"))
    torn = Fault(
        f"regexp_matches({x}, {literal(BREAK)})", f"{name} has a line break", said(name, x, "has a line break: is a quote misplaced?")
    )
    return Column(name, x, x, (long, odd, *json) if name in LONGEST else (long, odd, torn))


def _number(name: str, x: str, kind: str, textual: bool, rules: Rules) -> Column:
    dotted = x if rules.decimal == "." or not textual else f"replace(replace({x}, '.', ''), {literal(rules.decimal)}, '.')"
    number = f"TRY_CAST({dotted} AS DOUBLE)" if textual else f"{x}::DOUBLE"
    text = x if textual else f"{x}::VARCHAR"
    v = f"v_{name}"
    nan = f"({x} IS NOT NULL AND coalesce(NOT isfinite({v}), TRUE))"
    faults = [Fault(nan, f"{name} is not a number", said(name, text, "is not a number"))]
    if name in NOT_NEGATIVE:
        faults.append(Fault(f"{v} < 0", f"{name} is negative", f"{literal(name + ': ')} || left({text}, 40) || ' is negative'"))
    return Column(name, x, f"({number} + 0.0)", tuple(faults))  # + 0.0: no negative zero


def _time(name: str, x: str, kind: str, textual: bool, rules: Rules) -> Column:
    value = times.formatted(x, rules.formats, rules.zone) if textual else times.typed(x, kind, rules.zone)
    assert value is not None, kind  # `tabular` refuses other types before
    text, v = x if textual else f"{x}::VARCHAR", f"v_{name}"
    faults = []
    if textual:
        faults.append(Fault(f"({x} IS NOT NULL AND {v} IS NULL)", f"{name} is not a date", said(name, text, "is not a date")))
    outside = f"NOT ({v} >= TIMESTAMPTZ '{times.EARLIEST} 00:00:00Z' AND {v} < TIMESTAMPTZ '{times.LATEST} 00:00:00Z')"
    far = f"lies outside {times.EARLIEST} to {times.LATEST}"
    faults.append(Fault(outside, f"{name} {far}", said(name, text, far)))
    open_zone = times.needs_zone(x, rules.formats) if textual else ("TRUE" if kind != "TIMESTAMP WITH TIME ZONE" else "FALSE")
    if rules.zone is None:
        faults.append(Fault(f"({x} IS NOT NULL AND ({open_zone}))", f"{name}: time has no zone", said(name, text, "time has no zone")))
    return Column(name, x, value, tuple(faults))


def _flag(name: str, x: str, kind: str, textual: bool, rules: Rules) -> Column:
    if kind == "BOOLEAN":
        return Column(name, x, x)
    value = yes_or_no(f"{x}::VARCHAR")
    wrong = Fault(f"({x} IS NOT NULL AND v_{name} IS NULL)", f"{name} is not yes or no", said(name, f"{x}::VARCHAR", "is not yes or no"))
    return Column(name, x, value, (wrong,))
