"""One history under several versions of the definition, side by side: what the score was, and what another formula would have said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engagetree.definition.model import Definition
from engagetree.findings import Point
from engagetree.tree.versions import Switch, Version, in_use_at


@dataclass(frozen=True)
class Series:
    """The history under one version. `lags`: facts were imported since it was scored, or others reach further."""

    version: Version
    definition: Definition
    points: tuple[Point, ...]
    lags: bool = False

    @property
    def name(self) -> str:
        return self.version.name


@dataclass(frozen=True)
class Moment:
    """The end of a period under every version, in the order of the series; None where a version has no such period."""

    as_of: datetime
    points: tuple[Point | None, ...]
    in_use: str | None  # the version that was in use then
    switched: tuple[Switch, ...] = ()  # that came into use inside the period


@dataclass(frozen=True)
class History:
    """Of a participant, a cohort or everybody. `people` and `other_band` are about the last moment, of a group under two versions:
    how many have a score under both, and how many of them would be in another band."""

    subject: str
    is_cohort: bool
    series: tuple[Series, ...]
    switches: tuple[Switch, ...]
    people: int | None = None
    other_band: int | None = None

    def moments(self) -> list[Moment]:
        """Every end of a period in any series, oldest first."""
        found = [{p.as_of: p for p in s.points} for s in self.series]
        out, before = [], None
        for at in sorted({at for points in found for at in points}):
            inside = tuple(s for s in self.switches if s.before is not None and s.at < at and (before is None or s.at >= before))
            out.append(Moment(at, tuple(points.get(at) for points in found), in_use_at(at, self.switches), inside))
            before = at
        return out

    def later(self) -> tuple[Switch, ...]:
        """Changes of the version in use that came after the last moment shown."""
        last = max((s.points[-1].as_of for s in self.series if s.points), default=None)
        return tuple(s for s in self.switches if s.before is not None and last is not None and s.at >= last)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each version and period; unknown is None."""
        keys = list(dict.fromkeys(s.key for each in self.series for s in each.definition.signals))
        return [self._row(s, p, keys) for s in self.series for p in s.points]

    def _row(self, s: Series, p: Point, keys: list[str]) -> dict[str, Any]:
        row = {"subject": self.subject, "version": s.version.version, "name": s.name, "in_use": s.version.in_use, "period": p.period}
        told = {"as_of": p.as_of, "score": p.score, "low": p.low, "high": p.high, "band": p.band, "coverage": p.coverage}
        return {**row, **told, **{k: p.signals.get(k) for k in keys}}

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        return {
            "subject": self.subject,
            "is_cohort": self.is_cohort,
            "series": [{**_about(s.version), "lags": s.lags, "points": [vars(p) for p in s.points]} for s in self.series],
            "changes": [vars(s) for s in self.switches if s.before is not None],
            "people": self.people,
            "other_band": self.other_band,
        }

    def ends(self) -> Iterator[tuple[Series, Point]]:
        """The last point of each series at the last moment that all of them have a point for."""
        shared = [m for m in self.moments() if all(p is not None for p in m.points)]
        if shared:
            yield from ((s, p) for s, p in zip(self.series, shared[-1].points, strict=True) if p is not None)


def _about(v: Version) -> dict[str, Any]:
    return {"version": v.version, "name": v.name, "in_use": v.in_use, "since": v.since, "why": v.why}
