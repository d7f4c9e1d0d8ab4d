"""What statements or a tool's report mention once replaced what somebody's own items.csv said of the same thing: title, dates, cohort, final.

Expected by hand: where a list of items names a thing, the list is right, whichever of the two was imported first; where it does not, or is
taken back, what the tool said stands.
"""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from programme import Row, World, act, alone, bring, defined, history, item, person, t, workspace, write_csv

from engagetree.engine import duck
from engagetree.ingest import find
from engagetree.pipeline import current
from engagetree.workspace import Workspace

IRI, OTHER = "https://school.example/quiz/1", "https://school.example/quiz/2"
OURS = item(IRI, "task", "2025-03-11 09:00", "2025-03-14 09:00", title="The quiz", final=True, seconds=60.0, source="desk")
DONE = {"offered": "task", "taken": "submit"}
PEOPLE = [person("p"), person("q", "B")]
WORLD = World(defined({"only": alone(**DONE)}), PEOPLE, [item("warm-up", "task", "2025-03-04 09:00"), OURS])
TAKEN = [act("p", "2025-03-12 10:00", "submit", IRI)]
ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
602 4516 7821,As Zoom has it,03/17/2025 10:03:00 AM,03/17/2025 11:20:00 AM,host@x.org,77,1

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room
Ana,ana@x.org,03/17/2025 10:03:00 AM,03/17/2025 11:20:00 AM,77,Yes,Y,No
"""


def register(work: Workspace) -> dict[tuple[str, str | None], Row]:
    """The items that count, without what the lake adds to each row."""
    with duck() as con:
        rows: list[dict[str, Any]] = work.lake.read(lambda now: current(con, now, "items").to_pylist())
    return {(r["item"], r["cohort"]): {k: v for k, v in r.items() if v is not None and k not in ("import_id", "seq")} for r in rows}


def stored(work: Workspace) -> int:
    """Rows that the table of items holds, valid or not."""
    return work.lake.read(lambda now: now.rows("items"))


def statements(folder: Path, title: str = "quiz_1_v2 (copy)", n: int = 1, about: str = IRI) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{title[:4]}-{n}.jsonl"
    done = {
        "id": f"00000000-0000-4000-8000-{n:012d}",
        "actor": {"mbox": "mailto:ana@x.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": about, "definition": {"type": "http://id.tincanapi.com/activitytype/school-assignment", "name": {"en": title}}},
        "timestamp": "2025-03-05T10:00:00Z",
    }
    path.write_text(json.dumps(done) + "\n", "utf-8")
    return path


def plain(row: Row) -> Row:
    return {k: v for k, v in row.items() if v is not None}


@pytest.mark.parametrize("order", list(permutations(("own", "first", "second"))))
def test_own_items_stand_in_whatever_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    with workspace(WORLD, tmp_path) as work:
        files = {
            "own": write_csv(tmp_path / "own", "items", [OURS]),
            "first": statements(tmp_path / "x"),
            "second": statements(tmp_path / "x", "Quiz, anew", 2),
        }
        for name in order:
            work.take(files[name], as_="items" if name == "own" else None)
        assert register(work) == {(IRI, "A"): plain(OURS)}


def test_what_is_on_no_list_stands_as_the_tool_said(tmp_path: Path) -> None:
    with workspace(WORLD, tmp_path) as work:
        work.take(write_csv(tmp_path, "items", [OURS]), as_="items")
        work.take(statements(tmp_path / "x", "Quiz two", about=OTHER))
        work.take(statements(tmp_path / "x", "Anew", 2, about=OTHER))
        seen = {"item": OTHER, "kind": "task", "title": "Anew", "final": False, "source": "xapi"}
        assert register(work) == {(IRI, "A"): plain(OURS), (OTHER, None): seen}


def test_a_list_that_says_the_same_is_still_a_list(tmp_path: Path) -> None:
    """Statements first; then a list with exactly their words; then statements with others. The list was merged away and forgotten."""
    same = {"item": IRI, "kind": "task", "title": "As it is", "final": False, "source": "xapi"}
    with workspace(WORLD, tmp_path) as work:
        work.take(statements(tmp_path / "x", "As it is"))
        work.take(write_csv(tmp_path, "items", [same]), as_="items")
        work.take(statements(tmp_path / "x", "Otherwise", 2))
        assert register(work) == {(IRI, None): same}


def test_a_later_list_replaces_an_earlier_one(tmp_path: Path) -> None:
    later = OURS | {"title": "Moved", "opens_at": t("2025-03-12 09:00")}
    with workspace(WORLD, tmp_path) as work:
        work.take(write_csv(tmp_path, "items", [OURS]), as_="items")
        work.take(statements(tmp_path / "x"))
        work.take(write_csv(tmp_path, "items", [later], "later"), as_="items")
        work.take(statements(tmp_path / "x", "Otherwise", 2))
        assert register(work) == {(IRI, "A"): plain(later)}


def test_taken_back(tmp_path: Path) -> None:
    """Without the list what the tool said last stands; without the statements nothing of theirs is left."""
    said = {"item": IRI, "kind": "task", "title": "Otherwise", "final": False, "source": "xapi"}
    with workspace(WORLD, tmp_path) as work:
        own = work.take(write_csv(tmp_path, "items", [OURS]), as_="items").import_id
        first = work.take(statements(tmp_path / "x")).import_id
        second = work.take(statements(tmp_path / "x", "Otherwise", 2)).import_id
        work.withdraw(own)
        assert register(work) == {(IRI, None): said}
        work.withdraw(second)
        assert register(work) == {(IRI, None): said | {"title": "quiz_1_v2 (copy)"}}
        work.take(write_csv(tmp_path, "items", [OURS], "again"), as_="items")
        work.withdraw(first)
        assert register(work) == {(IRI, "A"): plain(OURS)}


def test_statements_that_say_it_again_add_no_row(tmp_path: Path) -> None:
    """Every day a few more statements about the same thing: one row of it beside the list's, and no more."""
    with workspace(WORLD, tmp_path) as work:
        work.take(write_csv(tmp_path, "items", [OURS]), as_="items")
        for n in range(1, 5):
            work.take(statements(tmp_path / "x", n=n))
        assert stored(work) == 2


def test_scores_are_those_of_the_list(tmp_path: Path) -> None:
    """The quiz is open for cohort A from the 11th: none of one in the first week, one of two in the second. Nobody else has it: the
    statements, which know no cohort and no dates, offered it to everybody from the start.
    """
    with workspace(WORLD, tmp_path) as work:
        bring(work, WORLD.with_(events=TAKEN), tmp_path / "files")
        work.score()
        work.take(statements(tmp_path / "x"))
        work.score()
        scores = history(work)
        told = {week: {who: row["only"] for who, row in rows.items()} for week, rows in scores.items()}
        assert told == {"2025-03-03": {"p": 0, "q": None}, "2025-03-10": {"p": 50, "q": None}}


def test_the_session_of_a_meeting_report(tmp_path: Path) -> None:
    """A meeting that stands on the list under the report's own name of it keeps its planned hour and its title."""
    report = tmp_path / "participants.csv"
    report.write_text(ZOOM, "utf-8")
    assert find(report).name == "zoom-participants"
    with workspace(WORLD, tmp_path) as work:
        work.take(report)
        ((name, _),) = register(work)
        planned = item(name, "session", "2025-03-17 10:00", "2025-03-17 11:00", title="Spring call")
        work.take(write_csv(tmp_path, "items", [planned]), as_="items")
        longer = tmp_path / "later.csv"
        longer.write_text(ZOOM.replace("11:20:00", "11:40:00").replace("As Zoom has it", "Renamed"), "utf-8")
        work.take(longer)
        work.take(report)
        assert register(work)[name, "A"] == plain(planned) and len([n for n, _ in register(work) if n == name]) == 1
