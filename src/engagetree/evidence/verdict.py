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

MINUS = "−"

ABOUT = {
    "bands in order": "whether a higher band means more of it",
    "risk": "how much more often it goes wrong below a cut",
    "ranks people": "whether the score ranks people better than chance",
    "trusted from": "from which week on the score says something",
    "calibrated": "whether chances come true",
    "weights": "whether other weights rank better",
    "signals carry": "whether every signal carries something",
    "normalisers": "whether another half-way point, target or cap ranks better",
    "nothing missing": "whether something is missing",
    "ceiling": "how good it could be",
    "drift": "whether it is still as it was",
    "bands drawn": "where outcomes would draw the bands",
    "groups calibrated": "whether a chance means the same in every group",
    "groups ranked": "whether the score ranks in every group",
}
"""What each finding is about, where it has no answer."""


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
    """The finding that there is none, with what it would have been about.

    >>> unanswered("auc", NoAnswer("nobody has an outcome")).sentence, unanswered("ceiling", NoAnswer("nobody has an outcome")).sentence
    ('Cannot tell: nobody has an outcome.', 'Cannot tell how good it could be: nobody has an outcome.')
    """
    about = f" {ABOUT[name]}" if name in ABOUT else ""
    return Finding(name, None, None, None, reason.n, "cannot tell", f"Cannot tell{about}: {reason.reason}.", reason.needed)


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
    'The score ranks better than chance: 0.60 (0.55 to 0.65), 400 people.'
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
    more = f"; about {rounded(needed):,} more people are needed" if needed else ""
    sentence = f"{opening}: {ranged(e.value, e.low, e.high)}, {e.n:,} people{more}."
    return Finding(name, e.value, e.low, e.high, e.n, verdict, sentence, needed)


def ranged(value: float, low: float, high: float, sign: bool = False) -> str:
    """A number and its range with two decimals, with three where all are small, and with none where one is large.

    >>> ranged(0.7174, 0.7141, 0.7204), ranged(0.0314, -0.0042, 0.0667), ranged(-0.0004, -0.0221, 0.0303, sign=True), ranged(31.4, 9, 66)
    ('0.72 (0.71 to 0.72)', '0.031 (−0.004 to 0.067)', '0 (−0.022 to +0.030)', '31 (9 to 66)')
    """
    most = max(abs(value), abs(low), abs(high))
    digits = 3 if most < 0.2 else 2 if most < 10 else 0
    return f"{written(value, digits, sign)} ({written(low, digits, sign)} to {written(high, digits, sign)})"


def written(x: float, digits: int = 0, sign: bool = False) -> str:
    """A number as people write it: a true minus sign, and neither plus nor minus nought. `sign`: a plus stands before a gain.

    >>> written(-0.0042, 3), written(-0.0004, 3, sign=True), written(0.0312, 2, sign=True), written(41.6)
    ('−0.004', '0', '+0.03', '42')
    """
    text = f"{abs(x):.{digits}f}"
    if not float(text):
        return "0"
    return f"{MINUS if x < 0 else '+' if sign else ''}{text}"


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
