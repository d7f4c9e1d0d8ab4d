"""Agreement between raters. Expected numbers: the domain notes' table (Krippendorff's “C” data), scikit-learn, statsmodels-free hand work,
and the library `krippendorff` itself for the resampling."""

from __future__ import annotations

import builtins
import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from engagetree.research.quality.agreement import Agreement, alpha, kappa, resampled

NAN = math.nan
C = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


def counted(ratings, levels):
    """Raters × units → units × levels."""
    return np.array([[np.sum(ratings[:, unit] == level) for level in range(1, levels + 1)] for unit in range(ratings.shape[1])])


def table(a, b, levels):
    found = np.zeros((levels, levels))
    for i, j in zip(a, b, strict=True):
        found[i - 1, j - 1] += 1
    return found


@pytest.mark.parametrize(("scale", "expected"), [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)])
def test_krippendorffs_c_data(scale, expected) -> None:
    found = alpha(counted(C, 5), scale)
    assert round(found.value, 4) == expected
    assert found.units == 11  # the last but one unit has one rating twice, the last a single one
    assert found.low < expected < found.high


@pytest.mark.parametrize(("weights", "expected"), [("none", 0.589), ("linear", 0.7222), ("quadratic", 0.8421)])
def test_kappa_of_ten_pairs(weights, expected) -> None:
    a, b = [1, 2, 3, 4, 4, 2, 1, 3, 3, 2], [1, 2, 3, 4, 3, 2, 2, 3, 4, 2]
    found = kappa(table(a, b, 4), weights).value
    assert round(found, len(str(expected)) - 2) == expected
    assert found == pytest.approx(cohen_kappa_score(a, b, weights=None if weights == "none" else weights))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=40))
def test_kappa_is_scikit_learns(pairs) -> None:
    a, b = zip(*pairs, strict=True)
    found = kappa(table(a, b, 4))
    if len(set(a) | set(b)) == 1:
        assert found.value is None and "no variation" in found.reason
    else:
        expected = cohen_kappa_score(a, b, weights="quadratic", labels=[1, 2, 3, 4])
        assert found.value == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=3, max_size=25),
    st.sampled_from(["ordinal", "nominal", "interval"]),
)
def test_a_resample_has_the_librarys_alpha(rows, scale) -> None:
    """Every unit drawn exactly once, which one draw of one unit is: our own formula against the library, on whatever table."""
    rated = np.array([r for r in rows if sum(r) >= 2], dtype=float).reshape(-1, 4)
    if len(rated) == 0 or np.count_nonzero(rated.sum(axis=0)) < 2:
        assert alpha(rated, scale).value is None
        return
    whole = resampled(rated, np.zeros(len(rated), dtype=np.int64), scale, 3)  # one cluster: each resample is the whole
    expected = krippendorff.alpha(value_counts=rated, level_of_measurement=scale)
    assert whole == pytest.approx([expected] * 3, abs=1e-9)


def test_the_interval_is_that_of_units_drawn_again_and_scored_by_the_library() -> None:
    """The same percentile by brute force: 1,000 tables of 40 drawn units, each scored by the library."""
    rng = np.random.default_rng(3)
    truth = rng.integers(1, 5, 40)
    ratings = np.clip(truth + rng.integers(-1, 2, (3, 40)), 1, 4).astype(float)
    counts, chance = counted(ratings, 4), np.random.default_rng(9)
    brute = [krippendorff.alpha(value_counts=counts[chance.integers(0, 40, 40)], level_of_measurement="ordinal") for _ in range(1000)]
    found = alpha(counts)
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(brute, [2.5, 97.5])), abs=0.02)
    assert (found.resamples, found.dropped, found.units) == (1000, 0, 40)


def test_it_is_the_same_each_time_and_says_how_many_resamples_were_undefined() -> None:
    counts = np.array([[2, 0], [2, 0], [2, 0], [0, 2]])
    found = alpha(counts)
    assert found == alpha(counts)
    # a resample is undefined where all four units are of one kind: chance (3/4)^4 + (1/4)^4 = .320
    assert 250 < found.dropped < 390 and found.value == 1.0


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[3, 0, 0], [3, 0, 0]], "no variation"),
        ([[1, 0, 0], [0, 1, 0]], "no unit has two ratings"),
        ([[0, 0, 0]], "no unit has two ratings"),
        (np.zeros((0, 3)), "no unit has two ratings"),
        ([[2, 0, 0], [0, 1, 0]], "no variation"),  # the second is a single rating
    ],
)
def test_undefined_is_neither_one_nor_nought(counts, reason) -> None:
    found = alpha(np.array(counts))
    assert (found.value, found.low, found.verdict) == (None, None, "")
    assert reason in found.reason and "undefined" in found.reason


def test_two_units_and_full_disagreement() -> None:
    found = alpha(np.array([[1, 1], [1, 1]]))
    assert found.value < 0  # worse than chance is shown as it is
    assert not found.aggregate and found.verdict == ""


@pytest.mark.parametrize(
    ("value", "units", "verdict", "aggregate"),
    [
        (0.800, 20, "reliable", True),
        (0.799, 20, "tentative", True),
        (0.667, 20, "tentative", True),
        (0.666, 20, "do not aggregate", False),
        (0.95, 19, "", True),
        (0.10, 19, "", False),
        (None, 0, "", True),
    ],
)
def test_thresholds(value, units, verdict, aggregate) -> None:
    found = Agreement(value, units)
    assert (found.verdict, found.aggregate) == (verdict, aggregate)


def test_without_the_library_it_says_what_to_install(monkeypatch) -> None:
    there = builtins.__import__

    def absent(name, *rest, **more):
        if name == "krippendorff":
            raise ImportError(name)
        return there(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    found = alpha(counted(C, 5))
    assert found.value is None and "engagetree[agreement]" in found.reason
