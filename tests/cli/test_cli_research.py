"""The research verbs as a newcomer meets them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

EVENTS = "activity,title,starts_on,type,size,count_method\na,Fair,2025-10-03,workshop,80,register\nb,Show,2025-10-04,exhibitoin,9,clicker\n"


@pytest.fixture
def uni(run: Run, tmp_path: Path) -> Path:
    made = run("research", "init", tmp_path / "uni", "--name", "University of Somewhere")
    assert made.returncode == 0
    (tmp_path / "events.csv").write_text(EVENTS)
    return tmp_path / "uni"


def test_init_says_what_comes_next_and_does_not_overwrite(run: Run, uni: Path) -> None:
    assert "University of Somewhere" in (uni / "institution.yml").read_text("utf-8")
    again = run("research", "init", uni, "--name", "Another")
    assert again.returncode == 1 and "there is a definition already" in again.stderr


def test_import_tells_every_row_and_goes_on_after_a_file_that_cannot_be_read(run: Run, uni: Path) -> None:
    (uni.parent / "bad.csv").write_text("")
    done = run("research", "import", uni.parent / "bad.csv", uni.parent / "events.csv", "-i", uni)
    assert done.returncode == 1
    assert "the file is empty" in done.stderr
    assert "2 read = 1 kept + 0 merged + 1 refused" in done.stdout and "kept: 1 activity" in done.stdout
    assert "Did you mean “exhibition”?" in done.stdout


def test_a_dry_run_changes_nothing(run: Run, uni: Path) -> None:
    done = run("research", "import", uni.parent / "events.csv", "-i", uni, "--dry-run")
    assert done.returncode == 0 and "nothing was changed" in done.stdout
    stand = json.loads(run("research", "registers", "-i", uni, "--json").stdout)
    assert {s["rows"] for s in stand} == {0}


def test_registers_and_check_as_words_and_as_json(run: Run, uni: Path) -> None:
    (uni.parent / "people.csv").write_text("activity,person\nnowhere,p1\n")
    run("research", "import", uni.parent / "events.csv", uni.parent / "people.csv", "-i", uni)
    shown = run("research", "registers", "-i", uni).stdout
    assert "activities" in shown and "Still empty:" in shown
    checked = run("research", "check", "-i", uni)
    assert checked.returncode == 1
    assert "to mend: 1 unknown activity: is named in attendances and stands in activities nowhere: nowhere" in checked.stdout
    found = json.loads(run("research", "check", "-i", uni, "--json").stdout)
    assert found[0]["rule"] == "RG-14" and found[0]["severity"] == "error"


def test_columns_and_readers_are_listed(run: Run, uni: Path) -> None:
    (uni / "institution.yml").write_text(
        (uni / "institution.yml").read_text("utf-8") + "\nwords: {types: {stall: Market stall}}\n", "utf-8"
    )
    shown = run("research", "columns", "activities", "-i", uni).stdout
    assert "title" in shown and "stall" in shown and "501+" in shown
    listed = run("research", "readers").stdout
    assert "gtr" in listed and "rubric" in listed and "published_elsewhere" in listed
    lost = run("research", "columns", "boardz")
    assert lost.returncode == 1 and "Did you mean “boards”?" in lost.stderr


def test_where_there_is_no_institution_it_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    done = run("research", "registers", "-i", tmp_path / "nowhere")
    assert done.returncode == 1 and "engagetree research init" in done.stderr


def test_a_mistake_in_the_definition_is_said_once_before_any_file(run: Run, uni: Path) -> None:
    (uni / "institution.yml").write_text("institution: {nam: X}\n")
    done = run("research", "import", uni.parent / "events.csv", "-i", uni)
    assert done.returncode == 1 and done.stderr.count("nam") >= 1 and "Traceback" not in done.stderr


def test_an_event_of_engagetree_becomes_extent(run: Run, uni: Path, spring: Path) -> None:
    done = run("research", "programme", spring, "--activity", "spring", "--type", "workshop", "-i", uni)
    assert done.returncode == 0 and "scores are extent" in done.stdout
    wrong = run("research", "programme", spring, "--type", "workshp", "-i", uni, "--activity", "other")
    assert wrong.returncode == 1 and "none of our words. Did you mean “workshop”?" in wrong.stderr
