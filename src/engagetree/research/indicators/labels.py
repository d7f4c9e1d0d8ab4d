"""How the categories of every breakdown are called: the definition's words, and names that stand in the registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.indicators.activities import REASONS
from engagetree.research.indicators.books import Books
from engagetree.research.model import Year
from engagetree.research.vocabulary import DEPTHS

if TYPE_CHECKING:
    import duckdb

HEADS = {"2a": "Public lectures", "2b": "Performance arts", "2c": "Exhibitions", "2d": "Museum education", "2e": "Other"}
CHARGED = {"free": "Free", "chargeable": "Chargeable", "not_recorded": "Not recorded"}


def labels(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], definition: ResearchDefinition) -> dict[str, dict[str, str]]:
    """Dimension → category → what people read, for `AnnualReturn.labels`."""
    books = Books(con, sources, definition, Year("", date.min, date.max), date.max)
    boards = dict(books.rows(f"SELECT board, any_value(name) FROM {books.of('boards')} WHERE name IS NOT NULL GROUP BY board"))
    titles = dict(
        books.rows(f"""SELECT activity, any_value(coalesce(a.title, p.programme)) AS title FROM {books.of("programmes")} p
            LEFT JOIN {books.of("activities")} a USING (activity) GROUP BY activity HAVING title IS NOT NULL""")
    )
    aside = {"not_recorded": "Not recorded"}
    return definition.labels() | {
        "board": boards,
        "baseline": {b.key: f"{b.name} ({b.geography}, {b.dated})" for b in definition.baselines},
        "activity": titles,
        "reason": REASONS,
        "claimed": dict(DEPTHS),
        "hebci": HEADS,
        "chargeable": CHARGED,
        "place": {w: w.capitalize() for w in ("local", "regional", "national", "international")} | aside,
        "delivery": {"in_person": "In person", "online": "Online", "hybrid": "Hybrid"} | aside,
        "purpose": {
            "knowledge_exchange": "Knowledge exchange",
            "recruitment": "Recruitment",
            "widening_participation": "Widening participation",
            "trading": "Trading",
            "other": "Other",
        }
        | aside,
        "department": aside,
    }
