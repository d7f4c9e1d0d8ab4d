"""Evidence on a million participants, beside sorting their scores: AUC, calibration, rates by band, and a cluster bootstrap of 200 resamples.

    python benchmarks/evidence.py [people]
    python benchmarks/evidence.py --verb [people]      only the whole verb, on a generated workspace of so many participants

Equality is checked first, on a smaller sample: every resample against a loop that copies the rows of the clusters drawn and counts pairs.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

TIMES, CUTS = 200, (40.0, 60.0, 80.0)
VERB, AT_ONCE = 100_000, 200_000
HERE = Path(__file__).parent


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
    return _run("--part", str(n))


def _run(*order: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, *order], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    out: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return out


def verb(n: int = VERB) -> list[dict[str, object]]:
    """The whole of `engagetree evidence --outcome passed`: 26 weeks, four cohorts, ceiling and other ways of counting, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        _run("--make", str(n), folder)
        took = _run("--ask", folder)
    about = f"{n:,} participants, 26 weeks"
    return [
        {"name": f"the verb evidence, {about}", "value": round(took["seconds"], 1), "unit": "s", "target": 60.0, "better": "lower", "agrees": bool(took["said"])},
        {"name": f"the verb evidence, peak memory, {about}", "value": round(took["memory"], 3), "unit": "GiB", "target": 4.0, "better": "lower", "agrees": bool(took["said"])},
    ]  # fmt: skip


def _make(n: int, folder: Path) -> None:
    """A scored workspace with an outcome that the activity moves. So many events are made and imported week by week."""
    import duckdb
    from generate import WEEKS, events, registers

    from engagetree.workspace import create

    data, con = folder / "data", duckdb.connect()
    data.mkdir()
    con.execute(f"SET threads = 2; SET memory_limit = '4GB'; SET temp_directory = '{folder}/spill'; SET TimeZone = 'UTC'")
    registers(con, data, n)
    con.execute(f"""COPY (SELECT participant, 'passed' outcome, ((hash(p, 20) % 1000) / 1000.0 < 1 / (1 + exp(1.5 - 2 * activity)))::INT::DOUBLE "value",
        TIMESTAMPTZ '2025-07-14 00:00:00+00' "at" FROM people) TO '{data}/outcomes.parquet' (FORMAT parquet)""")
    with create(folder / "work", HERE / "programme.yml") as work:
        for table in ("roster", "items", "outcomes"):
            work.take(data / f"{table}.parquet", as_=table)
        step = 7 * WEEKS if n <= AT_ONCE else 7
        for day in range(0, 7 * WEEKS, step):
            events(con, path := data / f"events{day:03}.parquet", day, day + step)
            work.take(path, as_="events")
            path.unlink()
        con.close()
        work.score()
    print("{}")


def _ask(folder: Path) -> None:
    from engagetree.workspace import Workspace

    began = time.perf_counter()
    with Workspace(folder / "work") as work:
        found = work.evidence("passed", leave_out=["none"])
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(json.dumps({"seconds": seconds, "memory": memory, "said": float(found.usable)}))


def figures(n: int = 1_000_000) -> list[dict[str, object]]:
    """The figures of `make bench`: {name, value, unit, target, better, agrees}."""
    took, same = measured(n), agrees()
    about = f"{n:,} participants, {TIMES} cluster resamples"
    return [
        {"name": f"evidence / {TIMES} sorts, {about}", "value": round(took["seconds"] / took["sorts"], 4), "unit": "ratio", "target": 2.0, "better": "lower", "agrees": same},
        {"name": f"evidence, peak memory, {about}", "value": round(took["memory"], 3), "unit": "GiB", "target": 4.0, "better": "lower", "agrees": same},
        *verb(),
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
    elif "--make" in sys.argv:
        _make(int(sys.argv[-2]), Path(sys.argv[-1]))
    elif "--ask" in sys.argv:
        _ask(Path(sys.argv[-1]))
    elif "--verb" in sys.argv:
        print(json.dumps(verb(int(sys.argv[2]) if len(sys.argv) > 2 else VERB), indent=1))
    else:
        found = figures(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
        print(json.dumps(found, indent=1))
        print(f"from {Path(__file__).name}")
