"""What was taken in comes out in files that bring it in again: the same facts, the same scores, whatever is written in the cells."""

from __future__ import annotations

import csv
import json
import uuid
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetree.errors import EngagetreeError, NotFound
from engagetree.workspace import Workspace, create

EXAMPLES = Path(__file__).parents[2] / "examples"
FIRST = EXAMPLES / "first-programme"
LIVE = EXAMPLES / "live-programme"


def filled(root: Path, folder: Path, definition: Path = FIRST / "programme.yml") -> Workspace:
    """With everything in the folder; the live programme's tools have column maps."""
    work = create(root, definition)
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".parquet"):
            mapping = definition.parent / f"{path.stem}.map.yml"
            work.take(path, mapping=mapping if mapping.exists() else None)
    return work


def lying(work: Workspace, table: str) -> list[tuple[Any, ...]]:
    """Rows as they lie in the files, by DuckDB alone, without what each import adds."""
    files = work.lake.snapshot().files(table)
    query = "SELECT * EXCLUDE (import_id, seq) FROM" if table != "events" else "SELECT * EXCLUDE (import_id, line) FROM"
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        found = con.sql(f"{query} read_parquet({files}, hive_partitioning = false)").to_arrow_table()
    return sorted((tuple(r.values()) for r in found.to_pylist()), key=repr)


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("example", [FIRST, LIVE], ids=lambda e: e.name)
def test_there_and_back(example: Path, form: str, tmp_path: Path) -> None:
    definition, facts = example / "programme.yml", example / "data" if (example / "data").exists() else example
    with filled(tmp_path / "w", facts, definition) as work:
        done = work.export(tmp_path / "out", form=form)
        assert {e.table for e in done} >= {"events", "items", "roster"}
        assert {e.table: e.rows for e in done} == {e.table: len(lying(work, e.table)) for e in done}
        (tmp_path / "programme.yml").write_text(definition.read_text("utf-8"), "utf-8")
        with filled(tmp_path / "w2", tmp_path / "out", tmp_path / "programme.yml") as again:
            for e in done:
                assert lying(again, e.table) == lying(work, e.table)
            assert again.score().rows() == work.score().rows()


CELLS = [
    "=1+1",
    "'=1+1",
    "''=x",
    "-178",
    "+34 600",
    "@mara",
    "－x",
    "'quoted'",
    'a "b", c',
    "a;b",
    "Ünï",
    "null",
    "NULL",
    "007",
    "1e5",
    "-",
]


@settings(max_examples=12, deadline=None)
@given(names=st.lists(st.sampled_from(CELLS) | st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8), min_size=1))
def test_any_cell_comes_back_as_it_was(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Parquet in, so that no reading of text stands between; out as CSV, in again."""
    folder = tmp_path_factory.mktemp("cells")
    at = pa.array([1_700_000_000_123_456 + n for n in range(len(names))], pa.timestamp("us", "UTC"))
    columns = {
        "participant": names,
        "at": at,
        "kind": ["click"] * len(names),
        "item": names[::-1],
        "amount": [0.1 * n for n in range(len(names))],
    }
    pq.write_table(pa.table(columns), folder / "in.parquet")
    with create(folder / "a", FIRST / "programme.yml") as first, create(folder / "b", FIRST / "programme.yml") as second:
        first.take(folder / "in.parquet")
        if not first.lake.snapshot().rows("events"):
            return
        first.export(folder / "out")
        second.take(folder / "out" / "events.csv")
        assert lying(second, "events") == lying(first, "events")


def test_a_spreadsheet_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text('participant,at,kind,item\np-mara,2025-03-03T09:00Z,click,"=HYPERLINK(""x"")"\n')
    with create(tmp_path / "w", FIRST / "programme.yml") as work:
        work.take(tmp_path / "e.csv")
        work.export(tmp_path / "out")
        with (tmp_path / "out" / "events.csv").open() as file:
            assert [r["item"] for r in csv.DictReader(file)] == ['\'=HYPERLINK("x")']


def test_what_was_taken_back_and_who_is_nobody_stay_out(tmp_path: Path) -> None:
    """By hand: of Mara's two statements one is taken back; the screen in the hall is nobody. One act is left."""

    def said(n: int, who: str, verb: str, about: dict[str, str]) -> dict[str, Any]:
        actor = {"account": {"homePage": "https://lms.example.org", "name": who}}
        name = {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}
        return {"id": str(uuid.UUID(int=n)), "actor": actor, "verb": name, "object": about, "timestamp": f"2025-03-03T09:0{n}:00Z"}

    page = {"id": "https://lms.example.org/page-1"}
    acts = [said(1, "mara", "completed", page), said(2, "mara", "completed", page), said(3, "hall", "completed", page)]
    acts.append(said(4, "mara", "voided", {"objectType": "StatementRef", "id": str(uuid.UUID(int=2))}))
    (tmp_path / "roster.csv").write_text("participant,cohort,account\np-mara,A,mara\n")
    (tmp_path / "acts.jsonl").write_text("".join(f"{json.dumps(a)}\n" for a in acts))
    with create(tmp_path / "w", FIRST / "programme.yml") as work:
        work.take(tmp_path / "roster.csv")
        work.take(tmp_path / "acts.jsonl")
        work.people.nobody("hall", why="a screen")
        [done] = work.export(tmp_path / "out", "events")
        with done.path.open() as file:
            rows = [(r["event_id"], r["participant"], r["at"], r["kind"]) for r in csv.DictReader(file)]
        assert rows == [(str(uuid.UUID(int=1)), "p-mara", "2025-03-03T09:01:00Z", "complete")]


def test_two_handles_of_one_person_with_the_same_act_stay_two(tmp_path: Path) -> None:
    """A laptop and a telephone that joined at the same second are two joins, before the way out and after."""
    (tmp_path / "roster.csv").write_text("participant,cohort,email\np-mara,A,mara@example.org\n")
    rows = "".join(f"{who},2025-03-03T09:00Z,join,session-1\n" for who in ("mara@example.org", "tablet@example.org"))
    (tmp_path / "acts.csv").write_text("participant,at,kind,item\n" + rows)
    with create(tmp_path / "w", FIRST / "programme.yml") as work, create(tmp_path / "w2", FIRST / "programme.yml") as again:
        work.take(tmp_path / "roster.csv")
        work.take(tmp_path / "acts.csv")
        work.people.merge("tablet@example.org", "p-mara", why="her tablet")
        work.export(tmp_path / "out")
        for name in ("roster", "events"):
            again.take(tmp_path / "out" / f"{name}.csv")
        assert [r[1] for r in lying(again, "events")] == ["p-mara", "p-mara"]


def test_what_is_in_the_way_stays(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "items.csv").write_text("mine")
    with filled(tmp_path / "w", FIRST) as work:
        with pytest.raises(EngagetreeError, match=r"it has items\.csv already.*--replace"):
            work.export(tmp_path / "out")
        assert (tmp_path / "out" / "items.csv").read_text() == "mine" and len(list((tmp_path / "out").iterdir())) == 1
        work.export(tmp_path / "out", replace=True)
        with pytest.raises(NotFound, match="no such table"):
            work.export(tmp_path / "x", "event")
        with pytest.raises(NotFound, match="no such format"):
            work.export(tmp_path / "x", form="xlsx")
        (tmp_path / "file").write_text("")
        with pytest.raises(EngagetreeError, match="may write to"):
            work.export(tmp_path / "file")
        if Path("/sys/kernel").is_dir():  # nobody may make a file there
            with pytest.raises(EngagetreeError, match="may write to"):
                work.export("/sys/kernel", "roster")
    with create(tmp_path / "empty", FIRST / "programme.yml") as work, pytest.raises(EngagetreeError, match="nothing was imported yet"):
        work.export(tmp_path / "y")


def test_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "cli")
    from shell import run_here

    filled(tmp_path / "w", FIRST).close()
    done = run_here("export", tmp_path / "out", "-w", tmp_path / "w")
    assert (done.returncode, done.stderr) == (0, "") and "events.csv  41 rows" in done.stdout
    again = run_here("export", tmp_path / "out", "roster", "-w", tmp_path / "w")
    assert again.returncode != 0 and "--replace" in again.stderr and "Traceback" not in again.stderr
    assert '"rows": 4' in run_here("export", tmp_path / "out", "roster", "--replace", "--json", "-w", tmp_path / "w").stdout
