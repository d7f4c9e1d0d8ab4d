"""Places and tiers. The answers come from every pair looked at one by one, from simulations with known truth, and from scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from engagetree.stats.intervals import Z
from engagetree.stats.ranks import EXACT, clearly_above, places, tiers, widening

Values = NDArray[np.float64]


def pairwise(x: Values, low: Values, high: Values) -> tuple[list[int], list[int]]:
    """The definition, word by word: 1 + how many are clearly above, n less how many are clearly below."""
    n = len(x)
    above = [[clearly_above(x[j], low[j], x[i], high[i]) for j in range(n)] for i in range(n)]
    best = [1 + sum(row) for row in above]
    worst = [n - sum(above[j][i] for j in range(n)) for i in range(n)]
    return best, worst


def made(seed: int, n: int, digits: int) -> tuple[Values, Values, Values]:
    """Scores with lopsided ranges; few digits make many ties."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 100, n).round(digits)
    return x, np.maximum(0, x - rng.gamma(2, 4, n).round(digits)), np.minimum(100, x + rng.gamma(2, 4, n).round(digits))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(-1, 3))
def test_as_every_pair_looked_at_by_itself(seed: int, n: int, digits: int) -> None:
    x, low, high = made(seed, n, digits)
    found, (best, worst) = places(x, low, high), pairwise(x, low, high)
    assert (found.best.tolist(), found.worst.tolist(), found.n) == (best, worst, n)


def test_as_every_pair_among_many_whose_ranges_differ_little() -> None:
    """2,000 values make tens of classes with undecided pairs in each; numpy compares all four million."""
    rng = np.random.default_rng(7)
    x = rng.normal(60, 15, 2000).clip(0, 100)
    down, up = rng.gamma(6, 1.5, 2000), rng.gamma(6, 1.5, 2000)
    above = x[:, None] > x[None, :] + np.hypot(down[:, None], up[None, :]) + 1e-9
    found = places(x, x - down, x + up)
    assert found.best.tolist() == (1 + above.sum(axis=0)).tolist()
    assert found.worst.tolist() == (2000 - above.sum(axis=1)).tolist()


def test_of_very_many_a_place_can_only_be_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    x, low, high = made(3, 3000, 2)
    exact = places(x, low, high)
    monkeypatch.setattr("engagetree.stats.ranks.EXACT", 100)
    rough = places(x, low, high)
    assert EXACT >= 100_000
    assert (rough.best <= exact.best).all() and (rough.worst >= exact.worst).all()
    assert (rough.worst - rough.best).mean() < (exact.worst - exact.best).mean() + 0.01 * 3000


def test_by_hand() -> None:
    """70 ± 6 and 62 ± 6 differ by 8, less than √72 = 8.49: they share places 1–2. 61 ± 1 is clearly below 70 (9 > √37 = 6.08), not below 62."""
    found = places([70, 62, 61, np.nan], [64, 56, 60, np.nan], [76, 68, 62, np.nan])
    assert found.best.tolist() == [1, 1, 2, 0] and found.worst.tolist() == [2, 3, 3, 0] and found.n == 3
    assert tiers([70, 62, 61, np.nan], [64, 56, 60, np.nan], [76, 68, 62, np.nan]).tolist() == [1, 1, 2, 0]


def test_exact_scores_are_ranked_as_everybody_does() -> None:
    """No ranges: scipy's smallest and largest rank of ties."""
    x = np.array([10.0, 50, 50, 20, 90])
    nan = np.full(5, np.nan)
    found = places(x, nan, nan)
    assert found.best.tolist() == stats.rankdata(-x, "min").tolist() and found.worst.tolist() == stats.rankdata(-x, "max").tolist()


def test_nobody_and_only_unknown() -> None:
    assert places([], [], []).n == 0
    assert places([np.nan, np.nan], [np.nan] * 2, [np.nan] * 2).best.tolist() == [0, 0]
    assert tiers([np.nan], [np.nan], [np.nan]).tolist() == [0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40))
def test_order_of_the_rows_and_turning_upside_down(seed: int, n: int) -> None:
    x, low, high = made(seed, n, 1)
    found, mixed = places(x, low, high), np.random.default_rng(seed).permutation(n)
    assert places(x[mixed], low[mixed], high[mixed]).best.tolist() == found.best[mixed].tolist()
    down = places(-x, -high, -low)
    assert down.best.tolist() == (n + 1 - found.worst).tolist() and down.worst.tolist() == (n + 1 - found.best).tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_tiers_are_runs_of_the_order_that_end_at_the_first_clearly_below(seed: int, n: int) -> None:
    x, low, high = made(seed, n, 1)
    found, order = tiers(x, low, high), np.argsort(-x, kind="stable")
    number, first = 0, -1
    for i in order:
        if first < 0 or clearly_above(x[first], low[first], x[i], high[i]):
            number, first = number + 1, i
        assert found[i] == number


def simulated(n: int, spread: float, together: bool, times: int, seed: int = 5) -> tuple[float, float]:
    """How often the true place lies in the range: over everybody, and of the one who is truly first."""
    rng = np.random.default_rng(seed)
    everybody, first = [], []
    for _ in range(times):
        true, error = rng.normal(60, spread, n), rng.uniform(3, 8, n)
        seen = true + rng.normal(0, 1, n) * error
        place = np.empty(n, dtype=int)
        place[np.argsort(-true)] = np.arange(1, n + 1)
        found = places(seen, seen - Z * error, seen + Z * error, together=together)
        inside = (found.best <= place) & (place <= found.worst)
        everybody.append(inside.mean())
        first.append(bool(inside[place == 1][0]))
    return float(np.mean(everybody)), float(np.mean(first))


@pytest.mark.parametrize(("n", "spread"), [(10, 2), (40, 18), (383, 8), (383, 2)])
def test_the_true_place_lies_in_the_range(n: int, spread: float) -> None:
    """By the rule for pairs at least 95 % of people, whether they differ much or little; for all comparisons at once even the first is."""
    assert simulated(n, spread, False, 200 if n < 100 else 30)[0] > 0.95
    everybody, first = simulated(n, spread, True, 200 if n < 100 else 30)
    assert everybody > 0.98 and first > 0.9


def test_two_equal_values_are_told_apart_one_time_in_twenty() -> None:
    """The rule for a pair at 95 %: of 4,000 pairs without a difference 5 % (±1.1) look as if they had one."""
    rng = np.random.default_rng(2)
    seen = 50 + rng.normal(0, 4, (4000, 2))
    apart = [places(p, p - Z * 4, p + Z * 4).worst.tolist() != [2, 2] for p in seen]
    assert np.mean(apart) == pytest.approx(0.05, abs=0.011)


def test_widening_is_bonferronis() -> None:
    """Against scipy's normal quantile: 20 comparisons at 5 % together are each at 0.25 %."""
    assert widening(21) == pytest.approx(stats.norm.ppf(1 - 0.025 / 20) / stats.norm.ppf(0.975))
    assert widening(1) == widening(2) == pytest.approx(1)
