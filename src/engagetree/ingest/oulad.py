"""The reader of the Open University Learning Analytics Dataset (Kuzilek, Hlosta & Zdrahal 2017, CC BY 4.0): a folder or zip of seven files.

A participant is an enrolment, `AAA-2013J-11391`; a cohort is a presentation, `AAA-2013J`; a person is the student's id.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from engagetree.errors import ImportRefused
from engagetree.ingest import oulad_tables as tables
from engagetree.ingest.account import Account, FileCount, Staged, total
from engagetree.ingest.formats import form
from engagetree.ingest.oulad_checks import check
from engagetree.ingest.oulad_files import in_folder, kinds_in_zip, parts
from engagetree.ingest.oulad_rows import Rows, load, presentations
from engagetree.ingest.readers import Reader
from engagetree.ingest.refused import Refused, keep_refused, together
from engagetree.ingest.rows import count

NOTES = (
    "OULAD gives days from a presentation's start; this is taken to be the first Monday of February (B) or October (J), 00:00 in London",
    "clicks and submissions are known by the day and stand at 12:00 London time",
    "gender, region, imd_band, age_band, disability and highest_education are not brought in: no score uses them",
    "scores of assessments are not brought in",
)

ATTRIBUTION = (
    "Open University Learning Analytics Dataset, CC BY 4.0: Kuzilek, Hlosta & Zdrahal 2017, "
    "Scientific Data 4:170171, doi.org/10.1038/sdata.2017.171"
)


def recognises(path: Path) -> bool:
    """Whether a folder or zip holds most of the seven files, the enrolments among them."""
    kind = form(path)
    if kind not in ("folder", "zip"):
        return False
    found = {p.kind for p in in_folder(path)} if kind == "folder" else kinds_in_zip(path)
    return "studentInfo" in found and len(found) >= 4


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The release as events, items, roster and outcomes. Raises ImportRefused where a file is missing or cannot be read."""
    if form(path) not in ("folder", "zip"):
        raise ImportRefused(path.name, "OULAD comes as a folder or a zip", "Name the folder that holds its seven files.")
    found = parts(path, scratch)
    files: dict[str, Rows] = {}
    made: list[str] = []
    try:
        for kind, part in found.items():
            files[kind] = load(con, part, scratch)
        p = presentations(con, files["courses"])
        made.append(p)
        notes = check(con, files)
        staged = {name: getattr(tables, name)(con, files, p) for name in ("events", "items", "roster", "outcomes")}
        account = replace(_account(con, path.name, files, staged, scratch), notes=(*NOTES, *notes))
        cohorts = [str(r[0]) for r in con.execute(f"SELECT cohort FROM {p} ORDER BY cohort").fetchall()]
    finally:
        for rows in files.values():
            made += [rows.table, rows.bad, *rows.opened.tables]
            if form(path) == "zip":
                rows.part.path.unlink(missing_ok=True)
        for table in made:
            con.execute(f"DROP TABLE IF EXISTS {table}")
    return Staged(staged, account, {"cohorts": cohorts, "zone": "Europe/London", "attribution": ATTRIBUTION})


def _account(con: duckdb.DuckDBPyConnection, name: str, files: dict[str, Rows], staged: dict[str, str], scratch: Path) -> Account:
    refused: list[Refused] = []
    counts = []
    for rows in files.values():
        kept_refused = keep_refused(con, rows.opened, rows.bad, scratch, rows.part.name)
        refused.append(kept_refused)
        lost = sum(kept_refused.reasons.values())
        counts.append(FileCount(rows.part.name, rows.read, rows.read - rows.merged - lost, rows.merged, lost))
    by_table = {name: count(con, table) for name, table in staged.items()}
    read, kept, merged, lost = total(counts)
    assert kept == sum(n for name, n in by_table.items() if name != "outcomes"), (counts, by_table)
    all_refused = together(refused, scratch, name)
    return Account(
        source=name,
        read=read,
        kept=kept,
        merged=merged,
        refused=lost,
        by_table=by_table,
        refusals=all_refused.first,
        reasons=all_refused.reasons,
        refused_file=all_refused.file,
        files=tuple(counts),
        derived=("outcomes",),
    )


READER = Reader("oulad", "the Open University Learning Analytics Dataset, a folder or zip of its seven files", recognises, stage)
