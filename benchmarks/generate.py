"""Realistic activity, made up and seeded: 26 weeks, two sessions a week with prompts, weekly steps, clicks and comments.

Activity is skewed (a few do much), people drop out week by week, nobody's act is invented outside of what was offered.
100 events a person on average; the events lie in order of time, as an export has them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

WEEKS = 26
START = "TIMESTAMPTZ '2025-01-06 00:00:00+00'"
PROMPTS = 4
MEAN_EVENTS = 100


def registers(con: duckdb.DuckDBPyConnection, folder: Path, people: int) -> None:
    """Items, and a roster in four cohorts; every twentieth person joins late."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE sessions AS
        SELECT 's' || lpad(k::VARCHAR, 2, '0') item, {START} + to_days((7 * (k // 2) + 1 + 2 * (k % 2))::INT) + INTERVAL 10 HOUR opens
        FROM range({2 * WEEKS}) t(k)""")
    con.execute(f"""
        COPY (
            SELECT item, 'session' kind, NULL::VARCHAR cohort, NULL::VARCHAR parent, opens opens_at, opens + INTERVAL 1 HOUR closes_at, false final FROM sessions
            UNION ALL
            SELECT item || 'q' || q, 'prompt', NULL, item, opens + to_minutes((10 + 12 * q)::INT), NULL, false FROM sessions, range({PROMPTS}) t(q)
            UNION ALL
            SELECT 'step' || lpad(w::VARCHAR, 2, '0'), 'step', NULL, NULL, {START} + to_days((7 * greatest(w - 1, 0))::INT),
                   {START} + to_days((7 * w + 6)::INT), w = {WEEKS - 1} FROM range({WEEKS}) t(w)
        ) TO '{folder}/items.parquet' (FORMAT parquet)""")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE people AS
        SELECT p, 'p' || lpad(p::VARCHAR, 8, '0') participant, 'cohort ' || chr((65 + p % 4)::INT) cohort,
               CASE WHEN p % 20 = 7 THEN {START} + to_days((7 * (1 + p % 5))::INT) + INTERVAL 8 HOUR END joined_at,
               least(1.6, 0.25 + 1.05 * -ln(1 - (hash(p, 1) % 1000000) / 1000001.0)) activity,
               CASE WHEN hash(p, 2) % 100 < 35 THEN 2 + hash(p, 3) % 24 ELSE {WEEKS} END gone
        FROM range({people}) t(p)""")
    con.execute(f"""COPY (SELECT participant, cohort, joined_at, NULL::TIMESTAMPTZ left_at, 'owner ' || (p % 10)::VARCHAR "owner" FROM people)
        TO '{folder}/roster.parquet' (FORMAT parquet)""")


def events(con: duckdb.DuckDBPyConnection, path: Path, first_day: int, last_day: int) -> int:
    """Events of the days [first_day, last_day) in order of time; returns how many."""
    con.execute(f"""
        COPY (
        WITH visits AS (
            SELECT participant, p, activity, item, opens, 600 * (hash(p, item, 5) % 3) late, 1 + (hash(p, item, 6) % 10 > 1)::INT + (hash(p, item, 6) % 10 > 4)::INT third
            FROM people, sessions
            WHERE date_diff('day', {START}, opens) // 7 < gone AND opens >= coalesce(joined_at, opens)
              AND opens >= {START} + to_days({first_day}) AND opens < {START} + to_days({last_day})
              AND (hash(p, item, 4) % 1000) / 1000.0 < 0.42 * activity),
        present AS (SELECT participant, opens + to_seconds(late) "at", 'present' kind, item, (1200.0 * third - late * 0.5) amount, p, activity, opens, late FROM visits),
        answers AS (
            SELECT participant, opens + to_minutes((10 + 12 * q)::INT) + to_seconds(5 + hash(p, item, q, 7) % 50) "at", 'answer' kind, item || 'q' || q item, NULL::DOUBLE amount
            FROM present, range({PROMPTS}) t(q)
            WHERE late < 600 + 720 * q AND late + amount > 600 + 720 * q + 60 AND (hash(p, item, q, 8) % 1000) / 1000.0 < 0.55 * activity),
        days AS (SELECT d FROM range({first_day}, {last_day}) t(d)),
        clicks AS (
            SELECT participant, {START} + to_days(d::INT) + to_seconds((hash(p, d, 9) % 86400)::INT) "at", 'click' kind, NULL item, (1 + hash(p, d, 10) % 9)::DOUBLE amount
            FROM people, days WHERE d // 7 < gone AND (hash(p, d, 11) % 1000) / 1000.0 < 0.19 * activity
              AND {START} + to_days(d::INT) >= coalesce(joined_at, {START})),
        comments AS (
            SELECT participant, {START} + to_days(d::INT) + to_seconds((hash(p, d, 12) % 86400)::INT) "at", 'comment' kind, NULL item, NULL::DOUBLE amount
            FROM people, days WHERE d // 7 < gone AND (hash(p, d, 13) % 1000) / 1000.0 < 0.075 * activity
              AND {START} + to_days(d::INT) >= coalesce(joined_at, {START})),
        steps AS (
            SELECT participant, {START} + to_days((7 * w + hash(p, w, 14) % 8)::INT) + to_seconds((hash(p, w, 15) % 80000)::INT) "at", 'complete' kind,
                   'step' || lpad(w::VARCHAR, 2, '0') item, NULL::DOUBLE amount, 7 * w + hash(p, w, 14) % 8 d
            FROM people, range({WEEKS}) t(w)
            WHERE w < gone AND (hash(p, w, 16) % 1000) / 1000.0 < 0.60 * activity AND {START} + to_days((7 * w)::INT) >= coalesce(joined_at, {START}))
        SELECT participant, "at", kind, item, amount, 'generated' source FROM (
            SELECT participant, "at", kind, item, amount FROM present UNION ALL SELECT * FROM answers UNION ALL SELECT * FROM clicks
            UNION ALL SELECT * FROM comments UNION ALL
            SELECT participant, "at", kind, item, amount FROM steps WHERE d >= {first_day} AND d < {last_day})
        ORDER BY "at") TO '{path}' (FORMAT parquet, COMPRESSION snappy)""")
    row = con.execute(f"SELECT count(*) FROM '{path}'").fetchone()
    assert row is not None
    return int(row[0])


def generate(folder: Path, people: int, day_after: bool = True) -> dict[str, int]:
    """Write items, roster, 25 weeks and 3 days of events, and the one more day; returns the counts."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute(
        f"SET threads = 2; SET preserve_insertion_order = true; SET memory_limit = '8GB'; SET temp_directory = '{folder}/spill'; SET TimeZone = 'UTC'"
    )
    registers(con, folder, people)
    cut = 7 * (WEEKS - 1) + 3
    out = {"events": events(con, folder / "events.parquet", 0, cut if day_after else 7 * WEEKS)}
    if day_after:
        out["day"] = events(con, folder / "day.parquet", cut, cut + 1)
    con.close()
    return out


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("folder", type=Path)
    ask.add_argument("--people", type=int, default=10_000)
    chosen = ask.parse_args()
    print(generate(chosen.folder, chosen.people))
