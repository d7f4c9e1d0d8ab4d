"""What research engagement is measured in: indicators, their values in a year, what the guards found, and what may leave the house.

An exact `AnnualReturn` is private. Every serialiser takes a `Release`, and only `disclosure` makes one: nothing unprotected is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Dimension = Literal["extent", "depth", "reach", "quality", "attention"]
Severity = Literal["block", "error", "warning", "note"]
Counts = Literal["people", "attendances", "records", "hours", "money", "none"]
"""What a number counts. People and attendances are under disclosure control; records are activities, boards, outputs, seats."""

Cell = tuple[tuple[str, str], ...]
"""Where in the breakdown a value stands: (("type", "workshop"), ("depth", "D3")); () is the whole institution."""


@dataclass(frozen=True)
class Year:
    """A reporting year, [starts, until). `key` as people write it: 2025-26, or 2025 for a calendar year."""

    key: str
    starts: date
    until: date


@dataclass(frozen=True)
class Indicator:
    """What is measured and how, so that two institutions can know whether they mean the same.

    `formula` and `interval` are sentences; `inputs` names registers; `pitfalls` are shown with the number.
    """

    key: str
    label: str
    dimension: Dimension
    kind: str  # vocabulary.KINDS
    unit: str
    formula: str
    counts: Counts = "records"
    numerator: str = ""
    denominator: str = ""
    population: str = ""
    inputs: tuple[str, ...] = ()
    breakdowns: tuple[str, ...] = ()  # dimensions by which it is always or can be split
    count_method: str = ""
    interval: str = ""
    pitfalls: tuple[str, ...] = ()
    required_context: tuple[str, ...] = ()  # what must stand beside it: type, depth, baseline …
    guards: tuple[str, ...] = ()
    alt_labels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    scope: str = "activity"  # activity | institution: EDGE and KEF measure support, not engagement
    version: str = "1"
    own: bool = False  # added by the institution
    higher_is: Literal["better", "worse", "neither"] = "neither"


@dataclass(frozen=True)
class Value:
    """One number of one indicator in one year and cell, with what is needed to believe it.

    `value` None means not known, with the `reason`. `n` is how many people or records it rests on, which disclosure control looks at;
    a percentage is stored as a share 0–1 with `numerator` and `denominator`. `low` and `high` are of the kind that `interval` names;
    `high` None beside a `low` is open-ended (“at least”). `level` holds an ordinal's code, such as D3.
    """

    indicator: str
    year: str
    cell: Cell = ()
    value: float | None = None
    unit: str = ""
    counts: Counts = "records"
    low: float | None = None
    high: float | None = None
    interval: str = ""  # "95 % Wilson", "bounds by missing answers", "band", "" where there is none
    n: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    missing: int | None = None
    count_method: str = ""
    level: str = ""
    verdict: str = ""  # under-represented, consistent with parity, not determinable …
    baseline: str = ""  # key of the named baseline
    reason: str = ""
    notes: tuple[str, ...] = ()
    definition_version: str = ""
    least: float | None = None  # what it would be if nobody whose answer is missing were in the group
    most: float | None = None  # and if all of them were

    def at(self, dimension: str) -> str | None:
        """Its category in one dimension of the breakdown, or None.

        >>> Value("events", "2025-26", (("type", "talk"),), 3.0).at("type")
        'talk'
        """
        return dict(self.cell).get(dimension)


@dataclass(frozen=True)
class Guarded:
    """What a guard found: which rule, about what, in words, how to mend it. `indicators` must not be published as they are."""

    rule: str  # EM-01 … EM-16
    severity: Severity
    about: str
    found: str
    do: str = ""
    indicators: tuple[str, ...] = ()
    matched: str = ""  # for the text lint: the words
    claims: tuple[str, ...] = ()  # keys of claims that must not be published as they are


@dataclass(frozen=True)
class Claim:
    """A sentence that claims something, and what it rests on."""

    key: str
    text: str
    dimension: str
    about: str = ""
    rests_on: tuple[str, ...] = ()
    negatives_sought: bool | None = None


@dataclass(frozen=True)
class Institution:
    """Whose year it is. `invented` is printed on every page of an example."""

    name: str
    identifier: str = ""  # ROR or UKPRN, as it is written
    invented: bool = False
    note: str = ""


@dataclass(frozen=True)
class AnnualReturn:
    """A year, exact and private: this year's values, those of the year before, what is claimed, and what the guards say."""

    institution: Institution
    year: Year
    indicators: tuple[Indicator, ...]
    values: tuple[Value, ...]
    before: tuple[Value, ...] = ()  # of the year before, of the same indicators
    claims: tuple[Claim, ...] = ()
    findings: tuple[Guarded, ...] = ()
    labels: dict[str, dict[str, str]] = field(default_factory=dict)  # dimension → category → how it is called
    definition_version: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A value as it may be seen. `text` is what stands in a table: "15", "12 %", "..", "fewer than 5", "at least 300".

    `value`, `low` and `high` are rounded as the profile asks, and None where the cell is withheld (`withheld` says by which rule, never
    what it was).
    """

    indicator: str
    year: str
    cell: Cell
    text: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    interval: str = ""
    n: int | None = None  # rounded or None
    denominator: float | None = None
    missing: int | None = None
    count_method: str = ""
    level: str = ""
    verdict: str = ""
    baseline: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    withheld: str = ""
    least: float | None = None  # what it would be if nobody whose answer is missing were in the group, and if all of them were
    most: float | None = None

    def at(self, dimension: str) -> str | None:
        """Its category in one dimension of the breakdown, or None."""
        return dict(self.cell).get(dimension)


@dataclass(frozen=True)
class Release:
    """What may leave: made by `disclosure.protect` and by nothing else. Every serialiser takes this and no other type."""

    institution: Institution
    year: Year
    indicators: tuple[Indicator, ...]
    values: tuple[Shown, ...]
    before: tuple[Shown, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Guarded, ...]
    labels: dict[str, dict[str, str]]
    profile: str  # hesa | lt5 | threshold10
    profile_says: str  # the rule in one sentence, printed under every table
    definition_version: str
    code_version: str
    made_on: date
    register_number: str = ""  # its number in the register of releases
    notes: tuple[str, ...] = ()

    def of(self, indicator: str) -> tuple[Shown, ...]:
        """This year's values of one indicator, in order."""
        return tuple(v for v in self.values if v.indicator == indicator)

    def label(self, dimension: str, category: str) -> str:
        """How a category is called."""
        return self.labels.get(dimension, {}).get(category, category)
