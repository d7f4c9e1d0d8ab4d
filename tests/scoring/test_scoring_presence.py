"""The stays that are shown for one person are those that were counted for everybody: against the second implementation, which the scoring
itself is held to as well (`test_scoring_oracle.py`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from oracle import EVER, NEVER, Oracle

from engagetree.scoring.presence import stays

OPENS, CLOSES = (datetime(2025, 3, 4, h, tzinfo=UTC) for h in (10, 11))
SESSION = {"item": "s", "kind": "session", "opens_at": OPENS, "closes_at": CLOSES}
WHEN = st.integers(-4, 16).map(lambda n: OPENS + timedelta(minutes=5 * n))

moves = st.lists(st.tuples(WHEN, st.sampled_from(["join", "leave"]), st.none()), max_size=8, unique=True) | st.lists(
    st.tuples(WHEN, st.just("present"), st.none() | st.integers(0, 12).map(lambda n: 300.0 * n)), max_size=5, unique=True
)


@given(moves)
def test_the_same_stays(found: list[Any]) -> None:
    """Joins and leaves, or stays with a length; never both for one person and session."""
    events = [{"participant": "p", "at": at, "kind": kind, "item": "s", "amount": n} for at, kind, n in found]
    person = {"participant": "p", "cohort": "A", "joined": EVER, "left": NEVER}
    theirs = Oracle({}, [], [SESSION], events, [], [], OPENS, CLOSES).stays(person, SESSION)
    assert stays(found, OPENS, CLOSES) == theirs
