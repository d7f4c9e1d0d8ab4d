"""Refused rows: kept with their cells, line and reason in a file that can be mended and imported again by the same map."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engagetree.engine import literal
from engagetree.ingest.account import SHOWN, Refusal
from engagetree.ingest.opened import Broken, Opened, fresh

SHOWN_TEXT = 300
"""Characters of a row that a refusal shows."""


@dataclass(frozen=True)
class Refused:
    """What is known of the refused rows: the first for display, counts by kind of reason, the file that holds them all."""

    first: tuple[Refusal, ...]
    reasons: dict[str, int]
    file: Path | None


def keep_refused(con: duckdb.DuckDBPyConnection, opened: Opened, bad: str, scratch: Path, name: str) -> Refused:
    """Writes the refused file; `bad` has line, kind and reason of rows of `opened`, which names the broken records itself."""
    reasons = Counter({k: int(n) for k, n in con.execute(f"SELECT kind, count(*) FROM {bad} GROUP BY kind").fetchall()})
    reasons.update(b.kind for b in opened.broken)
    if not reasons:
        return Refused((), {}, None)
    cells = ", ".join(f"o.{c.at}::VARCHAR" for c in opened.cells)
    rows = f"SELECT b.line, b.reason, {cells} FROM {bad} b JOIN {opened.relation} o ON o.line = b.line ORDER BY b.line"
    shown = [_shown(r[0], r[1], r[2:], opened.delimiter, name) for r in con.execute(f"{rows} LIMIT {SHOWN}").fetchall()]
    shown += [Refusal(b.line, b.reason, b.row_text[:SHOWN_TEXT], name) for b in opened.broken[:SHOWN]]
    first = tuple(sorted(shown, key=lambda r: r.line)[:SHOWN])
    return Refused(first, dict(reasons.most_common()), _write(con, opened, rows, scratch, name))


def _shown(line: int, reason: str, cells: Sequence[str | None], delimiter: str, name: str) -> Refusal:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(["" if c is None else c[:SHOWN_TEXT] for c in cells])
    return Refusal(line, reason, text.getvalue()[:SHOWN_TEXT], name)


def _write(con: duckdb.DuckDBPyConnection, opened: Opened, rows: str, scratch: Path, name: str) -> Path:
    """The refused file, UTF-8 with a mark (so that a map's `encoding` does not matter) and the delimiter of the original."""
    headers = [c.header for c in opened.cells]
    own = [h if h not in headers else f"refused {h}" for h in ("line", "reason", "row")]
    picked = ", ".join([*(f"c{i}" for i in range(len(headers))), "line", "reason", "NULL"])
    aliases = ", ".join(["line", "reason", *(f"c{i}" for i in range(len(headers)))])
    part, target = scratch / f"{fresh('rows')}.csv", scratch / f"{fresh('refused')}-{_stem(name)}.csv"
    query = f"SELECT {picked} FROM ({rows}) r({aliases}) ORDER BY line"
    con.execute(f"COPY ({query}) TO {literal(str(part))} (FORMAT csv, HEADER false, DELIMITER {literal(opened.delimiter)})")
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=opened.delimiter, lineterminator="\n")
        writer.writerow([*headers, *own])
        writer.writerows(_broken(b, len(headers), opened.delimiter) for b in opened.broken)
    with target.open("ab") as out, part.open("rb") as f:
        shutil.copyfileobj(f, out)
    part.unlink()
    return target


def _broken(record: Broken, width: int, delimiter: str) -> list[str]:
    """A record that could not be taken apart: its cells as far as they go, then line, reason and the text as it stood."""
    cells = record.row_text.replace("\0", "").replace('"', "").split(delimiter)[:width]
    return [*cells, *[""] * (width - len(cells)), str(record.line), record.reason, record.row_text]


def _stem(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(name).name)[:80]


def together(several: Sequence[Refused], scratch: Path, name: str) -> Refused:
    """The refusals of a source that comes in several files. If more than one of them lost rows, their refused files go into one zip."""
    first = tuple(r for one in several for r in one.first)[:SHOWN]
    reasons: Counter[str] = Counter()
    for one in several:
        reasons.update(one.reasons)
    files = [one.file for one in several if one.file]
    if len(files) < 2:
        return Refused(first, dict(reasons.most_common()), files[0] if files else None)
    target = scratch / f"{fresh('refused')}-{_stem(name)}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as z:
        for file in files:
            z.write(file, file.name)
            file.unlink()
    return Refused(first, dict(reasons.most_common()), target)
