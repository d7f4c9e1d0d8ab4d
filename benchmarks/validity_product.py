"""How well the shipped score ranks people: `validity.py`'s table, and beside it the scores that engagetree itself makes of the release.

python benchmarks/validity_product.py FOLDER        the folder of the OULAD release; a table, and benchmarks/results/validity.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import validity

import engagetree
from engagetree.ingest.oulad_rows import first_monday

RESULTS = Path(__file__).resolve().parent / "results" / "validity.json"
WITHIN = {"fitted elsewhere": 0.003, "engagetree as shipped": 0.015}
"""How far below the ceiling each may be."""


def shipped(r: validity.Release, folder: Path) -> dict[int, validity.Vector]:
    """The template's own scores at the end of the week before each day, for every enrolment; NaN where there is none."""
    seat = {p: i for i, p in enumerate(r.participant.tolist())}
    out = {day: np.full(len(r), np.nan) for day in validity.DAYS}
    with tempfile.TemporaryDirectory() as place, engagetree.create(place, "on-demand-course") as work:
        work.take(folder, as_="oulad")
        work.score()
        for presentation in r.presentations:
            begins = first_monday(presentation.rpartition("-")[2])
            assert begins is not None
            for day in validity.DAYS:
                week = (begins + timedelta(days=day - 7)).isoformat()
                for row in work.scores(week, cohort=presentation).rows():
                    out[day][seat[row["participant"]]] = np.nan if row["score"] is None else row["score"]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder of the OULAD release")
    folder = parser.parse_args().folder
    r = validity.load(folder)
    made = shipped(r, folder)
    found = {**validity.table(r), "engagetree as shipped": {day: validity.auc_within(r, day, made[day]) for day in validity.DAYS}}
    print(f"{'AUC within presentations, day':30}", *(f"{day:>7}" for day in validity.DAYS))
    for way, by_day in found.items():
        print(f"{way:30}", *(f"{validity.averaged(each):7.4f}" for each in by_day.values()))
    entries = []
    for way, allowed in WITHIN.items():
        below = max(validity.averaged(found["ceiling"][day]) - validity.averaged(found[way][day]) for day in validity.DAYS)
        entries.append(
            {"name": f"{way}: below the ceiling at most", "value": round(below, 4), "unit": "AUC", "target": allowed, "better": "lower"}
        )
    RESULTS.write_text(
        json.dumps(
            [*entries, {"name": "AUC", "value": {w: {d: validity.averaged(e) for d, e in b.items()} for w, b in found.items()}}], indent=1
        )
    )
    for e in entries:
        print(f"{e['name']}: {e['value']} (target {e['target']})")


if __name__ == "__main__":
    main()
