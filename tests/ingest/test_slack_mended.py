"""Slack's refused messages are mended in the file that they lie in, and imported again.

What is expected is counted by hand in the export that `platforms.slack` writes: seven messages, of which four are refused.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from engagetree.ingest import find
from engagetree.ingest.answers import Answers

from . import platforms
from .meetings import read, written


def parts_of(path: Path) -> dict[str, list]:
    with zipfile.ZipFile(path) as z:
        return {n: json.loads(z.read(n)) for n in z.namelist()}


def test_refused_messages_lie_in_an_export_without_what_was_written(tmp_path):
    _, account, _ = read(written(tmp_path, platforms.slack(), "s.zip"), Answers())
    file = account.refused_file
    parts = parts_of(file)
    assert account.refused == 4 and sum(len(p) for n, p in parts.items() if "/" in n) == 4
    assert all(m["refused"] for n, p in parts.items() if "/" in n for m in p)
    assert not [w for w in ("joined", "beep", "private", "secret", "text") if w in json.dumps(parts)]
    assert {u["id"] for u in parts["users.json"]} == {"U2"}  # of the other, no message was refused
    _, again, tables = read(file, Answers(), find(file))
    assert find(file).name == "slack" and (again.read, again.refused) == (4, 4) and not tables.get("events")


def test_mended_messages_are_kept(tmp_path):
    """A direct message moved into a channel, a time written right, and the system's mark taken off."""
    export = {
        "users.json": [{"id": "U1", "name": "ana", "profile": {"email": "ana@x.org", "real_name": "Ana Ruiz", "phone": "600"}}],
        "channels.json": [{"id": "C1", "name": "general"}],
        "general/2016-01-15.json": [
            {"type": "message", "user": "U1", "text": "a", "ts": "1452837318,000002"},
            {"type": "message", "user": "U1", "text": "b", "ts": "1452837319.000002", "subtype": "odd",
             "reactions": [{"name": "+1", "users": ["U1"], "count": 1}]},
            {"type": "message", "user": "U1", "text": "c", "ts": "1452837320.000002", "thread_ts": "1452837318.000002"},
        ],
        "D1/2016-01-15.json": [{"type": "message", "user": "U1", "text": "d", "ts": "1452837321.000002"}],
    }  # fmt: skip
    whole = platforms.zipped({n: json.dumps(p) for n, p in export.items()})
    _, account, before = read(written(tmp_path, whole, "s.zip"), Answers())
    assert (account.kept, account.refused) == (1, 3)
    parts = parts_of(account.refused_file)
    assert "phone" not in json.dumps(parts)
    first, second = parts["general/2016-01-15.json"]
    first["ts"] = first["ts"].replace(",", ".")
    del second["subtype"]
    parts["general/2016-01-16.json"] = parts.pop("D1/2016-01-15.json")
    mended = written(tmp_path, platforms.zipped({n: json.dumps(p) for n, p in parts.items()}), "mended.zip")
    _, again, after = read(mended, Answers())
    assert (again.read, again.kept, again.refused) == (3, 3, 0)
    # what the export gives whose messages were sound from the start
    export["general/2016-01-15.json"][0]["ts"] = "1452837318.000002"
    del export["general/2016-01-15.json"][1]["subtype"]
    export["general/2016-01-16.json"] = export.pop("D1/2016-01-15.json")
    _, _, sound = read(written(tmp_path, platforms.zipped({n: json.dumps(p) for n, p in export.items()}), "sound.zip"), Answers())

    def acts(*tables):
        return {(e["event_id"], e["participant"], e["at"], e["kind"], e["item"]) for t in tables for e in t["events"]}

    assert acts(before, after) == acts(sound) and len(acts(sound)) == 5
    assert {(s["handle"], s["same_as"]) for s in after["seen"]} == {(s["handle"], s["same_as"]) for s in sound["seen"]}


def test_an_export_with_nothing_refused_leaves_no_file(tmp_path):
    export = {"users.json": [], "channels.json": [{"id": "C1", "name": "g"}],
              "g/2016-01-15.json": [{"type": "message", "user": "U1", "ts": "1452837318.000002"}]}  # fmt: skip
    _, account, _ = read(written(tmp_path, platforms.zipped({n: json.dumps(p) for n, p in export.items()}), "s.zip"), Answers())
    assert account.refused_file is None and not list((tmp_path / "scratch").glob("*refused*"))
