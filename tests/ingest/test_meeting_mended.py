"""Refused rows of meeting reports are mended in the file that they lie in, and imported again: both imports together say what the report says
that was sound from the start.
"""

from __future__ import annotations

import re

import pytest

from engagetree.ingest import find
from engagetree.ingest.answers import Answers

from .meetings import ALL, POLL_OLD, connection, read, written

SPOILT = {  # a row's own text → what somebody made of it; undone in the refused file
    "zoom-participants": ('"Li, Bo",,03/17/2025 10:05:00 AM', '"Li, Bo",,at five past'),
    "zoom-webinar": ('pan@x.org,"Mar 22, 2025 19:00:00"', "pan@x.org,at seven"),
    "zoom-polls": ('2,Bo,bo@x.org,"Mar 17, 2025 10:41:00"', "2,Bo,bo@x.org,later"),
    "zoom-polls, old": ('2,Bo,bo@x.org,"Jan 21, 2021 21:05:20"', "2,Bo,bo@x.org,later"),
    "zoom-questions": ("2,Why?,Ana", "2,,Ana"),
    "teams": ("[Acme] Bo Li (Guest)\t3/17/2025, 10:05:00\u202fAM", "[Acme] Bo Li (Guest)\tten five"),
    "teams-list": ("Bo\tLeft\t17/03/2025, 11:00:00", "Bo\tLeft\tat the end"),
    "meet": ("Ana,Ruiz,ana@x.org,58 min,18:02", "Ana,Ruiz,ana@x.org,58 min,six"),
    "webex": ('"=""Bo Li"""\t"="""""\t"=""2021-06-14 17:30:00"""', '"=""Bo Li"""\t"="""""\t"=""half past"""'),
    "bbb": ('"0","2","0","0","3/17/2025, 10:00:00 AM"', '"0","2","0","0","ten"'),
}  # fmt: skip
WRITTEN = {"bbb": (",ten,", ',"3/17/2025, 10:00:00 AM",')}
"""Where the refused file writes the same cells otherwise: without quotes that are not needed."""

REPORTS = {**ALL, "zoom-polls, old": (POLL_OLD, Answers(zone="UTC", session="zoom:1@2021-01-21T21:00Z"))}


def said(*tables):
    events = {(e["participant"], e["kind"], e["at"], e["item"], e["amount"]) for t in tables for e in t.get("events", [])}
    items = {(i["item"], i["kind"], i["title"]) for t in tables for i in t.get("items", [])}
    return events, items


@pytest.mark.parametrize("name", SPOILT)
def test_mended_rows_are_what_they_were(tmp_path, name):
    text, answers = REPORTS[name]
    sound, odd = SPOILT[name]
    assert text.count(sound) == 1
    con = connection(tmp_path)
    reader = name.split(",")[0]
    _, whole, clean = read(written(tmp_path, text), answers, con=con)
    _, account, before = read(written(tmp_path, text.replace(sound, odd)), answers, con=con)
    assert account.refused == whole.refused + 1
    file = account.refused_file.read_text("utf-8-sig")
    odd, sound = WRITTEN.get(name, (odd, sound))
    assert file.count(odd) == 1
    by_hand = next((n for n in account.notes if "Import the mended rows with --session" in n), "")
    session = answers.session or (re.search(r"--session (\S+):", by_hand)[1] if by_hand else None)
    path = written(tmp_path, file.replace(odd, sound), "mended.csv")
    assert find(path).name == reader
    _, again, after = read(path, Answers(**{**vars(answers), "session": session}), con=con)
    assert again.refused == whole.refused
    events, items = said(before, after)
    assert (events, items) == said(clean), (file, again.notes)
    assert not [i for _, i, _ in items if "refused" in str(i)]


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_not_mended_is_refused_again_and_adds_nothing(tmp_path, name):
    text, answers = REPORTS[name]
    con = connection(tmp_path)
    named = Answers(**{**vars(answers), "session": answers.session or "s"})
    _, account, before = read(written(tmp_path, text.replace(*SPOILT[name])), named, con=con)
    path = written(tmp_path, account.refused_file.read_bytes(), "same.csv")
    _, again, after = read(path, named, find(path), con)
    assert again.refused == account.refused and said(before, after) == said(before)
