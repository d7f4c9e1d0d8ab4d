"""How the score is made, in plain words: every signal and driver with its normaliser, and the bands with what to do."""

from __future__ import annotations

from engagetree.definition.model import Definition, Driver, Signal
from engagetree.render import words
from engagetree.render.figure import Cell, table
from engagetree.render.marks.chip import labelled
from engagetree.render.rounding import spread


def weights_table(definition: Definition) -> str:
    """Signals with weight, drivers and owners."""
    shown = spread([100 * s.weight for s in definition.signals], 100, 1)
    rows = tuple(row for s, w in zip(definition.signals, shown, strict=True) for row in _signal(s, w))
    kinds = tuple(k for s in definition.signals for k in ("d1", *("d2" for _ in s.drivers)))
    return table(
        ("Signal and driver", ">Weight", "How it is counted", "Accountable"), rows, "Weights and how each driver is counted", kinds
    )


def bands_table(definition: Definition) -> str:
    """Bands with their range, what they signal and what to do."""
    of = len(definition.bands)
    rows: list[tuple[Cell, ...]] = [(labelled(i, of, b.label), words.band_range(i, definition), words.clean(b.signals), words.clean(b.do))
                                    for i, b in enumerate(definition.bands)]  # fmt: skip
    thin = f"less than {100 * definition.min_coverage:.0f}{words.SPACE}% of the weight is known"
    rows.append((labelled(None, of, words.UNKNOWN_BAND), words.DASH, thin, "Wait until more has been offered."))
    return table(("Band", "Score", "What it signals", "What to do"), tuple(rows), "Bands, what they signal and what to do")


def time_sentence(definition: Definition) -> str:
    """Periods and window in words."""
    each = {"day": "day", "week": "week", "month": "month", "session": "session"}.get(definition.period, words.clean(definition.period))
    over = f"over the last {words.small(definition.window)} {each}s" if definition.window > 1 else "over the last period alone"
    over = over if definition.window else "over everything since the start"
    return f"A score is made at the end of each {each} ({words.clean(definition.zone)}), {over}."


def counted(driver: Driver) -> str:
    """The normaliser of a driver in words."""
    unit, n = words.clean(driver.unit) or "acts", driver.normalise
    if n == "share":
        what = {"items": unit, "length": f"{unit} (each as long as it lasts)", "presence": "time present"}.get(driver.count, unit)
        which = "those due" if driver.when == "due" else "those offered while present" if driver.while_present else "those offered"
        return f"{what}, of {which}"
    rate = f"{unit}{_per(driver)}"
    capped = f", at most {words.count(driver.cap)} for one activity" if driver.cap else ""
    if n == "target":
        return f"against a target of {_number(driver.target)} {rate}{capped}"
    if n == "saturating":
        return f"{rate}: half of the points at {_number(driver.half)}, ever less for each more{capped}"
    if n == "range":
        return f"{rate}, from {_number(driver.floor)} (0 points) to {_number(driver.target)} (100 points){capped}"
    return f"{rate}, relative to the cohort{capped}"


def _signal(signal: Signal, weight: float) -> list[tuple[Cell, ...]]:
    how = "its drivers multiplied" if signal.combine == "product" else "the weighted mean of its drivers" if len(signal.drivers) > 1 else ""
    first = (words.clean(signal.label), _percent(weight), how, words.clean(signal.owners.accountable))
    inside = spread([weight * d.weight for d in signal.drivers], weight, 1)
    shown = ["×" if signal.combine == "product" else _percent(w) for w in inside]
    return [
        first,
        *((words.clean(d.label), w, counted(d), words.clean(d.owners.accountable)) for d, w in zip(signal.drivers, shown, strict=True)),
    ]


def _percent(x: float) -> str:
    return f"{words.count(x)}{words.SPACE}%"


def _per(driver: Driver) -> str:
    if driver.per == "total":
        return ""
    return {"day": " a day", "week": " a week", "hour_present": " an hour present"}.get(driver.per, f" for each {words.clean(driver.per)}")


def _number(x: float | None) -> str:
    return words.DASH if x is None else words.count(x)
