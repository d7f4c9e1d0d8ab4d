"""`--session` with an item that is not there: asked where items are known, said where none is. Counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagetree.ingest import Answers, OpenQuestion
from engagetree.workspace import create

LIST = "Full Name\tUser Action\tTimestamp\nAna\tJoined\t17/03/2025, 10:00:00\nAna\tLeft\t17/03/2025, 10:30:00\n"


def test_a_session_that_is_no_item(tmp_path):
    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    report = written("list.csv", LIST)
    with create(tmp_path / "w", Path("examples/first-programme/programme.yml")) as work:
        early = work.take(report, answers=Answers(session="sesion-7"))
        assert any("No items are imported yet: “sesion-7”" in n for n in early.account.notes)
        items = "item,kind,opens_at,closes_at\nsession-7,session,2025-03-17T09:00Z,2025-03-17T10:00Z\n"
        work.take(written("items.csv", items), answers=Answers(session="other"))  # it takes no session: nothing is asked
        other = written("other.csv", LIST.replace("Ana", "Bo"))
        with pytest.raises(OpenQuestion, match=r"there is no item “sesion-7”\. Did you mean “session-7”"):
            work.take(other, answers=Answers(session="sesion-7"))
        taken = work.take(other, answers=Answers(session="session-7"))
        assert taken.account.by_table == {"events": 2} and not any("No items" in n for n in taken.account.notes)
