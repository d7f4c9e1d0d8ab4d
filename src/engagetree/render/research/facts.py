"""What a release holds, as a report asks for it: one value, the values of a breakdown, a cross-table, the same cell a year before.

Nothing is added up, divided or filled in here: a number that disclosure control did not let out cannot come back by arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engagetree.render import words
from engagetree.research import vocabulary
from engagetree.research.guards.rules import blocked, blocked_claims, not_comparable
from engagetree.research.model import Cell, Guarded, Indicator, Release, Shown

ORDER: dict[str, Sequence[str]] = {
    "type": tuple(vocabulary.ACTIVITY_TYPES),
    "audience": tuple(vocabulary.AUDIENCES),
    "depth": tuple(vocabulary.DEPTHS),
    "count_method": tuple(vocabulary.COUNT_METHODS),
    "stage": tuple(vocabulary.STAGES),
    "right": tuple(vocabulary.RIGHTS),
    "sector": tuple(vocabulary.SECTORS),
    "medium": vocabulary.MEDIA,
    "polarity": ("+", "mixed", "−", "-"),
}
"""The order of categories; those of no vocabulary follow in the order in which they come."""

LABELS: dict[str, dict[str, str]] = {
    "type": vocabulary.ACTIVITY_TYPES,
    "audience": vocabulary.AUDIENCES,
    "depth": vocabulary.DEPTHS,
    "count_method": vocabulary.COUNT_METHODS,
    "stage": vocabulary.STAGES,
    "right": {key: label for key, (_, label) in vocabulary.RIGHTS.items()},
    "sector": vocabulary.SECTORS,
    "polarity": {"+": "for it", "mixed": "mixed", "−": "against it", "-": "against it"},
    "chargeable": {"true": "Chargeable", "false": "Free", "True": "Chargeable", "False": "Free", "yes": "Chargeable", "no": "Free"},
    "hebci": {
        "2a": "2a Public lectures",
        "2b": "2b Performance arts",
        "2c": "2c Exhibitions",
        "2d": "2d Museum education",
        "2e": "2e Other",
    },
    "characteristic": {"ethnicity": "Ethnic group", "disability": "Disability", "age": "Age", "imd_quintile": "Deprivation of area (IMD)"},
    "held_by": {"partner": "Partners", "institution": "The institution"},
    "medium": {m: m.capitalize() for m in vocabulary.MEDIA},
}
UNKNOWN = ("", "unknown", "not_known", "not_recorded", "None")
PLAIN = re.compile(r"[a-z]+(_[a-z]+)*")
NAMED = re.compile(r"^[\d.]+\s?% in (.+)$")
LAST = {"several": 1, "other": 2, "none": 3}


@dataclass(frozen=True)
class Facts:
    """A release without what a guard blocks: the values of a blocked indicator and a blocked claim never reach a page.

    Where two years may not be compared the year before is left out.
    """

    release: Release

    @classmethod
    def of(cls, release: Release) -> Facts:
        """The facts that may be shown. What was left out stands in the findings."""
        keys, claims, apart = blocked(release.findings), blocked_claims(release.findings), not_comparable(release.findings)
        few = {i.key for i in release.indicators if i.counts == "records" and i.numerator}
        return cls(
            replace(
                release,
                values=tuple(_of_few(v, few) for v in release.values if v.indicator not in keys),
                before=tuple(_of_few(v, few) for v in release.before if v.indicator not in keys | apart),
                claims=tuple(c for c in release.claims if c.key not in claims),
            )
        )

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """By key."""
        return {i.key: i for i in self.release.indicators}

    @cached_property
    def _values(self) -> dict[str, tuple[Shown, ...]]:
        return _by_indicator(self.release.values)

    @cached_property
    def _before(self) -> dict[str, tuple[Shown, ...]]:
        return _by_indicator(self.release.before)

    def all(self, key: str) -> tuple[Shown, ...]:
        """This year's values of one indicator."""
        return self._values.get(key, ())

    def whole(self, key: str) -> Shown | None:
        """The value for the whole institution."""
        return self.at(key)

    def at(self, key: str, **cell: str) -> Shown | None:
        """The first value of exactly this cell, or None."""
        wanted = frozenset(cell.items())
        return next((v for v in self.all(key) if frozenset(v.cell) == wanted), None)

    def split(self, key: str, *dimensions: str) -> tuple[Shown, ...]:
        """The values of exactly this breakdown, in the order of its categories."""
        wanted = frozenset(dimensions)
        found = [v for v in self.all(key) if frozenset(d for d, _ in v.cell) == wanted]
        return tuple(sorted(found, key=lambda v: tuple(_place(d, v.at(d) or "") for d in dimensions)))

    def breakdowns(self, key: str) -> tuple[tuple[str, ...], ...]:
        """By what its values are split, each way once."""
        return tuple(dict.fromkeys(tuple(d for d, _ in v.cell) for v in self.all(key)))

    def grid(self, key: str, rows: str, columns: str) -> tuple[tuple[str, ...], tuple[str, ...], dict[tuple[str, str], Shown]]:
        """A cross-table: the categories of its rows and columns, and the values that are there."""
        values = self.split(key, rows, columns)
        held = {(v.at(rows) or "", v.at(columns) or ""): v for v in values}
        return ordered(rows, (r for r, _ in held)), ordered(columns, (c for _, c in held)), held

    def rows(
        self, key: str, rows: tuple[str, ...], columns: str
    ) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...], dict[tuple[str, ...], Shown]]:
        """A table of several dimensions: those of its rows together, one across."""
        values = self.split(key, *rows, columns)
        held = {(*(v.at(r) or "" for r in rows), v.at(columns) or ""): v for v in values}
        return tuple(dict.fromkeys(k[:-1] for k in held)), ordered(columns, (k[-1] for k in held)), held

    def before(self, value: Shown) -> Shown | None:
        """The same cell a year before, of the same kind of interval where there are several."""
        same = [v for v in self._before.get(value.indicator, ()) if frozenset(v.cell) == frozenset(value.cell)]
        return next((v for v in same if v.interval == value.interval), same[0] if same else None)

    def label(self, dimension: str, category: str) -> str:
        """How a category is called: by the institution, else by the vocabulary, else as it is written."""
        own = self.release.label(dimension, category)
        if own != category:
            return own
        if category in UNKNOWN:
            return "Not recorded"
        return LABELS.get(dimension, {}).get(category) or (
            words.upper(category.replace("_", " ")) if PLAIN.fullmatch(category) else category
        )

    def name(self, cell: Cell) -> str:
        """A cell in words: “Talk or presentation, D2 Consult”; “all” for the whole institution."""
        return ", ".join(self.called(d, c) for d, c in cell) or "all"

    def called(self, dimension: str, category: str) -> str:
        """A category with its code where the code is in use by itself: “D3 Involve”."""
        label = self.label(dimension, category)
        return f"{category} {label}" if dimension == "depth" and label != category and category not in UNKNOWN else label

    def baseline(self, key: str) -> str:
        """A baseline by the name that the release has for it, else by what the notes of its values say of it, else by its key."""
        if not key:
            return ""
        own = self.release.label("baseline", key)
        notes = (n for v in self.release.values if v.baseline == key and not v.withheld for n in v.notes)
        said = next((m[1] for n in notes if (m := NAMED.search(n))), "")
        return own if own != key else said or self.label("baseline", key)

    def findings(self, *severities: str) -> tuple[Guarded, ...]:
        """What guards found, of these severities."""
        return tuple(f for f in self.release.findings if f.severity in severities)


def _of_few(v: Shown, keys: Collection[str]) -> Shown:
    """A share of fewer than 20 records as “6 of 10”: a percentage of so few says more than there is. People are left as they were shown."""
    of = v.denominator
    if v.indicator not in keys or v.withheld or v.value is None or not of or of >= words.ENOUGH or not float(of).is_integer():
        return v
    part = round(v.value * of)
    return replace(v, text=f"{part} of {of:.0f}") if abs(part - v.value * of) <= 0.006 * of else v


def ordered(dimension: str, categories: Iterable[str]) -> tuple[str, ...]:
    """Categories, each once, in the order of the vocabulary.

    >>> ordered("depth", ["D3", "D1", "unknown", "D3"])
    ('D1', 'D3', 'unknown')
    """
    return tuple(sorted(dict.fromkeys(categories), key=lambda c: _place(dimension, c)))


def _place(dimension: str, category: str) -> int:
    known = ORDER.get(dimension, ())
    if category in UNKNOWN:
        return len(known) + 5
    return len(known) + LAST[category] if category in LAST else known.index(category) if category in known else len(known)


def _by_indicator(values: Iterable[Shown]) -> dict[str, tuple[Shown, ...]]:
    out: dict[str, list[Shown]] = {}
    for v in values:
        out.setdefault(v.indicator, []).append(v)
    return {k: tuple(v) for k, v in out.items()}
