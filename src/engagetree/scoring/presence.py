"""When one person was in one session, to be shown. Folding works it out for everybody at once (`fold._stays`); a test holds them equal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate

Move = tuple[datetime, str, float | None]
"""(when, join | leave | present, seconds of a stay)."""


def stays(moves: Iterable[Move], opens: datetime, closes: datetime) -> list[tuple[datetime, datetime]]:
    """The union of a person's intervals, clipped to the session: disjoint, in order, none of them empty.

    A missing leave lasts to the session's end; a leave without a join counts from its start; depth counts devices.

    >>> from datetime import UTC
    >>> at = lambda minute: datetime(2025, 3, 4, 10, minute, tzinfo=UTC)
    >>> [(a.minute, b.minute) for a, b in stays([(at(5), "join", None), (at(9), "join", None), (at(20), "leave", None)], at(0), at(30))]
    [(5, 30)]
    """
    steps: list[tuple[datetime, int]] = []
    for at, kind, seconds in moves:
        steps.append((at, -1 if kind == "leave" else 1))
        if kind == "present" and seconds is not None:
            steps.append((at + timedelta(seconds=int(seconds)), -1))
    steps.sort(key=lambda s: (s[0], -s[1]))
    depth = max(0, -min(accumulate(d for _, d in steps), default=0))
    out: list[tuple[datetime, datetime]] = []
    since = opens
    for at, change in [*steps, (max([closes, *(s[0] for s in steps)]), 0)]:
        moment = min(max(at, opens), closes)
        if depth > 0 and moment > since:
            touching = bool(out) and out[-1][1] == since
            out[-1:] = [(out[-1][0], moment)] if touching else [*out[-1:], (since, moment)]
        depth, since = depth + change, moment
    return out
