"""Evidence as rows of text, the same for the terminal and for the tables below the drawings."""

from __future__ import annotations

from collections.abc import Sequence

from engagetree.evidence.study import BandLine, Study, Way
from engagetree.evidence.verdict import written
from engagetree.render import words

Rows = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Headings (a leading `>`: numbers) and lines."""

AGAIN = "with the range for people like these"
WAYS = {
    "as it is": "As it is",
    "equal weights": "Equal weights",
    "fitted elsewhere": "Fitted on other cohorts",
    "ceiling": "Gradient boosting",
}


def percent(x: float | None) -> str:
    """A share: `38 %`, and `−3 %` of one that works against the rest."""
    return words.DASH if x is None else f"{written(100 * x)} %"


def number(x: float | None, digits: int = 2) -> str:
    return words.DASH if x is None else written(x, digits)


def ends(low: float | None, high: float | None, digits: int = 0, scale: float = 100.0) -> str:
    """`(38–43)`, `(−3 to 5)`, empty where there is none."""
    return "" if low is None or high is None else f" ({between(scale * low, scale * high, digits)})"


def between(low: float, high: float, digits: int = 0) -> str:
    """A range; beside a minus sign a dash would be one too many."""
    return f"{written(low, digits)}{' to ' if low < 0 else '–'}{written(high, digits)}"


def band_rows(study: Study) -> Rows:
    """A line for each band, the highest first; a column for each week."""
    weeks = sorted({b.week for b in study.bands})
    at = {(b.week, b.key): b for b in study.bands}
    order = [b for b in study.bands if b.week == weeks[0]][::-1] if weeks else []
    lines = tuple((b.label, *(_rate(at.get((w, b.key))) for w in weeks)) for b in order)
    return ("Band", *(f">Week {w}" for w in weeks)), lines


def _rate(b: BandLine | None) -> str:
    if b is None or b.rate is None:
        return f"{0 if b is None else words.count(b.n)}: too few"
    return f"{percent(b.rate)}{ends(b.low, b.high)} of {words.count(b.n)}" if b.n >= words.ENOUGH else rated(b.rate, b.yes, b.n)


def rated(rate: float, yes: int, n: int) -> str:
    """A rate and of how many; of few people only the counts.

    >>> rated(0.75, 30, 40), rated(0.75, 9, 12)
    ('75 % of 40', '9 of 12')
    """
    return f"{percent(rate)} of {words.count(n)}" if n >= words.ENOUGH else f"{words.count(yes)} of {words.count(n)}"


def way_rows(study: Study) -> Rows:
    """A line for each way of scoring, a column for each week."""
    weeks = [*study.looks, 0]
    at = {(w.way, w.week): w for w in study.ways}
    names = list(dict.fromkeys(w.way for w in study.ways))
    lines = tuple((WAYS[n], *(area(at.get((n, w))) for w in weeks)) for n in names)
    return ("Score", *(f">Week {w}" if w else ">All of them" for w in weeks)), lines


def area(w: Way | None) -> str:
    return words.DASH if w is None or w.auc is None else f"{number(w.auc, 3)}{ends(w.low, w.high, 2, 1.0)}"


def weight_rows(study: Study) -> Rows:
    """A line for each driver."""
    head = ("Signal", "Driver", ">Declared", ">Effective", ">Fitted", ">Lowest and highest", ">AUC alone")
    lines = tuple(
        (w.of, w.label, percent(w.declared), percent(w.effective), percent(w.fitted),
         words.DASH if w.fitted_low is None or w.fitted_high is None else f"{between(100 * w.fitted_low, 100 * w.fitted_high)} %",
         number(w.alone))
        for w in study.weights
    )  # fmt: skip
    return head, lines


def group_rows(study: Study) -> Rows:
    """A line for each group that may be shown."""
    head = (words.upper(words.clean(study.group_by)) or "Group", ">People", ">Came true", ">Told", ">Gap in points", ">AUC")
    lines = tuple(
        (g.label, words.count(g.n), f"{percent(g.rate)}{ends(g.low, g.high)}", percent(g.told),
         f"{written(100 * g.gap, 0, True)} ({written(100 * g.gap_low, 0, True)} to {written(100 * g.gap_high, 0, True)})",
         f"{number(g.auc)}{ends(g.auc_low, g.auc_high, 2, 1.0)}")
        for g in study.groups
    )  # fmt: skip
    return head, lines


def week_rows(study: Study) -> Rows:
    """A line for each week."""
    head = ("Week", ">People", ">AUC", ">For another cohort", ">Calibration slope", ">Brier")
    lines = tuple(
        (f"{w.week}", words.count(w.n), f"{number(w.auc)}{ends(w.low, w.high, 2, 1.0)}",
         words.DASH if w.other_low is None or w.other_high is None else between(w.other_low, w.other_high, 2),
         f"{number(w.slope)}{ends(w.slope_low, w.slope_high, 2, 1.0)}", number(w.brier))
        for w in study.weeks
    )  # fmt: skip
    return head, lines


def cut_rows(study: Study) -> Rows:
    """A line for each band drawn on outcomes."""
    head = ("Begins at", ">Likely", ">People", ">Came true", ">On the whole score")
    lines = tuple(
        (f"{c.cut:.0f}", words.DASH if c.low is None or c.high is None else f"{c.low:.0f}–{c.high:.0f}", words.count(c.n),
         f"{percent(c.rate)}{ends(c.rate_low, c.rate_high)}", words.DASH if c.whole is None else f"{c.whole:.0f}")
        for c in study.cuts
    )  # fmt: skip
    return head, lines


def shown(study: Study) -> str:
    """The verdict of the whole, in one line."""
    if not study.usable:
        return "Nothing was validated."
    how: Sequence[str] = ("; circularity was not ruled out",) if study.circular else ()
    return f"Validated against {words.clean(study.outcome)}: {study.verdict}{''.join(how)}."
