"""The shape of an answer to *why did it move*: two ends, the parts between them, and who or what each part belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from engagetree.tree.crowd import Coming, Group


@dataclass(frozen=True)
class End:
    """One side: whose score, as of when, under which version."""

    subject: str
    period: str
    as_of: datetime  # end of the period, in the programme's zone
    version: str
    n: int  # participants behind it
    unscored: int  # of them without a score
    score: float | None
    reason: str = ""  # why there is no score
    version_name: str = ""  # v2


@dataclass(frozen=True)
class Ends:
    """A quantity on both sides; None where it is unknown or not there."""

    before: float | None = None
    after: float | None = None

    @property
    def moved(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class NodeMove:
    """What one signal or driver did to the score, in points. `behaviour + formula + coverage + mix` is the change of its own points,
    over the people who have a score on both sides.

    A signal's parts hold those of its drivers. Of a driver's behaviour `taken` came from what was taken and `offered` from what was
    offered. `value` is on 0–100; `weight` the declared share of the whole score (of a driver: of its signal); `carried` the share of the
    score that the node carried after weights were shared out over what is known; `amount` and `of` are taken and offered (or the exposure).
    """

    key: str
    label: str
    level: str  # signal | driver
    behaviour: float = 0.0
    formula: float = 0.0
    coverage: float = 0.0
    mix: float = 0.0
    taken: float | None = None
    offered: float | None = None
    value: Ends = Ends()
    weight: Ends = Ends()
    carried: Ends = Ends()
    amount: Ends = Ends()
    of: Ends = Ends()
    reason: str = ""  # why it is not known now
    children: tuple[NodeMove, ...] = ()

    @property
    def change(self) -> float:
        return self.behaviour + self.formula + self.coverage + self.mix


@dataclass(frozen=True)
class Carried:
    """Which groups carry the change of a mean: by cohort, owner, or an attribute of the roster."""

    by: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Why:
    """Why the one score is not the other. `before` is what is compared with, `after` what is asked about.

    change = behaviour + formula + coverage + mix + what the comings did, exact to 1e-9; None where a side has no score, with the `reason`.
    """

    before: End
    after: End
    is_cohort: bool  # either side is a mean of several people
    same_people: bool  # one subject on both sides
    change: float | None
    sentence: str = ""
    reason: str = ""
    clear: bool | None = None  # whether the change is larger than its uncertainty allows; None where nobody can say
    signals: tuple[NodeMove, ...] = ()
    comings: tuple[Coming, ...] = ()
    carried: tuple[Carried, ...] = ()
    formula: tuple[str, ...] = field(default=())  # what the versions differ in, in words

    def total(self, kind: str) -> float:
        """`behaviour`, `formula`, `coverage` or `mix` over the whole tree, or what a kind of coming did."""
        if kind in ("behaviour", "formula", "coverage", "mix"):
            return sum(float(getattr(s, kind)) for s in self.signals)
        return sum(c.effect for c in self.comings if c.kind == kind)

    def nodes(self) -> Iterator[NodeMove]:
        """Every signal, each followed by its drivers."""
        for s in self.signals:
            yield s
            yield from s.children

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        kinds = ("behaviour", "formula", "coverage", "mix", *(c.kind for c in self.comings))
        return asdict(self) | {"parts": {k: self.total(k) for k in kinds}}
