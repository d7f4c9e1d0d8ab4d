"""A programme with a calendar of its own and the reports of a tool: each meeting is one session, not two of which one stayed empty.

Found with a term of workshops: with an `items.csv` that lists a workshop, the report of that very hour offered it a second time under the
tool's name, and everybody's attendance halved. Expected by hand: one session was held, so attendance is 100 for who stayed and 0 for who did
not come, whichever of the files was imported first; without the list, or without the report, it is as if that file had never been.
"""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from engagetree.workspace import create

DEFINITION = """\
programme: workshops
title: Workshops
zone: Europe/Madrid
period: week
starts: 2025-03-03
ends: 2025-03-16
reason: For the test.
signals:
  attendance:
    weight: 0.5
    accountable: Facilitator
    drivers:
      reached: {label: Sessions reached, offered: session, taken: present, count: length, unit: sessions}
  interaction:
    weight: 0.5
    accountable: Facilitator
    drivers:
      answered: {label: Prompts answered, offered: prompt, taken: answer, unit: prompts}
"""
ROSTER = "participant,email,cohort\np-ana,ana@example.org,A\np-bo,bo@example.org,A\n"
ITEMS = "item,kind,title,opens_at,closes_at\n"
WORKSHOP = "workshop-3,session,Workshop 3,2025-03-13T17:00:00+01:00,2025-03-13T18:30:00+01:00\n"
ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
602 4516 7821,Spring,03/13/2025 {began},03/13/2025 {ended},host@example.org,77,1

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Ana,ana@example.org,03/13/2025 {began},03/13/2025 {ended},90,No
"""


def report(began: str = "05:00:00 PM", ended: str = "06:30:00 PM") -> str:
    return ZOOM.format(began=began, ended=ended)


def attendance(root: Path, *files: tuple[str, str], take_back: str = "") -> dict[str, float | None]:
    """Of everybody in the week of the workshop, after these files in this order."""
    root.mkdir(parents=True)
    (root / "p.yml").write_text(DEFINITION)
    with create(root / "w", root / "p.yml") as work:
        for name, text in (("roster.csv", ROSTER), *files):
            (root / name).write_text(text)
            work.take(root / name)
        if take_back:
            work.withdraw(take_back)
        if not any(row.source != "roster.csv" for row in work.imports()):
            return {}
        work.score()
        assert work.lake.verify(deep=True) == []
        return {r["participant"]: r["attendance"] for r in work.scores("2025-03-10").rows()}


LIST, MEETING = ("items.csv", ITEMS + WORKSHOP), ("zoom.csv", report())
HELD = {"p-ana": 100.0, "p-bo": 0.0}


@pytest.mark.parametrize("order", list(permutations([LIST, MEETING])), ids=["list first", "report first"])
def test_one_meeting_is_one_session(tmp_path, order):
    assert attendance(tmp_path / "both", *order) == HELD


@pytest.mark.parametrize("order", list(permutations([LIST, MEETING])), ids=["list first", "report first"])
def test_as_if_the_list_had_never_been(tmp_path, order):
    assert attendance(tmp_path / "a", *order, take_back="items.csv") == attendance(tmp_path / "b", MEETING) == HELD


def test_as_if_the_report_had_never_been(tmp_path):
    assert (
        attendance(tmp_path / "a", LIST, MEETING, take_back="zoom.csv") == attendance(tmp_path / "b", LIST) == {"p-ana": 0.0, "p-bo": 0.0}
    )


def test_another_hour_is_another_session(tmp_path):
    """From 18:00 to 19:30 the meeting shares half an hour of one and a half with the workshop: both were held, Ana was in one of two."""
    assert attendance(tmp_path / "a", LIST, ("zoom.csv", report("06:00:00 PM", "07:30:00 PM"))) == {"p-ana": 50.0, "p-bo": 0.0}


def test_two_that_it_could_be_are_not_decided(tmp_path):
    """Two listed workshops in that very hour: three sessions were offered, as far as anybody can know, and Ana was in one of them."""
    both = ITEMS + WORKSHOP + WORKSHOP.replace("workshop-3", "workshop-4")
    assert attendance(tmp_path / "a", ("items.csv", both), MEETING)["p-ana"] == pytest.approx(100 / 3)


def test_a_meeting_that_is_on_the_list_itself(tmp_path):
    """Somebody lists the tool's own name of it: then it stands for itself beside the workshop."""
    own = "zoom:60245167821@2025-03-13T16:00Z,session,Another,2025-03-13T17:00:00+01:00,2025-03-13T18:30:00+01:00\n"
    assert attendance(tmp_path / "a", ("items.csv", ITEMS + WORKSHOP + own), MEETING) == {"p-ana": 50.0, "p-bo": 0.0}


def test_the_import_says_so(tmp_path):
    (tmp_path / "p.yml").write_text(DEFINITION)
    with create(tmp_path / "w", tmp_path / "p.yml") as work:
        for name, text in (LIST, MEETING):
            (tmp_path / name).write_text(text)
            taken = work.take(tmp_path / name)
        assert any("is workshop-3 of your list of items" in note for note in taken.account.notes)
