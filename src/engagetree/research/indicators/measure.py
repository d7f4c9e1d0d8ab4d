"""A year's values of every indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.indicators import (
    activities,
    attention,
    boards,
    coauthors,
    depth,
    extent,
    hebci,
    own,
    people,
    programme,
    reach,
    together,
    visits,
)
from engagetree.research.indicators.books import Books
from engagetree.research.model import Value, Year

if TYPE_CHECKING:
    import duckdb

PARTS: tuple[Callable[[Books], Iterator[Value]], ...] = (
    extent.values,
    people.values,
    hebci.values,
    programme.values,
    depth.values,
    together.values,
    boards.values,
    coauthors.values,
    reach.values,
    attention.values,
    own.values,
)
"""What is measured, in order; each part sees the books after `activities.acts`."""


def measure(
    con: duckdb.DuckDBPyConnection,
    sources: Mapping[str, str],
    definition: ResearchDefinition,
    year: Year,
    today: date | None = None,
) -> tuple[Value, ...]:
    """Every value of a year. `sources` gives for each register a table's name or a query; one that is missing is as one without rows.

    `today` ends what can have been observed (default: the day in the institution's zone). Temporary tables whose names begin with
    `research_` are made on the connection and dropped again.
    """
    books = Books(con, sources, definition, year, today or datetime.now(ZoneInfo(definition.zone)).date())
    try:
        activities.base(books)
        visits.visits(books)
        activities.acts(books)
        return tuple(v for part in PARTS for v in part(books))
    finally:
        activities.clear(books)
