"""Reads one sheet of a workbook in a process of its own, with a ceiling on memory: a hostile file ends this process and no other.

Run as a script: `python sheet.py WORKBOOK ROWS.csv ACCOUNT.json SHEET [report]`. Writes every row as text with its line in front, and an
account: header, sheets, broken rows, or an error in two parts. For a report, whose header may stand anywhere, it writes all rows as lines
with tabs instead. Imports nothing of the house, so that it starts small.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

CEILING = 1_500 << 20
MOST_COLUMNS, LONGEST_ROW = 512, 1 << 20
LARGEST_REPORT = 16 << 20
"""Characters of a report: one long text that a thousand cells point to would make far more of a small file."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BREAKS = re.compile(r"[\r\n\t]+")


def text(cell: object) -> str:
    """A cell as text: times in ISO 8601, whole numbers without a point."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell)


def written(cell: object) -> str:
    """A cell of a report as text: every date with its time, to the second, and never over several lines.

    A spreadsheet program keeps a time as a part of a day, so that 10:00:05 may come as 10:00:04.9999; a number below 1 is written with
    all its decimals, by which it is known as part of a day.
    """
    if isinstance(cell, datetime):
        return (cell + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat()
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00"
    if isinstance(cell, time):
        whole = round(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6) % 86_400
        return clocked(whole)
    if isinstance(cell, timedelta):
        whole = round(cell.total_seconds())
        return f"-{clocked(-whole)}" if whole < 0 else clocked(whole)
    if isinstance(cell, float) and 0 < abs(cell) < 1:
        return f"{cell:.12f}"
    return " ".join(BREAKS.split(text(cell)))


def clocked(seconds: int) -> str:
    """Seconds as hours, minutes and seconds."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def rows_of(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that holds anything."""
    for line, cells in enumerate(sheet.iter_rows(), 1):
        row = [text(c) for c in cells]
        if any(c.strip() for c in row):
            yield line, row


def choose(book: Any, wanted: str) -> Any:
    """The sheet asked for, or the first one with anything in it."""
    if wanted:
        return book.get_sheet_by_name(wanted) if wanted in book.sheet_names else None
    visible = [m.name for m in book.sheets_metadata if str(m.typ).endswith("WorkSheet") and str(m.visible).endswith("Visible")]
    for name in visible or book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            return sheet
    return None


def fault(row: list[str]) -> tuple[str, str] | None:
    """(reason, kind) of a row that cannot be taken."""
    if sum(map(len, row)) > LONGEST_ROW:
        return "the row is longer than 1 MB", "a line longer than 1 MB"
    found = next((m for c in row if (m := CONTROL.search(c))), None)
    return (f"the control character 0x{ord(found[0]):02x} stands in it", "a control character") if found else None


def lines_of(sheet: Any, target: str) -> bool:
    """Writes the rows of a report as lines, blank ones too; false where there are more than a report has."""
    size = 0
    with Path(target).open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, delimiter="\t", lineterminator="\n").writerow
        for cells in sheet.iter_rows():
            row = [written(c) for c in cells]
            if not any(row):
                out.write("\n")
                continue
            write(row)
            size += sum(map(len, row)) + len(row)
            if size > LARGEST_REPORT:
                return False
    return True


def convert(workbook: str, target: str, wanted: str, report: bool = False) -> dict[str, Any]:
    """Writes the rows below the header to `target` and returns the account; of a report all rows, as lines."""
    from python_calamine import CalamineError, PasswordError, XmlError, ZipError, load_workbook

    try:
        book = load_workbook(workbook)
        sheet = choose(book, wanted)
        if sheet is None:
            return {"sheets": book.sheet_names, "missing": bool(wanted)}
        account: dict[str, Any] = {"sheets": book.sheet_names, "sheet": sheet.name, "header": [], "broken": []}
        if sheet.width > MOST_COLUMNS:
            return {"error": [f"the sheet has {sheet.width:,} columns", f"At most {MOST_COLUMNS}: delete what stands far right."]}
        if report:
            larger = "it holds more than 16 MB of text, and no report of a meeting does"
            return account if lines_of(sheet, target) else {"error": [larger, "Export it again, as CSV."]}
        with Path(target).open("w", encoding="utf-8", newline="") as out:
            write = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
            for line, row in rows_of(sheet):
                wrong = fault(row)
                if not account["header"]:
                    account["header"] = [c.strip()[:1000] or f"column {n}" for n, c in enumerate(row, 1)]
                elif wrong:
                    account["broken"].append([line, *wrong, CONTROL.sub(" ", ",".join(row)[:10_000])])
                else:
                    write([line, *row])
    except PasswordError:
        return {"error": ["the workbook is encrypted", "Save it without a password."]}
    except (CalamineError, ZipError, XmlError, OSError, ValueError) as e:
        return {"error": [f"the workbook is damaged ({e})", "Open it in a spreadsheet program and save it anew."]}
    return account


def main() -> None:
    """Sets the ceiling, then reads."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (CEILING, CEILING))
    workbook, target, account, wanted = sys.argv[1:5]
    found = convert(workbook, target, wanted, report=sys.argv[5:] == ["report"])
    Path(account).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
