"""What a changed definition needs: from where its numbers are worked out again, and the signals' values where totals are enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import pyarrow as pa

from engagetree.definition.model import Definition, Driver, Raci
from engagetree.formula import Column, Vector, columns, driver_value, signal_value, vector

SIGNALS, TOTALS, TALLIES = "signals", "totals", "tallies"
"""From what a score under another definition can be made: stored signals, stored totals of drivers, or by scoring again."""

ALWAYS = ("taken", "normalise", "source")
SHARES = ("offered", "count", "when", "final", "while_present", "in_time")
RATES = ("measure", "per", "on", "cap", "last")
"""What decides the totals of a driver; of `normalise` only whether it is a share."""

PLAIN = ("target", "saturating", "range")


def needs(old: Definition, new: Definition) -> str:
    """From what scores under `new` can be made, where those under `old` are stored."""
    if any(getattr(old, n) != getattr(new, n) for n in ("zone", "period", "window", "starts", "ends")):
        return TALLIES
    found = stands_for(old, new)
    if found is None:
        return TALLIES
    if {c.key for c in columns(old)} == {c.key for c in columns(new)} and _same(old, new):
        return SIGNALS
    return TOTALS


def _same(old: Definition, new: Definition) -> bool:
    """Whether every signal has the value that it had."""
    mine, theirs = ({s.key: (s.combine, {d.key: _number(s.combine, d) for d in s.drivers}) for s in x.signals} for x in (new, old))
    return mine == theirs


def _number(combine: str, d: Driver) -> Driver:
    """A driver without its words and without what has no effect on its value."""
    kinds: dict[str, Any] = {n: tuple(sorted(getattr(d, n))) for n in ("taken", "offered", "on")}
    return replace(
        d, label="", unit="", owners=Raci(), line=0, weight=0.0 if combine == "product" else d.weight,
        **kinds,
    )  # fmt: skip


def stands_for(old: Definition, new: Definition) -> Mapping[str, Column] | None:
    """For each driver of `new`, by its column key, the stored driver whose totals it can use; None where one has none."""
    known = columns(old)
    out: dict[str, Column] = {}
    for c in columns(new):
        same = [k for k in known if counted(k.driver) == counted(c.driver) and _usable(k.driver, c.driver)]
        if not same:
            return None
        out[c.key] = next((k for k in same if k.key == c.key), same[0])
    return out


def counted(d: Driver) -> tuple[object, ...]:
    """What a driver counts as taken and as offered."""
    assert {f.name for f in fields(Driver)} >= {*ALWAYS, *SHARES, *RATES}
    own = SHARES if d.is_share else RATES
    plain = (getattr(d, n) for n in ("source", *own))
    return d.is_share, frozenset(d.taken), *(frozenset(v) if isinstance(v, tuple) else v for v in plain)


def _usable(old: Driver, new: Driver) -> bool:
    """A rank among others is stored as it is: it can stay, but not be made or unmade from one row."""
    return old.normalise == new.normalise if "percentile" in (old.normalise, new.normalise) else True


def stored_signals(table: pa.Table, definition: Definition) -> list[Vector]:
    """The signals' values 0–100 as they are stored, NaN where unknown."""
    return [vector(table, s.key) for s in definition.signals]


def signals_from_totals(table: pa.Table, old: Definition, new: Definition) -> list[Vector]:
    """The signals' values 0–100 under `new`, from the totals that are stored under `old`."""
    found = stands_for(old, new)
    if found is None:
        raise ValueError("the stored totals do not hold what this definition counts")
    renamed = _renamed(table, columns(new), found)
    out = []
    for s in new.signals:
        parts = [driver_value(c, renamed) for c in columns(new) if c.signal.key == s.key]
        out.append(signal_value(s, parts)[0] * 100.0)
    return out


def _renamed(table: pa.Table, wanted: Sequence[Column], found: Mapping[str, Column]) -> pa.Table:
    """The stored totals under the new definition's names."""
    arrays: dict[str, pa.ChunkedArray] = {}
    for c in wanted:
        was = found[c.key]
        pairs = [(c.taken, was.taken), (c.offered, was.offered), (c.chances, was.chances)]
        pairs += [(c.value, was.value)] if c.driver.normalise == "percentile" else []
        arrays.update({name: table[stored] for name, stored in pairs})
    return pa.table(arrays)


def stored_columns(definition: Definition, how: str) -> list[str]:
    """The columns of the scores table that a what-if reads beside who it is about."""
    if how == SIGNALS:
        return [s.key for s in definition.signals]
    names = [n for c in columns(definition) for n in (c.taken, c.offered, c.chances)]
    names += [c.value for c in columns(definition) if c.driver.normalise == "percentile"]
    return list(dict.fromkeys(names))
