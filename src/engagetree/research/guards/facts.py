"""What the registers tell the guards beside the numbers: evidence behind depths and claims, who was left out, versions of scores.

SQL reduces; whatever is in no register is simply not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from engagetree.engine import literal, literals
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.guards.given import NOTHING, Baseline, Given, Interpretation
from engagetree.research.guards.kinds import of_activities
from engagetree.research.model import Claim, Year
from engagetree.research.quality import beside, claimed, coding
from engagetree.research.quality.settings import Told, relation, rubrics_of

if TYPE_CHECKING:
    import duckdb


def given(
    con: duckdb.DuckDBPyConnection,
    sources: Mapping[str, str],
    definition: Told,
    year: Year,
    before: Year | None = None,
    told: Given = NOTHING,
) -> Given:
    """`told` with what registers and definition know added to it. `sources` names a relation in SQL for each register; a missing one is
    empty.

    Composites, programmes and breaches stay as they are told, and so does everything else that was told already.
    """
    found = _defined(definition, replace(told, grounds=claimed.grounds(con, sources, rubrics_of(definition))))
    if "activities" in sources and told.activities is None:
        found = of_activities(con, relation(sources, "activities"), definition, year, found)
    if "coded" in sources:
        found = replace(found, interpretations=_interpretations(con, sources, year))
    if compared := beside.comparison(con, sources, definition, year):
        found = replace(found, comparisons=(*found.comparisons, compared))
    if before is not None and "mentions" in sources:
        mentions = relation(sources, "mentions")
        found = replace(found, score_versions=(_versions(con, mentions, year), _versions(con, mentions, before)))
    return found


def _defined(definition: Told, found: Given) -> Given:
    """With the baselines and floors of a definition."""
    if not isinstance(definition, ResearchDefinition):
        return found
    floors = definition.floors
    named = tuple(Baseline(b.key, b.name, b.geography, b.dated, b.age_range) for b in definition.baselines)
    return replace(
        found,
        baselines=found.baselines or named,
        coverage_floor=floors.coverage,
        least_gap=floors.gap,
        fewest_coded=floors.coded_mentions,
        least_alpha=floors.agreement,
    )


def _versions(con: duckdb.DuckDBPyConnection, mentions: str, year: Year) -> frozenset[str]:
    """Providers and versions of what was retrieved in a year."""
    rows = con.execute(
        f"""SELECT DISTINCT trim(coalesce(provider, '') || ' ' || coalesce(score_version, '')) FROM {mentions}
            WHERE (provider IS NOT NULL OR score_version IS NOT NULL)
              AND retrieved_on >= {literal(year.starts)} AND retrieved_on < {literal(year.until)}"""
    ).fetchall()
    return frozenset(row[0] for row in rows)


def _interpretations(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], year: Year) -> dict[str, Interpretation]:
    """Of each claim of quality the coded items that it cites, in numbers. The agreement is that of all coding of the year."""
    claims = [c for c in claimed.claims(con, sources, year) if c.dimension == "quality"]
    alpha = (
        next((v.value for v in coding.values(con, relation(sources, "coded"), year) if v.indicator == "code_alpha"), None)
        if claims
        else None
    )
    return {claim.key: _interpretation(con, sources, claim, alpha) for claim in claims}


def _interpretation(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], claim: Claim, alpha: float | None) -> Interpretation:
    cited = literals(claim.rests_on) if claim.rests_on else "[]::VARCHAR[]"
    positive = literals([word for word, kept in coding.POLARITIES.items() if kept == "+"])
    items, against = con.execute(
        f"""SELECT count(DISTINCT item),
                   count(*) FILTER (coalesce(negative_case, FALSE) OR NOT list_contains({positive}, lower(trim(polarity))))
            FROM {relation(sources, "coded")} WHERE list_contains({cited}, item) AND code IS NOT NULL"""
    ).fetchall()[0]
    return Interpretation(items, _mentions(con, sources, cited), alpha, items > 0 and against == 0)


def _mentions(con: duckdb.DuckDBPyConnection, sources: Mapping[str, str], cited: str) -> int | None:
    """How many mentions there are of the outputs whose attention is cited; None where none is."""
    if "mentions" not in sources:
        return None
    rows = con.execute(
        f"SELECT sum(coalesce(count, 1)) FROM {relation(sources, 'mentions')} WHERE list_contains({cited}, output)"
    ).fetchall()
    return None if rows[0][0] is None else int(rows[0][0])
