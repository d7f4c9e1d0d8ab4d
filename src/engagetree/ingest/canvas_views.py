"""Canvas's page views, by SQL: pages opened are clicks; what was handed in or written, where a view says that it was, is that.

The layout is of an old release. Somebody acting as somebody else, and requests that no person made, are refused.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from engagetree.engine import literal
from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.act_log import staged
from engagetree.ingest.act_times import at_of
from engagetree.ingest.answers import Answers
from engagetree.ingest.csv_file import open_csv
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_report import WEAK
from engagetree.ingest.meeting_tables import DELIMITERS
from engagetree.ingest.meeting_text import head_of, records
from engagetree.ingest.opened import fresh
from engagetree.ingest.people_tables import placed
from engagetree.ingest.readers import Reader

NAMES = (
    "request_id", "user_id", "url", "context_id", "context_type", "asset_id", "asset_type", "controller", "action", "created_at",
    "user_request", "participated", "real_user_id",
)  # fmt: skip
FIELDS = {n: (n,) for n in NAMES}
NEEDED = ("request_id", "user_id", "url", "controller", "action", "created_at")
WROTE = {
    ("submissions", "create"): "submit", ("quizzes/quiz_submissions", "complete"): "submit", ("quiz_submissions", "complete"): "submit",
    ("discussion_entries", "create"): "comment", ("discussion_topics_api", "add_entry"): "comment",
    ("discussion_topics_api", "add_reply"): "comment", ("discussion_topics", "create"): "post", ("wiki_pages_api", "update"): "post",
}  # fmt: skip
"""(controller, action) that are more than a view, where the view says `participated`."""
KINDS = {"quiz": "quiz", "assignment": "task", "discussion": "forum", "topic": "forum"}


def recognises(path: Path) -> bool:
    """Whether the header is that of page views."""
    head = head_of(path) if form(path) == "text" else None
    return head is not None and any(
        all(f in placed(rows[0].cells, FIELDS) for f in NEEDED) for d in DELIMITERS if (rows := records(head.lines[:5], d))
    )


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """The views as acts. Raises ImportRefused, OpenQuestion where times have no zone."""
    scratch.mkdir(parents=True, exist_ok=True)
    opened = open_csv(con, path, scratch, path.name)
    at = placed([c.header for c in opened.cells], FIELDS)
    if not all(f in at for f in NEEDED):
        raise ImportRefused(path.name, "it has no header of Canvas page views", f"Looked for: {', '.join(NEEDED)}.")
    raw, judged = fresh("views"), fresh("judged")
    cells = ", ".join(f"coalesce(trim(c{at[n]}), '') AS {n}_" if n in at else f"'' AS {n}_" for n in NAMES)
    con.execute(f"CREATE TEMP TABLE {raw} AS SELECT line, {cells} FROM {opened.relation}")
    utc = "regexp_replace(created_at_, ' UTC$', 'Z')"
    moments, notes = at_of(con, raw, utc, path.name, answers)
    wrote = " ".join(f"WHEN controller_ = {literal(c)} AND action_ = {literal(a)} THEN {literal(k)}" for (c, a), k in WROTE.items())
    truth = "lower({}) IN ('true', 't', '1')"
    kind = f"CASE WHEN {truth.format('participated_')} THEN CASE {wrote} ELSE 'click' END ELSE 'click' END"
    own = "asset_type_ <> '' AND asset_id_ <> ''"
    item = (
        f"CASE WHEN {own} THEN 'canvas:' || lower(asset_type_) || ':' || asset_id_ "
        "WHEN context_id_ <> '' THEN 'canvas:' || lower(context_type_) || ':' || context_id_ END"
    )
    kinds = " ".join(f"WHEN contains(lower(asset_type_), {literal(w)}) THEN {literal(k)}" for w, k in KINDS.items())
    offered = f"CASE WHEN {own} THEN CASE {kinds} ELSE 'page' END WHEN lower(context_type_) = 'course' THEN 'course' END"
    bad = (
        "CASE WHEN real_user_id_ NOT IN ('', user_id_) THEN 'somebody else, acting as them' WHEN user_id_ = '' THEN 'nobody''s act' "
        "WHEN lower(user_request_) IN ('false', 'f', '0') THEN 'no person asked for it' "
        "WHEN \"at\" IS NULL THEN 'a time that cannot be read' END"
    )
    con.execute(
        f"CREATE TEMP TABLE {judged} AS SELECT line, nullif(request_id_, '') AS event_id, 'id' AS who_kind, user_id_ AS who, "
        f"NULL::VARCHAR AS name, \"at\", kind, item, CASE WHEN kind = 'click' THEN 1.0::DOUBLE END AS amount, item_kind, "
        "NULL::VARCHAR AS title, FALSE AS again, bad, NULL::VARCHAR AS reason FROM "
        f"(SELECT *, {kind} AS kind, {item} AS item, {offered} AS item_kind, {bad} AS bad FROM {raw} LEFT JOIN {moments} USING (line))"
    )
    for table in (raw, moments):
        con.execute(f"DROP TABLE {table}")
    return staged(con, path.name, "canvas", opened, judged, scratch, (*notes, WEAK.replace("minutes", "views")), answers.cohort)


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("canvas-views", "Canvas: page views", recognises, stage, stage_answered)
