"""Bringing files in: a CSV of events beside DuckDB's own COPY of the same file to parquet, and a thousand meeting reports in one go.

    python benchmarks/imports.py [--events 8000000] [--reports 1000]

Equality first: the lake has as many events, and the same sum of amounts, as DuckDB reads in the file.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

EVENTS = """
SELECT 'e' || i AS event_id, 'p-' || (hash(i) % {people})::VARCHAR AS participant,
       strftime(TIMESTAMP '2025-01-06' + to_seconds((hash(i + 7) % (26 * 604800))::BIGINT), '%Y-%m-%dT%H:%M:%SZ') AS "at",
       ['view', 'answer', 'submit', 'comment'][1 + (hash(i + 3) % 4)::INT] AS kind, 'item-' || (hash(i + 5) % 400)::VARCHAR AS item,
       (hash(i + 9) % 90)::DOUBLE AS amount, 'platform' AS source
FROM range({events}) t(i)
"""


def make(folder: Path, events: int, reports: int) -> None:
    import duckdb

    query = EVENTS.format(people=max(events // 100, 10), events=events)
    duckdb.connect().execute(f"COPY ({query}) TO '{folder}/events.csv' (HEADER)")
    (folder / "reports").mkdir()
    for k in range(reports):
        (folder / "reports" / f"meeting-{k}.csv").write_text(_report(k), "utf-8")


def _report(k: int) -> str:
    """A Zoom participants report with a meeting header, of 30 people."""
    day, number = f"{1 + k % 12:02}/{13 + k // 12 % 15:02}/2025", 90_000_000 + k
    head = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    head += f"{number},Workshop {k},{day} 10:00:00 AM,{day} 11:30:00 AM,host@example.org,90,30\n\n"
    rows = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    for n in range(30):
        name = f"Person {n % 30}"
        rows += f"{name},person{n}@example.org,{day} 10:0{n % 10}:00 AM,{day} 11:{20 + n % 10}:00 AM,{70 + n % 10},No\n"
    return head + rows


def part_ours(folder: Path) -> dict[str, float]:
    import engagetree

    shutil.rmtree(folder / "work", ignore_errors=True)
    work = engagetree.create(folder / "work", HERE / "programme.yml")
    began = time.perf_counter()
    taken = work.take(folder / "events.csv")
    seconds = time.perf_counter() - began
    files = work.lake.snapshot().files("events")
    import duckdb

    rows = duckdb.connect().execute("SELECT count(*), sum(amount) FROM read_parquet(?, hive_partitioning = false)", [files]).fetchall()[0]
    return {"seconds": seconds, "events": rows[0], "amount": rows[1], "refused": taken.account.refused}


def part_copy(folder: Path) -> dict[str, float]:
    import duckdb

    con = duckdb.connect()
    began = time.perf_counter()
    con.execute(f"COPY (SELECT * FROM read_csv('{folder}/events.csv')) TO '{folder}/copy.parquet'")
    seconds = time.perf_counter() - began
    rows = con.execute(f"SELECT count(*), sum(amount) FROM '{folder}/copy.parquet'").fetchall()[0]
    return {"seconds": seconds, "events": rows[0], "amount": rows[1]}


def part_reports(folder: Path) -> dict[str, float]:
    import engagetree

    work = engagetree.create(folder / "meetings", HERE / "programme.yml")
    began, events = time.perf_counter(), 0
    for _, taken in work.take_all(sorted((folder / "reports").glob("*.csv"))):
        if isinstance(taken, Exception):
            raise taken
        events += taken.account.by_table.get("events", 0)
    return {"seconds": time.perf_counter() - began, "events": events}


PARTS = {"ours": part_ours, "copy": part_copy, "reports": part_reports}


def run(part: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", part, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} failed:\n{done.stderr[-4000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def figures(events: int = 8_000_000, reports: int = 1_000, repeats: int = 3) -> list[dict[str, object]]:
    """The figures of `make bench`; of the two that are compared the fastest of several runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        subprocess.run([sys.executable, __file__, "--make", str(events), str(reports), "--folder", place], check=True)
        size = (folder / "events.csv").stat().st_size / 1e6
        ours, copy = (min((run(part, folder) for _ in range(repeats)), key=lambda r: r["seconds"]) for part in ("ours", "copy"))
        meetings = run("reports", folder)
    agrees = (ours["events"], ours["amount"], ours["refused"]) == (copy["events"], copy["amount"], 0)
    print(f"   import {size:.0f} MB of CSV: {ours['seconds']:.1f} s / {copy['seconds']:.1f} s, peak {ours['memory']:.2f} GiB; "
          f"{reports} meeting reports {meetings['seconds']:.1f} s", flush=True)  # fmt: skip
    named = f"{size:.0f} MB of CSV"
    return [
        {"name": f"import / DuckDB's COPY to parquet, {named}", "value": round(ours["seconds"] / copy["seconds"], 3), "unit": "ratio",
         "target": 2.0, "better": "lower", "agrees": agrees},
        {"name": f"import, peak memory, {named}", "value": round(ours["memory"], 3), "unit": "GiB", "target": 2.0, "better": "lower",
         "agrees": agrees},
        {"name": f"{reports:,} meeting reports", "value": round(meetings["seconds"], 1), "unit": "s", "target": 30.0, "better": "lower",
         "agrees": meetings["events"] == 30 * reports},
    ]  # fmt: skip


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--events", type=int, default=8_000_000)
    ask.add_argument("--reports", type=int, default=1_000)
    ask.add_argument("--part", choices=sorted(PARTS))
    ask.add_argument("--make", nargs=2, type=int)
    ask.add_argument("--folder", type=Path)
    chosen = ask.parse_args()
    if chosen.make:
        make(chosen.folder, *chosen.make)
    elif chosen.part:
        found = PARTS[chosen.part](chosen.folder)
        print(json.dumps({**found, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)}))
    else:
        for made in figures(chosen.events, chosen.reports):
            print(
                f"{made['name']}: {made['value']} {made['unit']} (at most {made['target']}){'' if made['agrees'] else '  ANSWERS DIFFER'}"
            )
