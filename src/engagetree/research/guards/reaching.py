"""EM-10: who was reached, against whom: no verdict without a named baseline, enough answers, and a gap that the answers can carry."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards.given import Baseline
from engagetree.research.guards.seen import Seen, listed
from engagetree.research.model import Guarded, Value

UNDER, OVER = "under-represented", "over-represented"
ROUNDING = 1e-9
DECIDED = (UNDER, OVER, "consistent with parity")


def demographic_reach(seen: Seen) -> Iterator[Guarded]:
    """EM-10: one finding for each thing that is wrong with an indicator of reach, with the groups that it concerns."""
    compared = [v for v in seen.of("reach") if _compared(seen, v)]
    wrong: dict[tuple[str, str, str], list[Value]] = {}
    for value in compared:
        for found, do in _wrong(seen, value):
            wrong.setdefault((value.indicator, found, do), []).append(value)
    for (key, found, do), values in wrong.items():
        groups = listed(dict.fromkeys(" ".join(category for _, category in v.cell) or "all" for v in values))
        yield Guarded("EM-10", "error", f"{seen.indicators[key].label}, {groups}", found, do, (key,))


def _compared(seen: Seen, value: Value) -> bool:
    return bool(value.baseline or value.verdict) or "baseline" in seen.indicators[value.indicator].required_context


def _wrong(seen: Seen, value: Value) -> Iterator[tuple[str, str]]:
    yield from _baseline(seen, value)
    if value.verdict not in DECIDED:
        return
    share = coverage(value)
    if share is not None and share < seen.given.coverage_floor - ROUNDING:
        answers = f"{share:.0%} of those asked gave an answer, fewer than {seen.given.coverage_floor:.0%}"
        yield f"not determinable: {answers}", "Say “not determinable”, and ask more of those who come."
    for why in undecided(value, 1.0 if seen.indicators[value.indicator].kind == "ratio" else 0.0, seen.given.least_gap):
        yield (
            f"not determinable: {why}, yet it is called {value.verdict}",
            "Say “not determinable”, or “consistent with parity” where it is.",
        )


def _baseline(seen: Seen, value: Value) -> Iterator[tuple[str, str]]:
    known = {b.key: b for b in seen.given.baselines}
    if not value.baseline:
        yield "it is compared with nothing that is named", "Name a baseline with its geography and its date."
    elif value.baseline not in known:
        yield f"the baseline “{value.baseline}” is described nowhere", "Write down its name, geography and date."
    elif lacking(known[value.baseline]):
        yield (
            f"the baseline “{value.baseline}” has no {listed(lacking(known[value.baseline]))}",
            "Add it: the same share of another place or year differs.",
        )


def lacking(baseline: Baseline) -> tuple[str, ...]:
    """What a baseline needs and does not have.

    >>> lacking(Baseline("census", "Census 2021", "Bristol"))
    ('date',)
    """
    return tuple(word for word, told in (("name", baseline.name), ("geography", baseline.geography), ("date", baseline.on)) if not told)


def coverage(value: Value) -> float | None:
    """The share of those asked whose answer is known, None where nobody counted the others."""
    if value.n is None or value.missing is None or value.n + value.missing == 0:
        return None
    return value.n / (value.n + value.missing)


def undecided(value: Value, parity: float = 1.0, least_gap: float = 0.02) -> Iterator[str]:
    """Why a verdict is more than the answers can carry: parity lies in the interval, the gap is small, or the missing could turn it round.

    Parity is 1 of a ratio and 0 of a gap; the rest is looked at on the ratio.
    """
    if (
        value.verdict in (UNDER, OVER)
        and value.low is not None
        and value.low <= parity - ROUNDING
        and (value.high is None or value.high >= parity)
    ):
        yield f"its interval holds {parity:g}"
    share, expected = _shares(value) if parity else (None, None)
    if share is None or expected is None:
        return
    if value.verdict in (UNDER, OVER) and abs(share - expected) < least_gap - ROUNDING:
        yield f"the gap is smaller than {100 * least_gap:g} points"
    if (
        value.missing
        and value.n
        and value.numerator is not None
        and turns(value.numerator, value.n, value.missing, expected, value.verdict)
    ):
        yield "those whose answer is missing could turn it round"


def _shares(value: Value) -> tuple[float | None, float | None]:
    """The share reached and that of the baseline, which follows from their ratio."""
    if value.numerator is None or not value.n or not value.value:
        return None, None
    share = value.numerator / value.n
    return share, share / value.value


def turns(x: float, n: float, missing: float, expected: float, verdict: str) -> bool:
    """Whether a verdict on `x` of `n` against a share `expected` would not hold if all missing, or none of them, belonged to the group.

    >>> turns(18, 120, 10, 0.10, OVER), turns(18, 120, 100, 0.10, OVER)
    (False, True)
    """
    lowest, highest = x / (n + missing), (x + missing) / (n + missing)
    return lowest <= expected if verdict == OVER else highest >= expected if verdict == UNDER else False
