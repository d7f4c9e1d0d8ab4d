"""The audit: fixtures worked out by hand or published elsewhere, and for any table an attack that is written in another way.

The attacks know a release's texts alone. `attack` has the inner cells as its only variables and searches whole numbers (scipy's `milp`);
`every_table` writes down all tables that fit, one by one. Neither shares a line with the code that protects.
"""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from engagetree.research.disclosure import HESA, LT5, THRESHOLD10, Profile, protect, small_counts
from engagetree.research.disclosure.margins import relations
from engagetree.research.disclosure.table import Number, Table, protected
from engagetree.research.model import AnnualReturn, Cell, Indicator, Institution, Release, Shown, Value, Year

YEAR = Year("2025-26", date(2025, 8, 1), date(2026, 8, 1))
CAME = Indicator("attendances", "Attendances", "extent", "sum", "attendances", "", "attendances")
Rows = list[list[int]]


def crossed(rows: Rows) -> dict[Cell, int]:
    """A table with all its totals, by type and depth."""
    cells: dict[Cell, int] = {}
    for i, row in enumerate(rows):
        cells[(("type", f"t{i}"),)] = sum(row)
        for j, count in enumerate(row):
            cells[(("depth", f"D{j}"), ("type", f"t{i}"))] = count
    for j in range(len(rows[0])):
        cells[(("depth", f"D{j}"),)] = sum(row[j] for row in rows)
    cells[()] = sum(map(sum, rows))
    return cells


def released(cells: dict[Cell, int], profile: Profile) -> Release:
    values = tuple(Value("attendances", YEAR.key, cell, float(n), "attendances", "attendances") for cell, n in cells.items())
    return protect(AnnualReturn(Institution("A place"), YEAR, (CAME,), values), profile)


def seen(shown: Shown, profile: Profile) -> tuple[float, float]:
    """What the text alone says of a count."""
    if shown.text == "..":
        return 0, np.inf
    if shown.text.startswith("fewer than"):
        return 1, int(shown.text.split()[-1]) - 1
    count = int(shown.text.replace(",", ""))
    if profile is THRESHOLD10 or (profile is LT5 and count == 0):
        return count, count
    return max(count - 2, 5 if profile is LT5 else 0), count + 2  # whole numbers within 2.5, halves up


def attack(release: Release, profile: Profile, shape: tuple[int, int]) -> dict[Cell, tuple[float, float]]:
    """The lowest and highest possible whole number of every cell, inner or total, for a reader of the release."""
    n, m = shape
    picks = {}
    for shown in release.values:
        inner = np.zeros((n, m))
        i, j = shown.at("type"), shown.at("depth")
        inner[slice(None) if i is None else int(i[1:]), slice(None) if j is None else int(j[1:])] = 1
        picks[shown.cell] = (inner.ravel(), *seen(shown, profile))
    rows = np.array([pick for pick, _, _ in picks.values()])
    fits = LinearConstraint(rows, [low for _, low, _ in picks.values()], [high for _, _, high in picks.values()])
    answer = {}
    for cell, (pick, _, _) in picks.items():
        ends = [milp(sign * pick, integrality=np.ones(n * m), bounds=Bounds(0, 500), constraints=fits).x for sign in (1, -1)]
        answer[cell] = tuple(float(round(pick @ end)) for end in ends)
    return answer


def every_table(release: Release, shape: tuple[int, int], most: int) -> np.ndarray:
    """All tables of whole numbers up to `most` that fit the texts of an exact release."""
    n, m = shape
    shown = {s.cell: s for s in release.values}
    free = [seen(shown[(("depth", f"D{j}"), ("type", f"t{i}"))], THRESHOLD10) for i in range(n) for j in range(m)]
    spans = [range(int(low), int(min(high, most)) + 1) for low, high in free]
    tables = np.array(list(itertools.product(*spans))).reshape(-1, n, m)
    ok = np.ones(len(tables), dtype=bool)
    for i in range(n):
        low, high = seen(shown[(("type", f"t{i}"),)], THRESHOLD10)
        ok &= (tables[:, i].sum(1) >= low) & (tables[:, i].sum(1) <= high)
    for j in range(m):
        low, high = seen(shown[(("depth", f"D{j}"),)], THRESHOLD10)
        ok &= (tables[:, :, j].sum(1) >= low) & (tables[:, :, j].sum(1) <= high)
    low, high = seen(shown[()], THRESHOLD10)
    return tables[ok & (tables.sum((1, 2)) >= low) & (tables.sum((1, 2)) <= high)]


# ---- fixtures


def test_the_three_by_three_table_of_the_notes() -> None:
    """Primary suppression alone gives 2 and 3 away exactly; four withheld cells do not. The intervals are worked out by hand."""
    cells = crossed([[12, 7, 2], [20, 15, 9], [8, 3, 11]])
    system = Table({cell: Number(n, n, n, need_hidden=5) for cell, n in cells.items()}).system()
    from engagetree.research.disclosure.audit import intervals

    alone = intervals(system, np.array([0 < cells[key] < 5 for key in system.keys]))
    assert sorted(alone.values()) == [(2, 2), (3, 3)]
    hidden, between = small_counts(cells, 5)
    at = {(int(dict(c)["type"][1]), int(dict(c)["depth"][1])): ends for c, ends in between.items()}
    assert at == {(0, 1): (0, 9), (0, 2): (0, 9), (2, 1): (1, 10), (2, 2): (4, 13)}
    assert hidden == set(between)


def test_the_case_of_the_vignette_of_gausssuppression() -> None:
    """young (2, 0, 5), old (3, 4, 6) in Iceland, Portugal, Spain; up to 1 is small, 0 too: Iceland and Portugal go for both."""
    cells = crossed([[2, 0, 5], [3, 4, 6]])
    hidden, _ = small_counts(cells, 2, primary=[cell for cell, n in cells.items() if n <= 1])
    assert {(dict(c)["type"], dict(c)["depth"]) for c in hidden} == {("t0", "D0"), ("t0", "D1"), ("t1", "D0"), ("t1", "D1")}


def test_two_tables_that_share_a_margin_are_one_system() -> None:
    """The total by type is printed nowhere, but follows from the second table: alone each table would be safe."""
    by_depth = {(("depth", d), ("type", t)): n for t, d, n in (("a", "x", 3), ("a", "y", 20), ("b", "x", 30), ("b", "y", 40))}
    by_place = {(("place", p), ("type", t)): n for t, p, n in (("a", "l", 11), ("a", "n", 12), ("b", "l", 35), ("b", "n", 35))}
    alone, _ = small_counts(by_depth, 5)
    together, between = small_counts({**by_depth, **by_place}, 5)
    assert len(alone) == 1 and len(together) > 1
    assert all(high - low >= 5 for low, high in between.values())


def test_people_counted_in_two_rows_are_bounded_by_the_total_all_the_same() -> None:
    """Unique people: 3 + 40 + 45 are 60 people together. A total is at most the sum, and at least every part."""
    cells: dict[Cell, int] = {(("type", "a"),): 3, (("type", "b"),): 20, (("type", "c"),): 38, (): 60}
    _, known = relations({cell: float(n) for cell, n in cells.items()})
    assert len(known) == 4
    hidden, between = small_counts(cells, 5)  # with 20 and 38 shown the hidden one would be at least 2, at most 60
    assert hidden == {(("type", "a"),)} and between[(("type", "a"),)] == (2, 60)


def test_noughts_in_five_whose_total_is_ten_would_be_exact() -> None:
    """HESA: 2 + 2 + 2 + 2 are 8; 0 + 0 + 0 + 0 with a total of 10 would say that each is 2. Something has to go."""
    release = released(crossed([[2, 2, 2, 2]]), HESA)
    ends = attack(release, HESA, (1, 4))
    assert all(high > low for low, high in ends.values())
    assert any(shown.text == ".." for shown in release.values)


def test_nought_and_nought_with_a_total_of_five_is_printed() -> None:
    """1 + 2: the reader learns that they are at least 3 together, and no exact count."""
    release = released({(("type", "t0"),): 1, (("type", "t1"),): 2, (): 3}, HESA)
    assert [shown.text for shown in release.values] == ["0", "0", "5"]


# ---- for any table

small_rows = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda s: st.lists(
        st.lists(st.one_of(st.integers(0, 14), st.integers(0, 120)), min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]
    )
)
unhurried = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(small_rows)
def test_no_withheld_count_can_be_bounded_to_fewer_than_ten(rows: Rows) -> None:
    release = released(crossed(rows), THRESHOLD10)
    ends = attack(release, THRESHOLD10, (len(rows), len(rows[0])))
    for shown in release.values:
        low, high = ends[shown.cell]
        if shown.text == "..":
            assert high - low >= 10, (shown, low, high)
        else:
            assert float(shown.text.replace(",", "")) not in range(1, 10)


@unhurried
@given(small_rows)
def test_fewer_than_five_can_always_be_one_two_three_or_four(rows: Rows) -> None:
    release = released(crossed(rows), LT5)
    ends = attack(release, LT5, (len(rows), len(rows[0])))
    for shown in release.values:
        low, high = ends[shown.cell]
        if shown.text == "fewer than 5":
            assert (low, high) == (1, 4)
        elif shown.text == "..":
            assert high - low >= 5
        elif shown.text != "0":
            assert high > low


@unhurried
@given(small_rows)
def test_rounding_never_gives_an_exact_count(rows: Rows) -> None:
    release = released(crossed(rows), HESA)
    assert all(high > low for low, high in attack(release, HESA, (len(rows), len(rows[0]))).values())


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2))
def test_all_tables_written_down_one_by_one_say_the_same(rows: Rows) -> None:
    """2 × 2, every table of numbers up to 24 that fits: the numbers of a withheld cell span ten at least."""
    release = released(crossed(rows), THRESHOLD10)
    tables = every_table(release, (2, 2), 24)
    for shown in release.values:
        if shown.text == ".." and len(shown.cell) == 2:
            inner = tables[:, int((shown.at("type") or "")[1:]), int((shown.at("depth") or "")[1:])]
            assert inner.max() - inner.min() >= 10


three = st.lists(st.lists(st.lists(st.integers(0, 15), min_size=2, max_size=2), min_size=2, max_size=3), min_size=2, max_size=2)


@settings(max_examples=15, deadline=None)
@given(three.filter(lambda t: len({len(r) for r in t}) == 1), st.booleans())
def test_tables_over_three_breakdowns_hold_together(cube: list[list[list[int]]], totals: bool) -> None:
    """Two tables of one cube, with or without the totals that they share; the attack puts whole people into the cube's own cells."""
    people = np.array(cube)
    cuts: list[tuple[int, ...]] = [(0, 1), (0, 2), *([(0,), (1,), (2,), ()] if totals else [])]
    _holds(people, cuts, 5)


def _holds(people: np.ndarray, cuts: list[tuple[int, ...]], k: int) -> None:
    names = ("r", "s", "t")
    cells: dict[Cell, int] = {}
    picks: dict[Cell, np.ndarray] = {}
    for cut in cuts:
        for place in itertools.product(*(range(people.shape[axis]) for axis in cut)):
            where = np.zeros(people.shape)
            where[tuple(place[cut.index(axis)] if axis in cut else slice(None) for axis in range(3))] = 1
            cell = tuple((names[axis], str(at)) for axis, at in zip(cut, place, strict=True))
            cells[cell], picks[cell] = int((where * people).sum()), where.ravel()
    hidden, _ = small_counts(cells, k)
    open_ = [cell for cell in cells if cell not in hidden]
    known = [cells[cell] for cell in open_]
    fits = LinearConstraint(np.array([picks[cell] for cell in open_]).reshape(len(open_), people.size), known, known) if open_ else ()
    for cell in hidden:
        ends = [
            milp(sign * picks[cell], integrality=np.ones(people.size), bounds=Bounds(0, 300), constraints=fits).x @ picks[cell]
            for sign in (1, -1)
        ]
        assert round(ends[1]) - round(ends[0]) >= k, (cell, ends)


@settings(max_examples=10, deadline=None)
@given(three.filter(lambda t: len({len(r) for r in t}) == 1))
def test_three_tables_in_a_ring_hold_together(cube: list[list[list[int]]]) -> None:
    """Each pair of three breakdowns: together they say more of the cube than any two of them."""
    _holds(np.array(cube), [(0, 1), (0, 2), (1, 2)], 5)


@pytest.mark.parametrize("mean", [3, 8, 15])
def test_a_table_of_twenty_by_thirty_in_seconds(mean: int) -> None:
    chance = np.random.default_rng(mean)
    rows = chance.poisson(chance.gamma(1.0, mean, size=(20, 30))).tolist()
    cells = crossed(rows)
    table = Table({cell: Number(n, n, n, need_hidden=5) for cell, n in cells.items()})
    _, result, _ = protected(table, [cell for cell, n in cells.items() if 0 < n < 5])
    assert result.proved
