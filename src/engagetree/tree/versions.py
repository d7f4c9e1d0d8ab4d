"""Versions of a definition: which there were and when each was in use, how they are named, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engagetree.definition.model import Definition, Signal
from engagetree.definition.version import differences, measures
from engagetree.errors import NotFound, near

FILE = ("now", "file")
"""Names of what programme.yml says now, whether or not it is a version yet."""

SHORT = 7

FIRST_WORDS = """
a all an and as because both by each every for from he her his if in it its less more most my no not now of on one our second she since so
some that the their there these they this those to too two under until we what when where with you your
"""
"""Words that a sentence may begin with and that are no name."""


@dataclass(frozen=True)
class Use:
    """One time that a version was in use: [since, until), `until` is None while it is."""

    since: datetime
    until: datetime | None
    who: str
    reason: str


@dataclass(frozen=True)
class Scored:
    """How far the stored scores of a version reach. `lags`: facts were imported since, or another version's scores reach further."""

    periods: int
    first: str
    last: str
    lags: bool


@dataclass(frozen=True)
class Version:
    """One version of the definition: what it is called, who made it when and why, and what there is of it.

    `name` is its ordinal in the order in which versions were made; `measures` is alike for versions that measure the same acts and differ
    only in weights, bands or words.
    """

    name: str
    version: str
    short: str
    in_use: bool
    who: str
    at: datetime
    why: str
    measures: str
    uses: tuple[Use, ...] = ()
    scored: Scored | None = None

    @property
    def since(self) -> datetime | None:
        """Since when it is in use, or was the last time."""
        return self.uses[-1].since if self.uses else None

    def __str__(self) -> str:
        return f"{self.name} ({self.short})"


@dataclass(frozen=True)
class Switch:
    """A moment at which another version came into use. `before` is None for the first one; names as in `Version.name`."""

    at: datetime
    before: str | None
    after: str
    who: str
    reason: str


@dataclass(frozen=True)
class Diff:
    """How two versions differ, in words. `because` is empty where nobody said why the one came after the other."""

    old: str
    new: str
    changes: tuple[str, ...]
    because: str
    same_measures: bool

    @property
    def sentence(self) -> str:
        """One sentence: `v1 to v2: contribution from 0.3 to 0.4, attendance from 0.3 to 0.2, because …`"""
        if not self.changes:
            return f"{self.old} and {self.new} are the same."
        why = f", because {_continued(self.because)}" if self.because else ""
        return f"{self.old} to {self.new}: {', '.join(self.changes)}{why.rstrip('.')}."


def short_names(fingerprints: Sequence[str]) -> dict[str, str]:
    """Each fingerprint's first letters, as many as tell them apart and at least seven.

    >>> short_names(["4f2a91c0aaaa", "4f2a91c0bbbb", "77"])
    {'4f2a91c0aaaa': '4f2a91c0a', '4f2a91c0bbbb': '4f2a91c0b', '77': '77'}
    """
    size = SHORT
    while len({f[:size] for f in fingerprints}) < len(set(fingerprints)):
        size += 1
    return {f: f[:size] for f in fingerprints}


def named(name: str, versions: Sequence[Version]) -> Version:
    """The version with this ordinal, fingerprint or beginning of one. NotFound with near names for none or several."""
    asked = name.strip().lower()
    if exact := [v for v in versions if asked in (v.name, v.version)]:
        return exact[0]
    found = [v for v in versions if asked and v.version.startswith(asked)]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(f"version {name}", f"{len(found)} versions begin like this", f"Write more of it: {_listed(found)}.")
    known = [n for v in versions for n in (v.name, v.short)]
    there = f"There {'is' if len(versions) == 1 else 'are'} {_listed(versions)}." if versions else "Nothing has been scored yet."
    raise NotFound(f"version {name}", "there is no such version", " ".join(s for s in (near(asked, known), there) if s))


def _listed(versions: Sequence[Version]) -> str:
    shown = [str(v) for v in versions[-8:]]
    return ", ".join(["…", *shown] if len(versions) > len(shown) else shown)


def switches(versions: Sequence[Version]) -> tuple[Switch, ...]:
    """Every time another version came into use, oldest first."""
    uses = sorted(((u, v.name) for v in versions for u in v.uses), key=lambda x: x[0].since)
    befores = [None, *(name for _, name in uses)]
    return tuple(Switch(u.since, before, name, u.who, u.reason) for (u, name), before in zip(uses, befores, strict=False))


def in_use_at(at: datetime, found: Iterable[Switch]) -> str | None:
    """The name of the version that was in use at a moment."""
    earlier = [s.after for s in found if s.at < at]
    return earlier[-1] if earlier else None


# ---- how two differ


def diff(old: Definition, new: Definition, names: tuple[str, str], because: str = "") -> Diff:
    """Weights first, the largest rise first and the largest fall last; then everything else in the order of the new definition."""
    weights, levelled = _weights(old, new)
    rest = [c for c in differences(levelled, new) if c not in _whole_signals(old, new)]
    return Diff(*names, (*weights, *rest), because if weights or rest else "", measures(old) == measures(new))


def _weights(old: Definition, new: Definition) -> tuple[list[str], Definition]:
    """The changed weights in words, and the old definition with the new weights, to look for what else there is."""
    before, after = ({s.key: s for s in d.signals} for d in (old, new))
    by = {k: _weight(after, k) - _weight(before, k) for k in [*after, *before]}
    said = [_moved(k, before.get(k), after.get(k)) for k in sorted(by, key=lambda k: -by[k]) if by[k]]
    inside, signals = [], []
    for s in old.signals:
        now = after.get(s.key, s)
        weights = {d.key: d.weight for d in now.drivers}
        inside += [
            f"{d.key} in {s.key} from {_number(d.weight)} to {_number(weights[d.key])}"
            for d in s.drivers
            if weights.get(d.key, d.weight) != d.weight
        ]
        drivers = tuple(replace(d, weight=weights.get(d.key, d.weight)) for d in s.drivers)
        signals.append(replace(s, weight=now.weight, drivers=drivers))
    return [*said, *inside], replace(old, signals=tuple(signals))


def _weight(signals: Mapping[str, Signal], key: str) -> float:
    return signals[key].weight if key in signals else 0.0


def _moved(key: str, before: Signal | None, after: Signal | None) -> str:
    if before and after:
        return f"{key} from {_number(before.weight)} to {_number(after.weight)}"
    return f"{key} added with {_number(after.weight)}" if after else f"{key} removed, which had {_number(before.weight if before else 0.0)}"


def _whole_signals(old: Definition, new: Definition) -> set[str]:
    """What `differences` says of signals that came or went, which is told with their weight."""
    before, after = ({s.key for s in d.signals if s.weight} for d in (old, new))
    return {f"signal {k} added" for k in after - before} | {f"signal {k} removed" for k in before - after}


def _number(x: float) -> str:
    """A weight as people write it.

    >>> _number(0.30000000000000004), _number(1.0)
    ('0.3', '1')
    """
    return f"{x:.6g}"


def _continued(reason: str) -> str:
    """A reason as the end of a sentence: `The mentors asked` becomes `the mentors asked`, an abbreviation or a name of one word stays."""
    first = reason.split(" ", 1)[0]
    return first.lower() + reason[len(first) :] if first.lower() in FIRST_WORDS.split() else reason
