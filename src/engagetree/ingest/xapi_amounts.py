"""How much an act was: durations, scores and stretches of a video as numbers. What cannot be told is None, never 0."""

from __future__ import annotations

import re
from typing import Any

SEGMENTS = "https://w3id.org/xapi/video/extensions/played-segments"

DURATION = re.compile(
    r"P(?!$)(?:(?P<y>\d+(?:\.\d+)?)Y)?(?:(?P<m>\d+(?:\.\d+)?)M)?(?:(?P<w>\d+(?:\.\d+)?)W)?(?:(?P<d>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<min>\d+(?:\.\d+)?)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)
LENGTHS = {"y": 365 * 86_400, "m": 30 * 86_400, "w": 7 * 86_400, "d": 86_400, "h": 3_600, "min": 60, "s": 1}
INFINITE = float("inf")
LONGEST = 64
"""Characters of a duration; a longer one is none."""


def seconds(duration: object) -> float | None:
    """An ISO 8601 duration in seconds, or None where it is none. A year has 365 days, a month 30.

    >>> seconds("PT1H2M3.5S"), seconds("P1W"), seconds("1 hour"), seconds("PT")
    (3723.5, 604800.0, None, None)
    """
    if not isinstance(duration, str) or len(duration) > LONGEST:
        return None
    found = DURATION.fullmatch(duration)
    return sum(float(n) * LENGTHS[unit] for unit, n in found.groupdict().items() if n) if found else None


def percent(scaled: object, raw: object = None, least: object = None, most: object = None) -> float | None:
    """A score from 0 to 100: `scaled` (−1 to 1), else `raw` between its bounds. None below 0, of nothing, or where no bound is known.

    >>> percent(0.85), percent(None, 17, 0, 20), percent(None, 3), percent(-0.5), percent(0, 0, 0, 0)
    (85.0, 85.0, None, None, None)
    """
    low = least if _number(least) else 0
    if _number(most) and most <= low:  # type: ignore[operator]
        return None
    if _number(scaled):
        share = float(scaled)  # type: ignore[arg-type]
    elif _number(raw) and _number(most) and most > low:  # type: ignore[operator]
        share = (raw - low) / (most - low)  # type: ignore[operator]
    else:
        return None
    return round(100 * share, 9) if 0 <= share < INFINITE else None


def _number(x: object) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)


def played(text: object) -> list[tuple[float, float]]:
    """The stretches of a video that were played, in order; the one that is still open has no end and is left out.

    >>> played("0[.]42.6[,]43.1[.]124.6[,]176.4")
    [(0.0, 42.6), (43.1, 124.6)]
    """
    if not isinstance(text, str):
        return []
    found = []
    for part in text.split("[,]"):
        begin, closed, end = part.partition("[.]")
        if closed:
            try:
                a, b = float(begin), float(end)
            except ValueError:
                continue
            if 0 <= a < b < INFINITE:
                found.append((a, b))
    return found


def united(stretches: list[tuple[float, float]]) -> float:
    """Seconds that stretches cover together, each counted once.

    >>> united([(0, 10), (5, 20), (30, 31)])
    21.0
    """
    total, reached = 0.0, float("-inf")
    for a, b in sorted(stretches):
        total += max(0, b - max(a, reached))
        reached = max(reached, b)
    return total


def watched(text: object, last: bool) -> float | None:
    """Seconds watched by what a statement says was played: all of it, or what its `last` stretch added that was not seen before.

    >>> watched("0[.]10[,]5[.]20", last=False), watched("0[.]10[,]5[.]20", last=True), watched("", last=True)
    (20.0, 10.0, None)
    """
    quick = _quick(text, last)
    if quick is not None:
        return quick
    stretches = played(text)
    if not stretches:
        return None
    whole = united(stretches)
    return round(whole - united(stretches[:-1]) if last else whole, 6)


def _quick(text: object, last: bool) -> float | None:
    """The same where the stretches follow one another without overlap, which they nearly always do; None where they do not."""
    try:
        ends = [float(n) for n in text.replace("[,]", "[.]").split("[.]")]  # type: ignore[attr-defined]
    except (ValueError, AttributeError):
        return None
    n = len(ends) // 2
    if not n or text.count("[.]") != n or ends != sorted(ends) or not 0 <= ends[0] <= ends[-1] < INFINITE:  # type: ignore[attr-defined]
        return None
    if len(ends) % 2:  # the last one is still open
        if not text.rstrip("0123456789.").endswith("[,]"):  # type: ignore[attr-defined]
            return None
        del ends[-1]
    seconds = ends[-1] - ends[-2] if last else sum(ends[1::2]) - sum(ends[::2])
    return round(seconds, 6) if seconds > 0 else None


def result_seconds(result: dict[str, Any], last: bool) -> float | None:
    """Seconds of a statement's result: what was played, else its duration."""
    told = watched((result.get("extensions") or {}).get(SEGMENTS), last)
    return told if told is not None else seconds(result.get("duration"))


def result_score(result: dict[str, Any]) -> float | None:
    """The score of a statement's result, 0 to 100."""
    score = result.get("score")
    return percent(score.get("scaled"), score.get("raw"), score.get("min"), score.get("max")) if isinstance(score, dict) else None
