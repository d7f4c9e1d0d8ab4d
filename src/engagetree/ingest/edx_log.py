"""edX tracking logs, line by line in bounded memory: JSON, with or without the logger's words in front of it.

An event has the shape of a log (`event_type`, `event`, `time`) or that in which it goes round inside the platform (`name`, `data`,
`timestamp`). A line that is no event costs itself and nothing more. Who it was is the user's name, else the number, by that number's
only name here. Refused lines are kept as they stand, each after a line with its reason, which this reader passes over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeGuard

import duckdb
import orjson
import pyarrow as pa

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.act_log import JUDGED, staged
from engagetree.ingest.answers import Answers
from engagetree.ingest.edx_words import AGAIN, amount_of, fields, item_of, kind_of
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_text import head_of
from engagetree.ingest.opened import Cell, Opened, fresh
from engagetree.ingest.readers import Reader
from engagetree.ingest.text_file import ready

LONGEST, BATCH, SHOWN = 4 << 20, 20_000, 10_000
"""Bytes of a line, lines of a batch, bytes of a refused line that are kept."""
NAMES = JUDGED.names
Row = dict[str, Any]


OURS = b'{"refused"'
"""How the line before a refused one begins: what we say of it."""


def is_event(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is a tracking event, of either shape."""
    return isinstance(value, dict) and (
        _goes_round(value)
        or (
            ("event_type" in value or "name" in value)
            and "time" in value
            and ("event_source" in value or "context" in value)
            and ("username" in value or "event_source" in value)
        )
    )


def _goes_round(value: dict[str, Any]) -> bool:
    return isinstance(value.get("name"), str) and "timestamp" in value and "data" in value and isinstance(value.get("context"), dict)


def as_logged(value: dict[str, Any]) -> dict[str, Any]:
    """An event of either shape in that of a log: inside the platform it is the context that says who it was, and where it came from.

    >>> as_logged({"name": "play_video", "timestamp": "2025-03-03T10:00:00Z", "data": {}, "context": {"username": "ana"}})["username"]
    'ana'
    """
    if "time" not in value and _goes_round(value):
        context = value["context"]
        value = {"event_source": context.get("event_source"), "username": context.get("username"), "time": value["timestamp"]} | value
    return value if "event" in value else value | {"event": value.get("data")}


def recognises(path: Path) -> bool:
    """Whether one of the first lines is such an event, or says of the next one why it was refused here."""
    head = head_of(path) if form(path) == "text" else None
    if head is None:
        return False
    first = [line.encode("utf-8", "replace") for line in head.lines[:20]]
    return any(is_event(parsed(line)) or _ours(line) for line in first)


def _ours(line: bytes) -> bool:
    value = parsed(line) if line.startswith(OURS) else None
    said = value["refused"] if isinstance(value, dict) and set(value) == {"refused"} else None
    return isinstance(said, dict) and said.get("reader") == READER.name


def parsed(line: bytes) -> Any:
    """The JSON of a line, None where there is none."""
    at = line.find(b"{")
    if at < 0 or (at and line[:1] in b'["'):
        return None
    try:
        return orjson.loads(line[at:])
    except orjson.JSONDecodeError:
        return None


def lines(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """(line, its bytes, whether it is longer than a line may be); blank ones are left out."""
    with path.open("rb") as f:
        number = 0
        while piece := f.readline(LONGEST + 1):
            number += 1
            long = len(piece) > LONGEST
            while len(piece) > LONGEST and not piece.endswith(b"\n") and (rest := f.readline(LONGEST)):
                if rest.endswith(b"\n"):
                    break
            text = piece[:SHOWN] if long else piece.removeprefix(b"\xef\xbb\xbf")
            if text.strip() and not _ours(text):
                yield number, text, long


def judge(number: int, line: bytes, long: bool) -> Row:
    """One line judged."""
    row: Row = dict.fromkeys(NAMES)
    row |= {"line": number, "again": False}
    value: Any = None if long else parsed(line)
    if long:
        return row | {"bad": "a line longer than 4 MB"}
    if not is_event(value):
        return row | {"bad": "no JSON" if value is None else "no tracking event"}
    return row | _act(as_logged(value))


def _act(value: dict[str, Any]) -> Row:
    context = value.get("context")
    context = context if isinstance(context, dict) else {}
    name = value.get("name") if value.get("event_source") != "browser" or not value.get("event_type") else value.get("event_type")
    name = str(name or value.get("event_type") or "")[:500]
    at = moment(value.get("time"))
    login, number = value.get("username"), context.get("user_id") or value.get("user_id")
    login = login.strip() if isinstance(login, str) else ""
    number = str(number).strip() if isinstance(number, str | int) and not isinstance(number, bool) else ""
    said, course, module = fields(value.get("event")), context.get("course_id"), context.get("module")
    within = module.get("usage_key") if isinstance(module, dict) else None
    kind = kind_of(name, str(value.get("event_source")), said)
    places = (place if isinstance(place, str) and len(place) < 1_000 else "" for place in (course, within))
    item, item_kind, title = item_of(name, kind, said, *places)
    row: Row = {"at": at, "kind": kind, "item": item, "amount": amount_of(name, kind, said), "item_kind": item_kind, "title": title}
    row |= {"again": kind == AGAIN, "who_kind": "login" if login else "id", "who": login or number, "name": number or None}
    if not name:
        return row | {"bad": "no act"}
    if at is None:
        return row | {"bad": "a time that cannot be read", "reason": f"`{str(value.get('time'))[:40]}` is no time with its zone"}
    return row if login or number else row | {"bad": "nobody's act", "reason": "it names nobody: not logged in, or the system"}


def moment(text: Any) -> datetime | None:
    """A time in ISO 8601 in UTC; None where it is none. Trackers write UTC, old ones without saying so."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        at = datetime.fromisoformat(text)
        found = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if len(text) > 10 and 1970 < found.year < 2100 else None


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """The log as acts. Raises ImportRefused where no line is an event."""
    scratch.mkdir(parents=True, exist_ok=True)
    judged, odd = fresh("judged"), fresh("odd")
    con.register("no_rows", JUDGED.empty_table())
    con.execute(f"CREATE TEMP TABLE {judged} AS SELECT * FROM no_rows")
    con.unregister("no_rows")
    con.execute(f"CREATE TEMP TABLE {odd} (line BIGINT, c0 VARCHAR)")
    text = ready(path, None, scratch, path.name)
    read = 0
    try:
        batch: list[Row] = []
        texts: list[tuple[int, str]] = []
        for number, line, long in lines(text):
            row = judge(number, line, long)
            read += 1
            batch.append(row)
            if row["bad"]:
                texts.append((number, line[:SHOWN].decode("utf-8", "replace").replace("\0", "").rstrip("\r\n")))
            if len(batch) >= BATCH:
                _write(con, judged, odd, batch, texts)
        _write(con, judged, odd, batch, texts)
        refused = _refused_lines(con, judged, text, scratch, path.name)
    finally:
        if text != path:
            text.unlink(missing_ok=True)
    if not con.execute(f"SELECT 1 FROM {judged} WHERE kind IS NOT NULL LIMIT 1").fetchall():
        raise ImportRefused(path.name, "no line of it is a tracking event", "Each line must hold one JSON object.")
    _numbers(con, judged)
    opened = Opened(odd, (Cell("line of the log", "c0"),), read, (odd,))
    return staged(con, path.name, "edx", opened, judged, scratch, (), answers.cohort, refused)


def _refused_lines(con: duckdb.DuckDBPyConnection, judged: str, text: Path, scratch: Path, name: str) -> Path | None:
    """The refused lines with all their bytes, each after a line with its reason, so that the file is a log that can be mended."""
    told = con.execute(f"SELECT line, coalesce(reason, bad) FROM {judged} WHERE bad IS NOT NULL ORDER BY line")
    if (next_one := told.fetchone()) is None:
        return None
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:80]
    target = scratch / f"{fresh('refused')}-{stem}.jsonl"
    with target.open("wb") as out:
        for number, line, _ in lines(text):
            if next_one is None:
                break
            if number == next_one[0]:
                why = {"refused": {"reader": READER.name, "line": number, "reason": next_one[1]}}
                out.write(orjson.dumps(why) + b"\n" + line.rstrip(b"\r\n") + b"\n")
                next_one = told.fetchone()
    return target


def _write(con: duckdb.DuckDBPyConnection, judged: str, odd: str, batch: list[Row], texts: list[tuple[int, str]]) -> None:
    """A batch into the tables; both lists are empty afterwards."""
    for table, rows in (
        (judged, pa.Table.from_pylist(batch, schema=JUDGED)),
        (odd, pa.table({"line": pa.array([n for n, _ in texts], pa.int64()), "c0": pa.array([t for _, t in texts], pa.string())})),
    ):
        con.register("batch", rows)
        con.execute(f"INSERT INTO {table} SELECT * FROM batch")
        con.unregister("batch")
    batch.clear()
    texts.clear()


def _numbers(con: duckdb.DuckDBPyConnection, judged: str) -> None:
    """A number whose only name stands elsewhere in the log is that name. Until here `name` holds the number."""
    only = f"SELECT name, min(who) AS login FROM {judged} WHERE who_kind = 'login' AND name IS NOT NULL GROUP BY name"
    con.execute(
        f"UPDATE {judged} SET who_kind = 'login', who = o.login FROM ({only} HAVING count(DISTINCT who) = 1) o "
        f"WHERE {judged}.who_kind = 'id' AND {judged}.name = o.name"
    )
    con.execute(f"UPDATE {judged} SET name = NULL")


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("edx-log", "Open edX: tracking log", recognises, stage, stage_answered)
