"""Slices, comparisons, trends and moves as typed. Numbers are those of the tutorial's programme: Mara 71 (worked example of the design)."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from shell import Run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ranking", "--where", "owner=Ana"], "Only owner Ana."),
        (["bands", "--where", "cohort=A"], "Only cohort A."),
        (["slipping", "--where", "cohort=A"], "Only cohort A."),
        (["explain", "cohort=A"], "cohort A"),
        (["compare", "--by", "owner"], "Ana "),
        (["compare", "--where", "owner=Ana"], "Only owner Ana."),
        (["compare", "p-mara", "B"], "Score "),
        (["trend", "--back", "1"], "Everybody"),
        (["trend", "p-mara", "--back", "1"], "No clear change in one week."),
        (["trend", "--by", "cohort"], "Everybody, by cohort"),
        (["moved", "--back", "1"], "Of 4 people "),
    ],
    ids=" ".join,
)
def test_what_is_asked_is_answered(words: list[str], said: str, run: Run, spring: Path) -> None:
    done = run(*words, "-w", spring)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout, done.stdout


@pytest.mark.parametrize(
    "words", [["compare", "--by", "owner"], ["compare", "p-mara", "p-theo"], ["trend"], ["trend", "--by", "cohort"], ["moved", "--back", "1"]],
    ids=" ".join,
)  # fmt: skip
def test_json_and_csv(words: list[str], run: Run, spring: Path) -> None:
    assert isinstance(json.loads(run(*words, "--json", "-w", spring).stdout), dict)
    rows = list(csv.reader(StringIO(run(*words, "--csv", "-w", spring).stdout)))
    assert rows and all(len(r) == len(rows[0]) for r in rows)


def test_places_are_exported(run: Run, spring: Path) -> None:
    rows = {r["participant"]: r for r in json.loads(run("ranking", "--json", "-w", spring).stdout)}
    assert (rows["p-mara"]["place_from"], rows["p-mara"]["place_to"]) == (1, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ranking", "--where", "cohrt=A"], "Did you mean “cohort”?"),
        (["compare", "--by", "cohrt"], "Did you mean “cohort”?"),
        (["trend", "p-mra"], "Did you mean “p-mara”?"),
        (["trend", "--where", "cohort=C"], "cohort C: there is no such cohort. There are A, B."),
        (["moved", "--period", "2025-03-04"], "there is no such period"),
        (["compare", "p-mara"], "Say what to compare it with"),
    ],
    ids=" ".join,
)
def test_what_is_not_there(words: list[str], said: str, run: Run, spring: Path) -> None:
    done = run(*words, "-w", spring)
    assert done.returncode == 1
    assert said in done.stderr.replace("\n", " "), done.stderr
