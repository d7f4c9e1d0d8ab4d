"""`research imports` and `research withdraw` at the shell. What stands afterwards is counted by hand."""

from __future__ import annotations

import json


def test_an_import_is_listed_taken_back_and_comes_again(run, tmp_path):
    uni = tmp_path / "uni"
    assert run("research", "init", uni).returncode == 0
    assert "Nothing was imported yet" in run("research", "imports", "-i", uni).stdout
    (tmp_path / "boards.csv").write_text("board,name\nb1,Patients\nb2,Farmers\n")
    (tmp_path / "more.csv").write_text("board,name\nb2,Farmers\n")
    (tmp_path / "reach.csv").write_text("person,activity,age\nann,a1,16-24\n")
    assert run("research", "import", *(tmp_path / f"{n}.csv" for n in ("boards", "more", "reach")), "-i", uni).returncode == 0
    listed = json.loads(run("research", "imports", "-i", uni, "--json").stdout)
    assert [r["source"] for r in listed] == ["boards.csv", "more.csv", "reach.csv"]
    wrong = run("research", "withdraw", "board.csv", "-i", uni)
    assert wrong.returncode == 1 and "Did you mean “boards.csv”" in wrong.stderr
    done = run("research", "withdraw", listed[0]["import_id"][:6], "-i", uni)
    assert "2 rows of boards" in done.stdout and "the same as 1 of them" in done.stdout
    assert "1 row of reach" in run("research", "withdraw", "reach.csv", "-i", uni).stdout
    shown = run("research", "imports", "-i", uni).stdout
    assert [line.endswith("withdrawn") for line in shown.splitlines()[:3]] == [True, False, True]
    assert "withdrawn before" in run("research", "withdraw", "boards.csv", "-i", uni).stderr
    assert "2 read = 1 kept + 1 merged" in run("research", "import", tmp_path / "boards.csv", "-i", uni).stdout
