"""The activities of a year as the guards need them, in one scan: who was left out and why, and which depths lack their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engagetree.engine import literal, literals
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.guards.depth import backed
from engagetree.research.guards.given import Given, Unbacked
from engagetree.research.model import Year
from engagetree.research.quality.settings import Told
from engagetree.research.vocabulary import NOT_PUBLIC, REQUIRED_EVIDENCE

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 3
KINDS = "research_kinds"
"""The temporary table: activities that are alike in all that matters here, with how many there are and a few of their ids."""


def of_activities(con: duckdb.DuckDBPyConnection, activities: str, definition: Told, year: Year, found: Given) -> Given:
    """`found` with what the register of activities (SQL) says."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {KINDS} AS {_kinds(activities, definition, year)}")
    try:
        total, without = con.execute(
            f"SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (depth IS NULL), 0) FROM {KINDS} WHERE why IS NULL"
        ).fetchall()[0]
        left_out = con.execute(f"SELECT why, sum(n) FROM {KINDS} WHERE why IS NOT NULL GROUP BY why ORDER BY why").fetchall()
        return replace(
            found,
            activities=int(total),
            without_depth=int(without),
            not_public={why: int(n) for why, n in left_out},
            unbacked=tuple(unbacked(con)),
        )
    finally:
        con.execute(f"DROP TABLE {KINDS}")


def _kinds(activities: str, definition: Told, year: Year) -> str:
    why = " ".join(f"WHEN {where} THEN {literal(reason)}" for reason, where in _reasons(definition))
    return f"""SELECT depth, coalesce(depth_evidence, []) AS on_file, CASE {why} END AS why, n, ids
        FROM (SELECT relation, type, audiences, purpose, depth, depth_evidence, count(*) AS n, min(activity, {EXAMPLES}) AS ids
              FROM {activities} WHERE starts_on >= {literal(year.starts)} AND starts_on < {literal(year.until)}
                AND coalesce(status, 'delivered') = 'delivered' GROUP BY relation, type, audiences, purpose, depth, depth_evidence)"""


def _in(words: Sequence[str]) -> str:
    return f"({', '.join(literal(w) for w in words) or 'NULL'})"


def _reasons(definition: Told) -> tuple[tuple[str, str], ...]:
    """Why an activity is left out, in the order in which one reason is given, with its condition in SQL; see `counting.NOT_PUBLIC_WHY`."""
    said = definition if isinstance(definition, ResearchDefinition) else None
    audiences = said.not_public if said else NOT_PUBLIC
    types = said.excluded_types if said else ("scientific_meeting",)
    public = f"len(list_filter(coalesce(audiences, []), lambda a: a NOT IN {_in(audiences)})) > 0"
    return (
        ("participation", "relation = 'participation'"),
        ("scientific_meeting", f"type = 'scientific_meeting' AND type IN {_in(types)}"),
        ("excluded_type", f"type IN {_in(types)}"),
        ("audience", f"len(coalesce(audiences, [])) > 0 AND NOT {public}"),
        ("purpose", f"purpose IN {_in(said.excluded_purposes if said else ())}"),
    )


def unbacked(con: duckdb.DuckDBPyConnection, activities: str = f"(FROM {KINDS} WHERE why IS NULL)") -> Iterator[Unbacked]:
    """One for each claimed level and each lack of evidence, the deepest first. `activities` has depth, on_file, n and ids."""
    needs = " ".join(f"WHEN {literal(level)} THEN {literals(need)}" for level, need in REQUIRED_EVIDENCE.items() if need)
    rows = con.execute(
        f"""SELECT depth, input, missing, sum(n), list_sort(flatten(list(ids)))[:{EXAMPLES}]
            FROM (SELECT depth, n, ids, list_contains(on_file, 'input_recorded') AS input,
                         list_filter(CASE depth {needs} ELSE [] END, lambda e: NOT list_contains(on_file, e)) AS missing
                  FROM {activities} WHERE depth > 'D1')
            WHERE len(missing) > 0 GROUP BY depth, input, missing ORDER BY depth DESC, input, missing"""
    ).fetchall()
    for depth, recorded, missing, count, examples in rows:
        yield Unbacked(depth, backed(depth, ("input_recorded",) if recorded else ())[0], tuple(missing), int(count), tuple(examples))


def of_every_year(activities: str) -> str:
    """SQL: what `unbacked` needs of a register of activities, whenever and for whomever they were."""
    grouped = f"count(*) AS n, min(activity, {EXAMPLES}) AS ids FROM {activities}"
    return f"(SELECT depth, coalesce(depth_evidence, []) AS on_file, {grouped} GROUP BY ALL)"
