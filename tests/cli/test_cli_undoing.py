"""`imports` and `withdraw` at the shell. What stands afterwards is counted by hand."""

from __future__ import annotations

import json

from shell import FIRST


def test_an_import_is_listed_taken_back_and_comes_again(run, tmp_path):
    work = tmp_path / "w"
    assert run("init", work, "--definition", FIRST / "programme.yml").returncode == 0
    assert "Nothing was imported yet" in run("imports", "-w", work).stdout
    assert run("import", *sorted(FIRST.glob("*.csv")), "-w", work).returncode == 0
    listed = json.loads(run("imports", "-w", work, "--json").stdout)
    assert [r["source"] for r in listed] == ["events.csv", "items.csv", "roster.csv"]
    wrong = run("withdraw", "event.csv", "-w", work)
    assert wrong.returncode == 1 and "Did you mean “events.csv”?" in wrong.stderr
    done = run("withdraw", listed[0]["import_id"][:6], "-w", work)
    assert "41 rows of events" in done.stdout and "engagetree score" in done.stdout
    assert [r["withdrawn"] is not None for r in json.loads(run("imports", "-w", work, "--json").stdout)] == [True, False, False]
    assert "withdrawn before" in run("withdraw", "events.csv", "-w", work).stderr
    again = run("import", FIRST / "events.csv", "-w", work)
    assert "41 read = 41 kept" in again.stdout
    assert len(json.loads(run("imports", "-w", work, "--json").stdout)) == 4
