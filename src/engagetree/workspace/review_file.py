"""The review file: open handles out as CSV, decisions back in. What a person fills in are the last two columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engagetree.errors import EngagetreeError

if TYPE_CHECKING:
    from engagetree.workspace.people import Open

HEADER = ("handle", "tool", "kind", "value", "name", "acts", "first", "last", "may be", "because", "decision", "why")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(target: Path, waiting: Sequence[Open]) -> int:
    """One row a handle; `decision` is left empty: a participant, `split` (somebody on no roster), `nobody`, or nothing for later."""
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(HEADER)
            for one in waiting:
                k, may = one.known, one.likely
                days = [t.date().isoformat() if t else "" for t in (k.first, k.last)]
                said = [k.row.tool, k.row.kind, k.row.value, k.row.name or ""]
                likely = [" | ".join(f"{s.participant} ({s.score:.0f})" for s in may), " | ".join(s.because for s in may)]
                writer.writerow([k.row.pseudonym, *map(_plain, said), k.acts, *days, *map(_plain, likely), "", ""])
    except OSError as error:
        raise EngagetreeError(str(target), f"it cannot be written ({error.strerror})", "Choose a place that you may write to.") from None
    return len(waiting)


def _plain(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def read(source: Path) -> Iterator[tuple[int, str, str, str]]:
    """(line, handle, decision, why) of the rows with a decision. EngagetreeError where it is no review file."""
    try:
        text = source.read_text("utf-8-sig")
    except OSError as error:
        raise EngagetreeError(str(source), f"it cannot be opened ({error.strerror})", "Check the path.") from None
    except UnicodeDecodeError:
        raise EngagetreeError(str(source), "it is not UTF-8", "Save it as CSV UTF-8.") from None
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if not {"handle", "decision"} <= set(rows.fieldnames or ()):
        raise EngagetreeError(str(source), "it has no columns handle and decision", "Write one with `engagetree people review --out FILE`.")
    try:
        for row in rows:
            if decision := (row.get("decision") or "").strip():
                yield rows.line_num, (row.get("handle") or "").strip(), decision, (row.get("why") or "").strip()
    except csv.Error as error:
        raise EngagetreeError(str(source), f"line {rows.line_num} cannot be read ({error})", "Save it as CSV again.") from None
