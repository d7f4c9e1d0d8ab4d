"""Opening XLSX: guarded first, then read by another process under a ceiling, then treated like CSV."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from engagetree.errors import ImportRefused, near
from engagetree.ingest import sheet as sheet_script
from engagetree.ingest.csv_file import load_numbered
from engagetree.ingest.opened import Broken, Cell, Opened, fresh
from engagetree.ingest.workbook_guard import guard

SECONDS = 60


def open_workbook(con: duckdb.DuckDBPyConnection, path: Path, sheet: str | None, scratch: Path, name: str) -> Opened:
    """One sheet's cells as text, with their lines. Raises ImportRefused."""
    guard(path, name)
    rows, account = scratch / f"{fresh('sheet')}.csv", scratch / f"{fresh('sheet')}.json"
    try:
        found = _child(path, rows, account, sheet or "", name)
        if not found["header"]:
            raise ImportRefused(name, f"the sheet “{found['sheet']}” is empty", "Name another in a column map: `sheet: …`.")
        table = load_numbered(con, rows, len(found["header"]))
    finally:
        rows.unlink(missing_ok=True)
        account.unlink(missing_ok=True)
    row = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    assert row is not None
    cells = tuple(Cell(h, f"c{i}") for i, h in enumerate(found["header"]))
    broken = tuple(Broken(line, reason, text, kind=kind) for line, reason, kind, text in found["broken"])
    return Opened(table, cells, int(row[0]), (table,), broken, notes=() if sheet else _others(found))


def report_lines(path: Path, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rows of a report's sheet as lines with tabs, each where it stands in the sheet, and what to say of it. Raises ImportRefused."""
    guard(path, name)
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "rows")
        found = _child(path, rows, Path(folder, "account"), "", name, "report")
        return tuple(rows.read_text(encoding="utf-8").split("\n")[:-1]), _others(found)


def _others(found: dict[str, Any]) -> tuple[str, ...]:
    others = [s for s in found["sheets"] if s != found["sheet"]]
    return (f"sheet “{found['sheet']}” was read; the others were not: {', '.join(others)}",) if others else ()


def _child(path: Path, rows: Path, account: Path, sheet: str, name: str, *how: str) -> dict[str, Any]:
    """Runs the reading process: its own interpreter, started afresh and never forked from this one."""
    command = [sys.executable, "-P", str(sheet_script.__file__), str(path), str(rows), str(account), sheet, *how]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise ImportRefused(name, f"the workbook takes longer than {SECONDS} s to read", "Export it as CSV.") from None
    if done.returncode or not account.exists():
        raise ImportRefused(name, "the workbook needs more memory than 1.5 GB to read, or is made to harm", "Export it as CSV.")
    found: dict[str, Any] = json.loads(account.read_text(encoding="utf-8"))
    if "error" in found:
        raise ImportRefused(name, *found["error"])
    if "sheet" not in found:
        _no_sheet(found, sheet, name)
    return found


def _no_sheet(found: dict[str, Any], sheet: str, name: str) -> None:
    if found["missing"] and sheet:
        raise ImportRefused(name, f"there is no sheet “{sheet}”", near(sheet, found["sheets"]) or f"It has: {', '.join(found['sheets'])}.")
    raise ImportRefused(name, "the workbook has no sheet with anything in it", "Export it again.")
