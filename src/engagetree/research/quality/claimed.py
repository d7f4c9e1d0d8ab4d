"""What claims rest on: which of the ids that they cite are coded evidence, attention, self-assessments or records of impacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engagetree.engine import literal
from engagetree.research.model import Claim, Value, Year
from engagetree.research.quality.rubric import Rubric
from engagetree.research.quality.settings import relation

if TYPE_CHECKING:
    import duckdb

    from engagetree.research.guards.given import Ground


def grounds(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], rubrics: Mapping[str, Rubric]) -> dict[str, Ground]:
    """Of every id that a claim cites and a register knows, what it is. An id of a coded item is coded evidence, also where the item is a
    mention; an output stands for its attention, and only if it was mentioned."""
    if "claims" not in sources:
        return {}
    cited = f"(SELECT DISTINCT unnest(rests_on) AS id FROM {relation(sources, 'claims')})"
    found: dict[str, Ground] = {}
    asked: tuple[tuple[Ground, str, str, str], ...] = (
        ("attention", "mentions", "mention", "TRUE"),
        ("attention", "mentions", "output", "TRUE"),
        ("assessment", "ratings", "rubric", _not_engagement(rubrics)),
        ("coded", "ratings", "rubric", f"NOT {_not_engagement(rubrics)}"),
        ("impact", "impacts", "impact", "TRUE"),
        ("coded", "coded", "item", "code IS NOT NULL AND trim(code) <> ''"),
    )
    for ground, register, column, where in asked:
        if register in sources:
            rows = con.execute(
                f"SELECT id FROM {cited} SEMI JOIN (SELECT {column} AS id FROM {relation(sources, register)} WHERE {where}) USING (id)"
            )
            found |= dict.fromkeys((row[0] for row in rows.fetchall()), ground)
    return found


def _not_engagement(rubrics: Mapping[str, Rubric]) -> str:
    names = ", ".join(literal(key) for key, rubric in rubrics.items() if rubric.scope == "institution")
    return f"lower(rubric) IN ({names or 'NULL'})"


def claims(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], year: Year) -> tuple[Claim, ...]:
    """The claims of a year, from the register `claims`."""
    if "claims" not in sources:
        return ()
    rows = con.execute(
        f"""SELECT claim, coalesce(text, ''), coalesce(dimension, ''), coalesce(about, ''), coalesce(rests_on, []), negatives_sought
            FROM {relation(sources, "claims")} WHERE year = {literal(year.key)} ORDER BY claim"""
    ).fetchall()
    return tuple(Claim(key, text, dimension, about, tuple(on), sought) for key, text, dimension, about, on, sought in rows)


def values(found: tuple[Claim, ...], grounds: Mapping[str, Ground], year: str) -> Iterator[Value]:
    """How many of the claims of quality cite coded evidence and say whether cases against them were looked for."""
    of_quality = [c for c in found if c.dimension == "quality"]
    if not of_quality:
        return
    backed = [c for c in of_quality if c.negatives_sought is not None and any(grounds.get(i) == "coded" for i in c.rests_on)]
    n, have = len(of_quality), len(backed)
    yield Value("backed_claims_share", year, (), have / n, "share", n=n, numerator=float(have), denominator=float(n))
