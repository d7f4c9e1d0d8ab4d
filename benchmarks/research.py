"""A year of a research office against the same counts written by hand in DuckDB, over the same parquet files.

python benchmarks/research.py [--activities 1000000] [--attendances 10000000] [--repeats 3]

The peer is what an analyst would write: events by type and by depth, attendances, hours, non-academic share, distinct people by type and
by depth, and who came again within 180 days. Answers are compared first; `measure` gives every other indicator besides.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

TARGET = 2.0
TODAY = date(2026, 12, 1)
Figure = dict[str, object]


def generate(folder: Path, activities: int, attendances: int) -> None:
    """Two parquet files with the registers' columns; people come 1 to some dozens of times, depths have their evidence or lack it."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engagetree.research.registers import ACTIVITIES, ATTENDANCES

    con = duckdb.connect()
    con.execute("SET threads = 2; SELECT setseed(0.7)")
    con.execute(f"""CREATE TABLE a AS SELECT 'act-' || i AS activity,
        ['talk', 'workshop', 'exhibition', 'open_day', 'consultation', 'citizen_science', 'scientific_meeting', 'digital'][1 + (hash(i) % 8)::INT] AS type,
        [[['public'], ['schools'], ['policymakers'], ['public', 'patients'], ['academics']][1 + (hash(i + 1) % 5)::INT]][1] AS audiences,
        CASE hash(i + 2) % 20 WHEN 0 THEN 'cancelled' ELSE 'delivered' END AS status, 'organised' AS relation,
        DATE '2025-08-01' + (hash(i + 3) % 365)::INT AS starts_on, ['D1', 'D1', 'D2', 'D3', 'D4', NULL][1 + (hash(i + 4) % 6)::INT] AS depth,
        [['content_delivered'], ['content_delivered', 'input_recorded', 'feedback_given'], ['decision_link'], ['decision_log', 'named_role']][1 + (hash(i + 5) % 4)::INT]
            AS depth_evidence
        FROM range({activities}) t(i)""")
    con.execute(f"""CREATE TABLE b AS SELECT 'act-' || (hash(i) % {activities}) AS activity,
        CASE WHEN hash(i + 1) % 50 = 0 THEN NULL ELSE 'person-' || (power(hash(i + 2) % 1000000 / 1e6, 2) * {attendances // 3})::BIGINT END AS person,
        CASE hash(i + 3) % 15 WHEN 0 THEN 'registered' ELSE 'attended' END AS status, 0.5 + (hash(i + 4) % 6) / 2.0 AS hours,
        [NULL, 'academic', 'non_academic', 'non_academic'][1 + (hash(i + 5) % 4)::INT] AS affiliation,
        CASE hash(i + 6) % 40 WHEN 0 THEN 'staff' ELSE 'participant' END AS role FROM range({attendances}) t(i)""")
    for table, schema, path in (("a", ACTIVITIES, "activities"), ("b", ATTENDANCES, "attendances")):
        there = {name for name, *_ in con.execute(f"DESCRIBE {table}").fetchall()}
        kinds = {"string": "VARCHAR", "double": "DOUBLE", "int64": "BIGINT", "bool": "BOOLEAN", "date32[day]": "DATE"}
        columns = ", ".join(
            f'"{f.name}"' if f.name in there else f'NULL::{kinds.get(str(f.type), "VARCHAR[]")} AS "{f.name}"' for f in schema
        )
        with pq.ParquetWriter(folder / f"{path}.parquet", schema) as writer:
            for batch in con.sql(f"SELECT {columns} FROM {table}").to_arrow_reader(500_000):
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    con.close()


def _connect(folder: Path):  # type: ignore[no-untyped-def]
    from engagetree.engine import connect_duckdb

    con = connect_duckdb(folder / "spill", 4 << 30)
    con.execute("SET threads = 2")
    return con


def part_ours(folder: Path) -> dict[str, object]:
    """Every indicator of the year."""
    from engagetree.research.definition import parse
    from engagetree.research.indicators import measure

    definition = parse("institution: {name: Bench, invented: true}")
    con = _connect(folder)
    sources = {r: f"read_parquet('{folder}/{r}.parquet')" for r in ("activities", "attendances")}
    began = time.perf_counter()
    values = measure(con, sources, definition, definition.year("2025-26"), TODAY)
    seconds = time.perf_counter() - began
    one = {(v.indicator, v.cell): v for v in values}
    split = {k: {c[0][1]: v.value for (i, c), v in one.items() if i == k and len(c) == 1 and c[0][0] == d} for k, d in _SPLIT}
    follow = one["follow_up_rate", ()]
    whole = {k: one[k, ()].value for k in ("events", "attendances", "participant_hours", "unique_participants", "non_academic_share")}
    return {"seconds": seconds, "answers": {**whole, **split, "again": [follow.numerator, follow.denominator]}, "values": len(values)}


_SPLIT = (("events", "type"), ("unique_participants", "type"))
"""What is compared cell by cell, beside the wholes."""


def part_peer(folder: Path) -> dict[str, object]:
    """The same counts by hand, each table once from the files, the joined attendances kept."""
    con = _connect(folder)
    began = time.perf_counter()
    con.execute(f"""CREATE TEMP TABLE ev AS SELECT activity, type, starts_on, CASE
            WHEN depth = 'D1' OR depth IS NULL THEN depth
            WHEN depth = 'D2' AND list_contains(depth_evidence, 'input_recorded') AND list_contains(depth_evidence, 'feedback_given') THEN 'D2'
            WHEN depth = 'D3' AND list_contains(depth_evidence, 'decision_link') THEN 'D3'
            WHEN depth = 'D4' AND list_contains(depth_evidence, 'decision_log') AND list_contains(depth_evidence, 'named_role') THEN 'D4'
            WHEN list_contains(depth_evidence, 'input_recorded') THEN 'D2' ELSE 'D1' END AS depth
        FROM read_parquet('{folder}/activities.parquet')
        WHERE status = 'delivered' AND starts_on >= DATE '2025-08-01' AND starts_on < DATE '2026-08-01' AND type <> 'scientific_meeting' AND audiences <> ['academics']""")
    con.execute(f"""CREATE TEMP TABLE att AS SELECT person, starts_on AS d, type, depth, hours, affiliation
        FROM read_parquet('{folder}/attendances.parquet') JOIN ev USING (activity) WHERE status = 'attended' AND role = 'participant'""")
    events = con.execute("SELECT type, depth, count(*) FROM ev GROUP BY ALL").fetchall()
    whole = con.execute(
        """SELECT count(*), sum(hours), count(*) FILTER (affiliation = 'non_academic') / count(affiliation), count(DISTINCT person) FROM att"""
    ).fetchone()
    by_type = con.execute("SELECT type, count(DISTINCT person) FROM att GROUP BY type").fetchall()
    con.execute("SELECT depth, count(DISTINCT person), count(*), sum(hours) FROM att GROUP BY depth").fetchall()
    again = con.execute("""WITH f AS (SELECT person, min(d) AS d0 FROM att WHERE person IS NOT NULL GROUP BY person),
        until AS (SELECT max(starts_on) + 1 AS u FROM ev),
        l AS (SELECT f.person FROM f JOIN att USING (person) WHERE att.depth >= 'D2' AND d > d0 AND d <= d0 + 180 GROUP BY f.person)
        SELECT count(l.person), count(*) FROM f LEFT JOIN l USING (person), until WHERE u - d0 > 180""").fetchone()
    seconds = time.perf_counter() - began
    types = {t: float(sum(n for k, _, n in events if k == t)) for t, _, _ in events}
    answers = {
        "events": float(sum(n for *_, n in events)),
        "attendances": float(whole[0]),
        "participant_hours": whole[1],
        "unique_participants": float(whole[3]),
    }
    answers |= {"non_academic_share": whole[2]}
    split = {"events": types, "unique_participants": {t: float(n) for t, n in by_type}}
    return {"seconds": seconds, "answers": {**answers, **split, "again": [float(n) for n in again]}}


def _run(part: str, folder: Path) -> dict[str, object]:
    """One part in a process of its own; its peak memory in MB besides."""
    done = subprocess.run([sys.executable, __file__, "--part", part, "--folder", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def figures(activities: int = 1_000_000, attendances: int = 10_000_000, repeats: int = 3) -> list[Figure]:
    """The ratio of seconds after checking that the answers are equal, and the peak memory."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        generate(folder, activities, attendances)
        ours, peers = [], []
        for _ in range(repeats):  # in turns
            ours.append(_run("ours", folder))
            peers.append(_run("peer", folder))
    agrees = _same(ours[0]["answers"], peers[0]["answers"])
    mine, theirs = (min(float(str(p["seconds"])) for p in side) for side in (ours, peers))
    size = f"{activities / 1e6:.3g} M activities, {attendances / 1e6:.3g} M attendances"
    spent, theirs_spent = (min(float(str(p["cpu"])) for p in side) for side in (ours, peers))
    busy = f"of the processor {spent:.1f} s / {theirs_spent:.1f} s"
    print(f"   research year, {size}: {mine:.2f} s for {ours[0]['values']} values / {theirs:.2f} s by hand; {busy}", flush=True)
    return [
        {
            "name": f"research year / DuckDB by hand, {size}",
            "value": round(mine / theirs, 3),
            "unit": "ratio",
            "target": TARGET,
            "better": "lower",
            "agrees": agrees,
        },
        {
            "name": f"research year, peak memory, {size}",
            "value": ours[0]["memory"],
            "unit": "MB",
            "target": 4096,
            "better": "lower",
            "agrees": True,
        },
    ]


def _same(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return abs(float(str(one)) - float(str(other))) <= 1e-9 * max(1.0, abs(float(str(other))))


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--activities", type=int, default=1_000_000)
    ask.add_argument("--attendances", type=int, default=10_000_000)
    ask.add_argument("--repeats", type=int, default=3)
    ask.add_argument("--part")
    ask.add_argument("--folder", type=Path)
    chosen = ask.parse_args()
    if chosen.part:
        found = {"ours": part_ours, "peer": part_peer}[chosen.part](chosen.folder)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({**found, "cpu": spent.ru_utime + spent.ru_stime, "memory": spent.ru_maxrss // 1024}))
    else:
        for made in figures(chosen.activities, chosen.attendances, chosen.repeats):
            print(f"{made['name']}: {made['value']} {made['unit']}{'' if made['agrees'] else '  ANSWERS DIFFER'}")
