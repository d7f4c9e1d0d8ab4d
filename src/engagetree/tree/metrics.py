"""The metrics around the score: counts become values with their exact definitions. An engine counts; here nothing is read.

Sources and edge cases: retention is a share of a set of people and cannot exceed 1; the naive ratio has its own name. Adoption's users are
looked for among its own denominator. Stickiness is the mean over the window, days without anybody included. Nothing divides by 0: what
cannot be said has a reason instead of a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engagetree.definition.metrics import PERCENT, Metric
from engagetree.stats import nps as promoters
from engagetree.stats.intervals import jeffreys
from engagetree.stats.nps import FEWEST, Answers
from engagetree.stats.ratio import Sums
from engagetree.stats.ratio import interval as ratio_interval


@dataclass(frozen=True)
class Value:
    """A number with its range, and what it was made of; `value` None has the reason. Shares are in percent.

    `n` counts the people behind it. `counted` says numerator and denominator in words.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    numerator: float | None = None
    denominator: float | None = None
    counted: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    days: tuple[int, ...] = ()  # stickiness: how many people were active on 1, 2, 3 … days of the window

    def noted(self, *notes: str) -> Value:
        return replace(self, notes=(*self.notes, *(n for n in notes if n)))


def unknown(reason: str, counted: str = "", n: int = 0) -> Value:
    """No number, and why."""
    return Value(reason=reason, counted=counted, n=n)


def share(k: int, n: int, counted: str, nobody: str) -> Value:
    """k of n in percent with Jeffreys' interval; without anybody there is no share. ValueError when k are not among n.

    >>> v = share(85, 100, "85 of 100", "nobody was there")
    >>> v.value, round(v.low, 1), round(v.high, 1)
    (85.0, 77.0, 91.0)
    >>> share(0, 0, "", "nobody was there").reason
    'nobody was there'
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} are not among {n}")
    if not n:
        return unknown(nobody, counted)
    low, high = jeffreys(k, n)
    return Value(100.0 * k / n, 100.0 * low, 100.0 * high, n, k, n, counted)


def number(x: float, counted: str, n: int | None = None) -> Value:
    """A plain count: it was counted, not estimated, so it has no range."""
    return Value(float(x), n=int(x) if n is None else n, numerator=float(x), counted=counted)


def net_active_ratio(then: int, now: int, new: int, counted: str) -> Value:
    """Active now / active then, in percent. Newcomers are in it, so it may exceed 100 and is no retention.

    >>> net_active_ratio(100, 110, 25, "").value
    110.0
    """
    if not then:
        return unknown("nobody was active then", counted)
    made = Value(100.0 * now / then, n=then, numerator=now, denominator=then, counted=counted)
    return made.noted(f"{new} of those active now were not active then" if new else "")


def a_day(counts: Sequence[int], counted: str, people: int) -> Value:
    """The mean of distinct active people over the days of a window; a day without anybody counts as 0."""
    if not counts:
        return unknown("the window has no day yet", counted)
    return Value(sum(counts) / len(counts), n=people, numerator=sum(counts), denominator=len(counts), counted=counted)


def stickiness(days: Sequence[int], length: int, counted: str) -> Value:
    """Mean active people a day / active people in the window, in percent; `days[i]` people were active on i + 1 of `length` days.

    The same number is the mean share of days on which an active person is active, so its range comes from how people differ.

    >>> round(stickiness([2, 1], 4, "").value, 6)  # two people on one of four days, one person on two
    33.333333
    """
    n = sum(days)
    if not n:
        return unknown("nobody was active in the window", counted)
    y, yy = (float(sum(k * (i + 1) ** p for i, k in enumerate(days))) for p in (1, 2))
    made = rate(Sums(n, y, float(n * length), yy, length * y, float(n * length**2)), counted, "")
    return replace(made, value=min(100.0, 100.0 * y / length / n), numerator=y / length, denominator=float(n), days=tuple(days))


def rate(sums: Sums, counted: str, nobody: str, scale: float = 100.0, most: float | None = 1.0) -> Value:
    """A ratio of sums over people, × `scale`, with a range from how people differ, cut at 0 and at `most`."""
    r = sums.ratio
    if r is None:
        return unknown(nobody, counted, sums.n)
    ends = ratio_interval(sums)
    low, high = (None, None) if ends is None else (max(0.0, ends[0]), ends[1] if most is None else min(most, ends[1]))
    low, high = (None if e is None else scale * e for e in (low, high))
    return Value(scale * r, low, high, sums.n, sums.y, sums.x, counted)


def nps(answers: Answers, asked: int, finite: bool) -> Value:
    """The net promoter score of the answers, with the response rate; fewer than 23 answers are counts, no score."""
    told = f"{answers.promoters} gave 9 or 10, {answers.passives} gave 7 or 8, {answers.detractors} gave 0 to 6"
    response = f"{answers.n} of {asked} asked have answered" + (f", {100 * answers.n / asked:.0f} %" if asked >= 20 else "")
    if not answers.n:
        return unknown("nobody has answered yet", response)
    if answers.n < FEWEST:
        plural = "answer makes" if answers.n == 1 else "answers make"
        return unknown(f"{answers.n} {plural} no NPS yet; {FEWEST} are needed", told, answers.n).noted(response)
    low, high = promoters.interval(answers, max(asked, answers.n) if finite else None)
    made = Value(answers.nps, low, high, answers.n, answers.promoters - answers.detractors, answers.n, told)
    return made.noted(response, "those who did not answer may think otherwise" if answers.n < asked else "")


def apart(mine: Answers, others: Answers) -> str:
    """How far an NPS is from that of everybody else, in words; nothing where either has too few answers."""
    if min(mine.n, others.n) < FEWEST:
        return ""
    by, low, high = promoters.difference(mine, others)
    ends = f"likely {low:+.0f} to {high:+.0f}".replace("-", "−")
    return f"{by:+.0f} against everybody else, {ends}".replace("-", "−")


# ---- a metric with its value


@dataclass(frozen=True)
class Measured:
    """One metric at the end of one period: what it is, its value, and over which time (local, half-open)."""

    metric: Metric
    value: Value
    since: datetime | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        return self.metric.key

    @property
    def amount(self) -> float | None:
        """The value as it is reckoned with: a share as 0–1, everything else as it is."""
        v = self.value.value
        return v / 100.0 if v is not None and self.metric.measured_in == "%" else v

    @property
    def room(self) -> float | None:
        """What is missing to its threshold, or to the best there can be; none where no best is known."""
        v, m = self.value.value, self.metric
        best = m.threshold if m.threshold is not None else _best(m)
        if v is None or best is None or m.direction == "neither":
            return None
        return max(0.0, best - v if m.direction == "higher" else v - best)

    @property
    def missed(self) -> bool:
        """Whether it is on the wrong side of its threshold."""
        return self.metric.threshold is not None and (self.room or 0.0) > 0.0

    def row(self) -> dict[str, Any]:
        """As one row of a table."""
        m, v = self.metric, self.value
        return {
            "metric": m.key, "label": m.label, "kind": m.kind, "value": v.value, "low": v.low, "high": v.high, "unit": m.measured_in,
            "n": v.n, "numerator": v.numerator, "denominator": v.denominator, "counted": v.counted, "since": self.since,
            "until": self.until, "accountable": m.accountable, "direction": m.direction, "threshold": m.threshold,
            "reason": v.reason, "notes": "; ".join(v.notes),
        }  # fmt: skip


def _best(m: Metric) -> float | None:
    """The end of the scale in the better direction, where there is one."""
    if m.kind in (*PERCENT, "score", "signal") and m.kind != "net_active_ratio":
        return 100.0 if m.direction == "higher" else 0.0
    return (100.0 if m.direction == "higher" else -100.0) if m.kind == "nps" else None


@dataclass(frozen=True)
class Metrics:
    """Every metric of a definition at the end of one period."""

    period: str
    as_of: datetime
    cohort: str | None
    version: str
    around: str  # fingerprint of the metrics' own definitions
    values: tuple[Measured, ...] = field(default=())

    def __getitem__(self, key: str) -> Measured:
        return next(m for m in self.values if m.key == key)

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        rows = [{**m.row(), "notes": list(m.value.notes), **({"days": list(m.value.days)} if m.value.days else {})} for m in self.values]
        about = {"period": self.period, "as_of": self.as_of, "cohort": self.cohort, "version": self.version, "metrics_version": self.around}
        return {**about, "metrics": rows}
