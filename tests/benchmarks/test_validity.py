"""The table of how good scores are is made on one small dataset; its numbers against pairs that are counted one by one."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pytest import approx

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data() -> Path:
    folder = Path(os.environ.get("ENGAGETREE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "school-engagement-survey").is_dir():
        pytest.skip(f"the working data is not at {folder}; name its folder in ENGAGETREE_DATA")
    return folder


@pytest.fixture(scope="module")
def script() -> Iterator[Any]:
    """The modules of the benchmark, found as when it runs."""
    pytest.importorskip("sklearn", reason="the ceiling needs scikit-learn")
    here = str(ROOT / "benchmarks" / "validity")
    before = set(sys.modules)
    sys.path.insert(0, here)
    try:
        spec = importlib.util.spec_from_file_location("validity_main", Path(here) / "__main__.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(here)
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "") or "").startswith(here):
                del sys.modules[name]


def test_the_table_of_a_small_dataset(script: Any, data: Path) -> None:
    """The AUC as shipped is counted here from the answers: every pair of pupils of one school, one with a good mark and one without."""
    made = script.measured(script.SURVEY, data)
    row = made["rows"][0]
    assert (row["n"], row["cohorts"], row["folds"]) == (714, 15, "cohorts")
    assert row["auc"]["shipped"]["value"] == approx(by_pairs(data / "school-engagement-survey" / "school_engagement.csv"), abs=1e-6)
    for way in ("shipped", "equal", "fitted", "ceiling"):
        e = row["auc"][way]
        assert 0 < e["low"] < e["value"] < e["high"] < 1
    gap = row["gap"]["below ceiling, shipped"]
    assert gap["value"] == approx(row["auc"]["ceiling"]["value"] - row["auc"]["shipped"]["value"])
    text = script.page.ranking([script.SURVEY], {"datasets": {script.SURVEY.folder: made}, "without outcome": script.WITHOUT})
    assert len(text.splitlines()) == 2 + 1 + len(script.WITHOUT)
    assert "714" in text and re.search(r"0\.\d\d \[0\.\d\d, 0\.\d\d\]", text) and "-0." not in text


def by_pairs(path: Path) -> float:
    """Three scales, each the mean of the answers given, 1 to 5, weighing as many parts as it has items; one without an answer leaves its weight to
    the others. The mean over schools by their pupils."""
    import csv

    scales = ((5, 7, 8, 16, 17), (1, 2, 9, 11, 12, 14, 19), (3, 4, 6, 18))
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig"), delimiter=";"))
    schools: dict[str, list[tuple[float, bool]]] = {}
    for r in rows:
        given = [(len(scale), [float(x) for i in scale if (x := r[f"ECE{i}.pret"].strip())]) for scale in scales]
        known = [(weight, (sum(a) / len(a) - 1) / 4) for weight, a in given if a]
        if sum(w for w, _ in known) < 0.4 * 16:  # too little is known: three pupils have no score
            continue
        score = sum(w * v for w, v in known) / sum(w for w, _ in known)
        schools.setdefault(r["coleg.pret"], []).append((score, int(r["ren.mat.pret"]) >= 4))
    total = people = 0.0
    for pupils in schools.values():
        yes, no = ([s for s, good in pupils if good is side] for side in (True, False))
        if yes and no:
            won = sum(1.0 if a > b + 1e-9 else 0.5 if abs(a - b) <= 1e-9 else 0.0 for a, b in product(yes, no))
            total, people = total + len(pupils) * won / len(yes) / len(no), people + len(pupils)
    return total / people


def test_an_absent_dataset_is_skipped_with_its_reason(script: Any, tmp_path: Path) -> None:
    made = script.measured(script.FORUM, tmp_path)
    assert made == {"reason": "mooc-ed-forum/dlt1_edgelist.csv is not in the data folder"}
    text = script.page.ranking([script.FORUM], {"datasets": {script.FORUM.folder: made}, "without outcome": {}})
    assert "not measured: mooc-ed-forum/dlt1_edgelist.csv is not in the data folder" in text


def test_the_page_has_a_place_for_every_table_and_they_are_filled(script: Any) -> None:
    text = script.page.PAGE.read_text("utf-8")
    for name in ("ranking", "calibration", "tried", "bands", "bands alone", "datasets"):
        block = text.split(f"<!-- {name}: made by make validity -->")[1].split(f"<!-- end of {name} -->")[0]
        assert len(block.splitlines()) > 4
