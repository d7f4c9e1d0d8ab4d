"""From rating sheets to values: levels with their spread, what may be put together, and how far raters agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engagetree.research.model import Cell, Value
from engagetree.research.quality.agreement import FEWEST_UNITS, TENTATIVE, Agreement, alpha, kappa
from engagetree.research.quality.caveat import TREATED_AS_INTERVAL
from engagetree.research.quality.indicators import summaries
from engagetree.research.quality.sheets import Sheets, Standing, middle

SPREAD = "lowest and highest rating"


@dataclass(frozen=True)
class Judged:
    """Sheets, and what their agreement allows."""

    sheets: Sheets
    year: str
    agreement: Agreement

    def value(self, part: str, cell: Cell = (), **what: object) -> Value:
        """A value of one indicator of the rubric."""
        return Value(f"{self.sheets.rubric.key}_{part}", self.year, cell, **what)  # type: ignore[arg-type]

    def rank(self, standing: Standing) -> int | None:
        """The level at which a criterion stands; None where there is none or raters agree too little to put their ratings together."""
        if len(set(standing.ranks)) > 1 and not self.agreement.aggregate:
            return None
        return standing.median

    def level(self, rank: int | None) -> str:
        """The code of a level, as it stands in a table."""
        return "" if rank is None else self.sheets.rubric.called(self.sheets.rubric.levels[rank - 1].code)


def values(sheets: Sheets, year: str, least: float = TENTATIVE) -> Iterator[Value]:
    """All values of one rubric in one year; nothing of a rubric that nobody used. With α below `least` ratings are not put together."""
    if not sheets.standings:
        return
    judged = Judged(sheets, year, replace(alpha(sheets.table), least=least))
    for standing in sheets.standings:
        yield _level(judged, standing)
        yield from _ratings(judged, standing)
        yield from _aim(judged, standing)
    for unit in sheets.units:
        yield from _unit(judged, unit)
    yield from _agreement(judged)


def _place(judged: Judged, standing: Standing) -> Cell:
    return (("unit", standing.unit), ("criterion", judged.sheets.rubric.called(standing.criterion)))


def _level(judged: Judged, standing: Standing) -> Value:
    ranks, rank = standing.ranks, judged.rank(standing)
    return judged.value(
        "level",
        _place(judged, standing),
        unit="level",
        low=float(ranks[0]) if ranks else None,
        high=float(ranks[-1]) if ranks else None,
        interval=SPREAD if ranks else "",
        n=standing.n,
        missing=standing.not_rated,
        level=judged.level(rank),
        reason=_why_none(judged, standing) if rank is None else "",
        notes=_notes(judged, standing),
    )


def _aim(judged: Judged, standing: Standing) -> Iterator[Value]:
    """The level aimed at, where somebody said one: a wish of theirs, so agreement is not asked for."""
    aims = standing.aims
    if aims:
        rank = middle(aims)
        reason = "raters aim at different levels" if rank is None else ""
        low, high, level = float(aims[0]), float(aims[-1]), judged.level(rank)
        between = SPREAD if high > low else ""
        yield judged.value(
            "aspiration", _place(judged, standing), unit="level", n=len(aims), level=level, reason=reason,
            low=low if between else None, high=high if between else None, interval=between,
        )  # fmt: skip


def _why_none(judged: Judged, standing: Standing) -> str:
    if not standing.n:
        return "not rated" if standing.applicable else "not applicable"
    if not judged.agreement.aggregate:
        least = f"{judged.agreement.least:g}".lstrip("0")
        return f"raters agree too little (α = {_number(judged.agreement.value)}, below {least}): the ratings are shown, not put together"
    ranks, half = standing.ranks, standing.n // 2
    labels = [judged.sheets.rubric.levels[r - 1].label for r in (ranks[half - 1], ranks[half])]
    return f"raters are divided between {labels[0]} and {labels[1]}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace("-", "−")


def _notes(judged: Judged, standing: Standing) -> tuple[str, ...]:
    found = []
    if standing.asserted:
        of = "asserted" if standing.asserted == standing.n else f"{standing.asserted} of {standing.n} ratings asserted"
        found.append(f"{of}: no evidence is on file")
    if standing.n == 1:
        found.append("one rater")
    if standing.n and standing.not_applicable:
        found.append(f"{standing.not_applicable} of the raters say that it does not apply")
    return tuple(found)


def _ratings(judged: Judged, standing: Standing) -> Iterator[Value]:
    for rank, count in enumerate(standing.counts, 1):
        if count:
            cell = (*_place(judged, standing), ("level", judged.level(rank)))
            yield judged.value("ratings", cell, value=float(count), unit="ratings", n=count)


def _unit(judged: Judged, unit: str) -> Iterator[Value]:
    """What follows for a unit: criteria at each level, the lowest, the median, and the summaries of the rubric."""
    applying = [s for s in judged.sheets.of(unit) if s.applicable]
    ranks = {s.criterion: judged.rank(s) for s in applying}
    known = {criterion: rank for criterion, rank in ranks.items() if rank is not None}
    cell, missing = (("unit", unit),), len(ranks) - len(known)
    for rank in range(1, len(judged.sheets.rubric.levels) + 1):
        count = sum(found == rank for found in known.values())
        here = (*cell, ("level", judged.level(rank)))
        yield judged.value("criteria", here, value=float(count), unit="criteria", n=len(known), missing=missing)
    yield _lowest(judged, cell, known, missing)
    yield _median(judged, cell, known, missing)
    for name in summaries(judged.sheets.rubric):
        yield _summary(judged, name, cell, known, missing)


def _gap(judged: Judged, known: dict[str, int], missing: int) -> str:
    """Why nothing is said of the whole: a gap is never filled."""
    if not known and not missing:
        return "no criterion applies"
    total = len(known) + missing
    return f"{missing} of {total} criteria {'has' if missing == 1 else 'have'} no level" if missing else ""


def _lowest(judged: Judged, cell: Cell, known: dict[str, int], missing: int) -> Value:
    if not known:
        return judged.value("lowest", cell, unit="level", n=0, missing=missing, reason=_gap(judged, known, missing))
    rank = min(known.values())
    names = [c.label for c in judged.sheets.rubric.criteria if known.get(c.key) == rank]
    gap = (f"{missing} without a level, which could be lower",) if missing else ()
    return judged.value(
        "lowest", cell, unit="level", n=len(known), missing=missing, level=judged.level(rank), notes=(", ".join(names), *gap)
    )


def _median(judged: Judged, cell: Cell, known: dict[str, int], missing: int) -> Value:
    counts = tuple(sum(r == rank for r in known.values()) for rank in range(1, len(judged.sheets.rubric.levels) + 1))
    middle = Standing("", "", counts).median
    reason = _gap(judged, known, missing) or ("" if middle is not None else "two levels share the middle")
    return judged.value(
        "median", cell, unit="level", n=len(known), missing=missing, level="" if reason else judged.level(middle), reason=reason
    )


def _summary(judged: Judged, name: str, cell: Cell, known: dict[str, int], missing: int) -> Value:
    reason, rubric = _gap(judged, known, missing), judged.sheets.rubric
    n, top = len(known), len(judged.sheets.rubric.levels)
    if name == "completeness":
        complete = next((i for i, level in enumerate(rubric.levels, 1) if level.code == (rubric.complete or "present")), top)
        have = sum(rank == complete for rank in known.values())
        value = None if reason else have / n
        return judged.value(
            name, cell, value=value, unit="share", n=n, numerator=have, denominator=n + missing, missing=missing, reason=reason
        )
    total = sum(known.values())
    value, of = (total / n if n else None, None) if name == "mean" else (float(total), float(top * n))
    notes = (TREATED_AS_INTERVAL, *_banding(judged))
    if reason:
        value = None
    unit = "level" if name == "mean" else "points"
    return judged.value(name, cell, value=value, unit=unit, n=n, denominator=of, missing=missing, reason=reason, notes=notes)


def _banding(judged: Judged) -> Iterator[str]:
    """How the iteration that was rated bands the result."""
    for iteration in judged.sheets.iterations:
        banding = judged.sheets.rubric.banding.get(iteration)
        if banding:
            yield f"{iteration} publishes it as a {banding}"


def _agreement(judged: Judged) -> Iterator[Value]:
    sheets, found = judged.sheets, judged.agreement
    notes = [f"{sheets.raters} {'rater' if sheets.raters == 1 else 'raters'}"]
    notes += [f"the rubric does not know “{word}”" for word in sheets.unknown[:5]]
    if sheets.undated:
        notes.append(f"{sheets.undated} {'rating without a date is' if sheets.undated == 1 else 'ratings without a date are'} in no year")
    reason = "agreement undefined (one rater)" if sheets.raters == 1 and found.value is None else found.reason
    yield coefficient(f"{sheets.rubric.key}_alpha", judged.year, replace(found, reason=reason), tuple(notes))
    if sheets.pairs is not None:
        yield coefficient(f"{sheets.rubric.key}_kappa", judged.year, kappa(sheets.pairs), ())


def coefficient(indicator: str, year: str, found: Agreement, notes: tuple[str, ...], units: str = "units") -> Value:
    """A coefficient of agreement as a value. `units` is what was drawn again for the interval."""
    few = (f"fewer than {FEWEST_UNITS} {units}: no verdict",) if found.value is not None and not found.verdict else ()
    drawn = f"95 % bootstrap over {units}, {found.resamples:,} resamples, {found.dropped:,} undefined left out"
    return Value(
        indicator,
        year,
        value=found.value,
        unit="coefficient",
        counts="none",
        low=found.low,
        high=found.high,
        interval="" if found.low is None else drawn,
        n=found.units,
        verdict=found.verdict,
        reason=found.reason,
        notes=(*notes, *few),
    )
