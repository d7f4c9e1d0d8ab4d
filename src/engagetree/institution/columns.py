"""The columns of a register as somebody who fills it wants to know them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engagetree.errors import NotFound, near
from engagetree.institution.words import asked
from engagetree.research.readers.shape import BANDED, CHARACTERISTICS, IDS, LAST_DAYS, REQUIRED, SCHEMAS, kinds, vocabularies

SAYS = {
    "text": "text",
    "texts": "texts, separated by ; or |",
    "word": "one of",
    "words": "some of, separated by ; or |",
    "number": "number",
    "whole": "1, 2 or 3",
    "day": "day, 2025-10-03",
    "flag": "yes or no",
}
ALIASES = {of: alias for alias, of in LAST_DAYS.items()}


@dataclass(frozen=True)
class ColumnAsked:
    """One column: what it holds, whether every row needs it, and the words that it takes."""

    name: str
    says: str
    needed: bool
    words: tuple[str, ...] = ()


def columns_of(register: str, home: Path | None = None) -> tuple[ColumnAsked, ...]:
    """The columns of a register in their order. NotFound for an unknown one; an institution's own words where `home` has one."""
    if register not in SCHEMAS:
        raise NotFound(f"register {register}", "there is no such register", near(register, SCHEMAS) or f"Known: {', '.join(SCHEMAS)}.")
    definition = (home or Path()) / "institution.yml"
    known = vocabularies(register, asked(definition).own if definition.exists() else None)
    found = [
        ColumnAsked(name, _says(register, name, kind), name in REQUIRED[register], tuple(known.get(name, ())))
        for name, kind in kinds(register).items()
    ]
    if register == "reach":
        found.append(ColumnAsked(", ".join(CHARACTERISTICS[:4]) + " …", "a column for each question does as well", False))
    return tuple(found)


def _says(register: str, name: str, kind: str) -> str:
    says = SAYS[kind]
    if BANDED.get(register) == name:
        says += ", or a band: 51-100, 501+"
    if IDS.get(register) == name:
        says += "; made from the row where there is none"
    if name == "person":
        says += "; becomes a pseudonym"
    if name in ALIASES:
        says += f"; the first day that no longer counts, or `{ALIASES[name]}`: the last that does"
    return says
