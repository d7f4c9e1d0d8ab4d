"""Moodle's course log and site log, as CSV or workbook, by SQL. Rows are counted as `act_log` says.

Who did it is the user's id, which only the description has; where that is missing, the name's only id in this file, else the name.
Rows of the system and of somebody logged in as somebody else are refused: they are nobody's act, or not theirs.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import duckdb
import pyarrow as pa

from engagetree.engine import literal
from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.act_log import staged
from engagetree.ingest.act_times import at_of
from engagetree.ingest.answers import Answers
from engagetree.ingest.csv_file import open_csv
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_tables import DELIMITERS
from engagetree.ingest.meeting_text import head_of, records
from engagetree.ingest.moodle_words import AGAIN, LOG, MASQUERADE, MODULES, ORDER, PAGES, kind_of
from engagetree.ingest.opened import fresh
from engagetree.ingest.people_tables import placed
from engagetree.ingest.readers import Reader
from engagetree.ingest.workbook import open_workbook

NEEDED = ("at", "name", "context", "event")
ACTED = "The user with id '"
PEEK = 256 << 10


def columns(header: tuple[str, ...], descriptions: list[list[str]]) -> dict[str, int] | None:
    """Where each field stands: by the header's words, or by place where a row's description stands where Moodle writes it."""
    found = placed(header, LOG)
    if all(f in found for f in NEEDED):
        return found
    first = len(header) - len(ORDER)
    if first not in (0, 1):
        return None
    at = first + ORDER.index("description")
    if not any(len(r) > at and r[at].startswith(ACTED) for r in descriptions):
        return None
    return {f: first + i for i, f in enumerate(ORDER)}


def recognises(path: Path) -> bool:
    """Whether the header, or the first rows, are those of a log."""
    kind = form(path)
    if kind == "xlsx":
        return _in_workbook(path)
    head = head_of(path) if kind == "text" else None
    if head is None:
        return False
    for delimiter in DELIMITERS:
        rows = [r.cells for r in records(head.lines[:20], delimiter) if not r.fault]
        if rows and columns(rows[0], [list(r) for r in rows[1:]]):
            return True
    return False


def _in_workbook(path: Path) -> bool:
    """Whether a workbook's first texts are such a header: a look at its strings, unpacked no further than this."""
    try:
        with zipfile.ZipFile(path) as z:
            text = ""
            for part in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
                if part in z.namelist():
                    with z.open(part) as f:
                        text += f.read(PEEK).decode("utf-8", "ignore")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        return False
    return all(any(f">{w}<" in text for w in LOG[f]) for f in ("name", "affected", "context", "event"))


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """The log as acts and what was opened. Raises ImportRefused, OpenQuestion."""
    scratch.mkdir(parents=True, exist_ok=True)
    book = form(path) == "xlsx"
    opened = open_workbook(con, path, None, scratch, path.name) if book else open_csv(con, path, scratch, path.name)
    sample = con.execute(f"SELECT * EXCLUDE (line) FROM {opened.relation} LIMIT 50").fetchall()
    at = columns(tuple(c.header for c in opened.cells), [[c or "" for c in r] for r in sample])
    if at is None:
        raise ImportRefused(path.name, "it has no header of a Moodle log", "Looked for: Time, User full name, Event context, Event name.")
    cells = {f: f"coalesce(nullif(nullif(trim(c{i}), '-'), ''), '')" for f, i in at.items()}
    raw = fresh("log")
    names = ", ".join(f"{cells.get(f, literal(''))} AS {f}_" for f in ORDER)
    quoted = "regexp_replace(description_, '''[^'']*''', '''''', 'g')"
    con.execute(
        f"CREATE TEMP TABLE {raw} AS SELECT *, CASE WHEN description_ = '' THEN '' ELSE {quoted} END AS said FROM "
        f"(SELECT line, {names} FROM {opened.relation})"
    )
    moments, notes = at_of(con, raw, "at_", path.name, answers)
    words = _words(con, raw)
    judged = _judged(con, raw, moments, words)
    own = con.execute(
        f"SELECT count(*) FROM {judged} WHERE bad IS NULL AND NOT again AND kind NOT IN "
        "('click', 'submit', 'post', 'comment', 'answer', 'chat', 'visit', 'complete')"
    ).fetchall()[0][0]
    if own:
        notes = (*notes, f"Acts of other kinds (updated, subscribed …), kept under the log's own verbs: {own:,}.")
    for table in (raw, moments, words):
        con.execute(f"DROP TABLE {table}")
    return staged(con, path.name, "moodle", opened, judged, scratch, notes, answers.cohort)


def _words(con: duckdb.DuckDBPyConnection, raw: str) -> str:
    """Kinds by description and event name: there are few of these, however many rows."""
    table, arriving = fresh("words"), fresh("arriving")
    found = con.execute(f"SELECT DISTINCT said, event_ FROM {raw}").fetchall()
    kinds = [kind_of(said, event) for said, event in found]
    schema = {"said": [f[0] for f in found], "event_": [f[1] for f in found], "kind": kinds}
    con.register(arriving, pa.table({k: pa.array(v, pa.string()) for k, v in schema.items()}))
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM {arriving}")
    con.unregister(arriving)
    return table


def _judged(con: duckdb.DuckDBPyConnection, raw: str, moments: str, words: str) -> str:
    table, ids = fresh("judged"), fresh("ids")
    uid = r"nullif(regexp_extract(description_, '^The user with id ''(-?\d+)''', 1), '')"
    module = r"nullif(regexp_extract(description_, 'course module (?:with )?id ''?(\d+)''?', 1), '')"
    course = r"nullif(regexp_extract(description_, 'course with (?:the )?id ''?(\d+)''?', 1), '')"
    word = (
        r"lower(coalesce(nullif(regexp_extract(description_, '''(\w+)'' activity with course module id', 1), ''), "
        r"regexp_extract(description_, '(\w+)(?: activity)? with (?:the )?course module id', 1)))"
    )
    kinds = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in MODULES.items())
    shown = "regexp_replace(context_, '^[^:]{1,40}: ', '')"
    prefix, pages = "lower(regexp_extract(context_, '^([^:]{1,40}): ', 1))", "WHEN 'course' THEN 'course' WHEN 'other' THEN NULL"
    pages += "".join(f" WHEN {literal(p)} THEN 'page'" for p in PAGES)
    masked = f"regexp_matches(name_, {literal(MASQUERADE)})"
    con.execute(
        f"CREATE TEMP TABLE {ids} AS SELECT name_, min({uid}) AS id FROM {raw} WHERE {uid} IS NOT NULL AND name_ <> '' AND NOT {masked} "
        f"GROUP BY name_ HAVING count(DISTINCT {uid}) = 1 AND NOT regexp_matches(min({uid}), '^(-|0+$)')"
    )
    bad = (
        f"CASE WHEN {masked} THEN 'somebody else, logged in as them' "
        "WHEN (uid IS NOT NULL AND (uid = '0' OR uid LIKE '-%')) OR (uid IS NULL AND name_ = '') THEN 'nobody''s act: the system''s' "
        "WHEN at_ = '' THEN 'no time' WHEN \"at\" IS NULL THEN 'a time that cannot be read' "
        "WHEN description_ = '' AND event_ = '' THEN 'no act' END"
    )
    reason = f"CASE WHEN {masked} THEN 'it is an act of somebody else, logged in as them: ' || left(name_, 80) "
    reason += "WHEN at_ <> '' AND \"at\" IS NULL THEN '`' || left(at_, 40) || '` is no time that can be read' END"
    con.execute(
        f"CREATE TEMP TABLE {table} AS SELECT line, NULL::VARCHAR AS event_id, "
        "CASE WHEN coalesce(uid, id) IS NULL THEN 'name' ELSE 'id' END AS who_kind, coalesce(uid, id, name_) AS who, "
        f"nullif(name_, '') AS name, \"at\", kind, CASE WHEN module IS NOT NULL THEN 'moodle:cm:' || module "
        "WHEN course IS NOT NULL THEN 'moodle:course:' || course WHEN context_ <> '' THEN 'moodle:' || context_ END AS item, "
        "CASE WHEN kind = 'click' THEN 1.0::DOUBLE END AS amount, "
        f"CASE WHEN module IS NOT NULL THEN CASE word {kinds} ELSE 'page' END WHEN course IS NOT NULL THEN 'course' "
        f"ELSE CASE {prefix} {kinds} {pages} END END AS item_kind, "
        f"nullif({shown}, '') AS title, kind = {literal(AGAIN)} AS again, {bad} AS bad, {reason} AS reason "
        f"FROM (SELECT *, {uid} AS uid, {module} AS module, {course} AS course, {word} AS word FROM {raw}) "
        f"LEFT JOIN {moments} USING (line) JOIN {words} USING (said, event_) LEFT JOIN {ids} USING (name_)"
    )
    con.execute(f"DROP TABLE {ids}")
    return table


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("moodle-log", "Moodle: course or site log (CSV, XLSX)", recognises, stage, stage_answered)
