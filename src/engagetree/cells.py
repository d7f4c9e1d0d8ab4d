"""A cell of somebody's table on its way to a column of ours, as SQL: cleaned, read as yes or no, and what can be wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engagetree.engine import literal

BLANKS = " \t\r\n\u00a0"
SIGNS = "=+@＝＋－＠-"
"""With what a formula begins, also in full width; `-` stands last because it does in a regular expression's brackets."""
GUARD = f"^'('*[{SIGNS}])"
"""The apostrophe before what a spreadsheet would take for a formula: it says that the cell is text, and is no part of it."""
CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"
YES, NO = ("true", "yes", "y", "1", "t"), ("false", "no", "n", "0", "f")
LONGEST_SAID = 60
"""Characters of a cell that a message repeats."""


@dataclass(frozen=True)
class Fault:
    """Something that may be wrong with a row: `when` is a condition, `kind` its name, `says` a text expression."""

    when: str
    kind: str
    says: str


@dataclass(frozen=True)
class Column:
    """`raw` is taken from the file as `x_<name>`; `value` and `faults` speak of that, faults also of `v_<name>`, the value."""

    name: str
    raw: str
    value: str
    faults: tuple[Fault, ...] = ()


def clean(cell: str) -> str:
    """A cell as text without surrounding blanks; empty is null."""
    return f"nullif(trim({cell}::VARCHAR, {literal(BLANKS)}), '')"


def text_of(cell: str) -> str:
    """The same of a cell that is a text: also without the apostrophe that keeps a spreadsheet from running it.

    >>> import duckdb
    >>> duckdb.sql(f"SELECT {text_of('t')} FROM (VALUES (' a '), (chr(39) || '=1+1'), ('it')) v(t)").fetchall()
    [('a',), ('=1+1',), ('it',)]
    """
    return f"regexp_replace({clean(cell)}, {literal(GUARD)}, '\\1')"


def translated(cell: str, values: Mapping[str, str | None]) -> str:
    """A text replaced by what a map gives for it; others stay."""
    whens = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in values.items())
    return f"CASE {cell} {whens} ELSE {cell} END" if values else cell


def shown(text: str) -> str:
    """A text as a message repeats it: long ones cut."""
    return f"CASE WHEN length({text}) > {LONGEST_SAID} THEN left({text}, {LONGEST_SAID}) || '…' ELSE {text} END"


def said(name: str, text: str, tail: str) -> str:
    """The message ``name: `text` tail``, long texts cut."""
    return f"{literal(name + ': `')} || {shown(text)} || {literal('` ' + tail)}"


def yes_or_no(text: str) -> str:
    """True or false of a text in any case; null where it is neither.

    >>> import duckdb
    >>> duckdb.sql(f"SELECT {yes_or_no('t')} FROM (VALUES ('Yes'), ('N'), ('perhaps')) v(t)").fetchall()
    [(True,), (False,), (None,)]
    """
    yes, no = (", ".join(literal(word) for word in words) for words in (YES, NO))
    return f"CASE WHEN lower({text}) IN ({yes}) THEN TRUE WHEN lower({text}) IN ({no}) THEN FALSE END"
