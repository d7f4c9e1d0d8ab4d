"""A session that is named and is no item: asked, with what is spelled alike. Expected words are from the page on importing reports."""

from __future__ import annotations

import pytest

from engagetree.ingest.answers import OpenQuestion, check_session


def test_a_known_item_is_taken():
    assert check_session("session-7", {"session-7", "session-8"}, "list.csv") == ""


@pytest.mark.parametrize(("named", "said"), [
    ("sesion-7", "Did you mean “session-7”"),
    ("zoom:1@2025-03-17T10:00Z", "Import first what makes it"),
])  # fmt: skip
def test_an_unknown_item_is_asked(named, said):
    with pytest.raises(OpenQuestion) as asked:
        check_session(named, ["session-7", "quiz"], "list.csv")
    assert asked.value.question == "session" and asked.value.exit_code == 2
    assert f"list.csv: there is no item “{named}”. {said}" in str(asked.value) and "--session ITEM" in str(asked.value)


def test_before_any_item_it_is_said():
    assert "No items are imported yet" in check_session("session-7", [], "list.csv")
