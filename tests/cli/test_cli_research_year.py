"""`engagetree research` on a year: year, report, return, indicators, releases. Expected words are the ones that a newcomer needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HERE = Path("examples/research-year")


@pytest.fixture(scope="module")
def northmoor(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "northmoor"
    assert run("research", "init", folder, "--definition", HERE / "institution.yml").returncode == 0
    assert run("research", "import", *sorted((HERE / "data").glob("*.csv")), "-i", folder).returncode == 0
    return folder


def test_a_year_is_shown_and_nothing_is_released_by_looking(run, northmoor):
    shown = run("research", "year", "--year", "2025-26", "-i", northmoor)
    assert shown.returncode == 0 and "attention is not quality" in shown.stdout and "How far did people take part?" in shown.stdout
    assert "person-0" not in shown.stdout
    assert "Nothing was released yet" in run("research", "releases", "-i", northmoor).stdout
    plain = json.loads(run("research", "year", "--year", "2025/26", "-i", northmoor, "--json").stdout)
    assert plain["disclosure"]["profile"] == "hesa" and plain["year"]["key"] == "2025-26"


def test_a_report_is_written_numbered_and_listed(run, northmoor, tmp_path):
    draft = run("research", "report", "-i", northmoor, "--year", "2025-26", "--form", "html", "--draft", "-o", tmp_path / "draft")
    assert "a draft, in no register" in draft.stdout and [p.name for p in (tmp_path / "draft").iterdir()] == ["report.html"]
    done = run("research", "report", "-i", northmoor, "--year", "2025-26")
    assert done.returncode == 0 and "release 1" in done.stdout and "findings stop something" in done.stdout
    names = {p.name for p in (northmoor / "2025-26").iterdir()}
    assert {"report.html", "report.xlsx", "values.csv", "csv-metadata.json", "release.json", "release.jsonld", "release.ttl"} <= names
    assert "2025-26, 2024-25" in run("research", "releases", "-i", northmoor).stdout
    wrong = run("research", "report", "-i", northmoor, "--form", "htm")
    assert wrong.returncode == 1 and "Did you mean “html”?" in wrong.stderr


def test_a_return_says_what_is_missing_and_leaves_with_1(run, northmoor, tmp_path):
    draft = run("research", "return", "kef", "-i", northmoor, "--year", "2025-26", "-o", tmp_path / "kef.html")
    assert draft.returncode == 1 and "Missing: Strategy" in draft.stdout and "a draft" in draft.stdout
    told = ("--narrative", HERE / "narrative.yml")
    ready = run("research", "return", "kef", "-i", northmoor, "--year", "2025-26", *told, "-o", tmp_path / "kef.html")
    assert ready.returncode == 0 and "ready to send" in ready.stdout
    refused = run("research", "return", "kef", "-i", northmoor, "--year", "2025-26", "-o", tmp_path / "kef.csv")
    assert refused.returncode == 1 and not (tmp_path / "kef.csv").exists()
    many = run("research", "return", "researchfish", "-i", northmoor, "--year", "2025-26", "-o", tmp_path / "r.html")
    assert " more: no award" in many.stdout
    assert "Did you mean" in run("research", "return", "hebc", "-i", northmoor).stderr


def test_indicators_say_how_they_are_worked_out(run, northmoor):
    said = run("research", "indicators", "-i", northmoor).stdout
    assert "Extent" in said and "Free events  (your own)" in said
    keys = {i["key"] for i in json.loads(run("research", "indicators", "-i", northmoor, "--json").stdout)}
    assert {"events", "representation_ratio", "board_voting_share", "kef_level"} <= keys


def test_an_office_without_a_year_says_what_to_do(run, tmp_path):
    assert run("research", "init", tmp_path / "empty", "--name", "Empty").returncode == 0
    said = run("research", "year", "-i", tmp_path / "empty")
    assert said.returncode == 1 and "no activity has a day yet" in said.stderr
    other = run("research", "year", "-i", tmp_path / "empty", "--year", "last")
    assert other.returncode == 1 and "Write it like 2025-26" in other.stderr
