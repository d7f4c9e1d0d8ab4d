"""BigBlueButton's own activity score, from 0 to 10, worked out again from its dashboard's columns.

Talking, messages, raised hands and reactions give up to two points each, the own number over the greatest among those who are no
moderators; polls give two points times answered over asked. A column in which nobody has anything adds nothing; moderators get 0.

It is here to be compared with, and shows a flaw that our scores avoid: it is relative to the greatest, so everybody's number falls when
one person talks more, and a quiet room scores as high as a lively one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Activity:
    """What the dashboard counts for one person; `talk` in seconds."""

    name: str
    moderator: bool
    talk: float
    messages: int
    reactions: int
    hands: int
    polls: int


def activity_scores(people: Sequence[Activity], asked: int) -> list[float]:
    """The scores, in the order of the people; `asked` is the number of polls.

    >>> a, b = Activity("A", False, 60, 4, 0, 1, 1), Activity("B", False, 30, 0, 0, 0, 2)
    >>> activity_scores([a, b], 2)
    [7.0, 3.0]
    """
    counted = [p for p in people if not p.moderator]
    tops = [max((float(getattr(p, c)) for p in counted), default=0.0) for c in ("talk", "messages", "hands", "reactions")]
    return [0.0 if p.moderator else _score(p, tops, asked) for p in people]


def _score(p: Activity, tops: Sequence[float], asked: int) -> float:
    own = (p.talk, p.messages, p.hands, p.reactions)
    points = sum(2 * mine / top for mine, top in zip(own, tops, strict=True) if top > 0)
    return points + (2 * p.polls / asked if asked else 0.0)
