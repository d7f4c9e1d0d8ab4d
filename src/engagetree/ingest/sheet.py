"""Reads one sheet of a workbook in a process of its own, with a ceiling on memory: a hostile file ends this process and no other.

Run as a script: `python sheet.py WORKBOOK ROWS.csv ACCOUNT.json SHEET`. Writes every row as text with its line in front, and an
account: header, sheets, broken rows, or an error in two parts. Imports nothing of the house, so that it starts small.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

CEILING = 1_500 << 20
MOST_COLUMNS, LONGEST_ROW = 512, 1 << 20
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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


def convert(workbook: str, target: str, wanted: str) -> dict[str, Any]:
    """Writes the rows below the header to `target` and returns the account."""
    from python_calamine import CalamineError, PasswordError, XmlError, ZipError, load_workbook

    try:
        book = load_workbook(workbook)
        sheet = choose(book, wanted)
        if sheet is None:
            return {"sheets": book.sheet_names, "missing": bool(wanted)}
        account: dict[str, Any] = {"sheets": book.sheet_names, "sheet": sheet.name, "header": [], "broken": []}
        if sheet.width > MOST_COLUMNS:
            return {"error": [f"the sheet has {sheet.width:,} columns", f"At most {MOST_COLUMNS}: delete what stands far right."]}
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
    Path(account).write_text(json.dumps(convert(workbook, target, wanted)), encoding="utf-8")


if __name__ == "__main__":
    main()
