"""Rows in a terminal: any table that an answer brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from engagetree.render import words
from engagetree.render.lines import add, put, table

HEADS = {"at": "When", "offered_at": "Counts from", "taken_at": "Taken", "import_id": "Import", "line": "Line in the file"}
ID = 8  # characters of an import's id


def show_rows(console: Console, rows: Sequence[Mapping[str, object]], about: str, zone: ZoneInfo, most: int | None = None) -> None:
    """Rows as they are under what they are about, times in the programme's zone; the latest `most` of them."""
    shown = rows if most is None else rows[-most:]
    put(console, Text(f"{about}: {words.plural(len(rows), 'row')}", style="bold"))
    if not rows:
        return
    names = [n for n in rows[0] if any(r[n] not in (None, "") for r in rows) or n == "taken_at"]
    made = table(*(HEADS.get(name, name.replace("_", " ").capitalize()) for name in names))
    for row in shown:
        add(made, *(_cell(row[n], zone)[: ID if n == "import_id" else None] for n in names))
    put(console, made)
    if len(shown) < len(rows):
        put(console, Text(f"The latest {words.count(len(shown))}; --all lists every one.", style="dim"))


def _cell(value: object, zone: ZoneInfo) -> str:
    if value is None:
        return words.DASH
    if isinstance(value, datetime):
        return words.moment(value, zone)
    if isinstance(value, float):
        return words.quantity(value)
    return words.clean(value)
