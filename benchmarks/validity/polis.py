"""Four public consultations on Polis: 2,478 people vote on statements, some write one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from dataset import ACTS, Dataset, Outcome, behaviour, cut_to, write

import engagetree
from engagetree.workspace import Workspace

START = "2020-01-06"
"""A consultation is open for years and people come once, so the clock of each starts with their first vote: a nominal day."""

HOURS = 24


def acts(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """`acts`: votes and statements of everybody who voted, with seconds since their first vote."""
    con.execute(
        'CREATE TABLE acts AS WITH v AS (SELECT conversation AS cohort, "voter-id" AS who, "timestamp" AS t, \'vote\' AS kind, "comment-id" AS c '
        f"FROM '{folder / 'votes.parquet'}'), "
        's AS (SELECT conversation, "author-id", "timestamp", \'post\', "comment-id" '
        f"FROM '{folder / 'comments_no_text.parquet'}'), "
        "first AS (SELECT cohort, who, min(t) AS began FROM v GROUP BY ALL) "
        "SELECT cohort || '-' || who AS participant, cohort, kind, cohort || '-' || c AS item, greatest(t - began, 0) / 1000.0 AS s "
        "FROM (FROM v UNION ALL FROM s) JOIN first USING (cohort, who)"
    )


def build(folder: Path, place: Path) -> Workspace:
    con = duckdb.connect()
    acts(con, folder)
    definition = cut_to(
        "community", {"interaction": ["calls"], "contribution": ["posts"]}, programme="consultation", period="day", window="cumulative",
        outcomes={"came_back": {"label": "Came back after 24 hours", "inside": "none"},
                  "wrote": {"label": "Wrote a statement after 24 hours", "inside": "none"}},
    )  # fmt: skip
    (place / "programme.yml").write_text(definition, "utf-8")
    at = f"strftime(TIMESTAMP '{START}' + to_microseconds((s * 1000000)::BIGINT), '%Y-%m-%dT%H:%M:%S+00:00')"
    start, end = f"'{START}T00:00:00+00:00'", "'2020-01-08T00:00:00+00:00'"
    late = f"s >= {HOURS * 3600}"
    tables = {
        "roster": "SELECT DISTINCT participant, cohort FROM acts",
        "items": f"SELECT DISTINCT item, 'call' AS kind, cohort, {start} AS opens_at, NULL AS closes_at FROM acts UNION ALL "
        f"SELECT DISTINCT cohort, 'course', cohort, {start}, {end} FROM acts",
        "events": f"SELECT participant, {at} AS \"at\", kind, item FROM acts WHERE NOT ({late})",
        "outcomes": f"SELECT participant, 'came_back' AS outcome, max((kind = 'vote' AND {late})::INTEGER) AS value, {end} AS \"at\" FROM acts "
        f"GROUP BY 1 UNION ALL SELECT participant, 'wrote', max((kind = 'post' AND {late})::INTEGER), {end} FROM acts GROUP BY 1",
    }  # fmt: skip
    work = engagetree.create(place / "work", place / "programme.yml")
    for name, sql in tables.items():
        work.take(write(con, sql, place / f"{name}.csv"), as_=name)
    work.score()
    return work


def features(folder: Path, week: int) -> Mapping[str, Sequence[float]]:
    con = duckdb.connect()
    acts(con, folder)
    made = behaviour(con, "SELECT participant, cohort, s / 86400 AS d, item, kind FROM acts", week, ("vote", "post"))
    lasted = dict(con.execute(f"SELECT participant, max(s) FROM acts WHERE s < {86400 * week} GROUP BY 1").fetchall())
    return {who: [*row, float(lasted[who])] for who, row in made.items()}


POLIS = Dataset(
    "polis", "Public consultations on Polis", "CC BY 4.0",
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with Attribution to The "
    "Computational Democracy Project: compdemocracy.org/case-studies/2014-seattle-15-per-hour, …/2015-football-concussions, "
    "…/2016-canadian-electoral-reform, …/2017-brexit-consensus",
    ("votes.parquet", "comments_no_text.parquet"),
    "`community`, by the day, with the drivers that a consultation can feed: statements voted on and written",
    "Voted again more than 24 hours after the first vote; wrote a statement after that time. The clock of everybody starts with their first "
    "vote, and only the first 24 hours are scored.",
    (Outcome("came_back", "Came back after 24 hours", (1,)), Outcome("wrote", "Wrote a statement after 24 hours", (1,))),
    build, (*ACTS, "votes", "statements", "seconds"), features, unit="day",
)  # fmt: skip
