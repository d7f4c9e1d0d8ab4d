"""Proposed column maps. The expected maps are worked out by hand, each beside the file that it is for; what would become of the rows is
counted by hand too. Real files: the answers are from the data's own README, from SQL over the file, or from what only one order can read.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import yaml

from engagetree.errors import DefinitionError, EngagetreeError, ImportRefused
from engagetree.ingest import NoMapNeeded, Proposal, propose
from engagetree.ingest.mapping import read

Given = Callable[..., Proposal]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """`given(text, name)` writes a file and proposes a map for it."""

    def run(content: str | bytes, name: str = "export.csv", table: str | None = None, **more: Any) -> Proposal:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return propose(path, table, **more)

    return run


CRM = """Contact ID,Contact Name,Event Title,Session Date,Attendance Status,Notes
C-100,Ana Ruiz,Welcome,03/02/2025 18:00,Attended,
C-101,Ben Okafor,Welcome,03/02/2025 18:00,No Show,called sick
C-100,Ana Ruiz,Workshop 1,17/02/2025 18:00,Attended,
C-102,Cem Arslan,Workshop 1,17/02/2025 18:00,Excused,
"""
GERMAN_EXAM = "Matrikel-Nr.;Prüfung;Prüfungsdatum;Punkte\n4711;Klausur;13.02.2025;1.234,5\n4712;Klausur;13.02.2025;87,25\n4713;Klausur;14.02.2025;90\n"
ROSTER = """First Name,Surname,E-mail,Campus,Intake,Phone Number,Enrolled On
Ana,Ruiz,ana@x.org,North,2024,555 1,2024-09-01
Ben,Okafor,ben@x.org,South,2024,555 2,2024-09-01
Cem,Arslan,cem@x.org,North,2025,555 3,2025-01-15
"""
SPANISH = "Alumno;Correo electrónico;Fecha y hora;Taller;Asistió\nA1;a1@x.es;25/02/2025 10:00;T1;Sí\nA2;a2@x.es;25/02/2025 10:00;T1;No\n"
FRENCH = (
    "N° étudiant;Nom;Prénom;Séance;Horodatage;Statut\n20;Petit;Zoé;S1;04/03/2025 09h05;Présent\n22;Blanc;Éva;S2;18/03/2025 09h02;Absent\n"
)
LOG = "user_id,ts,event,page\nu1,1741082400,page_view,/a\nu1,1741082460,download,/b\nu2,1741083000,page_view,/a\n"
EXCUSED = "Teilnehmer;Abwesend von;Abwesend bis;Grund\np1;03.03.2025;14.03.2025;krank\np2;05.03.2025;06.03.2025;Urlaub\n"
SESSIONS = "Session ID,Title,Start,End,Type\nS1,Welcome,2025-03-03 18:00,2025-03-03 19:00,Workshop\nS2,Deep dive,2025-03-10 18:00,2025-03-10 19:00,Lecture\n"
OUTAGES = "System,From,To,Reason\nzoom,2025-03-03 18:00,2025-03-03 19:00,down\nmoodle,2025-03-10 18:00,2025-03-11 19:00,update\n"

SETTLED: dict[str, tuple[str, dict[str, Any], tuple[int, int]]] = {
    "attendance of a CRM": (
        CRM,
        {
            "table": "events",
            "columns": {"participant": "Contact ID", "at": "Session Date", "kind": "Attendance Status", "item": "Event Title"},
            "values": {"kind": {"Attended": "present", "No Show": None, "Excused": None}},
            "only": ["kind"],
            "times": {"format": "%d/%m/%Y %H:%M"},
            "skip": ["Contact Name", "Notes"],
        },
        (2, 2),
    ),
    "a German exam, decimal comma": (
        GERMAN_EXAM,
        {
            "table": "outcomes",
            "columns": {"participant": "Matrikel-Nr.", "value": "Punkte", "at": "Prüfungsdatum", "outcome": "Prüfung"},
            "times": {"format": "%d.%m.%Y"},
            "delimiter": ";",
            "decimal": ",",
        },
        (3, 0),
    ),
    "a roster with first and last names": (
        ROSTER,
        {
            "table": "roster",
            "columns": {"cohort": "Intake", "joined_at": "Enrolled On"},
            "times": None,
            "identifiers": {"email": "E-mail", "first_name": "First Name", "last_name": "Surname"},
            "attributes": ["Campus"],
            "skip": ["Phone Number"],
        },
        (3, 0),
    ),
    "a Spanish list of who came": (
        SPANISH,
        {
            "table": "events",
            "columns": {"participant": "Alumno", "at": "Fecha y hora", "kind": "Asistió", "item": "Taller"},
            "values": {"kind": {"Sí": "present", "No": None}},
            "only": ["kind"],
            "times": {"format": "%d/%m/%Y %H:%M"},
            "skip": ["Correo electrónico"],
            "delimiter": ";",
        },
        (1, 1),
    ),
    "a French list of who came": (
        FRENCH,
        {
            "table": "events",
            "columns": {"participant": "N° étudiant", "at": "Horodatage", "kind": "Statut", "item": "Séance"},
            "values": {"kind": {"Présent": "present", "Absent": None}},
            "only": ["kind"],
            "times": {"format": "%d/%m/%Y %Hh%M"},
            "skip": ["Nom", "Prénom"],
            "delimiter": ";",
        },
        (1, 1),
    ),
    "a log with seconds since 1970": (
        LOG,
        {
            "table": "events",
            "columns": {"participant": "user_id", "at": "ts", "kind": "event", "item": "page"},
            "values": {"kind": {"page_view": "click", "download": "click"}},
            "only": ["kind"],
            "times": {"format": "unix"},
        },
        (3, 0),
    ),
    "absences in German": (
        EXCUSED,
        {
            "table": "excusals",
            "columns": {"participant": "Teilnehmer", "from_at": "Abwesend von", "until_at": "Abwesend bis", "reason": "Grund"},
            "times": {"format": "%d.%m.%Y"},
            "delimiter": ";",
        },
        (2, 0),
    ),
    "sessions": (
        SESSIONS,
        {
            "table": "items",
            "columns": {"item": "Session ID", "kind": "Type", "title": "Title", "opens_at": "Start", "closes_at": "End"},
            "values": {"kind": {"Workshop": "session", "Lecture": "session"}},
            "times": None,
        },
        (2, 0),
    ),
    "outages": (
        OUTAGES,
        {"table": "outages", "columns": {"source": "System", "from_at": "From", "until_at": "To", "reason": "Reason"}, "times": None},
        (2, 0),
    ),
}


def plain(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "skip": sorted(data["skip"])} if "skip" in data else data


@pytest.mark.parametrize("layout", SETTLED)
def test_a_layout_that_leaves_nothing_open(layout: str, given: Given, tmp_path: Path) -> None:
    text, expected, (kept, refused) = SETTLED[layout]
    made = given(text)
    assert [line.name for line in made.open] == []
    assert plain(made.data) == plain(expected)
    tried = made.tried().account
    assert tried is not None and (tried.kept, tried.refused) == (kept, refused)
    (tmp_path / "map.yml").write_text(made.yaml(), "utf-8")
    assert vars(read(tmp_path / "map.yml")) | {"origin": ""} == vars(made.map()) | {"origin": ""}


def test_values_come_out_as_they_are_in_the_file(given: Given) -> None:
    """1.234,5 is 1234.5; 14.02.2025 is 14 February; 1741082400 is 2025-03-04 10:00 UTC by `date -u -d @1741082400`."""
    rows = given(GERMAN_EXAM).tried().rows
    assert [(r["value"], r["at"][:10]) for r in rows] == [("1234.5", "2025-02-13"), ("87.25", "2025-02-13"), ("90.0", "2025-02-14")]
    assert given(LOG).tried().rows[0]["at"].startswith("2025-03-04 10:00:00")


def test_a_windows_encoding_is_found(given: Given) -> None:
    made = given(GERMAN_EXAM.encode("cp1252"))
    assert made.data["encoding"] == "cp1252" and made.data["columns"]["outcome"] == "Prüfung" and not made.open
    asked = given("Student ID,Date,Status,Ort\n1,2025-03-01,Present,Zürich\n2,2025-03-02,Present,Köln\n".encode("cp1252"))
    assert "encoding" in [line.name for line in asked.open], "nothing in its header says which encoding it is"


def test_a_workbook_of_a_survey(tmp_path: Path) -> None:
    path = tmp_path / "feedback survey.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, dated = book.add_worksheet("Answers"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for n, head in enumerate(["Timestamp", "Email Address", "How useful was the session? (1-5)", "What would you change?"]):
            sheet.write(0, n, head)
        for n, (who, mark) in enumerate([("ana@x.org", 4.5), ("ben@x.org", 5)], 1):
            sheet.write_datetime(n, 0, datetime(2025, 3, 3, 20, n), dated)
            sheet.write(n, 1, who)
            sheet.write(n, 2, mark)
            sheet.write(n, 3, "more breaks")
    made = propose(path)
    assert made.data["columns"] == {"participant": "Email Address", "at": "Timestamp"}
    assert made.data["constants"] == {"kind": "answer", "item": "feedback-survey"}
    assert [line.name for line in made.open] == ["table", "constants.kind", "constants.item"], "questions are no columns of ours"
    made = made.answered("table", "outcomes").answered("columns.value", "How useful was the session? (1-5)")
    assert [r["value"] for r in made.tried().rows] == ["4.5", "5.0"], "a workbook's numbers have a point"


def test_a_sheet_to_sign_in_has_no_kinds(given: Given) -> None:
    made = given("Name,Email,Time In\nAna Ruiz,ana@x.org,2025-03-04 18:01\nBen Okafor,ben@x.org,2025-03-04 18:03\n", "sign-in 4 March.csv")
    assert made.data["columns"] == {"participant": "Email", "at": "Time In"}
    assert made.data["constants"] == {"kind": "present", "item": "sign-in-4-march"}
    assert [line.name for line in made.open] == ["constants.item"]
    one = made.answered("constants.item", "session-7")
    assert not one.open and one.tried().rows[0]["item"] == "session-7"
    assert not made.answered("constants.item", None).open, "to nothing is an answer too"


def test_results_need_a_day_and_it_is_asked(given: Given) -> None:
    made = given("Student Number,Course,Final Grade,Result\n1001,BIO,71.5,Pass\n1002,BIO,38,Fail\n")
    assert made.data["columns"] == {"participant": "Student Number", "value": "Final Grade"}
    assert made.data["constants"] == {"outcome": "final-grade", "at": None}
    assert [line.name for line in made.unfilled] == ["constants.at"] and made.tried().account is None
    with pytest.raises(DefinitionError, match=r"constants\.at"):
        made.map()
    with pytest.raises(EngagetreeError, match="no column and no time"):
        made.answered("constants.at", "last summer")
    done = made.answered("constants.at", "2025-06-30").tried().account
    assert done is not None and (done.kept, done.refused) == (2, 0)
    marks = made.answered("columns.value", "Result").answered("constants.at", "2025-06-30")
    assert [r["value"] for r in marks.tried().rows] == ["1.0", "0.0"], "passed and failed"


# ---- the order of dates


@pytest.mark.parametrize(
    ("dates", "format_"),
    [
        (["03/04/2025", "13/04/2025"], "%d/%m/%Y"),
        (["03/04/2025", "04/13/2025"], "%m/%d/%Y"),
        (["3/4/25 7:05", "4/13/25 17:05"], "%m/%d/%y %H:%M"),
        (["24-03-31 10:00", "24-04-01 10:00"], None),  # 24 March 2031, or 31 March 2024
        (["03.04.2025", "05.06.2025"], None),
        (["13/04/2025", "04/13/2025"], None),  # both occur
        (["2025/04/03", "2025/04/13"], "%Y/%m/%d"),
        (["3 Apr 2025", "13 Apr 2025"], "%d %b %Y"),
        (["April 3, 2025 9:05 PM", "May 13, 2025 9:05 AM"], ["%B %d, %Y %I:%M %p", "%b %d, %Y %I:%M %p"]),
        (["20250403", "20250413"], "%Y%m%d"),
    ],
)
def test_the_order_is_what_the_rows_allow_and_else_it_is_asked(dates: list[str], format_: Any, given: Given) -> None:
    rows = "".join(f'p{n},"{d}",Present,s{n}\n' for n, d in enumerate(dates))
    made = given(f"Student ID,Date,Status,Session\n{rows}")
    if format_ is None:
        assert [line.name for line in made.open] == ["times.order"] and "format" not in (made.data["times"] or {})
        assert set(made.open[0].options) <= {"day", "month", "year"}
        assert len(made.open[0].instead) == len(made.open[0].options), "every answer is there to be taken"
    else:
        assert not made.open and made.data["times"] == {"format": format_}
        done = made.tried().account
        assert done is not None and done.kept == len(dates)


def test_one_row_far_down_decides_the_order(given: Given) -> None:
    """The whole file counts: the 8,001st row is the only one with a number above 12."""
    rows = "".join(f"p{n},{n % 12 + 1:02}/{n % 11 + 1:02}/2025,Present,s{n}\n" for n in range(8_000))
    text = f"Student ID,Date,Status,Session\n{rows}"
    assert [line.name for line in given(text).open] == ["times.order"]
    made = given(f"{text}p,12/31/2025,Present,s\n")
    assert made.data["times"] == {"format": "%m/%d/%Y"} and "line 8002 has 12/31/2025" in made.yaml()


def test_an_answer_settles_the_order(given: Given) -> None:
    made = given("Student ID,Date,Status,Session\np1,03/04/2025,Present,s1\n")
    assert made.answered("times.order", "day").tried().rows[0]["at"].startswith("2025-04-03")
    assert made.answered("times.order", "month").tried().rows[0]["at"].startswith("2025-03-04")
    with pytest.raises(EngagetreeError, match="no answer here"):
        made.answered("times.order", "year")


def test_a_workbook_with_several_sheets_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("First half", "Second half"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Student ID", "Date", "Status", "Session"])
            sheet.write_row(1, 0, ["p1", "2025-03-01", "Present", name])
    made = propose(path)
    assert [line.name for line in made.open] == ["sheet"] and made.open[0].options == ("First half", "Second half")
    other = made.answered("sheet", "Second half")
    assert not other.open and other.data["sheet"] == "Second half" and other.tried().rows[0]["item"] == "Second half"


def test_types_of_parquet_are_taken(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    done = pa.array([datetime(2025, 3, 1, 10), datetime(2025, 3, 2, 10)], pa.timestamp("us", "UTC"))
    pq.write_table(
        pa.table({"learner": ["a", "b"], "completed_at": done, "score": [0.5, 1.0], "tags": [["x"], ["y"]]}), tmp_path / "x.parquet"
    )
    made = propose(tmp_path / "x.parquet", "outcomes")
    assert made.data["columns"] == {"participant": "learner", "value": "score", "at": "completed_at"} and made.data["skip"] == ["tags"]
    assert made.tried().rows[0]["at"].startswith("2025-03-01 10:00")


# ---- numbers


@pytest.mark.parametrize(
    ("numbers", "decimal"),
    [
        (["1.5", "22"], None),
        (["1,5", "22"], ","),
        (["1.234,5", "2.000"], ","),
        (["1,5", "2.5"], "."),  # a comma set as the mark would make 25 of 2.5
        (["1,234", "2,500"], "open"),
        (["1.234", "2.500"], "open"),
    ],
)
def test_the_decimal_mark_is_what_the_rows_allow(numbers: list[str], decimal: str | None, given: Given) -> None:
    rows = "".join(f"p{n};2025-03-0{n + 1};{value}\n" for n, value in enumerate(numbers))
    made = given(f"Student ID;Date;Grade\n{rows}")
    if decimal == "open":
        assert [line.name for line in made.open] == ["decimal"] and "decimal" not in made.data
    else:
        assert not made.open and made.data.get("decimal") == decimal


# ---- what cells contradict


@pytest.mark.parametrize(
    ("text", "never", "reason"),
    [
        ("Student ID,Date,Status\np1,soon,Present\np2,later,Present\n", "Date", "no times that can be read"),
        ("Student ID,Date,Status\np1,45720,Present\np2,45721,Absent\n", "Date", "day numbers of a spreadsheet"),
        ("Student ID,Email,Cohort\np1,yes,A\np2,no,A\n", "Email", "no e-mail addresses"),
        ("Student ID,Date,Grade\np1,2025-03-01,good\np2,2025-03-02,bad\n", "Grade", "no numbers"),
        ("Student,User ID,Date,Status\nYes,p1,2025-03-01,Present\nNo,p2,2025-03-02,Present\n", "Student", "yes and no"),
        ("Student ID,When,Duration (Minutes),Status\np1,2025-03-01,61,Present\np2,2025-03-01,45,Present\n", "Duration (Minutes)", "cannot multiply"),
        ("Student ID,Date,Status,Notes,Notes\np1,2025-03-01,Present,a,b\n", "Notes", "several times in the header"),
        ("Student ID,Date,Status,Owner\np1,2025-03-01,Present,\n", "Owner", "it is empty"),
        ("Name;Vorname;E-Mail;Kurs;Geburtsdatum\nRuiz;Ana;ana@x.de;A;01.02.1990\nOkafor;Ben;ben@x.de;B;13.05.1991\n", "Geburtsdatum", "about the person"),
    ],
)  # fmt: skip
def test_a_column_is_never_proposed_against_its_cells(text: str, never: str, reason: str, given: Given) -> None:
    made = given(text)
    used = [*made.data.get("columns", {}).values(), *made.data.get("identifiers", {}).values(), *made.data.get("attributes", [])]
    assert never not in used and never in made.data["skip"]
    assert reason in next(line.why for line in made.lines if line.key == ("skip",) and line.value == never)


def test_an_answer_is_held_against_the_cells_too(given: Given) -> None:
    made = given("Student ID,Date,Status\np1,soon,Present\np2,later,Present\n")
    with pytest.raises(EngagetreeError, match="no times that can be read"):
        made.answered("constants.at", "Date")
    with pytest.raises(EngagetreeError, match="Did you mean “Student ID”"):
        made.answered("columns.participant", "Studnt ID")


def test_likeness_alone_is_a_question(given: Given) -> None:
    made = given("Studnt number,Date,Status,Sesion\np1,2025-03-01,Present,s1\np2,2025-03-02,Present,s1\n")
    line = next(k for k in made.open if k.name == "columns.participant")
    assert line.value == "Studnt number" and "only resembles" in line.why


def test_words_that_nobody_knows_are_asked(given: Given) -> None:
    made = given("user,ts,event,page\nu1,1741082400,view,/a\nu1,1741082460,heartbeat,/b\n")
    assert [line.name for line in made.open] == ["values.kind.heartbeat"]
    assert made.answered("values.kind.heartbeat", "absent").data["values"] == {"kind": {"view": "click", "heartbeat": None}}


def test_a_letter_means_attended_only_where_that_is_asked(given: Given) -> None:
    rows = "p1,2025-03-01,s1,P\np2,2025-03-01,s1,A\n"
    assert not given(f"Student ID,Date,Session,Attendance\n{rows}").open
    assert [k.name for k in given(f"Student ID,Date,Session,Status\n{rows}").open] == ["values.kind.P", "values.kind.A"]


def test_names_are_no_ids(given: Given) -> None:
    made = given("Name,Date,Status,Session\nAna,2025-03-01,Present,s1\nBen,2025-03-01,Present,s1\n")
    assert [line.name for line in made.open] == ["columns.participant"] and "two people may share one" in made.open[0].question


def test_a_column_for_each_session_is_said(given: Given) -> None:
    made = given("Student,03/02/2025,10/02/2025,17/02/2025\nAna,x,,x\nBen,,x,x\n")
    assert made.open and any("look like a session each" in note for note in made.notes)


def test_the_roster_finds_the_column_of_people(given: Given) -> None:
    text = "Ref,Date,Status,Session\nq1,2025-03-01,Present,s1\nq2,2025-03-01,Present,s1\n"
    assert "participant" in [line.key[-1] for line in given(text).open]
    assert given(text, known={"q1", "q2"}).data["columns"]["participant"] == "Ref"


# ---- files that no map is for


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file holds only blank lines"),
        ("ana@x.org,2025-03-04 10:00,Session 1\nben@x.org,2025-03-04 10:02,Session 1\n", "it has no header"),
        ("17,1741082400,3\n18,1741082460,4\n", "it has no header"),
        ("17,home,3\n18,home,4\n", "it has no header"),
        ("Report\nGenerated,2025-03-01\n\nStudent ID,When,Status\ns1,2025-03-01,Present\ns2,2025-03-01,Absent\n", "a title or a summary"),
        ("Report,,\nStudent ID,When,Status\ns1,2025-03-01,Present\n", "that is perhaps line 2"),
    ],
)
def test_a_file_without_a_header_is_refused_with_what_to_do(text: str, found: str, given: Given) -> None:
    with pytest.raises(ImportRefused) as caught:
        given(text)
    assert found in str(caught.value) and caught.value.do and not isinstance(caught.value, NoMapNeeded)


@pytest.mark.parametrize("text", ["Student,1,2,3\na,4,5,6\n", "Student ID,03/02/2025,10/02/2025\np1,1,0\np2,0,1\n"])
def test_numbers_and_dates_may_be_names_of_columns(text: str, given: Given) -> None:
    assert given(text).view.rows in (1, 2)


def test_a_header_alone_settles_nothing(given: Given) -> None:
    made = given("Student ID,When,What\n")
    assert "table" in [line.name for line in made.open] and "no rows" in made.notes[0]


def test_what_can_be_imported_as_it_is_needs_no_map(given: Given) -> None:
    with pytest.raises(NoMapNeeded, match="our own names, of events"):
        given("participant,at,kind,item\np1,2025-03-01T10:00:00Z,present,s1\n")
    assert given("participant,at,kind,item\np1,03/04/2025,present,s1\n").open, "its dates are open"
    zoom = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\nAna,a@x.org,11/19/2021 09:54:15 AM,11/19/2021 10:01:59 AM,8,No\n"
    with pytest.raises(NoMapNeeded, match="zoom-participants"):
        given(zoom)
    assert given(zoom, table="events").table == "events"


def test_a_table_that_is_none_is_refused(given: Given) -> None:
    with pytest.raises(EngagetreeError, match="Did you mean “events”"):
        given(CRM, table="evnts")


# ---- whatever it is

NASTY = [
    "Name",
    "",
    "a: b",
    "yes",
    "[x]",
    "- y",
    "# z",
    'q"uote',
    "it's",
    "Date",
    "E-Mail",
    "Note",
    "Grade",
    "%",
    "null",
    "ID",
    "Status",
    "été",
    "1",
    "a,b",
]
CELLS = ["", "yes", "03/04/2025", "1,5", "ana@x.org", "x: y", "# no", "{a}", "Present", "12", "1741082400", "null", "'", "2025-01-01", "é"]


@pytest.mark.parametrize("seed", range(5))
def test_any_file_gives_a_map_that_reads_as_it_says_or_a_refusal(seed: int, given: Given) -> None:
    """By simulation: 5 files of odd headers and cells. The YAML must say what the data says, and an answered map must read every row."""
    import csv
    import io

    chance = random.Random(seed)
    text = io.StringIO()
    writer = csv.writer(text)
    width = chance.randint(1, 7)
    writer.writerow(chance.choices(NASTY, k=width))
    writer.writerows([chance.choices(CELLS, k=width) for _ in range(chance.randint(0, 30))])
    try:
        made = given(text.getvalue())
    except ImportRefused as refused:
        assert refused.do
        return
    assert yaml.safe_load(made.yaml()) == made.data
    headers = {k.header for k in made.view.looks} | set(made.view.twice)
    named = [*made.data.get("columns", {}).values(), *made.data.get("skip", []), *made.data.get("attributes", [])]
    assert {n for n in named if n is not None} <= headers
    tried = made.tried()
    if tried.account is not None:
        assert tried.account.read == tried.account.kept + tried.account.merged + tried.account.refused == made.view.rows + made.view.broken
    else:
        assert tried.why and made.open


# ---- real files


def test_a_forum_of_a_mooc(shared: Path) -> None:
    """The order by SQL: every date reads with the month first, and some only so."""
    path = shared / "mooc-ed-forum" / "dlt1_edgelist.csv"
    query = f"SELECT count(*), count(try_strptime(Timestamp, '%m/%d/%y %H:%M')), count(try_strptime(Timestamp, '%d/%m/%y %H:%M')) FROM read_csv('{path}', all_varchar=true)"
    rows, month, day = duckdb.sql(query).fetchall()[0]
    assert rows == month > day
    made = propose(path)
    assert made.data["times"] == {"format": "%m/%d/%y %H:%M"}
    assert made.data["columns"]["participant"] == "Sender" and "Receiver" in made.data["skip"]
    done = made.tried().account
    assert done is not None and done.read == rows and done.refused == 0


def test_people_of_a_mooc_and_of_a_course(shared: Path) -> None:
    mooc = propose(shared / "mooc-ed-forum" / "dlt1_nodes.csv")
    assert mooc.table == "roster" and mooc.data["columns"] == {"participant": "UID", "cohort": "group"}
    assert {"country", "gender", "role1"} <= set(mooc.data["attributes"]) and not mooc.open
    course = propose(shared / "moodle-la-course" / "results.csv")
    assert course.table == "outcomes" and course.data["columns"] == {"participant": "user", "value": "Final_grade"}
    assert [line.name for line in course.open] == ["constants.at"] and "13 more columns" in course.notes[0]


def test_votes_with_milliseconds_in_parquet(shared: Path) -> None:
    path = shared / "polis" / "votes.parquet"
    made = propose(path)
    assert made.data["times"] == {"format": "unix_ms"} and made.data["constants"] == {"kind": "vote"}
    first = duckdb.sql(f"SELECT strftime(make_timestamp(\"timestamp\" * 1000), '%Y-%m-%d %H:%M:%S') FROM '{path}' LIMIT 1").fetchall()[0][0]
    assert made.tried().rows[0]["at"].startswith(first)


def test_days_since_the_beginning_are_no_times(shared: Path) -> None:
    """OULAD counts days from the beginning of a presentation: its README says so, and a map cannot read that."""
    made = propose(shared / "oulad-dev" / "studentVle.parquet")
    assert "date" in made.data["skip"] and "constants.at" in [line.name for line in made.unfilled]
    assert made.data["columns"] == {"participant": "id_student", "item": "id_site", "amount": "sum_click"}
