"""Reports that were opened in a spreadsheet program and saved again: they say what they said before, or what was lost is told.

What is expected is what the report as its tool wrote it says (read by the same reader, which other tests hold against counts by hand), and
dates worked out by hand. What the program does to cells is done here by `typed`, with Python's own `strptime`: it takes what looks like a
date, a time or a number, in the order of its language, and leaves the rest a text.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from engagetree.errors import ImportRefused
from engagetree.ingest import find
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.readers import readers

from . import meetings
from .meetings import acts, read, written
from .test_ingest_workbook import cells, hand_made

REPORTS = {n: r for n, r in meetings.ALL.items() if n != "zoom-chat"} | {
    "zoom-participants, unique": (meetings.UNIQUE, Answers(zone="UTC")),
    "zoom-polls, old": (meetings.POLL_OLD, Answers(zone="UTC", session="zoom:1@2021-01-21T21:00Z")),
    "teams-list, live event": (meetings.LIVE, Answers(zone="UTC")),
}
REAL = ("zoom/zoomclass/participants_heroes.csv", "zoom/zoomclass/participants_heroes_full.csv",
        "teams/3section_en-gb_utf16_IDL-14-11-22.csv", "teams/3section_en-gb_utf8_IDL-15-11-22.csv",
        "teams/classic_list_utf16le_tab_de-dates.csv")  # fmt: skip
MONTH_FIRST = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%Y, %H:%M:%S", "%m/%d/%y, %H:%M:%S")
DAY_FIRST = tuple(f.replace("%m/%d", "%d/%m") for f in MONTH_FIRST)
EITHER = ("%b %d, %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ","))


def typed(cell: str, order: tuple[str, ...] = MONTH_FIRST):
    """What the program makes of a cell of a CSV file that it opens."""
    if cell.startswith('="'):
        return cell[2:-1]
    for pattern in (*order, *EITHER):
        try:
            return datetime.strptime(cell, pattern)
        except ValueError:
            continue
    if m := re.fullmatch(r"(\d{1,2}):(\d\d)(?::(\d\d))?( [AP]M)?", cell):
        return timedelta(hours=int(m[1]) % 12 + 12 * (m[4] == " PM") if m[4] else int(m[1]), minutes=int(m[2]), seconds=int(m[3] or 0))
    if cell in ("TRUE", "FALSE"):
        return cell == "TRUE"
    return float(cell) if re.fullmatch(r"-?\d+(\.\d+)?", cell) else cell


def book(rows: list[list[object]], bare: bool = False) -> bytes:
    """A workbook; `bare` without any format, so that times are the numbers that they are kept as."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}) as w:
        sheet, at, span = w.add_worksheet(), w.add_format({"num_format": "m/d/yyyy h:mm"}), w.add_format({"num_format": "h:mm"})
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, datetime | timedelta):
                    kept = (cell - datetime(1899, 12, 30) if isinstance(cell, datetime) else cell) / timedelta(days=1)
                    sheet.write_number(y, x, kept, None if bare else at if isinstance(cell, datetime) else span)
                else:
                    sheet.write(y, x, cell)
    return out.getvalue()


def everything(tables):
    """Acts with their session and their rows, items, and who was seen."""
    events = [(e["participant"], e["kind"], e["at"], e["item"], e["amount"], e["line"]) for e in tables.get("events", [])]
    items = [(i["item"], i["kind"], i["title"], i["opens_at"], i["closes_at"], i["parent"]) for i in tables.get("items", [])]
    return sorted(events, key=str), sorted(items, key=str), {s["handle"] for s in tables["seen"]}


@pytest.mark.parametrize("name", REPORTS)
def test_a_workbook_says_what_the_report_said(tmp_path, name):
    """Cells as texts, as the program's own times and numbers, and as bare numbers."""
    text, answers = REPORTS[name]
    _, before, tables = read(written(tmp_path, text), answers)
    rows = rows_of(text)
    day_first = name == "teams-list"
    for content in (
        book(rows),
        book([[typed(c, DAY_FIRST if day_first else MONTH_FIRST) for c in r] for r in rows]),
        book([[typed(c, DAY_FIRST if day_first else MONTH_FIRST) for c in r] for r in rows], bare=True),
    ):
        path = written(tmp_path, content, "report.xlsx")
        assert find(path).name == name.split(",")[0]
        _, account, found = read(path, answers)
        assert everything(found) == everything(tables)
        assert (account.read, account.kept, account.merged, account.refused) == (before.read, before.kept, before.merged, before.refused)
        assert [(r.line, r.reason.split("`")[0]) for r in account.refusals] or not before.refused


@pytest.mark.parametrize("file", REAL)
def test_a_workbook_of_a_real_report(shared: Path, tmp_path, file):
    path, answers = (
        shared / "tool-exports" / file,
        {o: Answers(zone="UTC", order=o if "classic" in file else None) for o in ("day", "year")},
    )
    order = DAY_FIRST if "teams" in file else MONTH_FIRST
    _, before, tables = read(path, answers["day"], con=meetings.connection(tmp_path))
    data = path.read_bytes()
    rows = rows_of(data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"))
    own = book([[typed(c, order) for c in r] for r in rows])
    for content, said in ((book(rows), answers["day"]), (own, answers["year"])):  # of the classic list: as the program shows them
        _, account, found = read(written(tmp_path, content, "report.xlsx"), said)
        assert everything(found) == everything(tables) and account.read == before.read and account.refused == before.refused


# ---- saved again as CSV


def saved(text: str, shown: str, delimiter: str = ";", order: tuple[str, ...] = MONTH_FIRST) -> str:
    """As the program saves a sheet as CSV: every row as wide as the widest, times as `shown`, empty rows at the end."""
    rows = [[typed(c, order) for c in r] for r in rows_of(text)]
    wide = max(map(len, rows)) + 2

    def cell(c: object) -> str:
        if isinstance(c, bool):
            return "WAHR" if c else "FALSCH"
        if isinstance(c, datetime):
            return c.strftime(shown)
        if isinstance(c, timedelta):
            return f"{c.seconds // 3600:02}:{c.seconds // 60 % 60:02}:{c.seconds % 60:02}"
        return f"{c:g}".replace(".", ",") if isinstance(c, float) and abs(c) < 1e6 else str(int(c)) if isinstance(c, float) else str(c)

    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([*([*map(cell, r), *[""] * (wide - len(r))] for r in rows), *[[""] * wide] * 3])
    return out.getvalue()


@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
@pytest.mark.parametrize("name", REPORTS)
def test_csv_saved_again_in_german(tmp_path, name, first):
    """Semicolons, dates with dots, columns and rows at the end that hold nothing, a mark in front, and the line that names the delimiter.

    No date has a day that could be a month, and all seconds are written.
    """
    text, answers = REPORTS[name]
    _, before, tables = read(written(tmp_path, text), answers)
    order = DAY_FIRST if name == "teams-list" else MONTH_FIRST
    again = first + saved(text, "%d.%m.%Y %H:%M:%S", order=order)
    _, account, found = read(written(tmp_path, again.encode("utf-8-sig"), "again.csv"), Answers(**{**vars(answers), "order": None}))
    assert [e[:5] for e in everything(found)[0]] == [e[:5] for e in everything(tables)[0]]  # lines count from that of the delimiter on
    assert everything(found)[1:] == everything(tables)[1:]
    assert account.read == before.read and account.refused == before.refused


def test_seconds_that_were_left_out_are_told(tmp_path):
    text = meetings.ZOOM.replace(":00 AM", ":37 AM")
    assert not [n for n in read(written(tmp_path, text))[1].notes if "seconds" in n]
    for content in (saved(text, "%d.%m.%Y %H:%M").encode(), saved(text, "%d/%m/%Y %H:%M", ",").encode()):
        _, account, tables = read(written(tmp_path, content))
        assert any("No time in it has seconds" in n for n in account.notes)
        assert ("email:ana@x.org", "present", "10:00:00", 1800.0) in acts(tables)  # 10:00:37 to 10:30:37
    opened = book([[c.replace(second=0) if isinstance(c := typed(x), datetime) else c for x in r] for r in rows_of(text)])
    assert any("No time in it has seconds" in n for n in read(written(tmp_path, opened))[1].notes)


def test_meet_writes_no_seconds_and_loses_none(tmp_path):
    text, answers = meetings.ALL["meet"]
    assert not [n for n in read(written(tmp_path, text), answers)[1].notes if "seconds" in n]


FIFTH = meetings.ZOOM.replace("03/17/2025", "03/05/2025")
"""5 March, in the order of America. A program in Spanish reads 3 May, and nothing in the cell shows it."""


def test_a_date_that_may_have_been_turned_round_is_asked(tmp_path):
    spanish = book([[typed(c, DAY_FIRST) for c in r] for r in rows_of(FIFTH)])
    path = written(tmp_path, spanish, "r.xlsx")
    with pytest.raises(OpenQuestion, match="2025-05-03 is not 2025-03-05") as asked:
        read(path)
    assert asked.value.question == "day" and "--on 2025-05-03 or --on 2025-03-05" in str(asked.value)
    for answers, day in (
        (Answers(zone="UTC", day=date(2025, 3, 5)), date(2025, 3, 5)),
        (Answers(zone="UTC", day=date(2025, 5, 3)), date(2025, 5, 3)),
        (Answers(zone="UTC", order="year"), date(2025, 5, 3)),
    ):
        _, account, tables = read(path, answers)
        assert {e["at"].date() for e in tables["events"]} == {day} and len(tables["events"]) == 5
        assert tables["items"][0]["opens_at"].date() == day
        assert any("took the days of its dates for months" in n for n in account.notes) == (day.month == 3)
    dotted = saved(FIFTH, "%d.%m.%Y %H:%M:%S", order=DAY_FIRST)  # the same from Germany, as CSV: Zoom itself writes no dots
    with pytest.raises(OpenQuestion, match="2025-05-03 is not 2025-03-05"):
        read(written(tmp_path, dotted))
    _, _, tables = read(written(tmp_path, dotted), Answers(zone="UTC", day=date(2025, 3, 5)))
    assert {e["at"].date() for e in tables["events"]} == {date(2025, 3, 5)}


def test_dates_that_stayed_texts_show_that_the_others_were_turned_round(tmp_path):
    """Two meetings of one report, 5 and 17 March: a program in Spanish could read the first only, and read it as 3 May."""
    head = "Meeting Name\tMeeting Start Time\tMeeting End Time\tDisplay Name\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration\n"
    text = head + "".join(
        f"Call\t{d} 10:00:05 AM\t{d} 11:00:00 AM\tAna\tana@x.org\t{d} 10:00:05 AM\t{d} 10:30:07 AM\t30 mins\n"
        for d in ("03/05/2025", "03/17/2025")
    )
    _, account, tables = read(written(tmp_path, book([[typed(c, DAY_FIRST) for c in r] for r in rows_of(text)]), "r.xlsx"))
    assert [e["at"].isoformat() for e in tables["events"]] == ["2025-03-05T10:00:05+00:00", "2025-03-17T10:00:05+00:00"]
    assert [e["amount"] for e in tables["events"]] == [1802.0, 1802.0]
    assert any("2025-05-03 is 2025-03-05 in truth" in n for n in account.notes)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_refused_rows_of_it_are_mended_and_imported_again(tmp_path, kind):
    """Ana's leave stands before her join; mended, she has the half hour of 5 March that the report says, and not of 3 May."""
    rows = [[typed(c, DAY_FIRST) for c in r] for r in rows_of(FIFTH)]
    rows[4][3] = datetime(2025, 5, 3, 9, 30)
    content = book(rows) if kind == "xlsx" else saved(FIFTH, "%d.%m.%Y %H:%M:%S", order=DAY_FIRST).replace("10:30:00", "09:30:00").encode()
    answers = Answers(zone="UTC", day=date(2025, 3, 5), session="s")
    _, account, _ = read(written(tmp_path, content), answers)
    assert account.refused == 1
    mended = account.refused_file.read_text("utf-8-sig").replace("09:30:00", "10:30:00")
    for again in (answers, Answers(zone="UTC", session="s")):
        path = written(tmp_path, mended, "mended.csv")
        if kind == "csv" and again is not answers:
            with pytest.raises(OpenQuestion, match="2025-03-05 is not 2025-05-03"):
                read(path, again)
            continue
        _, account, tables = read(path, again)
        assert [(e["participant"], e["at"].isoformat(), e["amount"]) for e in tables["events"]] == [
            ("email:ana@x.org", "2025-03-05T10:00:00+00:00", 1800.0)
        ]
        assert account.refused == 0


def test_what_looked_like_a_formula_is_nobody(tmp_path):
    """A name such as -Ana- is a formula to the program, which puts an error there: with an address the row is hers still."""
    text = meetings.ZOOM.replace("Ana (Ana Ruiz)", "#NAME?").replace('"Li, Bo"', "#NAME?")
    _, account, tables = read(written(tmp_path, text))
    assert [(r.line, r.reason) for r in account.refusals] == [(7, "it names nobody")]
    assert ("email:ana@x.org", "present", "10:00:00", 1800.0) in acts(tables)


def test_a_number_that_was_shortened_is_told(tmp_path):
    text = meetings.ZOOM.replace("602 4516 7821", '"6,02452E+10"')
    _, account, tables = read(written(tmp_path, text))
    assert any("shortened the meeting's number to 6,02452E+10" in n for n in account.notes)
    assert re.fullmatch(r"zoom:[0-9a-f]{6}@2025-03-17T10:00Z", tables["items"][0]["item"])


@pytest.mark.parametrize(
    ("kept", "seconds"),
    [(30 / 1440, 1800.0), (0.25, 21600.0), (0.5, 43200.0), (45.0, 2700.0), (timedelta(hours=1, minutes=5), 3900.0)],
)
def test_lengths_as_parts_of_a_day(tmp_path, kept, seconds):
    """Half an hour is 1/48 of a day, a quarter of a day six hours; whole numbers are minutes still."""
    rows: list[list[object]] = [*rows_of(meetings.UNIQUE)[:5], ["Ana", "ana@x.org", kept, "Yes"]]
    _, _, tables = read(written(tmp_path, book(rows), "r.xlsx"))
    assert [e["amount"] for e in tables["events"] if e["line"] == 6] == [seconds]


def test_midnight_and_hairs_of_a_second(tmp_path):
    """The program drops the time of midnight, and keeps 10:00:05 as a number that may be a hair less."""
    rows = [[typed(c) for c in r] for r in rows_of(meetings.ZOOM)]
    rows[4][2:4] = [datetime(2025, 3, 17), datetime(2025, 3, 17, 10, 0, 5) - timedelta(milliseconds=1)]
    _, _, tables = read(written(tmp_path, book(rows), "r.xlsx"))
    assert ("email:ana@x.org", "present", "00:00:00", 36005.0) in acts(tables)


# ---- workbooks made to harm


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (hand_made("<!DOCTYPE x [<!ENTITY a 'b'>]>" + cells("A1")), "declares a document type"),
        (hand_made(cells("A1"), {"xl/media/bomb.bin": bytes(64 << 20)}, 9), "packed .* to 1"),
        (hand_made(cells("A1", "XFD9")), "a cell at XFD9"),
        (hand_made(cells("A1"))[:-90], "cut off or damaged"),
        (hand_made("<worksheet"), "damaged|nothing in it|no header"),
    ],
)
def test_a_hostile_workbook_is_no_report_and_is_refused(tmp_path, content, found):
    path = written(tmp_path, content, "r.xlsx")
    reader = readers()["zoom-participants"]
    try:
        assert not reader.recognises(path)
    except ImportRefused as e:  # what cannot be opened as a zip is refused before anybody looks for a report in it
        assert "damaged" in str(e)
    with pytest.raises(ImportRefused, match=found):
        read(path, meetings.ANSWERED, reader)


def test_a_text_that_many_cells_point_to_is_refused(tmp_path):
    """A workbook of a few KB, of which every cell is the same text of 30,000 letters: 30 MB when it is written out."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as w:
        sheet = w.add_worksheet()
        for y in range(1_000):
            sheet.write(y, 0, "x" * 30_000)
    with zipfile.ZipFile(out) as z:
        assert sum(i.file_size for i in z.infolist()) < 1 << 20
    path = written(tmp_path, out.getvalue(), "r.xlsx")
    assert not readers()["teams"].recognises(path)
    with pytest.raises(ImportRefused, match="more than 16 MB of text"):
        read(path, meetings.ANSWERED, readers()["teams"])


def test_a_workbook_larger_than_any_report_is_not_opened(tmp_path):
    path = written(tmp_path, hand_made(cells("A1"), {"xl/media/a.bin": bytes(range(256)) * (20 << 10)}, 0), "r.xlsx")
    assert path.stat().st_size > 4 << 20
    assert not readers()["meet"].recognises(path)
    with pytest.raises(ImportRefused, match="no report of a meeting has more than 4"):
        read(path, meetings.ANSWERED, readers()["meet"])


def test_the_sheet_that_was_read_is_named(tmp_path):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as w:
        for name in ("People", "Notes"):
            sheet = w.add_worksheet(name)
            for y, row in enumerate(rows_of(meetings.ZOOM if name == "People" else "a,b\n1,2\n")):
                sheet.write_row(y, 0, row)
    _, account, _ = read(written(tmp_path, out.getvalue(), "r.xlsx"))
    assert "sheet “People” was read; the others were not: Notes" in account.notes
