"""Every reader of meeting reports with what people, tools and spreadsheet programs do to files: columns moved, a header said again, totals, a
leave before its join, other digits, formulas, dashes, characters that are none.

What is expected is what the report says before it is spoilt (other tests hold that against a pencil), less the one row that is spoilt.
"""

from __future__ import annotations

import csv
import io
import random
import re

import pytest

from engagetree.ingest.answers import Answers
from engagetree.ingest.readers import readers

from . import meetings
from .meetings import ALL, connection, read, written

HEADED = [n for n in ALL if n != "zoom-chat"]
WITH_STAYS = {  # reader → the row of a stay, counted from 0 below the header that says `join`; its join and leave
    "zoom-participants": ("Li, Bo", "Join Time", "Leave Time"),
    "zoom-webinar": ("Pan", "Join Time", "Leave Time"),
    "teams": ("[Acme] Bo Li (Guest)", "Join Time", "Leave Time"),
    "webex": ("Bo Li", "Join Time", "Leave Time"),
    "bbb": ("Cem", "Join", "Left"),
}
WORDS = {"Name", "Email", "User Email", "Topic", "Question", "Full Name", "Time joined", "Attended", "User Name", "Moderator"}
TIME = re.compile(r"[\d/:,. \u202f-]*\d[\d/:,. \u202f-]*( ?[AP]M)?( ?min| ?hr.*| ?mins|m)?")


def taken_apart(name: str) -> tuple[list[list[str]], str]:
    text = ALL[name][0]
    delimiter = "\t" if "\t" in text else ","
    return list(csv.reader(io.StringIO(text), delimiter=delimiter)), delimiter


def together(rows: list[list[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def is_header(row: list[str]) -> bool:
    return (
        len(row) > 1 and bool(WORDS & {re.sub(r" \(Original Name\)", "", c) for c in row}) and not any(":" in c and "/" in c for c in row)
    )


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    con = connection(tmp_path_factory.mktemp("spoilt"))
    yield con
    con.close()


@pytest.fixture
def said(con, tmp_path):
    """(acts with their sessions, account) of a report's rows, read by the reader that is named."""

    def run(name: str, rows: list[list[str]], delimiter: str, answers: Answers | None = None):
        path = written(tmp_path, together(rows, delimiter))
        _, account, tables = read(path, answers or ALL[name][1], readers()[name], con)
        assert account.read == account.kept + account.merged + account.refused
        return sorted(((e["participant"], e["kind"], e["at"], e["item"], e["amount"]) for e in tables["events"]), key=str), account

    return run


@pytest.mark.parametrize("name", HEADED)
def test_columns_in_any_order(said, name):
    rows, delimiter = taken_apart(name)
    before, account = said(name, rows, delimiter)
    rng = random.Random(name)
    for _ in range(4):
        order: list[int] = []
        moved = []
        for row in rows:
            if is_header(row):
                fixed = len(row) if name != "bbb" else 12  # polls of BigBlueButton stand behind, and their headers may hold commas
                order = rng.sample(range(fixed), fixed)
            known = order and len(row) > 2 and len(row) >= len(order)
            moved.append([row[i] for i in order] + row[len(order) :] if known else row)
            order = order if len(row) > 1 else []
        found, again = said(name, moved, delimiter)
        assert (found, again.kept, again.refused) == (before, account.kept, account.refused)


@pytest.mark.parametrize("name", [n for n in HEADED if n != "zoom-polls"])  # there, a header again is the question again
def test_a_header_said_again_in_the_middle(said, name):
    rows, delimiter = taken_apart(name)
    before, account = said(name, rows, delimiter)
    at = max(i for i, r in enumerate(rows) if is_header(r))
    found, again = said(name, [*rows[: at + 2], rows[at], *rows[at + 2 :]], delimiter)
    assert (found, again.merged, again.refused) == (before, account.merged + 1, account.refused)


@pytest.mark.parametrize("word", ["Total", "Summe:", "TOTALE"])
@pytest.mark.parametrize("name", [*WITH_STAYS, "meet"])
def test_a_row_of_totals_is_nobody(said, name, word):
    rows, delimiter = taken_apart(name)
    before, account = said(name, rows, delimiter)
    header = rows[max(i for i, r in enumerate(rows) if is_header(r))]
    first = next(i for i, c in enumerate(header) if c.startswith(("Name", "User Name", "First name", "Full Name")))
    total = ["", *[""] * (len(header) - 1)]
    total[first] = word
    found, again = said(name, [*rows, total] if name != "bbb" else [*rows[:-1], total, rows[-1]], delimiter)
    assert (found, again.merged, again.refused) == (before, account.merged + 1, account.refused)


@pytest.mark.parametrize("name", WITH_STAYS)
def test_a_leave_before_its_join_costs_its_row_and_no_minutes(said, name):
    rows, delimiter = taken_apart(name)
    who, join, leave = WITH_STAYS[name]
    named = Answers(**{**vars(ALL[name][1]), "session": "s"})
    before, account = said(name, rows, delimiter, named)
    header, spoilt = rows_of(rows, who)
    a, b = header.index(join), header.index(leave)
    spoilt[a], spoilt[b] = spoilt[b], spoilt[a]
    found, again = said(name, rows, delimiter, named)
    assert again.refused == account.refused + 1 and "before the join" in " ".join(r.reason for r in again.refusals)
    lost = [x for x in before if x not in found]
    assert {x[0].rpartition(":")[2] for x in lost} <= {who, "pan@x.org", "Mod", "Ana", "Bo"} and (name == "bbb" or len(lost) == 1)
    assert not [x for x in found if x[4] is not None and x[4] < 0]


def rows_of(rows: list[list[str]], who: str) -> tuple[list[str], list[str]]:
    """The row of somebody, and the header above it."""
    at = next(i for i, r in enumerate(rows) if who in [c.removeprefix('="').removesuffix('"') for c in r])
    return next(r for r in reversed(rows[:at]) if is_header(r)), rows[at]


@pytest.mark.parametrize("dash", ["--", "-", "—", "n/a", ""])
@pytest.mark.parametrize("name", [*WITH_STAYS, "meet"])
def test_a_dash_for_a_leave_is_the_end_of_the_session_and_never_zero(said, name, dash):
    rows, delimiter = taken_apart(name)
    who, _, leave = WITH_STAYS.get(name, ("Bo", "", "Time exited"))
    header, spoilt = rows_of(rows, who)
    spoilt[header.index(leave)] = dash
    for length in ("Duration", "Duration (Minutes)", "Attendance Duration", "Time in Session (minutes)"):
        if length in header:
            spoilt[header.index(length)] = dash
    found, account = said(name, rows, delimiter)
    assert any("without a leave: counted to the end" in n for n in account.notes)
    mine = [x for x in found if x[1] == "present" and x[0].rpartition(":")[2] in (who, "pan@x.org", "Bo Li")]
    assert len(mine) == 1 and mine[0][4] >= 600


@pytest.mark.parametrize("minutes", ["-178", "-1", "9999999", "1e9", "=1+1", "٣٠ min", "half an hour"])
@pytest.mark.parametrize("name", ["zoom-participants", "zoom-webinar", "teams", "webex"])
def test_minutes_that_cannot_be_do_not_count_where_the_times_are_known(said, name, minutes):
    rows, delimiter = taken_apart(name)
    before, _ = said(name, rows, delimiter)
    header, spoilt = rows_of(rows, WITH_STAYS[name][0])
    at = next(
        i for i, c in enumerate(header) if c in ("Duration", "Duration (Minutes)", "Attendance Duration", "Time in Session (minutes)")
    )
    spoilt[at] = minutes
    assert said(name, rows, delimiter)[0] == before


@pytest.mark.parametrize("zero", ["٠", "०", "０", "۰"])
@pytest.mark.parametrize("name", HEADED)
def test_digits_of_other_scripts(said, name, zero):
    """Times and counts in Arabic, Devanagari, full-width or Persian digits."""
    rows, delimiter = taken_apart(name)
    before, account = said(name, rows, delimiter)
    digits = str.maketrans("0123456789", "".join(chr(ord(zero) + n) for n in range(10)))
    moved = [[c.translate(digits) if TIME.fullmatch(c) and not is_header(row) else c for c in row] for row in rows]
    changed = "".join("".join(r) for r in moved)
    found, again = said(name, moved, delimiter)
    assert zero in changed or name == "zoom-questions"
    assert [x[:3] + x[4:] for x in found] == [
        x[:3] + x[4:] for x in before
    ]  # a meeting's number may be written in them, and so is its item
    assert again.refused == account.refused


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", '=HYPERLINK("http://x","Ana")', "-2+3"])
@pytest.mark.parametrize("name", [*WITH_STAYS, "meet", "teams-list"])
def test_what_looks_like_a_formula_is_a_name(said, name, formula):
    rows, delimiter = taken_apart(name)
    who = WITH_STAYS.get(name, ("Bo",))[0]
    before, account = said(name, rows, delimiter)
    moved = [[formula if c.removeprefix('="').removesuffix('"') == who else c for c in row] for row in rows]
    found, again = said(name, moved, delimiter)
    assert [x[1:] for x in sorted(found, key=lambda x: str(x[1:]))] == [x[1:] for x in sorted(before, key=lambda x: str(x[1:]))]
    assert again.refused == account.refused and ("pan@x.org" in str(found) or formula in str([x[0] for x in found]))


@pytest.mark.parametrize("name", ALL)
def test_characters_that_are_none(con, tmp_path, name):
    """A NUL in front of every fifth letter: left out and said, and nothing else changes."""
    text, answers = ALL[name]
    _, before, tables = read(written(tmp_path, text), answers, con=con)
    spoilt = "".join(f"\0{c}" if i % 5 == 0 else c for i, c in enumerate(text))
    _, account, found = read(written(tmp_path, spoilt), answers, con=con)
    assert meetings.acts(found) == meetings.acts(tables) and account.read == before.read
    assert any("NUL characters in it left out" in n for n in account.notes)
