"""Presence: the union of a person's stays, clipped to the session. Worked by hand; every session lasts from 10:00 to 11:00, 3,600 s."""

from __future__ import annotations

from typing import Any

import pytest
from casebook import Read, case
from programme import Row, act, item, person
from pytest import approx

SESSION = item("s", "session", "2025-03-04 10:00", "2025-03-04 11:00")


def stays(who: str, *moves: str) -> list[Row]:
    """ "10:00 join" → an event of that person in the session; "10:00 present 600" has a length in seconds."""
    out = []
    for move in moves:
        at, kind, *amount = move.split()
        day = "2025-03-04"
        if "T" in at:
            day, at = at.split("T")
        out.append(act(who, f"{day} {at}", kind, "s", float(amount[0]) if amount else None))
    return out


CASES: dict[str, tuple[float, tuple[str, ...], str]] = {
    "whole": (3600, ("10:00 join", "11:00 leave"), "there from end to end"),
    "clipped": (3600, ("09:40 join", "11:30 leave"), "joined before it opened and left after it closed: no second outside counts"),
    "two-devices": (2700, ("10:00 join", "10:10 join", "10:30 leave", "10:45 leave"), "10:00 to 10:45; the overlap counts once"),
    "nested": (2700, ("10:00 join", "10:10 join", "10:20 leave", "10:45 leave"), "the second device inside the first"),
    "re-join": (2400, ("10:00 join", "10:10 leave", "10:30 join", "11:00 leave"), "600 + 1,800 s"),
    "missing-leave": (2400, ("10:20 join",), "no leave: until the session's end"),
    "lost-join": (1800, ("10:30 leave",), "a leave without a join: from the session's start"),
    "lost-first-join": (3000, ("10:10 leave", "10:20 join"), "600 s before the leave, then from 10:20 to the end: 600 + 2,400"),
    "before-only": (0, ("09:30 join", "09:50 leave"), "came and went before it opened"),
    "waiting-room": (3300, ("09:50 leave", "10:05 join"), "left before it opened (its join is lost), came back at 10:05"),
    "waiting-room-back": (3600, ("09:50 leave", "09:55 join"), "left before it opened, was back before it opened: there from end to end"),
    "after-only": (0, ("11:05 join", "11:30 leave"), "came after it had closed"),
    "stays": (900, ("10:10 present 600", "10:15 present 600"), "10:10–10:20 and 10:15–10:25 are 10:10–10:25"),
    "stay-clipped": (600, ("10:50 present 6000",), "a stay of 6,000 s from 10:50 ends with the session"),
    "ticked": (3600, ("10:00 present",), "a tick without a length: there until the end"),
    "same-second": (1200, ("10:00 join", "10:10 leave", "10:10 join", "10:20 leave"), "leaving and joining in the same second is no gap"),
    "leaves-twice": (1800, ("10:00 join", "10:20 leave", "10:30 leave"), "the second leave has no join: there from the start until 10:30"),
    "device-left-on": (3600, ("10:00 join", "10:05 join", "10:10 leave"), "one device left, the other never did"),
    "edge": (1, ("10:59:59 join",), "one second"),
    "fraction": (600, ("10:00:00.600 join", "10:10:00.400 leave"), "fractions of a second are dropped on both sides: 10:00:00 to 10:10:00"),
}  # fmt: skip


@case(
    "presence",
    people=[person(who) for who in CASES] + [person("nobody")],
    items=[SESSION],
    events=[e for who, (_, moves, _) in CASES.items() for e in stays(who, *moves)],
)
def test_somebody_who_never_came(scores: Read) -> None:
    """The session was offered and not reached: 0 of 3,600 s; the value is 0, not unknown."""
    assert scores.of("nobody", "attendance", driver="reached") == (0, 3600)
    assert scores("nobody", "attendance") == 0


@pytest.mark.parametrize("who", CASES)
def test_seconds_present(book: Any, who: str) -> None:
    """Each answer is worked out beside its case; the value is seconds present / seconds held."""
    seconds, _, why = CASES[who]
    scores = Read(book, "presence")
    assert scores.of(who, "attendance", driver="stayed")[0] == approx(seconds), why
    assert scores(who, "attendance") == approx(100 * seconds / 3600), why
    assert scores.of(who, "attendance", driver="reached") == (3600 if seconds else 0, 3600)


@case(
    "product",
    people=[person("p")],
    items=[
        item("a", "session", "2025-03-04 10:00", "2025-03-04 11:00"),
        item("b", "session", "2025-03-05 10:00", "2025-03-05 10:50"),
        item("c", "session", "2025-03-06 10:00", "2025-03-06 12:00"),
    ],
    events=[act("p", "2025-03-04 10:07", "present", "a", 1234), act("p", "2025-03-06 10:00", "present", "c", 4321)],
)
def test_reached_times_stayed_is_exactly_seconds_present_by_seconds_held(scores: Read) -> None:
    """Held 3600 + 3000 + 7200 = 13,800 s; reached 10,800 of them; stayed 1234 + 4321 = 5,555 of 10,800. The product is 5555/13800."""
    assert scores.of("p", "attendance", driver="reached") == (10800, 13800)
    assert scores.of("p", "attendance", driver="stayed") == (5555, 10800)
    assert scores("p", "attendance") == approx(100 * 5555 / 13800, abs=1e-12)


@case(
    "break",
    people=[person("p")],
    items=[
        item("a", "session", "2025-03-04 10:00", "2025-03-04 12:00", seconds=3600),
        item("b", "session", "2025-03-05 10:00", None, seconds=3600),
    ],
    events=[act("p", "2025-03-04 10:00", "present", "a", 7200), act("p", "2025-03-05 10:00", "present", "b", 1800)],
)
def test_nobody_is_present_longer_than_a_session_counts(scores: Read) -> None:
    """Session a counts one hour within two (a long break). Being there for both hours is all of it, and does not make up for the half of b
    that was missed: (3600 + 1800)/7200 = 75. Session b has no end of its own: it ends after its seconds."""
    assert scores.of("p", "attendance", driver="stayed") == (5400, 7200)
    assert scores("p", "attendance") == approx(75)


@case(
    "midnight",
    people=[person("p")],
    items=[item("s", "session", "2025-03-09 23:30", "2025-03-10 00:30"), item("q", "prompt", "2025-03-10 00:10", parent="s")],
    events=[
        act("p", "2025-03-09 23:45", "join", "s"),
        act("p", "2025-03-10 00:15", "leave", "s"),
        act("p", "2025-03-10 00:11", "answer", "q"),
    ],
)
def test_a_session_belongs_to_the_week_in_which_it_opens(scores: Read) -> None:
    """It opens on Sunday 23:30 and ends on Monday 00:30: all of it, and its prompt, count in the week of the Sunday. 1,800 of 3,600 s.
    The answer itself came on Monday: 0 of 1 at the end of Sunday, 1 of 1 a week later."""
    assert scores.of("p", "attendance", "2025-03-03", "stayed") == (1800, 3600)
    assert scores.of("p", "attendance", driver="stayed") == (1800, 3600)
    assert scores.of("p", "answered", "2025-03-03") == (0, 1)
    assert scores.of("p", "answered") == (1, 1)


@case(
    "monday",
    people=[person("p")],
    items=[item("s", "session", "2025-03-10 00:00", "2025-03-10 01:00")],
    events=[act("p", "2025-03-09 23:50", "join", "s"), act("p", "2025-03-10 00:30", "leave", "s")],
)
def test_joining_before_a_session_that_opens_with_the_week(scores: Read) -> None:
    """The join lies in the week before the session's: there from 00:00 to 00:30 all the same."""
    assert scores.of("p", "attendance", driver="stayed") == (1800, 3600)


@case(
    "hours",
    people=[person("p"), person("away")],
    items=[item("a", "session", "2025-03-04 10:00", "2025-03-04 11:00"), item("b", "session", "2025-03-05 10:00", "2025-03-05 11:00")],
    events=[
        act("p", "2025-03-04 10:00", "present", "a", 3600),
        act("p", "2025-03-05 10:00", "present", "b", 1800),
        act("p", "2025-03-04 10:05", "chat", "a"),
        act("p", "2025-03-04 10:06", "wave"),
        act("p", "2025-03-05 10:06", "chat", "b"),
        act("away", "2025-03-05 10:06", "chat", "b"),
    ],
)
def test_acts_by_the_hour_present(scores: Read) -> None:
    """Three acts (chat or wave) in 1.5 hours present are 2 an hour; against 4 an hour that is 50. Who was not present at all has no value."""
    assert scores.of("p", "chat") == (3, 1.5)
    assert scores("p", "chat") == approx(50)
    assert scores("away", "chat") is None
