"""The rules that tie fields together. Each takes the rows as far as they could be read and gives every problem it sees."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from engagetree.definition.fields import DRIVER
from engagetree.definition.moments import span
from engagetree.definition.shape import Row
from engagetree.definition.values import normalisers, number
from engagetree.errors import Problem

EXACT = 1e-9
"""How far from 1 weights may sum: binary fractions, not people, need it."""

RESERVED = ("participant", "cohort", "owner", "counted", "score", "low", "high", "coverage", "band", "period", "version")
"""Columns beside the signals in the scores table."""

EXPOSURES = ("day", "week", "hour_present", "total")


def signals_of(row: Row) -> list[Row]:
    return list(row.get("signals", []))


def drivers_of(row: Row) -> Iterator[tuple[Row, Row]]:
    """Every driver with its signal."""
    for signal in signals_of(row):
        for driver in signal.get("drivers", []):
            yield signal, driver


def dates(row: Row) -> Iterator[Problem]:
    """starts < ends."""
    starts, ends = span(row.get("starts"), row.get("ends"), row.get("zone", "UTC"))
    if starts and ends and starts >= ends:
        yield row.error("ends", f"`ends` {row.get('ends')} is not after `starts` {row.get('starts')}", "Swap them or correct one.")


def names(row: Row) -> Iterator[Problem]:
    """No signal is called like a column of the scores."""
    for signal in signals_of(row):
        if signal.key in RESERVED:
            yield Problem(signal.line, signal.where, f"`{signal.key}` is a column of every scores table", "Choose another key.")


def weights(row: Row) -> Iterator[Problem]:
    """The weights of the signals sum to 1, and so do those of the drivers of each mean."""
    if signals_of(row):
        yield from _sum_to_one(row, "signals", signals_of(row))
    for signal in signals_of(row):
        drivers = signal.get("drivers", [])
        if signal.get("combine") == "product":
            yield from _no_weights(drivers)
        elif signal.get("combine", "mean" if not signal.has("combine") else None):
            yield from _missing_weights(signal, drivers)
            yield from _sum_to_one(signal, "drivers", drivers)


def _no_weights(drivers: list[Row]) -> Iterator[Problem]:
    for d in drivers:
        if d.has("weight"):
            yield d.error("weight", "`weight` has no effect in a product", "Remove it, or write `combine: mean` for the signal.")


def _missing_weights(signal: Row, drivers: list[Row]) -> Iterator[Problem]:
    for d in drivers if len(drivers) > 1 else []:
        if not d.has("weight"):
            do = f"Give each of the {len(drivers)} drivers its part of the signal; the parts sum to 1."
            yield Problem(d.line, d.where, "`weight` is missing", do)


def _sum_to_one(row: Row, name: str, rows: list[Row]) -> Iterator[Problem]:
    if not rows:
        return
    found = [r.get("weight", 1.0 if not r.has("weight") and len(rows) == 1 and name == "drivers" else None) for r in rows]
    known = [w for w in found if w is not None]
    total = math.fsum(known)
    if len(known) < len(rows) or abs(total - 1) <= EXACT:
        return
    suggested = ", ".join(f"{r.key} {number(w)}" for r, w in zip(rows, normalised(known), strict=True))
    percent = abs(total - 100) < 0.5
    found_text = f"the weights of the {name} sum to {number(total)}, not to 1" + (": they look like percent" if percent else "")
    yield row.error(name, found_text, f"Write {suggested}." if not percent else f"Write them as parts of 1: {suggested}.")


def normalised(found: list[float]) -> list[float]:
    """The same proportions with sum 1, in thousandths, by largest remainder; equal parts where all are 0.

    >>> normalised([30, 20, 30, 20]), normalised([1, 1, 1])
    ([0.3, 0.2, 0.3, 0.2], [0.334, 0.333, 0.333])
    """
    top = max(found)
    scaled = [w / top if top else 1.0 for w in found]  # huge weights must not overflow their sum
    exact = [w / math.fsum(scaled) * 1000 for w in scaled]
    parts = [math.floor(e + EXACT) for e in exact]
    order = sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: 1000 - sum(parts)]:
        parts[i] += 1
    return [p / 1000 for p in parts]


def normaliser(row: Row) -> Iterator[Problem]:
    """Each driver has what its normaliser needs and nothing that has no effect with it."""
    for _, d in drivers_of(row):
        if d.has("normalise") and d.get("normalise") is None:
            continue
        how = d.get("normalise", "share")
        missing = [f.name for f in DRIVER if how in f.needed and not d.has(f.name)]
        if missing == ["offered"] and not d.has("normalise"):
            yield _raw(d)
            continue
        for name in missing:
            yield d.error("normalise", f"`normalise: {how}` needs `{name}`", f"Add it, or choose another normaliser: {normalisers()}.")
        yield from _without_effect(d, how)
        if how == "range" and d.get("target") is not None and d.get("floor", 0.0) >= d.get("target"):
            yield d.error(
                "floor", f"`floor` {number(d.get('floor'))} is not below `target` {number(d.get('target'))}", "Swap or correct them."
            )


def _raw(d: Row) -> Problem:
    """A count of acts that nothing brings to 0–1."""
    given = next(
        (
            f"With `{n}` given, `normalise: {how}` is the likely one. "
            for n, how in (("half", "saturating"), ("target", "target"))
            if d.has(n)
        ),
        "",
    )
    do = f"{given}Name what was `offered`, or choose a normaliser: {normalisers()}."
    return Problem(d.line, d.where, "is not normalised: a raw count would let the largest scale decide the score", do)


def _without_effect(d: Row, how: str) -> Iterator[Problem]:
    for f in DRIVER:
        if f.only and how not in f.only and d.has(f.name):
            use = ", ".join(f"`normalise: {n}`" for n in f.only)
            yield d.error(f.name, f"`{f.name}` has no effect with `normalise: {how}`", f"Remove it, or use {use}.")


def measures(row: Row) -> Iterator[Problem]:
    """What is measured fits what it is limited to and divided by."""
    for _, d in drivers_of(row):
        measure, per = d.get("measure"), d.get("per")
        if measure == "days" and d.has("on"):
            yield d.error(
                "on", "`on` has no effect with `measure: days`: a day belongs to no single item", "Remove it, or measure acts or items."
            )
        yield from _stays(d)
        if measure == "items" and d.has("cap"):
            do = "Remove it, or measure acts, amount or days."
            yield d.error("cap", "`cap` has no effect with `measure: items`: each counts once", do)
        yield from _lately(row, d)
        close = difflib.get_close_matches(per, EXPOSURES, n=1, cutoff=0.75) if per and per not in EXPOSURES else []
        if close:
            do = f"Write `per: {close[0]}` if that is meant."
            yield d.error("per", f"`per: {per}` is taken for a kind of item", do, "warning")


def _lately(row: Row, d: Row) -> Iterator[Problem]:
    """Looking back on some periods only, and taking in time, where that means something."""
    if d.get("last") is not None and row.get("window"):
        yield d.error("last", "`last` has no effect beside a trailing `window`", "Remove it, or write `window: cumulative`.")
    if d.get("last") is not None and d.get("measure") == "items":
        do = "Measure acts or days: an item that is touched in two periods counts in one of them."
        yield d.error("last", "`last` cannot count distinct items", do)
    if d.get("in_time") and d.get("when") != "due":
        yield d.error("in_time", "`in_time` needs `when: due`", "Add it: what is open has no time to be in.")
    if d.get("ahead") is not None and not d.get("in_time"):
        yield d.error("ahead", "`ahead` needs `in_time: true`", "Add it: what comes late is not ahead either.")


def _stays(d: Row) -> Iterator[Problem]:
    """Joins and leaves become one `present` for each session before anything is counted."""
    taken = d.get("taken", ())
    for kind in sorted({"join", "leave"} & set(taken)):
        yield d.error("taken", f"`{kind}` is never counted by itself", "Write `present`: joins and leaves make the time present.")
    if "present" in taken and d.get("measure") == "days":
        yield d.error("taken", "`present` belongs to a session, not to a day", "Count `measure: items`, the sessions attended, instead.")


def bands(row: Row) -> Iterator[Problem]:
    """Strictly descending, from at most 100 down to 0, each with a key of its own."""
    found = row.get("bands", [])
    for band in _again(found):
        yield band.error("key", f"two bands have the key `{band.get('key')}`", "Give each band its own key.")
    cuts = [(b, b.get("at_least")) for b in found]
    if any(cut is None for _, cut in cuts):
        return
    for (upper, high), (lower, low) in pairwise(cuts):
        if low >= high:
            found_text = f"`at_least` {number(low)} is not below the {number(high)} of band {upper.key}"
            yield lower.error("at_least", found_text, "Order the bands from the highest to the lowest.")
    if cuts and min(cut for _, cut in cuts) > 0:
        last, cut = min(cuts, key=lambda pair: pair[1])
        yield last.error("at_least", f"no band holds the scores below {number(cut)}", "Write `at_least: 0` for the lowest band.")


def _again(found: list[Row]) -> Iterable[Row]:
    seen: Counter[str] = Counter()
    for band in found:
        key = band.get("key")
        seen[key] += 1
        if key is not None and seen[key] > 1:
            yield band


def twice(row: Row) -> Iterator[Problem]:
    """One behaviour counted in two places weighs more than anybody decided."""
    apart = ("label", "weight", "unit", "accountable", "responsible", "consulted", "informed")
    seen: dict[str, Row] = {}
    for _, d in drivers_of(row):
        if d.values.keys() != d.lines.keys() or not d.values:
            continue  # told already that it cannot be read
        content = {name: sorted(v) if isinstance(v, tuple) else v for name, v in d.values.items() if name not in apart}
        known = seen.setdefault(repr(sorted(content.items())), d)
        if known is not d:
            do = "Keep it in one of them, so that its weight is the one that you decided."
            yield Problem(d.line, d.where, f"counts the same as {known.where} (line {known.line})", do, "warning")


RULES: tuple[Callable[[Row], Iterator[Problem]], ...] = (dates, names, weights, normaliser, measures, bands, twice)
