"""Why versions are pinned. A newer one may be let in when these pass with it: install it, run this file, then change pyproject.toml."""

from __future__ import annotations

import ibis
from sqlglot import expressions as sge
from sqlglot import to_identifier


def test_sqlglot_writes_what_ibis_drops() -> None:
    """Ibis makes a DROP of a table's name and leaves the writing to sqlglot; from 30.18 on the name was lost in it."""
    con = ibis.duckdb.connect()
    for name in ("kept", "gone"):
        con.create_table(name, schema=ibis.schema({"a": "int64"}))
    con.drop_table("gone")
    assert con.con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("kept",)]
    drop = sge.Drop(kind="TABLE", this=sge.Table(this=to_identifier("gone", quoted=True)), exists=True)
    assert drop.sql("duckdb") == 'DROP TABLE IF EXISTS "gone"'
