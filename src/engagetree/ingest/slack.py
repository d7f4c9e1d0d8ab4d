"""Slack exports (zip): messages become posts, answers in a thread comments, reactions reactions; bots and the system give nothing.

A row is a message; the lists of people and channels are its directory and count as no rows. What was written is never kept.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from engagetree.errors import ImportRefused
from engagetree.ingest.account import Staged
from engagetree.ingest.answers import Answers
from engagetree.ingest.formats import form
from engagetree.ingest.meeting_report import EMAIL
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle, Report
from engagetree.ingest.slack_refused import RefusedMessages

MOST_PARTS, MOST_BYTES, LARGEST, STEEPEST, SMALL = 100_000, 512 << 20, 64 << 20, 200, 1 << 20
"""Files of an export, bytes of them all, bytes of one, how many times its own size one may unpack to, and what is too small to matter."""
DAY = re.compile(r"^(?:[^/]+/)?(?P<channel>[^/]+)/\d{4}-\d\d-\d\d\.json$")
SAID = ("thread_broadcast", "file_share", "me_message", "file_comment", "reply_broadcast")
"""Subtypes of messages that somebody wrote; all others are the system's, or a bot's."""


@dataclass(frozen=True)
class Directory:
    """People by id, channels by the name of their folder, and who is a bot."""

    people: Mapping[str, Handle]
    channels: Mapping[str, tuple[str, str]]  # folder → (id, name)
    bots: frozenset[str]
    users: list[dict[str, Any]] = field(default_factory=list)  # as the export lists them


def recognises(path: Path) -> bool:
    """Whether a zip has the lists that every export has."""
    if form(path) != "zip":
        return False
    with zipfile.ZipFile(path) as z:
        names = {n.rsplit("/", 1)[-1] for n in z.namelist()[:MOST_PARTS] if n.count("/") <= 1}
    return {"users.json", "channels.json"} <= names


def stage_answered(con: duckdb.DuckDBPyConnection, path: Path, answers: Answers, scratch: Path) -> Staged:
    """The export's messages as acts. Raises ImportRefused where it is damaged or unpacks to too much."""
    report, lost = Report(path.name, "slack", header=("message",)), RefusedMessages()
    try:
        with zipfile.ZipFile(path) as z:
            _sizes(z, path.name)
            known = _directory(z, path.name)
            for channel, title in sorted(known.channels.values()):
                report.offered(0, f"slack:{channel}", "forum", answers.cohort, title=f"#{title}")
            _messages(report, z, known, path.name, lost)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as e:
        raise ImportRefused(path.name, f"the export is cut off or damaged ({e})", "Copy or export it again.") from None
    report.note("Reactions carry no time in an export: each stands at the time of the message that it is about.")
    staged = report.staged(con, scratch)
    if staged.account.refused_file is not None:
        staged.account.refused_file.unlink()
    kept = lost.write(scratch, path.name, known.users, known.channels)
    return replace(staged, account=replace(staged.account, refused_file=kept))


def _sizes(z: zipfile.ZipFile, name: str) -> None:
    infos = z.infolist()
    total = sum(i.file_size for i in infos)
    if len(infos) > MOST_PARTS:
        raise ImportRefused(name, f"it has {len(infos):,} files, at most {MOST_PARTS:,}", "Export fewer channels or a shorter time.")
    if total > MOST_BYTES:
        raise ImportRefused(
            name, f"it unpacks to {total >> 20:,} MB, at most {MOST_BYTES >> 20}", "Export fewer channels or a shorter time."
        )
    for one in infos:
        if one.file_size > SMALL and one.file_size > STEEPEST * max(1, one.compress_size):
            raise ImportRefused(name, f"{one.filename} is packed more than {STEEPEST} to 1", "Copy or export it again.")


def _part(z: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Any:
    """The JSON of one file; None where it is none."""
    if info.file_size > LARGEST:
        raise ImportRefused(name, f"{info.filename} has more than {LARGEST >> 20} MB", "Export a shorter time.")
    with z.open(info) as f:
        data = f.read(LARGEST + 1)
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def _directory(z: zipfile.ZipFile, name: str) -> Directory:
    parts = {i.filename.rsplit("/", 1)[-1]: i for i in z.infolist() if i.filename.count("/") <= 1}
    users, channels = (_listed(_part(z, parts[n], name)) if n in parts else [] for n in ("users.json", "channels.json"))
    if "groups.json" in parts:
        channels += _listed(_part(z, parts["groups.json"], name))
    people, bots = {}, {"USLACKBOT"}
    for u in users:
        uid = u.get("id")
        if not isinstance(uid, str) or not uid:
            continue
        if u.get("is_bot") is True:
            bots.add(uid)
        people[uid] = _person(uid, u)
    named = {c["name"]: (str(c.get("id") or c["name"]), c["name"]) for c in channels if isinstance(c.get("name"), str) and c["name"]}
    return Directory(people, named, frozenset(bots), users)


def _listed(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _person(uid: str, user: Mapping[str, Any]) -> Handle:
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    shown = next((n.strip() for n in names if isinstance(n, str) and n.strip()), None)
    own = Handle("id", uid, shown, "slack")
    email = profile.get("email")
    return Handle("email", email, shown, "slack", also=(own,)) if isinstance(email, str) and EMAIL.fullmatch(email.strip()) else own


def _messages(report: Report, z: zipfile.ZipFile, known: Directory, name: str, lost: RefusedMessages) -> None:
    line = 0
    for info, folder in _days(z):
        found = _part(z, info, name)
        if not isinstance(found, list):
            line += 1
            why = f"{info.filename} is no list of messages: mend it in the export itself"
            report.refused(line, "a day that is no list of messages", why, info.filename)
            lost.add(info.filename, None, why)
            continue
        for m in found:
            line += 1
            fault = _fault(m, known, folder)
            if fault:
                report.refused(line, fault, f"{fault} ({info.filename})", _when(info.filename, m))
                lost.add(info.filename, m, fault)
            else:
                _act(report, line, m, known, folder)


def _when(part: str, m: Any) -> str:
    """What is shown of a refused message: where it is and when it was, not what it says."""
    return f"{part} {str(m.get('ts'))[:40]}" if isinstance(m, dict) else part


def _days(z: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    for info in sorted(z.infolist(), key=lambda i: i.filename):
        if m := DAY.match(info.filename):
            yield info, m["channel"]


def _fault(m: Any, known: Directory, folder: str) -> str:
    """Why a message is no contribution; empty where it is one."""
    if not isinstance(m, dict) or m.get("type") != "message":
        return "no message"
    if folder not in known.channels:
        return "not in a channel: a direct message, or a channel that is not listed"
    subtype, user = m.get("subtype"), m.get("user")
    if subtype == "bot_message" or m.get("bot_id") or user in known.bots:
        return "a bot's"
    if subtype and subtype not in SAID:
        return f"the system's: {subtype}" if isinstance(subtype, str) and len(subtype) < 60 else "the system's"
    if not isinstance(user, str) or not user.strip():
        return "nobody's"
    return "" if moment(m.get("ts")) else "a time that cannot be read"


def moment(ts: Any) -> datetime | None:
    """Slack's own time: seconds since 1970 as text, to the microsecond.

    >>> moment("1452837318.000002").isoformat()
    '2016-01-15T05:55:18.000002+00:00'
    """
    if not isinstance(ts, str) or not re.fullmatch(r"\d{9,10}(\.\d{1,6})?", ts):
        return None
    whole, _, part = ts.partition(".")
    at = datetime.fromtimestamp(int(whole), UTC).replace(microsecond=int((part + "000000")[:6]))
    return at if at.year < 2100 else None


def _act(report: Report, line: int, m: dict[str, Any], known: Directory, folder: str) -> None:
    channel, ts = known.channels[folder][0], m["ts"]
    at = moment(ts)
    assert at is not None
    item, thread = f"slack:{channel}", m.get("thread_ts")
    kind = "comment" if isinstance(thread, str) and thread != ts else "post"
    before = len(report.events)
    report.act(line, _who(m["user"], known), at, kind, item, event_id=f"{channel}:{ts}")
    if len(report.events) == before:
        report.merged()
        return
    report.kept()
    for reaction in _listed(m.get("reactions")):
        users = reaction.get("users")
        for user in users if isinstance(users, list) else []:
            if isinstance(user, str) and user.strip() and user not in known.bots:
                report.act(line, _who(user, known), at, "reaction", item, event_id=f"{channel}:{ts}:reaction")


def _who(user: str, known: Directory) -> Handle:
    return known.people.get(user) or Handle("id", user, tool="slack")


def stage(con: duckdb.DuckDBPyConnection, path: Path, zone: str | None, scratch: Path) -> Staged:
    """The same without answers."""
    return stage_answered(con, path, Answers(zone=zone), scratch)


READER = Reader("slack", "Slack: export (zip)", recognises, stage, stage_answered)
