"""Groups of people told: who is meant by a name, a slice as an explanation, every value of an attribute side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.errors import EngagetreeError, NotFound
from engagetree.findings import Explanation
from engagetree.lake import Snapshot
from engagetree.stats.means import Mean, mean_of
from engagetree.workspace import stored
from engagetree.workspace.slices import GROUP, Slice, Where, called, check, grouped, slice_of, subject_slice
from engagetree.workspace.telling import Teller

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

EVERYBODY = "Everybody"

MOST = 50
"""Groups that are laid side by side at most: an attribute with more values says who somebody is, not where they belong."""


@dataclass(frozen=True)
class Subject:
    """Whom a question is about: one participant with their stored rows, or a group."""

    name: str
    slice: Slice
    history: pa.Table | None = None

    @property
    def is_person(self) -> bool:
        return self.history is not None


def subject(work: Workspace, snapshot: Snapshot, teller: Teller, name: str | None, where: Where = None) -> Subject:
    """Who is meant: everybody where nobody is named, a cohort, a participant, or a slice written `region=North`.

    NotFound with near names for anything else.
    """
    part = slice_of(snapshot, where)
    if name is None or name in teller.plan.offers.cohorts:
        whole = part if name is None else slice_of(snapshot, None, cohort=name)
        named = ", ".join(filter(None, [name, part.label])) if name is not None else part.label or EVERYBODY
        return Subject(named, whole if whole is part else both(whole, part))
    history = stored.person(snapshot, teller.version, name)
    if not history.num_rows and name not in teller.plan.roster["participant"].to_pylist():
        told = subject_slice(snapshot, name)
        if told is not None:
            return Subject(", ".join(filter(None, [told.label, part.label])), both(told, part))
    if not history.num_rows:
        raise work._unknown(teller, name, history)
    if part:
        raise EngagetreeError(f"participant {name}", f"one person is no part of the people ({part.label})", "Leave out the slice.")
    return Subject(name, Slice(), history)


def both(one: Slice, other: Slice) -> Slice:
    """Those who are in both."""
    return Slice(one.parts + other.parts, f"{one.sql} AND {other.sql}")


def explained(work: Workspace, snapshot: Snapshot, teller: Teller, who: Subject, key: str) -> Explanation:
    """A participant's number, or a group's mean, taken apart. NotFound where nobody was there at the end of that period."""
    if who.history is None:
        return told(snapshot, teller, who.name, who.slice.sql, key)
    if who.history["period"][0].as_py() > key:
        raise work._unknown(teller, who.name, who.history)
    return teller.person(who.history, key)


def told(snapshot: Snapshot, teller: Teller, name: str, where: str, key: str) -> Explanation:
    """The mean of those that a condition names."""
    table = stored.rows(snapshot, teller.version, [key], where)
    history = stored.means(snapshot, teller.version, [s.key for s in teller.definition.signals], where)
    if not table.num_rows:
        there = [h["period"] for h in history]
        do = f"There are scores of {there[0]} to {there[-1]}." if there else "It has not begun, or nobody was a member in it."
        raise NotFound(f"group {name}", f"nobody of it was in the programme in {key}", do)
    return teller.group(name, table, key, history)


Told = tuple[Explanation, dict[str, Mean]]
"""A group taken apart, with the mean of each signal and its interval."""


def side_by_side(snapshot: Snapshot, teller: Teller, attribute: str, part: Slice, key: str) -> list[Told]:
    """Every value of an attribute as a group, in the order of their names; those of whom it is not known last."""
    check(snapshot, attribute)
    join, signals = grouped(snapshot, attribute), [s.key for s in teller.definition.signals]
    table = stored.group_rows(snapshot, teller.version, [key], join, part.sql)
    values = table[GROUP].unique().to_pylist()
    if len(values) > MOST:
        some = "Choose another attribute, or name a few values of it: " + f"{attribute}=…, several times."
        raise EngagetreeError(f"attribute {attribute}", f"it has {len(values):,} values, too many to lay side by side", some)
    means: dict[str | None, list[dict[str, Any]]] = {}
    for row in stored.group_means(snapshot, teller.version, stored.periods_of(snapshot, teller.version), signals, join, part.sql):
        means.setdefault(row[GROUP], []).append(row)
    out = []
    for value in sorted(values, key=natural):
        mine = table.filter(pc.is_null(table[GROUP]) if value is None else pc.equal(table[GROUP], value))
        history = [as_means(r, signals) for r in means[value]]
        made = teller.group(called(attribute, value), mine.drop_columns([GROUP]), key, history)
        out.append((made, signal_means(next(r for r in means[value] if r["period"] == key), signals)))
    return out


def signal_means(row: dict[str, Any], signals: Sequence[str]) -> dict[str, Mean]:
    """The signals of a row of `stored.group_means`."""
    return {s: mean_of(row[f"n{i}"], row[f"m{i}"], row[f"v{i}"]) for i, s in enumerate(signals)}


def means_of(snapshot: Snapshot, teller: Teller, who: Subject, key: str) -> dict[str, Mean]:
    """The mean of each signal of one group at the end of a period; nothing for a participant."""
    signals = [s.key for s in teller.definition.signals]
    rows = [] if who.is_person else stored.group_means(snapshot, teller.version, [key], signals, grouped(snapshot, None), who.slice.sql)
    return signal_means(rows[0], signals) if rows else {}


def as_means(row: dict[str, Any], signals: Sequence[str]) -> dict[str, Any]:
    """A row of `stored.group_means` as one of `stored.means`."""
    spread = None if row["variance"] is None else row["variance"] ** 0.5
    return {**{k: row[k] for k in ("period", "score", "n", "own")}, "spread": spread, **{s: row[f"m{i}"] for i, s in enumerate(signals)}}


def natural(value: str | None) -> tuple[int, float, str]:
    """In the order that people expect: numbers by their size, then names, then what is not known.

    >>> sorted(["b", None, "10", "9", "a"], key=natural)
    ['9', '10', 'a', 'b', None]
    """
    if value is None:
        return 2, 0.0, ""
    try:
        number = float(value)
    except ValueError:
        return 1, 0.0, value
    return (1, 0.0, value) if math.isnan(number) else (0, number, value)
