"""`versions`, `diff`, `use` and `history` as typed. p-mara has attendance 90, interaction 60, contribution 40, completion 100, so 71 under
0.3, 0.2, 0.3, 0.2 and 66 under 0.2, 0.2, 0.4, 0.2; the rest is by hand too."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from shell import Run

REASON = "The mentors asked for more questions."


@pytest.fixture(scope="module")
def both(run: Run, spring: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two versions, the second in use. Tests only read it."""
    work = shutil.copytree(spring, tmp_path_factory.mktemp("versions") / "w")
    edit(work, REASON)
    assert run("score", "-w", work).returncode == 0
    return work


def edit(work: Path, reason: str = "First version, for the tutorial.", attendance: float = 0.2, contribution: float = 0.4) -> None:
    text = (work / "programme.yml").read_text("utf-8")
    first, second, third = text.replace("First version, for the tutorial.", reason).split("weight: 0.3")
    (work / "programme.yml").write_text(f"{first}weight: {attendance}{second}weight: {contribution}{third}")


def test_the_list(run: Run, both: Path) -> None:
    said = run("versions", "-w", both).stdout
    assert re.search(
        r"^v1 +\w{7} +\w{3} \d+ \w{3} \d{4} +\S+ +2 periods to 2025-03-10 +as v2 +First version, for the tutorial\.$", said, re.M
    )
    assert re.search(rf"^v2 +\w{{7}} +in use +.* as v1 +{re.escape(REASON)}$", said, re.M)
    kept = json.loads(run("versions", "--json", "-w", both).stdout)
    assert [(v["name"], v["in_use"], v["scored_periods"], v["up_to_date"], len(v["uses"])) for v in kept] == [
        ("v1", False, 2, True, 1),
        ("v2", True, 2, True, 1),
    ]
    rows = list(csv.DictReader(io.StringIO(run("versions", "--csv", "-w", both).stdout)))
    assert [(r["name"], r["why"]) for r in rows] == [("v1", "First version, for the tutorial."), ("v2", REASON)]


def test_an_edit_that_is_no_version_yet_is_listed_below(run: Run, spring: Path, tmp_path: Path) -> None:
    work = shutil.copytree(spring, tmp_path / "w")
    edit(work)
    said = run("versions", "-w", work).stdout
    assert re.search(
        r"^Not in use yet: v1 \(\w{7}\) to programme.yml: contribution from 0.3 to 0.4, attendance from 0.3 to 0.2\.$", said, re.M
    )
    (work / "programme.yml").write_text("oops: [")
    assert "programme.yml cannot be read as it is: see `engagetree check`." in run("versions", "-w", work).stdout


def test_differences(run: Run, both: Path) -> None:
    said = "contribution from 0.3 to 0.4, attendance from 0.3 to 0.2, because the mentors asked for more questions."
    assert said in run("diff", "v1", "v2", "-w", both).stdout
    assert said in run("diff", "v1", "-w", both).stdout, "to what programme.yml says"
    assert "are the same." in run("diff", "-w", both).stdout
    told = json.loads(run("diff", "v2", "v1", "--json", "-w", both).stdout)
    assert told["changes"] == ["attendance from 0.2 to 0.3", "contribution from 0.4 to 0.3"]
    assert (told["because"], told["same_measures"]) == ("", True)
    done = run("diff", "v1", "v3", "-w", both)
    assert done.returncode == 1 and re.search(r"version v3: there is no such version\. There are v1 \(\w{7}\), v2 \(\w{7}\)\.", done.stderr)


def test_history_under_both(run: Run, both: Path) -> None:
    said = run("history", "p-mara", "--version", "v1", "--version", "v2", "-w", both).stdout
    assert re.search(
        r"v2 \(in use\) says 66\.0, likely .*; v1 says 71\.0, likely .*\. The formula alone makes −5\.0 from v1 to v2: both are", said
    )
    assert re.search(r"The formula changed from v1 to v2 on \w{3} \d+ \w{3} \d{4}: The mentors asked for more questions\.", said)
    assert re.search(r"^Sun 16 Mar 2025 +71\.0 +\d+–\d+ +66\.0 +\d+–\d+ +−5\.0$", said, re.M)
    told = json.loads(run("history", "p-mara", "--json", "-w", both).stdout)
    assert [(s["name"], round(s["points"][-1]["score"], 9)) for s in told["series"]] == [("v1", 71), ("v2", 66)]
    rows = list(csv.DictReader(io.StringIO(run("history", "p-mara", "--csv", "-w", both).stdout)))
    assert [(r["name"], r["period"], round(float(r["score"]), 9)) for r in rows if r["period"] == "2025-03-10"] == [
        ("v1", "2025-03-10", 71),
        ("v2", "2025-03-10", 66),
    ]
    one = run("history", "p-mara", "--version", "v1", "-w", both).stdout
    assert "v1 says 71.0" in one and "alone" not in one


def test_history_of_whom_nobody_knows(run: Run, both: Path) -> None:
    done = run("history", "p-mira", "-w", both)
    assert done.returncode == 1 and "Did you mean “p-mara”?" in done.stderr and done.stdout == ""


def test_use_and_remove(run: Run, both: Path, tmp_path: Path) -> None:
    work = shutil.copytree(both, tmp_path / "w")
    done = run("versions", "--remove", "v2", "-w", work)
    assert done.returncode == 1 and "it is in use. Put another one in use first" in done.stderr
    done = run("use", "v1", "-w", work)
    assert done.returncode == 1 and "Say with --reason why" in done.stderr
    assert "v1 (" in run("use", "v1", "--reason", "Numbers could not be compared.", "-w", work).stdout
    assert (work / "programme.yml").read_text() == (both / "programme.yml").read_text().replace(
        REASON, "First version, for the tutorial."
    ).replace("weight: 0.4", "weight: 0.3").replace(
        "    weight: 0.2\n    accountable: Facilitator", "    weight: 0.3\n    accountable: Facilitator", 1
    )
    said = run("versions", "-w", work).stdout
    assert re.search(r"^v1 .* in use .*tutorial; again: Numbers could not be compared\.$", said, re.M)
    gone = run("versions", "--remove", "v2", "-w", work).stdout
    assert "The stored scores of v2" in gone and "The version itself is kept" in gone
    assert re.search(r"^v2 .* no scores ", run("versions", "-w", work).stdout, re.M)
    edit(work, attendance=0.1, contribution=0.5)
    done = run("use", "v2", "--reason", "x", "-w", work)
    assert done.returncode == 1 and "or let it go with --discard" in done.stderr
    assert run("use", "v2", "--reason", "x", "--discard", "-w", work).returncode == 0
    assert "66" in run("ranking", "-w", work).stdout


def test_before_anything_was_scored(run: Run, tmp_path: Path) -> None:
    from shell import FIRST

    run("init", tmp_path / "w", "--definition", FIRST / "programme.yml")
    for words in (("diff",), ("history",), ("history", "--version", "now"), ("use", "v1", "--reason", "x"), ("versions", "--remove", "v1")):
        done = run(*words, "-w", tmp_path / "w")
        assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.count("\n") == 1, (words, done.stderr)


def test_the_report_has_a_section_when_there_are_two(run: Run, both: Path, spring: Path, tmp_path: Path) -> None:
    two, one = tmp_path / "two.html", tmp_path / "one.html"
    assert run("report", "-o", two, "-w", both).returncode == 0 and run("report", "-o", one, "-w", spring).returncode == 0
    page = two.read_text("utf-8")
    section = page.split('<section id="versions">')[1].split("</section>")[0]
    assert "Would another formula have said the same?" in section and "says" in section and "<svg" in section
    assert '<a href="#versions">' in page and "Would another formula" not in one.read_text("utf-8")
