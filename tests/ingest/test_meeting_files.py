"""The real reports of the working data, counted by hand. Names in them are invented.

How they were counted: each file was opened as text; people are the different addresses (or names, where a report has none), and seconds
are leave − join of every row, added up in a spreadsheet-like sum which the tests repeat from times written out as h:mm:ss.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engagetree.engine import connect_duckdb
from engagetree.ingest import find
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.pipeline import take
from engagetree.workspace import create

from . import meetings

MADRID = Answers(zone="Europe/Madrid")


def seconds(clock: str) -> int:
    h, m, s = clock.split(":")
    return int(h) * 3600 + int(m) * 60 + int(s)


@pytest.fixture
def tools(shared: Path) -> Path:
    return shared / "tool-exports"


@pytest.fixture
def read(tmp_path):
    def run(path: Path, answers: Answers = MADRID):
        con = connect_duckdb(tmp_path / "spill")
        reader = find(path)
        staged = reader.stage_answered(con, path, answers, tmp_path / "scratch")
        tables = {n: con.sql(f"SELECT * FROM {t}").to_arrow_table().to_pylist() for n, t in staged.tables.items()}
        return reader.name, staged.account, tables

    return run


def stays(tables) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for e in tables["events"]:
        found.setdefault(e["participant"], []).append((e["at"].strftime("%H:%M:%S"), e["amount"]))
    return found


HEROES = [  # of the file's rows those that stand for all kinds: whole, twice at once, twice with a gap, a few seconds
    ("loki_asgardian@marvel.com", [("8:54:15", "11:01:59")]),
    ("power-girl_kryptonian@dc.com", [("9:08:26", "11:01:58"), ("9:11:31", "11:01:58")]),
    ("cyborg-superman_cyborg@dc.com", [("9:08:32", "10:00:13"), ("10:28:11", "11:01:58")]),
    ("winter-soldier_human@marvel.com", [("10:00:49", "10:01:09")]),
]
"""UTC: the file says 09:54:15 AM to 12:01:59 PM on 19 November 2021, when Madrid is an hour ahead."""


@pytest.mark.parametrize(("file", "rows", "item"), [
    ("participants_heroes.csv", 32, "zoom:2021-11-19T08:54:15Z"),
    ("participants_heroes_full.csv", 34, "zoom:60245167821@2021-11-19T09:00Z"),
])  # fmt: skip
def test_zoom_participants(tools, read, file, rows, item):
    name, account, tables = read(tools / "zoom" / "zoomclass" / file)
    # 31 lines with a person; header (and in the full one the meeting's header, its row and a row of commas, which is blank)
    assert (name, account.read, account.refused) == ("zoom-participants", rows, 0)
    assert len(tables["events"]) == 31 and {e["kind"] for e in tables["events"]} == {"present"}
    assert len({e["participant"] for e in tables["events"]}) == 27  # 31 − 4 who have two rows: Power Girl, Swarm, Cyborg, Dazzler
    assert len(tables["seen"]) == 27 and all(s["person"] for s in tables["seen"])
    for address, spans in HEROES:
        expected = [(a.zfill(8), seconds(b) - seconds(a)) for a, b in spans]
        assert stays(tables)[f"email:{address}"] == expected
    assert {e["item"] for e in tables["events"]} == {item} == {i["item"] for i in tables["items"]}


def test_zooms_own_minutes_are_ours(tools, read):
    """The tool's own column, added up by hand from the file: 128+115+10+114+52+114+113+113+112+112+112+3+111+111+111+109+110+108+10+107
    +107+103+98+78+1+2+27+4+34+25+98 = 2,452 minutes, each rounded up: so seconds lie between 2,452 − 31 and 2,452 minutes."""
    _, _, tables = read(tools / "zoom" / "zoomclass" / "participants_heroes.csv")
    total = sum(e["amount"] for e in tables["events"])
    assert (2452 - 31) * 60 < total <= 2452 * 60


def test_the_same_meeting_through_two_layouts_gives_the_same_minutes(tools, read):
    named = Answers(zone="Europe/Madrid", session="heroes")
    bare, full = (read(tools / "zoom" / "zoomclass" / f"participants_heroes{x}.csv", named)[2] for x in ("", "_full"))
    assert stays(bare) == stays(full)
    assert {e["item"] for e in bare["events"]} == {"heroes"} and "items" not in bare


def test_the_meeting_itself_is_from_the_preamble(tools, read):
    _, _, tables = read(tools / "zoom" / "zoomclass" / "participants_heroes_full.csv")
    (session,) = tables["items"]
    assert (session["kind"], session["title"]) == ("session", "Heroes meeting")
    assert [session[c].strftime("%F %H:%M") for c in ("opens_at", "closes_at")] == ["2021-11-19 09:00", "2021-11-19 11:00"]


def test_zoom_chats(tools, read):
    with pytest.raises(OpenQuestion) as asked:
        read(tools / "zoom" / "zoomclass" / "zoom-chat-2.txt")
    assert asked.value.question == "session"
    with pytest.raises(OpenQuestion) as asked:
        read(tools / "zoom" / "zoomclass" / "zoom-chat-2.txt", Answers(zone="UTC", session="s1"))
    assert asked.value.question == "day"
    answers = Answers(zone="UTC", session="s1", day=date(2021, 11, 19))
    name, account, tables = read(tools / "zoom" / "zoomclass" / "zoom-chat-2.txt", answers)
    # counted by eye: ten lines with a time; Indiana, Jun and Teacher wrote twice, Jacob, Alex, Joe and Hanna once
    assert (name, account.read, account.kept) == ("zoom-chat", 10, 10)
    by = {}
    for e in tables["events"]:
        by[e["participant"].rpartition(":")[2]] = by.get(e["participant"].rpartition(":")[2], 0) + 1
    assert by == {"Indiana": 2, "Jun": 2, "Teacher": 2, "Jacob": 1, "Alex": 1, "Joe": 1, "Hanna": 1}
    assert min(e["at"] for e in tables["events"]).isoformat() == "2021-11-19T08:59:02+00:00"
    _, account, tables = read(tools / "zoom" / "zoomclass" / "zoom-chat-1.txt", answers)
    # eight lines: Max and Anny three each, Tom and Jenny one
    assert account.kept == 8 and len({e["participant"] for e in tables["events"]}) == 4
    assert "homework" not in str(tables) and "weekend" not in str(tables)  # no text of anybody


IDL = {  # section 3 of 14 November 2022, join and leave; the report says UTC+1 nowhere, so the zone is the programme's
    "jan.janssens.ext": ("09:30:46", "09:50:12"),
    "johnny.walker": ("09:30:52", "09:50:12"),
    "pgsimon": ("09:30:52", "09:50:14"),
    "jacek": ("09:30:52", "09:50:11"),
    "igor.3.lanis": ("09:31:19", "09:50:09"),
    "fredprimus": ("09:32:28", "09:50:10"),
    "sdc": ("09:35:21", "09:50:12"),
}


def test_teams_in_utf16_with_three_sections(tools, read):
    name, account, tables = read(tools / "teams" / "3section_en-gb_utf16_IDL-14-11-22.csv", Answers(zone="UTC"))
    # 25 lines hold something: 3 titles, 2 headers, 6 facts, 7 + 7 people; section 2 says nothing that section 3 does not say
    assert (name, account.read, account.kept, account.merged) == ("teams", 25, 13, 12)
    expected = {f"email:{who}@example.org": [(a, seconds(b) - seconds(a))] for who, (a, b) in IDL.items()}
    assert stays(tables) == expected
    assert tables["items"][0]["title"] == "Scrum Meeting"


def test_teams_that_says_more_people_than_it_lists(tools, read):
    name, account, tables = read(tools / "teams" / "3section_en-gb_utf8_IDL-15-11-22.csv", Answers(zone="UTC"))
    # the summary says 9, and the file has 8 people in both sections
    assert (name, account.read, len(tables["events"]), len(tables["seen"])) == ("teams", 27, 8, 8)
    assert "The report says that 9 people attended, and lists 8." in account.notes
    # 10:59 + 10:49 + 10:34 + 10:28 + 10:19 + 10:21 + 10:17 + 4:46, worked out from the times
    minutes = ["0:10:59", "0:10:49", "0:10:34", "0:10:28", "0:10:19", "0:10:21", "0:10:17", "0:04:46"]
    assert sum(e["amount"] for e in tables["events"]) == sum(map(seconds, minutes))


HUBER = [("12:32:15", "12:38:27"), ("13:17:31", "13:23:19"), ("14:12:07", "14:29:11"), ("15:31:52", "15:48:30")]


def test_the_classic_list_asks_which_number_is_the_day(tools, read):
    path = tools / "teams" / "classic_list_utf16le_tab_de-dates.csv"
    with pytest.raises(OpenQuestion) as asked:
        read(path)
    assert asked.value.question == "order" and "--date-order" in str(asked.value)
    name, account, tables = read(path, Answers(zone="UTC", order="day"))
    # 38 rows below the header; 5 names: 8 + 6 + 8 + 4 + 12 rows, half of them joins
    assert (name, account.read, account.kept) == ("teams-list", 39, 38)
    kinds = [e["kind"] for e in tables["events"]]
    assert (kinds.count("join"), kinds.count("leave")) == (19, 19)
    counts = {}
    for e in tables["events"]:
        counts[e["participant"]] = counts.get(e["participant"], 0) + 1
    assert sorted(counts.values()) == [4, 6, 8, 8, 12]
    huber = [e["at"].strftime("%H:%M:%S") for e in tables["events"] if "Huber" in e["participant"]]
    assert huber == [t for pair in HUBER for t in pair]
    assert {e["at"].date() for e in tables["events"]} == {date(2020, 12, 11)}
    by_day = read(path, Answers(zone="UTC", day=date(2020, 11, 12)))[2]  # the day of the session decides it too
    assert {e["at"].date() for e in by_day["events"]} == {date(2020, 11, 12)}


def test_a_report_reaches_the_lake_without_a_name(tools, tmp_path, laid_down):
    with create(tmp_path / "w", Path("examples/first-programme/programme.yml")) as work:
        path = tmp_path / "report.csv"
        shutil.copy(tools / "teams" / "3section_en-gb_utf8_IDL-15-11-22.csv", path)
        taken = take(work.lake, path, "UTC", work.scratch)
        assert dict(taken.account.by_table) == {"events": 8, "items": 1}
        stored = laid_down(work.root / "lake")
        assert "example.org" not in stored and "walker" not in stored
        names = {p.value for p in work.ledger.people()}
        assert any("Walker" in n for n in names) and all(p.pseudonym in stored for p in work.ledger.people())
        assert take(work.lake, path, "UTC", work.scratch).known


def test_from_reports_to_a_score(tmp_path):
    """Of the hour, Ana was there for all of it on two devices, Bo from 10:05; two prompts, which Ana answered both and Bo one of.

    By hand: attendance Ana 60/60, Bo 55/60, Cem (in the waiting room only) 0; interaction 0.7 × answered/put + 0.3 × nothing unprompted.
    """
    template = Path("src/engagetree/definition/templates/live-programme.yml")
    with create(tmp_path / "w", template) as work:
        texts = {
            "roster.csv": "participant,cohort,email\np1,a,ana@x.org\np2,a,Bo@X.org\np3,a,cem@x.org\n",
            "zoom.csv": meetings.ZOOM.replace('"Li, Bo",,', '"Li, Bo",bo@x.org,'),
            "polls.csv": meetings.POLL_NEW,
        }
        for name, text in texts.items():
            work.take(meetings.written(tmp_path, text, name))
        work.score()
        rows = {r["participant"]: r for r in work.scores("2025-03-17").rows()}
    assert [round(rows[p]["attendance"], 1) for p in ("p1", "p2", "p3")] == [100.0, 91.7, 0.0]
    assert [round(rows[p]["interaction"], 1) for p in ("p1", "p2")] == [70.0, 35.0]
