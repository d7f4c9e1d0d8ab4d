"""Structured-qualitative evidence of a year, measured: rubrics, coded evidence, and what claims of quality rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engagetree.research.model import Indicator, Value, Year
from engagetree.research.quality import beside, claimed, coding, rated, sheets
from engagetree.research.quality.indicators import CODED, of_rubrics
from engagetree.research.quality.settings import Told, floors_of, relation, rubrics_of

if TYPE_CHECKING:
    import duckdb


def indicators(definition: Told = None) -> tuple[Indicator, ...]:
    """Every indicator that `measure` can give a value of."""
    return (*of_rubrics(rubrics_of(definition).values()), beside.INDICATOR, *CODED)


def measure(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], definition: Told, year: Year) -> tuple[Value, ...]:
    """The values of a year from the registers `ratings`, `coded` and `claims`.

    `sources` names a relation in SQL for each register; one that is missing is empty. `definition` may be None. A rubric that nobody used
    in the year has no values.
    """
    found: list[Value] = []
    rubrics, floors = rubrics_of(definition), floors_of(definition)
    if "ratings" in sources:
        ratings = relation(sources, "ratings")
        used = sheets.used(con, ratings, year)
        for rubric in (r for r in rubrics.values() if r.key.lower() in used):
            found += rated.values(sheets.read(con, ratings, rubric, year), year.key, floors.agreement)
    found += beside.values(con, sources, definition, year)
    if "coded" in sources:
        found += coding.values(con, relation(sources, "coded"), year, floors.raters_share)
    claims = claimed.claims(con, sources, year)
    found += claimed.values(claims, claimed.grounds(con, sources, rubrics), year.key)
    return tuple(found)


def unknown_rubrics(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], definition: Told, year: Year) -> tuple[str, ...]:
    """Rubrics that ratings of a year name and nobody defined: their ratings are not measured."""
    if "ratings" not in sources:
        return ()
    known = {key.lower() for key in rubrics_of(definition)}
    return tuple(sorted(sheets.used(con, relation(sources, "ratings"), year) - known))


def labels(definition: Told = None) -> dict[str, dict[str, str]]:
    """How levels and criteria are called, and what a polarity is."""
    every = rubrics_of(definition).values()
    return {
        "level": {r.called(level.code): level.label for r in every for level in r.levels},
        "criterion": {r.called(c.key): c.label for r in every for c in r.criteria},
        "polarity": {"+": "Speaks for it", "−": "Speaks against it", "mixed": "Mixed", "contested": "Coders differ", "unknown": "Not said"},
    }
