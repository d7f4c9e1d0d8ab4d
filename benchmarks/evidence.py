"""Evidence on a million participants, beside sorting their scores: AUC, calibration, rates by band, and a cluster bootstrap of 200 resamples.

    python benchmarks/evidence.py [people]

Equality is checked first, on a smaller sample: every resample against a loop that copies the rows of the clusters drawn and counts pairs.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

TIMES, CUTS = 200, (40.0, 60.0, 80.0)


def people(n: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores 0–100, outcomes, and who it is: one in four rows is of somebody who is there more than once."""
    chance = np.random.default_rng(seed)
    y = (chance.random(n) < 0.45).astype(float)
    return np.clip(chance.normal(48 + 12 * y, 18), 0, 100), y, chance.integers(0, int(0.8 * n), n)


def evidence(x: np.ndarray, y: np.ndarray, who: np.ndarray) -> dict[str, float]:
    """What is shown of a score: every number with its interval."""
    from engagetree.evidence.bands import band_rates, in_order
    from engagetree.stats.auc import auc
    from engagetree.stats.calibration import brier, calibration, curve
    from engagetree.stats.recalibration import curved
    from engagetree.stats.resampling import resampled, spread_of

    chance = curved(x, y).chance(x)
    area, bands = auc(x, y, cluster=who), band_rates(x, y, CUTS, cluster=who)
    slope, parts, points = calibration(chance, y, who), brier(chance, y), curve(chance, y)
    drawn = resampled([x], y, who, cuts=CUTS, times=TIMES)
    interval = spread_of(drawn.value[0], drawn.draws[:, 0], drawn.clusters, drawn.n, share=True)
    order = in_order(bands)
    return {
        "auc": area.value,
        "se": area.se,
        "drawn se": interval.se,
        "slope": slope.slope.value,
        "brier": parts.score,
        "bins": len(points.n),
        "clear": float(order.verdict == "holds"),
    }


def agrees(n: int = 400, times: int = 25) -> bool:
    """Every resample of a small sample against a plain loop over copied rows and all their pairs."""
    from engagetree.stats.resampling import arranged, weights

    x, y, who = people(n)
    x, who = np.round(x), np.unique(who, return_inverse=True)[1].reshape(-1)
    way, edges = arranged(x, y == 1, who, np.zeros(n, dtype=np.int64), CUTS), np.concatenate(([-np.inf], CUTS, [np.inf]))
    for w in weights(int(who.max()) + 1, times):
        rows = [i for i in range(n) for _ in range(w[who[i]])]
        with_, without = x[rows][y[rows] == 1], x[rows][y[rows] == 0]
        wins = sum(float((a > without).sum()) + 0.5 * float((a == without).sum()) for a in with_)
        counts = [[int(((v >= a) & (v < b)).sum()) for a, b in pairwise(edges)] for v in (with_, without)]
        (area,), (yes,), (no,) = way(w[None, :])
        if abs(area - wins / len(with_) / len(without)) > 1e-12 or [yes.tolist(), no.tolist()] != counts:
            return False
    return True


def measured(n: int) -> dict[str, float]:
    """In a process of its own: seconds of evidence and of the sorts, and the peak of memory in GiB."""
    done = subprocess.run([sys.executable, __file__, "--part", str(n)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    out: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return out


def figures(n: int = 1_000_000) -> list[dict[str, object]]:
    """The figures of `make bench`: {name, value, unit, target, better, agrees}."""
    took, same = measured(n), agrees()
    about = f"{n:,} participants, {TIMES} cluster resamples"
    return [
        {"name": f"evidence / {TIMES} sorts, {about}", "value": round(took["seconds"] / took["sorts"], 4), "unit": "ratio", "target": 2.0, "better": "lower", "agrees": same},
        {"name": f"evidence, peak memory, {about}", "value": round(took["memory"], 3), "unit": "GiB", "target": 4.0, "better": "lower", "agrees": same},
    ]  # fmt: skip


def _part(n: int) -> None:
    x, y, who = people(n)
    evidence(x[:1000], y[:1000], who[:1000])  # what is imported is not what is measured
    began = time.perf_counter()
    evidence(x, y, who)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    began = time.perf_counter()
    for _ in range(TIMES):
        np.sort(x)
    print(json.dumps({"seconds": seconds, "sorts": time.perf_counter() - began, "memory": memory}))


if __name__ == "__main__":
    if "--part" in sys.argv:
        _part(int(sys.argv[-1]))
    else:
        found = figures(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
        print(json.dumps(found, indent=1))
        print(f"from {Path(__file__).name}")
