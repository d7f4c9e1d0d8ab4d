"""XLSX: honest workbooks written by XlsxWriter, hostile ones made by hand. A hostile file must cost an error, not the process."""

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from engagetree.errors import ImportRefused

DOCUMENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{DOCUMENT}"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def hand_made(sheet: str, extra: dict[str, bytes] | None = None, level: int = 6) -> bytes:
    """A workbook of one sheet whose XML is given."""

    def link(key: str, kind: str, target: str) -> str:
        to = f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{PACKAGE}">{to}</Relationships>'

    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": link("r", "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": link("r1", "worksheet", "worksheets/s.xml"),
        "xl/worksheets/s.xml": sheet,
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as z:
        for name, content in parts.items():
            z.writestr(name, content)
    return out.getvalue()


def cells(*refs: str) -> str:
    body = "".join(f'<c r="{r}" t="inlineStr"><is><t>x</t></is></c>' for r in refs)
    return f'<worksheet xmlns="{MAIN}"><sheetData><row>{body}</row></sheetData></worksheet>'


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm"}) as w:
        for name, table in sheets.items():
            sheet = w.add_worksheet(name)
            for y, row in enumerate(table):
                for x, value in enumerate(row):
                    sheet.write(y, x, value)
    return out.getvalue()


EVENTS = [
    ["participant", "at", "kind", "item", "amount"],
    ["p1", datetime(2025, 7, 1, 10, 0), "join", 17, 2.5],
    ["p2", "2025-07-01T10:00Z", "join", "", -1],
    [],
    ["p3", "2025-07-01", "=1+1", None, 3],
]


def test_a_workbook_is_read_like_csv(staged, rows):
    result = staged(book({"Notes": [], "Log": EVENTS}), name="any.name")
    # Excel's 10:00 has no zone: Madrid in July is UTC+2
    assert rows(result, "events", "participant", "at", "item", "amount", "line")[0] == ("p1", "2025-07-01 08:00:00+00", "17", "2.5", "2")
    assert [(r.line, r.reason) for r in result.account.refusals if r.line == 3] == [(3, "amount: -1 is negative")]
    assert result.account.read == 3
    assert "sheet “Log” was read; the others were not: Notes" in result.account.notes


def test_sheet_by_name(staged, rows):
    how = {"table": "roster", "columns": {"participant": "id"}, "sheet": "B"}
    content = book({"A": [["id"], ["a"]], "B": [["id"], ["b"]]})
    assert rows(staged(content, how), "roster", "participant") == [("b",)]
    with pytest.raises(ImportRefused, match=r"there is no sheet “Bee”. It has: A, B"):
        staged(content, {**how, "sheet": "Bee"})
    with pytest.raises(ImportRefused, match="no sheet with anything in it"):
        staged(book({"A": []}))


def test_hand_made_workbook_is_sound(staged):
    """The frame that the hostile ones use is a workbook that can be read: only what is hostile is refused."""
    with pytest.raises(ImportRefused, match="no table has these columns: x, x"):
        staged(hand_made(cells("A1", "B1")))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (hand_made(cells("A1", "XFD1048576")), "there is a cell at XFD1048576, at most 512 columns"),
        (hand_made(cells("A1", "SS1")), "there is a cell at SS1"),
        (hand_made("<!DOCTYPE x [<!ENTITY a 'b'>]>" + cells("A1")), "declares a document type"),
        (hand_made(cells("A1").encode("utf-16").decode("latin-1")), "is not UTF-8|document type|damaged"),
        (hand_made(cells("A1"), {"xl/media/bomb.bin": bytes(64 << 20)}, 9), "packed .* to 1, at most 120 to 1"),
        (hand_made(cells("A1"), {f"xl/p{n}.xml": b"<a/>" for n in range(2_000)}), "parts, at most 2,000"),
        (hand_made(cells("A1"))[:-100], "cut off or damaged"),
    ],
)
def test_hostile_workbooks(staged, content, found):
    with pytest.raises(ImportRefused, match=found):
        staged(content)


def test_a_far_row_ends_the_child_and_not_us(staged):
    """One cell at row 1,048,576 and column 512 asks the parser for half a billion cells: its process dies at 1.5 GB or says no."""
    with pytest.raises(ImportRefused, match=r"more memory than 1.5 GB|no table has these columns|longer than 60 s"):
        staged(hand_made(cells("A1", "SR1048576")))


def test_encrypted_flag(staged):
    content = bytearray(hand_made(cells("A1")))
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(ImportRefused, match="the workbook is encrypted"):
        staged(bytes(content))


def test_a_workbook_that_lies_about_its_size(staged):
    """The central directory says 10 bytes; the part holds 40 MB."""
    content = bytearray(hand_made(cells("A1"), {"xl/z.xml": b"<a>" + b" " * (40 << 20)}, 9))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(ImportRefused, match=r"unpacks to more than it says|cut off or damaged"):
        staged(bytes(content))


def test_a_control_character_in_a_cell(staged, rows):
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>participant</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>cohort</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>a\x01b</t></is></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>c</t></is></c></row></sheetData></worksheet>'
    )
    result = staged(hand_made(sheet))
    assert rows(result, "roster", "participant") == [("c",)]
    assert [(r.line, r.reason) for r in result.account.refusals] == [(2, "the control character 0x01 stands in it")]
