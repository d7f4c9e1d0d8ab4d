"""Writing and reading the lake on real files. Expected answers: counted by hand; by DuckDB; by deltalake's own engine."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, QueryBuilder

from engagetree.errors import WorkspaceError
from engagetree.tables import EVENTS


def test_before_the_first_write_there_is_nothing(small):
    snapshot = small.lake.snapshot()
    assert (snapshot.seq, snapshot.files("events"), snapshot.partitions("events"), snapshot.rows("events")) == (0, [], [], 0)
    assert snapshot.schema("events") is None


def test_a_change_is_visible_as_a_whole(small):
    change = small.add(rows=3, source="june.csv")
    snapshot = small.lake.snapshot()
    assert snapshot.seq == 1
    assert snapshot.partitions("events") == ["2026-03-02", "2026-03-09"]
    assert (snapshot.rows("events"), snapshot.rows("events", ["2026-03-09"]), snapshot.rows("roster")) == (6, 3, 2)
    assert len(snapshot.files("events", [])) == 0 and len(snapshot.files("events", {"2026-03-02"})) == 1
    assert snapshot.schema("events").names == EVENTS.names
    assert small.seen() == {change.import_id: 6}
    assert [(row.state, row.source) for row in small.ledger.imports()] == [("done", "june.csv")]
    assert small.lake.verify(deep=True) == []


def test_nothing_is_visible_before_the_block_ends(small):
    with small.lake.write("import") as change:
        small.put_events(change)
        assert small.seen(lake=small.reopened()) == {}
        assert [row.state for row in small.ledger.imports()] == ["writing"]
    assert small.seen() == {change.import_id: 3}


def test_deltalake_and_duckdb_read_equal_rows(small):
    """Three ways to the same rows: our list of files, deltalake's own engine, and DuckDB over deltalake's list."""
    small.add(rows=4)
    small.add(rows=2)
    snapshot = small.lake.snapshot()
    sql = 'SELECT participant, "at", kind, import_id, line, week FROM {} ORDER BY import_id, week, line'
    ours = duckdb.sql(sql.format(f"read_parquet({snapshot.files('events')!r}, hive_partitioning = false)")).to_arrow_table()
    delta = DeltaTable(small.root / "lake" / "events", version=snapshot.versions["events"])
    theirs = pa.table(QueryBuilder().register("events", delta).execute(sql.format("events")))
    listed = duckdb.sql(sql.format(f"read_parquet({delta.file_uris()!r}, hive_partitioning = false)")).to_arrow_table()
    assert ours.equals(listed) and ours.num_rows == 12
    assert ours.to_pylist() == theirs.to_pylist()


def test_the_partition_column_lies_in_the_files_too(small):
    small.add()
    for path in small.lake.snapshot().files("events"):
        weeks = set(pq.ParquetFile(path).read(columns=["week"])["week"].to_pylist())
        assert len(weeks) == 1 and f"/week={weeks.pop()}/part-" in path


def test_replacing_a_partition_is_one_step(small):
    first = small.add(rows=3)
    with small.lake.write("fold") as second:
        second.replace("events", ["2026-03-02"])
        small.put_events(second, "2026-03-02", rows=9)
    assert small.seen() == {first.import_id: 3, second.import_id: 9}
    with small.lake.write("fold") as third:
        third.replace("events")
    assert small.seen() == {} and small.lake.snapshot().partitions("events") == []
    assert small.lake.verify(deep=True) == []


def test_an_older_snapshot_keeps_what_it_saw(small):
    first = small.add(rows=3)
    before = small.lake.snapshot()
    with small.lake.write("fold") as change:
        change.replace("events")
        small.put_events(change, rows=1)
    assert before.rows("events") == 6 and small.lake.snapshot().rows("events") == 1
    assert duckdb.execute("SELECT DISTINCT import_id FROM read_parquet(?)", [before.files("events")]).fetchall() == [(first.import_id,)]


def test_a_table_with_a_schema_of_its_own(small):
    scores = pa.table({"participant": ["a", "b"], "period": ["2026-03-02"] * 2, "score": [71.0, None], "points-attendance": [27.0, None]})
    for _ in range(2):
        with small.lake.write("score") as change:
            change.replace("scores-4f2a")
            duckdb.sql(f"COPY scores TO '{change.new_file('scores-4f2a', '2026-03-02')}' (FORMAT parquet)")
            change.scoring("4f2a", datetime(2026, 3, 9, tzinfo=UTC), "participant", {"people": 2})
    snapshot = small.lake.snapshot()
    assert snapshot.schema("scores-4f2a").names == scores.schema.names
    assert snapshot.rows("scores-4f2a") == 2
    assert [row.head for row in small.ledger.scorings()] == [1, 2]


def test_files_of_duckdb_fit_the_fixed_tables(small):
    """DuckDB's own parquet types (times, strings, whole numbers) are those of `tables.py`."""
    empty = EVENTS.empty_table()
    with small.lake.write("import") as change:
        sql = """INSERT INTO e VALUES (NULL, 'p', TIMESTAMPTZ '2026-03-02 09:00:00+00', 'join', NULL, 1.5, 'zoom', 'i', 2, '2026-03-02')"""
        with duckdb.connect() as con:
            con.register("empty", empty)
            con.execute(f"CREATE TABLE e AS FROM empty; {sql}; COPY e TO '{change.new_file('events', '2026-03-02')}' (FORMAT parquet)")
    assert small.lake.snapshot().rows("events") == 1


def test_a_file_without_rows_or_never_written_adds_nothing(small):
    with small.lake.write("import") as change:
        empty = small.put_events(change, rows=0)
        change.new_file("roster")
    snapshot = small.lake.snapshot()
    assert snapshot.files("events") == [] and not empty.exists()
    assert "roster" not in snapshot.versions


def test_a_change_that_touches_nothing_leaves_the_head(small):
    small.add()
    with small.lake.write("import", sha256="aa", reader="csv") as change:
        change.account({"read": 5, "kept": 0, "merged": 5})
        change.set_fact("seen", 1)
    assert small.ledger.head().seq == 1
    assert small.ledger.done_import("aa", "csv").account["merged"] == 5
    assert small.ledger.fact("seen") == 1


def test_seq_grows_and_ids_differ(small):
    changes = [small.add() for _ in range(3)]
    assert [c.seq for c in changes] == [1, 2, 3] and len({c.import_id for c in changes}) == 3


def test_an_error_inside_the_block_leaves_no_trace(small):
    first = small.add()
    with pytest.raises(KeyError, match="mine"), small.lake.write("import") as change:
        path = small.put_events(change)
        change.replace("roster")
        change.set_fact("seen", 1)
        raise KeyError("mine")
    assert not path.exists()
    assert small.seen() == {first.import_id: 6} and small.ledger.fact("seen") is None
    assert [(row.state, row.facts) for row in small.ledger.imports()][1:] == [("failed", {"why": "'mine'"})]
    assert small.lake.verify(deep=True) == []


def test_an_interrupt_is_an_error_too(small):
    with pytest.raises(KeyboardInterrupt), small.lake.write("import") as change:
        small.put_events(change)
        raise KeyboardInterrupt
    assert small.ledger.imports()[0].state == "failed" and small.seen() == {}
    small.add()
    assert small.lake.verify(deep=True) == []


@pytest.mark.parametrize(
    ("table", "partition"), [("events", None), ("roster", "2026-03-02"), ("events", "../x"), ("../events", "x"), ("events", "a b")]
)
def test_names_that_cannot_be_folders_are_our_own_mistake(small, table, partition):
    with pytest.raises(ValueError), small.lake.write("import") as change:
        change.new_file(table, partition)


def test_other_columns_are_refused(small):
    small.add()
    with pytest.raises(ValueError, match="events: a new file has the columns participant string"), small.lake.write("import") as change:
        pq.write_table(pa.table({"participant": ["a"]}), change.new_file("events", "2026-03-02"))
    assert small.lake.verify() == []


def test_rows_of_another_partition_are_refused(small):
    with pytest.raises(ValueError, match="a file for week 2026-03-09 also holds"), small.lake.write("import") as change:
        small.put_events(change, "2026-03-02").rename(change.new_file("events", "2026-03-09"))


def test_a_vanished_file_means_reading_again(small):
    first = small.add()
    tries = []

    def read(snapshot):
        tries.append(snapshot.seq)
        if len(tries) == 1:  # meanwhile all is replaced, and the old files are deleted
            with small.lake.write("fold") as change:
                change.replace("events")
                small.put_events(change, rows=1)
            small.lake.upkeep(hours=0)
        return duckdb.execute("SELECT import_id FROM read_parquet(?)", [snapshot.files("events") or snapshot.files("roster")]).fetchall()

    files = small.lake.snapshot().files("events")
    assert small.lake.read(read) != [(first.import_id,)]
    assert tries == [1, small.ledger.head().seq] and not any(Path(file).exists() for file in files)


def test_an_error_of_the_reader_is_not_tried_again(small):
    small.add()
    calls = []
    with pytest.raises(ZeroDivisionError):
        small.lake.read(lambda snapshot: calls.append(snapshot.files("events")) or 1 / 0)
    assert len(calls) == 1


def test_a_file_that_stays_away_is_an_error_in_the_end(small):
    small.add()
    path = small.lake.snapshot().files("roster")[0]
    Path(path).unlink()
    with pytest.raises(duckdb.IOException):
        small.lake.read(lambda s: duckdb.execute("FROM read_parquet(?)", [s.files("roster")]).fetchall())
    assert "the file is missing" in small.lake.verify()[0]


def test_a_thousand_files_after_upkeep(small):
    """All of them are there, for whoever opens the lake anew, from the one checkpoint that upkeep wrote."""
    weeks = [f"2{century:03d}-0{month}-{day:02d}" for century in range(10) for month in range(1, 6) for day in range(1, 21)]
    with small.lake.write("import") as change:
        for week in weeks:
            small.put_events(change, week, rows=1)
    small.lake.upkeep()
    assert len(small.reopened().snapshot().files("events")) == 1000


def test_a_long_log_is_summed_up_by_the_writer(small):
    for _ in range(70):
        with small.lake.write("import") as change:
            small.put_roster(change, rows=1)
    assert len(list((small.root / "lake" / "roster" / "_delta_log").glob("*.checkpoint.parquet"))) == 1
    assert small.lake.snapshot().rows("roster") == 70
    assert small.reopened().snapshot().rows("roster") == 70


def test_room_is_asked_for_before_the_work(small):
    small.lake.require_space(1000)
    with pytest.raises(WorkspaceError, match=r"about 9000000\.0 GB are needed, .* free\. Make room for"):
        small.lake.require_space(9 * 10**15)


def test_looking_at_a_snapshot_loads_nothing_heavy(small):
    """pandas (0.3 s) and DuckDB stay out of a process that only asks for files; said by that process's own list of modules."""
    small.add()
    code = """if True:
        import sys; from pathlib import Path; from engagetree.lake import Lake; from engagetree.ledger import Ledger
        lake = Lake(Path(sys.argv[1]), Ledger.open(Path(sys.argv[1]) / "ledger.db"))
        assert len(lake.snapshot().files("events")) == 2
        print(sorted({"pandas", "duckdb", "alembic", "ibis"} & set(sys.modules)))"""
    told = subprocess.run([sys.executable, "-c", code, str(small.root)], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
