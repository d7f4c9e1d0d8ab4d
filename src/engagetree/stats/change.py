"""How large a change must be before it says anything, where the two numbers share most of what they are made of."""

from __future__ import annotations

import math

SMALLEST = 3.0
"""Points below which a change is not worth a message, however certain."""


def margin(low: float, high: float, back: float, age: float, window: float = 0.0) -> float:
    """Points by which a score must have moved over the last `back` of `age` units of time to be a clear change, 95 %.

    [low, high] is the 95 % interval now, with variance V. A cumulative score (`window` 0) is a mean over everything so far, of which the
    last `back` units are new: if nothing had changed, its variance then and now would be σ²/(age − back) and σ²/age, and that of the
    difference V·back/(age − back). Of a trailing window the share back/window (at most 1) is exchanged: 2·V·share.

    >>> round(margin(50, 60, back=4, age=16), 2), round(margin(50, 60, back=4, age=16, window=4), 2), margin(50, 60, back=4, age=4)
    (3.0, 7.07, inf)
    """
    times = carried(back, age, window)
    return math.inf if math.isinf(times) else max(SMALLEST, (high - low) / 2 * math.sqrt(times))


def carried(back: float, age: float, window: float = 0.0) -> float:
    """The variance of a change as a multiple of that of the score now: see `margin`.

    >>> carried(4, 16), carried(4, 16, 8), carried(4, 4)
    (0.3333333333333333, 1.0, inf)
    """
    if window:
        return 2 * min(1.0, back / window)
    return math.inf if age <= back or back <= 0 else back / (age - back)
