"""How well scores rank people in every dataset that has an outcome: as shipped, with equal weights, with weights fitted elsewhere, and a ceiling.

    python benchmarks/validity DATA [dataset …]        the folder that holds the datasets; writes results/validity.json and .md and the page

Each dataset comes in as its user would bring it: a definition, column maps, `take`, `score`, `evidence`. One that is absent is skipped, and the
table says so. With names of datasets only those are measured, and nothing is written.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import measure
import page
import plain_oulad
from dataset import Dataset, Outcome
from forum import FORUM
from moodle import MOODLE
from oulad import OULAD, release
from polis import POLIS
from science import SCIENCE
from survey import SURVEY

RESULTS = Path(__file__).resolve().parents[1] / "results"
DATASETS = (OULAD, MOODLE, SCIENCE, FORUM, POLIS, SURVEY)
WITHOUT = {
    "xAPI video statements (`xapi`)": "it has no outcome; nobody knows what became of those who watched",
    "Zoom and Teams exports (`tool-exports`)": "they have no outcome, and names in them are invented",
}
TARGETS = {"fitted": 0.003, "shipped": 0.015}
"""How far below the ceiling each may be on OULAD, the whole score."""

SLOPE = (0.9, 1.1)


def measured(d: Dataset, data: Path, outcomes: Sequence[Outcome] | None = None) -> dict[str, Any]:
    """Everything that is measured of one dataset, or the reason why not."""
    if reason := d.absent(data):
        return {"reason": reason}
    folder = data / d.folder
    with tempfile.TemporaryDirectory() as place, d.build(folder, Path(place)) as work:
        asked = outcomes or d.outcomes
        made: dict[str, Any] = {"unit": d.unit, "definition": d.definition, "outcome": d.stated, "ceiling's features": list(d.names)}
        made["rows"] = [row for o in asked for row in measure.measured(d, folder, work, o)]
        if d is OULAD:
            whole = measure.seen(work, asked[0])
            made["calibration"], made["bands"] = measure.calibrated(whole), measure.banded(whole)
    return made


def agrees(data: Path, made: dict[str, Any]) -> float:
    """The largest difference between the product's AUC and that of the same score worked out by plain SQL."""
    r = release(data / OULAD.folder)
    plain = {
        day: plain_oulad.averaged(plain_oulad.auc_within(r, day, plain_oulad.score(plain_oulad.drivers(r, day), plain_oulad.shipped())))
        for day in plain_oulad.DAYS
    }
    return max(abs(row["auc"]["shipped"]["value"] - plain[7 * row["week"]]) for row in made["rows"] if not row["left out"])


def entries(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What has a target, in the form that other benchmarks have, and everything else beneath it."""
    made = found["datasets"][OULAD.folder]
    if "reason" in made:
        return [{"name": "validity", "value": found}]
    rows = [r for r in made["rows"] if not r["left out"]]
    out = []
    for way, allowed in TARGETS.items():
        below = max(r["gap"][f"below ceiling, {way}"]["value"] for r in rows)
        out.append(
            {"name": f"{way}: below the ceiling at most", "value": round(below, 4), "unit": "AUC", "target": allowed, "better": "lower"}
        )
    slopes = [r["slope"]["value"] for r in made["calibration"]]
    off = max(max(SLOPE[0] - s, s - SLOPE[1], 0.0) for s in slopes)
    out.append(
        {"name": "calibration slope outside 0.9 to 1.1 by", "value": round(off, 4), "unit": "slope", "target": 0.0, "better": "lower"}
    )
    touching = sum(len(r["overlap"]) + (not r["rising"]) for r in made["bands"])
    out.append({"name": "neighbouring bands that overlap, of 12", "value": touching, "unit": "pairs", "target": 0, "better": "lower"})
    return [*out, {"name": "validity", "value": found}]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder that holds the datasets")
    parser.add_argument("only", nargs="*", help="folders of datasets; all if left out")
    asked = parser.parse_args()
    if not asked.data.is_dir():
        raise SystemExit(f"{asked.data} is no folder. Name the one that holds the datasets: make validity DATA=folder")
    chosen = [d for d in DATASETS if not asked.only or d.folder in asked.only]
    found: dict[str, Any] = {"datasets": {}, "without outcome": WITHOUT}
    for d in chosen:
        begun = time.perf_counter()
        found["datasets"][d.folder] = made = measured(d, asked.data)
        done = made.get("reason") or f"{len(made['rows'])} rows, {time.perf_counter() - begun:.0f} s"
        print(f"{d.folder}: {done}", flush=True)
    if OULAD in chosen and "rows" in found["datasets"][OULAD.folder]:
        found["plain SQL differs by"] = off = agrees(asked.data, found["datasets"][OULAD.folder])
        print(f"{OULAD.folder}: the same scores by plain SQL rank people to within {off:.4f} as well")
    ranking = page.ranking(chosen, found)
    print(ranking)
    if asked.only:
        return
    made = entries(found)
    for e in made[:-1]:
        print(f"{e['name']}: {e['value']} (target {e['target']})")
    (RESULTS / "validity.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (RESULTS / "validity.md").write_text(ranking + "\n", "utf-8")
    blocks = {"ranking": ranking, "datasets": page.sources(chosen, found)}
    oulad = found["datasets"][OULAD.folder]
    if "rows" in oulad:
        blocks |= {"calibration": page.calibration(oulad["calibration"]), "tried": page.tries(oulad["calibration"])}
        blocks |= {"bands": page.bands(oulad["bands"]), "bands alone": page.alone(oulad["bands"])}
    page.rewrite(blocks)


if __name__ == "__main__":
    main()
