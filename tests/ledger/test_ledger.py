"""The ledger on a real SQLite file. Expected answers: by hand, and by Python's own sqlite3 beside it."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engagetree.errors import NotFound, WorkspaceError
from engagetree.ledger import DataFile, Head, Ledger, ScoringRow, Settlement
from engagetree.ledger.schema import metadata


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path):
    book = Ledger.open(path, create=True)
    yield book
    book.close()


def plain(path, sql):
    """The same file seen by another library."""
    con = sqlite3.connect(path)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def test_a_new_ledger_has_a_head_of_nothing(ledger):
    assert ledger.head() == Head(0, {})
    assert ledger.imports() == ledger.definitions() == ledger.scorings() == ledger.audit() == ledger.damage() == []


def test_the_recipe_is_in_force(ledger, path):
    with ledger.engine.connect() as connection:
        told = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("synchronous", "foreign_keys", "secure_delete", "trusted_schema")
        }
    assert told == {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}  # 2 is FULL
    assert plain(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_missing_ledger_is_said_and_not_made(path):
    with pytest.raises(WorkspaceError, match=r"ledger\.db: there is no ledger\. Make a workspace with `engagetree init`"):
        Ledger.open(path)
    assert not path.exists()


def test_opening_again_keeps_everything(ledger, path):
    ledger.set_fact("folded", {"events": [1, 2]})
    ledger.close()
    again = Ledger.open(path, create=True)
    assert again.fact("folded") == {"events": [1, 2]}
    assert again.fact("nothing") is None and again.fact("nothing", 7) == 7


def test_the_migrations_make_the_schema_that_the_code_uses(ledger):
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_ledger_of_a_newer_release_is_refused(ledger, path):
    con = sqlite3.connect(path)
    con.execute("UPDATE alembic_version SET version_num = 'r9999'")
    con.commit()
    con.close()
    with pytest.raises(WorkspaceError, match="newer engagetree"):
        Ledger.open(path)


def test_an_upgrade_that_fails_leaves_nothing(path):
    """A table in the way of the last step: the steps before it must be gone again."""
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE audit (mine)")
    con.close()
    with pytest.raises(WorkspaceError, match="already exists"):
        Ledger.open(path)
    assert plain(path, "SELECT name FROM sqlite_master WHERE type = 'table'") == [("audit",)]


def test_what_is_no_database_is_said(path):
    path.write_bytes(b"name,score\nAnn,71\n" * 400)
    with pytest.raises(WorkspaceError, match=r"the ledger is damaged.*last backup"):
        Ledger.open(path)


def settled(ledger, **more):
    row = ledger.announce("import", source="june.csv", sha256="ab" * 32, reader="csv:v1", who="maria")
    return row, ledger.settle(Settlement(row.import_id, {"events": 3}, **more))


def test_one_transaction_moves_everything(ledger, path):
    scoring = ScoringRow("4f2a", 0, datetime(2026, 3, 9, tzinfo=UTC), "participant", datetime(2026, 3, 9, tzinfo=UTC), {"people": 5})
    files = (DataFile("events", "week=2026-03-02/part-1.parquet", "cd" * 32, 100, 7),)
    _row, head = settled(ledger, added=files, account={"read": 7, "kept": 7}, remembered={"folded": 3}, scorings=(scoring,))
    assert head == ledger.head() == Head(1, {"events": 3})
    done = ledger.imports("done")[0]
    assert (done.state, done.seq, done.account, done.tables) == ("done", 1, {"read": 7, "kept": 7}, {"events": 3})
    assert done.started <= done.finished and done.started.tzinfo is UTC
    assert ledger.fact("folded") == 3
    assert [(s.head, s.as_of) for s in ledger.scorings()] == [(1, scoring.as_of)]
    assert [(f.path, f.added) for f in ledger.inventory()[1]] == [("week=2026-03-02/part-1.parquet", 1)]
    assert plain(path, "SELECT state, what, source, who FROM imports") == [("done", "import", "june.csv", "maria")]
    assert ledger.imports("writing") == []


def test_a_replaced_file_is_no_longer_live_but_still_known(ledger, path):
    settled(ledger, added=(DataFile("roster", "part-1.parquet", "00", 1, 1),))
    settled(ledger, added=(DataFile("roster", "part-2.parquet", "11", 1, 1),), removed=(("roster", "part-1.parquet"),))
    assert [file.path for file in ledger.inventory()[1]] == ["part-2.parquet"]
    assert plain(path, "SELECT path, added, removed FROM data_files ORDER BY path") == [
        ("part-1.parquet", 1, 2),
        ("part-2.parquet", 2, None),
    ]


def test_an_import_is_settled_once(ledger):
    row, head = settled(ledger)
    with pytest.raises(RuntimeError, match="is not being written"):
        ledger.settle(Settlement(row.import_id, {"events": 9}, remembered={"folded": 9}))
    assert ledger.head() == head and ledger.fact("folded") is None


def test_the_same_file_again_is_known(ledger):
    assert ledger.done_import("ab" * 32, "csv:v1") is None
    row, _ = settled(ledger)
    assert ledger.done_import("ab" * 32, "csv:v1").import_id == row.import_id
    assert ledger.done_import("ab" * 32, "csv:v2") is None  # another column map
    ledger.announce("fold")
    assert ledger.done_import("", "") is None


def test_failed_imports_do_not_count_as_done(ledger):
    row = ledger.announce("import", sha256="ee", reader="csv")
    ledger.swept([row.import_id], {}, "killed")
    assert ledger.done_import("ee", "csv") is None
    assert [(r.state, r.facts) for r in ledger.imports()] == [("failed", {"why": "killed"})]
    assert ledger.head() == Head(0, {})


def test_definitions_are_kept_and_one_is_in_use(ledger):
    assert ledger.current_definition() is None
    ledger.add_definition("aaaa1", "weights: 1", "maria", "first", use=True)
    ledger.add_definition("bbbb2", "weights: 2", "jon", "attendance counted twice")
    assert ledger.current_definition().fingerprint == "aaaa1"
    assert ledger.use_definition("bbbb2", "jon").in_use
    assert [(d.fingerprint, d.in_use, d.reason) for d in ledger.definitions()] == [
        ("aaaa1", False, "first"),
        ("bbbb2", True, "attendance counted twice"),
    ]
    before = len(ledger.audit())
    ledger.add_definition("bbbb2", "weights: 2", "jon", "again", use=True)
    assert len(ledger.audit()) == before and len(ledger.definitions()) == 2
    with pytest.raises(NotFound, match=r"Did you mean “bbbb2”"):
        ledger.use_definition("bbbb3")


def test_the_chain_is_the_hash_of_each_line_and_the_one_before(ledger):
    ledger.note("maria", "export", rows=3)
    ledger.note("jon", "export", rows=4)
    prev = "0" * 64
    for line in ledger.audit():  # recomputed here by hand
        prev = hashlib.sha256(json.dumps([prev, line.id, line.at, line.who, line.action, line.detail]).encode()).hexdigest()
        assert line.hash == prev
    assert ledger.verify_audit() == []


@pytest.mark.parametrize("verb", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_audit_log_cannot_be_changed(ledger, path, verb):
    ledger.note("maria", "export")
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        plain(path, verb)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        ("UPDATE audit SET who = 'x' WHERE id = 2", "audit line 2 (export"),
        ("DELETE FROM audit WHERE id = 2", "audit line 2: it is missing"),
        ("DELETE FROM audit WHERE id = 3", "audit line 3: the newest lines are missing"),
        ("UPDATE audit SET detail = (SELECT detail FROM audit WHERE id = 3) WHERE id = 1", "audit line 1 (export"),
    ],
)
def test_tampering_behind_the_triggers_is_seen(ledger, path, tamper, said):
    for number in range(3):
        ledger.note("maria", "export", rows=number)
    con = sqlite3.connect(path)
    con.executescript(f"DROP TRIGGER audit_no_UPDATE; DROP TRIGGER audit_no_DELETE; {tamper};")
    con.close()
    assert [line for line in ledger.damage() if line.startswith(said)]


def test_readers_do_not_wait_for_a_writer(ledger):
    settled(ledger)
    with ledger.engine.begin() as writer:
        writer.execute(sa.text("UPDATE head SET seq = 99"))
        assert ledger.head().seq == 1  # within the open transaction of another connection
    assert ledger.head().seq == 99


def test_many_threads_write_without_a_lock_error(ledger):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ledger.note("t", "export", number=number), range(120)))
    assert len(ledger.audit()) == 120 and ledger.verify_audit() == []
