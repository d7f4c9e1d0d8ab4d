"""Verdicts: a table of intervals, worked by hand."""

from __future__ import annotations

import pytest

from engagetree.evidence.verdict import FEWEST, above, judged_above, judged_within, unanswered, within
from engagetree.stats.estimate import Estimate, NoAnswer


def of(low: float, high: float, n: int = 400) -> Estimate:
    return Estimate((low + high) / 2, low, high, n, (high - low) / 2 / 1.959963984540054)


@pytest.mark.parametrize(
    ("low", "high", "matters", "verdict"),
    [
        (0.51, 0.60, 0.0, "holds"),
        (0.49, 0.60, 0.0, "cannot tell"),
        (0.40, 0.49, 0.0, "does not hold"),
        (0.501, 0.505, 0.01, "does not hold"),  # above, and by too little to matter
        (0.505, 0.53, 0.01, "holds"),
        (0.50, 0.60, 0.0, "cannot tell"),  # on the line is not above it
    ],
)
def test_above(low, high, matters, verdict):
    assert judged_above(of(low, high), 0.5, matters)[0] == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.95, 1.05, "holds"), (0.9, 1.1, "holds"), (0.85, 1.05, "cannot tell"), (0.5, 0.89, "does not hold"), (1.2, 1.5, "does not hold"), (0.5, 1.5, "cannot tell")],
)  # fmt: skip
def test_within(low, high, verdict):
    assert judged_within(of(low, high), 0.9, 1.1)[0] == verdict


def test_below_the_fewest_nothing_is_told_however_clear():
    found = above("auc", of(0.8, 0.99, 40), 0.5, "The score ranks", rarer=FEWEST - 1)
    assert (found.verdict, found.needed) == ("cannot tell", 5)  # 40 · 1/9, rounded up
    assert above("auc", of(0.8, 0.99, 40), 0.5, "The score ranks", rarer=FEWEST).verdict == "holds"
    assert within("slope", of(0.95, 1.05, 40), 0.9, 1.1, "Chances are right", rarer=0).verdict == "cannot tell"


def test_how_many_more_by_hand():
    """Half-width 0.05 at 400 people; 0.52 stands 0.02 above ½: 400 · (2.8016 · 0.05/1.95996 / 0.02)² = 5,107, so 4,708 more."""
    assert judged_above(of(0.47, 0.57), 0.5)[1] == pytest.approx(4708, abs=2)


def test_what_matters_is_never_further_than_what_is_asked_for():
    """Where the number stands on the line no sample would do, unless an amount is named that matters."""
    assert judged_above(of(0.45, 0.55), 0.5)[1] is None
    assert judged_above(of(0.45, 0.55), 0.5, matters=0.02)[1] == pytest.approx(4708, abs=2)


def test_sentences():
    holds = above("auc", of(0.55, 0.65), 0.5, "The score ranks better than chance")
    assert holds.sentence == "The score ranks better than chance: 0.60 (0.55 to 0.65), 400 people."
    not_so = above("auc", of(0.40, 0.48), 0.5, "The score ranks better than chance")
    assert not_so.sentence == "Not so: the score ranks better than chance: 0.44 (0.40 to 0.48), 400 people."
    open_ = above("auc", of(0.47, 0.57), 0.5, "The score ranks better than chance")
    assert (
        open_.sentence
        == "Cannot tell whether the score ranks better than chance: 0.52 (0.47 to 0.57), 400 people; about 4,800 more people are needed."
    )


def test_no_number_is_a_reason():
    found = unanswered("auc", NoAnswer("fewer than two cohorts", 30, 5))
    assert (found.number, found.low, found.high, found.n, found.verdict, found.needed) == (None, None, None, 30, "cannot tell", 5)
    assert above("auc", NoAnswer("nobody has an outcome"), 0.5, "x") == unanswered("auc", NoAnswer("nobody has an outcome"))
