"""Two sides of a question, and everything that lies between them: rows matched, split, and people who came and went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engagetree.definition.model import Definition
from engagetree.errors import EngagetreeError
from engagetree.lake import Snapshot
from engagetree.tree import means
from engagetree.tree.crowd import Coming, meet
from engagetree.tree.pairs import Path
from engagetree.tree.split import Side, Split, split
from engagetree.workspace import stored
from engagetree.workspace.telling import Teller

Parts = dict[tuple[Path, str], float]


@dataclass(frozen=True)
class Spot:
    """One side of the question: whose score, at the end of which period, under which version."""

    teller: Teller
    name: str
    where: str  # the condition on stored rows that means them
    is_group: bool
    period: str

    @property
    def definition(self) -> Definition:
        return self.teller.definition

    @property
    def as_of(self) -> datetime:
        return self.teller.as_of(self.period)


class Reader:
    """The stored rows of spots, each read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.table = cache(self._table)

    def _table(self, version: str, period: str, where: str) -> pa.Table:
        return stored.rows(self.snapshot, version, [period], where)

    def rows(self, s: Spot) -> pa.Table:
        return self.table(s.definition.fingerprint, s.period, s.where)

    def scored(self, s: Spot) -> pa.Table:
        table = self.rows(s)
        return table.filter(pc.is_valid(table["score"]))


@dataclass(frozen=True)
class Between:
    """Parts in points by node and kind, and those who came and went; together the whole difference."""

    parts: Parts
    comings: tuple[Coming, ...] = ()

    def and_(self, other: Between) -> Between:
        """Both steps one after the other."""
        parts = {
            k: self.parts.get(k, 0.0) + other.parts.get(k, 0.0) for k in [*self.parts, *(k for k in other.parts if k not in self.parts)]
        }
        return Between(parts, _together(self.comings, other.comings, 1.0))

    def mean(self, other: Between) -> Between:
        """Half of each of two ways."""
        both = self.and_(other)
        return Between({k: v / 2 for k, v in both.parts.items()}, _together(self.comings, other.comings, 0.5))


def _together(a: tuple[Coming, ...], b: tuple[Coming, ...], share: float) -> tuple[Coming, ...]:
    mine, theirs = ({c.kind: c for c in cs} for cs in (a, b))
    out = []
    for kind in dict.fromkeys([*mine, *theirs]):
        both = [c for c in (mine.get(kind), theirs.get(kind)) if c is not None]
        most = max(both, key=lambda c: c.n)
        out.append(Coming(kind, most.n, most.mean, share * sum(c.effect for c in both)))
    return tuple(out)


def between(reader: Reader, a: Spot, b: Spot) -> Between:
    """Everything between two spots. Where the version changes as well as the rest, both orders are worked out and each is half of it."""
    same_version = a.definition.fingerprint == b.definition.fingerprint
    if same_version or (a.name == b.name and a.as_of == b.as_of):
        return _step(reader, a, b)
    one, two = _at(reader, b.teller, a), _at(reader, a.teller, b)
    if one is not None and two is not None:
        return _step(reader, a, one).and_(_step(reader, one, b)).mean(_step(reader, a, two).and_(_step(reader, two, b)))
    if a.name == b.name or not (a.is_group or b.is_group):
        return _step(reader, a, b)
    raise EngagetreeError(
        f"{a.name} and {b.name}",
        "the one has no score under the version of the other",
        "Compare them under one version, or one of them under two.",
    )


def _at(reader: Reader, teller: Teller, s: Spot) -> Spot | None:
    """The same subject and moment under another version; None where nothing is known of it there (of a group: no score)."""
    keys = stored.periods_of(reader.snapshot, teller.version)
    key = next((k for k in keys if teller.as_of(k) == s.as_of), None)
    if key is None:
        return None
    spot = replace(s, teller=teller, period=key)
    there = reader.scored(spot) if s.is_group else reader.rows(spot).filter(pc.field("coverage") > 0)
    return spot if there.num_rows else None


def _step(reader: Reader, a: Spot, b: Spot) -> Between:
    if a.name != b.name and (a.is_group or b.is_group):
        return Between(means.compare(a.definition, reader.scored(a), reader.scored(b)))
    old, new = matched(reader, a, b)
    found = _parts(split(Side(a.definition, old), Side(b.definition, new), because=True))
    return Between(found, meet(reader.rows(a), reader.rows(b)).comings if a.is_group else ())


def matched(reader: Reader, a: Spot, b: Spot) -> tuple[pa.Table, pa.Table]:
    """The rows that are compared: of one group over time those with a score on both sides, one to one, else all with a score."""
    old, new = (reader.rows(s) for s in (a, b))
    if a.name == b.name and a.is_group:
        met = meet(old, new)
        return _taken(old, met.before), _taken(new, met.after)
    return (reader.scored(a), reader.scored(b)) if a.is_group or b.is_group else (old, new)


def _taken(table: pa.Table, at: NDArray[np.int64]) -> pa.Table:
    return table if len(at) == table.num_rows and bool((at == np.arange(len(at))).all()) else table.take(pa.array(at))


def _parts(found: Split) -> Parts:
    return {key: float(v.mean()) for key, v in found.parts.items()}
