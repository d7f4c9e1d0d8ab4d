"""Who was where for how long. Expected by hand, from a week of three sessions of an hour and five people."""

from __future__ import annotations

import json

import pytest

from engagetree.errors import NotFound
from engagetree.workspace import create

ITEMS = "item,kind,title,opens_at,closes_at,source\n" + "".join(
    f"s{n},session,Session {n},2025-03-0{n + 2}T10:00Z,2025-03-0{n + 2}T11:00Z,zoom\n" for n in (1, 2, 3)
)
ROSTER = "participant,cohort,joined_at,email\na,A,2025-03-03,a@example.org\nb,A,2025-03-03,\nc,A,2025-03-04T12:00Z,\nd,A,2025-03-03,\n"
EVENTS = """\
participant,at,kind,item,amount
a,2025-03-03T09:50Z,join,s1,
a,2025-03-03T10:30Z,leave,s1,
a,2025-03-03T10:20Z,join,s1,
a,2025-03-03T10:45Z,leave,s1,
b,2025-03-03T10:15Z,present,s1,1800
a,2025-03-04T10:00Z,present,s2,3600
"""
OUTAGE = "source,from_at,until_at,reason\nzoom,2025-03-05T00:00Z,2025-03-06T00:00Z,no report\n"
EXCUSAL = "participant,item,from_at,until_at,reason\nd,s2,2025-03-04,2025-03-05,ill\n"
ZOOM = """\
Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Somebody,,03/03/2025 10:00:00 AM,03/03/2025 10:59:00 AM,59,No
iPhone,,03/03/2025 10:00:00 AM,03/03/2025 10:59:00 AM,59,No
"""


@pytest.fixture
def work(tmp_path):
    with create(tmp_path / "w", "live-programme") as work:
        for name in ("ITEMS", "ROSTER", "EVENTS", "OUTAGE", "EXCUSAL"):
            path = tmp_path / f"{name.lower()}.csv"
            path.write_text(globals()[name])
            work.take(path)
        (tmp_path / "zoom.csv").write_text(ZOOM)
        from engagetree.ingest import Answers

        work.take(tmp_path / "zoom.csv", answers=Answers(session="s1", order="month"))
        work.score()
        yield work


def test_minutes_are_united_and_clipped(work):
    """Two devices of a from 9:50 to 10:45, clipped to 10:00: 45 minutes and not 65. c joined after the first two, d was ill in the second."""
    rows = {(r["session"], r["participant"]): (r["minutes"], r["note"]) for s in ("s1", "s2", "s3") for r in work.attendance(s).rows()}
    assert rows == {
        ("s1", "a"): (45.0, ""), ("s1", "b"): (30.0, ""), ("s1", "d"): (0.0, ""),
        ("s2", "a"): (60.0, ""), ("s2", "b"): (0.0, ""), ("s2", "d"): (0.0, "excused"),
        ("s3", "a"): (None, "source was down"), ("s3", "b"): (None, "source was down"), ("s3", "c"): (None, "source was down"),
        ("s3", "d"): (None, "source was down"),
    }  # fmt: skip
    assert [(r["session"], r["minutes"]) for r in work.attendance("a").rows()] == [("s1", 45.0), ("s2", 60.0), ("s3", None)]


def test_sessions_count_who_was_there_and_who_nobody_knows(work):
    one, two, three = work.attendance().rows()
    assert (one["held"], one["offered_to"], one["present"], one["median_minutes"]) == (60.0, 3, 2, 37.5)
    assert (one["waiting"], one["nobody"]) == (1, 1)
    assert (two["offered_to"], two["present"], two["waiting"]) == (2, 1, 0)
    assert (three["offered_to"], three["present"], three["median_minutes"], three["unknown"]) == (4, 0, None, 4)


def test_the_shell_says_it_too(work, monkeypatch):
    from pathlib import Path

    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "cli")
    from shell import run_here

    said = run_here("attendance", "-w", work.root)
    assert "2 of 3" in said.stdout and "wait for a decision" in said.stderr
    assert json.loads(run_here("attendance", "s1", "--json", "-w", work.root).stdout)[0]["minutes"] == 45.0
    assert "3 rows" in run_here("attendance", "s1", "-w", work.root).stdout
    assert run_here("attendance", "nobody", "-w", work.root).returncode == 1


def test_nobody_of_that_name(work):
    with pytest.raises(NotFound, match="attendance of s9"):
        work.attendance("s9")


def test_before_anything_is_scored(tmp_path):
    with create(tmp_path / "w", "live-programme") as work:
        (tmp_path / "r.csv").write_text(ROSTER)
        work.take(tmp_path / "r.csv")
        with pytest.raises(NotFound, match="nothing has been scored yet"):
            work.attendance()


def test_drivers_of_which_no_source_delivers_anything_are_said(work, tmp_path):
    """The template counts chat and the like, and questions: nothing of that was imported. One chat message, and only questions are left."""
    assert "unprompted acts and questions asked count 0 for everybody" in work.unseen()
    (tmp_path / "chat.csv").write_text("participant,at,kind\na,2025-03-03T10:05Z,chat\n")
    work.take(tmp_path / "chat.csv")
    work.score()
    assert work.unseen().startswith("No source has ever delivered an act “question”: questions asked counts 0")
