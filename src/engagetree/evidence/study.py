"""What a run of evidence says, as plain values: findings first, then the rows behind them. It is stored as JSON and drawn from that."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from engagetree.evidence.verdict import Finding, Verdict


@dataclass(frozen=True)
class WeekRow:
    """One week of the programme: AUC inside cohorts with its interval for people like these, and for another cohort; calibration."""

    week: int
    n: int
    auc: float | None = None
    low: float | None = None
    high: float | None = None
    other_low: float | None = None
    other_high: float | None = None
    slope: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    brier: float | None = None
    reliability: float | None = None
    resolution: float | None = None
    uncertainty: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class BandLine:
    """The rate of the outcome in a band at the end of a week, with Wilson's interval; no rate where too few people are in it."""

    week: int
    key: str
    label: str
    n: int
    yes: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class CurvePoint:
    """A bin of the calibration curve, on people of unseen cohorts: mean chance told, and what came true."""

    told: float
    rate: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class WeightRow:
    """One part of the score: shares declared, effective and fitted (with the lowest and highest of the folds), and its AUC alone."""

    signal: str
    driver: str
    of: str
    label: str
    declared: float
    effective: float | None
    fitted: float | None
    fitted_low: float | None
    fitted_high: float | None
    alone: float | None


@dataclass(frozen=True)
class Way:
    """A way of scoring at the end of a week (0: all weeks looked at): AUC on unseen cohorts."""

    week: int
    way: str
    auc: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""


@dataclass(frozen=True)
class GroupLine:
    """One group that may be shown: rate, chance told, gap between them, AUC."""

    label: str
    n: int
    rate: float
    low: float
    high: float
    told: float
    gap: float
    gap_low: float
    gap_high: float
    auc: float | None
    auc_low: float | None
    auc_high: float | None


@dataclass(frozen=True)
class CutRow:
    """A cut drawn on outcomes with its interval, and the band that begins with it: its rate in the cohorts that it was not drawn on."""

    cut: float
    low: float | None
    high: float | None
    n: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    whole: float | None = None  # where that cut stands on the score as people see it


@dataclass(frozen=True)
class Study:
    """Everything that was found. `week` is the one that findings are about; `looks` the weeks with drivers."""

    outcome: str
    label: str
    version: str
    on: str  # the day it was run, ISO
    left_out: tuple[str, ...]
    circular: bool  # nobody has said what is part of the outcome
    week: int
    looks: tuple[int, ...]
    findings: tuple[Finding, ...]
    weeks: tuple[WeekRow, ...] = ()
    bands: tuple[BandLine, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    weights: tuple[WeightRow, ...] = ()
    ways: tuple[Way, ...] = ()
    group_by: str = ""
    groups: tuple[GroupLine, ...] = ()
    hidden: str = ""
    cuts: tuple[CutRow, ...] = ()
    notes: tuple[str, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()  # (name, YAML text of a definition)

    def finding(self, name: str) -> Finding | None:
        """One of the findings by its name."""
        return next((f for f in self.findings if f.name == name), None)

    @property
    def usable(self) -> bool:
        """Whether there was anything to look at."""
        return (found := self.finding(RANKS)) is not None and found.number is not None

    @property
    def verdict(self) -> Verdict:
        """Of the whole: it does not hold where ranking or the order of bands does not; it holds where ranking does."""
        core = [f.verdict for name in (RANKS, BANDS) if (f := self.finding(name)) is not None]
        if "does not hold" in core:
            return "does not hold"
        return "holds" if core and core[0] == "holds" and not self.circular else "cannot tell"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"verdict": self.verdict}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Study:
        """From what was stored."""
        kinds: dict[str, Any] = {
            "findings": Finding, "weeks": WeekRow, "bands": BandLine, "curve": CurvePoint, "weights": WeightRow, "ways": Way,
            "groups": GroupLine, "cuts": CutRow,
        }  # fmt: skip
        given: dict[str, Any] = {f.name: stored[f.name] for f in fields(cls) if f.name in stored}
        rows: dict[str, Any] = {name: tuple(kind(**r) for r in given.get(name, ())) for name, kind in kinds.items()}
        plain: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in given.items() if n not in kinds}
        plain["proposals"] = tuple((str(a), str(b)) for a, b in given.get("proposals", ()))
        return cls(**plain, **rows)


WHAT, BANDS, RISK, RANKS, TRUSTED, CALIBRATED = "validated", "bands in order", "risk", "ranks people", "trusted from", "calibrated"
WEIGHTS, CARRIES, NORMALISERS, CEILING, DRIFT, DRAWN = "weights", "signals carry", "normalisers", "ceiling", "drift", "bands drawn"
SAME, EVERYWHERE, LEAK = "groups calibrated", "groups ranked", "too good"


def plain(x: float | None) -> float | None:
    """A number that JSON has a form for."""
    return None if x is None or not math.isfinite(x) else float(x)
