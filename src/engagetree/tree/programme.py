"""The programme tree with its values: what is made of what, exactly, and what is thought to move what.

A compositional edge is worked out again from real values and must come to its parent's own; a mismatch is told with both numbers. An
influence is a hypothesis: it hangs beneath its effect, is told as one, and is never part of a sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from engagetree.definition.metrics import Composition, Influence, Metric, ProgrammeTree
from engagetree.definition.model import Definition
from engagetree.findings import Explanation, Node
from engagetree.formula import columns, driver_value, signal_value, vector, weighted
from engagetree.tree.metrics import Measured, unknown

EXACT = 1e-9
"""How far a recomputed parent may lie from its own value."""

ROUNDED = 1e-12
"""The same in parts of a value, where that is more: a million in doubles is not exact to 1e-9 after a few sums."""

NO_LABELS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Branch:
    """One node where it hangs. `key` of a driver is `signal.driver`; `value` and its range are in `unit`.

    `edge` says how it hangs: `root`, `part` (its parent is made of it) or `guess` (it is thought to move its parent: see `influence`).
    `role` is what it does as a part: `+`, `×`, `above`, `below`, or nothing. `weight` is the share of its parent's whole that it carries
    (0–1; for signals and drivers of the whole score), `room` what it could gain in its own unit, `points` and `headroom` those of the
    score.
    """

    key: str
    label: str
    kind: str  # a kind of metric, or signal, driver
    value: float | None
    unit: str
    accountable: str
    low: float | None = None
    high: float | None = None
    n: int = 0
    numerator: float | None = None
    denominator: float | None = None
    edge: str = "root"
    role: str = ""
    weight: float | None = None
    points: float | None = None
    headroom: float | None = None
    room: float | None = None
    before: float | None = None
    influence: Influence | None = None
    counted: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    direction: str = "higher"
    threshold: float | None = None
    made: str = ""  # how it is made of its parts: sum | mean | product | ratio
    recomputed: float | None = None  # its value as its parts make it, in its unit
    mismatch: str = ""
    again: bool = False  # it stands above already, with all that is beneath it
    children: tuple[Branch, ...] = ()

    @property
    def change(self) -> float | None:
        """Its value less that of the period before."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def missed(self) -> bool:
        """Whether it is on the wrong side of its threshold."""
        if self.threshold is None or self.value is None or self.direction == "neither":
            return False
        return self.value < self.threshold if self.direction == "higher" else self.value > self.threshold


@dataclass(frozen=True)
class Programme:
    """The whole tree at the end of one period, beside the explanation of the score in it."""

    root: Branch
    period: str
    as_of: datetime
    before: str  # the period that changes are against; empty in the first
    before_as_of: datetime | None
    cohort: str | None
    version: str
    around: str
    explanation: Explanation | None = None  # of the score, where the tree has it
    score_key: str = ""
    mismatches: tuple[str, ...] = field(default=())

    def walk(self) -> Iterator[tuple[int, Branch]]:
        """Every branch with its depth, from the root down."""
        yield from walk(self.root)

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        from dataclasses import asdict

        out = asdict(replace(self, explanation=None))
        return {k: v for k, v in out.items() if k != "explanation"}


def walk(branch: Branch, depth: int = 0) -> Iterator[tuple[int, Branch]]:
    yield depth, branch
    for child in branch.children:
        yield from walk(child, depth + 1)


# ---- putting it together


@dataclass(frozen=True)
class Planter:
    """What a tree is made from: the definition of the metrics, values now and before, the score taken apart now and before."""

    metrics: Mapping[str, Metric]
    tree: ProgrammeTree
    now: Mapping[str, Measured]
    then: Mapping[str, Measured]
    score: Node | None
    score_then: Node | None
    stored: Mapping[str, float] = field(default_factory=dict)  # worst gap between stored and recomputed, by signal, and "" for the score
    planted: set[str] = field(default_factory=set)

    def root(self) -> Branch:
        """The whole tree."""
        return self.branch(self.tree.root, {})

    def branch(self, key: str, edge: Mapping[str, Any]) -> Branch:
        """One node with all that is beneath it; where it was planted before, only its name and value."""
        made = replace(self._own(key), **edge)
        if key in self.planted:
            return replace(made, again=True)
        self.planted.add(key)
        parts = self._score_parts(key) or self._parts(key, made)
        guesses = tuple(self.branch(i.cause, {"edge": "guess", "influence": i}) for i in self.tree.causes(key))
        return replace(made, children=(*parts, *guesses))

    def _own(self, key: str) -> Branch:
        """A node by itself."""
        if key not in self.metrics:
            return self._node(key)
        m, now, then = self.metrics[key], self.now.get(key), self.then.get(key)
        value = now.value if now else unknown("it was not measured")
        made = Branch(
            key, m.label, m.kind, value.value, m.measured_in, m.accountable, value.low, value.high, value.n, value.numerator,
            value.denominator, room=now.room if now else None, before=then.value.value if then else None, counted=value.counted,
            reason=value.reason, notes=value.notes, since=now.since if now else None, until=now.until if now else None,
            direction=m.direction, threshold=m.threshold,
        )  # fmt: skip
        if m.kind == "score" and self.score is not None:
            gap = self.stored.get("", 0.0)
            told = f"its parts make {_off(value.value, gap)}, its own value is {_off(value.value)}" if gap > EXACT else ""
            recomputed = self.score.value
            return replace(made, made="mean", points=self.score.points, headroom=self.score.headroom, recomputed=recomputed, mismatch=told)
        composition = self.tree.made_of(key)
        return self._composed(made, composition, now, then) if composition else made

    def _composed(self, made: Branch, c: Composition, now: Measured | None, then: Measured | None) -> Branch:
        """A node that is made of others: worked out again, and compared with its own value where it has one."""
        scale = 100.0 if made.unit == "%" else 1.0
        labels = {k: m.label for k, m in self.metrics.items()}
        total, missing = recompute(c, {k: self._amount(k, self.now, self.score) for k in c.children}, labels)
        recomputed = None if total is None else total * scale
        if made.kind == "calculated":
            was, _ = recompute(c, {k: self._amount(k, self.then, self.score_then) for k in c.children})
            reason = "" if recomputed is not None else missing
            return replace(
                made, value=recomputed, recomputed=recomputed, made=c.by, reason=reason, before=None if was is None else was * scale
            )
        if recomputed is None or made.value is None:
            return replace(made, made=c.by, notes=(*made.notes, f"not checked against its parts: {missing}") if missing else made.notes)
        apart = abs(recomputed - made.value)
        told = (
            f"its parts make {recomputed:.12g}, its own value is {made.value:.12g}" if apart > max(EXACT, ROUNDED * abs(made.value)) else ""
        )
        return replace(made, made=c.by, recomputed=recomputed, mismatch=told)

    def _amount(self, key: str, measured: Mapping[str, Measured], score: Node | None) -> float | None:
        """A node's value as it is reckoned with; that of a calculated one comes out of its own parts."""
        found = measured.get(key)
        if found is None:
            node = _find(score, key)
            return None if node is None else node.value
        c = self.tree.made_of(key)
        if found.metric.kind == "calculated" and c is not None:
            return recompute(c, {k: self._amount(k, measured, score) for k in c.children})[0]
        return found.amount

    def _parts(self, key: str, made: Branch) -> tuple[Branch, ...]:
        c = self.tree.made_of(key)
        if c is None:
            return ()
        out = []
        for i, child in enumerate(c.children):
            weight = c.weights[i] if c.by == "mean" else None
            own = self._amount(child, self.now, self.score)
            if c.by == "sum" and own is not None and made.recomputed:
                weight = own / made.recomputed * (100.0 if made.unit == "%" else 1.0)
            role = {"sum": "+", "mean": "+", "product": "×"}.get(c.by) or ("above" if child != c.over else "below")
            out.append(self.branch(child, {"edge": "part", "role": role, "weight": weight}))
        return tuple(out)

    # ---- the score's own

    def _score_parts(self, key: str) -> tuple[Branch, ...]:
        """The signals beneath the score, the drivers beneath a signal, most to gain first; nothing elsewhere."""
        score = self.score if self._is_score(key) else None
        node = score if score is not None else _find(self.score, key)
        if node is None or (self.score is not None and node is self.score and score is None):
            return ()
        above = "" if score is not None else f"{key}."
        role = "×" if node.combine == "product" else "+"
        order = sorted(node.children, key=lambda n: (n.headroom is None, n.value is None, -(n.headroom or 0.0)))
        return tuple(self.branch(f"{above}{n.key}", {"edge": "part", "role": role}) for n in order)

    def _is_score(self, key: str) -> bool:
        return key in self.metrics and self.metrics[key].kind == "score"

    def _node(self, key: str) -> Branch:
        """A signal or driver as the score's own tree has it."""
        node, then = _find(self.score, key), _find(self.score_then, key)
        if node is None:
            return Branch(key, key, "signal", None, "points", "", reason="nothing was scored with it yet: run `engagetree score`")
        gap = self.stored.get(key, 0.0)
        mismatch = f"its drivers make {_off(node.value, gap)}, its own value is {_off(node.value)}" if gap > EXACT else ""
        known = node.value is not None
        return Branch(
            key, node.label, node.level, node.value, "points", node.accountable, node.low, node.high,
            weight=node.weight if node.points is not None or not known else None, points=node.points, headroom=node.headroom,
            before=then.value if then else None, reason=node.reason,
            made="product" if node.combine == "product" else "mean" if node.children else "", recomputed=node.value, mismatch=mismatch,
        )  # fmt: skip


def _off(value: float | None, gap: float = 0.0) -> str:
    return "—" if value is None else f"{value + gap:.12g}"


def _find(score: Node | None, key: str) -> Node | None:
    """A signal by its key, a driver by `signal.driver`."""
    at = score
    for name in key.split("."):
        at = next((c for c in at.children if c.key == name), None) if at is not None else None
    return at


def recompute(c: Composition, amounts: Mapping[str, float | None], labels: Mapping[str, str] = NO_LABELS) -> tuple[float | None, str]:
    """What the parts make of their parent, in natural units (a share as 0–1); or none, and why.

    >>> recompute(Composition("a", "ratio", ("b",), (), "c"), {"b": 3.0, "c": 4.0})
    (0.75, '')
    >>> recompute(Composition("a", "ratio", ("b",), (), "c"), {"b": 3.0, "c": 0.0})
    (None, 'c is 0')
    """
    absent = [labels.get(k, k) for k in c.children if amounts.get(k) is None]
    if absent:
        return None, f"{', '.join(absent)} {'has' if len(absent) == 1 else 'have'} no value"
    parts = [float(amounts[k] or 0.0) for k in c.of]
    if c.by == "ratio":
        below = float(amounts[c.over] or 0.0)
        return (parts[0] / below, "") if below else (None, f"{labels.get(c.over, c.over)} is 0")
    if c.by == "product":
        return math.prod(parts), ""
    return math.fsum(p * w for p, w in zip(parts, c.weights or (1.0,) * len(parts), strict=True)), ""


def gaps(table: pa.Table, definition: Definition) -> dict[str, float]:
    """How far stored signals and scores lie from what their stored drivers make, the worst row of each on 0–100; the score under "".

    A mean hides where a row does not add up, so every row is worked out again.
    """
    cols = columns(definition)
    known = {c.key: driver_value(c, table) for c in cols}
    signals = {s.key: signal_value(s, [known[c.key] for c in cols if c.signal.key == s.key])[0] for s in definition.signals}
    out = {key: _worst(vector(table, key), value * 100.0) for key, value in signals.items()}
    stored = vector(table, "score")
    whole, _ = weighted([s.weight for s in definition.signals], [vector(table, s.key) / 100.0 for s in definition.signals])
    out[""] = _worst(stored, np.where(np.isnan(stored), np.nan, whole * 100.0))
    return out


def _worst(stored: np.ndarray[Any, np.dtype[np.float64]], made: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    both = np.isnan(stored) & np.isnan(made)
    apart = np.where(both, 0.0, np.nan_to_num(np.abs(stored - made), nan=np.inf))
    return float(apart.max()) if apart.size else 0.0


def planted(planter: Planter) -> tuple[Branch, tuple[str, ...]]:
    """The tree, and every mismatch in it in words."""
    root = planter.root()
    return root, tuple(f"{b.label} does not add up: {b.mismatch}." for _, b in walk(root) if b.mismatch and not b.again)
