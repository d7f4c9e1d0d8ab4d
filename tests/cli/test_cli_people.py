"""Who is who from the shell. Names are there only where they are asked for; every decision can be taken back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from shell import FIRST, Run

from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle, Report
from engagetree.pipeline import take
from engagetree.workspace import create, open_

ROSTER = "participant,cohort,joined_at,email,name\np-mara,A,2025-03-03,mara@example.org,Mara Quell\np-theo,A,2025-03-03,theo@example.org,Theo Ander\n"
EVENTS = "participant,at,kind,item\nmara@example.org,2025-03-03T09:00Z,attend,session-1\nmara+zoom@example.org,2025-03-04T09:00Z,attend,session-2\nthe.ander@example.org,2025-03-03T09:00Z,attend,session-1\n"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    with create(tmp_path / "w", FIRST / "programme.yml") as made:
        made.take(FIRST / "items.csv")
        for name, text in (("roster", ROSTER), ("events", EVENTS)):
            (tmp_path / f"{name}.csv").write_text(text)
            made.take(tmp_path / f"{name}.csv")
    return tmp_path / "w"


def attended(work: Path) -> dict[str, float]:
    with open_(work) as opened:
        opened.score()
        return {r["participant"]: r["attendance"] for r in opened.scores("2025-03-03").rows()}


def test_names_are_shown_only_where_they_are_asked_for(run: Run, work: Path) -> None:
    plain, named = run("people", "-w", work), run("people", "--names", "-w", work)
    assert plain.returncode == named.returncode == 0, plain.stderr
    assert "Quell" not in plain.stdout and "@" not in plain.stdout and "Mara Quell" in named.stdout
    assert "7 handles" in plain.stdout or "6 handles" in plain.stdout
    assert "2 acts of 2 wait for a decision: engagetree people review." in plain.stdout
    for words in (["people", "--json"], ["people", "review", "--json"]):
        assert "@" not in run(*words, "-w", work).stdout and "Quell" not in run(*words, "-w", work).stdout
        assert "@" in run(*words, "--names", "-w", work).stdout


def test_review_suggests_and_merges_nothing_by_itself(run: Run, work: Path) -> None:
    """By hand: the address with a plus is Mara's without it, and the.ander is like Theo Ander; neither counts before somebody says so."""
    before = attended(work)
    found = {
        (r["value"], r["likely"][0]["participant"]): r["likely"][0]["score"]
        for r in json.loads(run("people", "review", "--json", "--names", "-w", work).stdout)
    }
    assert found["mara+zoom@example.org", "p-mara"] == 100 and 70 <= found["the.ander@example.org", "p-theo"] < 100
    assert attended(work) == before and before["p-theo"] == 0


def test_merge_split_nobody_undo_and_history(run: Run, work: Path) -> None:
    before = attended(work)
    done = run("people", "merge", "the.ander@example.org", "p-theo", "--why", "a private address", "-w", work)
    assert done.returncode == 0, done.stderr
    merged = attended(work)
    assert merged["p-theo"] > before["p-theo"] and merged["p-mara"] == before["p-mara"]
    assert run("people", "split", "the.ander@example.org", "-w", work).returncode == 0
    assert attended(work) == before
    assert run("people", "nobody", "mara@example.org", "-w", work).returncode == 0
    assert attended(work)["p-mara"] < before["p-mara"]
    for expected in (before, merged, before):
        assert run("people", "undo", "-w", work).returncode == 0
        assert attended(work) == expected
    told = run("people", "history", "the.ander@example.org", "-w", work).stdout
    assert "merged into p-theo: a private address   taken back" in told and "split: somebody on no roster   taken back" in told
    gone = run("people", "undo", "-w", work)
    assert gone.returncode == 1 and "none that could be taken back" in gone.stderr


def test_a_review_file_decides_many_at_once_or_nothing(run: Run, work: Path, tmp_path: Path) -> None:
    before = attended(work)
    target = tmp_path / "review.csv"
    assert run("people", "review", "--out", target, "-w", work).returncode == 0
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))
    assert {r["value"] for r in rows} == {"mara+zoom@example.org", "the.ander@example.org"}
    for r in rows:
        r["decision"] = "p-mara" if "mara" in r["value"] else "p-thoe"
    written(target, rows)
    wrong = run("people", "review", "--from", target, "-w", work)
    assert wrong.returncode == 1 and "Did you mean “p-theo”" in wrong.stderr and attended(work) == before
    rows = [{**r, "decision": r["decision"].replace("thoe", "theo")} for r in rows]
    written(target, rows)
    assert run("people", "review", "--from", target, "-w", work).returncode == 0
    after = attended(work)
    assert after["p-mara"] > before["p-mara"] and after["p-theo"] > before["p-theo"]
    assert "Nobody waits for a decision." in run("people", "review", "-w", work).stdout
    refused = run("people", "undo", "the.ander@example.org", "-w", work)
    assert refused.returncode == 1 and "taken together with 1 more" in refused.stderr
    assert run("people", "undo", "-w", work).returncode == 0 and attended(work) == before


def written(target: Path, rows: list[dict[str, str]]) -> None:
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")  # as a spreadsheet program in much of Europe saves it
        writer.writeheader()
        writer.writerows(rows)


def test_plus_addresses_are_one_person_only_where_the_workspace_says_so(run: Run, work: Path) -> None:
    before = attended(work)
    assert "are different people." in run("people", "rules", "-w", work).stdout
    assert "are the same person." in run("people", "rules", "--plus", "same", "-w", work).stdout
    assert attended(work)["p-mara"] > before["p-mara"]
    assert run("people", "rules", "--plus", "different", "-w", work).returncode == 0 and attended(work) == before
    assert run("people", "rules", "--plus", "alike", "-w", work).returncode == 1


def test_who_is_not_there_is_said(run: Run, work: Path) -> None:
    for words, expected in (
        (["merge", "mara+zom@example.org", "p-mara"], "Did you mean “mara+zoom@example.org”"),
        (["merge", "mara+zoom@example.org", "p-maar"], "Did you mean “p-mara”"),
        (["undo", "the.ander@example.org"], "none that could be taken back"),
    ):
        done = run("people", *words, "-w", work)
        assert done.returncode == 1 and expected in done.stderr, done.stderr


def meeting(*handles: Handle) -> Reader:
    def stage(con, path, zone, scratch):
        from datetime import UTC, datetime

        report = Report(path.name, "zoom")
        for line, handle in enumerate(handles, 2):
            report.kept()
            report.act(line, handle, datetime(2025, 3, 3, 9, line, tzinfo=UTC), "attend", "session-1")
        return report.staged(con, scratch)

    return Reader("test", "a report of a test", lambda path: True, stage)


def test_a_phone_a_bot_and_somebody_anonymous_count_for_the_total_and_nowhere_else(run: Run, work: Path, tmp_path: Path) -> None:
    """By hand: of the five in the meeting two are people of the roster; all five are in the lake's total, two in the scores."""
    names = ("iPhone", "Otter.ai Notetaker", "Anonymous Attendee")
    handles = [Handle("name", "Mara Quell", tool="zoom"), Handle("name", "Theo Ander", tool="zoom")]
    with open_(work) as opened:
        total = opened.lake.snapshot().rows("events")
        (tmp_path / "m.txt").write_text("a meeting")
        take(opened.lake, tmp_path / "m.txt", "UTC", opened.scratch, reader=meeting(*handles))
        only = attended(work)
        opened.withdraw("m.txt")
        nobody = [Handle("name", n, tool="zoom", person=False) for n in names]
        take(opened.lake, tmp_path / "m.txt", "UTC", opened.scratch, reader=meeting(*handles, *nobody))
        assert opened.lake.snapshot().rows("events") == total + 5
        known = {k.row.value: k for k in opened.people.known()}
        assert [known[n].state for n in names] == ["nobody"] * 3 and [known[n].acts for n in names] == [1] * 3
        assert not {o.known.row.value for o in opened.people.review()} & set(names)
    assert attended(work) == only
    assert "3 of no person" in run("people", "-w", work).stdout
