"""Reading stored scores: which periods there are, the rows of one, a person's history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engagetree.engine import connect_duckdb, literal, parquet, quoted
from engagetree.errors import NotFound, near
from engagetree.lake import Snapshot
from engagetree.pipeline import scores_table
from engagetree.stats.intervals import Z


@contextmanager
def duck() -> Iterator[Any]:
    """A DuckDB for one question."""
    con = connect_duckdb()
    try:
        yield con
    finally:
        con.close()


def ask(query: str) -> pa.Table:
    """The answer to one query over files."""
    with duck() as con:
        return con.sql(query).to_arrow_table()


def periods_of(snapshot: Snapshot, version: str) -> list[str]:
    """Keys of the scored periods, oldest first."""
    return snapshot.partitions(scores_table(version))


def period_named(keys: Sequence[str], period: str | None) -> str:
    """The period asked for, the latest by default. NotFound with near names for another."""
    if not keys:
        raise NotFound("scores", "nothing has been scored yet", "Run `engagetree score`.")
    if period is None:
        return keys[-1]
    if period not in keys:
        raise NotFound(f"period {period}", "there is no such period", near(period, keys) or f"There are {keys[0]} to {keys[-1]}.")
    return period


def rows(snapshot: Snapshot, version: str, keys: Sequence[str], where: str = "TRUE", columns: str = "*") -> pa.Table:
    """Score rows of some periods that count (a member before their cohort's start does not yet)."""
    files = snapshot.files(scores_table(version), set(keys))
    if not files:
        raise NotFound("scores", "nothing has been scored yet", "Run `engagetree score`.")
    return ask(f"SELECT {columns} FROM {parquet(files)} WHERE counted AND {where} ORDER BY period, participant")


def numbers(snapshot: Snapshot, version: str, key: str, columns: Sequence[str]) -> pa.Table:
    """Columns of one period's rows that count, in the order of the files: for sums over everybody, where who it is does not matter."""
    files = snapshot.files(scores_table(version), {key})
    table = pq.read_table(files, columns=[*columns, "counted"], partitioning=None)
    return table.filter(table["counted"]).drop_columns(["counted"])


def person(snapshot: Snapshot, version: str, participant: str) -> pa.Table:
    """Every score row of one participant, oldest first."""
    return rows(snapshot, version, periods_of(snapshot, version), f"participant = {literal(participant)}")


def band_counts(snapshot: Snapshot, version: str, where: str = "TRUE") -> list[dict[str, Any]]:
    """How many rows each period has in each band; no band counts as unknown."""
    files = snapshot.files(scores_table(version))
    query = (
        f"SELECT period, band, count(*) AS n, count(score) AS scored, avg(score) AS mean FROM {parquet(files)} "
        f"WHERE counted AND {where} GROUP BY ALL ORDER BY period"
    )
    out: list[dict[str, Any]] = ask(query).to_pylist()
    return out


def means(snapshot: Snapshot, version: str, signals: Sequence[str], where: str = "TRUE") -> list[dict[str, Any]]:
    """Mean score and signals by period, over those that have a score; `own` is the mean variance of each one's own score."""
    files = snapshot.files(scores_table(version))
    each = ", ".join(f"avg({quoted(s)}) FILTER (score IS NOT NULL) AS {quoted(s)}" for s in signals)
    query = (
        f"SELECT period, avg(score) AS score, stddev_samp(score) AS spread, count(score) AS n, {OWN} AS own, {each} FROM {parquet(files)} "
        f"WHERE counted AND {where} GROUP BY period ORDER BY period"
    )
    out: list[dict[str, Any]] = ask(query).to_pylist()
    return out


OWN = f"avg(((high - low) / {2 * Z!r}) ** 2)"
"""The mean variance that the scores' own intervals stand for, in SQL."""


def group_rows(snapshot: Snapshot, version: str, keys: Sequence[str], join: str, where: str = "TRUE", columns: str = "*") -> pa.Table:
    """As `rows`, with the column `__group`. `join` is that of `slices.grouped`."""
    files = snapshot.files(scores_table(version), set(keys))
    if not files:
        raise NotFound("scores", "nothing has been scored yet", "Run `engagetree score`.")
    return ask(f"SELECT {columns} FROM {parquet(files)} {join} WHERE counted AND {where} ORDER BY period, participant")


def group_means(
    snapshot: Snapshot, version: str, keys: Sequence[str], signals: Sequence[str], join: str, where: str = "TRUE"
) -> list[dict[str, Any]]:
    """Means by group and period. Beside what `means` gives: `people` on the roster then, and `n0`, `m0`, `v0` of each signal in its order:
    how many know it among those with a score, their mean, their variance."""
    files = snapshot.files(scores_table(version), set(keys))
    each = ", ".join(
        f"count({x}) FILTER (score IS NOT NULL) AS n{i}, avg({x}) FILTER (score IS NOT NULL) AS m{i}, "
        f"var_samp({x}) FILTER (score IS NOT NULL) AS v{i}"
        for i, x in enumerate(quoted(s) for s in signals)
    )
    query = (
        f"SELECT __group, period, count(*) AS people, count(score) AS n, avg(score) AS score, var_samp(score) AS variance, {OWN} AS own, "
        f"{each} FROM {parquet(files)} {join} WHERE counted AND {where} GROUP BY __group, period ORDER BY __group, period"
    )
    out: list[dict[str, Any]] = ask(query).to_pylist() if files else []
    return out


def group_shifts(
    snapshot: Snapshot, version: str, then: str, now: str, signals: Sequence[str], join: str, where: str = "TRUE"
) -> list[dict[str, Any]]:
    """What changed between two periods, by group. Number 0 is the score, then the signals in their order.

    Of each: `n0` with a value at both, `before0`, `after0` how many at one, `mean_before0` … their means, `both_before0` … those of who is
    in both, `variance0` of their changes. `own` is the mean variance of the scores of who is in both; `came` and `went` name up to four.
    """

    def side(period: str) -> str:
        files = snapshot.files(scores_table(version), {period})
        if not files:
            raise NotFound(f"period {period}", "it has not been scored", "Run `engagetree score`.")
        known = ", ".join(f"CASE WHEN score IS NOT NULL THEN {quoted(s)} END AS x{i}" for i, s in enumerate(("score", *signals)))
        return f"(SELECT participant, __group, low, high, {known} FROM {parquet(files)} {join} WHERE counted AND {where})"

    def change(i: int) -> str:
        a, b = f"a.x{i}", f"b.x{i}"
        both = f"FILTER ({a} IS NOT NULL AND {b} IS NOT NULL)"
        return (
            f"count(*) {both} AS n{i}, count({b}) AS before{i}, count({a}) AS after{i}, "
            f"avg({b}) AS mean_before{i}, avg({a}) AS mean_after{i}, avg({b}) {both} AS both_before{i}, "
            f"avg({a}) {both} AS both_after{i}, var_samp({a} - {b}) AS variance{i}"
        )

    query = (
        f"SELECT coalesce(a.__group, b.__group) AS __group, {', '.join(change(i) for i in range(len(signals) + 1))}, "
        f"avg(((a.high - a.low) / {2 * Z!r}) ** 2) FILTER (a.x0 IS NOT NULL AND b.x0 IS NOT NULL) AS own, "
        "min(participant, 4) FILTER (a.x0 IS NOT NULL AND b.x0 IS NULL) AS came, "
        "min(participant, 4) FILTER (a.x0 IS NULL AND b.x0 IS NOT NULL) AS went "
        f"FROM {side(now)} AS a FULL JOIN {side(then)} AS b USING (participant) GROUP BY 1 ORDER BY 1"
    )
    out: list[dict[str, Any]] = ask(query).to_pylist()
    return out
