"""How many will have done something by a day, where not everybody was watched for as long.

Sources: Kaplan & Meier 1958, JASA 53; Greenwood's variance, with the interval on the scale of log(−log) so that it stays within 0 and 1
(Kalbfleisch & Prentice 1980, *The Statistical Analysis of Failure Time Data*).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from engagetree.stats.estimate import Estimate, NoAnswer, reach


def by_then(counts: Iterable[tuple[int, int, int]], day: int, level: float = 0.95) -> Estimate | NoAnswer:
    """The share that has done it by `day`: 1 − Kaplan–Meier. `counts` holds (day, how many did it then, how many were last seen then).

    Who did it on a day counts as before those last seen on it. No answer where nobody is watched until `day`.

    >>> e = by_then([(1, 2, 0), (2, 0, 3), (4, 1, 4)], 4); round(e.value, 2), e.n
    (0.36, 10)
    """
    rows = _by_day(counts)
    n = sum(did + lost for _, did, lost in rows)
    if not n:
        return NoAnswer("nobody was watched")
    if rows[-1][0] < day:
        return NoAnswer(f"nobody was watched until day {day}; the last one until day {rows[-1][0]}", n)
    at_risk, still, spread = n, 1.0, 0.0
    for d, did, lost in rows:
        if did and d <= day:
            still *= 1 - did / at_risk
            spread += did / (at_risk * (at_risk - did)) if at_risk > did else math.inf
        at_risk -= did + lost
    return Estimate(1 - still, *_ends(still, spread, n, level), n, still * math.sqrt(spread) if still else 0.0)


def _by_day(counts: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for d, did, lost in counts:
        before = found.get(d, (0, 0))
        found[d] = (before[0] + did, before[1] + lost)
    return sorted((d, did, lost) for d, (did, lost) in found.items() if did or lost)


def _ends(still: float, spread: float, n: int, level: float) -> tuple[float, float]:
    """The interval of 1 − S; where nothing or everything happened, from the rule of three's exact form."""
    if still in (0.0, 1.0):
        edge = 1 - ((1 - level) / 2) ** (1 / n)
        return (0.0, edge) if still == 1.0 else (1 - edge, 1.0)
    half = reach(level) * math.sqrt(spread) / abs(math.log(still))
    return 1 - still ** math.exp(-half), 1 - still ** math.exp(half)
