"""`make bench`: engagetree against what a user would write by hand, in one run, as ratios, after checking that the answers are equal.

Every figure is taken in a process of its own. The peers are one DuckDB query and one streaming Polars plan over one raw parquet file
(`peers.py`); what all of them compute is `programme.yml`; the data are generated (`generate.py`).

    python benchmarks/run.py [--quick] [--sizes 10000,100000,500000]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

DATA, RESULTS = HERE / "data", HERE / "results"
EVENTS_EACH = 103  # events a person, roughly: what generate.py makes


# ---- the parts, each run in a process of its own: seconds and peak memory come back as JSON


def part_take(folder: Path) -> dict[str, float]:
    """Import the raw file and fold it."""
    import engagetree

    shutil.rmtree(folder / "work", ignore_errors=True)
    work = engagetree.create(folder / "work", HERE / "programme.yml")
    for register in ("items", "roster"):
        work.take(folder / f"{register}.parquet")
    began = time.perf_counter()
    taken = work.take(folder / "events.parquet")
    imported = time.perf_counter() - began
    _fold(work)
    assert taken.account.refused == 0, taken.account
    return {"seconds": time.perf_counter() - began, "import": imported, "events": float(taken.account.read)}


def part_score(folder: Path) -> dict[str, float]:
    """Score every week from the tallies."""
    import engagetree

    work = engagetree.open(folder / "work")
    began = time.perf_counter()
    _score(work)
    return {"seconds": time.perf_counter() - began}


def part_day(folder: Path) -> dict[str, float]:
    """One more day: imported, folded, scored again."""
    import engagetree

    work = engagetree.open(folder / "work")
    began = time.perf_counter()
    work.take(folder / "day.parquet")
    _fold(work)
    _score(work)
    return {"seconds": time.perf_counter() - began}


def part_second(folder: Path) -> dict[str, float]:
    """All history under a second version: other weights, the same acts."""
    import engagetree

    work = engagetree.open(folder / "work")
    text = (HERE / "programme.yml").read_text("utf-8")
    changed = text.replace("    weight: 0.3\n    combine", "    weight: 0.2\n    combine").replace(
        "    label: Contribution\n    weight: 0.3", "    label: Contribution\n    weight: 0.4"
    )
    (work.root / "programme.yml").write_text(changed.replace("reason: Fixed", "reason: Changed"), "utf-8")
    began = time.perf_counter()
    _score(work)
    return {"seconds": time.perf_counter() - began}


def part_split(folder: Path) -> dict[str, float]:
    """Why everybody's score moved between the last two weeks, against reading the stored rows of both. Parts must add up to the change."""
    import numpy as np

    import engagetree
    from engagetree.formula import vector
    from engagetree.tree.split import Side, split
    from engagetree.workspace import stored

    work = engagetree.open(folder / "work")
    definition, snapshot = work.definition(), work.lake.snapshot()
    keys = stored.periods_of(snapshot, definition.fingerprint)[-2:]
    began = time.perf_counter()
    sides = [stored.rows(snapshot, definition.fingerprint, [key], "score IS NOT NULL") for key in keys]
    read = time.perf_counter() - began
    began = time.perf_counter()
    made = split(Side(definition, sides[0]), Side(definition, sides[1]))
    seconds = time.perf_counter() - began
    moved = vector(sides[1], "score") - vector(sides[0], "score")
    known = ~np.isnan(moved)
    worst = float(np.abs(made.change()[known] - moved[known]).max())
    return {"seconds": seconds, "read": read, "worst": worst}


def _fold(work) -> None:  # type: ignore[no-untyped-def]
    from engagetree.engine import connect
    from engagetree.pipeline import fold

    engine = connect("duckdb://", work.root / "spill")
    fold(work.lake, work.definition(), engine)
    engine.close()


def _score(work) -> None:  # type: ignore[no-untyped-def]
    from engagetree.engine import connect
    from engagetree.pipeline import score

    engine, definition = connect("duckdb://", work.root / "spill"), work.definition()
    score(work.lake, definition, engine)
    engine.close()
    work.ledger.add_definition(definition.fingerprint, definition.text, "", definition.reason, use=True)


def part_duckdb(folder: Path) -> dict[str, float]:
    """The peer in DuckDB SQL."""
    import duckdb
    import peers

    began = time.perf_counter()
    con = duckdb.connect()
    con.execute(
        f"SET threads = 2; SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET temp_directory = '{folder}/spill'; SET memory_limit = '8GB'"
    )
    con.execute(f"COPY ({peers.duckdb_sql(folder)}) TO '{folder}/duckdb.parquet' (FORMAT parquet)")
    return {"seconds": time.perf_counter() - began}


def part_polars(folder: Path) -> dict[str, float]:
    """The peer in Polars, streaming."""
    import peers

    began = time.perf_counter()
    peers.polars_frame(folder).sink_parquet(folder / "polars.parquet")
    return {"seconds": time.perf_counter() - began}


def part_agree(folder: Path) -> dict[str, float]:
    """The largest difference between the three, over every number of every week; infinite if rows are missing."""
    import duckdb

    import engagetree

    work = engagetree.open(folder / "work")
    files = work.lake.snapshot().files(f"scores-{work.definition().fingerprint}")
    ours = (
        f"(SELECT *, (epoch(period::TIMESTAMP) - 1736121600)::BIGINT // 604800 AS w FROM read_parquet({files}, hive_partitioning = false))"
    )
    columns = ["attendance", "interaction", "contribution", "completion", "coverage", "score"]
    worst = 0.0
    con = duckdb.connect()
    for peer in ("duckdb", "polars"):
        differ = ", ".join(f"max(abs(a.{c} - b.{c}))" for c in columns)
        unknown = " + ".join(f"count(*) FILTER ((a.{c} IS NULL) <> (b.{c} IS NULL))" for c in columns)
        row = con.execute(
            f"SELECT {unknown}, {differ} FROM {ours} a FULL JOIN '{folder}/{peer}.parquet' b ON a.participant = b.participant AND a.w = b.\"week\""
        ).fetchall()[0]
        worst = max(worst, float("inf") if row[0] else max(float(x or 0) for x in row[1:]))
    return {"seconds": worst}


PARTS = {name.removeprefix("part_"): fn for name, fn in list(globals().items()) if name.startswith("part_")}


def run(part: str, folder: Path) -> dict[str, float]:
    """Run one part in a fresh process."""
    done = subprocess.run([sys.executable, __file__, "--part", part, "--folder", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} failed:\n{done.stderr[-4000:]}")
    out: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return out


def best(part: str, folder: Path, times: int) -> dict[str, float]:
    """The fastest of several runs: what is slower was disturbed by something else."""
    return min((run(part, folder) for _ in range(times)), key=lambda r: r["seconds"])


# ---- the figures


def figures(sizes: list[int], repeats: int) -> list[dict[str, object]]:
    """Every figure that an issue names."""
    small, middle, large = sizes
    out: list[dict[str, object]] = []
    per_event, memory = {}, {}
    for people in sizes:
        folder = prepared(people)
        print(f"-- {people:,} people, about {people * EVENTS_EACH / 1e6:.3g} million events", flush=True)
        took = run("take", folder)
        scored = _scored(folder, repeats if people == middle else 1)
        per_event[people] = (took["seconds"] + scored["seconds"]) / took["events"]
        memory[people] = max(took["memory"], scored["memory"])
        print(
            f"   import {took['import']:.1f} s, fold {took['seconds'] - took['import']:.1f} s, score {scored['seconds']:.1f} s, peak {memory[people]:.2f} GiB",
            flush=True,
        )
        if people == middle:
            peers = {p: best(p, folder, repeats)["seconds"] for p in ("duckdb", "polars")}
            agrees = run("agree", folder)["seconds"] < 1e-9
            fastest = min(peers.values())
            print(f"   peers: DuckDB {peers['duckdb']:.1f} s, Polars {peers['polars']:.1f} s; all agree to 1e-9: {agrees}", flush=True)
            out.append(figure(f"score all weeks / faster peer, {size(people)}", scored["seconds"] / fastest, "ratio", 0.45, agrees))
            out.append(figure(f"import and fold / faster peer, {size(people)}", took["seconds"] / fastest, "ratio", 2.0, agrees))
            second = run("second", folder)
            out.append(figure(f"second version / first scoring, {size(people)}", second["seconds"] / scored["seconds"], "ratio", 0.1, True))
        if people == large:
            parts = run("split", folder)
            sound = parts["worst"] < 1e-9
            out.append(
                figure(f"split of two weeks / reading them, {people:,} people", parts["seconds"] / parts["read"], "ratio", 3.0, sound)
            )
            day = run("day", folder)
            out.append(figure(f"one more day / score everything, {size(people)}", day["seconds"] / scored["seconds"], "ratio", 0.1, True))
            out.append(figure(f"peak memory, {size(people)}", memory[people], "GiB", 6.0, True))
    out.append(figure(f"time an event, {size(large)} / {size(small)}", per_event[large] / per_event[small], "ratio", 1.0, True))
    growth = (memory[large] / large) / (memory[small] / small)
    out.append(figure(f"memory an event, {size(large)} / {size(small)}", growth, "ratio", 1.0, True))
    out += [f for module in ("tree", "evidence") for f in others(module, sizes[-1] * 2)]
    out += [*others("research", sizes[-1] * 2, sizes[-1] * 20), *others("disclosure")]
    out += [*others("imports", sizes[-1] * 16, sizes[-1] // 500), *others("xapi", sizes[-1])]
    out.append(figure("engagetree --help / empty typer program", help_ratio(), "ratio", 2.0, True))
    return out


def _scored(folder: Path, repeats: int) -> dict[str, float]:
    """Score from the same tallies several times: each time from a copy that was never scored."""
    made = []
    for again in range(repeats):
        if again:
            shutil.rmtree(folder / "work")
            shutil.copytree(folder / "folded", folder / "work")
        elif repeats > 1:
            shutil.rmtree(folder / "folded", ignore_errors=True)
            shutil.copytree(folder / "work", folder / "folded")
        made.append(run("score", folder))
    return min(made, key=lambda r: r["seconds"])


def others(module: str, *sizes: int) -> list[dict[str, object]]:
    """The figures of another file, taken in a process of its own."""
    code = f"import json, {module}; print(json.dumps({module}.figures({', '.join(map(str, sizes))})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-4000:]}")
    found: list[dict[str, object]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def help_ratio() -> float:
    """Median time of `engagetree --help` against that of a typer program with one empty command, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text("import typer\napp = typer.Typer()\n\n@app.command()\ndef run() -> None:\n    pass\n\napp()\n")
        ours = [sys.executable, "-c", "import sys; sys.argv = ['engagetree', '--help']; from engagetree.cli.app import main; main()"]
        times: dict[int, list[float]] = {0: [], 1: []}
        for _ in range(9):
            for k, command in enumerate((ours, [sys.executable, str(empty), "--help"])):
                began = time.perf_counter()
                subprocess.run(command, capture_output=True, check=False)
                times[k].append(time.perf_counter() - began)
    return statistics.median(times[0]) / statistics.median(times[1])


def figure(name: str, value: float, unit: str, target: float, agrees: bool) -> dict[str, object]:
    return {"name": name, "value": round(value, 4), "unit": unit, "target": target, "better": "lower", "agrees": agrees}


def size(people: int) -> str:
    return f"{people * EVENTS_EACH / 1e6:.2g} M events"


def prepared(people: int) -> Path:
    """The generated data of one size, made once."""
    folder = DATA / str(people)
    if not (folder / "day.parquet").exists():
        # In a process of its own: the peak memory of a process counts that of the one that it was forked from.
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(folder), "--people", str(people)], check=True)
    return folder


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--quick", action="store_true", help="a tenth of the size")
    ask.add_argument("--sizes", default="10000,100000,500000", help="people, three numbers")
    ask.add_argument("--repeats", type=int, default=2)
    ask.add_argument("--part", choices=sorted(PARTS))
    ask.add_argument("--folder", type=Path)
    chosen = ask.parse_args()
    if chosen.part:
        result = PARTS[chosen.part](chosen.folder)
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
        print(json.dumps({**result, "memory": usage}))
        return
    sizes = [int(s) // (10 if chosen.quick else 1) for s in chosen.sizes.split(",")]
    found = figures(sizes, chosen.repeats)
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / ("quick.json" if chosen.quick else "latest.json")
    target.write_text(json.dumps(found, indent=1) + "\n")
    width = max(len(str(f["name"])) for f in found)
    print(f"\n{'figure':<{width}}  {'value':>8}  {'target':>7}")
    for f in found:
        met = "" if float(str(f["value"])) <= float(str(f["target"])) else "  missed"
        print(f"{f['name']!s:<{width}}  {f['value']:>8}  {f['target']:>7}  {f['unit']}{'' if f['agrees'] else '  ANSWERS DIFFER'}{met}")
    print(f"\n{os.cpu_count()} cores; written to {target.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
