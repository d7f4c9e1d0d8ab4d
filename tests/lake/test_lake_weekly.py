"""Writing events by week. What must be in the files is said by the rows themselves: pyarrow reads them back, Python sorts and compares."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engagetree.engine import connect_duckdb
from engagetree.lake import weekly
from engagetree.lake.weekly import write_weeks
from engagetree.tables import EVENTS

FIRST = datetime(2025, 1, 6, tzinfo=UTC)


def event(n, week, **other):
    said = {"event_id": f"e{n}", "participant": f"p{n % 7}", "at": FIRST + timedelta(weeks=week, minutes=n), "kind": "join", "item": None,
            "amount": n / 2, "source": "it's", "import_id": "i1", "line": n + 2}  # fmt: skip
    return {**said, **other, "week": (FIRST + timedelta(weeks=week)).date().isoformat()}


def by_line(rows):
    return sorted(rows, key=lambda r: r["line"])


@pytest.fixture
def con(tmp_path):
    connection = connect_duckdb(tmp_path / "spill")
    connection.execute("SET threads = 2")
    yield connection
    connection.close()


@pytest.fixture
def written(con, tmp_path):
    """Writes rows and reads them back: week → its files."""

    def run(rows):
        con.register("arriving", pa.Table.from_pylist(rows, schema=EVENTS))
        con.execute("CREATE OR REPLACE TEMP TABLE staged AS SELECT *, 7::BIGINT AS seq FROM arriving")
        files: dict[str, list[Path]] = {}

        def new_file(week):
            path = tmp_path / "events" / f"week={week}" / f"part-{week}-{len(files.get(week, []))}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            files.setdefault(week, []).append(path)
            return path

        assert write_weeks(con, "(SELECT * FROM staged)", EVENTS.names, new_file) == sum(map(len, files.values()))
        assert {p for p in (tmp_path / "events").rglob("*") if p.is_file()} == {p for some in files.values() for p in some}
        return files

    return run


def test_every_event_is_in_the_file_of_its_week(written):
    rows = [event(n, n % 5) for n in range(1_000)]
    files = written(rows)
    assert {week: len(some) for week, some in files.items()} == {event(0, w)["week"]: 1 for w in range(5)}
    for week, (path,) in files.items():
        found = pq.ParquetFile(path).read()
        assert [(f.name, f.type) for f in found.schema] == [(f.name, f.type) for f in EVENTS]
        least_and_greatest = pq.read_metadata(path).row_group(0).column(EVENTS.get_field_index("week")).statistics
        assert (least_and_greatest.min, least_and_greatest.max) == (week, week)
        assert by_line(found.to_pylist()) == [r for r in rows if r["week"] == week]


def test_few_values_many_values_and_none(written):
    """Columns of one value, of more than can be told beforehand, of nothing at all, and with quotes in them."""
    rows = [event(n, 0, kind=f"k{n}", item=None if n % 3 else 'it\'s; "x"', source=None, event_id=None) for n in range(weekly.FEW + 100)]
    (path,) = written(rows)[rows[0]["week"]]
    assert by_line(pq.ParquetFile(path).read().to_pylist()) == rows


def test_three_hundred_weeks(written):
    """More files than DuckDB keeps open by itself (100): each week still has one."""
    rows = [event(n, n * 7 % 300) for n in range(3_000)]
    files = written(rows)
    assert len(files) == 300
    assert all(len(some) == 1 for some in files.values())
    assert by_line(r for (path,) in files.values() for r in pq.ParquetFile(path).read().to_pylist()) == rows


def test_no_events_no_files(written):
    assert written([]) == {}


def test_of_a_failure_nothing_is_left(con, tmp_path):
    """A row that cannot be written, after others that can."""
    con.execute("CREATE TEMP TABLE staged AS SELECT n::VARCHAR AS text, '2025-01-06' AS \"week\" FROM range(200000) t(n)")
    con.execute("INSERT INTO staged VALUES ('x', '2025-01-06')")
    before = con.execute("SELECT current_setting('partitioned_write_flush_threshold')").fetchall()

    def new_file(week):
        (tmp_path / f"week={week}").mkdir(exist_ok=True)
        return tmp_path / f"week={week}" / "part.parquet"

    with pytest.raises(duckdb.ConversionException):
        write_weeks(con, '(SELECT text::BIGINT AS line, "week" FROM staged)', ["line", "week"], new_file)
    assert list(tmp_path.rglob("*.parquet")) == []
    assert con.execute("SELECT current_setting('partitioned_write_flush_threshold')").fetchall() == before
