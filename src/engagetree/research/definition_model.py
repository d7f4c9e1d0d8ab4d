"""What `institution.yml` says, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engagetree.research import vocabulary
from engagetree.research.definition_years import Calendar
from engagetree.research.model import Dimension, Indicator, Institution, Year


@dataclass(frozen=True)
class Baseline:
    """The population that reach is held against. Without a place, a date and the question it would say nothing."""

    key: str
    name: str
    characteristic: str
    geography: str
    dated: date
    age_range: str
    question: str
    shares: tuple[tuple[str, float], ...]  # category, share of the population; they sum to 1
    source: str = ""
    line: int = 0

    def share(self, category: str) -> float | None:
        """The share of a category, None for one that it does not know."""
        return dict(self.shares).get(category)


@dataclass(frozen=True)
class Floors:
    """From where on something may be said."""

    coverage: float = 0.6  # share of those asked whose answer is known, below which no verdict is given
    few: int = 23  # fewer known answers than this: too few to tell
    gap: float = 0.02  # a difference from the baseline smaller than this is none
    follow_up_days: int = 180
    qualifying_depth: str = "D2"  # a later activity below this is not follow-up
    feedback_days: int = 90
    coded_mentions: int = 10  # coded mentions that an interpretation of attention needs, or all of them
    agreement: float = 0.667  # α below which ratings are not aggregated
    raters_share: float = 0.2  # share of coded items that a second coder looked at
    early_depth: str = "D3"
    co_depth: str = "D4"


@dataclass(frozen=True)
class Table:
    """A table that is published: an indicator by one to three dimensions. What is not declared is not published cut so finely."""

    indicator: str
    by: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True)
class Condition:
    """What a column must be. Null never fulfils one."""

    column: str
    how: str  # is | one_of | not | at_least | at_most | has | known
    value: Any
    line: int = 0


@dataclass(frozen=True)
class Own:
    """An indicator of the institution's own: rows of one register, counted, summed or divided.

    `of` says which rows it is about; `where` which of these count. The numerator of a share is therefore always part of its denominator.
    """

    key: str
    label: str
    dimension: Dimension
    kind: str  # count | sum | share | ratio | mean
    register: str
    where: tuple[Condition, ...] = ()
    of: tuple[Condition, ...] = ()
    column: str = ""
    over: str = ""
    by: tuple[str, ...] = ()
    unit: str = ""
    says: str = ""
    pitfalls: tuple[str, ...] = ()
    higher_is: str = "neither"
    version: str = "1"
    line: int = 0


@dataclass(frozen=True)
class ResearchDefinition:
    """How one institution measures its engagement."""

    institution: Institution
    calendar: Calendar = field(default_factory=Calendar)
    zone: str = "Europe/London"
    disclosure: str = "hesa"
    types: dict[str, str] = field(default_factory=lambda: dict(vocabulary.ACTIVITY_TYPES))
    audiences: dict[str, str] = field(default_factory=lambda: dict(vocabulary.AUDIENCES))
    sectors: dict[str, str] = field(default_factory=lambda: dict(vocabulary.SECTORS))
    media: dict[str, str] = field(default_factory=lambda: {m: m.capitalize() for m in vocabulary.MEDIA})
    not_public: tuple[str, ...] = vocabulary.NOT_PUBLIC  # audiences
    excluded_types: tuple[str, ...] = ("scientific_meeting",)
    excluded_purposes: tuple[str, ...] = ("recruitment", "trading")
    academic_sectors: tuple[str, ...] = vocabulary.ACADEMIC
    non_academic_types: tuple[str, ...] = vocabulary.NON_ACADEMIC_TYPES
    overrides: dict[str, str] = field(default_factory=dict)  # ROR or name of an organisation → its type
    baselines: tuple[Baseline, ...] = ()
    floors: Floors = field(default_factory=Floors)
    identifiers: dict[str, str] = field(default_factory=dict)  # ukprn, ror, kef_cluster …
    beside: tuple[str, ...] = ()  # UKPRN of other providers whose published KEF self-assessment stands beside one's own
    rubrics: dict[str, Any] = field(default_factory=dict)  # as written; `quality` reads them
    codebook: str = ""
    published: tuple[Table, ...] = ()
    own: tuple[Own, ...] = ()
    indicators: tuple[Indicator, ...] = ()  # the institution's own, in the catalogue's form
    reason: str = ""
    text: str = ""
    path: str = ""
    version: str = ""  # changes with every number that could change
    fingerprint: str = ""  # changes with that and with every word shown beside it

    def year(self, key: str) -> Year:
        """The year called so. Raises `NotFound`."""
        return self.calendar.year(key)

    def year_of(self, day: date) -> Year:
        """The year in which a day lies."""
        return self.calendar.year_of(day)

    def before(self, year: Year) -> Year:
        """The year before."""
        return self.calendar.before(year)

    def baseline(self, characteristic: str) -> tuple[Baseline, ...]:
        """The baselines of a characteristic."""
        return tuple(b for b in self.baselines if b.characteristic == characteristic)

    def labels(self) -> dict[str, dict[str, str]]:
        """Dimension → category → how it is called, for reports."""
        aside = {"not_recorded": "Not recorded", "several": "Several", "none": "None"}
        return {
            "type": self.types | aside,
            "audience": self.audiences | aside,
            "sector": self.sectors | aside,
            "medium": self.media | aside,
            "depth": vocabulary.DEPTHS | aside,
            "stage": dict(vocabulary.STAGES),
            "right": {key: words for key, (_, words) in vocabulary.RIGHTS.items()},
            "count_method": {key: words.capitalize() for key, words in vocabulary.COUNT_METHODS.items()},
        }
