"""kill -9 at random moments of imports and scorings of a real workspace.

The expected scores come from a second workspace into which the same files were imported in one go and in another order, without any kill.
"""

import csv
import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import engagetree

pytestmark = pytest.mark.drill
KILLS = int(os.environ.get("ENGAGETREE_DRILL_KILLS", "20"))
WORKER = str(Path(__file__).with_name("workspace_worker.py"))
PEOPLE, WEEKS, FILES = 12, 4, 30
START = datetime(2025, 3, 3, tzinfo=UTC)


def written(path, head, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder, chance = tmp_path_factory.mktemp("files"), random.Random(7)
    people = [f"p-{n:02}" for n in range(PEOPLE)]
    written(folder / "roster.csv", ["participant", "cohort"], [[p, "A"] for p in people])
    sessions = [(f"s{n}", START + timedelta(days=3.5 * n, hours=10)) for n in range(2 * WEEKS)]
    rows = [[s, "session", at.isoformat(), (at + timedelta(hours=1)).isoformat()] for s, at in sessions]
    rows += [[f"step{w}", "step", START.isoformat(), (START + timedelta(weeks=w + 1)).isoformat()] for w in range(WEEKS)]
    written(folder / "items.csv", ["item", "kind", "opens_at", "closes_at"], rows)
    for n in range(FILES):
        acts = []
        for _ in range(25):
            person, (session, at) = chance.choice(people), chance.choice(sessions)
            acts.append(
                [person, (at + timedelta(minutes=chance.randrange(40))).isoformat(), "present", session, chance.randrange(600, 2400)]
            )
            week = chance.randrange(WEEKS)
            acts.append([person, (START + timedelta(days=7 * week + chance.random() * 6)).isoformat(), "complete", f"step{week}", ""])
        written(folder / f"events-{n:02}.csv", ["participant", "at", "kind", "item", "amount"], acts)
    return folder


def fresh(path, files):
    work = engagetree.create(path, "live-programme")
    work.take(files / "roster.csv")
    work.take(files / "items.csv")
    return work


def said(log, kind):
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return [line for line in lines if line["kind"] == kind]


def started(root, files, log, role):
    return subprocess.Popen(
        [sys.executable, WORKER, str(root), str(files), str(log), role], env={**os.environ, "TOKIO_WORKER_THREADS": "1"}
    )


def test_killed_while_importing_and_scoring(tmp_path, files):
    root, log, chance = tmp_path / "work", tmp_path / "log", random.Random(seed := random.randrange(10**6))
    fresh(root, files).close()
    roles = ["import", "score", "read"]
    running = [started(root, files, log, role) for role in roles]
    try:
        end = time.monotonic() + 300
        while not (said(log, "scored") and said(log, "ack")):
            assert time.monotonic() < end and not said(log, "crash"), said(log, "crash")[:1]
            time.sleep(0.05)
        for _ in range(KILLS):
            time.sleep(0.1 + chance.random() * 0.5)
            n = chance.randrange(2)  # the importer or the scorer, wherever it is in its work
            running[n].kill()
            running[n].wait()
            running[n] = started(root, files, log, roles[n])
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert said(log, "crash") == [], f"seed {seed}"
    assert all(line["sizes"] == [PEOPLE] for line in said(log, "read")), f"a reader saw half a scoring; seed {seed}"
    with engagetree.open(root) as work:
        acknowledged = {line["name"] for line in said(log, "ack")}
        done = [r.source for r in work.ledger.imports("done") if r.what == "import"]
        assert acknowledged <= set(done) and len(done) == len(set(done)), f"seed {seed}"
        for n in range(FILES):
            work.take(files / f"events-{n:02}.csv")
        work.score()
        assert [p for p in work.check(deep=True) if p.level == "error"] == []
        with fresh(tmp_path / "clean", files) as clean:
            for n in reversed(range(FILES)):
                clean.take(files / f"events-{n:02}.csv")
            clean.score()
            assert work.scores(history=True).rows() == clean.scores(history=True).rows()
