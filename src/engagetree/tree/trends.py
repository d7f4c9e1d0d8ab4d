"""The shape of a trend: a group's means from period to period with their intervals, and how the same people changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from engagetree.stats.means import Mean, Shift


@dataclass(frozen=True)
class TrendPoint:
    """The end of one period: `people` on the roster then, the mean of those with a score, and the mean of each signal by key."""

    period: str
    as_of: datetime  # end of the period, in the programme's zone
    people: int
    score: Mean
    signals: dict[str, Mean] = field(default_factory=dict)


@dataclass(frozen=True)
class Trend:
    """One line: a participant, a slice, or everybody.

    `shift` is the change of the score from the end of `then` to the end of `now`, `back` periods later, `shifts` that of each signal;
    `came` and `went` name a few of those with a score at one end only. Of a participant every `Mean` is their own value with its interval.
    """

    name: str
    is_person: bool
    points: tuple[TrendPoint, ...]
    then: str
    now: str
    back: int
    shift: Shift | None = None
    shifts: dict[str, Shift] = field(default_factory=dict)
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()

    def at(self, period: str) -> TrendPoint | None:
        """The point of a period; None where the group had nobody."""
        return next((p for p in self.points if p.period == period), None)

    @property
    def last(self) -> TrendPoint | None:
        """The end of the last period that was asked about; None where the group had nobody any more."""
        return self.at(self.now)

    @property
    def per_period(self) -> float | None:
        """Points by which the same people moved in one period, on average."""
        return None if self.shift is None or self.shift.same is None or not self.back else self.shift.same / self.back


def rows(trends: tuple[Trend, ...]) -> Iterator[dict[str, Any]]:
    """One flat row for each line, period and measure (`score`, then the signals)."""
    for t in trends:
        for p in t.points:
            for measure, mean in (("score", p.score), *p.signals.items()):
                yield {"group": t.name, "period": p.period, "as_of": p.as_of, "measure": measure, "people": p.people, **asdict(mean)}
