"""The net promoter score of so many answers, with an interval that does not vanish when all say the same."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engagetree.stats.intervals import Z

FEWEST = 23
"""With fewer answers the counts are told, and no score."""

ADDED = (0.75, 1.5, 0.75)
"""Pseudo-answers of promoters, passives and detractors, three in all: adjusted Wald after Rocks 2016, *The American Statistician* 70(4)."""


@dataclass(frozen=True)
class Answers:
    """How many gave 9 or 10, 7 or 8, and 0 to 6."""

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> float:
        """% promoters − % detractors: −100 to 100, and no percentage. ValueError without answers."""
        if not self.n:
            raise ValueError("no answers, no score")
        return 100.0 * (self.promoters - self.detractors) / self.n


def margin(p: float, q: float, d: float) -> float:
    """The plain (Wald) half-width of 95 % for counts of promoters, passives and detractors. It is 0 where all say the same: never shown.

    >>> round(margin(50, 30, 20), 1), round(margin(5, 3, 2), 1), margin(10, 0, 0)
    (15.3, 48.4, 0.0)
    """
    return Z * _error(p, q, d)


def error(answers: Answers) -> float:
    """The standard error after adding three pseudo-answers, in points."""
    p, q, d = (n + a for n, a in zip((answers.promoters, answers.passives, answers.detractors), ADDED, strict=True))
    return _error(p, q, d)


def _error(p: float, q: float, d: float) -> float:
    n = p + q + d
    return 100.0 * math.sqrt(max(0.0, (p + d) / n - ((p - d) / n) ** 2) / n)


def interval(answers: Answers, population: int | None = None) -> tuple[float, float]:
    """95 %: the adjusted interval, cut at ±100; it always holds the score itself.

    With `population` the people asked are all there are: both ends draw nearer to the score by √((N − n)/(N − 1)), and reach it when
    everybody answered. ValueError without answers, or with more answers than people.

    >>> [round(x, 1) for x in interval(Answers(10, 0, 0))], [round(x, 1) for x in interval(Answers(50, 30, 20))]
    ([47.5, 100.0], [14.1, 44.2])
    >>> interval(Answers(10, 0, 0), population=10)
    (100.0, 100.0)
    """
    n = answers.n + sum(ADDED)
    middle = 100.0 * (answers.promoters - answers.detractors) / n
    half, raw = Z * error(answers), answers.nps
    low, high = max(-100.0, middle - half), min(100.0, middle + half)
    near = 1.0 if population is None else _left(answers.n, population)
    return raw + near * (min(low, raw) - raw), raw + near * (max(high, raw) - raw)


def _left(n: int, population: int) -> float:
    if n > population:
        raise ValueError(f"{n} answers of {population} people")
    return math.sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def difference(a: Answers, b: Answers) -> tuple[float, float, float]:
    """NPS of a less that of b, two different groups of people, with its 95 % interval: √(SE² + SE²).

    >>> [round(x, 1) for x in difference(Answers(50, 30, 20), Answers(30, 40, 30))]
    [30.0, 8.8, 51.2]
    """
    by, half = a.nps - b.nps, Z * math.hypot(error(a), error(b))
    return by, by - half, by + half
