"""A small lake on the disk, and rows to put into it."""

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engagetree.lake import Lake
from engagetree.ledger import Ledger
from engagetree.tables import EVENTS, ROSTER


class Small:
    """A lake with the few things that these tests do to it."""

    def __init__(self, root):
        self.root = root
        self.ledger = Ledger.open(root / "ledger.db", create=True)
        self.lake = Lake(root, self.ledger)

    def reopened(self):
        """As another process would see it: nothing remembered."""
        return Lake(self.root, Ledger.open(self.root / "ledger.db"))

    def put_events(self, change, week="2026-03-02", rows=3):
        at = datetime.fromisoformat(week).replace(tzinfo=UTC)
        some = {"at": at, "kind": "join", "import_id": change.import_id, "week": week}
        table = pa.Table.from_pylist([{**some, "participant": f"p{i}", "line": i} for i in range(rows)], schema=EVENTS)
        path = change.new_file("events", week)
        pq.write_table(table, path)
        return path

    def put_roster(self, change, rows=2):
        people = [{"participant": f"p{i}", "cohort": "a", "import_id": change.import_id, "seq": change.seq} for i in range(rows)]
        pq.write_table(pa.Table.from_pylist(people, schema=ROSTER), change.new_file("roster"))

    def add(self, rows=3, **about):
        with self.lake.write("import", **about) as change:
            self.put_events(change, rows=rows)
            self.put_events(change, "2026-03-09", rows)
            self.put_roster(change)
        return change

    def seen(self, table="events", lake=None):
        """How many rows of each import a reader sees, counted by DuckDB in the files."""

        def count(snapshot):
            files = snapshot.files(table)
            sql = "SELECT import_id, count(*) FROM read_parquet(?, hive_partitioning = false) GROUP BY 1"
            return dict(duckdb.execute(sql, [files]).fetchall()) if files else {}

        return (lake or self.lake).read(count)


@pytest.fixture
def small(tmp_path):
    made = Small(tmp_path)
    yield made
    made.ledger.close()
