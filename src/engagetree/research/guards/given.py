"""What a guard has to know beside the numbers: what a claim rests on, how a composite is weighed, what is to be compared.

Everything has a value for “nothing is known of it”, and nothing known is never good news: a claim whose evidence is in no register rests
on nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Ground = Literal["coded", "attention", "assessment", "impact"]
"""What a piece of evidence is: coded qualitative evidence, attention, a self-assessment or checklist, a record of an impact."""


@dataclass(frozen=True)
class Unbacked:
    """Activities whose claimed depth lacks its evidence. `missing` holds words of `vocabulary.DEPTH_EVIDENCE`."""

    claimed: str  # D2 … D5
    recorded: str  # D1 … D4, as it is counted
    missing: tuple[str, ...]
    activities: int
    examples: tuple[str, ...] = ()  # ids


@dataclass(frozen=True)
class Interpretation:
    """The coded evidence that one claim cites. `mentions` is how many there are of what it is about, None where nobody knows."""

    coded: int
    mentions: int | None = None
    alpha: float | None = None
    only_positive: bool = False


@dataclass(frozen=True)
class Baseline:
    """With whom those reached are compared."""

    key: str
    name: str = ""
    geography: str = ""
    on: date | str | None = None
    age_range: str = ""


@dataclass(frozen=True)
class Composite:
    """A number made of others. Keys of `weights` are indicators; empty: nobody wrote the weights down."""

    key: str
    label: str
    dimension: str
    weights: Mapping[str, float] = field(default_factory=dict)
    version: str = ""


@dataclass(frozen=True)
class Side:
    """One side of a comparison. What is "" or None is not known or not of matter."""

    name: str
    provider: str = ""
    score_version: str = ""
    age_days: tuple[int, int] | None = None  # youngest and oldest output at retrieval
    cluster: str = ""  # of KEF
    weights: str = ""  # version of a programme's weights and signals
    version: str = ""  # of the KEF
    year: str = ""


@dataclass(frozen=True)
class Comparison:
    """A trend, a ranking, or others' published numbers beside one's own (the first side), that somebody wants to publish."""

    kind: Literal["trend", "ranking", "beside"]
    about: str
    sides: tuple[Side, ...]
    indicator: str = ""
    attention: bool = False  # whether the sides are scores of attention


@dataclass(frozen=True)
class Programme:
    """A participant programme of engagetree whose scores become the extent of an activity, as plain values."""

    name: str
    attendance_weight: float = 0.0  # 0–1, of all signals that count who was there
    unnormalised: tuple[str, ...] = ()  # signals that enter as they were counted
    weights_changed: bool = False
    history_recalculated: bool = True
    validated: bool = False  # an outcome validation is on file
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Breach:
    """What disclosure control says of a table that would go out. Never carries a number."""

    rule: str
    about: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """All of it. `grounds` says of every id that a claim may cite what it is; `facts.given` makes this from the registers."""

    grounds: Mapping[str, Ground] = field(default_factory=dict)
    interpretations: Mapping[str, Interpretation] = field(default_factory=dict)  # by claim
    unbacked: tuple[Unbacked, ...] = ()
    not_public: Mapping[str, int] = field(default_factory=dict)  # reason (counting.NOT_PUBLIC) → activities that were left out
    activities: int | None = None
    without_depth: int | None = None
    baselines: tuple[Baseline, ...] = ()
    composites: tuple[Composite, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    score_versions: tuple[frozenset[str], frozenset[str]] | None = None  # of attention, "provider version": this year, the year before
    programmes: tuple[Programme, ...] = ()
    breaches: tuple[Breach, ...] = ()
    coverage_floor: float = 0.6
    least_gap: float = 0.02  # of shares; a smaller one is called none
    fewest_coded: int = 10
    least_alpha: float = 0.667


NOTHING = Given()
