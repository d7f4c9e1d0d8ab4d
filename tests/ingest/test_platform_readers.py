"""Exports of learning platforms and communities. People and acts are counted by hand; of large logs DuckDB's own readers count too."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

import duckdb
import pytest

from engagetree.errors import ImportRefused
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.edx_words import fields
from engagetree.ingest.readers import find, readers

from . import platforms as p
from .meetings import read, written


def acts(tables):
    return sorted((e["participant"], e["kind"], e["item"], e["at"].isoformat()) for e in tables.get("events", []))


def counted(account):
    return account.read, account.kept, account.merged, account.refused


def grades(tables):
    return {(o["participant"], o["outcome"]): o["value"] for o in tables.get("outcomes", [])}


@pytest.mark.parametrize("name", p.ALL)
def test_known_by_what_it_holds(tmp_path, name):
    assert find(written(tmp_path, p.ALL[name][0], "anything.txt")).name == name


def test_known_without_a_text(tmp_path):
    assert find(written(tmp_path, p.slack(), "a")).name == "slack"
    assert find(written(tmp_path, p.book(Info=[["x"]], Voters=p.VOTERS), "b")).name == "mentimeter"


def test_moodle_log(tmp_path):
    _, account, tables = read(written(tmp_path, p.MOODLE_LOG), p.ALL["moodle-log"][1])
    assert counted(account) == (8, 5, 1, 2)
    assert dict(account.reasons) == {"somebody else, logged in as them": 1, "nobody's act: the system's": 1}
    assert acts(tables) == [
        ("id:moodle:1046", "click", "moodle:cm:643", "2026-09-27T19:40:58+00:00"),
        ("id:moodle:1046", "post", "moodle:cm:7", "2026-09-17T19:41:58+00:00"),
        ("id:moodle:2", "comment", "moodle:cm:7", "2026-09-17T19:42:00+00:00"),
        ("id:moodle:2", "submit", "moodle:cm:8", "2026-09-16T06:00:00+00:00"),
        ("id:moodle:2", "submit", "moodle:cm:9", "2026-09-15T06:00:00+00:00"),
    ]
    assert {i["item"]: (i["kind"], i["title"]) for i in tables["items"]} == {
        "moodle:cm:643": ("page", "Welcome"),
        "moodle:cm:7": ("forum", "Talk"),
        "moodle:cm:8": ("task", "Essay"),
        "moodle:cm:9": ("quiz", "Check"),
    }
    assert {(s["value"], s["name"]) for s in tables["seen"]} == {("1046", "Ana Ruiz"), ("2", "Bo Li")}


def test_moodle_log_in_a_workbook_in_another_language_and_for_a_site(tmp_path):
    rows = list(csv.reader(io.StringIO(p.MOODLE_LOG)))
    expected = acts(read(written(tmp_path, p.MOODLE_LOG), p.ALL["moodle-log"][1])[2])
    german = ["Zeit", "Vollständiger Name", "Betroffene/r Nutzer/in", "Ereigniskontext", "Komponente", "Ereignisname", "Beschreibung",
              "Ursprung", "IP-Adresse"]  # fmt: skip
    unknown = [f"word {i}" for i in range(9)]
    site = [["Course", *rows[0]], *(["C", *r] for r in rows[1:])]
    turned = [r[::-1] for r in rows]
    for table in ([german, *rows[1:]], [unknown, *rows[1:]], site, turned):
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(table)
        for encoding in ("utf-8", "utf-16"):
            name, _, tables = read(written(tmp_path, out.getvalue().encode(encoding)), p.ALL["moodle-log"][1])
            assert (name, acts(tables)) == ("moodle-log", expected)
    name, account, tables = read(written(tmp_path, p.book(Log=rows)), p.ALL["moodle-log"][1])
    assert (name, acts(tables), counted(account)) == ("moodle-log", expected, (8, 5, 1, 2))


def test_moodle_log_times_are_asked_for_and_not_guessed(tmp_path):
    row = (
        "\"{}\",Ana,-,\"Page: W\",Page,Viewed,\"The user with id '1' viewed the 'page' activity with course module id '2'.\",web,1.1.1.1\n"
    )

    def at(text: str, answers: Answers, name: str = "x.csv") -> list[str]:
        log = p.MOODLE_HEADER + "\n" + row.format(text)
        return [a[3] for a in acts(read(written(tmp_path, log, name), answers)[2])]

    for text, answers, question in (
        ("5/09/26, 21:40:58", Answers(zone="UTC"), "order"),
        ("25/09/26, 21:40:58", Answers(), "zone"),
        ("25 Sep, 21:40", Answers(zone="UTC"), "day"),
    ):
        with pytest.raises(OpenQuestion) as asked:
            at(text, answers)
        assert asked.value.question == question
    assert at("5/09/26, 21:40:58", Answers(zone="UTC", order="day")) == ["2026-09-05T21:40:58+00:00"]
    assert at("9/5/26, 9:40:58\u202fPM", Answers(zone="UTC", order="month")) == ["2026-09-05T21:40:58+00:00"]
    assert at("25 Sep, 21:40", Answers(zone="UTC", day=date(2026, 10, 1))) == ["2026-09-25T21:40:00+00:00"]
    assert at("25 Dec, 21:40", Answers(zone="UTC"), "logs_c_20260910-1200.csv") == ["2025-12-25T21:40:00+00:00"]
    assert at("2026-09-05 21:40:58", Answers(zone="Europe/Madrid")) == ["2026-09-05T19:40:58+00:00"]
    assert at("Friday, 25 September 2026, 9:40 PM", Answers(zone="UTC")) == ["2026-09-25T21:40:00+00:00"]


def test_a_large_moodle_log_against_duckdb(tmp_path):
    """20,000 rows written here; DuckDB's reader and one GROUP BY count what ours must."""
    path = tmp_path / "log.csv"
    with path.open("w", newline="") as f:
        write = csv.writer(f).writerow
        write(next(csv.reader([p.MOODLE_HEADER])))
        for i in range(20_000):
            u, cm = i % 97 + 2, i % 13
            what = f"The user with id '{u}' viewed the 'page' activity with course module id '{cm}'."
            day = f"{i % 28 + 1}/09/26, {i % 24:02}:{i // 24 % 60:02}:{i % 60:02}"
            write([day, f"Person {u}", "-", "Page: P", "Page", "Course module viewed", what, "web", "1.1.1.1"])
    _, account, tables = read(path, Answers(zone="UTC"))
    unique = "SELECT DISTINCT regexp_extract(Description, '\\d+') AS u, Description, Time FROM read_csv(?, all_varchar = true)"
    own = duckdb.execute(f"SELECT count(*), count(DISTINCT u) FROM ({unique})", [str(path)]).fetchall()[0]
    assert (len(tables["events"]), len(tables["seen"])) == own
    assert account.read == 20_000 and account.kept + account.merged == 20_000


def test_kinds_of_real_moodle_events(shared, tmp_path):
    """A real course's events (moodle-la-course): forum acts and things handed in, counted by plain SQL on the names of the events."""
    source = shared / "moodle-la-course" / "events.parquet"
    path = tmp_path / "log.csv"
    where = "FROM read_parquet(?) WHERE timecreated IS NOT NULL"
    rows = duckdb.execute(
        "SELECT strftime(timecreated, '%d/%m/%y, %H:%M:%S'), \"user\", '-', \"Event.context\", Component, \"Event.name\", '', 'web', '' "
        + where,
        [str(source)],
    ).fetchall()
    with path.open("w", newline="") as f:
        csv.writer(f).writerows([next(csv.reader([p.MOODLE_HEADER])), *rows])
    _, account, tables = read(path, Answers(zone="UTC"))
    found: dict[str, int] = {}
    for e in tables["events"]:
        found[e["kind"]] = found.get(e["kind"], 0) + 1
    for kind, names in {
        "post": ("Discussion created",),
        "comment": ("Post created", "Comment created"),
        "submit": ("A submission has been submitted.", "Quiz attempt submitted"),
        "answer": ("Choice answer added",),
    }.items():
        marks = ", ".join("?" for _ in names)
        query = f'SELECT count(DISTINCT ("user", timecreated, "Event.context")) {where} AND "Event.name" IN ({marks})'
        assert found[kind] == duckdb.execute(query, [str(source), *names]).fetchall()[0][0], kind
    again = duckdb.execute(f"SELECT count(*) {where} AND \"Event.name\" = 'Some content has been posted.'", [str(source)]).fetchall()[0][0]
    assert account.read == len(rows) and account.merged >= again and account.refused == 0
    assert {"page", "forum", "task", "quiz"} <= {i["kind"] for i in tables["items"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_moodle_completion(tmp_path, encoding):
    text = p.MOODLE_COMPLETION if encoding == "utf-8" else p.MOODLE_COMPLETION.replace(",", "\t").replace("\n", "\r\n")
    _, account, tables = read(written(tmp_path, text.encode(encoding)), p.ALL["moodle-completion"][1])
    assert counted(account) == (4, 3, 1, 0)
    assert acts(tables) == [
        ("email:ana@x.org", "complete", "moodle:Page A", "2026-09-07T08:00:00+00:00"),
        ("email:ana@x.org", "complete", "moodle:Quiz B", "2026-09-08T08:00:00+00:00"),
        ("email:bo@x.org", "fail", "moodle:Quiz B", "2026-09-08T09:00:00+00:00"),
    ]
    due = {i["item"]: i["closes_at"] and i["closes_at"].isoformat() for i in tables["items"]}
    assert due == {"moodle:Page A": "2026-09-30T22:00:00+00:00", "moodle:Quiz B": None}
    assert len({s["handle"] for s in tables["seen"]}) == 3, "who completed nothing is there too"


def test_moodle_completion_with_a_state_nobody_knows(tmp_path):
    text = p.MOODLE_COMPLETION.replace('"Not completed","","Completed (did', '"Perhaps","","Completed (did')
    _, account, tables = read(written(tmp_path, text), p.ALL["moodle-completion"][1])
    assert counted(account) == (4, 2, 1, 1) and {a[0] for a in acts(tables)} == {"email:ana@x.org"}


@pytest.mark.parametrize("delimiter", [",", "\t", ";", ":"])
def test_moodle_grades(tmp_path, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(io.StringIO(p.MOODLE_GRADES)))
    _, account, tables = read(written(tmp_path, out.getvalue()), p.ALL["moodle-grades"][1])
    assert counted(account) == (4, 3, 1, 0)
    assert grades(tables) == {
        ("email:ana@x.org", "grade: Quiz:Quiz 1"): 85.0,
        ("email:cem@x.org", "grade: Quiz:Quiz 1"): 0.0,
        ("email:bo@x.org", "points: Task"): 7.5,
    }
    assert {o["at"].isoformat() for o in tables["outcomes"]} == {"2025-09-07T21:20:00+00:00"}
    assert ("account:moodle:s2", "email:bo@x.org") in {(s["handle"], s["same_as"]) for s in tables["seen"]}


def test_canvas_grades(tmp_path):
    _, account, tables = read(written(tmp_path, p.CANVAS_GRADES), p.ALL["canvas-grades"][1])
    assert counted(account) == (7, 3, 3, 1) and dict(account.reasons) == {"the test student is nobody": 1}
    assert grades(tables) == {
        ("email:ana@x.org", "grade: Essay"): 90.0,
        ("email:ana@x.org", "grade: Current Score"): 90.0,
        ("email:ana@x.org", "grade: Final Score"): 45.0,
        ("id:canvas:102", "grade: Final Score"): 0.0,
        ("email:cem@x.org", "grade: Essay"): 0.0,
        ("email:cem@x.org", "grade: Quiz"): 75.0,
        ("email:cem@x.org", "grade: Current Score"): 25.0,
        ("email:cem@x.org", "grade: Final Score"): 25.0,
    }
    with pytest.raises(OpenQuestion, match="on which day"):
        read(written(tmp_path, p.CANVAS_GRADES), Answers(zone="UTC"))


def test_canvas_grades_with_decimal_commas(tmp_path):
    text = "\ufeffStudent;ID;SIS Login ID;Section;Essay (11)\n    Points Possible;;;;20,0\nRuiz Ana;101;ana;A;18,5\n"
    _, _, tables = read(written(tmp_path, text), p.ALL["canvas-grades"][1])
    assert grades(tables) == {("id:canvas:101", "grade: Essay"): 92.5}


def test_edx_log(tmp_path):
    _, account, tables = read(written(tmp_path, p.EDX_LOG), p.ALL["edx-log"][1])
    assert counted(account) == (8, 5, 1, 2) and dict(account.reasons) == {"no JSON": 1, "nobody's act": 1}
    assert acts(tables) == [
        ("login:edx:ana", "answer", "edx:block-v1:x@problem+1", "2023-05-23T13:53:13.461000+00:00"),
        ("login:edx:ana", "attempt", "edx:course-v1:a+b+c", "2023-05-23T13:53:14.461000+00:00"),
        ("login:edx:ana", "click", "edx:block-v1:a+b+c+type@video+block@v1", "2023-05-23T13:53:14.461000+00:00"),
        ("login:edx:bo", "post", "edx:forum:course-v1:a+b+c:c1", "2023-05-23T13:53:15+00:00"),
        ("login:edx:cem", "comment", "edx:forum:course-v1:a+b+c:c1", "2023-05-23T13:53:16+00:00"),
    ]
    assert [e["amount"] for e in tables["events"] if e["kind"] == "answer"] == [50.0]


def test_an_edx_vote_that_is_taken_back_is_no_reaction(tmp_path):
    """By hand: Bo votes and takes it back, a second later."""
    path = tmp_path / "tracking.log"
    told = {"name": "edx.forum.thread.voted", "event_type": "edx.forum.thread.voted", "event_source": "server", "username": "bo"}
    course = {"context": {"course_id": "course-v1:a+b+c"}}
    events = [{"vote_value": "up", "undo_vote": back, "id": "t1", "commentable_id": "c1"} for back in (False, True)]
    lines = [{**told, **course, "time": f"2023-05-23T13:53:1{n}Z", "event": e} for n, e in enumerate(events)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    _, account, tables = read(path, Answers(zone="UTC"))
    assert account.kept == 2
    assert sorted((e["at"].second, e["kind"]) for e in tables["events"]) == [(10, "reaction"), (11, "undo")]


def test_edx_log_against_duckdb(tmp_path):
    """20,000 lines written here, one in a hundred broken; DuckDB's reader of JSON counts those that are whole."""
    path = tmp_path / "tracking.log"
    with path.open("w") as f:
        for i in range(20_000):
            line = {"name": "seq_next", "event_type": "seq_next", "event_source": "browser", "username": f"u{i % 101}", "event": "{}",
                    "time": f"2023-05-{i % 28 + 1:02}T{i % 24:02}:{i // 24 % 60:02}:00Z", "context": {"course_id": "c", "user_id": i % 101}}  # fmt: skip
            f.write(json.dumps(line)[: -1 if i % 100 == 99 else None] + "\n")
    _, account, tables = read(path, Answers(zone="UTC"))
    whole = "SELECT * FROM read_json(?, format = 'newline_delimited', ignore_errors = true) WHERE username IS NOT NULL"
    own = duckdb.execute(f"SELECT count(DISTINCT (username, time)), count(DISTINCT username) FROM ({whole})", [str(path)]).fetchall()
    assert (account.read, account.refused) == (20_000, 200)
    assert [(len(tables["events"]), len(tables["seen"]))] == own


@pytest.mark.parametrize("event", [{"a": "b"}, '{"a": "b"}', "a=b", ["", "a=b"], '"{\\"a\\": \\"b\\"}"', [[{"a": "b"}]]])
def test_edx_event_whichever_way_it_is_written(event):
    assert fields(event) == {"a": "b"}


@pytest.mark.parametrize("event", [None, 5, "", "{", "[[", [], [[[[]]]], "x"])
def test_edx_event_that_says_nothing(event):
    assert fields(event) == {}


def test_hostile_lines_of_an_edx_log(tmp_path):
    deep = '{"a":' * 10_000 + "1" + "}" * 10_000
    long = '{"name": "' + "x" * (9 << 20) + '"}'
    good = p.EDX_LOG.splitlines()[0]
    inner = json.dumps({**json.loads(good[good.index("{") :]), "event": "[" * 10_000})
    odd = ['{"refused": [1]}', '{"refused": {"reader": "xapi"}}']  # like what we say of a refused line, and not ours
    _, account, tables = read(
        written(tmp_path, "\n".join([deep, good, long, "\0\0", inner, *odd])), p.ALL["edx-log"][1], readers()["edx-log"]
    )
    assert counted(account) == (7, 2, 0, 5) and "a line longer than 4 MB" in account.reasons
    assert {e["participant"] for e in tables["events"]} == {"login:edx:ana"}


def test_canvas_views(tmp_path):
    _, account, tables = read(written(tmp_path, p.CANVAS_VIEWS), p.ALL["canvas-views"][1])
    assert counted(account) == (6, 3, 1, 2)
    assert acts(tables) == [
        ("id:canvas:5", "click", "canvas:quiz:3", "2013-10-01T12:00:00+00:00"),
        ("id:canvas:5", "submit", "canvas:assignment:4", "2013-10-01T12:00:01+00:00"),
        ("id:canvas:6", "comment", "canvas:discussiontopic:8", "2013-10-01T13:00:09+00:00"),
    ]


def test_slack(tmp_path):
    _, account, tables = read(written(tmp_path, p.slack()), Answers())
    assert counted(account) == (7, 3, 0, 4)
    assert acts(tables) == [
        ("email:ana@x.org", "post", "slack:C1", "2016-01-15T05:55:18.000002+00:00"),
        ("id:slack:U2", "comment", "slack:C1", "2016-01-15T05:55:20.000002+00:00"),
        ("id:slack:U2", "post", "slack:C2", "2016-01-15T05:56:40.000002+00:00"),
        ("id:slack:U2", "reaction", "slack:C1", "2016-01-15T05:55:18.000002+00:00"),
    ]
    assert {i["title"] for i in tables["items"]} == {"#general", "#help"}
    assert "secret" not in repr(tables) + repr(account)


def test_slack_that_unpacks_to_too_much(tmp_path):
    zipped = {"users.json": "[]", "channels.json": '[{"id": "C1", "name": "g"}]', "g/2016-01-15.json": "[" + " " * (40 << 20) + "]"}
    with pytest.raises(ImportRefused, match="packed more than"):
        read(written(tmp_path, p.zipped(zipped)), Answers())
    whole = p.slack()
    with pytest.raises(ImportRefused):
        read(written(tmp_path, whole[: len(whole) // 2]), Answers(), readers()["slack"])
    assert zipfile.is_zipfile(io.BytesIO(whole))


def test_eventbrite(tmp_path):
    _, account, tables = read(written(tmp_path, p.EVENTBRITE), p.ALL["eventbrite"][1])
    assert counted(account) == (6, 3, 2, 1)
    assert acts(tables) == [
        ("email:ana@x.org", "rsvp", "s1", "2024-11-29T22:28:00+00:00"),
        ("email:ana@x.org", "visit", "s1", "2024-12-03T12:00:00+00:00"),
        ("name:eventbrite:Bo Li", "rsvp", "s1", "2024-11-29T22:29:00+00:00"),
        ("name:eventbrite:Cem Oz", "rsvp", "s1", "2024-11-29T22:29:00+00:00"),
    ]
    for answers, question in ((Answers(zone="UTC", session="s1"), "day"), (Answers(zone="UTC", day=date(2024, 12, 3)), "session")):
        with pytest.raises(OpenQuestion) as asked:
            read(written(tmp_path, p.EVENTBRITE), answers)
        assert asked.value.question == question


def test_discourse(tmp_path):
    _, account, tables = read(written(tmp_path, p.DISCOURSE), Answers())
    assert counted(account) == (5, 2, 1, 2)
    assert acts_without_items(tables) == [
        ("email:ana@x.org", "register", "2020-01-02"),
        ("email:ana@x.org", "visit", "2025-01-01"),
        ("email:bo@x.org", "register", "2021-01-02"),
    ]


def acts_without_items(tables):
    return sorted((e["participant"], e["kind"], e["at"].date().isoformat()) for e in tables["events"])


def test_mentimeter_says_nothing_of_anybody(tmp_path):
    _, account, tables = read(written(tmp_path, p.book(Info=[["x"]], Voters=p.VOTERS)), Answers())
    assert counted(account) == (6, 3, 2, 1)
    assert set(tables) == {"items"}
    assert sorted(i["title"] for i in tables["items"]) == [
        "How are you? (1 of 1 answered)", "How are you? (1 of 2 answered)", "Rate (2 of 2 answered)", "voters: 1", "voters: 2",
    ]  # fmt: skip
