"""Reading xAPI statements against a bare loop of `orjson.loads` over the same file, and how much memory it takes.

python benchmarks/xapi.py [FILE] [--statements 500000] [--repeats 3] [--memory 1024] [--array]

Without FILE statements are made, of the size and the mixture of a course's videos. Each measurement runs in a process of its own; the
bare loop keeps nothing. `--memory` is what DuckDB may take, in MB; the rest of what is printed is Python's.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET, MOST = 3.0, 2048
VERBS = (("played", 6603), ("paused", 6480), ("seeked", 2995), ("initialized", 1348), ("completed", 636), ("interacted", 3546))
VIDEO = "https://w3id.org/xapi/video"
BARE = """
import gzip, orjson, sys, time
opened = gzip.open if open(sys.argv[1], 'rb').read(2) == b'\\x1f\\x8b' else open
start, cpu = time.perf_counter(), time.process_time()
with opened(sys.argv[1], 'rb') as f:
    if sys.argv[4] == 'array':
        n = len(orjson.loads(f.read()))
    else:
        n = 0
        for line in f:
            orjson.loads(line)
            n += 1
"""
OURS = """
import sys, time
from pathlib import Path
from engagetree.engine import connect_duckdb
from engagetree.ingest.xapi import stage
con = connect_duckdb(Path(sys.argv[2]), memory=int(sys.argv[3]) << 20)
start, cpu = time.perf_counter(), time.process_time()
n = stage(con, Path(sys.argv[1]), None, Path(sys.argv[2])).account.kept
"""
TOLD = """
import resource
print(time.perf_counter() - start, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, n)
"""


def generate(path: Path, n: int, array: bool) -> None:
    """Statements of 1,500 people and 10 videos in a week, about 1.2 kB each."""
    dice = random.Random(1)
    verbs = dice.choices([v for v, _ in VERBS], [w for _, w in VERBS], k=10_000)
    with path.open("w") as out:
        out.write("[" if array else "")
        for i in range(n):
            verb, seconds = verbs[i % 10_000], dice.random() * 600
            extensions = {f"{VIDEO}/extensions/time": round(seconds, 3)}
            if verb in ("paused", "completed", "seeked"):
                half = seconds / 2
                extensions[f"{VIDEO}/extensions/played-segments"] = f"0[.]{half:.3f}[,]{half + 1:.3f}[.]{seconds + 1:.3f}"
                extensions[f"{VIDEO}/extensions/progress"] = round(seconds / 600, 3)
            known = f"{VIDEO}/verbs/{verb}" if verb in ("played", "paused", "seeked") else f"http://adlnet.gov/expapi/verbs/{verb}"
            parent = {
                "id": "course-v1:x+1+s",
                "objectType": "Activity",
                "definition": {"type": "http://adlnet.gov/expapi/activities/course"},
            }
            s = {
                "verb": {"id": known, "display": {"en-US": verb}},
                "context": {
                    "extensions": {f"{VIDEO}/extensions/session-id": f"{i // 16:032x}"},
                    "contextActivities": {"category": [{"id": VIDEO}], "parent": [parent]},
                },
                "result": {"extensions": extensions},
                "id": f"{dice.getrandbits(32):08x}-{i & 0xFFFF:04x}-4{i >> 16 & 0xFFF:03x}-8000-{dice.getrandbits(48):012x}",
                "actor": {"objectType": "Agent", "account": {"name": f"{i * 7919 % 1500:036d}", "homePage": "http://school.example"}},
                "object": {
                    "definition": {"type": f"{VIDEO}/activity-type/video", "name": {"en-US": f"Video {i % 10}"}},
                    "id": f"uuid://{i % 10:036d}",
                    "objectType": "Activity",
                },
                "timestamp": f"2025-03-{3 + i % 7:02d}T{i % 24:02d}:{i % 60:02d}:00.867219+00:00",
            }
            out.write(("," if array and i else "") + json.dumps(s) + ("" if array else "\n"))
        out.write("]" if array else "")


def measured(code: str, path: Path, spill: Path, memory: int, form: str) -> tuple[float, float, float, float]:
    """(seconds, seconds of the processor, MB at most, statements)."""
    done = subprocess.run(
        [sys.executable, "-c", code + TOLD, str(path), str(spill), str(memory), form], capture_output=True, text=True, check=True
    )
    wall, cpu, peak, statements = map(float, done.stdout.split())
    return wall, cpu, peak, statements


def compared(path: Path, spill: Path, memory: int, form: str, repeats: int) -> list[list[float]]:
    """What is measured of the bare loop and of engagetree, in turns, each the least of several."""
    runs = [[measured(code, path, spill, memory, form) for code in (BARE, OURS)] for _ in range(repeats)]
    return [[min(run[which][what] for run in runs) for what in range(4)] for which in range(2)]


def figures(statements: int = 500_000, repeats: int = 3) -> list[dict[str, object]]:
    """The figures of `make bench`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statements.jsonl"
        generate(path, statements, False)
        bare, ours = compared(path, Path(folder), 1024, "lines", repeats)
    agrees = bare[3] == ours[3] == statements
    return [
        {"name": f"{statements:,} statements / bare orjson.loads", "value": round(ours[0] / bare[0], 2), "unit": "ratio", "target": TARGET,
         "better": "lower", "agrees": agrees},
        {"name": f"{statements:,} statements, peak memory", "value": round(ours[2] / 1024, 3), "unit": "GiB", "target": MOST / 1024,
         "better": "lower", "agrees": agrees},
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--statements", type=int, default=500_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", type=int, default=1024)
    parser.add_argument("--array", action="store_true")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = said.file or Path(folder) / "statements.json"
        if said.file is None:
            generate(path, said.statements, said.array)
        form = "array" if said.array else "lines"
        best = compared(path, Path(folder), said.memory, form, said.repeats)
    for name, (wall, cpu, peak, _) in zip(("orjson.loads alone", "engagetree"), best, strict=True):
        print(f"{name:20} {wall:8.2f} s  {cpu:8.2f} s of processor  {peak:8.0f} MB")
    wall, cpu = best[1][0] / best[0][0], best[1][1] / best[0][1]
    print(f"ratio {wall:.2f} by the clock, {cpu:.2f} of the processor; at most {TARGET:g} wanted")
    return 0 if cpu <= TARGET and best[1][2] <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
