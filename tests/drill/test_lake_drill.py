"""Drills on real processes: kill -9, a power cut, a full disk. Rule: acknowledged ⊆ visible, each once, and never half of one.

Expected answers come from what the processes wrote to a log outside the workspace before they were killed.
"""

import collections
import fcntl
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lake_worker import READER, import_one, look, wrong

from engagetree.errors import WorkspaceError
from engagetree.lake import Lake
from engagetree.lake.lock import holder
from engagetree.ledger import Ledger

pytestmark = pytest.mark.drill
KILLS = int(os.environ.get("ENGAGETREE_DRILL_KILLS", "20"))
CUTS = int(os.environ.get("ENGAGETREE_DRILL_CUTS", "3"))
WORKER = str(Path(__file__).with_name("lake_worker.py"))
GOINGDOWN, WITHOUT_FLUSH = 0x8004587D, 2  # ioctl of ext4 and xfs, as xfstests uses it for power loss


def started(root, log, role):
    environment = {**os.environ, "TOKIO_WORKER_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, WORKER, str(root), str(log), role], env=environment)


def ended(process):
    process.kill()
    process.wait()


def said(log, kind=None):
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return [line for line in lines if kind in (None, line["kind"])]


def until(true, log, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert said(log, "crash") == []
        assert time.monotonic() < end, "the processes did not get going"
        time.sleep(0.02)


def checked(root, log):
    """Brings the workspace back without a hand, compares it with the log; returns a few counts."""
    lake = Lake(root, Ledger.open(root / "ledger.db"))
    lake.recover()
    assert lake.verify(deep=True) == []
    _seq, seen = look(lake)
    assert wrong(seen) == []
    rows = lake.ledger.imports()
    done = [row for row in rows if row.what == "import" and row.state == "done" and row.tables]
    assert {row.import_id for row in done} == set(seen["events"])
    assert max(collections.Counter(row.source for row in done).values(), default=0) <= 1
    acknowledged = {line["name"] for line in said(log, "ack")}
    assert acknowledged <= {row.source for row in done}
    assert said(log, "crash") == []
    assert import_one(lake, "after") and lake.ledger.done_import("after", READER)
    lake.ledger.close()
    return {"acknowledged": len(acknowledged), "failed": sum(row.state == "failed" for row in rows)}


def test_killed_at_random(tmp_path):
    root, log = tmp_path / "workspace", tmp_path / "log"
    root.mkdir()
    Ledger.open(root / "ledger.db", create=True).close()
    chance = random.Random(seed := random.randrange(10**6))
    roles = ["import", "import", "import", "upkeep", "read"]
    processes = [started(root, log, role) for role in roles]
    try:
        until(lambda: len(said(log, "ack")) > 1 and said(log, "read"), log)
        for number in range(KILLS):
            until(lambda: len(said(log, "ack")) > number // 2, log)  # noqa: B023 – the work goes on between kills
            time.sleep(0.3 * chance.random())
            which = chance.randrange(5)
            if chance.random() < 0.7:  # mostly the one that holds the lock, somewhere inside its work
                until(lambda: holder(root) is not None, log)
                now = holder(root)
                pids = [process.pid for process in processes]
                which = pids.index(now.pid) if now and now.pid in pids else which
            ended(processes[which])
            processes[which] = started(root, log, roles[which])
    finally:
        for process in processes:
            ended(process)
    torn = [line["wrong"] for line in said(log, "read") if line["wrong"]]
    assert torn == [], f"seed {seed}"
    counts = checked(root, log)
    print(f"kills {KILLS}, {counts}, reads {len(said(log, 'read'))}, seed {seed}")
    assert counts["acknowledged"] > 0 and len(said(log, "read")) > 0
    assert KILLS < 10 or counts["failed"] > 0  # the kills did hit writers in the middle


def test_readers_beside_two_writers(tmp_path):
    """No kill: no error surfaces, readers never wait for a writer and never see a part."""
    root, log = tmp_path / "workspace", tmp_path / "log"
    root.mkdir()
    Ledger.open(root / "ledger.db", create=True).close()
    processes = [started(root, log, role) for role in ("import", "import", "read", "read")]
    try:
        until(lambda: len(said(log, "ack")) >= 20 and len(said(log, "read")) >= 20, log)
    finally:
        for process in processes:
            ended(process)
    assert [line for line in said(log) if line["kind"] in ("crash", "said")] == []
    assert [line for line in said(log, "read") if line["wrong"]] == []
    assert len({line["seq"] for line in said(log, "read")}) > 3
    checked(root, log)


# a file system of its own


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True)


@pytest.fixture
def mounted(tmp_path):
    """Mounts things at a folder and takes them away again; skips where that is not allowed."""
    folder = tmp_path / "mounted"
    folder.mkdir()

    def mount(*options):
        try:
            run("mount", *options, str(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"nothing can be mounted here (needs root and loop devices): {getattr(error, 'stderr', error)}")
        return folder

    def unmount():
        for _ in range(100):
            if not os.path.ismount(folder) or subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        run("umount", "--lazy", str(folder))  # a failed test still holds files there

    mount.off = unmount
    yield mount
    unmount()


def cut_power(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(handle, GOINGDOWN, struct.pack("I", WITHOUT_FLUSH))
    finally:
        os.close(handle)


@pytest.mark.parametrize("number", range(CUTS))
def test_power_cut(tmp_path, mounted, number):
    """Simulated on a real ext4: the file system is shut down without writing its journal, then mounted again."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("a power cut is simulated on an ext4 of our own: needs root and mkfs.ext4")
    image, log = tmp_path / "image", tmp_path / "log"
    with image.open("wb") as file:
        file.truncate(128 << 20)
    run("mkfs.ext4", "-q", "-F", str(image))
    root = mounted("-o", "loop,commit=1", str(image)) / "workspace"
    root.mkdir()
    Ledger.open(root / "ledger.db", create=True).close()
    run("sync", "-f", str(root))
    processes = [started(root, log, role) for role in ("import", "import", "upkeep")]
    try:
        until(lambda: len(said(log, "ack")) > 1, log)
        time.sleep(0.3 + 1.2 * random.random())
        cut = time.monotonic()
        cut_power(root.parent)
    finally:
        for process in processes:
            ended(process)
    # With real power the processes end in the same moment. Here they go on, on a dead disk, and most of what they ask of it fails; but a sync
    # that began before the cut may be told that all is well, when the journal was given up between its two halves.
    acknowledged = [line for line in said(log, "ack") if line["at"] < cut]
    log.write_text("".join(json.dumps(line) + "\n" for line in acknowledged))
    mounted.off()
    mounted("-o", "loop", str(image))
    print(f"power cut {number}: {checked(root, log)}")


@pytest.mark.parametrize("megabytes", [2, 3])
def test_full_disk(tmp_path, mounted, megabytes):
    if os.geteuid() != 0:
        pytest.skip("a disk that is full at once is a small tmpfs: needs root")
    root = mounted("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs")
    ballast = root / "ballast"
    ballast.write_bytes(b"0" * 400_000)
    lake = Lake(root, Ledger.open(root / "ledger.db", create=True))
    acknowledged = []
    with pytest.raises(WorkspaceError) as full:
        for number in range(3000):
            import_one(lake, f"file-{number}")
            acknowledged.append(f"file-{number}")
    assert "the disk is full" in str(full.value) and "Make room" in str(full.value)
    for _ in range(3):  # again and again on the full disk: nothing gets worse
        with pytest.raises(WorkspaceError):
            for number in range(3000, 3050):
                import_one(lake, f"file-{number}")
                acknowledged.append(f"file-{number}")
    seen = look(lake)[1]
    assert wrong(seen) == [] and len(seen["events"]) == len(acknowledged)
    ballast.unlink()
    assert import_one(lake, "after")
    assert lake.verify(deep=True) == []
    done = {row.source for row in lake.ledger.imports("done")}
    assert done == {*acknowledged, "after"} and len(acknowledged) > 2
    lake.ledger.close()
