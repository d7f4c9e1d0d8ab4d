"""`engagetree metrics` and `engagetree tree` at the door: the same answers as Python gives, as words, JSON and CSV; what is wrong in words."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from shell import FIRST, Run

from engagetree.workspace import open_

AROUND = """
metrics:
  taught: {label: They teach what they learned, kind: purpose, accountable: Owner}
  points: {label: Engagement, kind: score, accountable: Owner}
  again: {label: Came again, kind: retention, taken: [join, present, answer], window: 7_days, accountable: Owner}
tree:
  root: taught
  influences:
    - {from: points, to: taught, direction: raises, lag: 4 weeks, evidence: {status: believed, date: 2025-03-03}}
    - {from: again, to: taught, direction: raises, lag: 4 weeks, evidence: {status: believed, date: 2025-03-03}}
"""
RIGHT = AROUND.replace("[join, present, answer]", "[present, answer]")


@pytest.fixture(scope="module")
def place(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("around") / "spring"
    assert run("init", work, "--definition", FIRST / "programme.yml").returncode == 0
    assert run("import", *sorted(FIRST.glob("*.csv")), "-w", work).returncode == 0
    assert run("score", "-w", work).returncode == 0
    return work


def written(place: Path, text: str) -> Path:
    (place / "programme.yml").write_text((FIRST / "programme.yml").read_text("utf-8") + text, "utf-8")
    return place


def test_without_metrics_the_way_to_them_is_told(run: Run, place: Path) -> None:
    written(place, "")
    done = run("metrics", "-w", place)
    assert done.returncode == 1 and done.stderr.startswith("metrics: the definition has none. Add a `metrics` section")
    assert run("tree", "-w", place).returncode == 0


def test_a_mistake_in_the_tree_is_told_with_its_line(run: Run, place: Path) -> None:
    first = len((FIRST / "programme.yml").read_text("utf-8").splitlines())
    for verb in ("check", "metrics", "tree"):
        done = run(verb, "-w", written(place, AROUND))
        assert done.returncode == 1 and f"{first + 5}" in done.stdout + done.stderr
        assert "`join` is never counted by itself" in done.stdout + done.stderr


def test_words_json_and_csv_are_of_one_answer(run: Run, place: Path) -> None:
    written(place, RIGHT)
    said, data = run("metrics", "-w", place).stdout, json.loads(run("metrics", "-w", place, "--json").stdout)
    rows = list(csv.DictReader(StringIO(run("metrics", "-w", place, "--csv").stdout)))
    with open_(place) as work:
        found = work.metrics()
    assert [m["metric"] for m in data["metrics"]] == [r["metric"] for r in rows] == ["taught", "points", "again"]
    for m, row, own in zip(data["metrics"], rows, found.values, strict=True):
        assert m["value"] == own.value.value and (row["value"] == "") == (m["value"] is None)
    assert "Came again" in said and "They teach" not in said, "a purpose has no number to list"
    assert data["metrics_version"] in said and data["version"] in said


def test_the_tree_as_words_and_as_json(run: Run, place: Path) -> None:
    written(place, RIGHT)
    said, data = run("tree", "-w", place).stdout, json.loads(run("tree", "-w", place, "--json").stdout)
    assert "└╌ " in said and "may raise it" in said and "Two of these are hypotheses (dashed), never added up." in said
    assert data["root"]["key"] == "taught" and data["mismatches"] == []
    score = next(c for c in data["root"]["children"] if c["key"] == "points")
    assert score["influence"]["evidence"]["date"] == "2025-03-03" and {c["edge"] for c in score["children"]} == {"part"}
    earlier = run("tree", "-w", place, "--period", "2025-03-03", "--cohort", "A")
    assert earlier.returncode == 0 and "since" not in earlier.stdout and ", A" in earlier.stdout


@pytest.mark.parametrize("verb", ["metrics", "tree"])
def test_unknown_names_suggest_near_ones(run: Run, place: Path, verb: str) -> None:
    written(place, RIGHT)
    for option, value, told in (("--period", "2025-03-04", "there is no such period"), ("--cohort", "Z", "There are A, B.")):
        done = run(verb, "-w", place, option, value)
        assert done.returncode == 1 and told in done.stderr, done.stderr
