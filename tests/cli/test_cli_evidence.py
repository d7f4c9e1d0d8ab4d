"""The verb `evidence` from the command line, on a programme too small to say anything: it must say so, and never crash."""

from __future__ import annotations

import json
from pathlib import Path

from shell import FIRST, Run


def made(run: Run, folder: Path, rows: str) -> Path:
    work = folder / "spring"
    assert run("init", work, "--definition", FIRST / "programme.yml").returncode == 0
    assert run("import", *sorted(FIRST.glob("*.csv")), "-w", work).returncode == 0
    if rows:
        (folder / "outcomes.csv").write_text("participant,outcome,value,at\n" + rows, "utf-8")
        assert run("import", folder / "outcomes.csv", "-w", work).returncode == 0
    assert run("score", "-w", work, "--as-of", "2025-03-16").returncode == 0
    return work


def test_without_outcomes_it_gives_the_reason(run: Run, tmp_path: Path) -> None:
    work = made(run, tmp_path, "")
    said = run("evidence", "-w", work, "--outcome", "passed")
    assert said.returncode == 0 and "nobody has the outcome passed" in said.stdout and "Nothing was validated." in said.stdout


def test_a_few_people_get_sentences_and_json(run: Run, tmp_path: Path) -> None:
    rows = "p-mara,passed,1,2025-04-01T00:00:00Z\np-jonas,passed,0,2025-04-01T00:00:00Z\np-aino,passed,0,2025-04-01T00:00:00Z\n"
    work = made(run, tmp_path, rows)
    said = run("evidence", "-w", work, "--outcome", "passed", "--inside", "completion")
    assert said.returncode == 0 and "? cannot tell" in said.stdout, said.stderr
    told = json.loads(run("evidence", "-w", work, "--outcome", "passed", "--inside", "completion", "--json").stdout)
    assert told["verdict"] == "cannot tell" and told["left_out"] == ["Completion"] and told["findings"]


def test_wrong_names_leave_with_1_and_a_hint(run: Run, tmp_path: Path) -> None:
    work = made(run, tmp_path, "p-mara,passed,1,2025-04-01T00:00:00Z\n")
    wrong = run("evidence", "-w", work, "--outcome", "pased")
    assert wrong.returncode == 1 and "Did you mean" in wrong.stderr
    assert run("evidence", "-w", work, "--outcome", "passed", "--inside", "attendence").returncode == 1
    assert run("evidence", "-w", work, "--outcome", "passed", "-o", "x.yml").returncode == 2
