"""One process of a drill: `python lake_worker.py WORKSPACE LOG ROLE`, until it is killed.

The programme is made so that a torn or doubled import shows at once: import N adds 30 rows to each of two partitions of `events` and
5 to `items`, and replaces `roster` by itself with 7 more rows. Answers that a person would have seen go to LOG, outside the workspace.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import duckdb

from engagetree.engine import literal, literals
from engagetree.errors import EngagetreeError
from engagetree.lake import Lake
from engagetree.ledger import Ledger

ROWS = {"events": 60, "items": 5, "roster": 7}
WEEKS = ("2026-03-02", "2026-03-09")
READER = "drill:v1"

EVENTS = """SELECT NULL::VARCHAR event_id, 'p' || i participant, TIMESTAMPTZ '2026-03-02 09:00:00+00' "at", 'join' kind, NULL::VARCHAR item,
NULL::DOUBLE amount, 'zoom' source, {id} import_id, i line, {week} AS "week" FROM range(30) t(i)"""
ITEMS = """SELECT {id} || i item, 'session' kind, NULL::VARCHAR cohort, NULL::VARCHAR parent, NULL::VARCHAR title,
NULL::TIMESTAMPTZ opens_at, NULL::TIMESTAMPTZ closes_at,
NULL::DOUBLE AS "seconds", false final, 'zoom' source, {id} import_id, {seq}::BIGINT seq FROM range(5) t(i)"""
ROSTER = """SELECT {id} || i participant, NULL::VARCHAR person, 'a' cohort, NULL::TIMESTAMPTZ joined_at, NULL::TIMESTAMPTZ left_at,
NULL::VARCHAR AS owner, NULL::VARCHAR attributes, {id} import_id, {seq}::BIGINT seq FROM range(7) t(i)"""


CON = duckdb.connect(config={"threads": 1})


def import_one(lake, name):
    """Whether the file was new. `name` stands for the SHA-256 of a source."""
    with lake.write("import", source=name, sha256=name, reader=READER) as change:
        if lake.ledger.done_import(name, READER):
            return False
        known = {"id": literal(change.import_id), "seq": change.seq}
        write = lambda sql, path: CON.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet)")  # noqa: E731
        for week in WEEKS:
            write(EVENTS.format(**known, week=literal(week)), change.new_file("events", week))
        write(ITEMS.format(**known), change.new_file("items"))
        old = change.snapshot.files("roster")
        before = f"SELECT * FROM read_parquet({literals(old)}) UNION ALL " if old else ""
        change.replace("roster")
        write(before + ROSTER.format(**known), change.new_file("roster"))
        change.account({"read": 72, "kept": 72})
        change.set_fact("newest", name)
    return True


def look(lake):
    """(head, import → rows in each table) of one state."""

    def count(snapshot):
        sql = "SELECT import_id, count(*) FROM read_parquet({}, hive_partitioning = false) GROUP BY 1"
        tables = {t: CON.execute(sql.format(literals(f))).fetchall() if (f := snapshot.files(t)) else [] for t in ROWS}
        return snapshot.seq, {t: dict(found) for t, found in tables.items()}

    return lake.read(count)


def wrong(seen):
    """What is torn or doubled in a state, in words."""
    ids = set().union(*(seen[table].keys() for table in ROWS))
    return [f"{i[:6]}: {seen[t].get(i, 0)} rows in {t}, not {n}" for i in ids for t, n in ROWS.items() if seen[t].get(i, 0) != n]


def work(lake, role, say):
    if role == "import":
        name = f"file-{random.randrange(400)}"  # offered again now and then, on purpose
        say(kind="ack", name=name, new=import_one(lake, name))
    elif role == "upkeep":
        lake.upkeep({"events": ["participant", "at"], "items": []}, hours=random.choice([0, 1]))
        say(kind="upkeep")
        time.sleep(2)
    else:
        seq, seen = look(lake)
        say(kind="read", seq=seq, wrong=wrong(seen))
        time.sleep(0.15)


def main(root, log, role):
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    say = lambda **told: os.write(out, (json.dumps(told | {"at": time.monotonic()}) + "\n").encode())  # noqa: E731
    lake = Lake(Path(root), Ledger.open(Path(root) / "ledger.db"))
    say(kind="up", role=role)
    while True:
        try:
            work(lake, role, say)
        except EngagetreeError as error:
            say(kind="said", words=str(error))
            time.sleep(0.05)
        except Exception as error:
            say(kind="crash", words=f"{type(error).__name__}: {error}"[:300])
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:4])
