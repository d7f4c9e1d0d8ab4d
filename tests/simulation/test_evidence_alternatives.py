"""Other ways of counting where none is better: how often is one called so, or something called missing? And is what is better found?"""

from __future__ import annotations

import numpy as np
from pytest import approx
from scipy.special import expit

from engagetree.evidence.alternatives import Alternatives, alternatives
from engagetree.evidence.missing import Kind, missing
from engagetree.evidence.panel import Part, Stacked

TIMES, PEOPLE, COHORTS = 400, 300, 4


def people(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ability, outcome, cohort."""
    ability, cohort = chance.normal(size=PEOPLE), np.arange(PEOPLE) % COHORTS
    return ability, (chance.random(PEOPLE) < expit(ability + 0.3 * cohort)).astype(float), cohort


def tried(chance: np.random.Generator, noises: list[float]) -> Alternatives:
    """Scores that see the same ability, each with noise of its own; the first is the one in use."""
    ability, y, cohort = people(chance)
    scores = [ability + s * chance.normal(size=PEOPLE) for s in noises]
    found = alternatives(scores[0], scores[1:], y, cohort, cohort, np.arange(PEOPLE))
    assert isinstance(found, Alternatives)
    return found


def test_a_change_that_is_no_better_is_proposed_in_at_most_5_percent() -> None:
    """Six alternatives that are exactly as good: at least one looks better every time, and seldom by both ranges."""
    chance = np.random.default_rng(4)
    made = [tried(chance, [1.0] * 7) for _ in range(TIMES)]
    assert np.mean([m.clear for m in made]) <= 0.05 + 0.015
    assert np.mean([max(g.value for g in m.gains) > 0 for m in made]) == approx(
        6 / 7, abs=0.05
    )  # the one in use is the best of seven as often


def test_what_the_others_would_choose_is_worth_nothing_where_nothing_is_better() -> None:
    """The gain of the best of six on the same people is above nought; chosen on the other cohorts its mean is not."""
    chance = np.random.default_rng(5)
    made = [tried(chance, [1.0] * 7) for _ in range(TIMES)]
    same = np.array([max(g.value for g in m.gains) for m in made])
    apart = np.array([m.elsewhere.value for m in made])
    assert same.mean() > 0.02
    assert abs(apart.mean()) < 3 * apart.std() / np.sqrt(TIMES)


def test_a_change_that_is_better_is_found() -> None:
    chance = np.random.default_rng(6)
    made = [tried(chance, [2.0, 2.0, 0.3, 2.0]) for _ in range(100)]
    assert np.mean([m.clear and m.best == 1 for m in made]) > 0.8


def kinds(chance: np.random.Generator, sees: float) -> str:
    """The verdict on three kinds of act of which one sees a second thing that moves the outcome."""
    ability, other, cohort = chance.normal(size=PEOPLE), chance.normal(size=PEOPLE), np.arange(PEOPLE) % COHORTS
    y = (chance.random(PEOPLE) < expit(ability + 2 * other)).astype(float)
    values = np.column_stack([expit(ability + chance.normal(size=PEOPLE)) for _ in range(2)])
    rows = Stacked(np.arange(PEOPLE), cohort, cohort, np.full(PEOPLE, 4), y, values)
    parts = [Part(n, n, n, 0.5, n) for n in ("a", "b")]
    acts = [Kind(f"acts {i}", chance.poisson(np.exp(s * other)).astype(float)) for i, s in enumerate((sees, 0.0, 0.0))]
    return missing(rows, parts, np.tile([0.5, 0.5], (COHORTS, 1)), acts, None, "Passed").verdict


def test_acts_that_say_nothing_are_called_missing_in_at_most_5_percent() -> None:
    chance = np.random.default_rng(7)
    assert np.mean([kinds(chance, 0.0) == "does not hold" for _ in range(TIMES)]) <= 0.05 + 0.015


def test_acts_that_see_what_no_signal_sees_are_found() -> None:
    chance = np.random.default_rng(8)
    assert np.mean([kinds(chance, 1.0) == "does not hold" for _ in range(60)]) > 0.9
