"""Each time a version was put in use is kept. Expected: by hand, and by Python's own sqlite3 beside it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config

import engagetree.ledger
from engagetree.ledger import Ledger
from engagetree.ledger.connect import engine_for, url_of, writing


def test_who_when_and_why_of_every_time(tmp_path: Path) -> None:
    book = Ledger.open(tmp_path / "ledger.db", create=True)
    book.add_definition("aaaa", "one", "maria", "first", use=True)
    book.add_definition("bbbb", "two", "jon", "more questions", use=True)
    book.use_definition("aaaa", "maria", "numbers could not be compared")
    book.use_definition("aaaa", "maria", "said twice, changes nothing")
    assert [(u.fingerprint, u.who, u.reason) for u in book.uses()] == [
        ("aaaa", "maria", "first"),
        ("bbbb", "jon", "more questions"),
        ("aaaa", "maria", "numbers could not be compared"),
    ]
    assert [json.loads(line.detail) for line in book.audit() if line.action == "definition in use"][-1] == {
        "fingerprint": "aaaa",
        "reason": "numbers could not be compared",
    }
    assert [d.reason for d in book.definitions()] == ["first", "more questions"], "a version keeps the reason that it was made for"
    assert book.damage() == []
    book.close()


def test_a_ledger_of_the_first_release_is_told_what_its_audit_log_says(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    engine = engine_for(url_of(path))
    config = Config()
    config.set_main_option("script_location", str(Path(engagetree.ledger.__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "r0001")
    engine.dispose()
    con = sqlite3.connect(path)
    times = [f"2025-03-0{n}T09:00:00.000000+00:00" for n in (1, 2, 3)]
    for fingerprint, at, reason, use in (("aaaa", times[0], "first", 1), ("bbbb", times[1], "second", 0)):
        con.execute("INSERT INTO definitions VALUES (?, 'text', 'maria', ?, ?, ?)", (fingerprint, at, reason, use))
    for n, (fingerprint, at) in enumerate(zip(("aaaa", "bbbb", "aaaa"), times, strict=True), 1):
        detail = json.dumps({"fingerprint": fingerprint})
        con.execute("INSERT INTO audit VALUES (?, ?, 'jon', 'definition in use', ?, '', '')", (n, at, detail))
    con.commit()
    con.close()
    book = Ledger.open(path)
    assert [(u.fingerprint, u.at.day, u.who, u.reason) for u in book.uses()] == [
        ("aaaa", 1, "jon", "first"),
        ("bbbb", 2, "jon", "second"),
        ("aaaa", 3, "jon", "first"),
    ]
    book.close()
