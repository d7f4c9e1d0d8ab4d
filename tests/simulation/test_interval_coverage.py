"""Do ranges hold the truth as often as they say? People with known rates are simulated, so the truth comes from the simulation.

Two signals of one share each, n opportunities; the 95 % range of the score should hold the true score 95 times in 100.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scoring"))
from programme import World, act, defined, item, on_engine, person

from engagetree.engine import connect

PEOPLE, SEED = 1_500, 20250303
SIGNALS = {
    "first": {"weight": 0.6, "drivers": {"only": {"offered": "task", "taken": "submit"}}},
    "second": {"weight": 0.4, "drivers": {"only": {"offered": "poll", "taken": "answer"}}},
}


@pytest.mark.parametrize("n", [10, 30])
def test_a_95_percent_range_holds_the_truth(tmp_path, n):
    chance = np.random.default_rng(SEED + n)
    rates = chance.uniform(0.05, 0.95, size=(PEOPLE, 2))
    took = [chance.random((PEOPLE, n)) < rates[:, [k]] for k in (0, 1)]
    kinds = (("task", "submit"), ("poll", "answer"))
    items = [item(f"{kind}{j}", kind, f"2025-03-0{3 + j // 10} 1{j % 10}:00") for kind, _ in kinds for j in range(n)]
    events = [
        act(f"p{i:04}", f"2025-03-0{3 + j // 10} 1{j % 10}:30", taken, f"{kind}{j}")
        for k, (kind, taken) in enumerate(kinds)
        for i, j in zip(*np.nonzero(took[k]), strict=True)
    ]
    engine = connect()
    rows = on_engine(World(defined(SIGNALS), [person(f"p{i:04}") for i in range(PEOPLE)], items, events), tmp_path, engine)["2025-03-03"]
    engine.close()
    truth = 100 * (0.6 * rates[:, 0] + 0.4 * rates[:, 1])
    held = np.mean([rows[f"p{i:04}"]["low"] <= truth[i] <= rows[f"p{i:04}"]["high"] for i in range(PEOPLE)])
    assert 0.93 <= held <= 0.98
