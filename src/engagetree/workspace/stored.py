"""Reading stored scores: which periods there are, the rows of one, a person's history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from engagetree.engine import connect_duckdb, literal, parquet, quoted
from engagetree.errors import NotFound, near
from engagetree.lake import Snapshot
from engagetree.pipeline import scores_table


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
    """Mean score and signals by period, over those that have a score."""
    files = snapshot.files(scores_table(version))
    each = ", ".join(f"avg({quoted(s)}) FILTER (score IS NOT NULL) AS {quoted(s)}" for s in signals)
    query = (
        f"SELECT period, avg(score) AS score, stddev_samp(score) AS spread, count(score) AS n, {each} FROM {parquet(files)} "
        f"WHERE counted AND {where} GROUP BY period ORDER BY period"
    )
    out: list[dict[str, Any]] = ask(query).to_pylist()
    return out
