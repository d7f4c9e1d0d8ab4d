"""`what-if`, `adopt` and `reach` from the shell. Numbers by hand: p-mara has 90, 60, 40, 100 at weights 0.3, 0.2, 0.3, 0.2, which makes 71."""

from __future__ import annotations

import csv
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from shell import FIRST, Run

MENDABLE = {
    "weights off": (["what-if", "--weight", "contribution=0.4"], "Scaled to 1: --weight attendance=0.273 --weight"),
    "no signal": (["what-if", "--weight", "contributon=0.4"], "Did you mean “contribution”?"),
    "no band": (["what-if", "--band", "at_rsk=45"], "there is no such band"),
    "bands crossed": (["what-if", "--band", "at_risk=65"], "is not below the 60"),
    "no driver": (["what-if", "--set", "interaction.answerd.label=x"], "Did you mean “answered”?"),
    "no effect": (["what-if", "--set", "interaction.answered.cap=5"], "`cap` has no effect"),
    "no file": (["what-if", "--file", "nowhere.yml"], "there is no such file"),
    "nothing": (["what-if", "--weight", "contribution=0.3"], "nothing would change"),
    "no period": (["what-if", "--band", "at_risk=45", "--period", "2025-03-04"], "there is no such period"),
    "weights off to adopt": (["adopt", "--weight", "contribution=0.4", "--reason", "x"], "Scaled to 1: --weight"),
    "nobody": (["reach", "p-marra", "60"], "Did you mean “p-mara”?"),
    "no goal": (["reach", "p-mara", "sollid"], "neither a score nor a band"),
    "too high": (["reach", "p-mara", "101"], "from 0 to 100"),
    "no day": (["reach", "p-mara", "90", "--by", "soon"], "Write it as 2025-04-20"),
}


@pytest.mark.parametrize("name", MENDABLE)
def test_what_a_user_can_mend(name: str, run: Run, spring: Path, tmp_path: Path) -> None:
    words, expected = MENDABLE[name]
    done = run(*words, cwd=tmp_path, ENGAGETREE_WORKSPACE=str(spring))
    assert done.returncode == 1 and done.stdout == "", done.stdout
    assert expected in done.stderr


@pytest.mark.parametrize(
    "words",
    [["what-if"], ["what-if", "--weight", "contribution"], ["what-if", "--weight", "contribution=much"], ["adopt", "--band", "at_risk=45"]],
)
def test_typed_wrongly(words: list[str], run: Run, spring: Path) -> None:
    done = run(*words, ENGAGETREE_WORKSPACE=str(spring))
    assert done.returncode == 2 and done.stdout == "" and "Error" in done.stderr


def test_what_is_offered_can_be_pasted(run: Run, spring: Path) -> None:
    """Both offers of the message are taken word for word."""
    said = run("what-if", "--weight", "contribution=0.4", "-w", spring).stderr
    for offer in (part.partition(": ")[2].rstrip(". \n").split() for part in said.partition("Scaled")[2].split(". With")):
        done = run("what-if", *offer, "-w", spring)
        assert offer and done.returncode == 0, done.stderr


def test_what_if_by_hand(run: Run, spring: Path) -> None:
    """p-mara at contribution 0.4, attendance 0.2: 18 + 12 + 16 + 20 = 66."""
    change = ("--weight", "contribution=0.4", "--weight", "attendance=0.2", "-w", spring)
    told = json.loads(run("what-if", *change, "--json", "--history").stdout)
    mara = next(r for r in told["moves_most"] if r["participant"] == "p-mara")
    assert (mara["before"], mara["after"]) == (pytest.approx(71), pytest.approx(66))
    assert told["differences"] == ["weight of attendance from 0.3 to 0.2", "weight of contribution from 0.3 to 0.4"]
    assert [h["period"] for h in told["history"]] == ["2025-03-03", "2025-03-10"] and told["stored"] is False
    rows = {r["participant"]: r for r in csv.DictReader(StringIO(run("what-if", *change, "--csv").stdout))}
    assert float(rows["p-mara"]["after"]) == pytest.approx(66) and len(rows) == 4
    assert len(list(csv.DictReader(StringIO(run("what-if", *change, "--csv", "--history").stdout)))) == 2
    text = run("what-if", *change).stdout
    assert "weight of contribution from 0.3 to 0.4" in text and "66.0" in text and "−5.0" in text and "Nothing is stored" in text


def test_a_what_if_becomes_a_version(run: Run, spring: Path, tmp_path: Path) -> None:
    work = tmp_path / "own"
    shutil.copytree(spring, work)
    change = ("--weight", "contribution=0.4", "--weight", "attendance=0.2", "-w", work)
    supposed = run("what-if", *change, "--out", tmp_path / "new.yml")
    assert supposed.returncode == 0 and (work / "programme.yml").read_text() == (FIRST / "programme.yml").read_text()
    done = run("adopt", *change, "--reason", "Taking part counts more.")
    assert done.returncode == 0, done.stderr
    ours = [line for line in (work / "programme.yml").read_text().splitlines() if not line.startswith("reason:")]
    theirs = [line for line in (tmp_path / "new.yml").read_text().splitlines() if not line.startswith("reason:")]
    assert ours == theirs
    assert json.loads(run("explain", "p-mara", "--json", "-w", work).stdout)["score"] == pytest.approx(66)
    again = run("adopt", "--file", tmp_path / "new.yml", "--reason", "Once more.", "-w", work)
    assert again.returncode == 1 and "in use already" in again.stderr


def test_reach_in_a_shell(run: Run, tmp_path: Path) -> None:
    """By hand, p-theo after one week: see docs/how-to/what-if.md, where the same numbers stand."""
    work = tmp_path / "spring"
    run("init", work, "--definition", FIRST / "programme.yml")
    run("import", *sorted(FIRST.glob("*.csv")), "-w", work)
    run("score", "--as-of", "2025-03-09", "-w", work)
    told = json.loads(run("reach", "p-theo", "60", "--json", "-w", work).stdout)
    assert told["acts"] == sum(s["n"] for s in told["steps"]) and told["score_then"] >= 60 > told["with_no_further_act"]
    text = run("reach", "p-theo", "60", "-w", work).stdout
    assert "60 takes p-theo" in text and "One act is" in text
