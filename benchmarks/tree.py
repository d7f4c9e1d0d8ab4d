"""What-if over everybody and every week, against the bare matrix product of numpy.

python benchmarks/tree.py [--people 1000000] [--weeks 26]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from engagetree.tree.matrix import Values, scores

WEIGHTS = ((0.3, 0.2, 0.3, 0.2), (0.2, 0.2, 0.4, 0.2))
"""Before and after: contribution from 0.3 to 0.4, attendance from 0.3 to 0.2."""

TARGET = 2.0

Figure = dict[str, object]


def figures(people: int = 1_000_000, weeks: int = 26, repeats: int = 5) -> list[Figure]:
    """Scores before and after of every row, once with everything known and once with a tenth of the rows lacking a signal.

    The peer is `weights @ signals` on the same memory, with the same output, two scores a row. It knows nothing of unknown signals, so the
    answers are compared with it where all are known, and with a plain loop over rows where one is not.
    """
    return [_figure(people, weeks, share, repeats) for share in (0.0, 0.1)]


def _figure(people: int, weeks: int, unknown: float, repeats: int) -> Figure:
    rng = np.random.default_rng(7)
    n = people * weeks
    signals = [rng.random(n) * 100 for _ in WEIGHTS[0]]
    signals[2][rng.random(n) < unknown] = np.nan
    began = time.perf_counter()
    values = Values.of(signals)
    read = time.perf_counter() - began
    del signals
    bare, ours = np.inf, np.inf
    for _ in range(repeats):  # in turns, so that whatever else the machine does meets both
        bare = min(bare, _timed(lambda: np.asarray(WEIGHTS) @ values.filled))
        ours = min(ours, _timed(lambda: scores(values, WEIGHTS, (0.4, 0.4))))
    agrees = _agrees(values, rng)
    known = "all known" if not unknown else f"{unknown:.0%} lacking a signal"
    name = f"what-if / bare numpy product, {people * weeks / 1e6:.3g} M rows of 4 signals, {known}"
    print(f"   {name}: {ours:.3f} s / {bare:.3f} s; taken in {read:.3f} s", flush=True)
    return {"name": name, "value": round(ours / bare, 4), "unit": "ratio", "target": TARGET, "better": "lower", "agrees": agrees}


def _timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _agrees(values: Values, rng: np.random.Generator) -> bool:
    found, w = scores(values, WEIGHTS, (0.4, 0.4)), np.asarray(WEIGHTS)
    whole = values.pattern == 0
    same = np.abs((w @ values.filled - found)[:, whole]).max(initial=0.0) < 1e-9
    for i in rng.choice(np.flatnonzero(~whole), 1000) if not whole.all() else []:
        known = [k for k in range(len(WEIGHTS[0])) if not values.pattern[i] >> k & 1]
        plain = [sum(s[k] * values.filled[k, i] for k in known) / sum(s[k] for k in known) for s in WEIGHTS]
        same = same and bool(np.abs(found[:, i] - plain).max() < 1e-9)
    return bool(same)


if __name__ == "__main__":
    ask = argparse.ArgumentParser()
    ask.add_argument("--people", type=int, default=1_000_000)
    ask.add_argument("--weeks", type=int, default=26)
    chosen = ask.parse_args()
    for made in figures(chosen.people, chosen.weeks):
        print(f"{made['name']}: {made['value']} (at most {made['target']}){'' if made['agrees'] else '  ANSWERS DIFFER'}")
