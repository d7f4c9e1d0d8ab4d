"""Connections: one URL says where the arithmetic runs.

`duckdb://` runs in this process (the default), `spark://host:port` or `spark://local[2]` on Spark. Also the one place that quotes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engagetree.errors import EngagetreeError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def literal(value: object) -> str:
    """A value as a SQL literal.

    >>> literal("O'Brien"), literal(None), literal(3.5)
    ("'O''Brien'", 'NULL', '3.5')
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        kind = "TIMESTAMP WITH TIME ZONE" if value.tzinfo else "TIMESTAMP"
        return f"{kind} '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def name(identifier: str) -> str:
    """An identifier, quoted.

    >>> name("at")
    '"at"'
    """
    return '"' + identifier.replace('"', '""') + '"'


quoted = name


def literals(values: Sequence[object]) -> str:
    """A bracketed SQL list of literals.

    >>> literals(["a", "b"])
    "['a', 'b']"
    """
    return "[" + ", ".join(literal(v) for v in values) + "]"


def parquet(files: Sequence[str]) -> str:
    """SQL for reading these files. The partition column lies in the files; DuckDB would make a date of the folder's name.

    >>> parquet(["a.parquet"])
    "read_parquet(['a.parquet'], hive_partitioning = false)"
    """
    return f"read_parquet({literals(files)}, hive_partitioning = false)"


def memory_limit() -> int:
    """55 % of the smaller of this control group's ceiling and the machine's memory, in bytes: DuckDB runs 40–140 MB above its limit."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for ceiling in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(ceiling).read_text()))
        except (OSError, ValueError):
            continue
    return int(total * 0.55)


CEILING = 4 << 30
"""More memory than this does not make it faster; what is larger spills."""


def settings(temp: Path | None, memory: int | None) -> dict[str, str]:
    """What every DuckDB connection of ours is told: bounded memory, our own spill folder, nothing fetched, no order promised,
    nothing tidied up."""
    chosen = {
        "memory_limit": f"{memory or min(memory_limit(), CEILING)}B",
        "threads": str(os.cpu_count() or 2),
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "TimeZone": "UTC",
        "checkpoint_threshold": "1TB",  # what lies in memory only need not be tidied up in the middle of the work
    }
    if temp is not None:
        chosen["temp_directory"] = str(temp)
    return chosen


def connect_duckdb(temp: Path | None = None, memory: int | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory DuckDB; close it after the job."""
    import duckdb

    con = duckdb.connect()
    for key, value in settings(temp, memory).items():
        con.execute(f"SET {key} = {literal(value)}")
    return con


@contextmanager
def duck(temp: Path | None = None) -> Iterator[Any]:
    """A DuckDB for the length of a block."""
    con = connect_duckdb(temp)
    try:
        yield con
    finally:
        con.close()


def rows_of(con: Any, query: str) -> list[dict[str, Any]]:
    """Rows as dictionaries, by way of Arrow: DuckDB's own fetch of an instant wants a package that nothing else needs."""
    con.abort()  # whoever fetched one row left a result open
    out: list[dict[str, Any]] = con.sql(query).to_arrow_table().to_pylist()
    return out


class Engine(Protocol):
    """Where the arithmetic runs. Expressions are compiled once for its `dialect`; tables have names; results are parquet or Arrow."""

    dialect: str

    def view(self, name: str, files: Sequence[str], schema: pa.Schema, where: str = "") -> None:
        """Name a set of parquet files, or of their rows that a condition names; with none, an empty table of the schema."""

    def table(self, name: str, data: pa.Table) -> None:
        """Name a small table that is in memory."""

    def make(self, name: str, sql: str) -> None:
        """Run a query now and keep its result under a name, replacing what had it (which the query must not read)."""

    def write(self, sql: str, path: Path) -> int:
        """Run a query into one new parquet file; returns its rows."""

    def arrow(self, sql: str) -> pa.Table:
        """Run a query and fetch its result."""

    def split(self, parts: int) -> list[Engine]:
        """Engines for so many parts of the work, to be run side by side; this one alone where it divides the work itself."""

    def close(self) -> None:
        """Give back memory and spill files."""


class DuckDB:
    """In this process, over the lake's files."""

    dialect = "duckdb"

    def __init__(self, temp: Path | None = None, memory: int | None = None, threads: int | None = None) -> None:
        self.temp, self.memory = temp, memory or min(memory_limit(), CEILING)
        self.con = connect_duckdb(temp, self.memory)
        if threads:
            self.con.execute(f"SET threads = {threads}")
        self._kinds: dict[str, str] = {}

    def view(self, name: str, files: Sequence[str], schema: pa.Schema, where: str = "") -> None:
        if not files:
            return self.table(name, schema.empty_table())
        kept = f" WHERE {where}" if where else ""
        columns = ", ".join(quoted(n) for n in schema.names)
        self._drop(name)
        self._kinds[name] = "VIEW"
        self.con.execute(f"CREATE TEMP VIEW {quoted(name)} AS SELECT {columns} FROM {parquet(files)}{kept}")

    def table(self, name: str, data: pa.Table) -> None:
        self.con.register("__arriving", data)
        self.make(name, "SELECT * FROM __arriving")
        self.con.unregister("__arriving")

    def make(self, name: str, sql: str) -> None:
        if self._kinds.get(name) == "VIEW":
            self._drop(name)
        self._kinds[name] = "TABLE"
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {sql}")

    def write(self, sql: str, path: Path) -> int:
        row = self.con.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION snappy)").fetchall()
        return int(row[0][0])

    def arrow(self, sql: str) -> pa.Table:
        return self.con.sql(sql).to_arrow_table()

    def split(self, parts: int) -> list[Engine]:
        # One thread each: a step over a hundred thousand people is one row group, which DuckDB would give to a single thread anyway.
        return [DuckDB(self.temp, self.memory // parts, threads=1) for _ in range(parts)] if parts > 1 else [self]

    def close(self) -> None:
        self.con.close()

    def _drop(self, name: str) -> None:
        if kind := self._kinds.pop(name, None):
            self.con.execute(f"DROP {kind} {quoted(name)}")


class Spark:
    """On a Spark, for data that outgrows one machine."""

    dialect = "pyspark"

    def __init__(self, master: str) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise EngagetreeError("engine spark", "PySpark is not installed", "Install engagetree[spark]; it needs Java 17.") from None
        builder = SparkSession.builder.master(master if master.startswith("local") else f"spark://{master}").appName("engagetree")
        for key, value in SPARK.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()

    def view(self, name: str, files: Sequence[str], schema: pa.Schema, where: str = "") -> None:
        if not files:
            return self.table(name, schema.empty_table())
        rows = self.session.read.parquet(*files).select(*schema.names)
        (rows.where(where) if where else rows).createOrReplaceTempView(name)

    def table(self, name: str, data: pa.Table) -> None:
        self.session.createDataFrame(data).createOrReplaceTempView(name)

    def make(self, name: str, sql: str) -> None:
        self.session.sql(sql).localCheckpoint().createOrReplaceTempView(name)

    def write(self, sql: str, path: Path) -> int:
        import pyarrow.parquet as pq

        data = self.arrow(sql)
        pq.write_table(data, path)
        return int(data.num_rows)

    def arrow(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()

    def split(self, parts: int) -> list[Engine]:
        return [self]

    def close(self) -> None:
        for table in self.session.catalog.listTables():
            if table.isTemporary:
                self.session.catalog.dropTempView(table.name)


SPARK = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.ansi.enabled": "false",  # 1/0 is null here and in DuckDB
}


def connect(url: str = "duckdb://", temp: Path | None = None, memory: int | None = None) -> Engine:
    """The engine of a URL."""
    scheme, _, rest = url.partition("://")
    if scheme == "duckdb":
        return DuckDB(temp, memory)
    if scheme == "spark":
        return Spark(rest or "local[2]")
    raise EngagetreeError(f"engine {url}", "this kind of engine is not known", "Use duckdb:// or spark://local[2] or spark://host:port.")
