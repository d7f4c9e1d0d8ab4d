"""Splits worked by hand. The arithmetic stands above each number, in points of the score."""

from __future__ import annotations

from itertools import permutations

import pyarrow as pa
import pytest
from sides import defined, half, share, side, signal, target

from engagetree.tree.split import Side, Split, split


def parts(found: Split) -> dict[tuple[str, str], float]:
    """The parts of the only row that are not 0, by path and kind."""
    return {(".".join(path), kind): float(v[0]) for (path, kind), v in found.parts.items() if abs(v[0]) > 1e-12}


def near(expected: dict[tuple[str, str], float]) -> object:
    return pytest.approx(expected, abs=1e-9)


TWO = defined(signal("a", 0.5, share("x")), signal("b", 0.5, share("y")))


def test_a_sum_is_split_by_difference() -> None:
    """a 20 → 60 at weight ½: 0.5 · 40 = 20. b did not move."""
    found = split(side(TWO, {"a.x": (2, 10), "b.y": (5, 10)}), side(TWO, {"a.x": (6, 10), "b.y": (5, 10)}))
    assert parts(found) == near({("a.x", "behaviour"): 20})
    assert found.change()[0] == pytest.approx(20, abs=1e-12)


def test_changed_weights() -> None:
    """80 and 40 on both sides; ½, ½ → ¼, ¾: 80 · −¼ = −20 and 40 · ¼ = +10; the score goes from 60 to 50."""
    later = defined(signal("a", 0.25, share("x")), signal("b", 0.75, share("y")))
    row = {"a.x": (8, 10), "b.y": (4, 10)}
    assert parts(split(side(TWO, row), side(later, row))) == near({("a", "formula"): -20, ("b", "formula"): 10})


def test_weights_and_values_at_once_are_taken_at_their_middles() -> None:
    """a 20 → 60, b 40 → 40; ½, ½ → ¼, ¾. behaviour (½+¼)/2 · 40 = 15; formula 40 · −¼ = −10 and 40 · ¼ = +10; 30 → 45."""
    later = defined(signal("a", 0.25, share("x")), signal("b", 0.75, share("y")))
    found = split(side(TWO, {"a.x": (2, 10), "b.y": (4, 10)}), side(later, {"a.x": (6, 10), "b.y": (4, 10)}))
    assert parts(found) == near({("a.x", "behaviour"): 15, ("a", "formula"): -10, ("b", "formula"): 10})


def test_a_product_is_split_by_shapley() -> None:
    """0.5 · 0.6 = 0.3 → 0.8 · 1.0 = 0.8. reached 0.3 · (0.6 + 1)/2 = 0.24, stayed 0.4 · (0.5 + 0.8)/2 = 0.26."""
    d = defined(signal("a", 1.0, share("reached"), share("stayed"), combine="product"))
    found = split(side(d, {"a.reached": (5, 10), "a.stayed": (6, 10)}), side(d, {"a.reached": (8, 10), "a.stayed": (10, 10)}))
    assert parts(found) == near({("a.reached", "behaviour"): 24, ("a.stayed", "behaviour"): 26})


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5])
def test_a_product_of_many_drivers_against_every_order(many: int) -> None:
    """Second implementation: the mean, over every order in which the factors can change, of what each change does."""
    before, after = [(2 * i + 3) / 20 for i in range(many)], [(19 - 3 * i) / 20 for i in range(many)]
    told = [0.0] * many
    orders = list(permutations(range(many)))
    for order in orders:
        now, whole = list(before), _times(before)
        for i in order:
            now[i] = after[i]
            told[i] += (_times(now) - whole) / len(orders)
            whole = _times(now)
    d = defined(signal("a", 1.0, *(share(f"d{i}") for i in range(many)), combine="product"))
    rows = [{f"a.d{i}": (20 * v, 20.0) for i, v in enumerate(values)} for values in (before, after)]
    found = parts(split(side(d, rows[0]), side(d, rows[1])))
    assert found == near({(f"a.d{i}", "behaviour"): 100 * told[i] for i in range(many)})


def _times(values: list[float]) -> float:
    out = 1.0
    for v in values:
        out *= v
    return out


def test_a_ratio_is_split_by_shapley_into_taken_and_offered() -> None:
    """3 of 4 → 6 of 12. taken: ½ · ((min(1, 6/4) − 3/4) + (6/12 − 3/12)) = ¼; offered: ½ · ((3/12 − 3/4) + (6/12 − 1)) = −½."""
    d = defined(signal("a", 1.0, share("x")))
    found = split(side(d, {"a.x": (3, 4)}), side(d, {"a.x": (6, 12)}), because=True)
    assert parts(found) == near({("a.x", "behaviour"): -25, ("a.x", "taken"): 25, ("a.x", "offered"): -50})


def test_a_rate_knows_taken_from_exposure_too() -> None:
    """Against 2 each: 1 in 1 → 1 in 2. The value ½ → ¼ is wholly the exposure's."""
    d = defined(signal("a", 1.0, target("x", 2.0)))
    found = split(side(d, {"a.x": (1, 1)}), side(d, {"a.x": (1, 2)}), because=True)
    assert parts(found) == near({("a.x", "behaviour"): -25, ("a.x", "offered"): -25})


def test_a_signal_that_becomes_known_is_coverage() -> None:
    """Weights 0.6, 0.4. a is 50 on both sides, b unknown → 100. a weighs 1 → 0.6: 50 · −0.4 = −20; b 0 → 0.4: 100 · 0.4 = 40; 50 → 70."""
    d = defined(signal("a", 0.6, share("x")), signal("b", 0.4, share("y")))
    found = split(side(d, {"a.x": (5, 10)}), side(d, {"a.x": (5, 10), "b.y": (3, 3)}))
    assert parts(found) == near({("a", "coverage"): -20, ("b", "coverage"): 40})


def test_a_driver_that_becomes_known_is_coverage_inside_its_signal() -> None:
    """Drivers 0.7, 0.3: ½ on both sides, and unknown → 1. 0.5 · (0.7 − 1) = −0.15 and 1 · 0.3 = 0.3; the signal goes from 50 to 65."""
    d = defined(signal("a", 1.0, share("x", 0.7), share("y", 0.3)))
    found = split(side(d, {"a.x": (5, 10)}), side(d, {"a.x": (5, 10), "a.y": (1, 1)}))
    assert parts(found) == near({("a.x", "coverage"): -15, ("a.y", "coverage"): 30})


def test_a_factor_that_becomes_known_is_coverage() -> None:
    """Left out at 0.5, then 0.5 · 0.8: the signal falls by 0.1, and nobody did anything."""
    d = defined(signal("a", 1.0, share("reached"), share("stayed"), combine="product"))
    found = split(side(d, {"a.reached": (5, 10)}), side(d, {"a.reached": (5, 10), "a.stayed": (8, 10)}))
    assert parts(found) == near({("a.stayed", "coverage"): -10})


def test_who_comes_for_the_first_time_did_it_by_coming() -> None:
    """0 whatever *stayed* would have been, then 0.5 · 0.8: *stayed* is taken as unchanged, and all 40 points are *reached*."""
    d = defined(signal("a", 1.0, share("reached"), share("stayed"), combine="product"))
    found = split(side(d, {"a.reached": (0, 10)}), side(d, {"a.reached": (5, 10), "a.stayed": (4, 5)}))
    assert parts(found) == near({("a.reached", "behaviour"): 40})


def test_weights_and_coverage_at_once() -> None:
    """Weights 0.5, 0.5 → 0.2, 0.8; b unknown → 20, a 60. Effective weights of a: 1 → 0.2.
    Weights first: 1, then 0.2; what is known first: 0.5, then 0.2. formula ½((1 − 1) + (0.2 − 0.5)) = −0.15, coverage −0.65, of b the
    opposite. a: 60 · −0.15 = −9 and 60 · −0.65 = −39; b: 20 · 0.15 = 3 and 20 · 0.65 = 13; 60 → 28."""
    later = defined(signal("a", 0.2, share("x")), signal("b", 0.8, share("y")))
    found = split(side(TWO, {"a.x": (6, 10)}), side(later, {"a.x": (6, 10), "b.y": (2, 10)}))
    expected = {("a", "formula"): -9, ("a", "coverage"): -39, ("b", "formula"): 3, ("b", "coverage"): 13}
    assert parts(found) == near(expected)
    assert found.change()[0] == pytest.approx(-32, abs=1e-12)


def test_no_state_between_without_anything_known() -> None:
    """a (weight 1 → 0) is known before only, b (0 → 1) after only. Neither order passes through a score: half of each weight is each cause's."""
    first = defined(signal("a", 1.0, share("x")), signal("b", 0.0, share("y")))
    last = defined(signal("a", 0.0, share("x")), signal("b", 1.0, share("y")))
    found = split(side(first, {"a.x": (8, 10)}), side(last, {"b.y": (2, 10)}))
    expected = {("a", "formula"): -40, ("a", "coverage"): -40, ("b", "formula"): 10, ("b", "coverage"): 10}
    assert parts(found) == near(expected)


def test_everything_at_once() -> None:
    """a: weight 0.5 → 0.4, 40 → 60: 0.45 · 20 = 9, 50 · −0.1 = −5.
    b: weight 0.5 → 0.4, 2 against 4 → 3 against 3, so 0.5 → 1. By amount ½((¾ − ½) + (1 − ⅔)) = 7/24, by target ½((⅔ − ½) + (1 − ¾)) = 5/24,
    times 45: 13.125 and 9.375; by weight 75 · −0.1 = −7.5. c is new: 50 · 0.2 = 10. The score goes from 45 to 74."""
    first = defined(signal("a", 0.5, share("x")), signal("b", 0.5, target("y", 4.0)))
    last = defined(signal("a", 0.4, share("x")), signal("b", 0.4, target("y", 3.0)), signal("c", 0.2, share("z")))
    found = split(side(first, {"a.x": (4, 10), "b.y": (2, 1)}), side(last, {"a.x": (6, 10), "b.y": (3, 1), "c.z": (1, 2)}))
    expected = {
        ("a.x", "behaviour"): 9, ("a", "formula"): -5, ("b.y", "behaviour"): 13.125, ("b.y", "formula"): 9.375, ("b", "formula"): -7.5,
        ("c", "formula"): 10,
    }  # fmt: skip
    assert parts(found) == near(expected)
    assert found.change()[0] == pytest.approx(29, abs=1e-12)
    assert [found.total(k)[0] for k in ("behaviour", "formula", "coverage")] == pytest.approx([22.125, 6.875, 0], abs=1e-9)


def test_a_half_that_changed_is_formula() -> None:
    """One act in one: 1 − 2^−1 = ½ with a half at 1, 1 − 2^−½ with a half at 2; nobody did anything else."""
    one, two = (defined(signal("a", 1.0, half("x", h))) for h in (1.0, 2.0))
    found = split(side(one, {"a.x": (1, 1)}), side(two, {"a.x": (1, 1)}))
    assert parts(found) == near({("a.x", "formula"): 100 * (0.5 - 2**-0.5)})


def test_what_is_counted_otherwise_is_formula() -> None:
    """The same name for other acts: 2 of 4 under the one, 3 of 4 under the other."""
    d = defined(signal("a", 1.0, share("x")))
    other = defined(signal("a", 1.0, share("x", while_present=True)))
    assert parts(split(side(d, {"a.x": (2, 4)}), side(other, {"a.x": (3, 4)}))) == near({("a.x", "formula"): 25})


def test_another_way_to_combine_is_formula() -> None:
    """½ and 0.8: mean 0.65, product 0.4, and nothing was done."""
    d = defined(signal("a", 1.0, share("x", 0.5), share("y", 0.5)))
    other = defined(signal("a", 1.0, share("x"), share("y"), combine="product"))
    row = {"a.x": (5, 10), "a.y": (8, 10)}
    assert parts(split(side(d, row), side(other, row))) == near({("a", "formula"): -25})


def test_another_way_to_combine_while_people_did_something() -> None:
    """x ½ → 1, y 0.8. Mean 0.65 → 0.9 (+0.25); product 0.4 → 0.8 (+0.4). behaviour ½(0.25 + 0.4) = 0.325; from 0.65 to 0.8 the rest is −0.175."""
    d = defined(signal("a", 1.0, share("x", 0.5), share("y", 0.5)))
    other = defined(signal("a", 1.0, share("x"), share("y"), combine="product"))
    found = split(side(d, {"a.x": (5, 10), "a.y": (8, 10)}), side(other, {"a.x": (10, 10), "a.y": (8, 10)}))
    assert parts(found) == near({("a.x", "behaviour"): 32.5, ("a", "formula"): -17.5})


def test_a_driver_that_is_added_or_taken_away_is_formula() -> None:
    """x alone at 0.5 → x 0.6 and y 0.4 at 1: 0.5 · −0.4 = −0.2 and 1 · 0.4 = 0.4; and the same back with the other sign."""
    d = defined(signal("a", 1.0, share("x")))
    more = defined(signal("a", 1.0, share("x", 0.6), share("y", 0.4)))
    rows = side(d, {"a.x": (5, 10)}), side(more, {"a.x": (5, 10), "a.y": (2, 2)})
    assert parts(split(*rows)) == near({("a.x", "formula"): -20, ("a.y", "formula"): 40})
    assert parts(split(rows[1], rows[0])) == near({("a.x", "formula"): 20, ("a.y", "formula"): -40})


def test_many_rows_are_split_one_by_one() -> None:
    """Two rows, each as by itself: 20 and −10."""
    found = split(
        side(TWO, {"a.x": (2, 10), "b.y": (5, 10)}, {"a.x": (1, 1), "b.y": (1, 2)}),
        side(TWO, {"a.x": (6, 10), "b.y": (5, 10)}, {"a.x": (1, 1), "b.y": (3, 10)}),
    )
    assert found.change() == pytest.approx([20, -10], abs=1e-12)
    assert found.of(("b", "y"), "behaviour") == pytest.approx([0, -10], abs=1e-12)
    assert found.mean(("b", "y"), "behaviour") == pytest.approx(-5, abs=1e-12)


def test_more_rows_than_a_block() -> None:
    """Of 150,000 people every third did better, from 20 to 60: 20 points each."""
    n = 150_000
    one = side(TWO, {"a.x": (2, 10), "b.y": (5, 10)}).table
    two = side(TWO, {"a.x": (6, 10), "b.y": (5, 10)}).table
    before = Side(TWO, pa.concat_tables([one] * n))
    after = Side(TWO, pa.concat_tables([two if i % 3 == 0 else one for i in range(n)]))
    change = split(before, after).change()
    assert change.sum() == pytest.approx(20 * n / 3) and change[:4] == pytest.approx([20, 0, 0, 20]) and change[99_999] == pytest.approx(20)


def test_rows_that_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="without a score"):
        split(side(TWO, {"a.x": (1, 1)}), side(TWO, {}))
    with pytest.raises(ValueError, match="cannot be compared"):
        split(side(TWO, {"a.x": (1, 1)}), side(TWO, {"a.x": (1, 1)}, {"a.x": (1, 1)}))
