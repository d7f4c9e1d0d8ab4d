"""22,000 real xAPI statements through the whole programme: the scores do not depend on how they arrived, and what is voided never was.

Expected is what the plain file gives, and DuckDB's own JSON reader counts beside it what two of its drivers count. A statement that is taken
back is held against a file from which it was left out by hand.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engagetree.workspace import create

Rows = list[dict[str, Any]]
Run = Callable[..., Rows]


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    root = Path(os.environ.get("ENGAGETREE_DATA", Path(__file__).parents[3] / "shared" / "data"))
    path = root / "xapi" / "statements.json.gz"
    if not path.is_file():
        pytest.skip(f"the working data is not at {root}; name its folder in ENGAGETREE_DATA")
    found = gzip.decompress(path.read_bytes()).splitlines()
    assert len(found) == 22_000
    return found


def actor(line: bytes) -> str:
    return str(json.loads(line)["actor"]["account"]["name"])


@pytest.fixture(scope="module")
def run(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`run([lines of a file], …)`: every score of everybody in every week, after these files in this order, scored after each."""
    roster = "participant,account,cohort\n" + "".join(f"{name},{name},A\n" for name in sorted(set(map(actor, lines))))

    def scored(*files: Sequence[bytes]) -> Rows:
        folder = tmp_path_factory.mktemp("statements")
        (folder / "roster.csv").write_text(roster)
        with create(folder / "work", "on-demand-course") as work:
            work.take(folder / "roster.csv")
            for n, some in enumerate(files):
                (folder / f"{n}.jsonl").write_bytes(b"\n".join(some))
                assert not work.take(folder / f"{n}.jsonl").account.refused
                work.score()
            rows = [dict(r) for r in work.scores(history=True).rows()]
            return sorted(rows, key=lambda r: (r["period"], r["participant"]))

    return scored


@pytest.fixture(scope="module")
def once(run: Run, lines: list[bytes]) -> Rows:
    return run(lines)


def test_two_drivers_as_duckdb_counts_them(once: Rows, lines: list[bytes], tmp_path: Path) -> None:
    """New pages, each once; clicks in them, on each page at most 20 a week. Played, seeked, begun, touched and downloaded are clicks."""
    (tmp_path / "all.jsonl").write_bytes(b"\n".join(lines))
    told = "json->>'$.actor.account.name' AS who, json->>'$.object.id' AS page, json->>'$.verb.id' AS verb"
    at = "date_trunc('week', ((json->>'$.timestamp')::TIMESTAMPTZ AT TIME ZONE 'UTC')) AS week"
    verbs = "('played', 'seeked', 'initialized', 'interacted', 'downloaded')"
    acts = f"SELECT {told}, {at} FROM read_ndjson_objects('{tmp_path / 'all.jsonl'}')"
    clicks = f"SELECT who, page, week, count(*) AS n FROM ({acts}) WHERE split_part(verb, '/', -1) IN {verbs} GROUP BY ALL"
    query = f"SELECT who, count(DISTINCT page)::DOUBLE, sum(least(n, 20))::DOUBLE FROM ({clicks}) GROUP BY who"
    expected = {who: (pages, n) for who, pages, n in duckdb.sql(query).fetchall()}
    last = [r for r in once if r["period"] == once[-1]["period"]]
    found = {r["participant"]: (r["interaction__pages__taken"], r["interaction__clicks__taken"]) for r in last}
    assert len(last) == 1_452 and sum(n for _, n in expected.values()) > 10_000
    assert {who: both for who, both in found.items() if both != (0, 0)} == expected


def test_in_twice_and_shuffled(run: Run, once: Rows, lines: list[bytes]) -> None:
    assert run(lines, random.Random(3).sample(lines, len(lines))) == once


def test_in_two_halves_that_are_mixed(run: Run, once: Rows, lines: list[bytes]) -> None:
    mixed = random.Random(5).sample(lines, len(lines))
    assert run(mixed[:11_000], mixed[11_000:]) == once


def test_what_is_voided_never_was(run: Run, once: Rows, lines: list[bytes]) -> None:
    """The only act of somebody: taken back before it is known, in one file with all others."""
    acts = Counter(map(actor, lines))
    victim = next(line for line in lines[1_000:] if acts[actor(line)] == 1 and b"verbs/played" in line)
    told = json.loads(victim)
    void = {
        "id": str(uuid.UUID(int=7)), "actor": told["actor"], "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": told["id"]}, "timestamp": told["timestamp"],
    }  # fmt: skip
    without = run([line for line in lines if line is not victim])
    assert run([json.dumps(void).encode(), *lines]) == without
    changed = {a["participant"] for a, b in zip(once, without, strict=True) if a != b}
    assert changed == {actor(victim)}
