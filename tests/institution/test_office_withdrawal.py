"""An import of an office taken back: the registers are as if it had never been.

The answer comes from the product itself: a fresh office that took only the files that still stand, in the same order. The small cases are
worked by hand.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagetree.errors import NotFound
from engagetree.institution import Office, create
from engagetree.research.readers.shape import SCHEMAS

LINES = {
    "activities.csv": [
        "activity,title,starts_on,type,venue,department,size,projects",
        *(
            f"{a},{title},2025-10-03,{kind},Hall,{department},12,{projects}"
            for a in ("a1", "a2")
            for title in ("Fair", "Show")
            for kind in ("talk", "workshop")
            for department, projects in (("Physics", "p1"), ("", "p1|p2"))
        ),
    ],
    "attendances.csv": [
        "activity,person,on,hours",
        *(f"{a},{p},{day},{h}" for a in ("a1", "a2") for p in ("ann", "ben", "") for day in ("", "2025-10-04") for h in ("", "2")),
    ],
    "boards.csv": ["board,name,project", *(f"{b},{name},{project}" for b in ("b1", "b2") for name in ("One", "Two") for project in ("", "x"))],
    "reach.csv": [
        "person,activity,characteristic,answer,asked",
        *(f"{p},{a},age,{answer},answered" for p in ("ann", "ben") for a in ("a1", "") for answer in ("16-24", "25-34")),
    ],
}  # fmt: skip
KEYED = {"activities.csv": 1, "attendances.csv": 3, "boards.csv": 1, "reach.csv": 3}
"""Of how many first columns two rows of one file may not agree."""


@st.composite
def files(draw: st.DrawFn) -> tuple[str, ...]:
    """The texts of a few files of one register, one row for each key at most, so that none of them contradicts itself."""
    name = draw(st.sampled_from(sorted(LINES)))
    head, *rows = LINES[name]
    picked = draw(st.lists(st.sampled_from(rows), min_size=1, max_size=4, unique_by=lambda r: ",".join(r.split(",")[: KEYED[name]])))
    return name, "\n".join([head, *picked]) + "\n"


def stand(office: Office) -> dict[str, Any]:
    """What every register says, whatever import said it first, and which records stand for which."""

    def read(con: Any, sources: dict[str, str]) -> dict[str, Any]:
        told = "* EXCLUDE (import_id, seq)"
        return {r: con.sql(f"SELECT {told} FROM {sources[r]} ORDER BY ALL").fetchall() for r in SCHEMAS}

    doubled = [{k: v for k, v in d.items() if k not in ("import_id", "seq")} for d in office.duplicates()]
    standing = [(s.register, s.rows, s.source) for s in office.registers()]
    return {"counted": office.read(read), "whole": office.read(read, whole=True), "doubled": doubled, "standing": standing}


def taken(office: Office, folder: Path, pieces: list[tuple[str, str]], only: set[int]) -> list[str]:
    ids = []
    for k, (name, text) in enumerate(pieces):
        if k in only:
            (file := folder / f"{k}-{name}").write_text(text)
            ids.append(office.take(file).import_id)
    return ids


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_stands_is_as_if_the_rest_had_never_been(data: st.DataObject) -> None:
    pieces = data.draw(st.lists(files(), min_size=3, max_size=8, unique=True))
    every = set(range(len(pieces)))
    gone = data.draw(st.sets(st.sampled_from(sorted(every)), min_size=1, max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with create(root / "all", "X") as office, create(root / "standing", "X") as standing:
            for key in ("attendances.key", "reach/key"):  # the same people under the same pseudonyms
                (root / "standing" / key).chmod(0o600)
                (root / "standing" / key).write_bytes((root / "all" / key).read_bytes())
            ids = taken(office, root, pieces, every)
            for k in data.draw(st.permutations(sorted(gone))):
                office.withdraw(ids[k])
            taken(standing, root, pieces, every - gone)
            assert stand(office) == stand(standing)
            again = [name.take(root / f"{min(gone)}-{pieces[min(gone)][0]}").account.to_dict() for name in (office, standing)]
            assert again[0] == again[1] and stand(office) == stand(standing)  # and goes on as that one does
            assert office.lake.verify(deep=True) == office.reach.verify(deep=True) == []


BOARD = "board,name,project\n"


def says(rows: Any) -> list[tuple[str, str]]:
    return [(r["board"], r["name"]) for r in rows("boards")]


def test_a_row_that_a_later_file_said_too_stays_and_the_other_goes(office: Office, write: Any, rows: Any) -> None:
    first = office.take(write("one.csv", BOARD + "b1,Patients,x\nb2,Farmers,x\n"))
    assert office.take(write("two.csv", BOARD + "b2,Farmers,x\n")).account.merged == 1
    done = office.withdraw(first.import_id[:8])
    assert (done.went, done.came, says(rows)) == ({"boards": 2}, {"boards": 1}, [("b2", "Farmers")])
    assert [(s.register, s.source) for s in office.registers() if s.rows] == [("boards", "two.csv")]
    assert office.withdraw("two.csv").went == {"boards": 1}
    assert rows("boards") == []
    assert [r.withdrawn is not None for r in office.imports()] == [True, True] and office.last_import() is None


def test_the_word_before_counts_again_and_a_repeat_of_it_is_none(office: Office, write: Any, rows: Any) -> None:
    """Patients (one), Carers (two), Patients (three): without two, three says what one said; without one, three stands."""
    for name, said in (("one.csv", "Patients"), ("two.csv", "Carers"), ("three.csv", "Patients")):
        office.take(write(name, BOARD + f"b1,{said},x\n{name},Other,x\n"))
    office.withdraw("two.csv")
    assert [(r["name"], r["source"]) for r in rows("boards") if r["board"] == "b1"] == [("Patients", "one.csv")]
    done = office.withdraw("one.csv")
    assert (done.went, done.came) == ({"boards": 2}, {"boards": 1})
    assert [(r["name"], r["source"]) for r in rows("boards") if r["board"] == "b1"] == [("Patients", "three.csv")]


def test_of_rows_that_came_up_the_later_counts(office: Office, write: Any, rows: Any) -> None:
    """Carers (three) only repeated two; without two it contradicts one, and the later of the two counts."""
    for name, said in (("one.csv", "Patients"), ("two.csv", "Carers"), ("three.csv", "Carers")):
        office.take(write(name, BOARD + f"b1,{said},x\n{name},Other,x\n"))
    office.withdraw("two.csv")
    assert [r["name"] for r in rows("boards") if r["board"] == "b1"] == ["Carers"]


def test_somebody_without_a_name_goes_with_the_file_that_counted_them(office: Office, write: Any, rows: Any) -> None:
    """Two files with one unnamed visitor each: two visitors, and after taking one file back one."""
    for name in ("one.csv", "two.csv"):
        office.take(write(name, f"activity,person,on,affiliation\na1,,2025-10-03,\na1,ann,2025-10-03,{'academic' if name < 't' else ''}\n"))
    office.withdraw("one.csv")
    assert sorted(r["person"] is None for r in rows("attendances")) == [False, True]


def test_an_event_that_two_departments_reported_is_counted_by_the_one_that_is_left(office: Office, write: Any, rows: Any) -> None:
    line = "{0},Science fair,2025-10-03,workshop,Town Hall,{1}\n"
    head = "activity,title,starts_on,type,venue,department\n"
    office.take(write("physics.csv", head + line.format("p1", "Physics")))
    office.take(write("art.csv", head + line.format("a1", "Art")))
    assert len(office.duplicates()) == 1 and len(rows("activities")) == 1
    office.withdraw("physics.csv")
    assert office.duplicates() == [] and [r["activity"] for r in rows("activities")] == ["a1"]


def test_demographic_answers_are_taken_back_in_their_own_store(office: Office, write: Any, rows: Any) -> None:
    office.take(write("boards.csv", BOARD + "b1,Patients,x\n"))
    office.take(write("reach.csv", "person,activity,age\nann,a1,16-24\nben,a1,25-34\n"))
    head = office.ledger.head()
    assert office.withdraw("reach.csv").went == {"reach": 2}
    assert rows("reach") == [] and len(rows("boards")) == 1 and office.ledger.head() == head
    assert not office.take(office.root.parent / "reach.csv").known and len(rows("reach")) == 2


def test_errors_say_what_there_is(office: Office, write: Any, tmp_path: Path) -> None:
    office.take(write("boards.csv", BOARD + "b1,Patients,x\n"))
    with pytest.raises(NotFound, match=r"Did you mean “boards\.csv”"):
        office.withdraw("board.csv")
    office.withdraw("boards.csv")
    with pytest.raises(NotFound, match="was withdrawn before"):
        office.withdraw("boards.csv")
    for k in (1, 2):
        (tmp_path / f"{k}").mkdir()
        (file := tmp_path / f"{k}" / "same.csv").write_text(BOARD + f"b{k},Patients,x\n")
        office.take(file)
    with pytest.raises(NotFound, match="2 imports are called that"):
        office.withdraw("same.csv")


def test_a_year_is_that_of_an_office_which_never_had_the_file(tmp_path: Path) -> None:
    """The example's year with a wrong file taken and taken back, beside the example's year: every exact number is the same."""
    data = Path("examples/research-year/data")
    wrong = "activity,title,starts_on,type,size,count_method\nw1,Wrong,2025-10-03,talk,900,register\n" + (
        (data / "activities.csv").read_text("utf-8").splitlines()[1].split(",")[0] + ",Renamed,2025-11-03,workshop,7,register\n"
    )
    (tmp_path / "wrong.csv").write_text(wrong)
    numbers = []
    for name in ("with", "without"):
        with create(tmp_path / name, definition="examples/research-year/institution.yml") as office:
            for register in ("activities", "boards", "seats"):
                office.take(data / f"{register}.csv")
            if name == "with":
                office.take(tmp_path / "wrong.csv")
                office.withdraw("wrong.csv")
            numbers.append(office.annual_return("2025-26"))
    assert len(numbers[0].values) > 50 and numbers[0] == numbers[1]
