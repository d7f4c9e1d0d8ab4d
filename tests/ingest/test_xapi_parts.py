"""Lines are read some at a time as long as nothing is wrong with any of them, and one by one where something is: no answer may depend on it.

Expected: counted by hand; and the same statements as an array, which is read one by one throughout.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engagetree.ingest import Staged, stage
from engagetree.ingest.xapi import READER

from .statements import an_id, statement, voiding

ADL = "http://adlnet.gov/expapi/verbs/"
Taker = Callable[[list[str], bool], Staged]
NESTED = {"extensions": {"https://x.org/info": {"version": "3.1", "of": {"a": 1}}, "https://x.org/text": 'said "a": 1'}}


@pytest.fixture
def taken(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Taker:
    def run(texts: list[str], lines: bool) -> Staged:
        path = tmp_path / ("lines.jsonl" if lines else "array.json")
        path.write_text("\n".join(texts) if lines else "[" + ",".join(t for t in texts if t.strip()) + "]", "utf-8")
        return stage(con, path, READER, None, tmp_path / "scratch")

    return run


def acts(con: duckdb.DuckDBPyConnection, of: Staged) -> list[tuple[Any, ...]]:
    query = f'SELECT event_id, participant, "at"::VARCHAR, kind, item, amount, "week" FROM {of.tables["events"]} ORDER BY ALL'
    return con.execute(query).fetchall()


def test_what_is_wrong_with_one_touches_no_other(con: duckdb.DuckDBPyConnection, taken: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    """3,000 statements, some kilobytes at a time. Every 500th is followed by one of each wrong kind, and by a void one."""
    monkeypatch.setattr("engagetree.ingest.xapi_file.CHUNK", 4_000)
    monkeypatch.setattr("engagetree.ingest.xapi_file.HEAD", 4_000)
    present = {"verb": {"id": ADL + "attended"}, "result": {"duration": "PT10M"}}
    texts = []
    for n in range(3_000):
        texts.append(json.dumps(statement(n, **(present if n % 3 == 0 else {}), context=NESTED if n % 50 == 0 else None)))
        if n % 500 == 0:
            twice = json.dumps(statement(9_000 + n, **present)).replace('"verb": {', '"verb": {"id": "https://x.org/a"}, "verb": {', 1)
            wrong = [twice, json.dumps(statement(9_001 + n, actor={"mbox": "x"}, **{"verb": present["verb"]})), '"text"', "7", "[1]"]
            texts += [*wrong, "", json.dumps(voiding(9_002 + n, an_id(n + 1)))]
    by_line, by_array = taken(texts, True), taken(texts, False)
    account = by_line.account
    assert (account.read, account.kept, account.refused) == (3_000 + 6 * 6, 3_000 + 6, 6 * 5)
    assert account.reasons["a key stands twice"] == 6 and account.reasons["no statement"] == 18
    assert acts(con, by_line) == acts(con, by_array) and len(acts(con, by_line)) == 3_000
    shifted = f"SELECT count(*) FROM {by_line.tables['events']} WHERE kind = 'present' AND \"at\" = '2025-03-03 09:50:00+00'"
    assert con.execute(shifted).fetchone() == (1_000,)
    assert con.execute(f"SELECT count(*) FROM {by_line.tables['voids']}").fetchone() == (6,)
    assert [r.line for r in account.refusals[:5]] == [2, 3, 4, 5, 6]


def test_a_length_beyond_all_time(con: duckdb.DuckDBPyConnection, taken: Taker) -> None:
    """Time spent ends when it is told; one that would begin before there was any is left where it was told. It once was a traceback."""
    several = [statement(n, ADL + "attended", result={"duration": d}) for n, d in enumerate(["PT30M", "P9999Y", "PT" + "9" * 40 + "S"])]
    found = [row[2] for row in acts(con, taken([json.dumps(s) for s in several], True))]
    assert found == ["2025-03-03 09:30:00+00", "2025-03-03 10:00:00+00", "2025-03-03 10:00:00+00"]


@pytest.mark.parametrize("form", ["one statement", "one array", "no end"])
def test_one_line_without_measure(taken: Taker, con: duckdb.DuckDBPyConnection, tmp_path: Path, form: str) -> None:
    """A line of 100 MB: an array of many statements is read, one statement of that size is refused with its reason, and what has no end."""
    path, one = tmp_path / "long.json", json.dumps(statement(1, result={"response": "x"}))
    with path.open("w") as out:
        if form == "one array":
            long = "x" * 99_000
            out.write("[" + ",".join(json.dumps(statement(n, result={"response": long})) for n in range(1_000)) + "]")
        else:
            head, tail = one.rsplit('x"', 1)
            out.write(head)
            for _ in range(100):
                out.write("x" * 1_000_000)
            out.write("" if form == "no end" else 'x"' + tail)
    account = stage(con, path, READER, None, tmp_path / "scratch").account
    assert (account.kept, account.refused) == ((1_000, 0) if form == "one array" else (0, 1))
    assert form == "one array" or "longer than 32 MB" in account.refusals[0].reason
