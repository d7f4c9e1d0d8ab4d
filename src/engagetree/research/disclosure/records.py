"""The register of releases: what has been printed before, so that a later cut cannot be subtracted from an earlier one.

A record is made from the `Release` alone, never from the exact return: it can hold nothing that a reader of the release does not have.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from engagetree.errors import EngagetreeError
from engagetree.research.disclosure.margins import placed
from engagetree.research.disclosure.profiles import PROFILES, Profile
from engagetree.research.disclosure.treating import Treatment, treatment
from engagetree.research.model import Cell, Indicator, Release, Shown, Value


@dataclass(frozen=True)
class ReleasedCell:
    """One cell as it was printed. `low` and `high` are what a reader knows of the count from it, both None where it was withheld."""

    indicator: str
    year: str
    cell: Cell
    text: str
    low: float | None = None
    high: float | None = None
    withheld: bool = False


@dataclass(frozen=True)
class ReleaseRecord:
    """What one release printed of people. Plain data: `as_dict` goes into the ledger, `of` reads it back."""

    number: str
    made_on: date
    profile: str
    definition_version: str
    cells: tuple[ReleasedCell, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the same record always gives the same."""
        return {**asdict(self), "made_on": self.made_on.isoformat(), "cells": [asdict(cell) for cell in self.cells]}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> ReleaseRecord:
        """The record that `as_dict` wrote. Raises `EngagetreeError` where it cannot be read: no release may be made without it."""
        try:
            cells = tuple(ReleasedCell(**{**cell, "cell": tuple((str(a), str(b)) for a, b in cell["cell"])}) for cell in plain["cells"])
            made_on = date.fromisoformat(plain["made_on"])
            return cls(plain["number"], made_on, plain["profile"], plain["definition_version"], cells)
        except (KeyError, TypeError, ValueError) as wrong:
            raise EngagetreeError(
                "the register of releases",
                f"a record of an earlier release cannot be read ({type(wrong).__name__})",
                "Restore it from a copy: without it nobody can tell what a new release would give away.",
            ) from wrong

    @property
    def digest(self) -> str:
        """SHA-256 of its content: two releases with one digest printed the same."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def recorded(release: Release) -> ReleaseRecord:
    """What a release printed of people, for the register."""
    kinds = {indicator.key: indicator for indicator in release.indicators}
    profile = PROFILES[release.profile]
    cells = [cell for shown in (*release.values, *release.before) if (cell := _cell(shown, kinds.get(shown.indicator), profile))]
    return ReleaseRecord(release.register_number, release.made_on, release.profile, release.definition_version, tuple(cells))


def _cell(shown: Shown, indicator: Indicator | None, profile: Profile) -> ReleasedCell | None:
    how = _treated(shown, indicator)
    if how == "free" and not shown.withheld:
        return None
    place = placed(shown.cell)
    if shown.withheld:
        return ReleasedCell(shown.indicator, shown.year, place, shown.text, withheld=True)
    low, high = _known(shown, how, profile)
    return ReleasedCell(shown.indicator, shown.year, place, shown.text, low, high)


def _treated(shown: Shown, indicator: Indicator | None) -> Treatment:
    return treatment(Value(shown.indicator, shown.year, shown.cell, shown.value, shown.unit), indicator)


def _known(shown: Shown, how: Treatment, profile: Profile) -> tuple[float | None, float | None]:
    if shown.text.startswith("fewer than "):
        return 1.0, float(shown.text.removeprefix("fewer than ")) - 1
    if how == "count" and shown.value is not None:
        return profile.known(shown.value)
    if how == "share" and shown.value is not None and shown.denominator is not None and 0 <= shown.value <= 1 and profile.step == 1:
        half = 0.0005 if "." in shown.text else 0.005
        base = shown.denominator
        return max(0.0, (shown.value - half) * base), min(base, (shown.value + half) * base)
    return None, None


def earlier(records: Iterable[ReleaseRecord], year: str) -> dict[str, dict[Cell, ReleasedCell]]:
    """All that was ever printed of one year, by indicator and place: the narrowest that a reader knows; withheld only if always."""
    found: dict[str, dict[Cell, ReleasedCell]] = {}
    for record in sorted(records, key=lambda r: (r.made_on, r.number)):
        for cell in record.cells:
            if cell.year == year:
                places = found.setdefault(cell.indicator, {})
                places[placed(cell.cell)] = _both(places.get(placed(cell.cell)), cell)
    return found


def history(records: Iterable[ReleaseRecord], year: str) -> dict[str, list[ReleasedCell]]:
    """Everything that was ever printed of one year and not withheld, by indicator."""
    found: dict[str, list[ReleasedCell]] = {}
    for record in records:
        for cell in record.cells:
            if cell.year == year and not cell.withheld:
                found.setdefault(cell.indicator, []).append(cell)
    return found


def _both(first: ReleasedCell | None, then: ReleasedCell) -> ReleasedCell:
    if first is None or first.withheld:
        return then
    if then.withheld or first.low is None or first.high is None or then.low is None or then.high is None:
        return first
    return then if then.high - then.low <= first.high - first.low else first
