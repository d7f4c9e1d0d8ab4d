"""Who rose and who fell between two periods, and by which signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.formula import row_values
from engagetree.render.values import RankRow, Slip
from engagetree.render.words import date, last_day, listing, lower, score
from engagetree.scoring.offers import EARLY, LATE
from engagetree.stats.change import margin
from engagetree.stats.ranks import places
from engagetree.workspace.telling import Teller

BACK = 4
"""Periods over which a change is looked at."""

DAY = timedelta(days=1)

NAMED = 2
"""Signals that a sentence names at most."""


@dataclass(frozen=True)
class Change:
    """One participant's row now and then; `then` is None for who was not there yet or had no score."""

    participant: str
    now: Mapping[str, Any]
    then: Mapping[str, Any] | None
    now_as_of: datetime
    then_as_of: datetime
    began: datetime = LATE
    window: int = 0
    reason: str = ""
    periods: int = BACK
    """Periods between the two."""

    @property
    def by(self) -> float | None:
        if self.then is None or self.now["score"] is None or self.then["score"] is None:
            return None
        return float(self.now["score"] - self.then["score"])

    @property
    def clear(self) -> bool:
        """Whether the change is larger than its uncertainty allows: see `stats.change.margin`."""
        if self.by is None:
            return False
        back, age = self.now_as_of - self.then_as_of, self.now_as_of - self.began
        window = self.window * back / (self.periods or BACK)
        return abs(self.by) > margin(self.now["low"], self.now["high"], back / DAY, age / DAY, window / DAY)


@dataclass(frozen=True)
class Fall:
    """A clear fall (or rise), before it is put into words."""

    change: Change
    parts: tuple[tuple[str, float, float], ...] = field(default=())  # (signal's label, then, now), the largest change of points first

    @property
    def participant(self) -> str:
        return self.change.participant

    def told(self, last_act: datetime | None, definition: Definition) -> Slip:
        """As a slip with its sentence; `last_act` is when the person was last seen doing anything."""
        c = self.change
        assert c.then is not None
        why = listing([f"{lower(label)} from {score(a)} to {score(b)}" for label, a, b in self.parts[:NAMED]])
        if (c.by or 0.0) > 0:
            return self._slip(f"{why[:1].upper()}{why[1:]}" if why else "More taken of what was offered", definition)
        quiet = c.now_as_of - last_act if last_act else None
        since = f"; nothing seen since {date(last_act.astimezone(definition.tz))}" if last_act and quiet and quiet.days >= 14 else ""
        none = "; nothing seen at all" if last_act is None else ""
        return self._slip(f"{why[:1].upper()}{why[1:]}{since}{none}" if why else f"Less taken of what was offered{since}{none}", definition)

    def _slip(self, sentence: str, definition: Definition) -> Slip:
        c = self.change
        assert c.then is not None
        band = definition.band(c.now["score"])
        return Slip(c.participant, c.then["score"], c.now["score"], c.then_as_of, sentence, c.clear, band.key if band else None)


def changed(teller: Teller, table: pa.Table, now: str, then: str, periods: int = BACK) -> list[Change]:
    """Rows of two periods, so many apart, as one change for each participant who is there now."""
    rows = table.to_pylist()
    before = {r["participant"]: r for r in rows if r["period"] == then and then != now}
    joined = dict(zip(teller.plan.roster["participant"].to_pylist(), teller.plan.roster["joined_at"].to_pylist(), strict=True))
    starts, window = {c: span[0] for c, span in teller.plan.offers.spans.items()}, teller.definition.window
    out = []
    for r in rows:
        if r["period"] == now:
            reason = _reason(teller, r, now) if r["score"] is None else ""
            out.append(
                Change(
                    r["participant"],
                    r,
                    before.get(r["participant"]),
                    teller.as_of(now),
                    teller.as_of(then),
                    _began(joined, starts, r),
                    window,
                    reason,
                    periods,
                )
            )
    return out


def _began(joined: Mapping[str, datetime | None], starts: Mapping[str, datetime], row: Mapping[str, Any]) -> datetime:
    return max(joined.get(row["participant"]) or EARLY, starts.get(row["cohort"] or "", EARLY))


def _reason(teller: Teller, row: Mapping[str, Any], key: str) -> str:
    need = teller.definition.min_coverage * 100
    return f"{row['coverage'] * 100:.0f} % of the weight is known, {need:.0f} % needed"


def ranked(changes: list[Change], definition: Definition) -> list[RankRow]:
    """The largest clear fall first, then the lowest score, then those without one."""

    def order(c: Change) -> tuple[float, bool, float, str]:
        fall = min(0.0, c.by) if c.by is not None and c.clear else 0.0
        return fall, c.now["score"] is None, c.now["score"] or 0.0, c.participant

    order_of, at = sorted(changes, key=order), placed(changes)
    return [
        RankRow(
            c.participant, c.now["score"], c.now["low"], c.now["high"], c.now["band"], c.now["cohort"] or None,
            row_values(c.now, definition), c.now["coverage"], c.by, c.clear, c.reason, at.get(c.participant), len(at),
        )
        for c in order_of
    ]  # fmt: skip


def placed(changes: Sequence[Change]) -> dict[str, tuple[int, int]]:
    """The range of places of everybody with a score among these; see `stats.ranks`."""
    score, low, high = ([_number(c.now[k]) for c in changes] for k in ("score", "low", "high"))
    found = places(score, low, high)
    pairs = zip(changes, found.best.tolist(), found.worst.tolist(), strict=True)
    return {c.participant: (best, worst) for c, best, worst in pairs if best}


def _number(x: float | None) -> float:
    return float("nan") if x is None else x


def falls(changes: list[Change], definition: Definition) -> list[Fall]:
    """Clear falls, the largest first."""
    found = [Fall(c, _parts(c, definition, -1)) for c in changes if c.by is not None and c.by < 0 and c.clear]
    return sorted(found, key=lambda f: (f.change.by or 0.0, f.participant))


def rises(changes: list[Change], definition: Definition) -> list[Fall]:
    """Clear rises, the largest first."""
    found = [Fall(c, _parts(c, definition, 1)) for c in changes if c.by is not None and c.by > 0 and c.clear]
    return sorted(found, key=lambda f: (-(f.change.by or 0.0), f.participant))


def _parts(c: Change, definition: Definition, way: int) -> tuple[tuple[str, float, float], ...]:
    """The signals that went the same way, the largest change of points first."""
    assert c.then is not None
    then, now = row_values(c.then, definition), row_values(c.now, definition)
    found = []
    for s in definition.signals:
        a, b = then[s.key], now[s.key]
        if a is not None and b is not None and way * (b - a) > 0:
            found.append((s.weight * way * (b - a), s.label, a, b))
    return tuple((label, a, b) for _, label, a, b in sorted(found, key=lambda x: -x[0]))


def since(at: datetime, definition: Definition) -> str:
    """The last day before the end of a period, in words."""
    return date(last_day(at, definition.tz))
