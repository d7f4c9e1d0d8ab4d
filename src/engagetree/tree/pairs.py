"""Two definitions side by side: the signals and drivers of both, and what of each they have in common."""

from __future__ import annotations

from dataclasses import dataclass, fields

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.formula import Column, columns

Path = tuple[str, ...]
"""A node: (signal,) or (signal, driver)."""

NORMALISER = ("normalise", "target", "half", "floor")
"""Fields of a driver that turn what was counted into 0–1, and leave what was counted alone."""

ASIDE = ("key", "label", "weight", "unit", "owners", "line")
TIME = ("zone", "period", "window", "starts", "ends")


@dataclass(frozen=True)
class DriverPair:
    """A driver as it is on both sides; None where the definition does not have it."""

    before: Column | None
    after: Column | None
    counted_alike: bool  # the same acts and opportunities over the same time
    valued_alike: bool  # and the same normaliser

    @property
    def key(self) -> str:
        return (self.after or self.before).driver.key  # type: ignore[union-attr]


@dataclass(frozen=True)
class SignalPair:
    """A signal as it is on both sides with all its drivers."""

    before: Signal | None
    after: Signal | None
    drivers: tuple[DriverPair, ...]

    @property
    def any(self) -> Signal:
        return self.after or self.before  # type: ignore[return-value]

    @property
    def paths(self) -> tuple[Path, ...]:
        return ((self.any.key,), *((self.any.key, d.key) for d in self.drivers))


def paired(before: Definition, after: Definition) -> tuple[SignalPair, ...]:
    """The signals of both definitions, in the order of the later one, then what it no longer has."""
    a, b = {s.key: s for s in before.signals}, {s.key: s for s in after.signals}
    mine = {(c.signal.key, c.driver.key): c for c in columns(before)}
    theirs = {(c.signal.key, c.driver.key): c for c in columns(after)}
    timed_alike = all(getattr(before, n) == getattr(after, n) for n in TIME)
    keys = list(dict.fromkeys([*theirs, *mine]))
    return tuple(
        SignalPair(
            a.get(s), b.get(s), tuple(_driver_pair(mine.get(k), theirs.get(k), timed_alike) for k in keys if k[0] == s)
        )
        for s in dict.fromkeys([*b, *a])
    )  # fmt: skip


def _driver_pair(a: Column | None, b: Column | None, timed_alike: bool) -> DriverPair:
    if a is None or b is None:
        return DriverPair(a, b, True, True)
    moved = changed(a.driver, b.driver)
    relative = "percentile" in (a.driver.normalise, b.driver.normalise) or a.driver.is_share != b.driver.is_share
    alike = timed_alike and all(n in NORMALISER for n in moved) and not (moved and relative)
    return DriverPair(a, b, alike, alike and not moved)


def changed(a: Driver, b: Driver) -> list[str]:
    """The fields in which two drivers differ, without words and weight. Those that are not in `NORMALISER` decide what is counted."""
    names = [f.name for f in fields(Driver) if f.name not in ASIDE]
    return [n for n in names if _plain(getattr(a, n)) != _plain(getattr(b, n))]


def _plain(value: object) -> object:
    return frozenset(value) if isinstance(value, tuple) else value
