"""The write protocol, step by step: who waits, what a dead writer leaves, what a full disk or a flipped bit does.

Faults are put in at the system's own calls (`os.fsync`) or by hand into the files; no part of the product is replaced.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from engagetree.errors import EngagetreeError, WorkspaceBusy, WorkspaceError
from engagetree.lake import Lake
from engagetree.lake.delta import TableDamagedError
from engagetree.lake.lock import holder, writer_lock
from engagetree.ledger import Ledger

SECOND_WRITER = """
import sys, time
from pathlib import Path
from engagetree.lake.lock import writer_lock
with writer_lock(Path(sys.argv[1]), "import june.csv"):
    print("has it", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def other_process(root, seconds):
    process = subprocess.Popen([sys.executable, "-c", SECOND_WRITER, str(root), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "has it\n"
    return process


# waiting


def test_a_second_writer_waits_and_says_for_whom(small):
    other = other_process(small.root, 0.8)
    said = []
    with small.lake.write("import", on_wait=said.append) as change:
        assert other.poll() is not None or other.wait(2) == 0
        small.put_events(change)
    assert len(said) == 1
    assert said[0].startswith(f"waiting for import june.csv of process {other.pid} since ") and said[0][-3] == ":"
    assert holder(small.root) is None


def test_a_writer_that_does_not_end_is_named(small):
    other = other_process(small.root, 60)
    try:
        words = f"import june.csv of process {other.pid} since .* is still writing"
        with pytest.raises(WorkspaceBusy, match=words), small.lake.write("import", wait_seconds=0.3):
            raise AssertionError("must not get here")
    finally:
        other.kill()
        other.wait()
    small.add()  # the lock died with its process


def test_threads_wait_for_one_another_too(small):
    inside, seen = [], []

    def work(number):
        with small.lake.write("import") as change:
            inside.append(number)
            seen.append(len(inside))
            small.put_roster(change, rows=1)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert seen == [1, 1, 1, 1] and small.lake.snapshot().rows("roster") == 4


# death at every step: the writer's own cleaning up is taken away, as kill -9 takes it


class Death(BaseException):
    """Stands for kill -9 at this very call."""


def die_at(monkeypatch, number, what=Death):
    """Lets the `number`-th fsync fail; says how many there were."""
    real, count = os.fsync, [0]

    def fsync(handle):
        count[0] += 1
        if count[0] == number:
            raise what
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return count


def touch_three_tables(small):
    """One change that begins a table, adds to one and replaces one."""
    with small.lake.write("import", sha256="aa", reader="csv") as change:
        small.put_events(change, rows=2)
        change.replace("roster")
        small.put_roster(change, rows=5)
        small.put_events(change, "2027-01-04", rows=2)
        pq.write_table(pa.table({"participant": ["a"], "period": ["p"], "score": [1.0]}), change.new_file("scores-x", "p"))
    return change


def test_death_at_any_step_leaves_the_old_head_and_the_next_run_works(small, monkeypatch):
    first = small.add()
    before, steps, done = small.seen(), 0, None
    while done is None:
        with monkeypatch.context() as patch:
            patch.setattr(Lake, "_undo", lambda *_: None)
            die_at(patch, steps + 1)
            try:
                done = touch_three_tables(small)
            except Death:
                steps += 1
        if done is None:
            assert small.seen(lake=small.reopened()) == before
            small.lake.recover()
            assert small.reopened().verify(deep=steps % 5 == 0) == []
    assert steps >= 12  # files, folders, commits and logs of three tables
    assert small.seen() == {first.import_id: 6, done.import_id: 4}
    assert small.seen("roster") == {done.import_id: 5}
    assert [row.state for row in small.ledger.imports()] == ["done"] + ["failed"] * steps + ["done"]
    assert small.lake.verify(deep=True) == []


def test_death_while_recovering_is_recovered_from(small, monkeypatch):
    first = small.add()
    with monkeypatch.context() as patch:
        patch.setattr(Lake, "_undo", lambda *_: None)
        patch.setattr(Ledger, "settle", lambda *_: (_ for _ in ()).throw(Death()))
        with pytest.raises(Death):
            touch_three_tables(small)
    for number in range(1, 13):  # each death leaves one more commit for the next recovery, so it is always long enough to die in
        with monkeypatch.context() as patch:
            die_at(patch, number)
            with pytest.raises(Death):
                small.lake.recover()
        assert small.seen(lake=small.reopened()) == {first.import_id: 6}
    assert len(small.lake.recover()) == 2  # events and roster; the new table was set aside by the first
    second = small.add()
    assert small.seen() == {first.import_id: 6, second.import_id: 6} and small.lake.verify(deep=True) == []


def test_an_error_at_any_step_is_said_and_undone(small, monkeypatch):
    first = small.add()
    errors = set()
    for number in range(1, 60):
        with monkeypatch.context() as patch:
            die_at(patch, number, OSError(28, "No space left on device"))
            try:
                done = touch_three_tables(small)
            except WorkspaceError as error:
                errors.add(str(error))
                assert small.seen() == {first.import_id: 6}
                assert small.ledger.imports()[-1].state == "failed"
                continue
        break
    assert len(errors) == 1 and "the disk is full" in errors.pop()
    assert small.seen() == {first.import_id: 6, done.import_id: 4}
    assert small.lake.verify(deep=True) == []


def test_what_a_dead_writer_left_is_swept_and_the_ids_are_failed(small, monkeypatch):
    """Killed between the lake's commits and the ledger's: the lake is ahead of the head."""
    first = small.add()
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "settle", lambda *_: (_ for _ in ()).throw(Death()))
        patch.setattr(Lake, "_undo", lambda *_: None)
        with pytest.raises(Death):
            touch_three_tables(small)
    assert small.seen() == {first.import_id: 6}  # readers never looked further than the head
    did = small.lake.recover()
    assert did == ["scores-x: set aside, it was never finished", "events: taken back to version 1", "roster: taken back to version 1"]
    assert small.lake.recover() == []
    assert [row.state for row in small.ledger.imports()] == ["done", "failed"]
    latest = DeltaTable(small.root / "lake" / "events")  # a program that knows nothing of the head sees the same now
    assert len(latest.file_uris()) == 2 and latest.version() == small.ledger.head().versions["events"]


def test_an_interrupt_after_the_commit_point_takes_nothing_back(small, monkeypatch):
    real = Ledger.settle
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "settle", lambda *told: (real(*told), (_ for _ in ()).throw(KeyboardInterrupt()))[0])
        with pytest.raises(KeyboardInterrupt):
            small.add()
    assert small.lake.snapshot().rows("events") == 6 and small.lake.verify(deep=True) == []


# what a power cut leaves


def log_of(small, table="events"):
    return small.root / "lake" / table / "_delta_log"


def leave_writing(small):
    small.ledger.announce("import")


@pytest.mark.parametrize("content", ["", "{", '{"add": {"path": "week=2026-03-02/part-none.parquet", "size": 9}}'])
def test_commits_that_never_reached_the_disk_are_set_aside(small, content):
    first = small.add()
    leave_writing(small)
    (log_of(small) / f"{2:020d}.json").write_text(content)
    (log_of(small) / f"{3:020d}.json").write_text('{"commitInfo": {}}')
    assert len(small.lake.recover()) == 2
    second = small.add()
    assert small.seen() == {first.import_id: 6, second.import_id: 6}


def test_torn_checkpoints_and_hints_do_not_stop_a_reader(small):
    first = small.add()
    (log_of(small) / f"{1:020d}.checkpoint.parquet").write_bytes(b"")
    (log_of(small) / "_last_checkpoint").write_text('{"version": 1, "size": 9}')
    assert small.seen(lake=small.reopened()) == {first.import_id: 6}
    small.lake.recover()
    assert len(list(log_of(small).glob("*.bad"))) == 2 and small.lake.verify(deep=True) == []


def test_staging_files_are_removed(small):
    small.add()
    leave_writing(small)
    (log_of(small) / f"{2:020d}.json#1").write_text("half")
    assert small.lake.recover() == [f"events: staging file {2:020d}.json#1 removed"]


def test_a_lost_acknowledged_commit_is_never_written_over(small):
    small.add()
    small.add()
    (log_of(small) / f"{2:020d}.json").unlink()
    with pytest.raises(TableDamagedError, match="version 2 is acknowledged, but only 1 is there"):
        small.add()
    assert any("version 2 cannot be opened" in line for line in small.reopened().verify())


# is it whole?


def test_a_flipped_bit_is_found_by_the_deep_check_only(small):
    small.add()
    flipped = 0
    for path in small.lake.snapshot().files("events") + small.lake.snapshot().files("roster"):
        whole = Path(path).read_bytes()
        for at in range(4, len(whole), max(1, len(whole) // 7)):
            Path(path).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = small.lake.verify(deep=True)
            assert len(found) == 1 and "its bytes are not as they were written" in found[0] and Path(path).name in found[0]
            flipped += 1
        Path(path).write_bytes(whole)
    assert flipped >= 20 and small.lake.verify(deep=True) == []


def test_a_file_cut_short_is_found_at_once(small):
    small.add()
    path = Path(small.lake.snapshot().files("roster")[0])
    path.write_bytes(path.read_bytes()[:-1])
    assert "bytes, written were" in small.lake.verify()[0]


def test_a_ledger_and_a_lake_that_disagree_are_found(small):
    small.add()
    with small.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM data_files WHERE \"table\" = 'roster'")
        connection.exec_driver_sql("UPDATE imports SET import_id = 'never-in-the-lake'")
    found = small.lake.verify()
    assert any("the ledger has no such file" in line for line in found)
    assert "events: import never-in-the-lake is done, but the lake does not know it" in found


def test_rows_of_an_import_that_is_not_done_are_found(small):
    change = small.add()
    with small.lake.write("import") as other:
        path = small.put_events(other)
        table = pq.ParquetFile(path).read()
        at = table.schema.get_field_index("import_id")
        pq.write_table(table.set_column(at, "import_id", [["ghost"] * table.num_rows]), path)
    assert change.import_id and small.lake.verify() == []
    assert small.lake.verify(deep=True) == ["events: rows of import ghost, which is not done"]


# upkeep


def test_upkeep_joins_small_files_sorted_and_changes_no_row(small):
    for _ in range(5):
        small.add(rows=3)
    before = small.seen()
    did = small.lake.upkeep({"events": ["participant", "at"], "roster": []})
    assert did.joined == 15 and did.deleted == 0 and not did.held
    snapshot = small.lake.snapshot()
    assert [len(snapshot.files(t)) for t in ("events", "roster")] == [2, 1]
    assert small.seen() == before and small.lake.verify(deep=True) == []
    people = pq.ParquetFile(snapshot.files("events")[0]).read()["participant"].to_pylist()
    assert people == sorted(people) and len(people) == 15


def test_upkeep_deletes_what_dead_writers_left(small, monkeypatch):
    small.add()
    orphan = Path(small.lake.snapshot().files("events")[0]).with_name("part-orphan.parquet")
    orphan.write_bytes(b"PAR1")
    assert small.lake.upkeep().deleted == 0 and orphan.exists()  # younger than an hour
    hour_ago = time.time() - 3700
    os.utime(orphan, (hour_ago, hour_ago))
    assert small.lake.upkeep().deleted == 1 and not orphan.exists()
    assert small.lake.verify(deep=True) == []


def test_a_backup_keeps_files_from_being_deleted(small):
    small.add()
    with small.lake.held() as state:
        with small.lake.write("fold") as change:
            change.replace("events")
        assert small.lake.upkeep(hours=0).held
        assert all(Path(path).exists() for path in state.files("events"))
    done = small.lake.upkeep(hours=0)
    assert done.deleted == 2 and not done.held
    assert small.lake.verify(deep=True) == []


def test_after_upkeep_everything_goes_on(small):
    changes = [small.add() for _ in range(3)]
    small.lake.upkeep({"events": []}, hours=0)
    changes.append(small.add())
    assert small.seen() == {change.import_id: 6 for change in changes}
    assert small.seen(lake=small.reopened()) == small.seen()
    hint = json.loads((log_of(small) / "_last_checkpoint").read_text())
    assert hint["version"] <= small.ledger.head().versions["events"]


# no permission


READ_ONLY = """
import os, sys
from pathlib import Path
import alembic.command, sqlite3, duckdb, pyarrow.parquet, deltalake.transaction, deltalake.exceptions, sqlalchemy.dialects.sqlite
from engagetree.ledger import Ledger
from engagetree.lake import Lake
from engagetree.errors import WorkspaceError
root = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setegid(65534); os.seteuid(65534)
ledger = Ledger.open(root / "ledger.db")
lake = Lake(root, ledger)
print(lake.snapshot().rows("events"), len(lake.verify(deep=True)))
try:
    with lake.write("import") as change: pass
except WorkspaceError as error:
    print(error)
"""


def test_a_folder_without_write_permission_can_be_read_and_says_so(small):
    small.add()
    small.ledger.close()
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folder is closed to others
        root = Path(folder) / "spring"
        shutil.copytree(small.root, root)
        for path in (Path(folder), root, *root.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        told = subprocess.run([sys.executable, "-c", READ_ONLY, str(root)], capture_output=True, text=True, timeout=60, check=False)
        for path in (root, *root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[0] == "6 0"
    assert told.stdout.splitlines()[1].endswith(
        "spring: nothing can be written here. Give yourself write permission on this folder, or work on a copy of it."
    )


def test_errors_of_other_places_keep_their_words(small, tmp_path):
    """A file of the user's that cannot be read is not a trouble of the workspace."""
    with pytest.raises(PermissionError, match="elsewhere"), small.lake.write("import"):
        raise PermissionError(13, "Permission denied", "elsewhere.csv")
    assert not issubclass(PermissionError, EngagetreeError)


def test_the_lock_is_free_after_an_error(small):
    with pytest.raises(ZeroDivisionError), writer_lock(small.root, "x"):
        raise ZeroDivisionError
    with writer_lock(small.root, "y", wait_seconds=0):
        assert holder(small.root).what == "y"
