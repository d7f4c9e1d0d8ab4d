"""What each verb answers. Expected numbers: the worked example (71 = 27 + 12 + 12 + 20), counted by hand in `examples/first-programme`."""

from __future__ import annotations

import csv
import json
import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from shell import FIRST, Run

VERBS = {
    "score": (["score"], r"p-mara .* 71 +55–83 +1–2 +90 +60 +40 +100"),
    "ranking": (["ranking"], r"^p-theo .* 24 "),
    "ranking of a band": (["ranking", "--band", "Highly engaged"], r"^p-ines .* 86 "),
    "ranking of an owner": (["ranking", "--owner", "Ana", "--top", "1"], r"^1 of 2; --all lists everybody\.$"),
    "ranking, history": (["ranking", "--history"], r"^Sun 9 Mar 2025 +1 +0 +1 +1 +0 "),
    "bands": (["bands"], r"^Sun 16 Mar 2025 +1 +1 +0 +2 +0 "),
    "slipping": (["slipping"], r"^p-theo +▂___ Disengaged +51 +24 +−27 +Sun 9 Mar 2025 +Attendance from 60 to 30"),
    "explain a participant": (["explain", "p-mara"], r"^Score +71\.0 +100.% +71\.0 +29\.0 +[+−]\d+\.\d$"),
    "explain a cohort": (["explain", "B"], r"on average over 2 people"),
    "explain everybody": (["explain"], r"on average over 4 people"),
    "explain an earlier week": (["explain", "p-theo", "--period", "2025-03-03"], r"as of Sun 9 Mar 2025"),
    "events": (["explain", "p-mara", "--events"], r"^Events of p-mara up to Sun 16 Mar 2025: 21 rows$"),
    "events of a driver": (["explain", "p-mara", "--events", "--node", "spoke"], r"^Offered to p-mara for spoke .*: 5 rows$"),
    "compare": (["compare"], r"^A +2 "),
    "check": (["check"], r"1 note; head, files and counts of the lake compared\. Can be used\.$"),
    "check, deep": (["check", "--deep"], r"files read to the last byte"),
    "versions": (["versions"], r"in use .*First version, for the tutorial\.$"),
    "lake head": (["lake", "head"], r"events +version 1 +41 rows in"),
}


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_answers_and_leaves_with_0(name: str, run: Run, spring: Path) -> None:
    words, expected = VERBS[name]
    done = run(*words, ENGAGETREE_WORKSPACE=str(spring))
    assert done.returncode == 0, done.stderr
    assert re.search(expected, done.stdout, re.M), done.stdout
    assert "\x1b" not in done.stdout and not re.search(r"\bNone\b|\bnan\b", done.stdout)


def test_the_whole_way_in_processes_of_their_own(process: Run, tmp_path: Path) -> None:
    """Each verb once as the shell runs it: leaves with 0 and speaks."""
    work = tmp_path / "spring"
    first = [
        ["init", work, "--definition", FIRST / "programme.yml"],
        ["import", *sorted(FIRST.glob("*.csv"))],
        ["score", "--as-of", "2025-03-16"],
        ["report"],
        ["lake", "upkeep"],
    ]
    then = [["check"], ["ranking"], ["bands"], ["slipping"], ["explain", "p-mara"], ["compare"], ["versions"], ["lake", "head"]]
    light = [["templates"], ["schema"], ["readers"], ["--version"], ["--help"]]
    done = [process(*words, ENGAGETREE_WORKSPACE=str(work)) for words in first]
    with ThreadPoolExecutor(2) as two:
        done += two.map(lambda words: process(*words, ENGAGETREE_WORKSPACE=str(work)), then + light)
    assert [(d.args, d.stderr) for d in done if d.returncode != 0 or not d.stdout] == []


def test_a_score_never_stands_without_its_breakdown_or_without_saying_that_nobody_validated_it(run: Run, spring: Path) -> None:
    for verb in (["ranking"], ["explain", "p-mara"], ["explain"]):
        said = run(*verb, "-w", spring).stdout
        assert "Not yet validated against outcomes." in said
        assert all(label in said for label in ("Attendance", "Interaction", "Contribution", "Completion"))


def test_the_worked_example_as_json(run: Run, spring: Path) -> None:
    found = json.loads(run("explain", "p-mara", "--json", "-w", spring).stdout)
    assert found["score"] == pytest.approx(71, abs=1e-9) and found["easiest"] == "contribution" and found["validated"] is False
    parts = {n["key"]: (n["value"], n["points"], n["headroom"]) for n in found["tree"]["children"]}
    expected = {"attendance": (90, 27, 3), "interaction": (60, 12, 8), "contribution": (40, 12, 18), "completion": (100, 20, 0)}
    assert parts == {k: pytest.approx(v, abs=1e-9) for k, v in expected.items()}
    assert "definition" not in found


def test_the_same_rows_as_json_csv_and_parquet(run: Run, spring: Path, tmp_path: Path) -> None:
    rows = json.loads(run("ranking", "--json", "-w", spring).stdout)
    assert {r["participant"]: round(r["score"]) for r in rows} == {"p-mara": 71, "p-theo": 24, "p-ines": 86, "p-joon": 0}
    table = list(csv.DictReader(StringIO(run("ranking", "--csv", "-w", spring).stdout)))
    assert [r["participant"] for r in table] == [r["participant"] for r in rows]
    assert run("ranking", "--parquet", tmp_path / "s.parquet", "-w", spring).returncode == 0
    assert pq.read_table(tmp_path / "s.parquet").num_rows == 4
    assert len(json.loads(run("ranking", "--history", "--json", "-w", spring).stdout)) == 7, "three in the first week, four in the second"


@pytest.mark.parametrize(
    "words", [["bands"], ["slipping"], ["compare"], ["versions"], ["lake", "head"], ["check"], ["explain", "p-ines", "--events"]]
)
def test_json_for_machines(words: list[str], run: Run, spring: Path) -> None:
    json.loads(run(*words, "--json", "-w", spring).stdout)


def test_report_is_one_file(run: Run, spring: Path, tmp_path: Path) -> None:
    done = run("report", "--out", tmp_path / "r.html", "-w", spring)
    assert done.returncode == 0 and str(tmp_path / "r.html") in done.stdout
    assert "p-mara" in (tmp_path / "r.html").read_text("utf-8")


def test_the_workspace_is_the_current_folder_the_variable_or_the_option(run: Run, spring: Path, tmp_path: Path) -> None:
    assert run("versions", cwd=spring).returncode == 0
    assert run("versions", cwd=tmp_path).returncode == 1
    assert run("versions", "-w", spring, ENGAGETREE_WORKSPACE=str(tmp_path)).returncode == 0, "the option wins"


def test_templates_schema_and_readers(run: Run, tmp_path: Path) -> None:
    names = [line.split()[0] for line in run("templates").stdout.splitlines()]
    assert names == ["on-demand-course", "live-programme", "event", "community", "compliance"]
    for name in names:
        (tmp_path / f"{name}.yml").write_text(run("templates", name).stdout)
        assert run("check", tmp_path / f"{name}.yml").returncode == 0
    assert run("schema", "--out", tmp_path / "s.json").returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["required"] == ["programme", "zone", "period", "signals"]
    assert "oulad" in run("readers").stdout
