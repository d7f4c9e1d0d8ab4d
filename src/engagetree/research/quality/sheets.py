"""Rating sheets, counted: how many raters gave each criterion of each unit which level. SQL reduces, nothing is averaged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engagetree.engine import literal
from engagetree.research.model import Year
from engagetree.research.quality.rubric import NOT_APPLICABLE, Rubric

if TYPE_CHECKING:
    import duckdb

Counts = NDArray[np.float64]
SHEETS = "research_sheets"
"""The temporary table on which one rubric is counted."""


def middle(ranks: tuple[int, ...]) -> int | None:
    """The one in the middle of ranks in order; None where there are none, or two different ones share it."""
    half = len(ranks) // 2
    return None if not ranks or (len(ranks) % 2 == 0 and ranks[half - 1] != ranks[half]) else ranks[half]


@dataclass(frozen=True)
class Standing:
    """What was said of one criterion of one unit: `counts` of ratings for each level of the rubric, from the lowest.

    `asserted` ratings have no evidence on file; `not_rated` sheets leave the criterion empty or use a word that the rubric does not know.
    `aims` are the levels that raters aim at, as ranks in order; nobody need have one.
    """

    unit: str
    criterion: str
    counts: tuple[int, ...]
    asserted: int = 0
    not_applicable: int = 0
    not_rated: int = 0
    aims: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """How many ratings there are."""
        return sum(self.counts)

    @property
    def applicable(self) -> bool:
        """False where every rater says that it does not apply."""
        return self.n > 0 or self.not_applicable == 0 or self.not_rated > 0

    @property
    def ranks(self) -> tuple[int, ...]:
        """Every rating as its rank from 1, in order."""
        return tuple(rank for rank, count in enumerate(self.counts, 1) for _ in range(count))

    @property
    def median(self) -> int | None:
        """The rank in the middle; None without ratings, and where two different levels share the middle.

        >>> Standing("u", "c", (0, 2, 1)).median, Standing("u", "c", (0, 1, 1)).median
        (2, None)
        """
        return middle(self.ranks)


@dataclass(frozen=True)
class Sheets:
    """All sheets of one rubric in one year: a standing for each unit and each criterion of the rubric, rated or not."""

    rubric: Rubric
    standings: tuple[Standing, ...]
    raters: int
    pairs: Counts | None  # (levels, levels) where there are exactly two raters
    unknown: tuple[str, ...] = ()  # words that the rubric does not know
    undated: int = 0
    iterations: tuple[str, ...] = ()  # versions of the tool

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(self._by_unit)

    def of(self, unit: str) -> tuple[Standing, ...]:
        """The criteria of one unit, in the order of the rubric."""
        return tuple(self._by_unit.get(unit, ()))

    @cached_property
    def _by_unit(self) -> dict[str, list[Standing]]:
        found: dict[str, list[Standing]] = {}
        for standing in self.standings:
            found.setdefault(standing.unit, []).append(standing)
        return found

    @property
    def table(self) -> Counts:
        """Counts (units × criteria, levels), as agreement wants them."""
        return np.array([s.counts for s in self.standings], dtype=np.float64).reshape(-1, len(self.rubric.levels))


def used(con: duckdb.DuckDBPyConnection, ratings: str, year: Year) -> frozenset[str]:
    """The rubrics that somebody used in a year, in small letters."""
    rows = con.execute(f"SELECT DISTINCT lower(trim(rubric)) FROM {ratings} WHERE {_dated(year)}").fetchall()
    return frozenset(row[0] for row in rows if row[0])


def read(con: duckdb.DuckDBPyConnection, ratings: str, rubric: Rubric, year: Year) -> Sheets:
    """The sheets of a rubric from the register `ratings` (SQL). Of several ratings by one rater the last of the year counts."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {SHEETS} AS {_latest(ratings, rubric, year)}")
    undated = con.execute(f'SELECT count(*) FROM {ratings} WHERE {_mine(rubric)} AND "on" IS NULL').fetchall()[0][0]
    try:
        return _sheets(con, rubric, undated)
    finally:
        con.execute(f"DROP TABLE {SHEETS}")


def _sheets(con: duckdb.DuckDBPyConnection, rubric: Rubric, undated: int) -> Sheets:
    def words(what: str, where: str = "TRUE") -> tuple[str, ...]:
        return tuple(row[0] for row in con.execute(f"SELECT DISTINCT {what} AS w FROM {SHEETS} WHERE {where} ORDER BY w").fetchall())

    found = con.execute(
        f"""SELECT unit, criterion, rank, not_applicable, count(*), count(*) FILTER (asserted)
            FROM {SHEETS} WHERE criterion IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    raters = len(words("rater", "rank IS NOT NULL"))
    unknown = tuple(word for word in words("unnest([no_criterion, no_level, no_aim])") if word)
    pairs = _pairs(con, rubric) if raters == 2 else None
    aims = con.execute(
        f"SELECT unit, criterion, list(aim ORDER BY aim) FROM {SHEETS} WHERE criterion IS NOT NULL AND aim IS NOT NULL GROUP BY ALL"
    ).fetchall()
    aimed = {(unit, criterion): tuple(ranks) for unit, criterion, ranks in aims}
    standings = tuple(replace(s, aims=aimed.get((s.unit, s.criterion), ())) for s in _standings(found, rubric, words("unit")))
    return Sheets(rubric, standings, raters, pairs, unknown, undated, words("version", "version IS NOT NULL"))


def _mine(rubric: Rubric) -> str:
    return f"lower(trim(rubric)) = {literal(rubric.key.lower())}"


def _dated(year: Year) -> str:
    return f'"on" >= {literal(year.starts)} AND "on" < {literal(year.until)}'


def _latest(ratings: str, rubric: Rubric, year: Year) -> str:
    """One row for each unit, criterion and rater, with the rank of its level and the key of its criterion."""
    levels = _values(rubric.words())
    criteria = _values(rubric.names())
    none = ", ".join(literal(word) for word in NOT_APPLICABLE)
    return f"""
        SELECT coalesce(unit, '') AS unit, c.stands AS criterion, coalesce(rater, '') AS rater, l.stands AS rank, t.stands AS aim,
               tool_version AS version,
               coalesce(not_applicable, FALSE) OR coalesce(lower(trim(level)) IN ({none}), FALSE) AS not_applicable,
               len(list_filter(coalesce(evidence, []), lambda e: trim(e) <> '')) = 0 AND l.stands IS NOT NULL AS asserted,
               CASE WHEN c.stands IS NULL THEN criterion END AS no_criterion,
               CASE WHEN l.stands IS NULL AND trim(level) <> '' AND lower(trim(level)) NOT IN ({none}) THEN level END AS no_level,
               CASE WHEN t.stands IS NULL AND trim(aspiration) <> '' THEN aspiration END AS no_aim
        FROM (SELECT * REPLACE (CASE WHEN not_applicable THEN NULL ELSE level END AS level) FROM {ratings}
              WHERE {_mine(rubric)} AND {_dated(year)}) AS r
        LEFT JOIN (VALUES {levels}) AS l(word, stands) ON lower(trim(r.level)) = l.word
        LEFT JOIN (VALUES {levels}) AS t(word, stands) ON lower(trim(r.aspiration)) = t.word
        LEFT JOIN (VALUES {criteria}) AS c(word, stands) ON lower(trim(r.criterion)) = c.word
        QUALIFY row_number() OVER (PARTITION BY unit, coalesce(c.stands, criterion), rater ORDER BY "on" DESC, seq DESC) = 1"""


def _values(pairs: list[tuple[str, str]] | list[tuple[str, int]]) -> str:
    return ", ".join(f"({literal(word)}, {literal(stands)})" for word, stands in pairs)


def _pairs(con: duckdb.DuckDBPyConnection, rubric: Rubric) -> Counts:
    """How often the first rater said i and the second j."""
    size = len(rubric.levels)
    both = np.zeros((size, size))
    rows = con.execute(
        f"""SELECT a.rank, b.rank, count(*) FROM {SHEETS} AS a JOIN {SHEETS} AS b USING (unit, criterion)
            WHERE a.rater < b.rater AND a.rank IS NOT NULL AND b.rank IS NOT NULL GROUP BY ALL"""
    ).fetchall()
    for i, j, count in rows:
        both[i - 1, j - 1] = count
    return both


def _standings(rows: list[tuple[str, str, int | None, bool, int, int]], rubric: Rubric, units: tuple[str, ...]) -> tuple[Standing, ...]:
    by_place: dict[tuple[str, str], list[tuple[int | None, bool, int, int]]] = {}
    for unit, criterion, rank, without, count, asserted in rows:
        by_place.setdefault((unit, criterion), []).append((rank, without, count, asserted))
    return tuple(_standing(u, c.key, by_place.get((u, c.key), []), len(rubric.levels)) for u in units for c in rubric.criteria)


def _standing(unit: str, criterion: str, rows: list[tuple[int | None, bool, int, int]], levels: int) -> Standing:
    counts = tuple(sum(count for rank, _, count, _ in rows if rank == level) for level in range(1, levels + 1))
    return Standing(
        unit,
        criterion,
        counts,
        asserted=sum(asserted for *_, asserted in rows),
        not_applicable=sum(count for rank, without, count, _ in rows if rank is None and without),
        not_rated=sum(count for rank, without, count, _ in rows if rank is None and not without),
    )
