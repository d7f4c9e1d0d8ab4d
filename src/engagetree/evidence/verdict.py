"""From a number with its interval to a verdict: holds, does not hold, or cannot tell, and how many more people it would take.

The rules. A claim about a number *holds* when its whole interval is where the claim says, *does not hold* when its whole interval is
elsewhere, and cannot be told otherwise. Below `FEWEST` people with or without the outcome nothing can be told, whatever the interval. A
claim that something is better by an amount that matters does not hold when the interval shows that it is better by less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engagetree.stats.estimate import Estimate, NoAnswer
from engagetree.stats.proportions import more_needed

Verdict = Literal["holds", "does not hold", "cannot tell"]

FEWEST = 10
"""With fewer people than this with the outcome, or without it, the verdict is "cannot tell"."""


@dataclass(frozen=True)
class Finding:
    """One thing found: a number, its 95 % interval, how many people, and what follows. `needed`: how many more people until it can be told.

    `number`, `low` and `high` are None where there is no number, and `sentence` then says why. `needed` None: not known, or none would do.
    """

    name: str
    number: float | None
    low: float | None
    high: float | None
    n: int
    verdict: Verdict
    sentence: str
    needed: int | None = None


def unanswered(name: str, reason: NoAnswer) -> Finding:
    """The finding that there is none.

    >>> unanswered("auc", NoAnswer("nobody has an outcome")).sentence
    'Cannot tell: nobody has an outcome.'
    """
    return Finding(name, None, None, None, reason.n, "cannot tell", f"Cannot tell: {reason.reason}.", reason.needed)


def judged_above(e: Estimate, reference: float, matters: float = 0.0, rarer: int | None = None) -> tuple[Verdict, int | None]:
    """Whether a number is above `reference` by as much as `matters`, and how many more people are needed.

    `rarer`: how many people there are with the rarer outcome.

    >>> judged_above(Estimate(0.6, 0.55, 0.65, 400, 0.025), 0.5), judged_above(Estimate(0.52, 0.45, 0.59, 400, 0.035), 0.5)
    (('holds', None), ('cannot tell', 9215))
    >>> judged_above(Estimate(0.502, 0.501, 0.503, 10**6, 0.0005), 0.5, matters=0.01)
    ('does not hold', None)
    """
    if rarer is not None and rarer < FEWEST:
        return "cannot tell", _at_least(e, abs(e.value - reference), rarer)
    if e.high < reference + matters or e.high <= reference:
        return "does not hold", None
    if e.low > reference:
        return "holds", None
    return "cannot tell", more_needed(e.n, e.se, max(abs(e.value - reference), matters))


def judged_within(e: Estimate, low: float, high: float, rarer: int | None = None) -> tuple[Verdict, int | None]:
    """Whether a number lies between `low` and `high`, such as a slope between 0.9 and 1.1.

    >>> judged_within(Estimate(1.0, 0.95, 1.05, 900, 0.025), 0.9, 1.1), judged_within(Estimate(0.7, 0.6, 0.8, 900, 0.05), 0.9, 1.1)
    (('holds', None), ('does not hold', None))
    """
    nearest = min(abs(e.value - low), abs(e.value - high))
    if rarer is not None and rarer < FEWEST:
        return "cannot tell", _at_least(e, nearest, rarer)
    if low <= e.low and e.high <= high:
        return "holds", None
    if e.high < low or e.low > high:
        return "does not hold", None
    return "cannot tell", more_needed(e.n, e.se, nearest)


def above(name: str, e: Estimate | NoAnswer, reference: float, says: str, matters: float = 0.0, rarer: int | None = None) -> Finding:
    """The finding that a number is above `reference`; `says` is the sentence's beginning, such as "The score ranks better than chance".

    >>> above("auc", Estimate(0.6, 0.55, 0.65, 400, 0.025), 0.5, "The score ranks better than chance").sentence
    'The score ranks better than chance: 0.6 (0.55 to 0.65), 400 people.'
    """
    if isinstance(e, NoAnswer):
        return unanswered(name, e)
    return found(name, e, *judged_above(e, reference, matters, rarer), says)


def within(name: str, e: Estimate | NoAnswer, low: float, high: float, says: str, rarer: int | None = None) -> Finding:
    """The finding that a number lies between `low` and `high`."""
    return unanswered(name, e) if isinstance(e, NoAnswer) else found(name, e, *judged_within(e, low, high, rarer), says)


def found(name: str, e: Estimate, verdict: Verdict, needed: int | None, says: str) -> Finding:
    """A finding in one sentence, from its verdict."""
    opening = {"holds": says, "does not hold": f"Not so: {_lower(says)}", "cannot tell": f"Cannot tell whether {_lower(says)}"}[verdict]
    more = f"; about {rounded(needed):,} more are needed" if needed else ""
    sentence = f"{opening}: {e.value:.3g} ({e.low:.3g} to {e.high:.3g}), {e.n:,} people{more}."
    return Finding(name, e.value, e.low, e.high, e.n, verdict, sentence, needed)


def rounded(n: int) -> int:
    """A number of people rounded up to two digits: it is no better known than that.

    >>> rounded(9217), rounded(84), rounded(1001)
    (9300, 84, 1100)
    """
    step = int(10 ** max(0, len(str(n)) - 2))
    return -(-n // step) * step


def _at_least(e: Estimate, distance: float, rarer: int) -> int:
    """At least as many more as bring the rarer outcome to `FEWEST` at the rate seen."""
    by_count = -(-e.n * (FEWEST - rarer) // max(1, rarer))
    return max(by_count, more_needed(e.n, e.se, distance) or 0)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
