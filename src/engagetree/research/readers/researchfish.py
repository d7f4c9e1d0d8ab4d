"""What a Researchfish export says in its own words, as ours: form of activity → type, audience → audience, years → days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engagetree.cells import clean
from engagetree.engine import literal
from engagetree.research.readers.given import Given
from engagetree.research.readers.gtr import AUDIENCES, FORMS


def matching(cell: str, table: tuple[tuple[str, str], ...], otherwise: str) -> str:
    """SQL: the word of the first pattern that stands in a cell."""
    whens = " ".join(f"WHEN regexp_matches(lower({cell}), {literal(pattern)}) THEN {literal(word)}" for pattern, word in table)
    return f"CASE WHEN {cell} IS NULL THEN NULL {whens} ELSE {otherwise} END"


def derived(given: Given, columns: Mapping[str, str], aside: Mapping[str, str]) -> Given:
    """The cells with `type`, `audiences`, `starts_on` and `until` beside them, as far as the file says anything of these."""
    at = dict(given.cells)
    made: dict[str, str] = {}
    if "form" in columns:
        made["type"] = matching(clean(at[columns["form"]]), FORMS, "NULL")
    if "audience" in aside:
        cell = clean(at[aside["audience"]])
        made["audiences"] = matching(cell, AUDIENCES, cell)  # what is none of ours is refused by its own words
    if "years" in aside and "starts_on" not in columns:
        years = f"list_sort(regexp_extract_all({clean(at[aside['years']])}, '[12][0-9]{{3}}'))"
        made["starts_on"] = f"CASE WHEN len({years}) > 0 THEN {years}[1] || '-01-01' END"
        made["until"] = f"CASE WHEN len({years}) > 0 THEN (({years}[-1])::INT + 1)::VARCHAR || '-01-01' END"
    if not made:
        return given
    beside = ", ".join(f"{value} AS made_{name}" for name, value in made.items())
    cells = (*given.cells, *((f"\0{name}", f"made_{name}") for name in made))
    return replace(given, relation=f"(SELECT *, {beside} FROM {given.relation})", cells=cells)
