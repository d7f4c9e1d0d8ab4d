"""Files into registers: the account of rows, what is refused and why, the same twice, a later import, a kill. Answers are by hand."""

from __future__ import annotations

import hashlib
import hmac
import os
import signal
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

import engagetree
from engagetree.errors import DefinitionError, ImportRefused, NotFound, WorkspaceError
from engagetree.institution import Office
from engagetree.ledger.pseudonyms import key_at

ACTIVITIES = """
    activity,Title,Starts on,ends_on,type,audiences,size,count method,venue,department,depth,depth_evidence,colour
    a1,Science fair,2025-10-03,2025-10-04,workshop,schools; Publics,"1,120",register,Town Hall,Physics,D3,decision_link,red
    a2,Café,2025-11-03,,Talk or presentation,public,51-100,,Café,Physics,inform,content_delivered,red
    a3,Big one,2025-12-01,,exhibitoin,public,501+,,Museum,Art,,,
    a4,Backwards,2025-12-01,2025-11-01,talk,public,-4,,Museum,Art,,,
    a5,Show,2025-12-05,,exhibition,public|schools,501+,,Museum,Art,,,
    a6,Guess,2025-12-05,,exhibition,public,about fifty,,Museum,Art,,,
    a7,,2025-12-05,,exhibition,public,,,Museum,Art,,,
    a1,Science fair,2025-10-03,2025-10-04,workshop,public;schools,1120,register,Town Hall,Physics,D3,decision_link,blue
"""


def test_every_row_is_accounted_for_and_good_ones_are_kept(office: Office, write: Any, rows: Any) -> None:
    account = office.take(write("events.csv", ACTIVITIES)).account
    assert (account.read, account.kept, account.merged, account.refused) == (8, 3, 1, 4)  # the last line says what the first says
    said = {r.line: r.reason for r in account.refusals}
    assert said == {
        4: "type: `exhibitoin` is none of our words. Did you mean “exhibition”?",
        5: "size: `-4` is negative; until is not after starts_on",
        7: "size: `about fifty` is neither a number nor a band such as 51-100 or 501+",
        8: "title is empty",
    }
    assert "columns ignored: colour" in account.notes
    wanted = "activity, until, type, audiences, size, size_low, size_high, count_method, depth, depth_evidence"
    assert rows("activities", wanted) == [
        {
            "activity": "a1", "until": date(2025, 10, 5), "type": "workshop", "audiences": ["public", "schools"], "size": 1120.0,
            "size_low": None, "size_high": None, "count_method": "register", "depth": "D3", "depth_evidence": ["decision_link"],
        },
        {
            "activity": "a2", "until": None, "type": "talk", "audiences": ["public"], "size": None, "size_low": 51.0, "size_high": 100.0,
            "count_method": "band", "depth": "D1", "depth_evidence": ["content_delivered"],
        },
        {
            "activity": "a5", "until": None, "type": "exhibition", "audiences": ["public", "schools"], "size": None, "size_low": 501.0,
            "size_high": None, "count_method": "band", "depth": None, "depth_evidence": None,
        },
    ]  # fmt: skip


def test_refused_rows_can_be_mended_and_come_in_by_the_same_way(office: Office, write: Any, rows: Any) -> None:
    refused = office.take(write("events.csv", ACTIVITIES)).account.refused_file
    assert refused is not None and refused.stat().st_mode & 0o077 == 0
    mended = refused.read_text("utf-8-sig").replace("exhibitoin", "exhibition").replace("about fifty", "50").replace("-4", "4")
    (again := refused.with_name("mended.csv")).write_text(mended.replace("2025-11-01", "2025-12-01"), "utf-8")
    account = office.take(again).account
    assert (account.read, account.kept, account.refused) == (4, 3, 1)
    assert [r["activity"] for r in rows("activities", "activity")] == ["a1", "a2", "a3", "a4", "a5", "a6"]


def test_the_same_file_twice_changes_nothing_and_a_dry_run_neither(office: Office, write: Any) -> None:
    file = write("events.csv", ACTIVITIES)
    tried = office.take(file, dry_run=True)
    assert (tried.account.kept, tried.import_id, office.imports()) == (3, "", [])
    first, head = office.take(file), office.ledger.head()
    again = office.take(file)
    assert again.known and not first.known
    assert (again.account.read, again.account.merged, office.ledger.head()) == (8, 8, head)
    assert len(office.imports()) == 1


def test_a_later_import_is_valid_and_one_that_says_nothing_new_is_merged(office: Office, write: Any, rows: Any) -> None:
    office.take(write("one.csv", "board,name,project\nb1,Patients,asthma\nb2,Farmers,soil\n"))
    account = office.take(write("two.csv", "board,name,project\nb1,Patients and carers,asthma\nb2,Farmers,soil\nb3,Youth,soil\n")).account
    assert (account.read, account.kept, account.merged, account.refused) == (3, 2, 1, 0)
    assert [(r["board"], r["name"], r["seq"]) for r in rows("boards")] == [
        ("b1", "Patients and carers", 2), ("b2", "Farmers", 1), ("b3", "Youth", 2),
    ]  # fmt: skip
    office.take(write("three.csv", "board,name,project\nb1,Patients,asthma\n"))  # back to what it was: a change all the same
    assert (rows("boards")[0]["name"], rows("boards")[0]["seq"]) == ("Patients", 3)


def test_rows_with_one_key_that_contradict_each_other_are_refused_with_their_lines(office: Office, write: Any) -> None:
    account = office.take(write("p.csv", "partner,name,sector\np1,Shop,company\np1,Shop,government\np2,Zoo,archive\n")).account
    assert (account.kept, account.refused) == (1, 2)
    assert {r.reason for r in account.refusals} == {"partner: `p1` stands on lines 2, 3 with different content"}


def test_one_record_under_several_awards_is_one_activity_with_all_projects(office: Office, write: Any, rows: Any) -> None:
    text = "activity,title,starts_on,projects,department\nr1,Talk,2025-10-01,AH/1,Art\nr1,Talk,2025-10-01,EP/2;EP/3,Physics\n"
    account = office.take(write("a.csv", text)).account
    assert (account.read, account.kept, account.merged, account.refused) == (2, 1, 1, 0)
    assert rows("activities", "projects, department") == [{"projects": ["AH/1", "EP/2", "EP/3"], "department": "Art"}]
    assert any("differ only in department, projects" in note for note in account.notes)


def test_a_workbook_comes_in_as_a_csv_file_does(office: Office, tmp_path: Path, rows: Any) -> None:
    with Workbook(str(tmp_path / "events.xlsx"), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("2025")
        for n, row in enumerate(
            [["Title", "Starts on", "Type", "Size"], ["Fair", date(2025, 10, 3), "workshop", 12], ["Talk", "n/a", "talk", 3]]
        ):
            sheet.write_row(n, 0, row)
    account = office.take(tmp_path / "events.xlsx").account
    assert (account.read, account.kept, account.refused) == (2, 1, 1)
    assert account.refusals[0].reason == "starts_on: `n/a` is not a date"
    assert rows("activities", "title, starts_on, size") == [{"title": "Fair", "starts_on": date(2025, 10, 3), "size": 12.0}]
    assert "1 row has no id; one was made from title, starts_on, venue, department" in account.notes


MAP = """
    register: activities
    columns: {title: Event name, starts_on: Date, type: Kind, size: Attendees}
    constants: {department: Physics, count_method: register}
    values: {type: {Lecture: talk, Seminar: talk, Staff meeting: null}}
    dates: "%d/%m/%Y"
"""
OTHERS = """
    Event name;Date;Kind;Attendees;Caterer
    Black holes;03/10/2025;lecture;80;Ann
    Budget;04/10/2025;Staff meeting;9;Bob
"""


def test_a_map_names_columns_translates_words_and_reads_days(office: Office, write: Any, rows: Any) -> None:
    file = write("others.csv", OTHERS)
    account = office.take(file, mapping=write("map.yml", MAP)).account
    assert (account.kept, account.refused) == (2, 0)
    assert rows("activities", "title, starts_on, type, department, count_method")[0] == {
        "title": "Black holes", "starts_on": date(2025, 10, 3), "type": "talk", "department": "Physics", "count_method": "register",
    }  # fmt: skip
    assert rows("activities", "title, type")[1] == {"title": "Budget", "type": None}


def test_days_of_which_the_order_is_open_are_not_guessed(office: Office, write: Any) -> None:
    file = write("a.csv", "title,starts_on,type\nFair,03/04/2025,talk\n")
    with pytest.raises(ImportRefused, match="which of its numbers is the day is not known"):
        office.take(file)


def test_every_mistake_in_a_map_is_said_with_its_line(office: Office, write: Any) -> None:
    wrong = write("map.yml", "register: activitis\ncolumns: {title: A}\nvalue: {}\n")
    with pytest.raises(DefinitionError) as caught:
        office.take(write("a.csv", OTHERS), mapping=wrong)
    assert [(p.line, p.where) for p in caught.value.problems] == [(1, "register"), (3, "value")]
    assert "Did you mean “activities”?" in str(caught.value)


def test_a_header_that_nobody_knows_gets_a_proposal_that_can_be_used(office: Office, write: Any, rows: Any) -> None:
    file = write(
        "others.csv", OTHERS.replace("/10/2025", "").replace("03", "2025-10-03").replace("04", "2025-10-04").replace("lecture", "talk")
    )
    with pytest.raises(ImportRefused) as caught:
        office.take(file)
    proposal = caught.value.do.split("\n\n", 1)[1]
    assert "title: Event name" in proposal and "size: Attendees" in proposal and "skip: [Caterer]" in proposal
    account = office.take(file, mapping=write("map.yml", textwrap.dedent(proposal))).account
    assert (account.kept, account.refused) == (1, 1)  # a staff meeting is none of our words
    assert rows("activities", "title, size") == [{"title": "Black holes", "size": 80.0}]


def test_words_that_the_institution_added_are_words(office: Office, write: Any, rows: Any) -> None:
    definition = office.root / "institution.yml"
    definition.write_text(definition.read_text("utf-8") + "\nwords:\n  types:\n    market_stall: Market stall\n", "utf-8")
    assert office.take(write("a.csv", "title,starts_on,type\nFair,2025-10-03,Market stall\n")).account.kept == 1
    assert rows("activities", "type") == [{"type": "market_stall"}]


def test_a_year_stands_where_a_file_says_no_day(office: Office, write: Any, rows: Any) -> None:
    with pytest.raises(ImportRefused, match="Say which: --as activities or --as outputs"):
        office.take(write("a.csv", "title,type\nFair,workshop\n"), year="2025-26")
    office.take(write("a.csv", "title,type\nFair,workshop\n"), "activities", year="2025-26")
    assert rows("activities", "starts_on") == [{"starts_on": date(2025, 8, 1)}]
    with pytest.raises(NotFound, match="is not how a year"):
        office.take(write("b.csv", "title,type\nShow,workshop\n"), year="2025")


def test_what_a_register_holds_can_be_written_as_parquet_and_comes_in_again(office: Office, write: Any, tmp_path: Path, rows: Any) -> None:
    office.take(write("events.csv", ACTIVITIES))
    before = rows("activities", "* EXCLUDE (source, import_id, seq)")
    query = "SELECT * EXCLUDE (source, import_id, seq) FROM"
    office.read(lambda con, r: con.execute(f"COPY ({query} {r['activities']}) TO '{tmp_path}/out.parquet' (FORMAT parquet)"))
    with engagetree.create_research_office(tmp_path / "other", "Other") as other:
        assert other.take(tmp_path / "out.parquet").account.kept == 3
        again = other.read(lambda con, r: con.sql(f"{query} {r['activities']} ORDER BY ALL").to_arrow_table().to_pylist())
    assert again == before


# ---- people and their two pseudonyms


def test_no_id_that_was_given_lies_in_either_lake_and_the_two_stores_do_not_join(
    office: Office, write: Any, rows: Any, laid_down: Any
) -> None:
    office.take(
        write("t.csv", "activity,person,on\na1,Ann@example.org,2025-10-03\na1,visitor-17,2025-10-03\na2,ann@example.org,2025-10-09\n")
    )
    office.take(write("r.csv", "person,activity,ethnicity,disability\nann@example.org,a1,Asian,Prefer not to say\nvisitor-17,a1,,no\n"))
    came, told = rows("attendances"), rows("reach")
    key = bytes.fromhex((office.root / "attendances.key").read_text().strip())
    ann = hmac.new(key, b"ann@example.org", hashlib.sha256).hexdigest()[:20]  # by the standard library
    assert [r["activity"] for r in came if r["person"] == ann] == ["a1", "a2"]
    assert not {r["person"] for r in came} & {r["person"] for r in told}
    assert len({r["person"] for r in told}) == 2
    lake, reach = laid_down(office.root / "lake"), laid_down(office.root / "reach" / "lake")
    for text in (lake, reach):
        assert "ann@" not in text and "visitor-17" not in text
    assert ann in lake and ann not in reach and all(r["person"] in reach for r in told)
    assert not list(office.root.glob("taking-*"))


def test_the_keys_are_secret_and_different_and_a_damaged_one_is_not_replaced(office: Office) -> None:
    one, other = office.root / "attendances.key", office.root / "reach" / "key"
    assert one.read_text() != other.read_text()
    assert [p.stat().st_mode & 0o777 for p in (one, other)] == [0o600, 0o600]
    one.write_text("nonsense")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        key_at(one)
    assert one.read_text() == "nonsense"


def test_an_attendance_without_a_person_is_one_more_person(office: Office, write: Any, rows: Any) -> None:
    account = office.take(write("t.csv", "activity,person,on\na1,,2025-10-03\na1,,2025-10-03\na1,x,2025-10-03\na1,x,2025-10-03\n")).account
    assert (account.read, account.kept, account.merged) == (4, 3, 1)
    assert len(rows("attendances")) == 3


def test_prefer_not_to_say_not_asked_and_no_reply_are_three_things(office: Office, write: Any, rows: Any) -> None:
    text = """
        person,activity,characteristic,answer
        a,e1,ethnicity,Asian
        b,e1,ethnicity,Prefer not to say
        c,e1,ethnicity,Not asked
        d,e1,ethnicity,
        e,e1,ethnicity,Prefer not to say / not asked
        f,e1,ethnicity,Unknown
    """
    account = office.take(write("r.csv", text)).account
    assert (account.kept, account.refused) == (4, 2)
    assert all("says two things at once" in r.reason for r in account.refusals)
    assert sorted((r["asked"], r["answer"]) for r in rows("reach", "asked, coalesce(answer, '') AS answer")) == [
        ("answered", "Asian"), ("no_reply", ""), ("not_asked", ""), ("prefer_not_to_say", ""),
    ]  # fmt: skip


def test_an_answer_beside_a_column_that_says_there_is_none_is_refused(office: Office, write: Any) -> None:
    text = "person,activity,characteristic,answer,asked\na,e1,age,20-29,not_asked\nb,e1,age,,answered\nc,e1,age,,prefer not to say\n"
    account = office.take(write("r.csv", text)).account
    assert (account.kept, account.refused) == (1, 2)


def test_a_column_for_each_characteristic_becomes_a_row_for_each_answer(office: Office, write: Any, rows: Any) -> None:
    account = office.take(write("r.csv", "person,activity,ethnicity,age,shoe\na,e1,Asian,20-29,44\nb,e1,White,,39\n")).account
    assert (account.read, account.kept) == (4, 4)
    assert "columns ignored: shoe" in account.notes
    assert sorted((r["characteristic"], r["asked"]) for r in rows("reach")) == [
        ("age", "answered"), ("age", "no_reply"), ("ethnicity", "answered"), ("ethnicity", "answered"),
    ]  # fmt: skip


def test_answers_of_no_activity_are_recognised_again_as_well(office: Office, write: Any, rows: Any) -> None:
    office.take(write("r.csv", "person,characteristic,answer\nann,age,20-29\n"))
    assert office.take(write("s.csv", "person,characteristic,answer\nann,age,20-29\nbo,age,30-39\n")).account.merged == 1
    office.take(write("t.csv", "person,characteristic,answer\nann,age,30-39\n"))
    assert [r["answer"] for r in rows("reach")] == ["30-39", "30-39"]


# ---- duplicates


DOUBLED = """
    activity,title,starts_on,venue,organiser,department,size
    p1,The Moor in 2100,2026-02-17,Guild Hall,,Physics,90
    g1,THE MOOR IN 2100!,2026-02-17,guild hall,,Geography,
    b1,The  Moor in 2100,2026-02-17,Guild  Hall,,Biology,90
    p2,Tour,2026-02-18,Lab,,Physics,10
    p3,Tour,2026-02-18,Lab,,Physics,12
    g2,Quiz,2026-02-19,,,Geography,5
    b2,Quiz,2026-02-19,,,Biology,5
"""


def test_one_event_of_three_departments_counts_once_and_is_listed_and_kept(office: Office, write: Any, rows: Any) -> None:
    assert office.take(write("a.csv", DOUBLED)).account.kept == 7
    assert [r["activity"] for r in rows("activities", "activity")] == ["b1", "b2", "g2", "p2", "p3"]
    assert len(rows("activities", whole=True)) == 7
    assert [(d["activity"], d["same_as"]) for d in office.duplicates()] == [("g1", "b1"), ("p1", "b1")]
    people = "activity,person,on\np1,x,2026-02-17\ng1,x,2026-02-17\ng1,y,2026-02-17\nb1,,2026-02-17\np1,,2026-02-17\n"
    office.take(write("t.csv", people))
    came = rows("attendances", "activity, person IS NULL AS unknown")
    assert came == [{"activity": "b1", "unknown": False}] * 2 + [{"activity": "b1", "unknown": True}]  # x once, y, and b1's own unknown one


def test_what_is_found_doubtful_is_said_with_how_to_mend_it(office: Office, write: Any) -> None:
    office.take(write("a.csv", DOUBLED))
    found = {g.rule: g for g in office.findings()}
    assert found["RG-03"].about == "2 records" and "“THE MOOR IN 2100!” of 2026-02-17 is b1; also g1, p1" in found["RG-03"].found
    assert found["RG-04"].about == "1 event" and found["RG-05"].about == "1 event"
    assert all(g.do for g in found.values())


# ---- what the issue lists as bad input


@pytest.mark.parametrize(
    ("rule", "severity", "files"),
    [
        ("RG-01", "note", {"a": "activity,title,starts_on,until\na,Long one,2026-07-20,2026-08-10\n"}),
        ("RG-02", "warning", {"a": "activity,title,type\na,Some day,talk\n"}),
        ("RG-06", "warning", {"a": "activity,title,department\n1,Talk,Art\n", "b": "activity,title,department\n1,Other talk,Law\n"}),
        ("RG-07", "error", {"a": "activity,title,size,count_method\na,Talk,501,band\n"}),
        ("RG-08", "warning", {"a": "activity,title,size,count_method\na,Talk,51-100,head count\n"}),
        ("RG-09", "note", {"a": "activity,title,size\na,Talk,501+\n"}),
        ("RG-10", "warning", {"a": "activity,title,size,count_method\na,Talk,80,registrations only\n"}),
        ("RG-11", "warning", {"a": "activity,title,size,registered\na,Talk,80,80\n"}),
        ("RG-12", "error", {"a": "activity,title\na,Talk\n", "t": "activity,person,method\na,p,registration_only\n"}),
        ("EM-03", "warning", {"a": "activity,title,depth,depth_evidence\na,Panel,D4,decision_log\n"}),
        ("RG-14", "error", {"a": "activity,title\na,Talk\n", "t": "activity,person\nb,p\n"}),
        ("RG-15", "warning", {"a": "activity,title,size\na,Talk,1\n", "t": "activity,person\na,p\na,q\n"}),
        ("RG-16", "warning", {"a": "activity,title,status\na,Talk,cancelled\n", "t": "activity,person\na,p\n"}),
        ("RG-17", "warning", {"a": "activity,title,starts_on\na,Talk,2026-01-05\n", "t": "activity,person,on\na,p,2026-01-06\n"}),
        ("RG-18", "warning", {"a": "activity,title\na,Talk\n", "t": "activity,on\na,2026-01-05\n", "u": "activity,on\na,2026-01-05\n\n"}),
        ("RG-19", "warning", {"a": "activity,title,size\na,Talk,0\n"}),
        ("RG-20", "warning", {"a": "activity,title,size\na,Talk,12\n"}),
        ("RG-21", "error", {"a": "activity,title,starts_on,status\na,Talk,2099-01-05,delivered\n"}),
        ("RG-22", "note", {"a": "activity,title,staff_days,staff_time_basis\na,Talk,2,preparation\n"}),
        ("RG-24", "warning", {"r": "person,activity,characteristic,answer\na,e,age,20\nb,e,age,not asked\n"}),
    ],
)
def test_bad_input_is_a_finding_and_no_crash(office: Office, write: Any, rule: str, severity: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        assert office.take(write(f"{name}.csv", text)).account.refused == 0
    found = [g for g in office.findings() if g.rule == rule]
    assert [g.severity for g in found] == [severity]
    assert found[0].about.startswith("1 ")


def test_nothing_doubtful_is_said_of_what_is_right(office: Office, write: Any) -> None:
    text = """
        activity,title,starts_on,type,audiences,size,count_method,depth,depth_evidence
        a,Panel,2025-10-01,working_group,public,12,head_count,D4,decision_log;named_role
    """
    office.take(write("a.csv", text))
    office.take(write("t.csv", "activity,person,on\na,p,2025-10-01\n"))
    assert office.findings() == ()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "the file is empty"),
        ("two.csv", b"board,seat,board\nb,s,c\n", "stands 2 times"),
        ("latin.csv", "title,type\nCaf\xe9,talk\n".encode("latin-1"), "it is not UTF-8"),
        ("cut.xlsx", b"PK\x03\x04nothing", "cut off or damaged"),
        ("cut.parquet", b"PAR1nothing", "cannot be read"),
        ("colours.csv", b"colour,shape\nred,round\n", "no register has these columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(office: Office, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportRefused, match=said):
        office.take(tmp_path / name)
    assert office.imports() == []


def test_a_name_that_is_no_reader_gets_a_near_one(office: Office, write: Any) -> None:
    with pytest.raises(NotFound, match="Did you mean “boards”"):
        office.take(write("a.csv", "board\nb\n"), as_="board")
    with pytest.raises(ImportRefused, match="there is no such file"):
        office.take(office.root / "nothing.csv")


# ---- what happens in between


def test_a_kill_in_the_middle_leaves_nothing_and_the_same_again_succeeds(office: Office, write: Any, rows: Any) -> None:
    file = write("t.csv", "activity,person,on\n" + "".join(f"a{i % 90},p{i},2025-10-03\n" for i in range(3_000)))
    script = f"""
        import os, signal
        import engagetree.lake.commit as commit
        from engagetree.institution import open_
        commit.settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        open_({str(office.root)!r}).take({str(file)!r})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert rows("attendances") == []
    assert office.take(file).account.kept == 3_000
    assert len(rows("attendances")) == 3_000
    assert office.lake.verify(deep=True) == []


def test_it_opens_by_the_package_and_says_where_there_is_none(office: Office, tmp_path: Path) -> None:
    with engagetree.research_office(office.root) as again:
        assert {s.register: s.rows for s in again.registers()}["activities"] == 0
    with pytest.raises(WorkspaceError, match="engagetree research init"):
        engagetree.research_office(tmp_path / "nowhere")
    with pytest.raises(WorkspaceError, match="there is a definition already"):
        engagetree.create_research_office(office.root, "Another name")


def test_registers_say_their_rows_and_their_last_import(office: Office, write: Any) -> None:
    office.take(write("p.csv", "partner,name,sector\np1,Shop,company\n"))
    office.take(write("r.csv", "person,activity,age\na,e1,20-29\n"))
    found = {s.register: s for s in office.registers()}
    assert (found["partners"].rows, found["partners"].source) == (1, "p.csv")
    assert (found["reach"].rows, found["reach"].source) == (1, "r.csv")
    assert found["boards"].last is None
    assert [r.source for r in office.imports()] == ["p.csv", "r.csv"]
